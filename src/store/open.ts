/** The door to what is kept: the one place that knows which engine keeps it. */

import type { Store } from '../contract/store/store.ts';
import { isDatabaseAddress, placeOf } from './postgres/place.ts';
import { restoreStore } from './sqlite/backup.ts';
import { type Migration, type OpenOptions, storeFile } from './sqlite/open-database.ts';
import { openSqliteStore } from './sqlite/store.ts';

export type { Migration };
export { isDatabaseAddress, placeOf, restoreStore, storeFile };

/**
 * Opens the store of a workspace, creating it where there is none. A store of an earlier version is brought up to date;
 * of one in a folder a copy was kept beside it before.
 *
 * @param location folder of the workspace, or the address of a database (`postgres://user:password@host:port/database`)
 * @param options.busyTimeoutMs how long a write waits for another process's transaction, in a folder;
 * @param options.onMigration hears where the copy is
 * @throws DemandaError STORE_NEWER, STORE_UNREADABLE, STORE_BUSY, STORE_DISK_FULL, TEMP_DISK_FULL, FILES_TOO_MANY,
 * and of
 * databases the DATABASE_ codes
 */
export async function openStore(location: string, options: Partial<OpenOptions> = {}): Promise<Store> {
  if (!isDatabaseAddress(location)) return openSqliteStore(location, options);
  // Who keeps a workspace in a folder does without the driver.
  const { openPostgresStore } = await import('./postgres/store.ts');
  return openPostgresStore(location, { onMigration: options.onMigration });
}
