/** A cell's own effects with their variances, fitted without the market: what pooling over cells starts from. */

import { finite } from '../checks.ts';
import { finiteOutcome } from '../outcome.ts';
import { fitComponent, fitWithPlainVariances } from '../regression/component.ts';
import { COARSE_SPECS, DAILY_SPECS, type Spec } from '../regression/hyper-parameters.ts';
import { planRegression } from '../regression/plan.ts';
import type { CellPrior, EffectPrior } from '../regression/prior.ts';
import { CLUSTER_ROWS } from '../regression/sandwich.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { DesignOptions } from '../series/design.ts';
import { BOX_COX_LAMBDAS } from '../series/price-transform.ts';
import { MIN_TRAINING_ROWS } from './cross-validation.ts';
import { priceSlope, weighNoises } from './price-slope.ts';
import { type ShapeEvidence, shapeEvidence } from './price-shape.ts';
import { uncensoredSeries } from './uncensored.ts';

/** An estimated effect in natural units: elasticity for `price`, log multiplier of demand for the others. */
export interface EffectEstimate {
  readonly value: number;
  /** Cluster-robust. */
  readonly variance: number;
  /** If rows were independent and the spec right. */
  readonly plainVariance: number;
  /** Of the cluster-robust variance: weeks (rows of weekly and monthly cells) less one. */
  readonly degreesOfFreedom: number;
}

/** Groups whose effects are shared by cells; trend and covariates are a cell's own affair. */
const POOLED_GROUPS = new Set(['price', 'weekday', 'season', 'holiday', 'promo', 'market']);

/**
 * Priors so wide that the estimate is the cell's own (pooling would otherwise count the prior once per cell), yet
 * finite, so that an effect that the rows cannot tell (a holiday seen once on a quiet day) comes out with a large
 * variance instead of an infinite one.
 */
const WIDE = { mean: 0, variance: 4 };
const WIDE_PRICE = { mean: -2, variance: 100 };
/**
 * What the price owes to the shocks that it follows may be several times as large as they (a shop that moves little).
 */
const WIDE_CONTROL = { mean: 0, variance: 1_000 };

const WIDE_PRIOR: CellPrior = new Proxy({} as Record<string, EffectPrior>, {
  get: (_, name) => (name === 'price' ? WIDE_PRICE : name === 'control' ? WIDE_CONTROL : WIDE),
});

/** Speeds of level that an effect may be estimated beside. */
const DISCOUNTS = [0.85, 0.97, 1] as const;

/**
 * The fit whose one-step-ahead deviance is lowest: a level faster than the cell's own would eat the price moves and
 * blur the estimate.
 */
function bestLevel(series: CellSeries, rows: number, options: DesignOptions): ReturnType<typeof fitWithPlainVariances> {
  const spec = effectSpec(series);
  const fits = DISCOUNTS.map((fastDiscount) =>
    fitWithPlainVariances({ series, rows, spec: { ...spec, fastDiscount }, prior: WIDE_PRIOR, options }),
  );
  return fits.reduce((best, fit) => (fit.component.oneStepDeviance < best.component.oneStepDeviance ? fit : best));
}

function effectSpec(series: CellSeries): Spec {
  const base = (series.frequency === 'daily' ? DAILY_SPECS[0] : COARSE_SPECS[0]) as Spec;
  return { ...base, fourierOrder: 2, boxCoxLambda: 0, trend: false, halfLifePeriods: 1e6 };
}

/** Fewer than five sales, or none with a price, estimate nothing. */
function hasSales(series: CellSeries, rows: number): boolean {
  let sold = 0;
  let priced = 0;
  for (let i = 0; i < rows; i++) {
    if (series.quantity[i] > 0) sold++;
    if (series.price[i] > 0) priced++;
  }
  return sold >= 5 && priced > 0;
}

