/**
 * A model brought up to date with new rows, without a search: specs and shapes stay, levels and coefficients are fitted
 * once more, weights follow whole folds of new rows, what is believed of the price is carried on (docs/decisions/warm-update.md).
 *
 * Whole folds that went by are taken one by one: each is forecast by what the rows before it left, and scored. All rows
 * are then fitted from where the last of them ended, so that many updates of a few rows come to the same as one of all.
 */

import { finite } from '../checks.ts';
import { sumOf } from '../math/summary.ts';
import { finiteOutcome, type Outcome } from '../outcome.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { DesignOptions } from '../series/design.ts';
import type { FitContext } from './cross-validation.ts';
import type { DemandModel, WeightedComponent } from './demand-model.ts';
import { type FitRefusal, modelOf, priceRange, refusalOf, simplePart } from './fit-demand.ts';
import { movedOn, treesAfter } from './moved-on.ts';
import { lastRegularPrice } from './regular-price.ts';
import { basisOf, keptBasis, standingOf } from './standing.ts';
import type { Basis, Upkeep } from './upkeep.ts';

/**
 * Why a model cannot be brought up to date and needs a training in full. NO_BASIS: it was made by iterations, without
 * sales or by a version that kept nothing to start from. NO_NEW_ROWS: there is nothing to bring it up to date with.
 */
export type WarmRefusal = 'NO_BASIS' | 'NO_NEW_ROWS';

/** By how much weights that add to 1 may be off it. */
const ROUNDING = 1e-9;

/** What a warm update needs beside the rows and the model. */
export type WarmOptions = DesignOptions;

/**
 * Brings a model up to date with all rows of its cell.
 *
 * @param series all rows: those that the model was trained on, unchanged, and newer ones. Whether they are unchanged is
 * the caller's to ensure
 * @param rows checksum of the rows, kept with the new model
 * @returns a model as a fit gives it, with one update more; or why there is none
 */
export function warmUpdate(
  model: DemandModel,
  series: CellSeries,
  options: WarmOptions,
  rows: number,
): Outcome<DemandModel, FitRefusal | WarmRefusal> {
  const refusal = refusalOf(series);
  if (refusal) return refusal;
  const { upkeep } = model;
  const basis = basisOf(model);
  if (!upkeep || !basis || series.frequency !== model.frequency) return { ok: false, code: 'NO_BASIS' };
  if ((series.days.at(-1) as number) <= model.lastDay || series.days.length <= model.ownRows)
    return { ok: false, code: 'NO_NEW_ROWS' };
  return finiteOutcome(() => ({
    ok: true,
    value: finite('model', updated(model, basis, series, options, { ...upkeep, rows, updates: upkeep.updates + 1 })),
  }));
}

function updated(
  model: DemandModel,
  basis: Basis,
  sold: CellSeries,
  options: WarmOptions,
  { basis: _, ...upkeep }: Upkeep,
): DemandModel {
  const { prior } = upkeep;
  const rows = sold.days.length;
  const { shapes, levelDrift, disturbances } = model;
  const { settled, now } = movedOn(standingOf(model, basis, sold), {
    ...{ disturbances, sold, prior },
    // A feast comes once a year: which of them have an effect is left to the next training in full.
    options: { ...options, feasts: basis.components[0]?.plan.feasts ?? [] },
  });
  const { series } = now;
  const lastDay = series.days[rows - 1];
  const trees =
    settled.trees && treesAfter(settled.trees, [settled.components, now.components], lastDay, { sold, options });
  // Where trees know no further the others stand alone.
  const others = sumOf([...settled.components, ...settled.simple].map(({ weight }) => weight));
  const rest = trees || Math.abs(others - 1) < ROUNDING ? 1 : 1 / others;
  // Those that count for the price alone forecast nothing.
  const components = now.components.map(
    (fit): WeightedComponent => (fit.weight > 0 ? { ...fit, weight: fit.weight * rest } : withoutLevel(fit)),
  );
  const context: FitContext = {
    ...options,
    specs: components.map(({ spec }) => spec),
    priorAt: () => prior,
    ...(model.pricesFollow && { pricesFollow: true as const }),
  };
  const next = modelOf(series, context, {
    ownRows: rows,
    iterations: 0,
    firstDay: series.days[0],
    triedRange: priceRange(series) as [number, number],
    todayPrice: lastRegularPrice(series),
    components,
    shapes,
    simple: settled.simple.map(({ name, weight }) => ({
      name,
      weight: weight * rest,
      ...simplePart(name, series, rows),
    })),
    ...(trees && { trees }),
    crossValidated: settled.crossValidated,
    instrument: model.instrument,
    ...(levelDrift !== undefined && { levelDrift }),
    ...(disturbances !== undefined && { disturbances }),
  });
  const { day, fittedDay } = settled;
  const isBasis = fittedDay === next.lastDay;
  return { ...next, upkeep: { ...upkeep, figuresDay: day, ...(!isBasis && { basis: keptBasis(settled) }) } };
}

function withoutLevel({ levelColumns: _, ...fit }: WeightedComponent): WeightedComponent {
  return fit;
}
