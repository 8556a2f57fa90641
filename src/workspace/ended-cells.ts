/** Which cells a training had ended with before it was interrupted. */

import { cellKey } from '../contract/cell-name.ts';
import type { Store } from '../contract/store/store.ts';
import type { KeptCellProgress } from '../contract/store/trainings.ts';
import { progressOf } from './training-items.ts';

/** Cells whose progress is read together. */
const READ_AT_ONCE = 1_000;

/** Cells of a training that ended before it was interrupted. */
export async function endedCells(store: Store, trainingId: string): Promise<Map<string, 'done' | 'failed'>> {
  const ended = new Map<string, 'done' | 'failed'>();
  for (let seq = 0; ; ) {
    const cells = await store.trainings.changes(trainingId, seq, READ_AT_ONCE);
    for (const cell of cells) {
      const { status } = progressOf(cell);
      if (status === 'done' || status === 'failed') ended.set(cellKey(cell), status);
    }
    if (cells.length < READ_AT_ONCE) return ended;
    seq = (cells.at(-1) as KeptCellProgress).seq;
  }
}
