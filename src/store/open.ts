/** The door to what is kept: the one place that knows which engine keeps it. */

import type { Store } from '../contract/store/store.ts';
import { restoreStore } from './sqlite/backup.ts';
import { type Migration, type OpenOptions, storeFile } from './sqlite/open-database.ts';
import { openSqliteStore } from './sqlite/store.ts';

export type { Migration };
export { restoreStore, storeFile };

/**
 * Opens the store of a workspace, creating it where there is none. A store of an earlier version is brought up to date,
 * after a copy of it was kept beside it.
 *
 * @param location folder of the workspace
 * @param options.busyTimeoutMs how long a write waits for another process's transaction; @param options.onMigration hears
 * where the copy is
 * @throws DemandaError STORE_NEWER, STORE_UNREADABLE, STORE_BUSY, STORE_DISK_FULL, TEMP_DISK_FULL, FILES_TOO_MANY
 */
export async function openStore(location: string, options: Partial<OpenOptions> = {}): Promise<Store> {
  return openSqliteStore(location, options);
}
