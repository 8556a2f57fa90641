/** Backups of a store, and a store put in the place of another: whole before and after, whenever the process ends. */

import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Actor, Deed } from '../../contract/store/deed.ts';
import type { StoreContents } from '../../contract/store/store.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { copyPrivately, flushToDisk, makePrivateFolder } from '../private-files.ts';
import { copyFailure, fileFailure, sqliteCode, storeFailure } from '../system-failure.ts';
import { insertAudit } from './audit.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { BESIDE, migrate, REPLACED, RESTORING, removeLeftovers, sameFile, storeFile } from './open-database.ts';
import { contentsOf, copyStore, problemOf, removePassing, tablesOf } from './store-copy.ts';
import { holdAlone } from './workspace-lock.ts';

/** How long a restore waits for commands that are about to end. */
const ALONE_MS = 1_000;
/** A training that was asked for so lately may be on its way to the store. */
const STARTING_MS = 60_000;

/**
 * Copies the store of a workspace to a file, as it stands at one instant, checked. Whoever writes meanwhile is not held
 * up.
 *
 * @param database the store, open; @param folder of the workspace; @param target must lie outside it; @param replace an
 * earlier file of that name
 * @throws DemandaError BACKUP_EXISTS, BACKUP_INSIDE, FILE_UNWRITABLE, DISK_FULL, STORE_DAMAGED, MODEL_CORRUPT
 */
export function backupStore(
  database: DatabaseSync,
  folder: string,
  target: string,
  { replace }: { readonly replace: boolean },
): StoreContents {
  const file = backupTarget(folder, target, replace);
  try {
    return copyStore(database, file, { replace, check: true });
  } catch (error) {
    if (sqliteCode(error) === 11)
      throw new DemandaError(
        'STORE_DAMAGED',
        { file: storeFile(folder), detail: (error as Error).message },
        { cause: error },
      );
    throw copyFailure(error, target);
  }
}

function backupTarget(folder: string, target: string, replace: boolean): string {
  try {
    const parent = realpathSync(dirname(resolve(target)));
    const named = join(parent, basename(target));
    const file = existsSync(named) ? realpathSync(named) : named;
    const inside = realpathSync(folder);
    // With its folder a workspace is lost: what is to be had then must lie elsewhere.
    if (
      [parent, dirname(file)].some((at) => at === inside || at.startsWith(inside + sep)) ||
      sameFile(file, storeFile(folder))
    )
      throw new DemandaError('BACKUP_INSIDE', { file: target, folder });
    const found = existsSync(file) ? lstatSync(file) : null;
    if (found && !found.isFile())
      throw new DemandaError('FILE_UNWRITABLE', { file: target, detail: found.isDirectory() ? 'EISDIR' : 'EEXIST' });
    if (found && !replace) throw new DemandaError('BACKUP_EXISTS', { file: target });
    return file;
  } catch (error) {
    throw fileFailure(error, target);
  }
}

export interface Restored extends StoreContents {
  /** Where the store that was there is kept; null where there was none, or nothing was done. */
  readonly replaced: string | null;
}

/**
 * Puts a backup in the place of a workspace's store, after it was checked and brought up to date in a copy of its own.
 * The store that was there is kept beside it. Sessions end; keys that were revoked since the backup stay revoked.
 *
 * @param dryRun checks the backup and changes nothing; @param actor who restores, for the audit log
 * @throws DemandaError BACKUP_MISSING, BACKUP_NO_STORE, BACKUP_DAMAGED, STORE_NEWER, WORKSPACE_IN_USE, STORE_DISK_FULL,
 * STORE_UNREADABLE
 */
export function restoreStore(
  folder: string,
  backup: string,
  { dryRun, actor }: { readonly dryRun: boolean; readonly actor: Actor },
): Restored {
  requireFile(backup);
  if (dryRun) {
    const place = mkdtempSync(join(tmpdir(), 'demanda-restore-'));
    try {
      return { ...withFailuresOf(join(place, 'copy'), () => checkedCopy(backup, join(place, 'copy'))), replaced: null };
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }
  const place = storeFile(folder);
  return withFailuresOf(place, () => {
    makePrivateFolder(folder);
    const lock = holdAlone(folder, ALONE_MS);
    if (!lock) throw new DemandaError('WORKSPACE_IN_USE', { folder });
    try {
      return exchange(folder, backup, storeFile(folder), actor);
    } finally {
      lock.release();
    }
  });
}

function withFailuresOf<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailure(error, file, ALONE_MS / 1000);
  }
}

function requireFile(backup: string): void {
  try {
    if (statSync(backup).isFile()) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileFailure(error, backup);
  }
  throw new DemandaError('BACKUP_MISSING', { file: backup });
}

/** Alone in the workspace. */
function exchange(folder: string, backup: string, store: string, actor: Actor): Restored {
  if (sameFile(backup, store)) throw new DemandaError('BACKUP_INSIDE', { file: backup, folder });
  removeLeftovers(store);
  const next = `${store}${RESTORING}`;
  try {
    const contents = checkedCopy(backup, next);
    const present = existsSync(store) ? putToRest(store, folder) : null;
    const kept = present && `${store}${REPLACED}${new Date().toISOString().replace(/[:.]/g, '-')}`;
    const detail = { backup: basename(backup), replaced: kept && basename(kept) };
    complete(next, { actor, action: 'store.restore', merchant: null, detail }, present?.revoked ?? []);
    if (kept !== null) {
      keepUnder(store, kept);
      // A store that could not be read keeps its log; the next one must not find it.
      for (const ending of BESIDE) {
        if (existsSync(`${store}${ending}`)) keepUnder(`${store}${ending}`, `${kept}${ending}`);
        rmSync(`${store}${ending}`, { force: true });
      }
    }
    renameSync(next, store);
    flushToDisk(dirname(store));
    return { ...contents, replaced: kept };
  } finally {
    for (const ending of ['', ...BESIDE]) rmSync(`${next}${ending}`, { force: true });
  }
}

