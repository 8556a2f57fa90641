/**
 * What a cell's rows say of price and demand without any model: plain and instrumented elasticities, price variation,
 * residual checks.
 */

import { addToBasis, INDEPENDENT_SHARE, withoutBasis } from '../math/orthonormal-basis.ts';
import { dot, mean, variance } from '../math/summary.ts';
import type { Outcome } from '../outcome.ts';
import { weekdayOf } from '../series/calendar.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { TEST_INSTRUMENT, testDeviations } from '../series/control-function.ts';

export interface ElasticityEstimate {
  /** d log demand / d log price; dimensionless. */
  readonly elasticity: number;
  readonly standardError: number;
  readonly rows: number;
}

export interface TwoStageEstimate extends ElasticityEstimate {
  /** F of the instrument in the first stage, log price on instrument and controls. */
  readonly firstStageF: number;
  /** F below 10: the estimate then leans towards the plain one (Staiger & Stock 1997, Econometrica 65(3)). */
  readonly weakInstrument: boolean;
}

export type DiagnosticRefusal = 'TOO_FEW_ROWS' | 'NO_PRICE_VARIATION' | 'INSTRUMENT_EXPLAINS_NOTHING';

/** Estimates without controls, with weekday indicators, and with weekday indicators and the cell's covariates. */
export interface ByControls<Estimate> {
  readonly none: Outcome<Estimate, DiagnosticRefusal>;
  readonly weekday: Outcome<Estimate, DiagnosticRefusal>;
  readonly all: Outcome<Estimate, DiagnosticRefusal>;
}

export interface PriceVariation {
  /** Prices that differ by more than a thousandth: a weighted mean of tickets differs in the twelfth digit. */
  readonly levels: number;
  /** Rows whose price differs from that of the row before by more than a thousandth. */
  readonly changes: number;
  /** Standard deviation ÷ mean of the prices charged. */
  readonly coefficientOfVariation: number;
  /** Share of the variance of log price that the promotion column explains, 0-1. */
  readonly promoShare: number;
  /** Share of the variance of log price that weekday, season of the year and a linear trend explain, 0-1. */
  readonly seasonShare: number;
}

export interface ResidualChecks {
  /** Autocorrelation with the row before; null where it cannot be told. */
  readonly lag1: number | null;
  /** Autocorrelation with the row of seven days before; null for cells that are not daily. */
  readonly lag7: number | null;
  /** Standard deviation of the residuals of log quantity. */
  readonly standardDeviation: number;
  /** Pearson Σ(y − μ)²/μ ÷ degrees of freedom: 1 for Poisson counts, above it when demand varies more. */
  readonly dispersion: number;
  /** Residuals beyond 4 robust standard deviations, largest first: 1 in 16,000 rows of a normal. */
  readonly outliers: readonly { readonly day: number; readonly standardDeviations: number }[];
}

export interface DemandDiagnostics {
  /** Rows with a positive quantity and a price: a logarithm has no place for the others. */
  readonly rows: number;
  readonly rowsWithoutSale: number;
  readonly leastSquares: ByControls<ElasticityEstimate>;
  /** Null without an instrument. */
  readonly twoStage: (ByControls<TwoStageEstimate> & { readonly instrument: string }) | null;
  /** Null when no row has a price. */
  readonly price: PriceVariation | null;
  /** Of the least-squares fit with all controls; null when it was refused. */
  readonly residuals: ResidualChecks | null;
}

/** Residuals further than this many robust standard deviations from 0 are listed. */
const OUTLIER_DEVIATIONS = 4;
const WEAK_INSTRUMENT_F = 10;

/**
 * Diagnoses a cell by log-log regression on its own rows.
 *
 * Two-stage least squares (Theil 1953) with one instrument: standard errors use the residuals at the actual price and n
 * − k degrees of freedom. Controls are partialled out (Frisch & Waugh 1933), so a control that repeats others (weekday
 * columns beside the calendar) costs nothing. Rows without a value in a column that an estimate uses are left out of
 * that estimate.
 *
 * @param instrumentName 'cost' (taken in logs) or a covariate's name, which is then no control; by default cost where
 * it varies
 * @throws RangeError when the instrument is neither
 */
