/** Files that are to be kept, not shown. */

import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply } from 'fastify';

/** Bytes as a file to be kept; its name may hold any letters. */
export function sendFile(
  reply: FastifyReply,
  { type, bytes, name }: { readonly type: string; readonly bytes: Uint8Array; readonly name: string },
): FastifyReply {
  return reply.type(type).header('content-disposition', contentDisposition(name)).send(Buffer.from(bytes));
}
