/** A model that is kept with what brings it up to date, and the piece of work that does. */

import { crc32 } from 'node:zlib';
import type { FitContext } from '../core/demand/cross-validation.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { warmUpdate } from '../core/demand/warm-update.ts';
import { KERNEL_BASE64 } from '../core/kernel/kernel-bytes.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { firstRows } from '../core/series/rows.ts';
import type { MarketKnowledge } from './knowledge.ts';
import { rowsChecksum } from './rows-checksum.ts';
import type { WorkMap } from './work.ts';

/** Grows with every change of what a fit of the same rows comes to. */
const FIT_VERSION = 1;
/** A fit by another kernel is another fit. */
const FIT = `${FIT_VERSION}-${crc32(KERNEL_BASE64).toString(16)}`;

/** A model that was trained in full, with what it is brought up to date from. */
export function withUpkeep(model: DemandModel, series: CellSeries, { priorAt }: FitContext): DemandModel {
  if (model.ownRows === 0) return model;
  const { lastDay, ownRows } = model;
  return {
    ...model,
    upkeep: {
      rows: rowsChecksum(series),
      fit: FIT,
      prior: priorAt(lastDay),
      fullDay: lastDay,
      fullRows: ownRows,
      updates: 0,
      figuresDay: lastDay,
    },
  };
}

/**
 * Brings a model up to date. ROWS_CHANGED: rows that it was trained on are others by now; FIT_CHANGED: this program fits
 * otherwise than the one that made it.
 */
export function updateCell(
  series: CellSeries,
  model: DemandModel,
  knowledge: MarketKnowledge,
): WorkMap['update']['result'] {
  const { upkeep, instrument } = model;
  if (upkeep && upkeep.fit !== FIT) return { ok: false, code: 'FIT_CHANGED' };
  if (upkeep && (series.days.length < model.ownRows || rowsChecksum(firstRows(series, model.ownRows)) !== upkeep.rows))
    return { ok: false, code: 'ROWS_CHANGED' };
  const market = model.components.some(({ plan }) => plan.referenceMarketPrice !== null);
  return warmUpdate(
    model,
    series,
    { holidays: knowledge.holidays, market, ...(instrument !== null && { instrument }) },
    rowsChecksum(series),
  );
}
