/**
 * The door: who asks, what the route needs, and that nobody reaches another merchant; one place for every route, and
 * denied unless declared.
 */

import type {} from '@fastify/cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../contract/store/access.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { Access, mayDo } from '../workspace/access.ts';
import type { ApiContext, Permission } from './routes.ts';

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
/** When a session was used is written down so often at most. */
const USED_MS = 5 * 60_000;

/** Registers the checks. Routes are declared after it. */
export function guardDoor(
  // long: the checks of one door, in their order.
  app: FastifyInstance,
  { workspace, desk, cookieName, askerOf }: Pick<ApiContext, 'workspace' | 'desk' | 'cookieName' | 'askerOf'>,
): void {
  const marked = new Map<string, number>();
  /** For who looks at the list of sessions; that it cannot be written now is no reason to refuse the request. */
  const markUsed = (request: FastifyRequest, caller: Caller, usedAt: string): void => {
    const now = Date.now();
    if (now - Math.max(Date.parse(usedAt), marked.get(caller.actor.id) ?? 0) < USED_MS) return;
    if (marked.size > 10_000) marked.clear();
    marked.set(caller.actor.id, now);
    desk.run(askerOf(request), 'markSessionUsed', caller).catch(() => {});
  };
  app.decorateRequest('caller', null);
  app.decorateRequest('sessionSecret', null);
  app.addHook('onRoute', (route) => {
    // Deny by default: a route that does not say whom it is for stops the server, and with it every test.
    if (route.config?.permission === undefined && route.method !== 'HEAD')
      throw new TypeError(`${String(route.method)} ${route.url} declares no permission`);
  });
  app.addHook('onRequest', async (request) => {
    const [scheme = '', key = ''] = (request.headers.authorization ?? '').split(' ');
    if (scheme.toLowerCase() === 'bearer' && Access.isKey(key)) {
      request.caller = await workspace.access.callerByKey(key);
      return;
    }
    // A browser sends a name with this prefix over TLS only, and over TLS no other is taken.
    const secret =
      request.cookies[`__Host-${cookieName}`] ??
      (request.protocol === 'https' ? undefined : request.cookies[cookieName]);
    if (secret === undefined) return;
    const found = await workspace.access.callerBySession(secret);
    if (!found) return;
    request.caller = found;
    request.sessionSecret = secret;
    markUsed(request, found, found.usedAt);
  });
  // Before the body is read: a stranger's megabytes are not parsed.
  app.addHook('preParsing', async (request) => {
    const permission = request.routeOptions.config.permission;
    if (permission === undefined || permission.needs === 'public') return;
    const { caller, sessionSecret } = request;
    if (!caller) throw new DemandaError('SIGN_IN_NEEDED', {});
    if (!mayDo(caller.scopes, permission.needs)) throw new DemandaError('NOT_ALLOWED', { scope: permission.needs });
    if (permission.wholeWorkspace && caller.merchant !== null) throw new DemandaError('NOT_ALLOWED_MERCHANT', {});
    if (
      sessionSecret !== null &&
      WRITES.has(request.method) &&
      request.headers['x-csrf-token'] !== Access.csrfTokenOf(sessionSecret)
    ) {
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

/** Whose rows alone a caller's work finds, whatever else is checked; null: everybody's. */
export function rowsOf(caller: Caller | null): string | null {
  return caller?.merchant ?? null;
}

/** @throws DemandaError CELL_UNKNOWN for a merchant who is not the caller's: whether there is one is not told */
export function requireOwn(part: unknown, merchant: string | null): void {
  if (merchant === null || typeof part !== 'object' || part === null) return;
  const named = part as { merchant?: unknown; product?: unknown; cells?: unknown; matching?: unknown };
  if (typeof named.merchant === 'string' && named.merchant !== merchant) {
    throw new DemandaError('CELL_UNKNOWN', {
      merchant: named.merchant,
      product: typeof named.product === 'string' ? named.product : '–',
    });
  }
  requireOwn(named.matching, merchant);
  if (Array.isArray(named.cells)) for (const cell of named.cells) requireOwn(cell, merchant);
}

/** For what is not there: which paths of the API are, is not for strangers to learn. */
export function unknownRoute(request: FastifyRequest, path: string): DemandaError {
  const ofApi = /^\/+api(?![\w.-])/i.test(path);
  return ofApi && !request.caller
    ? new DemandaError('SIGN_IN_NEEDED', {})
    : new DemandaError('ROUTE_UNKNOWN', { path: path.slice(0, 200) });
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  return request.caller as Caller;
}