export function diagnoseDemand(series: CellSeries, instrumentName?: string): DemandDiagnostics {
  const sold = rowsSold(series);
  const instrument = instrumentName === undefined ? defaultInstrument(series) : namedInstrument(series, instrumentName);
  const controls = controlsOf(series, instrument);
  const leastSquares = (columns: readonly Float64Array[]) => regress(partialledOut(series, sold, columns, null));
  const twoStage = (columns: readonly Float64Array[], z: Float64Array) =>
    regressTwoStage(partialledOut(series, sold, columns, z));
  return {
    rows: sold.length,
    rowsWithoutSale: series.days.length - sold.length,
    leastSquares: {
      none: leastSquares(controls.none),
      weekday: leastSquares(controls.weekday),
      all: leastSquares(controls.all),
    },
    twoStage: instrument && {
      instrument: instrument.name,
      none: twoStage(controls.none, instrument.values),
      weekday: twoStage(controls.weekday, instrument.values),
      all: twoStage(controls.all, instrument.values),
    },
    price: priceVariation(series),
    residuals: residualChecks(series, partialledOut(series, sold, controls.all, null)),
  };
}

/**
 * Of {@link diagnoseDemand} the two-stage estimate with all controls alone.
 *
 * @throws RangeError when the instrument is neither cost nor a covariate
 */
export function twoStageEstimate(
  series: CellSeries,
  instrumentName: string,
): Outcome<TwoStageEstimate, DiagnosticRefusal> {
  const instrument = namedInstrument(series, instrumentName);
  return regressTwoStage(
    partialledOut(series, rowsSold(series), controlsOf(series, instrument).all, instrument.values),
  );
}

function rowsSold({ days, quantity, price }: CellSeries): number[] {
  const sold: number[] = [];
  for (let i = 0; i < days.length; i++) if (quantity[i] > 0 && price[i] > 0) sold.push(i);
  return sold;
}

function controlsOf(
  series: CellSeries,
  instrument: Instrument | null,
): Record<keyof ByControls<never>, readonly Float64Array[]> {
  const weekday = series.frequency === 'daily' ? weekdayColumns(series) : [];
  const covariates = series.covariates.filter((c) => c.name !== instrument?.name).map((c) => c.values);
  return { none: [], weekday, all: [...weekday, ...covariates] };
}

/** How much a cell's prices have moved, and how much of that was promotions. Null when no row has a price. */
export function priceVariation(series: CellSeries): PriceVariation | null {
  const priced: number[] = [];
  series.price.forEach((p, i) => {
    if (p > 0) priced.push(i);
  });
  if (priced.length === 0) return null;
  const prices = Float64Array.from(priced, (i) => series.price[i]);
  const promo = centred(Float64Array.from(priced, (i) => (Number.isNaN(series.promo[i]) ? 0 : series.promo[i])));
  const logPrice = centred(prices.map(Math.log));
  const promoSquares = dot(promo, promo);
  const priceSquares = dot(logPrice, logPrice);
  // 1e-12 a row: a column that is constant up to rounding explains nothing.
  const varies = Math.min(promoSquares, priceSquares) > 1e-12 * prices.length;
  return {
    levels: priceLevels(prices),
    changes: priceChanges(prices),
    seasonShare: seasonShare(series, priced, logPrice),
    coefficientOfVariation: Math.sqrt(variance(prices)) / mean(prices),
    promoShare: varies ? dot(promo, logPrice) ** 2 / (promoSquares * priceSquares) : 0,
  };
}

/** Pairs of yearly waves: a season with one peak and one dip of its own width. */
const SEASON_PAIRS = 2;

/** @param logPrice centred, of the rows that have a price */
function seasonShare(series: CellSeries, priced: readonly number[], logPrice: Float64Array): number {
  const squares = dot(logPrice, logPrice);
  if (!(squares > 1e-12 * priced.length)) return 0;
  const column = (value: (day: number) => number): Float64Array =>
    Float64Array.from(priced, (row) => value(series.days[row]));
  const basis: Float64Array[] = [];
  addToBasis(basis, new Float64Array(priced.length).fill(1));
  addToBasis(
    basis,
    column((day) => day),
  );
  for (let pair = 1; pair <= SEASON_PAIRS; pair++)
    for (const wave of [Math.sin, Math.cos])
      addToBasis(
        basis,
        column((day) => wave((2 * Math.PI * pair * day) / 365.25)),
      );
  if (series.frequency === 'daily')
    for (let d = 0; d < 6; d++)
      addToBasis(
        basis,
        column((day) => (weekdayOf(day) === d ? 1 : 0)),
      );
  const rest = withoutBasis(basis, logPrice);
  return Math.max(0, 1 - dot(rest, rest) / squares);
}

