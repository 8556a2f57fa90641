/** Failures that a later moment may mend. */

import { DemandaError } from '../errors/demanda-error.ts';

/** What passes without anybody's doing: no reason to count an attempt as failed. */
const PASSING: ReadonlySet<string> = new Set([
  'DATABASE_UNREACHABLE',
  'DATABASE_CONNECTIONS',
  'STORE_BUSY',
  'STORE_DISK_FULL',
]);

/** What may be otherwise a moment later. */
export function isPassing(error: unknown): error is DemandaError {
  return error instanceof DemandaError && PASSING.has(error.code);
}
