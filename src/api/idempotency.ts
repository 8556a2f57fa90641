/**
 * Writes that carry an Idempotency-Key are done once: asked again by the same key or session, they give the first
 * answer again. While one is worked on it holds a lease; what died with its server is free when the lease is out.
 */

import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IdempotentRequest } from '../contract/store/access.ts';
import { actorId } from '../contract/store/deed.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { ApiContext, FirstAnswer, Repeats } from './routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * An id that follows from the Idempotency-Key, for what the request makes: done again after a crash, it finds it.
     * Null without a key.
     */
    operationId: string | null;
    /** The request was begun before, and whether it was done is not known: its server died, or failed. */
    begunBefore: boolean;
  }
  interface FastifyContextConfig {
    /** The answer holds a secret: it is neither kept nor given again. */
    answersSecret?: true;
  }
}

const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Several times within a lease. */
const RENEW_MS = 5_000;

interface Work {
  readonly request: IdempotentRequest;
  readonly holder: string;
  readonly renewal: NodeJS.Timeout;
}

export function answerRepeats(app: FastifyInstance, { desk, askerOf }: Pick<ApiContext, 'desk' | 'askerOf'>): Repeats {
  // long: one table of works under way, and what is done with it.
  const works = new WeakMap<FastifyRequest, Work>();
  /** What this server works on now, whatever becomes of its leases. */
  const underWay = new Set<string>();

  async function take(request: FastifyRequest, content: unknown): Promise<FirstAnswer | null> {
    const key = keyOf(request);
    if (key === null || !request.caller) return null;
    if (!/^[\w.:-]{8,128}$/.test(key)) {
      throw new DemandaError('REQUEST_INVALID', {
        where: 'headers.idempotency-key',
        rule: '8-128: A-Z a-z 0-9 _ . : -',
      });
    }
    const { actor, merchant } = request.caller;
    const asked = {
      credential: actorId(actor),
      merchant,
      key,
      digest: digestOf([request.method, request.url, content ?? null]),
    };
    const place = JSON.stringify([asked.credential, merchant, key]);
    const holder = randomUUID();
    const found = await desk.run(askerOf(request), 'takeIdempotencyKey', asked, holder, underWay.has(place));
    request.operationId = operationId(asked, found.since);
    if (found.state === 'under way') {
      throw new DemandaError('IDEMPOTENCY_UNDER_WAY', {
        key,
        seconds: Math.max(1, Math.ceil((Date.parse(found.leasedUntil) - Date.now()) / 1000)),
      });
    }
    if (found.state === 'done') {
      if (found.answer === null) throw new DemandaError('KEY_MADE_BEFORE', { id: request.operationId });
      return { status: found.status, answer: found.answer };
    }
    request.begunBefore = found.before;
    const renew = (): void => {
      // A busy store is asked again with the next beat, long before the lease is out.
      desk.run(askerOf(request), 'renewIdempotencyKey', asked, holder).catch(() => {});
    };
    underWay.add(place);
    works.set(request, { request: asked, holder, renewal: setInterval(renew, RENEW_MS).unref() });
    return null;
  }

  function again(reply: FastifyReply, { status, answer }: FirstAnswer): FastifyReply {
    return reply.code(status).type('application/json').header('idempotency-replayed', 'true').send(answer);
  }

  app.decorateRequest('operationId', null);
  app.decorateRequest('begunBefore', false);
  app.addHook('preHandler', async (request, reply) => {
    const { permission } = request.routeOptions.config;
    const consumes = (request.routeOptions.schema as { consumes?: readonly string[] } | undefined)?.consumes;
    // A session is never opened twice by one answer, and what a file holds is known when it has been written.
    if (permission?.needs === 'public' || consumes?.includes('multipart/form-data')) return;
    const before = await take(request, request.body);
    if (before) return again(reply, before);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const work = works.get(request);
    if (!work) return payload;
    works.delete(request);
    clearInterval(work.renewal);
    const { statusCode } = reply;
    // Of a failure of the server's own the outcome is unknown, and a store that was busy need not be so again: the same
    // request may be done again.
    const known =
      typeof payload === 'string' &&
      statusCode < 500 &&
      !(statusCode === 409 && payload.includes('"code":"STORE_BUSY"'));
    const answer = statusCode < 400 && request.routeOptions.config.answersSecret ? null : (payload as string);
    try {
      await desk.run(
        askerOf(request),
        'settleIdempotencyKey',
        work.request,
        work.holder,
        known ? { status: statusCode, answer } : null,
      );
    } finally {
      underWay.delete(JSON.stringify([work.request.credential, work.request.merchant, work.request.key]));
    }
    return payload;
  });
  return { take, again };
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  return WRITES.has(request.method) && typeof key === 'string' ? key : null;
}

/** SHA-256 of plain data, in base64url. */
function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}

/**
 * A UUID (version 8) of a request and of when it was first made: it is the same for every repeat, until its key is
 * forgotten.
 */
function operationId({ credential, merchant, key, digest }: IdempotentRequest, since: string): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([credential, merchant, key, digest, since]))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
