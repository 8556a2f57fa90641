/** Figures of the server for Prometheus. */

import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { QueueFigures } from '../contract/store/queue.ts';
import type { Workspace } from '../workspace.ts';
import { route } from './routes.ts';

export function metricsRoute(app: FastifyInstance, workspace: Workspace): void {
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
  const showQueue = queueGauges(registry);
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
    async (_, reply) => {
      showQueue(await workspace.queueFigures());
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}

/** Of the queue and its workers; a workspace without one shows none. */
function queueGauges(registry: Registry): (figures: QueueFigures | null) => void {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
    new Gauge({ name: `demanda_queue_${name}`, help, labelNames: [...labelNames], registers: [] });
  const jobs = gauge('jobs', 'Jobs by queue and state', ['queue', 'state']);
  const oldest = gauge('oldest_seconds', 'How long the job that could be begun longest ago has waited', ['queue']);
  const workers = gauge('workers', 'Workers that were heard from within 30 seconds');
  const batches = gauge('batches', 'Batches of cells by state, of all trainings', ['state']);
  const retries = gauge('retries', 'Attempts at batches beyond the first of each');
  let shown = false;
  return (figures) => {
    if (!figures) return;
    if (!shown) for (const each of [jobs, oldest, workers, batches, retries]) registry.registerMetric(each);
    shown = true;
    for (const { name, waiting, active, oldestSeconds } of figures.queues) {
      jobs.set({ queue: name, state: 'waiting' }, waiting);
      jobs.set({ queue: name, state: 'active' }, active);
      oldest.set({ queue: name }, oldestSeconds ?? 0);
    }
    workers.set(figures.workers);
    for (const [state, count] of Object.entries(figures.batches)) batches.set({ state }, count);
    retries.set(figures.retries);
  };
}
