/** The thread that watches its process; see process-watch.ts. */

import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { WatchBounds } from './process-watch.ts';

const EVERY_MS = 25;
const given = workerData as { readonly bounds: WatchBounds; readonly parent: number };
let bounds = given.bounds;
let since = process.cpuUsage();

/** @param verdict as verdictOf reads it */
function end(verdict: string): never {
  if (verdict !== '') {
    try {
      writeSync(1, verdict);
    } catch {
      // Nobody reads it any more: the process ends all the same.
    }
  }
  process.kill(process.pid, 'SIGKILL');
  throw new RangeError('the process has ended');
}

setInterval(() => {
  if (process.ppid !== given.parent) end('');
  if (process.memoryUsage.rss() > bounds.megabytes * 1_048_576) end(`large ${Math.round(bounds.megabytes)}`);
  const { user, system } = process.cpuUsage(since);
  if (bounds.cpuSeconds !== null && user + system > bounds.cpuSeconds * 1e6)
    end(`slow ${Math.ceil(bounds.cpuSeconds * 10) / 10}`);
}, EVERY_MS);
parentPort?.on('message', (next: WatchBounds) => {
  bounds = next;
  since = process.cpuUsage();
});
parentPort?.postMessage('watching');
