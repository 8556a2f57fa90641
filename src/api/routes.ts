/** What the files of routes share: how a route is described, and what it may reach. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { apiError } from '../contract/api.ts';
import type { Lang, Scope } from '../core/vocabulary.ts';
import type { Workspace } from '../workspace.ts';

import type { Asker } from './desk.ts';
import type { DeskPool } from './desk-pool.ts';

/** What a route asks of its caller. */
export interface Permission {
  /** `public` needs no caller. */
  readonly needs: Scope | 'public';
  /** Concerns the whole workspace: not for a caller who is bound to a merchant. */
  readonly wholeWorkspace?: true;
}

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ApiContext {
  /** The workspace as the caller may see it. Read on the main thread; it never writes there. */
  of(request: FastifyRequest): Workspace;
  /** The whole workspace, for the door alone. */
  readonly workspace: Workspace;
  readonly desk: DeskPool;
  /** Of the session; over TLS with the prefix `__Host-`. */
  readonly cookieName: string;
  readonly version: string;
  readonly startedAt: number;
  readonly repeats: Repeats;
  langFor(request: FastifyRequest): Lang;
  /** For whom, and in which language, a thread works. */
  askerOf(request: FastifyRequest): Asker;
}

/** What was answered to a request that is now repeated. */
export interface FirstAnswer {
  readonly status: number;
  readonly answer: string;
}
/** For routes that know what they were asked only when they have read it; all others are asked by themselves. */
export interface Repeats {
  /**
   * @param content what the request holds, as plain data; @returns null when it is to be done; @throws DemandaError
   * IDEMPOTENCY_DIFFERENT, IDEMPOTENCY_UNDER_WAY
   */
  take(request: FastifyRequest, content: unknown): Promise<FirstAnswer | null>;
  again(reply: FastifyReply, before: FirstAnswer): FastifyReply;
}

interface Described<P, Q, B> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Null: no JSON (a file, a stream). */
  readonly answer: z.ZodType | null;
  readonly status?: number;
  readonly consumes?: string[];
  /** The answer holds a secret, which is given once. */
  readonly answersSecret?: true;
}

/**
 * Options of a route: its place in the description, its schemas and its permission. The answer's schema describes; that
 * answers keep to it is for the tests to check, so that a list is not walked twice for every request.
 */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  tag: string,
  summary: string,
  permission: Permission,
  { params, query, body, answer, status = 200, consumes, answersSecret }: Described<P, Q, B>,
): { schema: { params: P; querystring: Q; body: B }; config: { permission: Permission; answersSecret?: true } } {
  const schema = {
    tags: [tag],
    summary,
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(consumes && { consumes }),
    response: { ...(answer && { [status]: answer }), '4xx': apiError, '5xx': apiError },
  };
  return {
    schema: schema as unknown as { params: P; querystring: Q; body: B },
    config: { permission, ...(answersSecret && { answersSecret }) },
  };
}

export const READ: Permission = { needs: 'read' };
export const TRAIN: Permission = { needs: 'train' };
export const APPROVE: Permission = { needs: 'approve' };
export const ADMIN: Permission = { needs: 'admin' };
export const PUBLIC: Permission = { needs: 'public' };

/** Who is bound to a merchant asks about its own products alone. */
export function ownedBy<T extends object>(body: T, merchant: string | null): T {
  return merchant === null ? body : { ...body, merchant };
}
