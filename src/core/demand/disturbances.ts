/**
 * What moves a cell's demand beside its model, as a local level model with correlated noise (Harvey 1989, Forecasting,
 * Structural Time Series Models and the Kalman Filter, §2.3 and §4.1): a level that walks, noise that lasts some days, and
 * noise of single periods. The distribution of totals is simulated from it.
 */

import { SMALLEST_MEAN } from '../families/family.ts';
import { FAMILY } from '../families/table.ts';
import type { Component } from '../regression/component.ts';
import { linearMean } from '../regression/plan.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { buildDesign, exposureOf, filledPrices, pastRows } from '../series/design.ts';

/** Variances of relative demand at the cell's usual mean; plain JSON. */
export interface Disturbances {
  /** What the log of the level gains a row. */
  readonly level: number;
  /** Noise of single rows. */
  readonly white: number;
  /** Noise that carries over to the next row by so much, as first-order autoregressions. */
  readonly correlated: readonly { readonly correlation: number; readonly variance: number }[];
  /** Demand comes in whole pieces. */
  readonly whole: boolean;
}

/** Walks of the level that are weighed: variance a row over that of a row's noise. */
const WALKS = [0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3];
/** Noises that are weighed: how much carries over to the next row, and the share of the variance that does. */
const NOISES: readonly (readonly [correlation: number, share: number])[] = [
  [0, 0],
  [0.3, 1],
  [0.5, 0.5],
  [0.6, 1],
  [0.8, 0.25],
  [0.8, 0.6],
];
/** Fewer rows tell nothing. */
const LEAST_ROWS = 8;

/**
 * Weighs walks and noises by the likelihood of a component's rows in a Kalman filter of relative demand, the variance
 * profiled out, and averages their variances.
 *
 * @param holidays ascending by day
 */
export function fitDisturbances(
  series: CellSeries,
  component: Component,
  holidays: readonly Holiday[],
): Disturbances | null {
  const rows = series.days.length;
  if (rows < LEAST_ROWS) return null;
  const demand = series.demand?.drawn ?? series.quantity;
  const mean = meanWithoutLevel(series, component, holidays);
  const cap = component.spec.capMultiple * component.meanQuantity;
  const ratio = mean.map((m, i) => Math.min(demand[i], cap * Math.max(1, m / component.meanQuantity)) / m);
  const scale = mean.map((m) => m / component.meanQuantity);
  const results: { log: number; variance: number; walk: number; correlation: number; share: number }[] = [];
  for (const walk of WALKS)
    for (const [correlation, share] of NOISES) {
      const found = filtered(ratio, scale, component, { walk, correlation, share });
      results.push({ ...found, walk, correlation, share });
    }
  const best = Math.max(...results.map(({ log }) => log));
  let total = 0;
  let [level, white] = [0, 0];
  const correlated = new Map<number, number>();
  for (const { log, variance, walk, correlation, share } of results) {
    const weight = Math.exp(log - best);
    total += weight;
    level += weight * variance * walk;
    white += weight * variance * (1 - share);
    if (share > 0) correlated.set(correlation, (correlated.get(correlation) ?? 0) + weight * variance * share);
  }
  return {
    level: level / total,
    white: white / total,
    correlated: [...correlated].map(([correlation, sum]) => ({ correlation, variance: sum / total })),
    whole: demand.every((quantity) => Number.isInteger(quantity)),
  };
}

/** The component that counts most in forecasts; in the price effect where forecasts are left to simple ones. */
export function heaviest<C extends Component & { readonly weight: number; readonly priceWeight: number }>(
  components: readonly C[],
): C {
  return components.reduce((best, c) =>
    c.weight > best.weight || (c.weight === best.weight && c.priceWeight > best.priceWeight) ? c : best,
  );
}

/** What the component expects of its own rows without level and trend. */
function meanWithoutLevel(series: CellSeries, component: Component, holidays: readonly Holiday[]): Float64Array {
  const rows = series.days.length;
  const { plan } = component;
  const design = buildDesign(plan, pastRows(series, rows, filledPrices(series.price, rows)), holidays);
  const fixed = component.coefficients.map((value, j) => (plan.columns[j].group === 'trend' ? 0 : value));
  const mean = linearMean(design, fixed, rows);
  for (let i = 0; i < rows; i++) mean[i] = mean[i] * component.meanQuantity * exposureOf(plan, series.days[i]);
  return mean;
}

/** Variance of relative demand at a mean in units of the usual one, over φ. */
export function relativeVariance({ spec, inverseSize }: Component, scaledMean: number): number {
  const mu = Math.max(scaledMean, SMALLEST_MEAN);
  const shape = { dispersion: 1, variancePower: spec.variancePower, inverseSize };
  return FAMILY[spec.family].variance(mu, shape) / mu ** 2;
}

function filtered(
  ratio: Float64Array,
  scale: Float64Array,
  component: Component,
  { walk, correlation, share }: { readonly walk: number; readonly correlation: number; readonly share: number },
): { log: number; variance: number } {
  const rows = ratio.length;
  const first = Math.min(7, rows);
  let level = 0;
  for (let i = 0; i < first; i++) level += ratio[i] / first;
  level = Math.max(level, 0.02);
  let shock = 0;
  let [p11, p12, p22] = [1, 0, share];
  let [logs, squares] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const v = relativeVariance(component, scale[i] * level);
    const s = Math.sqrt(v);
    const e = ratio[i] / level - 1 - s * shock;
    const f = p11 + 2 * s * p12 + v * (p22 + 1 - share);
    const k1 = (p11 + s * p12) / f;
    const k2 = (p12 + s * p22) / f;
    logs += Math.log(f);
    squares += (e * e) / f;
    level = Math.max(level * Math.max(0.2, 1 + k1 * e), 0.02);
    shock += k2 * e;
    p11 -= k1 * k1 * f;
    p12 -= k1 * k2 * f;
    p22 -= k2 * k2 * f;
    p11 += walk;
    shock *= correlation;
    p12 *= correlation;
    p22 = correlation * correlation * p22 + (1 - correlation * correlation) * share;
  }
  const variance = Math.max(squares / rows, 1e-8);
  return { log: -0.5 * (rows * Math.log(variance) + logs), variance };
}
