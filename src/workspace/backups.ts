/** The workspace in a file outside it, and back. */

import { statSync } from 'node:fs';
import type { BackupDocument } from '../contract/documents.ts';
import type { Actor } from '../contract/store/deed.ts';
import type { Lang } from '../core/vocabulary.ts';
import { header, type WorkspaceContext } from './context.ts';

export interface RestoreOptions {
  readonly lang?: Lang;
  /** Checks the backup and changes nothing. */
  readonly dryRun?: boolean;
  /** Who restores, for the audit log; the system's user unless told. */
  readonly actor?: Actor;
}

/**
 * Copies the workspace's store to a file outside it: consistent whoever writes meanwhile, checked, for this user
 * alone, whole or not there at all. Sessions, answers kept for repeated requests and uploaded files that wait to be
 * imported are not in it.
 *
 * @param replace takes the place of an earlier file of that name
 * @throws DemandaError BACKUP_EXISTS, BACKUP_INSIDE, FILE_UNWRITABLE, DISK_FULL, STORE_DAMAGED, MODEL_CORRUPT
 */
export async function backup(
  context: WorkspaceContext,
  file: string,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<BackupDocument> {
  const { version, cells, models } = await context.store.backup(file, { replace });
  return { ...(await header(context)), file, bytes: statSync(file).size, storeVersion: version, cells, models };
}
