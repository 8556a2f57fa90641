/** The state of a cell. */

import type { CellState, RunStatus } from '../core/vocabulary.ts';

/** What its newest training did first, then what models it has. @param facts.run null: none was begun */
export function cellState({
  run,
  hasLive,
  hasCandidate,
}: {
  readonly run: RunStatus | null;
  readonly hasLive: boolean;
  readonly hasCandidate: boolean;
}): CellState {
  if (run === 'running') return 'training';
  if (run === 'failed') return 'failed';
  if (!hasLive) return run === 'stopped' ? 'unfinished' : 'untrained';
  return hasCandidate ? 'candidate' : 'live';
}
