/** Figures of the server for Prometheus. */

import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { route } from './routes.ts';

export function metricsRoute(app: FastifyInstance): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'demanda_requests_total',
    help: 'Requests that were answered',
    labelNames,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'demanda_request_seconds',
    help: 'Time to answer',
    labelNames,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, not the path: a label for every cell would outgrow the store.
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: String(reply.statusCode),
    };
    requests.inc(labels);
    seconds.observe(labels, reply.elapsedTime / 1000);
  });
  app.get(
    '/api/metrics',
    route(
      'service',
      'Figures of the server, for Prometheus',
      { needs: 'read', wholeWorkspace: true },
      { answer: null },
    ),
    async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