/** Prices closer than this share are one: a mean of tickets, not a price of its own. */
const SAME_PRICE = 1e-3;

function priceChanges(prices: Float64Array): number {
  let changes = 0;
  for (let i = 1; i < prices.length; i++) if (Math.abs(prices[i] / prices[i - 1] - 1) > SAME_PRICE) changes++;
  return changes;
}

/** Number of prices that differ; a matter of shares, so the same whatever the unit of money. */
function priceLevels(prices: Float64Array): number {
  let levels = 0;
  let from = 0;
  for (const price of prices.slice().sort()) {
    if (levels > 0 && price <= from * (1 + SAME_PRICE)) continue;
    levels++;
    from = price;
  }
  return levels;
}

/** Columns of a regression after its controls (and the mean) have been taken out of each. */
interface Partialled {
  readonly logQuantity: Float64Array;
  readonly logPrice: Float64Array;
  readonly instrument: Float64Array | null;
  /** Variation of log price and instrument around their means before the other controls took their share. */
  readonly priceSquares: number;
  readonly instrumentSquares: number;
  /** Degrees of freedom left with the price itself estimated: rows − controls − 2. */
  readonly degreesOfFreedom: number;
  /** Index in the series of every row used. */
  readonly rows: readonly number[];
}

function partialledOut(
  series: CellSeries,
  sold: readonly number[],
  controls: readonly Float64Array[],
  instrument: Float64Array | null,
): Partialled {
  const needed = instrument ? [...controls, instrument] : controls;
  const rows = sold.filter((i) => needed.every((column) => Number.isFinite(column[i])));
  const take = (values: Float64Array): Float64Array => Float64Array.from(rows, (i) => values[i]);
  const logQuantity = take(series.quantity).map(Math.log);
  const logPrice = take(series.price).map(Math.log);
  const z = instrument && take(instrument);
  const basis: Float64Array[] = [];
  addToBasis(basis, new Float64Array(rows.length).fill(1));
  const priceCentred = centred(logPrice);
  const zCentred = z && centred(z);
  for (const column of controls) addToBasis(basis, take(column));
  return {
    logQuantity: withoutBasis(basis, logQuantity),
    logPrice: withoutBasis(basis, logPrice),
    instrument: z && withoutBasis(basis, z),
    priceSquares: dot(priceCentred, priceCentred),
    instrumentSquares: zCentred ? dot(zCentred, zCentred) : 0,
    degreesOfFreedom: rows.length - basis.length - 1,
    rows,
  };
}

function regress(data: Partialled): Outcome<ElasticityEstimate, DiagnosticRefusal> {
  const { logQuantity: y, logPrice: p, degreesOfFreedom, rows } = data;
  if (degreesOfFreedom < 1) return { ok: false, code: 'TOO_FEW_ROWS', rows: rows.length };
  const squares = dot(p, p);
  if (!varies(squares, data.priceSquares, rows.length))
    return { ok: false, code: 'NO_PRICE_VARIATION', rows: rows.length };
  const elasticity = dot(p, y) / squares;
  const error = y.map((v, i) => v - elasticity * p[i]);
  return {
    ok: true,
    value: { elasticity, standardError: Math.sqrt(dot(error, error) / degreesOfFreedom / squares), rows: rows.length },
  };
}

function regressTwoStage(data: Partialled): Outcome<TwoStageEstimate, DiagnosticRefusal> {
  const { logQuantity: y, logPrice: p, degreesOfFreedom, rows } = data;
  const z = data.instrument as Float64Array;
  if (degreesOfFreedom < 1) return { ok: false, code: 'TOO_FEW_ROWS', rows: rows.length };
  const zSquares = dot(z, z);
  const pSquares = dot(p, p);
  if (!varies(pSquares, data.priceSquares, rows.length))
    return { ok: false, code: 'NO_PRICE_VARIATION', rows: rows.length };
  const cross = dot(z, p);
  const explained = zSquares > 0 ? cross ** 2 / zSquares : 0;
  if (!varies(zSquares, data.instrumentSquares, rows.length) || explained <= pSquares * INDEPENDENT_SHARE) {
    return { ok: false, code: 'INSTRUMENT_EXPLAINS_NOTHING', rows: rows.length };
  }
  const elasticity = dot(z, y) / cross;
  const error = y.map((v, i) => v - elasticity * p[i]);
  // An instrument that is the price itself, but for rounding, leaves nothing.
  const firstStageF = (explained * degreesOfFreedom) / Math.max(pSquares - explained, 1e-12 * pSquares);
  return {
    ok: true,
    value: {
      elasticity,
      standardError: Math.sqrt(dot(error, error) / degreesOfFreedom / explained),
      firstStageF,
      weakInstrument: firstStageF < WEAK_INSTRUMENT_F,
      rows: rows.length,
    },
  };
}

