/** What fails in a library or in the system while a file is read, in the words of the error table. */

import { DemandaError } from '../errors/demanda-error.ts';
import { MAX_RECORD_BYTES } from './read-limits.ts';

/** The one place that translates: a library's own words mean nothing to who has the file, and stay in the cause. */
export function readFailure(error: unknown, file: string): DemandaError {
  if (error instanceof DemandaError) return error;
  const options = { cause: error };
  switch ((error as { code?: string } | null)?.code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return new DemandaError('IMPORT_NO_FILE', { file }, options);
    case 'EISDIR':
      return new DemandaError('IMPORT_DIRECTORY', { file }, options);
    case 'EACCES':
    case 'EPERM':
      return new DemandaError('IMPORT_NO_ACCESS', { file }, options);
    case 'ENOSPC':
    case 'EDQUOT':
      return new DemandaError('STORE_DISK_FULL', { file }, options);
    // zlib at the end of a stream that is not over.
    case 'Z_BUF_ERROR':
      return new DemandaError('IMPORT_CUT_SHORT', { file }, options);
    case 'CSV_MAX_RECORD_SIZE':
      return new DemandaError('IMPORT_LINE_TOO_LONG', { file, limit: MAX_RECORD_BYTES }, options);
    default:
      return new DemandaError('IMPORT_UNREADABLE', { file }, options);
  }
}
