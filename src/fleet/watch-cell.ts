/** One cell watched: whether it still does what its model promised, and the model brought up to date where that is enough. */

import type { DemandModel } from '../core/demand/fit-demand.ts';
import { type DriftReport, driftOf } from '../core/monitor/drift.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { rowsUpTo } from '../core/series/rows.ts';
import type { DriftKind } from '../core/vocabulary.ts';
import type { MarketKnowledge } from './knowledge.ts';
import { updateCell, updateRefusal } from './update-cell.ts';
import type { WatchInput, WatchResult } from './work.ts';

/**
 * Share of new rows since the last training in full after which a cell is trained in full again: then the search may
 * have another say. Chosen on M5 and produce of the year before the one that is reported (docs/decisions/warm-update.md).
 */
const MOST_NEW_SHARE = 0.25;
/** What a model of the same structure cannot follow. */
const ASKS_FULL: ReadonlySet<DriftKind> = new Set<DriftKind>(['level', 'elasticity', 'error']);

export function watchCell({ series, model, dryRun }: WatchInput, { holidays }: MarketKnowledge): WatchResult {
  const newRows = series.days.length - rowsUpTo(series, model.lastDay);
  const quiet: DriftReport = { drifts: [], kept: null, watched: 0 };
  const refusal = updateRefusal(series, model);
  if (refusal === 'ROWS_CHANGED' || refusal === 'FIT_CHANGED')
    return { action: 'full', reason: refusal, report: quiet, newRows, model: null };
  if (newRows === 0) return { action: 'none', reason: 'UP_TO_DATE', report: quiet, newRows, model: null };
  const report = driftOf(model, series, holidays);
  const full = refusal ?? fullReason(series, model, report);
  if (full) return { action: 'full', reason: full, report, newRows, model: null };
  if (dryRun) return { action: 'warm', reason: 'NEW_ROWS', report, newRows, model: null };
  const updated = updateCell(series, model, holidays);
  if (updated.ok) return { action: 'warm', reason: 'NEW_ROWS', report, newRows, model: updated.value };
  // Its own training in full says what is the matter with the rows.
  return { action: 'full', reason: 'NO_BASIS', report, newRows, model: null };
}

function fullReason(series: CellSeries, model: DemandModel, { drifts }: DriftReport): 'DRIFT' | 'MANY_NEW_ROWS' | null {
  if (drifts.some(({ kind }) => ASKS_FULL.has(kind))) return 'DRIFT';
  const { fullRows = model.ownRows } = model.upkeep ?? {};
  return series.days.length - fullRows > MOST_NEW_SHARE * fullRows ? 'MANY_NEW_ROWS' : null;
}
