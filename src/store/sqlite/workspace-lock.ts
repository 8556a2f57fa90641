/**
 * Who has a workspace open: everyone holds its lock file together, and who puts another store in its place holds it
 * alone.
 *
 * The lock file is an empty SQLite file, as Node itself cannot lock. A store cannot guard itself: who waits for it has
 * the old file open already.
 */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPrivateFile } from '../private-files.ts';
import { sqliteCode } from '../system-failure.ts';

const LOCK_FILE = 'demanda.lock';

export interface WorkspaceLock {
  release(): void;
}

/**
 * Holds a workspace together with all others that have it open. @throws SQLite's busy error when it is held alone for
 * longer than the time given
 */
export function holdTogether(folder: string, waitMs: number): WorkspaceLock {
  return locked(folder, waitMs, (database) => {
    database.exec('BEGIN');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
  });
}

/** Holds a workspace alone. @returns null when others have it open */
export function holdAlone(folder: string, waitMs: number): WorkspaceLock | null {
  try {
    return locked(folder, waitMs, (database) => database.exec('BEGIN EXCLUSIVE'));
  } catch (error) {
    if (sqliteCode(error) === 5) return null;
    throw error;
  }
}

function locked(folder: string, waitMs: number, take: (database: DatabaseSync) => void): WorkspaceLock {
  const file = join(folder, LOCK_FILE);
  try {
    createPrivateFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const database = new DatabaseSync(file, { timeout: waitMs });
  try {
    take(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return { release: () => database.close() };
}
