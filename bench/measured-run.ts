/** The command line in a process of its own, with what it took. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs the command line and reads its peak memory and CPU seconds from its own mouth. */
export async function measured(args: readonly string[]): Promise<{ seconds: number; cpuSeconds: number; megabytes: number; code: number | null }> {
  const started = performance.now();
  const run = spawn(process.execPath, ['--import', join(import.meta.dirname, 'peak-memory.ts'), join(import.meta.dirname, '../bin/demanda.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  run.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => run.on('close', done));
  const said = /peak-memory (\d+) cpu-seconds ([\d.]+)/.exec(err);
  const [megabytes, cpuSeconds] = said ? [Number(said[1]) / 1024, Number(said[2])] : [Number.NaN, Number.NaN];
  return { seconds: (performance.now() - started) / 1000, cpuSeconds, megabytes, code };
}
