/** Where cell work runs: in this thread or on worker threads. One contract: same work, same results, in any order. */

import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { type CellWork, type CellWorkResult, doCellWork } from './cell-work.ts';
import type { FromTraining, IterateResult, IterateWork, IterationMonitor, ToTraining } from './iterate-cell.ts';
import type { WorkerTask } from './worker.ts';

export interface Executor {
  /** How many pieces of work can usefully be under way at once. */
  readonly concurrency: number;
  run(work: CellWork): Promise<CellWorkResult>;
  close(): Promise<void>;
}

/** Runs work in the calling thread: for a single cell and for tests. */
export function inlineExecutor(): Executor {
  return {
    concurrency: 1,
    run: async (work) => doCellWork(work),
    close: async () => {},
  };
}

/** An executor that also trains by iterations: those need a thread of their own, so that the calling one can write checkpoints and be interrupted. */
export interface TrainingExecutor extends Executor {
  iterate(work: IterateWork, monitor: IterationMonitor): Promise<IterateResult>;
}

/** Runs work on worker threads; the calling thread keeps reading, writing and showing progress. @param threads ≥ 1 */
export function threadsExecutor(threads: number): TrainingExecutor {
  const isSource = import.meta.url.endsWith('.ts');
  const pool = new Piscina({
    filename: new URL(`./worker.${isSource ? 'ts' : 'js'}`, import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // A thread that waits for work spins for a moment less than a cell takes; longer would burn the core that reads the store.
    idleTimeout: 10_000,
    // Left alone, the young generation of each thread grows with the length of a fleet; what a cell leaves behind is short-lived.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  return {
    // Two a thread: one at work, one waiting in its queue.
    concurrency: threads * 2,
    run: (work) => pool.run({ work, port: null } satisfies WorkerTask) as Promise<CellWorkResult>,
    iterate: async (work, monitor) => {
      const { port1: near, port2: far } = new MessageChannel();
      let failure: { readonly error: unknown } | null = null;
      let writing: Promise<void> = Promise.resolve();
      const send = (message: ToTraining): void => near.postMessage(message);
      const stop = (): void => send('stop');
      near.on('message', (message: FromTraining) => {
        if (message.kind === 'progress') monitor.onProgress(message.progress);
        else {
          writing = writing
            .then(() => (failure ? undefined : monitor.onCheckpoint(message.checkpoint)))
            .then(() => send('written'))
            .catch((error: unknown) => {
              // A checkpoint that cannot be written ends the training: going on would only pretend to keep its work.
              failure ??= { error };
              send('abandon');
            });
        }
      });
      if (monitor.signal?.aborted) stop();
      monitor.signal?.addEventListener('abort', stop);
      try {
        const result = (await pool.run({ work, port: far } satisfies WorkerTask, { transferList: [far] })) as IterateResult;
        if (failure) throw (failure as { error: unknown }).error;
        return result;
      } finally {
        monitor.signal?.removeEventListener('abort', stop);
        near.close();
      }
    },
    close: () => pool.destroy(),
  };
}
