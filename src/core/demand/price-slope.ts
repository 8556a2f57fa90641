/**
 * The price effect by generalised least squares: beside a level that walks and noise that lasts, which a regression
 * with a filtered level neither weighs nor counts in full.
 */

import { choleskySolve, invert, regularCholesky } from '../math/linear-algebra.ts';
import { sumOf } from '../math/summary.ts';
import type { MeanFit } from '../regression/component.ts';
import { type Regression, regressionMean } from '../regression/plan.ts';
import { DAYS_PER_YEAR } from '../series/calendar.ts';
import type { FirstStage } from '../series/control-function.ts';
import { logPriceRatio } from '../series/price-transform.ts';
import { NOISES, pathOf, relativeVariance, WALK_WEIGHTS, WALKS } from './disturbances.ts';
import { innovations, type Noise, type ObservedColumns, type Sums } from './innovations.ts';
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
 */
export function weighNoises(regression: Regression, component: MeanFit): WeighedNoise[] {
  const groups = regression.plan.columns.map(({ group }) => group);
  const waves = groups.flatMap((group, j) => (group === 'season' ? [j] : [])).slice(0, WAVES);
  const kept = [1, ...waves, ...groups.flatMap((group, j) => (group === 'control' ? [j] : []))];
  const observed = observe(regression, component, kept, MOST_ROWS);
  const { frequency } = regression.series;
  const noises: readonly (readonly [Noise['correlation'], number, number])[] =
    frequency === 'daily' ? [...NOISES, ...BLOCKS.map(([share, weight]) => ['block', share, weight] as const)] : NOISES;
  const found = WALKS.flatMap((walk, w) =>
    noises.map(([correlation, share, also]) => {
      const noise = { walk, correlation, share };
      const { log, variance } = solved(observed, noise, component.dispersion);
      return { ...noise, variance, log: log + Math.log(WALK_WEIGHTS[frequency][w] * also) };
    }),
  ).sort((a, b) => b.log - a.log);
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
  for (const noise of noises) {
    const { moves, inverse, variance, stage } = solved(observed, noise, noise.variance);
    rowVariance += noise.weight * variance;
    for (let j = 0; j < length; j++) {
      values[j] = values[j] + noise.weight * moves[j];
      squares[j] = squares[j] + noise.weight * (variance * inverse[j * length + j] + moves[j] ** 2);
    }
    if (instrument < 0) continue;
    product += noise.weight * (variance * inverse[instrument] + moves[0] * moves[instrument]);
    firstStage += noise.weight * stage.variance * inverse[0];
    passThrough += noise.weight * stage.passThrough;
  }
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

/** The latest rows of a regression around a component: log level of demand, the columns asked for, and the years. */
export function observe(regression: Regression, component: MeanFit, kept: readonly number[], most: number): Observed {
  const { series, design, expectedResponse, response, weight, rows, censored, plan, priorMeans, priorPrecisions } =
    regression;
  const all = plan.columns.length;
  const { control } = regression;
  const instrument = control ? kept.indexOf(all - 1) : -1;
  // The instrument's first stage is done anew in the units of each noise: rows are taken without the control.
  const fitted = Float64Array.from(kept, (j, w) => (w === instrument ? 0 : component.coefficients[j]));
  const mean = regressionMean(regression, component.coefficients);
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

interface Solved {
  /** What the coefficients move by. */
  readonly moves: Float64Array;
  /** Of their curvature. */
  readonly inverse: Float64Array;
  /** Of a row at the usual mean. */
  readonly variance: number;
  readonly stage: Stage;
  /** Of the restricted likelihood. */
  readonly log: number;
}

/**
 * Generalised least squares under a noise, with the ridge.
 *
 * @param noiseVariance of a row at the usual mean, which turns the ridge into the units of the rows
 */
function solved(observed: Observed, noise: Noise, noiseVariance: number): Solved {
  return solvedSums(observed, innovations(observed, noise), noiseVariance);
}

/** @param sums of the innovations of the columns; changed where there is an instrument */
export function solvedSums(
  observed: Pick<Observed, 'width' | 'precisions' | 'offsets' | 'count' | 'instrument' | 'uncounted'>,
  { logs, gram }: Sums,
  noiseVariance: number,
): Solved {
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
    for (let l = 0; l <= j; l++) {
      const sum = gram[(j + 1) * width + l + 1] + (j === l ? ridge : 0);
      curvature[j * n + l] = sum;
      curvature[l * n + j] = sum;
    }
    free += 1 - ridge / curvature[j * n + j];
  }
  const inverse = invert(curvature, n);
  const factor = regularCholesky(curvature, n, 0);
  const moves = new Float64Array(n);
  let [explained, determinant] = [0, 0];
  for (let j = 0; j < n; j++) {
    determinant += 2 * Math.log(factor[j * n + j]);
    for (let l = 0; l < n; l++) moves[j] = moves[j] + inverse[j * n + l] * gradient[l];
    explained += gradient[j] * moves[j];
  }
  const degrees = Math.max(count - 1 - free - uncounted, count / 4);
  const variance = Math.max((squares - explained) / degrees, 1e-8);
  const stage = { variance: instrument < 0 ? 0 : gram[(instrument + 1) * (width + 1)] / degrees, passThrough };
  return { moves, inverse, variance, stage, log: -0.5 * (degrees * Math.log(variance) + logs + determinant) };
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
