/**
 * Imports hostile files in a process of its own, one workspace for all, and prints what became of each as a JSON line;
 * the last line is the process. `given` are those that lie in the folder `files` already.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DemandaError } from '../../src/errors/demanda-error.ts';
import { Workspace } from '../../src/workspace.ts';
import { fuzzedFile } from './fuzzed-files.ts';
import { type HostileFile, handmadeFiles, mutatedFile } from './hostile-files.ts';
import { peakMemoryKilobytes } from './peak-memory.ts';

const [folder, kind, first, count] = process.argv.slice(2) as [
  string,
  'handmade' | 'mutated' | 'fuzzed' | 'given',
  string,
  string,
];
// Of promises that nobody waits for, which would end a process that does not listen.
let unhandled = 0;
process.on('unhandledRejection', () => unhandled++);
const folderOfFiles = join(folder, 'files');
mkdirSync(folderOfFiles, { recursive: true });
const workspace = await Workspace.open(join(folder, 'workspace'), { lang: 'en' });

async function tryFile({ name, content }: HostileFile): Promise<void> {
  const file = join(folderOfFiles, name);
  writeFileSync(file, content);
  const started = performance.now();
  const cpu = process.cpuUsage();
  let result: Record<string, unknown>;
  try {
    // Files of one shop and the same days, one after the other: each takes the place of the one before.
    const [done] = (await workspace.importFiles([file], { replace: true })).files;
    result = { outcome: 'accepted', rows: done?.accepted };
  } catch (error) {
    if (error instanceof DemandaError)
      result = { outcome: 'refused', code: error.code, en: error.messageIn('en'), es: error.messageIn('es') };
    else result = { outcome: 'crash', message: String((error as Error).stack) };
  }
  const { user, system } = process.cpuUsage(cpu);
  process.stdout.write(
    `${JSON.stringify({ name, ms: performance.now() - started, cpuMs: (user + system) / 1000, ...result })}\n`,
  );
  rmSync(file, { force: true });
}

if (kind === 'handmade') for (const file of handmadeFiles()) await tryFile(file);
else if (kind === 'given')
  for (const name of readdirSync(folderOfFiles))
    await tryFile({ name, content: readFileSync(join(folderOfFiles, name)) });
else
  for (let i = 0; i < Number(count); i++)
    await tryFile((kind === 'fuzzed' ? fuzzedFile : mutatedFile)(Number(first) + i));
await workspace.close();
process.stdout.write(
  `${JSON.stringify({ name: 'process', peakMegabytes: peakMemoryKilobytes() / 1024, unhandled })}\n`,
);
