/** A cell's rows as one regression: everything that does not move while its coefficients are fitted. */

import type { CellSeries } from '../series/cell-series.ts';
import { type FirstStage, firstStage, instrumentValues } from '../series/control-function.ts';
import {
  buildDesign,
  type DesignOptions,
  type DesignPlan,
  type DesignShape,
  exposureOf,
  filledPrices,
  pastRows,
  planDesign,
} from '../series/design.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import type { FitInput } from './fit-input.ts';
import type { Spec } from './hyper-parameters.ts';
import { type CellPrior, columnPriors, weakPriors } from './prior.ts';
import { remainderPriors } from './remainder.ts';
import { planSimulator, type Simulator } from './simulator.ts';

/** A planned regression; arrays have one entry an own row unless told. */
export interface Regression {
  readonly series: CellSeries;
  readonly rows: number;
  readonly spec: Spec;
  readonly plan: DesignPlan;
  /** Row-major rows × plan columns. */
  readonly design: Float64Array;
  /** Capped own rows at an average period's length, over the mean training quantity. */
  readonly response: Float64Array;
  /**
   * The same with what sold-out rows would have sold: expected, for the level, and drawn, for whatever measures
   * scatter. `response` itself where none sold out.
   */
  readonly expectedResponse: Float64Array;
  readonly drawnResponse: Float64Array;
  /** Days of each row over those of the average period; null where all are as long. */
  readonly exposure: Float64Array | null;
  readonly weight: Float64Array;
  /** 1 where the row sold out; null when none did. */
  readonly censored: Uint8Array | null;
  readonly meanQuantity: number;
  readonly priorMeans: Float64Array;
  readonly priorPrecisions: Float64Array;
  readonly control: FirstStage | null;
  readonly simulator: Simulator | null;
}

/** What the specs of one shape of design have in common on a cell's first rows. */
interface SharedRows {
  /** Gaps filled. */
  readonly price: Float64Array;
  readonly plan: DesignPlan;
  readonly design: Float64Array;
  readonly control: FirstStage | null;
  readonly exposure: Float64Array | null;
  readonly meanQuantity: number;
  /** Rows over those that sold. */
  readonly rowsASale: number;
  /** 1 where a row is a feast of the cell's own. */
  readonly feast: Uint8Array;
  readonly censored: Uint8Array | null;
  readonly responses: Map<number, Pick<Regression, 'response' | 'expectedResponse' | 'drawnResponse'>>;
  readonly weights: Map<number, Float64Array>;
}

/** The rows that were planned last: a fit goes through all its specs before it comes to other rows. */
let latest: (Pick<FitInput, 'series' | 'rows' | 'options'> & { readonly shared: Map<string, SharedRows> }) | null =
  null;

function sharedRows({ series, rows, spec, options }: FitInput): SharedRows {
  const again =
    latest?.series === series &&
    latest.rows === rows &&
    latest.options.holidays === options.holidays &&
    latest.options.market === options.market &&
    latest.options.instrument === options.instrument &&
    latest.options.feasts === options.feasts;
  if (!again || latest === null) latest = { series, rows, options, shared: new Map() };
  const key = `${spec.boxCoxLambda} ${spec.fourierOrder} ${spec.trend}`;
  const known = latest.shared.get(key);
  if (known) return known;
  const shared = plannedRows(series, rows, spec, options);
  latest.shared.set(key, shared);
  return shared;
}

function plannedRows(series: CellSeries, rows: number, shape: DesignShape, options: DesignOptions): SharedRows {
  const price = filledPrices(series.price, rows);
  const plan = planDesign(series, rows, price, shape, options);
  const design = buildDesign(plan, pastRows(series, rows, price), options.holidays);
  const control = controlColumn(series, rows, plan, design, options);
  const exposure =
    plan.monthDay === undefined
      ? null
      : Float64Array.from({ length: rows }, (_, i) => exposureOf(plan, series.days[i]));
  const width = plan.columns.length;
  const feasts = plan.columns.flatMap(({ group }, j) => (group === 'feast' ? [j] : []));
  const feast = new Uint8Array(rows);
  let [sum, sold, anyCensored] = [0, 0, false];
  for (let i = 0; i < rows; i++) {
    const quantity = exposure ? series.quantity[i] / exposure[i] : series.quantity[i];
    sum += quantity;
    if (quantity > 0) sold++;
    anyCensored ||= series.soldOut[i] === 1;
    feast[i] = feasts.some((j) => design[i * width + j] === 1) ? 1 : 0;
  }
  return {
    ...{ price, plan, design, control, exposure, feast },
    meanQuantity: sum / rows,
    rowsASale: rows / sold,
    censored: anyCensored ? series.soldOut.subarray(0, rows) : null,
    responses: new Map(),
    weights: new Map(),
  };
}

/**
 * Builds the regression of a cell's first rows; arrays are shared with regressions of like specs.
 *
 * @param knowledge how the market's knowledge enters: as a Gaussian prior, or as simulated rows beside a weak one
 */
