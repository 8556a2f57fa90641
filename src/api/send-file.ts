/** Files that are to be kept, not shown. */

import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply } from 'fastify';
import type { Lang } from '../core/vocabulary.ts';
import type { Asker } from './desk.ts';

/** Bytes as a file to be kept; its name may hold any letters. */
export function sendFile(
  reply: FastifyReply,
  { type, bytes, name }: { readonly type: string; readonly bytes: Uint8Array; readonly name: string },
): FastifyReply {
  return reply.type(type).header('content-disposition', contentDisposition(name)).send(Buffer.from(bytes));
}

/** For whom a file is made, in the language that its address asks for. */
export function inLanguage(asker: Asker, lang: Lang | undefined): Asker {
  return lang === undefined ? asker : { ...asker, lang };
}
