/**
 * The price effect by generalised least squares: beside a level that walks and noise that lasts, which a regression
 * with a filtered level neither weighs nor counts in full.
 */

import { innovations, type Noise, type ObservedColumns, type Sums } from '../kernel/innovations-kernel.ts';
import { choleskyInverse, choleskySolve, forwardSolve, regularCholesky } from '../math/linear-algebra.ts';
import { sumOf } from '../math/summary.ts';
import type { MeanFit } from '../regression/component.ts';
import { type Regression, regressionMean } from '../regression/plan.ts';
import { DAYS_PER_YEAR } from '../series/calendar.ts';
import type { FirstStage } from '../series/control-function.ts';
import { logPriceRatio } from '../series/price-transform.ts';
import { NOISES, pathOf, relativeVariance, WALK_WEIGHTS, WALKS } from './disturbances.ts';
import { soldOutRow } from './sold-out-row.ts';

/** Of the price column. */
export interface PriceSlope {
  /** The elasticity at the reference price. */
  readonly value: number;
  /** > 0. */
  readonly variance: number;
}

/** A noise with what it weighs and the variance of a row at the usual mean. */
export interface WeighedNoise extends Noise {
  readonly weight: number;
  readonly variance: number;
}

/** Noises of the price's blocks that are weighed beside {@link NOISES}: share of the variance, weight. */
const BLOCKS: readonly (readonly [share: number, weight: number])[] = [
  [0.05, 0.07],
  [0.15, 0.07],
  [0.4, 0.06],
];
/** Rows that noises are weighed on, the latest: a year and a half of days. */
const MOST_ROWS = 550;
/** Noises that stand for all: the heaviest, until so much of the weight is theirs. */
const ENOUGH_WEIGHT = 0.9;
const MOST_NOISES = 5;
/** Waves of the year that a walk may be taken for. */
const WAVES = 4;
/**
 * Standard deviation of a steady rise or fall of log demand over the own price's: that of elasticities. Prices that rise
 * with all others buy what they bought before; a walk alone would take what demand so gains at a given price for the
 * price's doing.
 */
const DRIFT_DEVIATION = 4;
const LEAST_DRIFT_DEVIATION = 0.01;

/**
 * Weighs walks and noises by the restricted likelihood of a component's rows, the price effect and the first waves of
 * the year integrated out (Harville 1977, JASA 72(358)).
 *
 * @param beside further columns that are integrated out: see {@link withColumns}
 */
export function weighNoises(
  regression: Regression,
  component: MeanFit,
  beside: readonly Float64Array[] = [],
): WeighedNoise[] {
  const groups = regression.plan.columns.map(({ group }) => group);
  const waves = groups.flatMap((group, j) => (group === 'season' ? [j] : [])).slice(0, WAVES);
  const kept = [1, ...waves, ...groups.flatMap((group, j) => (group === 'control' ? [j] : []))];
  const observed = withColumns(observe(regression, component, kept, MOST_ROWS), beside);
  const { frequency } = regression.series;
  const noises: readonly (readonly [Noise['correlation'], number, number])[] =
    frequency === 'daily' ? [...NOISES, ...BLOCKS.map(([share, weight]) => ['block', share, weight] as const)] : NOISES;
  const tried = WALKS.flatMap((walk, w) =>
    noises.map(([correlation, share, also]) => ({
      ...{ walk, correlation, share },
      prior: WALK_WEIGHTS[frequency][w] * also,
    })),
  );
  const sums = innovations(observed, tried);
  const found = tried
    .map(({ prior, ...noise }, i) => {
      const { log, variance } = evidenceOf(observed, sums[i] as Sums, component.dispersion);
      return { ...noise, variance, log: log + Math.log(prior) };
    })
    .sort((a, b) => b.log - a.log);
  const most = (found[0] as { log: number }).log;
  const weights = found.map(({ log }) => Math.exp(log - most));
  const all = sumOf(weights);
  let told = 0;
  const heaviest = found.filter((_, i) => {
    const needed = i < MOST_NOISES && told < ENOUGH_WEIGHT * all;
    told += weights[i];
    return needed;
  });
  const share = sumOf(weights.slice(0, heaviest.length));
  return heaviest.map(({ log: _, ...noise }, i) => ({ ...noise, weight: weights[i] / share }));
}

/** Coefficients and their variances, in the order of the columns but the intercept; of the mixture over noises. */
export interface Effects {
  readonly values: Float64Array;
  /** Of the price: given the coefficient of the control, where there is one. */
  readonly variances: Float64Array;
  readonly control: ControlEffect | null;
  /** Of a row at the usual mean, relative. */
  readonly rowVariance: number;
}

