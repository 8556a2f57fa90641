/**
 * Opens the file of a store: for this user alone, locked against being put away meanwhile, and brought up to date with
 * a copy of what it was.
 */

import { existsSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DemandaError } from '../../errors/demanda-error.ts';
import { createPrivateFile, makePrivate, makePrivateFolder } from '../private-files.ts';
import { copyFailure, storeFailure } from '../system-failure.ts';
import { insertAudit, PROGRAM } from './audit.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { copyStore, tablesOf } from './store-copy.ts';
import { holdTogether } from './workspace-lock.ts';

const FILE = 'demanda.sqlite';
/**
 * What a restore writes before it takes the store's place; who opens the workspace finds one only when that was broken
 * off.
 */
export const RESTORING = '.restoring';
export const REPLACED = '.replaced-';
/** What SQLite keeps beside a store. */
export const BESIDE = ['-wal', '-shm', '-journal'] as const;

/** A store that was brought up to date: what it was is kept in `copy`, null where there was nothing in it. */
export interface Migration {
  readonly from: number;
  readonly to: number;
  readonly copy: string | null;
}

export interface OpenOptions {
  /** How long a write waits for another process's transaction. */
  readonly busyTimeoutMs: number;
  readonly onMigration?: ((migration: Migration) => void) | undefined;
}

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  readonly file: string;
  close(): void;
}

/** The file of a workspace's store; it may be kept elsewhere, by a link. */
export function storeFile(folder: string): string {
  const file = join(folder, FILE);
  return existsSync(file) ? realpathSync(file) : file;
}

