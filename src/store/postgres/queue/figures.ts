/** Figures of the queue for whoever watches over it. */

import type { QueueFigures } from '../../../contract/store/queue.ts';
import { BATCH_STATES, type BatchState } from '../../../core/vocabulary.ts';
import type { PostgresConnection } from '../connection.ts';
import { type Boss, QUEUE_NAMES } from './boss.ts';

export async function queueFigures(database: PostgresConnection, boss: Boss): Promise<QueueFigures> {
  const [queues, instances, batches, [forgotten]] = await Promise.all([
    boss.ask((queue) => queue.getQueues([...QUEUE_NAMES])),
    boss.ask((queue) => queue.getInstances()),
    database.all<{ state: BatchState; count: number; retries: number }>(
      `SELECT state, count(*) AS count, sum(greatest(attempt - 1, 0)) AS retries FROM demanda.training_batch
       WHERE number > 0 GROUP BY state`,
    ),
    database.all<{ done: number; split: number; retries: number }>(
      `SELECT coalesce(sum(forgotten_done), 0) AS done, coalesce(sum(forgotten_split), 0) AS split,
         coalesce(sum(forgotten_retries), 0) AS retries FROM demanda.training`,
    ),
  ]);
  const before = forgotten as { done: number; split: number; retries: number };
  const countOf = (state: BatchState): number =>
    (batches.find((found) => found.state === state)?.count ?? 0) +
    (state === 'done' || state === 'split' ? before[state] : 0);
  return {
    queues: QUEUE_NAMES.map((name) => {
      const found = queues.find((queue) => queue.name === name);
      return {
        name,
        waiting: found?.queuedCount ?? 0,
        active: found?.activeCount ?? 0,
        oldestSeconds: found?.readyOldestSeconds ?? null,
      };
    }),
    workers: instances.filter(({ live, name }) => live && name === 'worker').length,
    batches: Object.fromEntries(BATCH_STATES.map((state) => [state, countOf(state)])) as QueueFigures['batches'],
    retries: batches.reduce((sum, { retries }) => sum + retries, before.retries),
  };
}
