/** The command line in a process of its own, with what it took. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Runs the command line; peak memory, CPU seconds and seconds that its threads waited for a core are what it says
 * itself, NaN when it did not.
 */
export async function measured(
  args: readonly string[],
): Promise<{ seconds: number; cpuSeconds: number; waitedSeconds: number; megabytes: number; code: number | null }> {
  const started = performance.now();
  const run = spawn(
    process.execPath,
    ['--import', join(import.meta.dirname, 'peak-memory.ts'), join(import.meta.dirname, '../bin/demanda.js'), ...args],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let err = '';
  run.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => run.on('close', done));
  const said = /peak-memory (\d+) cpu-seconds ([\d.]+) waited-seconds ([\d.]+)/.exec(err);
  const [kilobytes, cpuSeconds, waitedSeconds] = [1, 2, 3].map((i) => Number(said?.[i])) as [number, number, number];
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds,
    waitedSeconds,
    megabytes: kilobytes / 1024,
    code,
  };
}
