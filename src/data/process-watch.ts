/**
 * A process that reads what strangers wrote watches itself: a thread of it ends the whole process when it computes too
 * long, takes too much memory or outlives its parent.
 */

import { Worker } from 'node:worker_threads';

export interface WatchBounds {
  /** Seconds of computing between two beats; null where only memory is bounded. */
  readonly cpuSeconds: number | null;
  /** Resident memory of the process, MB. */
  readonly megabytes: number;
}

/** Why a watched process ended itself, and at which bound: seconds or megabytes. */
export interface WatchVerdict {
  readonly kind: 'slow' | 'large' | null;
  readonly bound: number;
}

/** Reads what it said on its standard output, where nothing else is written: "slow 1.5", "large 512". */
export function verdictOf(said: string): WatchVerdict {
  const [, kind, bound] = /^(slow|large) (\d+(?:\.\d+)?)$/.exec(said) ?? [];
  return { kind: (kind as 'slow' | 'large' | undefined) ?? null, bound: Number(bound ?? 0) };
}

export interface ProcessWatch {
  /** Begins a new span of computing. */
  beat(bounds: WatchBounds): void;
}

/** Must be started before anything is read: it takes the thread some 20 ms to begin. */
export async function watchProcess(bounds: WatchBounds): Promise<ProcessWatch> {
  const thread = new Worker(
    new URL(`./process-watch-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
    {
      // Of the process's own options none is the thread's.
      execArgv: [],
      workerData: { bounds, parent: process.ppid },
    },
  );
  await new Promise<void>((resolve) => thread.once('message', () => resolve()));
  thread.unref();
  return { beat: (next) => thread.postMessage(next) };
}