/** What the control column of a price that may follow demand was found to do, beside the price. */
export interface ControlEffect {
  readonly value: number;
  readonly variance: number;
  /** With the price's coefficient. */
  readonly covariance: number;
  /**
   * What the first stage's own error adds to the variance of the price's coefficient, for a control's coefficient of
   * 1: it grows with its square (two-stage least squares).
   */
  readonly firstStage: number;
  /** Change of the price's column by one of the instrument. */
  readonly passThrough: number;
}

/**
 * Coefficients and their variances around a component's fit, averaged over noises: mean and variance of the mixture.
 * The rows are those of the component, linearised at its means beside a slow level (as in iteratively reweighted least
 * squares; sold-out rows by the derivatives of their tail), the ridge is that of the regression.
 *
 * @param noises from {@link weighNoises} of the same rows
 */
export function effectsBeside(noises: readonly WeighedNoise[], regression: Regression, component: MeanFit): Effects {
  const columns = regression.plan.columns.flatMap((_, j) => (j === 0 ? [] : [j]));
  const observed = observe(regression, component, columns, Number.POSITIVE_INFINITY);
  // The years' coefficient is solved for and left out.
  const { length } = observed.precisions;
  const { instrument, fitted } = observed;
  const values = new Float64Array(length);
  const squares = new Float64Array(length);
  let [product, firstStage, passThrough, rowVariance] = [0, 0, 0, 0];
  innovations(observed, noises).forEach((sums, k) => {
    const noise = noises[k] as WeighedNoise;
    const { moves, inverse, variance, stage } = solvedSums(observed, sums, noise.variance);
    rowVariance += noise.weight * variance;
    for (let j = 0; j < length; j++) {
      values[j] = values[j] + noise.weight * moves[j];
      squares[j] = squares[j] + noise.weight * (variance * inverse[j * length + j] + moves[j] ** 2);
    }
    if (instrument < 0) return;
    product += noise.weight * (variance * inverse[instrument] + moves[0] * moves[instrument]);
    firstStage += noise.weight * stage.variance * inverse[0];
    passThrough += noise.weight * stage.passThrough;
  });
  const variances = fitted.map((_, j) => squares[j] - values[j] ** 2);
  const control =
    instrument < 0
      ? null
      : {
          value: values[instrument],
          variance: variances[instrument],
          covariance: product - values[0] * values[instrument],
          firstStage,
          passThrough,
        };
  return { values: fitted.map((value, j) => value + values[j]), variances, control, rowVariance };
}

/** The coefficient of the price and its variance: see {@link effectsBeside}. */
export function priceSlope(noises: readonly WeighedNoise[], regression: Regression, component: MeanFit): PriceSlope {
  const { values, variances, control } = effectsBeside(noises, regression, component);
  return { value: values[0], variance: variances[0] + (control ? control.value ** 2 * control.firstStage : 0) };
}

export interface Observed extends ObservedColumns {
  /** Ridge of each explaining column, the coefficient that the rows are taken around, and its prior mean less that. */
  readonly precisions: Float64Array;
  readonly fitted: Float64Array;
  readonly offsets: Float64Array;
  /** Index of the instrument among the explaining columns: what it leaves of the price controls. −1 without one. */
  readonly instrument: number;
  /** Degrees of freedom that sold-out rows do not bring. */
  readonly uncounted: number;
}

/**
 * The latest rows of a regression around a component: log level of demand, the columns asked for, and the years.
 *
 * @param mean of the component at the regression's rows, without level
 */
