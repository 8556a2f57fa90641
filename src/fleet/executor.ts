/** Where cell work runs: in this thread or on worker threads. One contract: same work, same results, in any order. */

import { Piscina } from 'piscina';
import { type CellWork, type CellWorkResult, doCellWork } from './cell-work.ts';

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

/** Runs work on worker threads; the calling thread keeps reading, writing and showing progress. @param threads ≥ 1 */
export function threadsExecutor(threads: number): Executor {
  const isSource = import.meta.url.endsWith('.ts');
  const pool = new Piscina({
    filename: new URL(`./worker.${isSource ? 'ts' : 'js'}`, import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // A thread that waits for work spins for a moment less than a cell takes; longer would burn the core that reads the store.
    idleTimeout: 10_000,
  });
  return {
    // Two a thread: one at work, one waiting in its queue.
    concurrency: threads * 2,
    run: (work) => pool.run(work) as Promise<CellWorkResult>,
    close: () => pool.destroy(),
  };
}
