/**
 * Loaded before a program: prints its peak resident memory in kB, its CPU seconds and the seconds its threads waited
 * for a core, on leaving.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { peakMemoryKilobytes } from '../test/support/peak-memory.ts';
import { cpuSeconds } from './measures.ts';

const SAMPLE_MS = 500;
/** Nanoseconds that each thread was ready to run while others had the core; threads that ended keep their last. */
const waited = new Map<string, number>();

function sampleWaiting(): void {
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      waited.set(thread, Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1]));
    }
  } catch {
    // Not Linux, or a thread that ended in between: what was seen before stands.
  }
}

// Worker threads load this file too; one of them is enough.
if (isMainThread) {
  setInterval(sampleWaiting, SAMPLE_MS).unref();
  process.on('exit', () => {
    sampleWaiting();
    const waitedSeconds = [...waited.values()].reduce((sum, ns) => sum + ns, 0) / 1e9;
    process.stderr.write(
      `peak-memory ${peakMemoryKilobytes()} cpu-seconds ${cpuSeconds().toFixed(2)} waited-seconds ${waitedSeconds.toFixed(2)}\n`,
    );
  });
}