/**
 * Fits the first `rows` rows with wide priors. Null below {@link MIN_TRAINING_ROWS} rows when nothing was sold, or
 * where the arithmetic left the finite numbers.
 */
export function estimateEffects(
  series: CellSeries,
  rows: number,
  options: DesignOptions,
): Readonly<Record<string, EffectEstimate>> | null {
  if (rows < MIN_TRAINING_ROWS) return null;
  if (!hasSales(series, rows)) return null;
  const found = finiteOutcome(() => ({ ok: true, value: finite('effects', effectsOf(series, rows, options)) }));
  return found.ok ? found.value : null;
}

function effectsOf(sold: CellSeries, rows: number, options: DesignOptions): Record<string, EffectEstimate> {
  const series = uncensoredSeries(sold, rows, { ...options, priorAt: () => WIDE_PRIOR });
  const { component, plainVariances } = bestLevel(series, rows, options);
  const clusterRows = CLUSTER_ROWS[series.frequency];
  const width = component.plan.columns.length;
  const correction = smallSampleFactor(rows, width, clusterRows);
  const degreesOfFreedom = Math.max(1, Math.ceil(rows / clusterRows) - 1);
  const effects: Record<string, EffectEstimate> = {};
  const spec = component.spec;
  const regression = planRegression({ series, rows, spec, prior: WIDE_PRIOR, options }, 'prior');
  const price = priceSlope(regression, component, weighNoises(regression, component));
  component.plan.columns.forEach((column, j) => {
    if (!POOLED_GROUPS.has(column.group)) return;
    if (column.name === 'price') {
      effects.price = { value: price.value, variance: price.variance, plainVariance: price.variance, degreesOfFreedom };
      return;
    }
    effects[column.name] = {
      value: component.coefficients[j],
      variance: correction * component.covariance[j * width + j],
      plainVariance: plainVariances[j],
      degreesOfFreedom,
    };
  });
  // A price that never moved says nothing of elasticity, however narrow the sandwich around the prior's mean.
  if (!priceMoves(series, rows)) delete effects.price;
  return effects;
}

/**
 * G/(G−1) · (n−1)/(n−p): a sandwich of few clusters is too narrow (MacKinnon & White 1985, J. Econometrics 29; Cameron
 * & Miller 2015, J. Human Resources 50(2), §VI). A market that believed the narrow variances would take their noise for
 * differences between cells.
 */
function smallSampleFactor(rows: number, columns: number, clusterRows: number): number {
  const clusters = Math.ceil(rows / clusterRows);
  return (clusters / Math.max(1, clusters - 1)) * ((rows - 1) / Math.max(1, rows - columns));
}

/**
 * What the first `rows` rows say of the shape of the price term, fitted like {@link estimateEffects} under each Box-Cox
 * λ.
 *
 * @returns log evidence against λ = 0, in the order of BOX_COX_LAMBDAS; null when the rows carry no estimate of the
 * price effect
 */
export function estimateShape(series: CellSeries, rows: number, options: DesignOptions): ShapeEvidence | null {
  if (rows < MIN_TRAINING_ROWS || !hasSales(series, rows) || !priceMoves(series, rows)) return null;
  const found = finiteOutcome(() => {
    const known = uncensoredSeries(series, rows, { ...options, priorAt: () => WIDE_PRIOR });
    const { spec } = bestLevel(known, rows, options).component;
    const fits = BOX_COX_LAMBDAS.map((boxCoxLambda) =>
      fitComponent({ series: known, rows, spec: { ...spec, boxCoxLambda }, prior: WIDE_PRIOR, options }),
    );
    return { ok: true, value: finite('evidence', shapeEvidence(fits)) };
  });
  return found.ok ? found.value : null;
}

function priceMoves(series: CellSeries, rows: number): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = 0; i < rows; i++) {
    const p = series.price[i];
    if (p > 0) {
      low = Math.min(low, p);
      high = Math.max(high, p);
    }
  }
  return high > low * 1.005;
}
