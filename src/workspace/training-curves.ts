/** Curves of cells that a training has ended with, from their histories: what was drawn while they ran stays. */

import type { CellProgress } from '../contract/api.ts';
import type { RunStore } from '../contract/store/runs.ts';
import { errorOf } from '../core/training/history.ts';

/** Cells whose curves are told at once: as many as a page draws. */
const MOST_CURVES = 200;
/** Points of a curve. */
const MOST_POINTS = 200;

/** @param cells oldest change first; the newest get their curves */
export async function withCurves(
  runs: Pick<RunStore, 'history'>,
  cells: readonly CellProgress[],
): Promise<CellProgress[]> {
  const told: CellProgress[] = [];
  let curves = 0;
  for (const cell of cells.toReversed()) {
    const { runId, iteration, points } = cell;
    const ended = points.length === 0 && runId !== null && iteration > 0;
    told.push(ended && curves++ < MOST_CURVES ? { ...cell, points: await curveOf(runs, runId) } : cell);
  }
  return told.reverse();
}

async function curveOf(runs: Pick<RunStore, 'history'>, runId: string): Promise<CellProgress['points']> {
  const history = await runs.history(runId);
  if (!history) return [];
  const { iterations } = history;
  const errors = errorOf(history);
  const every = Math.max(1, Math.ceil(errors.length / MOST_POINTS));
  const points: CellProgress['points'] = [];
  // The last is always among them.
  for (let i = (errors.length - 1) % every; i < errors.length; i += every)
    points.push([iterations[i], Number.isFinite(errors[i]) ? errors[i] : null]);
  return points;
}
