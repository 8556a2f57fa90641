/** Imports hostile files in a process of its own, one workspace for all, and prints what became of each as a JSON line; the last line is the process. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DemandaError } from '../../src/errors.ts';
import { Workspace } from '../../src/workspace.ts';
import { type HostileFile, handmadeFiles, mutatedFile } from './hostile-files.ts';
import { peakMemoryKilobytes } from './peak-memory.ts';

const [folder, first, count] = process.argv.slice(2) as [string, string, string];
const folderOfFiles = join(folder, 'files');
mkdirSync(folderOfFiles, { recursive: true });
const workspace = await Workspace.open(join(folder, 'workspace'), { lang: 'en' });

async function tryFile({ name, content }: HostileFile): Promise<void> {
  const file = join(folderOfFiles, name);
  writeFileSync(file, content);
  const started = performance.now();
  let result: Record<string, unknown>;
  try {
    const [done] = (await workspace.importFiles([file])).files;
    result = { outcome: 'accepted', rows: done?.accepted };
  } catch (error) {
    if (error instanceof DemandaError) result = { outcome: 'refused', code: error.code, en: error.messageIn('en'), es: error.messageIn('es') };
    else result = { outcome: 'crash', message: String((error as Error).stack) };
  }
  process.stdout.write(`${JSON.stringify({ name, ms: performance.now() - started, ...result })}\n`);
  rmSync(file, { force: true });
}

if (Number(count) === 0) for (const file of handmadeFiles()) await tryFile(file);
else for (let i = 0; i < Number(count); i++) await tryFile(mutatedFile(Number(first) + i));
await workspace.close();
process.stdout.write(`${JSON.stringify({ name: 'process', peakMegabytes: peakMemoryKilobytes() / 1024 })}\n`);