export function observe(
  regression: Regression,
  component: MeanFit,
  kept: readonly number[],
  most: number,
  mean: Float64Array = regressionMean(regression, component.coefficients),
): Observed {
  const { series, design, expectedResponse, response, weight, rows, censored, plan, priorMeans, priorPrecisions } =
    regression;
  const all = plan.columns.length;
  const { control } = regression;
  const instrument = control ? kept.indexOf(all - 1) : -1;
  // The instrument's first stage is done anew in the units of each noise: rows are taken without the control.
  const fitted = Float64Array.from(kept, (j, w) => (w === instrument ? 0 : component.coefficients[j]));
  const path = pathOf(mean.map((m, i) => expectedResponse[i] / m));
  const count = Math.min(rows, most);
  const from = rows - count;
  const width = 2 + kept.length;
  const columns = new Float64Array(width * count);
  const scale = new Float64Array(count);
  let uncounted = 0;
  for (let i = 0; i < count; i++) {
    const row = from + i;
    const mu = Math.max(mean[row] * path[row], 1e-6);
    let step = response[row] / mu - 1;
    let variance = relativeVariance(component, mu);
    if (censored?.[row] === 1) {
      const told = soldOutRow(response[row], mu, component.dispersion * variance);
      step = told.step;
      variance = told.variance / component.dispersion;
      uncounted += told.uncounted;
    }
    const controlled = control ? (component.coefficients[all - 1] as number) * control.residual[row] : 0;
    columns[i] = Math.log(path[row]) + step + controlled;
    scale[i] = Math.sqrt(variance / Math.max(weight[row], 1e-6));
    for (let w = 0; w < kept.length; w++) {
      columns[(w + 1) * count + i] =
        w === instrument ? (control as FirstStage).instrument[row] : design[row * all + kept[w]];
    }
    columns[(width - 1) * count + i] = (series.days[row] - plan.lastDay) / DAYS_PER_YEAR;
  }
  return {
    count,
    columns,
    width,
    scale,
    starts: priceBlocks(regression, from),
    precisions: Float64Array.from([...kept.map((j) => priorPrecisions[j]), 1 / driftVariance(regression)]),
    fitted,
    offsets: Float64Array.from([...kept.map((j, w) => priorMeans[j] - fitted[w]), 0]),
    instrument,
    uncounted,
  };
}

/** Variance of what columns beside the regression's do, before any row is seen. */
export const BESIDE_VARIANCE = 4;

/** Rows with further columns last. @param beside of all rows of the regression, the latest of which are observed */
export function withColumns(observed: Observed, beside: readonly Float64Array[]): Observed {
  if (beside.length === 0) return observed;
  const { count, width, columns } = observed;
  const joined = new Float64Array((width + beside.length) * count);
  joined.set(columns);
  beside.forEach((column, k) => {
    joined.set(column.subarray(column.length - count), (width + k) * count);
  });
  return {
    ...observed,
    columns: joined,
    width: width + beside.length,
    precisions: Float64Array.of(...observed.precisions, ...beside.map(() => 1 / BESIDE_VARIANCE)),
    offsets: Float64Array.of(...observed.offsets, ...beside.map(() => 0)),
  };
}

/** Of the steady drift of log demand a year, squared: see {@link DRIFT_DEVIATION}. */
function driftVariance({ series, design, plan, rows }: Regression): number {
  const width = plan.columns.length;
  const years = Float64Array.from({ length: rows }, (_, i) => (series.days[i] - plan.lastDay) / DAYS_PER_YEAR);
  const middle = sumOf(years) / rows;
  let [product, square] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const logPrice = logPriceRatio(design[i * width + 1], plan.boxCoxLambda);
    product += (years[i] - middle) * logPrice;
    square += (years[i] - middle) ** 2;
  }
  return Math.max(DRIFT_DEVIATION * Math.abs(product / square), LEAST_DRIFT_DEVIATION) ** 2;
}

/**
 * Weeks as the price knows them: they begin at the day of the week that it changed on most often. What moved a week's
 * demand then counts once for the price of that week.
 */
function priceBlocks({ series, design, plan, rows }: Regression, from: number): Uint8Array {
  const width = plan.columns.length;
  const changes = new Array<number>(7).fill(0);
  for (let i = 1; i < rows; i++) {
    const day = series.days[i] % 7;
    if (Math.abs(design[i * width + 1] - design[(i - 1) * width + 1]) > 1e-9) changes[day] = changes[day] + 1;
  }
  const first = changes.indexOf(Math.max(...changes));
  const weekOf = (i: number): number => Math.floor((series.days[i] - first) / 7);
  return Uint8Array.from({ length: rows - from }, (_, i) =>
    i === 0 || weekOf(from + i) !== weekOf(from + i - 1) ? 1 : 0,
  );
}

/** A first stage: variance of its residual, effect of the instrument on the price; 0 without one. */
interface Stage {
  readonly variance: number;
  readonly passThrough: number;
}

/** What rows say under a noise, every coefficient integrated out. */
interface Evidence {
  /** Of a row at the usual mean. */
  readonly variance: number;
  /** Of the restricted likelihood. */
  readonly log: number;
}

interface Solved extends Evidence {
  /** What the coefficients move by. */
  readonly moves: Float64Array;
  /** Of their curvature. */
  readonly inverse: Float64Array;
  readonly stage: Stage;
}

type Summed = Pick<Observed, 'width' | 'precisions' | 'offsets' | 'count' | 'instrument' | 'uncounted'>;

/** Sums with the ridge in the units of the rows. */
interface Ridged {
  /** Lower Cholesky factor of the curvature of the coefficients. */
  readonly factor: Float64Array;
  readonly gradient: Float64Array;
  /** Of what is explained. */
  readonly squares: number;
  readonly degrees: number;
  readonly passThrough: number;
}

