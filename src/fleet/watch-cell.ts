/** One cell watched: whether it still does what its model promised, and the model brought up to date where that is enough. */

import type { DemandModel } from '../core/demand/fit-demand.ts';
import { type DriftReport, driftOf } from '../core/monitor/drift.ts';
import { judgedRows } from '../core/monitor/judged-rows.ts';
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
/** After a training in full that was no better the next waits for at least this share of new rows. */
const RETRY_SHARE = 0.05;
/** What a model of the same structure cannot follow. */
const ASKS_FULL: ReadonlySet<DriftKind> = new Set<DriftKind>(['level', 'elasticity', 'error']);

/**
 * Rows that the model knew and that are others by now, or another program, leave nothing to judge it by: neither drift
 * nor what its intervals held.
 */
export function watchCell({ series, model, pool, dryRun }: WatchInput, { holidays }: MarketKnowledge): WatchResult {
  const newRows = series.days.length - rowsUpTo(series, model.lastDay);
  const quiet: DriftReport = { drifts: [], kept: null, watched: 0 };
  const refusal = updateRefusal(series, model);
  if (refusal === 'ROWS_CHANGED' || refusal === 'FIT_CHANGED')
    return { action: 'full', reason: refusal, report: quiet, newRows, judged: [], model: null };
  if (newRows === 0) return { action: 'none', reason: 'UP_TO_DATE', report: quiet, newRows, judged: [], model: null };
  const report = driftOf(model, series, holidays);
  const found = { report, newRows, judged: judgedRows(model, series, pool) };
  const full = refusal ?? fullReason(series, model, report);
  if (full) {
    // Brought up to date too: what is kept where a training in full of these rows was tried already.
    const kept = dryRun ? null : updateCell(series, model, holidays);
    return { action: 'full', reason: full, ...found, model: kept?.ok ? kept.value : null };
  }
  if (dryRun) return { action: 'warm', reason: 'NEW_ROWS', ...found, model: null };
  const updated = updateCell(series, model, holidays);
  if (updated.ok) return { action: 'warm', reason: 'NEW_ROWS', ...found, model: updated.value };
  // Its own training in full says what is the matter with the rows.
  return { action: 'full', reason: 'NO_BASIS', ...found, model: null };
}

function fullReason(series: CellSeries, model: DemandModel, { drifts }: DriftReport): 'DRIFT' | 'MANY_NEW_ROWS' | null {
  if (triedInVain(series.days.length, model, model.upkeep?.triedRows)) return null;
  if (drifts.some(({ kind }) => ASKS_FULL.has(kind))) return 'DRIFT';
  const { fullRows = model.ownRows } = model.upkeep ?? {};
  return series.days.length - fullRows > MOST_NEW_SHARE * fullRows ? 'MANY_NEW_ROWS' : null;
}

/**
 * Whether a training in full of about these rows was no better than the model: each try waits for as many new rows as the
 * one before had, so that a cell that cannot be learned is not trained in full at every look.
 *
 * @param rows of the cell by now
 * @param triedRows that the try saw; undefined: there was none
 */
export function triedInVain(rows: number, model: DemandModel, triedRows: number | undefined): boolean {
  if (triedRows === undefined) return false;
  const { fullRows = model.ownRows } = model.upkeep ?? {};
  return rows - triedRows < Math.max(triedRows - fullRows, RETRY_SHARE * rows);
}