/** Copies a backup, with what SQLite may have left beside it, checks the copy and brings it up to date. */
function checkedCopy(backup: string, file: string): StoreContents {
  for (const ending of ['', '-wal', '-journal']) {
    if (existsSync(`${backup}${ending}`)) copyPrivately(`${backup}${ending}`, `${file}${ending}`);
  }
  const database = new DatabaseSync(file);
  try {
    requireStore(database, backup);
    const problem = problemOf(database);
    if (problem) throw new DemandaError('BACKUP_DAMAGED', { file: backup, detail: problem.detail });
    const { version } = contentsOf(database);
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA foreign_keys = ON');
    // What was made earlier is in the backup still: it needs no copy of its own.
    migrate(database, backup, { copy: false });
    return { ...contentsOf(database), version };
  } catch (error) {
    if (sqliteCode(error) === 11)
      throw new DemandaError('BACKUP_DAMAGED', { file: backup, detail: (error as Error).message }, { cause: error });
    throw error;
  } finally {
    database.close();
  }
}

function requireStore(database: DatabaseSync, backup: string): void {
  try {
    const found = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
    if (found > MIGRATIONS.length)
      throw new DemandaError('STORE_NEWER', { file: backup, found, known: MIGRATIONS.length });
    const tables = tablesOf(database);
    if (found > 0 && ['setting', 'cell', 'sale', 'model', 'model_alias'].every((table) => tables.includes(table))) {
      const trigger = foreignTrigger(database, found);
      if (trigger !== null) throw new DemandaError('BACKUP_DAMAGED', { file: backup, detail: `trigger ${trigger}` });
      return;
    }
  } catch (error) {
    if (sqliteCode(error) !== 26) throw error;
  }
  throw new DemandaError('BACKUP_NO_STORE', { file: backup });
}

/**
 * A trigger that a store of this version has not: it would act on whatever is written later. Null when there is none.
 */
function foreignTrigger(database: DatabaseSync, version: number): string | null {
  const triggersOf = (of: DatabaseSync): { name: string; sql: string }[] =>
    of.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as { name: string; sql: string }[];
  const made = new DatabaseSync(':memory:');
  try {
    for (const migration of MIGRATIONS.slice(0, version)) made.exec(migration);
    const known = new Map(triggersOf(made).map(({ name, sql }) => [name, sql]));
    return triggersOf(database).find(({ name, sql }) => known.get(name) !== sql)?.name ?? null;
  } finally {
    made.close();
  }
}

/** The last words of a restored store's file: it is flushed when it closes. */
function complete(next: string, deed: Omit<Deed, 'at'>, revoked: readonly RevokedKey[]): void {
  const database = new DatabaseSync(next);
  try {
    database.exec('PRAGMA foreign_keys = ON; BEGIN IMMEDIATE');
    removePassing(database);
    const revoke = database.prepare('UPDATE api_key SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL');
    for (const { id, at } of revoked) revoke.run(at, id);
    insertAudit(database, { at: new Date().toISOString(), ...deed });
    database.exec('COMMIT');
  } finally {
    database.close();
  }
  flushToDisk(next);
}

interface RevokedKey {
  readonly id: string;
  readonly at: string;
}

/**
 * Writes the log of a store back into it, so that it is one file, and reads which keys it knows to be revoked. One that
 * is damaged is left as it is.
 */
function putToRest(store: string, folder: string): { readonly revoked: readonly RevokedKey[] } {
  // SQLite throws away the log of what it does not take for a store, which may be all that is left of it.
  if (!startsAsStore(store)) return { revoked: [] };
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(store, { timeout: ALONE_MS });
    const tables = tablesOf(database);
    if (tables.includes('training')) {
      const lately = new Date(Date.now() - STARTING_MS).toISOString();
      const starting = database.prepare("SELECT 1 FROM training WHERE status = 'starting' AND beat_at > ?").get(lately);
      if (starting) throw new DemandaError('WORKSPACE_IN_USE', { folder });
    }
    const revoked = tables.includes('api_key')
      ? (database
          .prepare('SELECT key_id AS id, revoked_at AS at FROM api_key WHERE revoked_at IS NOT NULL')
          .all() as unknown as RevokedKey[])
      : [];
    // Refused while anybody, of whatever program, has the store open.
    database.exec('PRAGMA journal_mode = DELETE');
    return { revoked };
  } catch (error) {
    if (error instanceof DemandaError) throw error;
    if (sqliteCode(error) === 5) throw new DemandaError('WORKSPACE_IN_USE', { folder }, { cause: error });
    if (sqliteCode(error) === undefined) throw error;
    return { revoked: [] };
  } finally {
    database?.close();
  }
}

function startsAsStore(file: string): boolean {
  const head = Buffer.alloc(16);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head);
  } finally {
    closeSync(descriptor);
  }
  return head.toString('latin1') === 'SQLite format 3\0';
}

/** A second name, so that the first is never missing; a copy where the disk knows no links. */
function keepUnder(file: string, kept: string): void {
  try {
    linkSync(file, kept);
  } catch {
    copyPrivately(file, kept);
    flushToDisk(kept);
  }
}