/**
 * Generalised least squares under a noise, with the ridge.
 *
 * @param sums of the innovations of the columns; changed where there is an instrument
 * @param noiseVariance of a row at the usual mean, which turns the ridge into the units of the rows
 */
export function solvedSums(observed: Summed, sums: Sums, noiseVariance: number): Solved {
  const { factor, gradient, squares, degrees, passThrough } = ridged(observed, sums, noiseVariance);
  const n = gradient.length;
  const { instrument, width } = observed;
  const inverse = choleskyInverse(factor, n);
  const moves = choleskySolve(factor, n, gradient);
  let explained = 0;
  for (let j = 0; j < n; j++) explained += gradient[j] * moves[j];
  const evidence = evidenceLeft(factor, n, sums.logs, squares - explained, degrees);
  const stage = { variance: instrument < 0 ? 0 : sums.gram[(instrument + 1) * (width + 1)] / degrees, passThrough };
  return { moves, inverse, stage, ...evidence };
}

/** The evidence alone of {@link solvedSums}. */
function evidenceOf(observed: Summed, sums: Sums, noiseVariance: number): Evidence {
  const { factor, gradient, squares, degrees } = ridged(observed, sums, noiseVariance);
  const n = gradient.length;
  const half = forwardSolve(factor, n, gradient);
  let explained = 0;
  for (let j = 0; j < n; j++) explained += half[j] * half[j];
  return evidenceLeft(factor, n, sums.logs, squares - explained, degrees);
}

/** @param left sum of squares that the coefficients leave */
function evidenceLeft(factor: Float64Array, n: number, logs: number, left: number, degrees: number): Evidence {
  let determinant = 0;
  for (let j = 0; j < n; j++) determinant += 2 * Math.log(factor[j * n + j]);
  const variance = Math.max(left / degrees, 1e-8);
  return { variance, log: -0.5 * (degrees * Math.log(variance) + logs + determinant) };
}

/** @param sums changed where there is an instrument */
function ridged(observed: Summed, { gram }: Sums, noiseVariance: number): Ridged {
  const { width, precisions, offsets, count, instrument, uncounted } = observed;
  const passThrough = instrument < 0 ? 0 : controlPrice(gram, width, instrument + 1);
  const n = width - 1;
  const curvature = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  let squares = gram[0];
  let free = 0;
  for (let j = 0; j < n; j++) {
    const ridge = precisions[j] * noiseVariance;
    gradient[j] = gram[(j + 1) * width] + ridge * offsets[j];
    squares += ridge * offsets[j] ** 2;
    for (let l = 0; l <= j; l++) curvature[j * n + l] = gram[(j + 1) * width + l + 1];
    curvature[j * n + j] = curvature[j * n + j] + ridge;
    free += 1 - ridge / curvature[j * n + j];
  }
  return {
    factor: regularCholesky(curvature, n, 0),
    gradient,
    squares,
    degrees: Math.max(count - 1 - free - uncounted, count / 4),
    passThrough,
  };
}

/**
 * Puts the residuals of the first stage in the place of the instrument: of the price by the instrument and every other
 * column, in the units of a noise, in which alone they are free of what the instrument moves.
 *
 * @param gram sums of products, lower triangle, width × width: the response, the price, the others; changed
 * @returns the change of the price by one of the instrument
 */
function controlPrice(gram: Float64Array, width: number, at: number): number {
  const product = (j: number, l: number): number => (j >= l ? gram[j * width + l] : gram[l * width + j]);
  const told = Array.from({ length: width - 2 }, (_, j) => j + 2);
  const n = told.length;
  const squares = new Float64Array(n * n);
  told.forEach((j, a) => {
    told.forEach((l, b) => {
      squares[a * n + b] = product(j, l);
    });
    // Columns that repeat each other: a hair of ridge picks one of the equal fits.
    squares[a * n + a] = squares[a * n + a] * (1 + 1e-9) + 1e-9;
  });
  const slopes = choleskySolve(
    regularCholesky(squares, n, 0),
    n,
    Float64Array.from(told, (j) => product(j, 1)),
  );
  const residual = Float64Array.from({ length: width }, (_, j) =>
    told.reduce((sum, l, b) => sum - slopes[b] * product(l, j), product(1, j)),
  );
  residual.forEach((value, j) => {
    if (j !== at) gram[Math.max(at, j) * width + Math.min(at, j)] = value;
  });
  // The residuals are orthogonal to all but the response and the price.
  gram[at * width + at] = residual[1];
  return slopes[at - 2];
}
