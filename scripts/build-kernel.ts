/**
 * Builds the kernel from AssemblyScript into src/core/kernel/kernel-bytes.ts; `--check` builds it twice and compares.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

function build(): string {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-kernel-'));
  const wasm = join(folder, 'kernel.wasm');
  const run = spawnSync(
    'asc',
    [
      join(root, 'src/core/kernel/assembly/glm.ts'),
      join(root, 'src/core/kernel/assembly/iteration.ts'),
      join(root, 'src/core/kernel/assembly/innovations.ts'),
      '-o',
      wasm,
      '-O3',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--noAssert',
      '--use',
      'abort=',
      '--initialMemory',
      '16',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (run.status !== 0) throw new Error(`asc ended with ${run.status}`);
  const bytes = readFileSync(wasm).toString('base64');
  rmSync(folder, { recursive: true });
  return `/** Built by scripts/build-kernel.ts; not committed. */\n\nexport const KERNEL_BASE64 =\n  '${bytes}';\n`;
}

const first = build();
if (process.argv.includes('--check')) {
  if (build() !== first) throw new Error('two builds of the kernel differ');
  console.log('the kernel builds to the same bytes twice');
} else writeFileSync(join(root, 'src/core/kernel/kernel-bytes.ts'), first);
