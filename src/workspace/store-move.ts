/** Everything of a workspace in another place. */

import type { TransferDocument } from '../contract/documents.ts';
import { type TransferProgress, transferStore } from '../store/open.ts';

export type { TransferProgress };

/**
 * Takes everything that one place holds (a folder, or a database by its `postgres://` address) to another, empty one,
 * and compares both from end to end. Broken off, the same call goes on where it was; until it has ended the place that
 * it goes to opens for nothing else. Sessions, answers kept for repeated requests and uploaded files that wait to be
 * imported stay behind.
 *
 * @param onProgress rows that were copied, then compared
 * @throws DemandaError TRANSFER_SAME, TRANSFER_NOTHING, TRANSFER_TARGET_USED, TRANSFER_OTHER; TRANSFER_CHANGED where
 * something wrote to the first place meanwhile
 * @example
 * const { rows } = await migrateStore('./prices', 'postgres://demanda@db.example/prices');
 */
export async function migrateStore(
  from: string,
  to: string,
  { onProgress = () => {} }: { readonly onProgress?: (progress: TransferProgress) => void } = {},
): Promise<TransferDocument> {
  const { from: source, to: target, copied } = await transferStore(from, to, onProgress);
  const { tables, resumed } = copied;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { schema: 1, currency: null, from: source, to: target, resumed, rows, tables };
}
