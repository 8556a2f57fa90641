/** The door to what is kept: the one place that knows which engine keeps it. */

import { existsSync } from 'node:fs';
import type { Store } from '../contract/store/store.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { isDatabaseAddress, placeOf } from './postgres/place.ts';
import { restoreStore } from './sqlite/backup.ts';
import { type Migration, type OpenOptions, storeFile } from './sqlite/open-database.ts';
import { openSqliteStore } from './sqlite/store.ts';
import { openSqliteEnd } from './sqlite/transfer.ts';
import { copyStore, type TransferEnd, type TransferProgress, type TransferState } from './transfer/copy-store.ts';

export type { Migration, TransferProgress };
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
  const store = await openEngine(location, options);
  try {
    await requireWhole(store, location);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openEngine(location: string, options: Partial<OpenOptions>): Promise<Store> {
  if (!isDatabaseAddress(location)) return openSqliteStore(location, options);
  // Who keeps a workspace in a folder does without the driver.
  const { openPostgresStore } = await import('./postgres/store.ts');
  return openPostgresStore(location, { onMigration: options.onMigration });
}

/** A store that another one is being taken to holds a part of it. @throws DemandaError STORE_UNFINISHED */
async function requireWhole({ documents }: Store, location: string): Promise<void> {
  const state = (await documents.read('transfer', 'state')) as TransferState | null;
  if (state) {
    const place = isDatabaseAddress(location) ? placeOf(location) : location;
    throw new DemandaError('STORE_UNFINISHED', { from: state.from, place });
  }
}

const TRANSFER_BUSY_MS = 10_000;

/** Opens a place as the end of a transfer. */
async function openEnd(place: string): Promise<TransferEnd> {
  if (!isDatabaseAddress(place)) return openSqliteEnd(place, { busyTimeoutMs: TRANSFER_BUSY_MS });
  const { openPostgresEnd } = await import('./postgres/transfer.ts');
  return openPostgresEnd(place);
}

/**
 * Takes everything that one place holds to another, empty one: see {@link copyStore}.
 *
 * @throws DemandaError TRANSFER_SAME, TRANSFER_NOTHING, TRANSFER_TARGET_USED, TRANSFER_OTHER, TRANSFER_CHANGED
 */
export async function transferStore(
  from: string,
  to: string,
  onProgress: (progress: TransferProgress) => void,
): Promise<{ readonly from: string; readonly to: string; readonly copied: Awaited<ReturnType<typeof copyStore>> }> {
  // Opening a folder makes a store there.
  if (!isDatabaseAddress(from) && !existsSync(storeFile(from)))
    throw new DemandaError('TRANSFER_NOTHING', { place: from });
  const source = await openEnd(from);
  try {
    const target = await openEnd(to);
    try {
      if (source.place === target.place) throw new DemandaError('TRANSFER_SAME', { place: source.place });
      const copied = await copyStore(source, target, onProgress);
      return { from: source.place, to: target.place, copied };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
