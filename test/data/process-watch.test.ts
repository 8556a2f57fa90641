import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const WATCH = pathToFileURL(join(import.meta.dirname, '../../src/data/process-watch.ts')).href;

/** Runs a program that watches itself. */
function watched(
  bounds: { cpuSeconds: number | null; megabytes: number },
  program: string,
): { signal: string | null; said: string; code: number | null } {
  const source = `const { watchProcess } = await import(${JSON.stringify(WATCH)}); const watch = await watchProcess(${JSON.stringify(bounds)}); ${program}`;
  const { signal, stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { signal, said: stdout, code: status };
}

describe('a process that watches itself', () => {
  it('ends when it computes too long, even in a loop that lets nothing else run', () => {
    expect(watched({ cpuSeconds: 0.3, megabytes: 1_000 }, 'for (;;);')).toEqual({
      signal: 'SIGKILL',
      said: 'slow 0.3',
      code: null,
    });
  });
  it('ends when it takes too much memory, also outside of the heap that V8 bounds', () => {
    const buffers = 'const held = []; for (;;) held.push(Buffer.alloc(10_000_000, 1));';
    expect(watched({ cpuSeconds: null, megabytes: 300 }, buffers)).toEqual({
      signal: 'SIGKILL',
      said: 'large 300',
      code: null,
    });
  });
  it('is left alone within its bounds, which every beat begins anew', () => {
    const spans =
      'for (let i = 0; i < 4; i++) { watch.beat({ cpuSeconds: 2, megabytes: 300 }); const end = Date.now() + 150; while (Date.now() < end); } console.log("done");';
    expect(watched({ cpuSeconds: 2, megabytes: 300 }, spans)).toEqual({ signal: null, said: 'done\n', code: 0 });
  });
});
