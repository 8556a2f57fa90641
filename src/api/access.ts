/** The door: who asks, what the route needs, and that nobody reaches another merchant; one place for every route, and denied unless declared. */

import type {} from '@fastify/cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Scope } from '../contract/api.ts';
import type { Caller } from '../contract/service-store.ts';
import { DemandaError } from '../errors.ts';
import { Access, mayDo } from '../workspace/access.ts';
import type { Workspace } from '../workspace.ts';

/** What a route asks of its caller. */
export interface Permission {
  /** `public` needs no caller. */
  readonly needs: Scope | 'public';
  /** Concerns the whole workspace: not for a caller who is bound to a merchant. */
  readonly wholeWorkspace?: true;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: Permission;
  }
  interface FastifyRequest {
    caller: Caller | null;
    /** Secret of the cookie session, null for an API key. */
    sessionSecret: string | null;
  }
}

const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Registers the checks. Routes are declared after it. @param cookieName of the session */
export function guardDoor(app: FastifyInstance, workspace: Workspace, cookieName: string): void {
  app.decorateRequest('caller', null);
  app.decorateRequest('sessionSecret', null);
  app.addHook('onRoute', (route) => {
    // Deny by default: a route that does not say whom it is for stops the server, and with it every test.
    if (route.config?.permission === undefined && route.method !== 'HEAD') throw new TypeError(`${String(route.method)} ${route.url} declares no permission`);
  });
  app.addHook('onRequest', async (request) => {
    const [scheme = '', key = ''] = (request.headers.authorization ?? '').split(' ');
    if (scheme.toLowerCase() === 'bearer' && Access.isKey(key)) {
      request.caller = await workspace.access.callerByKey(key);
      return;
    }
    const secret = request.cookies[cookieName];
    if (secret === undefined) return;
    request.caller = await workspace.access.callerBySession(secret);
    request.sessionSecret = request.caller ? secret : null;
  });
  // Before the body is read: a stranger's megabytes are not parsed.
  app.addHook('preParsing', async (request) => {
    const permission = request.routeOptions.config.permission;
    if (permission === undefined || permission.needs === 'public') return;
    const { caller, sessionSecret } = request;
    if (!caller) throw new DemandaError('SIGN_IN_NEEDED', {});
    if (!mayDo(caller.scopes, permission.needs)) throw new DemandaError('NOT_ALLOWED', { scope: permission.needs });
    if (permission.wholeWorkspace && caller.merchant !== null) throw new DemandaError('NOT_ALLOWED_MERCHANT', {});
    if (sessionSecret !== null && WRITES.has(request.method) && request.headers['x-csrf-token'] !== Access.csrfTokenOf(sessionSecret)) {
      throw new DemandaError('CSRF_INVALID', {});
    }
  });
  // Every merchant that a request names must be the caller's own; lists are narrowed to it.
  app.addHook('preHandler', async (request) => {
    const { caller } = request;
    if (!caller || caller.merchant === null) return;
    for (const part of [request.params, request.query, request.body]) requireOwn(part, caller.merchant);
    const query = request.query as { merchant?: string };
    if (request.routeOptions.schema?.querystring !== undefined) query.merchant = caller.merchant;
  });
}

/** @throws DemandaError CELL_UNKNOWN for a merchant who is not the caller's: whether there is one is not told */
export function requireOwn(part: unknown, merchant: string | null): void {
  if (merchant === null || typeof part !== 'object' || part === null) return;
  const named = part as { merchant?: unknown; product?: unknown; cells?: unknown };
  if (typeof named.merchant === 'string' && named.merchant !== merchant) {
    throw new DemandaError('CELL_UNKNOWN', { merchant: named.merchant, product: typeof named.product === 'string' ? named.product : '–' });
  }
  if (Array.isArray(named.cells)) for (const cell of named.cells) requireOwn(cell, merchant);
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  return request.caller as Caller;
}