function residualChecks(series: CellSeries, data: Partialled): ResidualChecks | null {
  const fit = regress(data);
  if (!fit.ok) return null;
  const { logQuantity, logPrice, degreesOfFreedom, rows } = data;
  const error = logQuantity.map((v, i) => v - fit.value.elasticity * logPrice[i]);
  const squares = dot(error, error);
  const variance = squares / degreesOfFreedom;
  const position = new Map(rows.map((row, i) => [series.days[row], i]));
  const correlation = (before: (i: number) => number | undefined): number | null => {
    let product = 0;
    let pairs = 0;
    error.forEach((e, i) => {
      const j = before(i);
      if (j === undefined) return;
      product += e * error[j];
      pairs++;
    });
    return pairs >= 2 && squares > 0 ? product / pairs / (squares / error.length) : null;
  };
  // exp of the mean log is the median of a lognormal; e^(σ²/2) brings it to the mean that a count is compared with.
  const toMean = Math.exp(variance / 2);
  let pearson = 0;
  rows.forEach((row, i) => {
    const y = series.quantity[row];
    const mean = (y / Math.exp(error[i])) * toMean;
    pearson += (y - mean) ** 2 / mean;
  });
  const robust = 1.4826 * median(error.map(Math.abs));
  const outliers = rows
    .map((row, i) => ({ day: series.days[row], standardDeviations: error[i] / robust }))
    .filter((o) => robust > 0 && Math.abs(o.standardDeviations) > OUTLIER_DEVIATIONS)
    .sort((a, b) => Math.abs(b.standardDeviations) - Math.abs(a.standardDeviations));
  return {
    lag1: correlation((i) => (i > 0 ? i - 1 : undefined)),
    lag7: series.frequency === 'daily' ? correlation((i) => position.get(series.days[rows[i]] - 7)) : null,
    standardDeviation: Math.sqrt(variance),
    dispersion: pearson / degreesOfFreedom,
    outliers,
  };
}

interface Instrument {
  readonly name: string;
  readonly values: Float64Array;
}

function defaultInstrument(series: CellSeries): Instrument | null {
  const known = series.cost.filter((c) => c > 0);
  return known.some((c) => Math.abs(c - known[0]) > 1e-9 * c) ? { name: 'cost', values: logCost(series) } : null;
}

function namedInstrument(series: CellSeries, name: string): Instrument {
  if (name === 'cost') return { name, values: logCost(series) };
  if (name === TEST_INSTRUMENT && series.test) return { name, values: testDeviations(series.test) };
  const covariate = series.covariates.find((c) => c.name === name);
  if (!covariate) throw new RangeError(`instrument must be cost or one of the covariates, got ${name}`);
  return { name, values: covariate.values };
}

/** NaN where there is no positive cost, which leaves the row out. */
function logCost(series: CellSeries): Float64Array {
  return series.cost.map((c) => (c > 0 ? Math.log(c) : Number.NaN));
}

/** Indicators of Monday to Saturday; those that never occur, or that the mean already tells, drop out of the basis. */
function weekdayColumns(series: CellSeries): Float64Array[] {
  return Array.from({ length: 6 }, (_, d) => Float64Array.from(series.days, (day) => (weekdayOf(day) === d ? 1 : 0)));
}

/**
 * True when a column still varies after its controls: more than rounding, and more than 1e-9 of what it varied before.
 */
function varies(squares: number, before: number, rows: number): boolean {
  return squares > Math.max(1e-18 * rows, before * INDEPENDENT_SHARE);
}

function centred(values: Float64Array): Float64Array {
  const middle = mean(values);
  return values.map((v) => v - middle);
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
