/** Does work on worker threads; the calling thread keeps reading, writing and showing progress. */

import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { DemandaError } from '../errors/demanda-error.ts';
import { systemFailure } from '../store/system-failure.ts';
import { type Executor, Notes, type RunGiven, SharedKnowledge } from './executor.ts';
import type { Done, Work, WorkKind, WorkMap } from './work.ts';
import type { ToWorker, WorkerTask } from './worker.ts';

/** @param threads ≥ 1 */
export function threadsExecutor(threads: number): Executor {
  const pool = new Threads(threads);
  const shared = new SharedKnowledge();
  return {
    concurrency: threads,
    share: async (id, bytes) => shared.add(id, sharedMemory(bytes)),
    run: async <K extends WorkKind>(work: Work<K>, given?: RunGiven<K>) => {
      const knowledge = work.knowledge === null ? null : shared.get(work.knowledge);
      if (!given) return pool.run<Done<K>>({ work, knowledge, port: null });
      const { port1: near, port2: far } = new MessageChannel();
      const watch = watched(near, given);
      try {
        const done = await pool.run<Done<K>>({ work, knowledge, port: far });
        await watch.notes.end();
        return done;
      } finally {
        watch.end();
      }
    },
    close: () => pool.close(),
  };
}

/** Hears the notes of a piece of work, and tells it that they were handled or that it is to end. */
function watched<K extends WorkKind>(
  port: MessagePort,
  { signal, onNote }: RunGiven<K>,
): { readonly notes: Notes<WorkMap[K]['note']>; readonly end: () => void } {
  const notes = new Notes(onNote);
  const send = (message: ToWorker): void => port.postMessage(message);
  const stop = (): void => send('stop');
  port.on('message', (note: WorkMap[K]['note']) => {
    void notes.add(note).then(() => send(notes.failed ? 'abandon' : 'handled'));
  });
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  return {
    notes,
    end: () => {
      signal?.removeEventListener('abort', stop);
      port.close();
    },
  };
}

class Threads {
  private readonly pool: Piscina;
  /**
   * A thread that cannot start, or ends between two tasks, is told to the pool alone: what waits for a thread would
   * wait for ever.
   */
  private readonly waiting = new Set<(error: unknown) => void>();
  private ended: { readonly error: unknown } | null = null;
  private closing: Promise<void> | null = null;

  constructor(threads: number) {
    const isSource = import.meta.url.endsWith('.ts');
    this.pool = new Piscina({
      filename: new URL(`./worker.${isSource ? 'ts' : 'js'}`, import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      // A thread that waits for work spins for a moment less than a cell takes; longer would burn the core that reads
      // the store.
      idleTimeout: 10_000,
      // Left alone, the young generation of each thread grows with the length of a fleet; what a cell leaves behind is
      // short-lived. With 8 MB a tenth more time went into collecting it.
      resourceLimits: { maxYoungGenerationSizeMb: 32 },
    });
    this.pool.on('error', (error: unknown) => this.end(error));
  }

  /** @throws DemandaError EXECUTOR_ENDED, or the system's refusal: work itself never throws */
  async run<Result>(task: WorkerTask): Promise<Result> {
    const transferList = task.port ? [task.port] : [];
    try {
      if (this.ended) throw this.ended.error;
      if (this.closing) throw new Error('closed');
      return await new Promise<Result>((resolve, reject) => {
        this.waiting.add(reject);
        (this.pool.run(task, { transferList }) as Promise<Result>)
          .then(resolve, reject)
          .finally(() => this.waiting.delete(reject));
      });
    } catch (error) {
      throw endOf(error);
    }
  }

  close(): Promise<void> {
    this.closing ??= this.pool.destroy();
    return this.closing;
  }

  private end(error: unknown): void {
    this.ended ??= { error };
    for (const refuse of this.waiting) refuse(error);
  }
}

/** Why threads do no work any more. */
function endOf(error: unknown): DemandaError {
  const detail = error instanceof Error ? error.message : String(error);
  return systemFailure(error) ?? new DemandaError('EXECUTOR_ENDED', { detail }, { cause: error });
}

/** The bytes in memory that every thread sees: sent with each piece of work, they are copied with none. */
function sharedMemory(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
