/** One step with a store as a process of its own, to be killed; see watchVault. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DemandaError } from '../../src/errors/demanda-error.ts';
import { openStore } from '../../src/store/open.ts';
import { Workspace } from '../../src/workspace.ts';

/** Writes a second, each flushed to disk. */
const WRITES_PER_SECOND = 200;

async function perform(what: string, folder: string, file: string): Promise<void> {
  if (what === 'write') return writeSteadily(folder);
  if (what === 'visit') return visit(folder);
  if (what === 'alternate') return alternate(folder, file);
  if (what === 'restore') {
    process.stdout.write('begun\n');
    await Workspace.restore(folder, file);
  } else if (what === 'open') {
    process.stdout.write('begun\n');
    await (await openStore(folder)).close();
  } else {
    const store = await openStore(folder);
    process.stdout.write('begun\n');
    await store.backup(file, { replace: true });
    await store.close();
  }
  process.stdout.write('done\n');
}

/** Opens, reads, writes and closes again and again, and prints whose store each time was. */
async function visit(folder: string): Promise<void> {
  for (;;) {
    try {
      const store = await openStore(folder);
      const owner = await store.documents.setting('owner');
      await store.documents.put('visit', 'last', { owner });
      const after = await store.documents.setting('owner');
      await store.close();
      process.stdout.write(`visited ${owner === after ? owner : `${owner}, then ${after}`}\n`);
    } catch (error) {
      // Held up for longer than it waits: told, and repeated.
      if (!(error instanceof DemandaError && error.code === 'STORE_BUSY')) throw error;
    }
    await pause(40);
  }
}

/** Restores two backups by turns, whenever nobody else is there. */
async function alternate(folder: string, files: string): Promise<void> {
  for (let i = 1; ; ) {
    try {
      await Workspace.restore(folder, `${files}${i % 2 === 0 ? 'A' : 'B'}`);
      process.stdout.write(`restored ${i++}\n`);
    } catch (error) {
      if (!(error instanceof DemandaError && error.code === 'WORKSPACE_IN_USE')) throw error;
    }
    await pause(10);
  }
}

/** Puts document after document, by the clock, and prints the number of each that is on disk and how long it took. */
async function writeSteadily(folder: string): Promise<void> {
  const store = await openStore(folder);
  const started = performance.now();
  for (let i = 0; ; i++) {
    const due = started + (i * 1000) / WRITES_PER_SECOND;
    if (performance.now() < due) await pause(due - performance.now());
    const before = performance.now();
    await store.documents.put('write', String(i), { i });
    process.stdout.write(`${i} ${Math.round(performance.now() - before)}\n`);
  }
}

export interface WatchedVault {
  /** Resolves when the step has begun. */
  readonly begun: Promise<void>;
  /** Resolves when it is done, or its process has ended. */
  readonly done: Promise<void>;
  readonly ended: Promise<{
    readonly signal: NodeJS.Signals | null;
    readonly code: number | null;
    readonly err: string;
  }>;
  /** Lines that it printed so far. */
  readonly lines: readonly string[];
  kill(signal?: NodeJS.Signals): void;
}

/** Starts a step. @param file of the backup */
export function watchVault(
  what: 'write' | 'backup' | 'restore' | 'open' | 'visit' | 'alternate',
  folder: string,
  file = '',
): WatchedVault {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), what, folder, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let [rest, err] = ['', ''];
  const begun = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const found = (rest + text).split('\n');
    rest = found.pop() as string;
    lines.push(...found);
    if (lines.length > 0) begun.resolve();
    if (found.includes('done')) done.resolve();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'close').then(([code, signal]) => {
    begun.resolve();
    done.resolve();
    return { signal, code, err };
  });
  return { begun: begun.promise, done: done.promise, ended, lines, kill: (signal = 'SIGKILL') => child.kill(signal) };
}

const [, entry, what, folder, file] = process.argv as [string, string, string, string, string];
if (entry === fileURLToPath(import.meta.url)) await perform(what, folder, file);
