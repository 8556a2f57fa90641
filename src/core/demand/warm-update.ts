/**
 * A model brought up to date with new rows, without a search: specs and shapes stay, levels and coefficients are fitted
 * once more, weights follow whole folds of new rows, what is believed of the price is carried on (docs/decisions/warm-update.md).
 */

import { finite } from '../checks.ts';
import { finiteOutcome, type Outcome } from '../outcome.ts';
import { levelColumns } from '../regression/component.ts';
import { refitComponent } from '../regression/refit.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { DesignOptions } from '../series/design.ts';
import { carriedSlope } from './carried-slope.ts';
import type { FitContext } from './cross-validation.ts';
import type { DemandModel, WeightedComponent } from './demand-model.ts';
import { type FitRefusal, modelOf, priceRange, refusalOf, simplePart } from './fit-demand.ts';
import { lastRegularPrice } from './regular-price.ts';
import { scoredAnew } from './scored-anew.ts';
import { uncensoredFrom } from './uncensored.ts';
import type { Upkeep } from './upkeep.ts';

/**
 * Why a model cannot be brought up to date and needs a training in full. NO_BASIS: it was made by iterations, without
 * sales or by a version that kept nothing to start from. NO_NEW_ROWS: there is nothing to bring it up to date with.
 */
export type WarmRefusal = 'NO_BASIS' | 'NO_NEW_ROWS';

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
  if (!upkeep || model.iterations > 0 || model.ownRows === 0 || series.frequency !== model.frequency)
    return { ok: false, code: 'NO_BASIS' };
  if ((series.days.at(-1) as number) <= model.lastDay || series.days.length <= model.ownRows)
    return { ok: false, code: 'NO_NEW_ROWS' };
  return finiteOutcome(() => ({
    ok: true,
    value: finite('model', updated(model, series, options, { ...upkeep, rows, updates: upkeep.updates + 1 })),
  }));
}

function updated(model: DemandModel, sold: CellSeries, options: WarmOptions, upkeep: Upkeep): DemandModel {
  const { prior } = upkeep;
  const rows = sold.days.length;
  const series = uncensoredFrom(model.components, { series: sold, rows, prior, options });
  const input = { series, rows, prior, options };
  const scored = scoredAnew(model, series, options.holidays);
  const components = model.components.map((before, c): WeightedComponent => {
    const { priceWeight, slope } = before;
    const weight = scored ? (scored.components[c] as number) : before.weight;
    const { component, regression } = refitComponent(input, before);
    return {
      ...component,
      weight,
      priceWeight,
      ...(slope && { slope: priceWeight > 0 ? carriedSlope(model, { ...component, slope }, regression) : slope }),
      ...(weight > 0 && { levelColumns: levelColumns(series, component, options.holidays) }),
    };
  });
  const context: FitContext = {
    ...options,
    specs: components.map(({ spec }) => spec),
    priorAt: () => prior,
    ...(model.pricesFollow && { pricesFollow: true as const }),
  };
  const { shapes, levelDrift, disturbances } = model;
  const next = modelOf(series, context, {
    ownRows: rows,
    iterations: 0,
    firstDay: series.days[0],
    triedRange: priceRange(series) as [number, number],
    todayPrice: lastRegularPrice(series),
    components,
    shapes,
    simple: (scored?.simple ?? model.simple).map(({ name, weight }) => ({
      name,
      weight,
      ...simplePart(name, series, rows),
    })),
    crossValidated: scored?.figures ?? model.crossValidated,
    instrument: model.instrument,
    ...(levelDrift !== undefined && { levelDrift }),
    ...(disturbances !== undefined && { disturbances }),
  });
  return { ...next, upkeep: { ...upkeep, figuresDay: scored?.until ?? upkeep.figuresDay } };
}
