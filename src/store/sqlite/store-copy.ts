/** Consistent copies of a store, and whether a file is a whole store of demanda. */

import { existsSync, linkSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { StoreContents } from '../../contract/store/store.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { isWhole, type ModelBytes, type ModelForm } from '../model-bytes.ts';
import { createPrivateFile, flushToDisk } from '../private-files.ts';
import { processIdentity } from '../process-identity.ts';
import { sqliteCode } from '../system-failure.ts';

/** What is wrong with a store: the first that was found, and the model whose record it is. */
export interface StoreProblem {
  readonly detail: string;
  readonly model: { readonly merchant: string; readonly product: string; readonly version: number } | null;
}

/**
 * Copies a store as it stands at one instant, whoever writes to it meanwhile, to a file for this user alone: under
 * another name first, then flushed and renamed. Left out is what has no meaning elsewhere or later: answers kept for
 * repeats, which may hold secrets, sessions, and who holds what.
 *
 * VACUUM INTO reads one snapshot. SQLite's online backup begins anew whenever another process writes between two of its
 * steps, and never ends beside a steady writer. It would also take along free pages, with what was deleted from them.
 *
 * @param source open, and outside a transaction
 * @param replace takes the place of a file of that name; @param check refuses to copy what is damaged
 * @throws DemandaError BACKUP_EXISTS, STORE_DAMAGED, MODEL_CORRUPT; what the system refuses, untranslated
 */
export function copyStore(
  source: DatabaseSync,
  target: string,
  { replace, check }: { readonly replace: boolean; readonly check: boolean },
): StoreContents {
  removeDeadPartials(target);
  const partial = `${target}${partialEnding()}`;
  try {
    createPrivateFile(partial);
    source.prepare('VACUUM INTO ?').run(partial);
    const contents = finishedCopy(partial, check ? (source.location() ?? target) : null);
    flushToDisk(partial);
    publish(partial, target, replace);
    flushToDisk(dirname(target));
    return contents;
  } finally {
    rmSync(partial, { force: true });
  }
}

/** @param source the store's file, for the words of what is wrong with it; null to leave it unlooked at */
function finishedCopy(partial: string, source: string | null): StoreContents {
  const copy = new DatabaseSync(partial);
  try {
    // Without a journal, which would hold once more what is taken out: a copy that is broken off is thrown away.
    copy.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON');
    removePassing(copy);
    const problem = source === null ? null : problemOf(copy);
    if (problem?.model) throw new DemandaError('MODEL_CORRUPT', problem.model);
    if (source !== null && problem) throw new DemandaError('STORE_DAMAGED', { file: source, detail: problem.detail });
    return contentsOf(copy);
  } finally {
    copy.close();
  }
}

/**
 * Takes out of a copy what belongs to the moment and the machine that it was made on: a training that was under way can
 * be gone on with.
 */
export function removePassing(database: DatabaseSync): void {
  const tables = tablesOf(database);
  for (const table of tables) if (/^(idempoten|session|held_cell)/.test(table)) database.exec(`DELETE FROM "${table}"`);
  if (tables.includes('training'))
    database.exec(
      "UPDATE training SET status = 'stopped', pid = NULL, ended_at = beat_at WHERE status IN ('starting', 'running', 'stopping')",
    );
}

export function tablesOf(database: DatabaseSync): string[] {
  return (
    database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all() as {
      name: string;
    }[]
  ).map(({ name }) => name);
}

/** Looks at every page, index and reference of a store, and at the checksum of every model. Null when all is well. */
export function problemOf(database: DatabaseSync): StoreProblem | null {
  try {
    const [found] = database.prepare('PRAGMA integrity_check(1)').all() as { integrity_check: string }[];
    if (found?.integrity_check !== 'ok')
      return { detail: String(found?.integrity_check).split('\n').at(-1) as string, model: null };
    const [reference] = database.prepare('PRAGMA foreign_key_check').all() as { table: string; parent: string }[];
    if (reference) return { detail: `${reference.table} → ${reference.parent}`, model: null };
    type Kept = { merchant: string; product: string; version: number; form?: ModelForm } & Omit<ModelBytes, 'form'>;
    // Of all columns: a backup of a version before 18 has no form.
    for (const row of database.prepare('SELECT * FROM model').iterate()) {
      const { merchant, product, version, form = 1, document, crc } = row as unknown as Kept;
      if (!isWhole({ form, document, crc }))
        return { detail: `${merchant} / ${product} v${version}`, model: { merchant, product, version } };
    }
    return null;
  } catch (error) {
    if (sqliteCode(error) === 11) return { detail: (error as Error).message, model: null };
    throw error;
  }
}

export function contentsOf(database: DatabaseSync): StoreContents {
  const number = (sql: string): number => Object.values(database.prepare(sql).get() as Record<string, number>)[0];
  return {
    version: number('PRAGMA user_version'),
    cells: number('SELECT count(*) FROM cell'),
    models: number('SELECT count(*) FROM model'),
  };
}

/** Gives a finished copy its name; should two want the same one, the first has it. */
function publish(partial: string, target: string, replace: boolean): void {
  if (replace) {
    renameSync(partial, target);
    return;
  }
  try {
    linkSync(partial, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Where there are no links, a look must do.
    if (code === 'EEXIST' || existsSync(target))
      throw new DemandaError('BACKUP_EXISTS', { file: target }, { cause: error });
    renameSync(partial, target);
  }
}

/** Names the process, so that what it leaves behind when it is killed can be told from what it is writing. */
function partialEnding(): string {
  return `.partial-${process.pid}-${crc32(processIdentity(process.pid) ?? '')}`;
}

function removeDeadPartials(target: string): void {
  const start = `${basename(target)}.partial-`;
  for (const name of readdirSync(dirname(target))) {
    const [, pid, identity] = name.startsWith(start)
      ? (/^(\d+)-(\d+)(?:-journal)?$/.exec(name.slice(start.length)) ?? [])
      : [];
    if (pid === undefined) continue;
    const living = processIdentity(Number(pid));
    if (living === null || String(crc32(living)) !== identity || Number(pid) === process.pid)
      rmSync(join(dirname(target), name), { force: true });
  }
}
