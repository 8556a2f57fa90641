/** What the files of routes share: how a route is described, and what it may reach. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { apiError } from '../contract/api.ts';
import type { Workspace } from '../workspace.ts';
import type { Permission } from './access.ts';
import type { Lang } from './answers.ts';
import type { DeskPool } from './desk-pool.ts';

export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

export interface ApiContext {
  /** Read on the main thread; it never writes there. */
  readonly workspace: Workspace;
  readonly desk: DeskPool;
  readonly cookieName: string;
  readonly version: string;
  readonly startedAt: number;
  langFor(request: FastifyRequest): Lang;
}

interface Described<P, Q, B> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Null: no JSON (a file, a stream). */
  readonly answer: z.ZodType | null;
  readonly status?: number;
  readonly consumes?: string[];
}

/**
 * Options of a route: its place in the description, its schemas and its permission. The answer's schema describes; that answers keep to it is for
 * the tests to check, so that a list is not walked twice for every request.
 */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  tag: string,
  summary: string,
  permission: Permission,
  { params, query, body, answer, status = 200, consumes }: Described<P, Q, B>,
): { schema: { params: P; querystring: Q; body: B }; config: { permission: Permission } } {
  const schema = {
    tags: [tag],
    summary,
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(consumes && { consumes }),
    response: { ...(answer && { [status]: answer }), '4xx': apiError, '5xx': apiError },
  };
  return { schema: schema as unknown as { params: P; querystring: Q; body: B }, config: { permission } };
}

export const READ: Permission = { needs: 'read' };
export const TRAIN: Permission = { needs: 'train' };
export const APPROVE: Permission = { needs: 'approve' };
export const ADMIN: Permission = { needs: 'admin' };
export const PUBLIC: Permission = { needs: 'public' };