export function planRegression(input: FitInput, knowledge: 'prior' | 'rows'): Regression {
  const { series, rows, spec, prior } = input;
  const shared = sharedRows(input);
  const { plan, design, exposure, censored, meanQuantity, control } = shared;
  const simulate = knowledge === 'rows';
  const { means, precisions } = simulate
    ? weakPriors(plan, prior, spec.ridgeScale)
    : columnPriors(plan, prior, spec.ridgeScale);
  return {
    ...{ series, rows, spec, plan, design, exposure, censored, meanQuantity, control },
    ...responsesOf(shared, series, spec.capMultiple),
    weight: weightOf(shared, series, spec.halfLifePeriods),
    priorMeans: means,
    priorPrecisions: precisions,
    simulator: simulate ? planSimulator(input, shared.price, plan) : null,
  };
}

function responsesOf(
  { responses, exposure, feast, meanQuantity, rowsASale }: SharedRows,
  series: CellSeries,
  capMultiple: number,
): Pick<Regression, 'response' | 'expectedResponse' | 'drawnResponse'> {
  const known = responses.get(capMultiple);
  if (known) return known;
  // A slow seller's every sale is many times its mean: what is a freak is told by the rows that sold.
  const cap = capMultiple * rowsASale;
  const scaled = (demand: Float64Array): Float64Array => {
    const values = new Float64Array(feast.length);
    for (let i = 0; i < values.length; i++) {
      const value = demand[i] / (exposure ? exposure[i] : 1) / meanQuantity;
      // A feast that has come every year is no freak.
      values[i] = feast[i] === 1 ? value : Math.min(value, cap);
    }
    return values;
  };
  const response = scaled(series.quantity);
  const found = {
    response,
    expectedResponse: series.demand ? scaled(series.demand.expected) : response,
    drawnResponse: series.demand ? scaled(series.demand.drawn) : response,
  };
  responses.set(capMultiple, found);
  return found;
}

function weightOf({ weights, plan, feast }: SharedRows, series: CellSeries, halfLifePeriods: number): Float64Array {
  const known = weights.get(halfLifePeriods);
  if (known) return known;
  const periodDays = PERIOD_DAYS[series.frequency];
  const weight = new Float64Array(feast.length);
  for (let i = 0; i < weight.length; i++)
    weight[i] = 0.5 ** ((plan.lastDay - series.days[i]) / periodDays / halfLifePeriods);
  weights.set(halfLifePeriods, weight);
  return weight;
}

/**
 * A simulated regression whose ridge knows what its rows at matched strength leave out of the market's prior; without
 * it the ridge beside them is weak.
 */
export function withRemainder(regression: Regression, prior: CellPrior): Regression {
  const { plan, spec, simulator } = regression;
  const { means, precisions } = remainderPriors(plan, prior, spec.ridgeScale, simulator as Simulator);
  return { ...regression, priorMeans: means, priorPrecisions: precisions };
}

/** The regression of a cell without any sale: the plan and the simulator of rows that stand for it, and no own row. */
export function withoutOwnRows(regression: Regression): Regression {
  const none = new Float64Array(0);
  const simulator = regression.simulator && { ...regression.simulator, ownLinear: none };
  return {
    ...regression,
    rows: 0,
    design: none,
    response: none,
    expectedResponse: none,
    drawnResponse: none,
    exposure: null,
    weight: none,
    censored: null,
    control: null,
    simulator,
  };
}

/** Writes the first stage's residuals into the design's control column; null without one. */
function controlColumn(
  series: CellSeries,
  rows: number,
  plan: DesignPlan,
  design: Float64Array,
  options: DesignOptions,
): FirstStage | null {
  const width = plan.columns.length;
  if (plan.columns[width - 1]?.group !== 'control') return null;
  const values = instrumentValues(series, rows, options.instrument as string) as Float64Array;
  const stage = firstStage(plan.columns, design, rows, values);
  for (let i = 0; i < rows; i++) design[i * width + width - 1] = stage.residual[i];
  return stage;
}

/**
 * Log multipliers of demand are kept within ±e^8 of the mean: beyond that a fit has lost its footing, and exp would
 * overflow.
 */
const MAX_LOG_MEAN = 8;

/** exp of a linear predictor, without level, within its bounds. */
export function boundedMean(linear: number): number {
  return Math.exp(Math.max(-MAX_LOG_MEAN, Math.min(MAX_LOG_MEAN, linear)));
}

/** μ without level at each own row. */
export function regressionMean(regression: Regression, coefficients: ArrayLike<number>): Float64Array {
  return linearMean(regression.design, coefficients, regression.rows);
}

/** μ without level of each row of a design. @param design row-major rows × coefficients */
export function linearMean(design: Float64Array, coefficients: ArrayLike<number>, rows: number): Float64Array {
  const width = coefficients.length;
  // Of one kind, whatever is given: the loop is compiled for it.
  const by = Float64Array.from(coefficients);
  const mean = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    const at = i * width;
    for (let j = 0; j < width; j++) sum += design[at + j] * by[j];
    mean[i] = boundedMean(sum);
  }
  return mean;
}