/** @throws DemandaError STORE_NEWER, STORE_UNREADABLE, STORE_BUSY, STORE_DISK_FULL, TEMP_DISK_FULL, FILES_TOO_MANY */
export function openDatabase(folder: string, { busyTimeoutMs, onMigration }: OpenOptions): OpenedDatabase {
  const place = join(folder, FILE);
  try {
    if (existsSync(folder) && !statSync(folder).isDirectory())
      throw new DemandaError('STORE_UNREADABLE', { file: folder, detail: 'not a folder' });
    makePrivateFolder(folder);
    const lock = holdTogether(folder, busyTimeoutMs);
    try {
      const file = storeFile(folder);
      removeLeftovers(file);
      if (!existsSync(file)) createUnlessThere(file);
      // SQLite gives what it keeps beside the store the store's own rights.
      for (const ending of ['', ...BESIDE]) makePrivate(`${file}${ending}`);
      const { database, migration } = openedWithRoom(file, busyTimeoutMs);
      if (migration) onMigration?.(migration);
      return {
        database,
        file: place,
        close: () => {
          database.close();
          lock.release();
        },
      };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw storeFailure(error, place, busyTimeoutMs / 1000);
  }
}

function createUnlessThere(file: string): void {
  try {
    createPrivateFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

type Opened = { readonly database: DatabaseSync; readonly migration: Migration | null };

/**
 * On a full disk there is no room for the memory that processes share: a store that nobody else has open can do
 * without, and be read.
 */
function openedWithRoom(file: string, busyTimeoutMs: number): Opened {
  try {
    return opened(file, busyTimeoutMs, 'NORMAL');
  } catch (error) {
    if (!(error instanceof DemandaError && error.code === 'STORE_DISK_FULL')) throw error;
    try {
      return opened(file, 0, 'EXCLUSIVE');
    } catch {
      throw error;
    }
  }
}

function opened(file: string, busyTimeoutMs: number, locking: 'NORMAL' | 'EXCLUSIVE'): Opened {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    database.exec(
      `PRAGMA locking_mode = ${locking}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;`,
    );
    // Nobody writes a rollback journal while this connection has the log open: one that is there still is what a kill
    // left before it said anything, or SQLite would have rolled it back by now.
    rmSync(`${file}-journal`, { force: true });
    const migration = migrate(database, file, { copy: true });
    writeAnew(database);
    return { database, migration };
  } catch (error) {
    const failure = storeFailure(error, file, busyTimeoutMs / 1000);
    database?.close();
    throw failure;
  }
}

/**
 * Brings a store up to date, in one transaction, after a copy of what it was: a copy that cannot be made refuses before
 * anything is changed.
 *
 * @returns null when there was nothing to do
 */
export function migrate(database: DatabaseSync, file: string, { copy }: { readonly copy: boolean }): Migration | null {
  const current = (): number =>
    (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  const to = MIGRATIONS.length;
  if (current() > to) throw new DemandaError('STORE_NEWER', { file, found: current(), known: to });
  if (current() === to) return null;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Read again inside the transaction: another process may have migrated while this one waited.
    const from = current();
    // Nobody writes now: the copy, read by a connection of its own, is what the migration starts from.
    const kept = copy && from < to && holdsSomething(database) ? `${file}.before-v${to}` : null;
    if (kept !== null) copyBefore(file, kept);
    for (let version = from; version < to; version++) {
      database.exec(MIGRATIONS[version] as string);
      database.exec(`PRAGMA user_version = ${version + 1}`);
    }
    if (from > 0 && from < to) {
      const detail = { from, to, copy: kept === null ? null : basename(kept) };
      insertAudit(database, {
        at: new Date().toISOString(),
        actor: PROGRAM,
        action: 'store.migrate',
        merchant: null,
        detail,
      });
    }
    database.exec('COMMIT');
    return from === 0 || from === to ? null : { from, to, copy: kept };
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/**
 * Where a migration asked for it, writes the whole file anew and empties the log beside it, so that nothing of what was
 * deleted is left in either. It takes as much free disk as the store; while there is too little, or others are at work
 * in it, it is tried again whenever the store is opened.
 */
function writeAnew(database: DatabaseSync): void {
  const due = database.prepare("SELECT 1 FROM document WHERE kind = 'upkeep' AND key = 'vacuum'");
  if (due.get() === undefined) return;
  try {
    database.exec('VACUUM');
    const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
    if (busy === 0) database.exec("DELETE FROM document WHERE kind = 'upkeep' AND key = 'vacuum'");
  } catch (error) {
    const primary = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
    // Busy, locked, full: the next opening. Anything else is a store that does not work.
    if (![5, 6, 13].includes(primary)) throw error;
  }
}

/** The words of a copy that fails name the copy. */
function copyBefore(file: string, kept: string): void {
  let source: DatabaseSync | null = null;
  try {
    source = new DatabaseSync(file);
    // A damaged model must not keep the others from being opened: it goes along as it is.
    copyStore(source, kept, { replace: true, check: false });
  } catch (error) {
    throw copyFailure(error, kept);
  } finally {
    source?.close();
  }
}

function holdsSomething(database: DatabaseSync): boolean {
  return tablesOf(database).some((table) => database.prepare(`SELECT 1 FROM "${table}" LIMIT 1`).get() !== undefined);
}

/**
 * SQLite ends a transaction by itself when the disk is full or fails; what then went wrong must not be hidden by a
 * second error.
 */
export function rollBack(database: DatabaseSync): void {
  if (database.isTransaction) database.exec('ROLLBACK');
}

/**
 * What a restore that was killed left: its unfinished file, and a second name of a store that it did not come to
 * replace.
 */
export function removeLeftovers(file: string): void {
  const name = basename(file);
  const folder = dirname(file);
  if (!existsSync(folder)) return;
  for (const found of readdirSync(folder)) {
    const path = join(folder, found);
    if (found.startsWith(`${name}${RESTORING}`)) rmSync(path, { force: true });
    else if (found.startsWith(`${name}${REPLACED}`) && existsSync(file) && sameFile(path, file))
      rmSync(path, { force: true });
  }
}

export function sameFile(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return false;
  const [a, b] = [statSync(one, { bigint: true }), statSync(other, { bigint: true })];
  return a.dev === b.dev && a.ino === b.ino;
}
