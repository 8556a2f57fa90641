/**
 * What a price change brought: the profit earned since, against what the model expected at that price and without the
 * change.
 */

import type { DemandModel } from '../demand/fit-demand.ts';
import { demandCurveDraws } from '../demand/predict.ts';
import { dot, sumOf, variance } from '../math/summary.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { gridOf, lengthDays } from '../series/periods.ts';
import { pastAsPlanned } from '../series/rows.ts';
import type { OutcomeVerdict } from '../vocabulary.ts';
import { demandDraws } from './demand-at.ts';
import { type Span, span } from './gains.ts';

export interface ChangeOutcome {
  /** Days of the rows with sales and a price since the change: 7 of a week, 28 to 31 of a month. */
  readonly days: number;
  /** Mean price since, by quantity; null before the first sale. */
  readonly priceCharged: number | null;
  /** Profit over those days at the price charged, as the model foresaw it. */
  readonly expected: Span | null;
  readonly actual: number | null;
  /** Profit over those days at the price before, as the model sees it. */
  readonly withoutChange: Span | null;
  readonly gain: Span | null;
  readonly verdict: OutcomeVerdict;
}

/** One whole week, so that every weekday is in. */
const FEWEST_DAYS = 7;
/** A change is looked at for a quarter; beyond it other things have changed too. */
const MOST_DAYS = 90;
const DRAWS = 1_000;
const PRICE_STEPS = 41;

/** A price, and the one that it took the place of. */
interface PriceChange {
  /** First day at the new price. */
  readonly fromDay: number;
  /** First day at another one. */
  readonly untilDay?: number;
  readonly priceBefore: number;
  readonly price: number;
  /** After waste, currency per unit, as the recommendation took it. */
  readonly unitCost: number;
}

/**
 * Actual profit less what the price before would have earned in the same days: what was sold, times the draws' demand
 * at
 * the price before over that at the price charged, as what else moved demand would have moved it at both. Draws weigh
 * as likely as they make what was sold, with a shock of the width of the totals' noise between (importance sampling of
 * the posterior). Better or worse only when the 90 % interval of the gain leaves out 0 and the profit is not on the
 * other side of what was foreseen.
 *
 * @param model the one that the recommendation was made with: it knows nothing of the days since
 */
export function changeOutcome(
  series: CellSeries,
  model: DemandModel,
  { fromDay, untilDay = Number.POSITIVE_INFINITY, priceBefore, price, unitCost }: PriceChange,
): ChangeOutcome {
  const rows = Array.from(series.days.keys()).filter((i) => {
    const day = series.days[i];
    return day >= fromDay && day < Math.min(fromDay + MOST_DAYS, untilDay) && series.price[i] > 0;
  });
  const grid = gridOf(series.frequency, series.days);
  const covered = rows.reduce((sum, i) => sum + lengthDays(grid, series.days[i]), 0);
  let quantity = 0;
  let revenue = 0;
  for (const i of rows) {
    quantity += series.quantity[i];
    revenue += series.quantity[i] * series.price[i];
  }
  const priceCharged = quantity > 0 ? revenue / quantity : null;
  const nothing = { days: covered, priceCharged, expected: null, actual: null, withoutChange: null, gain: null };
  if (priceCharged === null || covered < FEWEST_DAYS) return { ...nothing, verdict: 'too early' };
  const planned = pastAsPlanned(series, rows, () => model.todayPrice);
  const curve = demandCurveDraws(model, planned, pricesAround([priceBefore, priceCharged, price]), DRAWS, 1);
  const foreseen = demandDraws(curve, priceCharged);
  const before = demandDraws(curve, priceBefore);
  const noise = curve.totalNoise as Float64Array;
  const weights = shockWeights(foreseen, noise, quantity);
  // What moved demand since would have moved it at the other price as well.
  const without = before.map((demand, d) => ((priceBefore - unitCost) * quantity * demand) / foreseen[d]);
  const actual = revenue - unitCost * quantity;
  const expected = span(foreseen.map((demand, d) => (priceCharged - unitCost) * demand * noise[d]));
  const gain = weightedSpan(
    without.map((profit) => actual - profit),
    weights,
  );
  const figures = {
    days: covered,
    priceCharged,
    actual,
    expected,
    withoutChange: weightedSpan(without, weights),
    gain,
  };
  if (Math.abs(priceCharged - price) > Math.abs(priceCharged - priceBefore))
    return { ...figures, verdict: 'not applied' };
  // Profit outside what was foreseen says that something else happened: no verdict against what was seen.
  if (gain.low > 0 && actual >= expected.low) return { ...figures, verdict: 'better' };
  return { ...figures, verdict: gain.high < 0 && actual <= expected.high ? 'worse' : 'inconclusive' };
}

function pricesAround(prices: readonly number[]): Float64Array {
  const [low, high] = [Math.min(...prices) * 0.9, Math.max(...prices) * 1.1];
  return Float64Array.from({ length: PRICE_STEPS }, (_, i) => low * (high / low) ** (i / (PRICE_STEPS - 1)));
}

/** Shocks come with tails: degrees of freedom of their t. */
const SHOCK_DEGREES = 4;

/** How likely each draw makes what was sold, whatever came between: a shock of the width of the totals' noise. */
function shockWeights(foreseen: Float64Array, noise: Float64Array, sold: number): Float64Array {
  const spread = Math.max(variance(noise), 1e-9);
  return foreseen.map(
    (demand) => (1 + Math.log(sold / demand) ** 2 / spread / SHOCK_DEGREES) ** (-(SHOCK_DEGREES + 1) / 2),
  );
}

/** Mean and 90 % interval of draws by weight. */
function weightedSpan(draws: Float64Array, weights: Float64Array): Span {
  const order = Array.from(draws.keys()).sort((a, b) => draws[a] - draws[b]);
  const total = sumOf(weights);
  const at = (share: number): number => {
    let covered = 0;
    for (const d of order) {
      covered += weights[d];
      if (covered >= share * total) return draws[d];
    }
    return draws[order.at(-1) as number];
  };
  return { value: dot(draws, weights) / total, low: at(0.05), high: at(0.95) };
}
