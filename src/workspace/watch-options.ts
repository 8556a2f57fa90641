/** What is asked of a look at all cells. */

import type { WatchedCell } from '../contract/watch.ts';
import type { FleetProgress } from '../fleet/fleet-run.ts';
import type { CellChoice } from './names.ts';

export interface WatchOptions extends CellChoice {
  /** Says what would be done, and changes nothing. */
  readonly dryRun?: boolean;
  /** Trains in full whatever the rows say. */
  readonly full?: boolean;
  /** Threads; as many as cores unless told. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
  /** Called with every cell of which something was found or done. */
  readonly onCell?: (cell: WatchedCell) => void;
}
