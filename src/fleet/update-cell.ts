/** A model that is kept with what brings it up to date, and the piece of work that does. */

import { crc32 } from 'node:zlib';
import { referenceOfModel } from '../core/competitors/competitor-effect.ts';
import type { FitContext } from '../core/demand/cross-validation.ts';
import type { DemandModel, FitRefusal } from '../core/demand/fit-demand.ts';
import { basisOf } from '../core/demand/standing.ts';
import { type WarmRefusal, warmUpdate } from '../core/demand/warm-update.ts';
import { KERNEL_BASE64 } from '../core/kernel/kernel-bytes.ts';
import type { Outcome } from '../core/outcome.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';
import { firstRows } from '../core/series/rows.ts';
import { rowsChecksum } from './rows-checksum.ts';

/** Grows with every change of what a fit of the same rows comes to. */
const FIT_VERSION = 3;
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

/** Why a model is not brought up to date but trained in full. */
export type UpdateRefusal = FitRefusal | WarmRefusal | 'ROWS_CHANGED' | 'FIT_CHANGED';

/**
 * What speaks against bringing a model up to date with the rows of its cell. ROWS_CHANGED: rows that it was trained on
 * are others by now; FIT_CHANGED: this program fits otherwise than the one that made it.
 */
export function updateRefusal(
  series: CellSeries,
  model: DemandModel,
): 'NO_BASIS' | 'ROWS_CHANGED' | 'FIT_CHANGED' | null {
  const { upkeep, ownRows } = model;
  if (!upkeep || !basisOf(model)) return 'NO_BASIS';
  if (upkeep.fit !== FIT) return 'FIT_CHANGED';
  const same = series.days.length >= ownRows && rowsChecksum(firstRows(series, ownRows)) === upkeep.rows;
  return same ? null : 'ROWS_CHANGED';
}

/** Brings a model up to date. @param holidays ascending by day */
export function updateCell(
  series: CellSeries,
  model: DemandModel,
  holidays: readonly Holiday[],
): Outcome<DemandModel, UpdateRefusal> {
  const refusal = updateRefusal(series, model);
  if (refusal) return { ok: false, code: refusal };
  const market = usesMarket(model);
  const { instrument } = model;
  const competitors = referenceOfModel(model);
  return warmUpdate(
    model,
    series,
    {
      ...{ holidays, market },
      ...(instrument !== null && { instrument }),
      ...(competitors !== null && { competitors }),
    },
    rowsChecksum(series),
  );
}

/** Whether market prices are among what a model looks at. */
export function usesMarket({ components }: DemandModel): boolean {
  return components.some(({ plan }) => plan.referenceMarketPrice !== null);
}
