/** Writes that carry an Idempotency-Key are done once: asked again, they give the first answer again. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DemandaError } from '../errors.ts';
import type { ApiContext } from './routes.ts';

const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'DELETE']);
const taken = new WeakSet<FastifyRequest>();

export function answerRepeats(app: FastifyInstance, { desk, langFor }: Pick<ApiContext, 'desk' | 'langFor'>): void {
  const keyOf = (request: FastifyRequest): string | null => {
    const key = request.headers['idempotency-key'];
    return WRITES.has(request.method) && request.caller && typeof key === 'string' ? key : null;
  };
  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === null || !request.caller) return;
    if (!/^[\w.:-]{8,128}$/.test(key)) {
      throw new DemandaError('REQUEST_INVALID', { where: 'headers.idempotency-key', rule: '8-128: A-Z a-z 0-9 _ . : -' });
    }
    // A file's bytes are not read twice to compare them: its length stands for it.
    const content = request.body === undefined ? request.headers['content-length'] : request.body;
    const before = await desk.run(langFor(request), 'takeIdempotencyKey', request.caller, key, JSON.stringify([request.method, request.url, content]));
    if (before === null) {
      taken.add(request);
      return;
    }
    return reply.code(before.status).type('application/json').header('idempotency-replayed', 'true').send(before.answer);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const key = keyOf(request);
    if (key === null || !request.caller || !taken.delete(request)) return payload;
    const settled = typeof payload === 'string' && reply.statusCode < 500;
    await desk.run(langFor(request), 'settleIdempotencyKey', request.caller, key, settled ? { status: reply.statusCode, body: payload } : null);
    return payload;
  });
}
