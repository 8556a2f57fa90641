/** Whether competitors' prices enter a cell's model, and which of them: only where they make its forecasts better. */

import { isClearGain } from '../math/clear-gain.ts';
import { choiceDeviance } from '../regression/deviance.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { referenceOfColumn } from '../series/competitor-prices.ts';
import { filledPrices, planDesign } from '../series/design.ts';
import { COMPETITOR_REFERENCES, type CompetitorReference } from '../vocabulary.ts';
import { crossValidate, type FitContext } from './cross-validation.ts';

/** Folds that the choice is made on: more than a model's, as one spec is quick. */
const CHOICE_FOLDS = 12;

/**
 * A context that takes competitors' prices in, or does not: rolling-origin forecasts with each reference, carried
 * forward
 * as far as it is fresh, against those without; the better one is taken where its gain is clear ({@link isClearGain}).
 * By the first spec alone: which one makes little difference to what a column is worth.
 */
export function withCompetitorReference(series: CellSeries, rows: number, context: FitContext): FitContext {
  if (series.competitors === undefined || context.assumed || context.competitors !== undefined) return context;
  const tried = COMPETITOR_REFERENCES.filter((reference) => hasColumn(series, rows, context, reference));
  if (tried.length === 0) return context;
  const [spec] = context.specs;
  if (spec === undefined) return context;
  const { trees: _, ...own } = context;
  const alone = foldDeviances(series, rows, { ...own, specs: [spec] });
  if (alone === null) return context;
  let best: { readonly reference: CompetitorReference; readonly gain: number } | null = null;
  for (const reference of isOneCompetitor(series) ? tried.slice(0, 1) : tried) {
    const others = foldDeviances(series, rows, { ...own, specs: [spec], competitors: reference });
    if (others === null) continue;
    const gains = alone.map((deviance, fold) => deviance - (others[fold] as number));
    const gain = gains.reduce((sum, one) => sum + one, 0);
    if (isClearGain(gains, tried.length) && gain > (best?.gain ?? 0)) best = { reference, gain };
  }
  return best === null ? context : { ...context, competitors: best.reference };
}

function isOneCompetitor({ competitors = [] }: CellSeries): boolean {
  return competitors.every(({ competitor }) => competitor === competitors[0]?.competitor);
}

/** Whether a design has the column: half of the rows know a price, and it moved. */
function hasColumn(series: CellSeries, rows: number, context: FitContext, reference: CompetitorReference): boolean {
  const shape = { boxCoxLambda: 0, fourierOrder: 0, trend: false } as const;
  const options = { holidays: [], market: false, feasts: [], competitors: reference };
  const { covariates } = planDesign(series, rows, filledPrices(series.price, rows), shape, options);
  return context.specs.length > 0 && covariates.some(({ name }) => referenceOfColumn(name) === reference);
}

/** Summed deviance of each fold, in units of its mean; null where the rows are too few for one. */
function foldDeviances(series: CellSeries, rows: number, context: FitContext): number[] | null {
  const heldOut = crossValidate(series, rows, context, undefined, CHOICE_FOLDS);
  if (heldOut === null) return null;
  const sums = heldOut.originDays.map(() => 0);
  for (let i = 0; i < heldOut.rows; i++) {
    const unit = heldOut.scale[i];
    if (!(unit > 0)) continue;
    const fold = heldOut.fold[i];
    sums[fold] = (sums[fold] as number) + choiceDeviance(heldOut.actual[i] / unit, heldOut.forecasts[i] / unit);
  }
  return sums;
}
