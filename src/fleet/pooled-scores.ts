/**
 * What held-out rows of a product type's cells say of their scatter, kept beside the models: intervals of other cells are
 * drawn to it, the more so the fewer rows of their own were held out. Conformal scores are for models of earlier versions
 * that have few of their own.
 */

import { cellKey } from '../contract/cell-name.ts';
import type { DocumentStore } from '../contract/store/documents.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { ENOUGH_SCORES, type ScorePool } from '../core/demand/predict.ts';
import { knownSpread } from '../core/demand/spread-evidence.ts';

/**
 * Cells of a type whose scores are kept, the first by name: the quantiles of 100 cells are as good as those of 10,000,
 * and do not depend on the order of training.
 */
export const MOST_SCORED_CELLS = 100;
const KIND = 'conformal-scores';

export type CellScores = Readonly<Record<string, ScorePool>>;

export class PooledScores {
  private readonly store: Pick<DocumentStore, 'read' | 'update'>;
  private readonly added = new Map<string, Map<string, ScorePool>>();
  private readonly read = new Map<string, CellScores>();

  constructor(store: Pick<DocumentStore, 'read' | 'update'>) {
    this.store = store;
  }

  add(model: DemandModel): void {
    const { scores, scoreDaysAhead } = model.crossValidated;
    if (scores.length === 0) return;
    const type = this.added.get(model.productType) ?? new Map<string, ScorePool>();
    const known = knownSpread(model);
    const shifts = known?.heldOut ? { shifts: [Math.round(1e4 * known.shift) / 1e4] } : {};
    this.added.set(model.productType, type.set(cellKey(model), { scores, daysAhead: scoreDaysAhead, ...shifts }));
    if (type.size <= MOST_SCORED_CELLS) return;
    let last = '';
    for (const key of type.keys()) if (key > last) last = key;
    type.delete(last);
  }

  /** Joins what was added with what is kept. */
  async save(): Promise<void> {
    for (const [type, cells] of this.added) {
      this.added.delete(type);
      // Every worker's document: where all that it would keep comes before by name, nobody waits for its row.
      if (!mayEnter(cells, ((await this.store.read(KIND, type)) ?? {}) as CellScores)) continue;
      await this.store.update(KIND, type, (kept) => {
        const joined = Object.entries({ ...(kept as CellScores | null), ...Object.fromEntries(cells) }).sort(
          ([a], [b]) => (a < b ? -1 : 1),
        );
        return Object.fromEntries(joined.slice(0, MOST_SCORED_CELLS));
      });
    }
  }

  /**
   * What the other cells of a model's type say; null when nobody says anything, and for a model of an earlier version
   * that has enough of its own.
   */
  async poolFor(model: DemandModel): Promise<ScorePool | null> {
    const bySpread = knownSpread(model) !== null;
    if (!bySpread && model.crossValidated.scores.length >= ENOUGH_SCORES) return null;
    let cells = this.read.get(model.productType);
    if (!cells)
      this.read.set(
        model.productType,
        (cells = ((await this.store.read(KIND, model.productType)) ?? {}) as CellScores),
      );
    const others = Object.entries(cells).flatMap(([key, pool]) => (key === cellKey(model) ? [] : [pool]));
    if (others.length === 0) return null;
    if (bySpread) return { scores: [], daysAhead: [], shifts: others.flatMap(({ shifts = [] }) => shifts) };
    return { scores: others.flatMap((p) => p.scores), daysAhead: others.flatMap((p) => p.daysAhead) };
  }
}

/** Whether one of the cells is among the first by name of those that are kept, or would be. */
function mayEnter(cells: ReadonlyMap<string, ScorePool>, kept: CellScores): boolean {
  const keys = Object.keys(kept);
  if (keys.length < MOST_SCORED_CELLS) return true;
  const last = keys.reduce((a, b) => (a < b ? b : a));
  return [...cells.keys()].some((key) => key <= last);
}
