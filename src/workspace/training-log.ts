/**
 * What processes of trainings say when they end badly, a file each: nobody reads their terminal. Beside the store, for
 * this user alone, the last few kept.
 */

import { closeSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { visibleLines } from '../contract/visible-text.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { makePrivate, makePrivateFolder, PRIVATE_FILE } from '../store/private-files.ts';

const MOST_LOGS = 20;
/** A log that a resumed training would append to begins anew beyond this. */
const MOST_BYTES = 262_144;
const MOST_CHARACTERS = 4_000;

export function logFolder(workspaceFolder: string): string {
  return join(workspaceFolder, 'training-logs');
}

export function logFile(workspaceFolder: string, trainingId: string): string {
  return join(logFolder(workspaceFolder), `${trainingId}.log`);
}

/**
 * Opens the log of a training, to be handed to its process as output. Null where it cannot be: a training goes on
 * without.
 */
export function openLog(
  workspaceFolder: string,
  trainingId: string,
): { readonly descriptor: number; readonly close: () => void } | null {
  const folder = logFolder(workspaceFolder);
  const file = logFile(workspaceFolder, trainingId);
  try {
    makePrivateFolder(folder);
    removeOldest(folder);
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const descriptor = openSync(file, size > MOST_BYTES ? 'w' : 'a', PRIVATE_FILE);
    makePrivate(file);
    return { descriptor, close: () => closeSync(descriptor) };
  } catch {
    return null;
  }
}

/** Those of trainings that ended well are removed when they end. */
function removeOldest(folder: string): void {
  const logs = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((file) => ({ file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { file } of logs.slice(MOST_LOGS - 1)) rmSync(file, { force: true });
}

/** Within the process of a training, whose standard error is its log. */
export function logFailure(error: unknown): void {
  const told =
    error instanceof DemandaError
      ? `${error.code}: ${error.message}`
      : String((error as Error | undefined)?.message ?? error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  process.stderr.write(
    visibleLines(
      `${stack.slice(0, MOST_CHARACTERS)}\n${LAST_WORDS}${new Date().toISOString()} ${told.slice(0, 500)}\n`,
    ),
  );
}

const LAST_WORDS = 'last words: ';

/** A log with nothing in it is no log. */
export function removeEmptyLog(workspaceFolder: string, trainingId: string): void {
  const file = logFile(workspaceFolder, trainingId);
  if (statSync(file, { throwIfNoEntry: false })?.size === 0) rmSync(file, { force: true });
}

/**
 * The line of a log that says why its process ended: its own, or the one that Node writes when it breaks off. Null
 * where there is none.
 */
export function lastWords(workspaceFolder: string, trainingId: string): string | null {
  try {
    const lines = readFileSync(logFile(workspaceFolder, trainingId), 'utf8').split('\n');
    const own = lines.findLast((line) => line.startsWith(LAST_WORDS));
    return (
      own?.slice(LAST_WORDS.length) ??
      lines.findLast((line) => /FATAL ERROR|\bError:/.test(line))?.slice(0, 500) ??
      null
    );
  } catch {
    return null;
  }
}
