/**
 * From dated rows to a design matrix: what is learned of the training rows, and how any row, past or planned, becomes
 * columns.
 */

import { COMPETITOR_REFERENCES, type ColumnGroup, type CompetitorReference, type Frequency } from '../vocabulary.ts';
import { DAYS_PER_YEAR, HOLIDAY_EFFECTS, holidayEffects, weekdayOf } from './calendar.ts';
import { areSameHolidays, type CellSeries, type Holiday, type PlannedRows } from './cell-series.ts';
import { referenceColumn, referenceOfColumn, referenceOn } from './competitor-prices.ts';
import { instrumentValues } from './control-function.ts';
import { type Feast, feastColumns, feastsOf, placeOf } from './feasts.ts';
import { gridOf, lengthDays, PERIOD_DAYS } from './periods.ts';
import { type BoxCoxLambda, boxCoxPrice } from './price-transform.ts';

/** A covariate's standardisation, learned on training rows. */
export interface CovariateScale {
  readonly name: string;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Last value of the training rows, for planned rows that do not give one. */
  readonly last: number;
}

/** Everything learned of the training rows that turns a row into columns; plain JSON. */
export interface DesignPlan {
  readonly frequency: Frequency;
  readonly boxCoxLambda: BoxCoxLambda;
  readonly fourierOrder: number;
  /** Geometric mean of the training prices, currency per unit. */
  readonly referencePrice: number;
  /** Geometric mean of the market prices; null when the cell has none or market data is off. */
  readonly referenceMarketPrice: number | null;
  readonly lastMarketPrice: number | null;
  /** Mean promotion share of the training rows; null when promotions never vary. */
  readonly promoMean: number | null;
  readonly covariates: readonly CovariateScale[];
  readonly holidays: boolean;
  /** Feasts with an effect of their own; missing where there is none, and of models of earlier versions. */
  readonly feasts?: readonly Feast[];
  /** Days at which the trend may change slope; empty without trend. */
  readonly trendKnots: readonly number[];
  readonly lastDay: number;
  /**
   * Of monthly rows, the day of the month on which they are due (see Grid): their demand is that of an average month
   * times the share of its days. Missing of other rows, and of models of earlier versions.
   */
  readonly monthDay?: number;
  readonly columns: readonly { readonly name: string; readonly group: ColumnGroup }[];
}

/** What may be chosen about a design. */
export interface DesignShape {
  /**
   * Shape of the price term. Forecasts barely tell shapes apart, so the library has 0 and the shape is averaged over
   * afterwards (price-shape.ts).
   */
  readonly boxCoxLambda: BoxCoxLambda;
  /** Annual Fourier pairs, 0-6. */
  readonly fourierOrder: number;
  /** Piecewise-linear trend with changes every half year; without it only the level drifts. */
  readonly trend: boolean;
}

export interface DesignOptions {
  readonly holidays: readonly Holiday[];
  readonly market: boolean;
  /**
   * `cost` or a covariate's name: a control function guards the price effect where the cell has it; the column itself
   * is then no covariate.
   */
  readonly instrument?: string;
  /** Feasts that have an effect of their own; found among the rows unless told. */
  readonly feasts?: readonly Feast[];
  /** What of competitors' prices enters as a column, where the rows know them; absent: nothing. */
  readonly competitors?: CompetitorReference;
}

/** More than any period has, so that a day and a length are one number. */
const MOST_PERIOD_DAYS = 64;

/** Prices with gaps filled: the last known price is carried forward, and the first one back to the start. */
export function filledPrices(price: Float64Array, rows: number): Float64Array {
  const filled = new Float64Array(rows);
  let known = Number.NaN;
  for (let i = 0; i < rows; i++) {
    const p = price[i];
    if (p > 0) known = p;
    filled[i] = known;
  }
  let first = Number.NaN;
  for (let i = 0; i < rows && Number.isNaN(first); i++) first = filled[i];
  for (let i = 0; i < rows && Number.isNaN(filled[i]); i++) filled[i] = first;
  return filled;
}

/**
 * Learns a design from the first `rows` rows of a cell.
 *
 * @param price gaps filled (see {@link filledPrices}), length ≥ rows
 */
export function planDesign(
  series: CellSeries,
  rows: number,
  price: Float64Array,
  shape: DesignShape,
  options: DesignOptions,
): DesignPlan {
  let logPrice = 0;
  for (let i = 0; i < rows; i++) logPrice += Math.log(price[i]);
  const market = options.market ? geometricMean(series.marketPrice, rows) : null;
  const covariates: CovariateScale[] = [];
  for (const covariate of series.covariates) {
    if (covariate.name === options.instrument) continue;
    const scale = standardise(covariate.name, covariate.values, rows);
    if (scale) covariates.push(scale);
  }
  const rivals = options.competitors && competitorScale(series, rows, options.competitors);
  if (rivals) covariates.push(rivals);
  const feasts = options.feasts ?? feastsOf(series, rows, options.holidays);
  const parts: Omit<DesignPlan, 'columns'> = {
    frequency: series.frequency,
    boxCoxLambda: shape.boxCoxLambda,
    fourierOrder: seasonOrder(series, rows, shape.fourierOrder),
    referencePrice: Math.exp(logPrice / rows),
    referenceMarketPrice: market ? market.mean : null,
    lastMarketPrice: market ? market.last : null,
    promoMean: varyingMean(series.promo, rows),
    covariates,
    holidays: options.holidays.length > 0 && series.frequency !== 'monthly',
    ...(feasts.length > 0 && { feasts }),
    trendKnots: shape.trend ? knotsOf(series.days[0], series.days[rows - 1]) : [],
    lastDay: series.days[rows - 1],
    ...(series.frequency === 'monthly' && { monthDay: gridOf('monthly', series.days, rows).monthDay }),
  };
  const control = options.instrument !== undefined && instrumentValues(series, rows, options.instrument) !== null;
  return { ...parts, columns: designColumns(parts, control) };
}

/**
 * The columns of a design, in the order in which {@link buildDesign} writes them. @param control whether a control
 * function's column ends them
 */
export function designColumns(plan: Omit<DesignPlan, 'columns'>, control: boolean): DesignPlan['columns'] {
  const columns: { name: string; group: ColumnGroup }[] = [
    { name: 'intercept', group: 'level' },
    { name: 'price', group: 'price' },
  ];
  if (plan.referenceMarketPrice !== null) columns.push({ name: 'market', group: 'market' });
  if (plan.frequency === 'daily') for (let d = 0; d < 7; d++) columns.push({ name: `weekday${d}`, group: 'weekday' });
  for (let k = 1; k <= plan.fourierOrder; k++) {
    columns.push({ name: `season:sin${k}`, group: 'season' }, { name: `season:cos${k}`, group: 'season' });
  }
  if (plan.holidays) for (const name of HOLIDAY_EFFECTS) columns.push({ name: `holiday:${name}`, group: 'holiday' });
  for (const feast of plan.feasts ?? []) columns.push({ name: `feast:${placeOf(feast)}`, group: 'feast' });
  if (plan.promoMean !== null) columns.push({ name: 'promo', group: 'promo' });
  for (const { name } of plan.covariates) columns.push({ name: `covariate:${name}`, group: 'covariate' });
  plan.trendKnots.forEach((_, index) => {
    columns.push({ name: `trend${index}`, group: 'trend' });
  });
  // The last column; 0 in every row that is planned.
  if (control) columns.push({ name: 'control', group: 'control' });
  return columns;
}

/** Whether coefficients of one plan are those of another's columns. */
export function sameColumns(one: DesignPlan, other: DesignPlan): boolean {
  return (
    one.columns.length === other.columns.length &&
    one.columns.every(({ name }, j) => name === (other.columns[j] as { name: string }).name)
  );
}

/** Days of the period that a row covers over those of the average one: 1 but for monthly rows. */
export function exposureOf({ frequency, monthDay }: Pick<DesignPlan, 'frequency' | 'monthDay'>, day: number): number {
  return monthDay === undefined ? 1 : lengthDays({ frequency, monthDay }, day) / PERIOD_DAYS[frequency];
}

/** Rows of a design, as the plan's columns. */
export interface DesignRows {
  readonly rows: number;
  readonly day: (i: number) => number;
  /** Currency per unit, > 0. */
  readonly price: (i: number) => number;
  readonly promo: (i: number) => number;
  readonly marketPrice: (i: number) => number;
  readonly covariate: (name: string, i: number) => number;
}

/** Rows of a cell's past. */
export function pastRows(series: CellSeries, rows: number, price: Float64Array): DesignRows {
  const byName = new Map(series.covariates.map((c) => [c.name, c.values]));
  const { competitors } = series;
  if (competitors)
    for (const reference of COMPETITOR_REFERENCES)
      byName.set(referenceColumn(reference), referenceOn(series.days, series.frequency, competitors, reference));
  return {
    rows,
    day: (i) => series.days[i],
    price: (i) => price[i],
    promo: (i) => series.promo[i],
    marketPrice: (i) => series.marketPrice[i],
    covariate: (name, i) => byName.get(name)?.[i] ?? Number.NaN,
  };
}

/** The last of some rows. */
export function lastRows(source: DesignRows, rows: number): DesignRows {
  const from = source.rows - rows;
  return {
    rows,
    day: (i) => source.day(from + i),
    price: (i) => source.price(from + i),
    promo: (i) => source.promo(from + i),
    marketPrice: (i) => source.marketPrice(from + i),
    covariate: (name, i) => source.covariate(name, from + i),
  };
}

/** Planned rows. */
export function futureRows(planned: PlannedRows): DesignRows {
  return {
    rows: planned.days.length,
    day: (i) => planned.days[i],
    price: (i) => planned.price[i],
    promo: (i) => planned.promo[i],
    marketPrice: (i) => planned.marketPrice[i],
    covariate: (name, i) => planned.covariates[name]?.[i] ?? Number.NaN,
  };
}

/** Holiday effects by first day and length of a period, as of the holidays that a list had. */
interface KnownEffects {
  readonly holidays: readonly Holiday[];
  readonly byPeriod: Map<number, Float64Array>;
}

/** Cells of a market, and all fits to them, ask for the same. */
const effectsKnown = new WeakMap<readonly Holiday[], KnownEffects>();

function knownEffects(holidays: readonly Holiday[]): KnownEffects {
  const before = effectsKnown.get(holidays);
  if (before && areSameHolidays(before.holidays, holidays)) return before;
  const known = { holidays: [...holidays], byPeriod: new Map<number, Float64Array>() };
  effectsKnown.set(holidays, known);
  return known;
}

function effectsOn({ holidays, byPeriod }: KnownEffects, day: number, periodDays: number): Float64Array {
  const key = day * MOST_PERIOD_DAYS + periodDays;
  let effects = byPeriod.get(key);
  if (!effects) {
    effects = new Float64Array(HOLIDAY_EFFECTS.length);
    holidayEffects(holidays, day, periodDays, effects, 0);
    byPeriod.set(key, effects);
  }
  return effects;
}

/** Writes the design matrix, row-major rows × plan.columns.length. */
export function buildDesign(plan: DesignPlan, source: DesignRows, holidays: readonly Holiday[]): Float64Array {
  const width = plan.columns.length;
  const design = new Float64Array(source.rows * width);
  const periodDays = PERIOD_DAYS[plan.frequency];
  const effects = knownEffects(holidays);
  for (let i = 0; i < source.rows; i++) {
    const day = source.day(i);
    let at = i * width;
    design[at++] = 1;
    design[at++] = boxCoxPrice(source.price(i), plan.referencePrice, plan.boxCoxLambda);
    if (plan.referenceMarketPrice !== null) {
      const given = source.marketPrice(i);
      design[at++] = Math.log((given > 0 ? given : (plan.lastMarketPrice as number)) / plan.referenceMarketPrice);
    }
    if (plan.frequency === 'daily') {
      design[at + weekdayOf(day)] = 1;
      at += 7;
    }
    // The middle of the period carries its season.
    const phase = (2 * Math.PI * (day + (periodDays - 1) / 2)) / DAYS_PER_YEAR;
    for (let k = 1; k <= plan.fourierOrder; k++) {
      design[at++] = Math.sin(k * phase);
      design[at++] = Math.cos(k * phase);
    }
    if (plan.holidays) {
      design.set(effectsOn(effects, day, Math.round(periodDays)), at);
      at += HOLIDAY_EFFECTS.length;
    }
    if (plan.feasts) {
      feastColumns(plan.feasts, holidays, day, periodDays, design, at);
      at += plan.feasts.length;
    }
    if (plan.promoMean !== null) {
      const promo = source.promo(i);
      design[at++] = (Number.isNaN(promo) ? 0 : promo) - plan.promoMean;
    }
    for (const scale of plan.covariates) {
      const value = source.covariate(scale.name, i);
      design[at++] = ((Number.isNaN(value) ? standIn(scale) : value) - scale.mean) / scale.standardDeviation;
    }
    // Years before each knot: beyond the last knot (the last training row) the trend keeps its last value.
    for (const knot of plan.trendKnots) design[at++] = (Math.min(day, knot) - knot) / DAYS_PER_YEAR;
  }
  return design;
}

/**
 * Half-yearly knots counted back from the last row; the last one is the last row itself, so nothing is extrapolated
 * beyond it.
 */
function knotsOf(firstDay: number, lastDay: number): number[] {
  const knots: number[] = [];
  for (let knot = lastDay; knot > firstDay + 90 && knots.length < 6; knot -= 183) knots.push(knot);
  return knots.reverse();
}

/** Some weeks short of a year: the wave is then all but closed. */
const LEAST_SEASON_DAYS = 330;

/** A season needs about a year of rows to be told from a trend: half a wave of a year is a rise or a fall. */
function seasonOrder(series: CellSeries, rows: number, wanted: number): number {
  const span = series.days[rows - 1] - series.days[0];
  if (span < LEAST_SEASON_DAYS) return 0;
  const perYear = DAYS_PER_YEAR / PERIOD_DAYS[series.frequency];
  return Math.min(wanted, Math.max(0, Math.floor(perYear / 2) - 1));
}

/** Fewer rows, or prices that moved by less in all (log, standard deviation), say nothing of competitors. */
const LEAST_COMPETITOR_ROWS = 20;
const LEAST_COMPETITOR_DEVIATION = 0.005;

/** A column of competitors' prices; null where less than half of the rows know one, or they hardly moved. */
function competitorScale(series: CellSeries, rows: number, reference: CompetitorReference): CovariateScale | null {
  if (series.competitors === undefined) return null;
  const values = referenceOn(series.days, series.frequency, series.competitors, reference);
  let count = 0;
  for (let i = 0; i < rows; i++) if (!Number.isNaN(values[i])) count++;
  if (count * 2 < rows || count < LEAST_COMPETITOR_ROWS) return null;
  const scale = standardise(referenceColumn(reference), values, rows);
  return scale && scale.standardDeviation >= LEAST_COMPETITOR_DEVIATION ? scale : null;
}

/** In the place of a value that is not known: the last one, of competitors' prices that are stale their usual one. */
function standIn({ name, mean, last }: CovariateScale): number {
  return referenceOfColumn(name) === null ? last : mean;
}

function geometricMean(values: Float64Array, rows: number): { mean: number; last: number } | null {
  let sum = 0;
  let count = 0;
  let last = Number.NaN;
  for (let i = 0; i < rows; i++) {
    const v = values[i];
    if (v > 0) {
      sum += Math.log(v);
      count++;
      last = v;
    }
  }
  // A market price known on less than half of the rows would mostly be carried values.
  return count * 2 < rows ? null : { mean: Math.exp(sum / count), last };
}

function varyingMean(values: Float64Array, rows: number): number | null {
  let sum = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows; i++) {
    const v = Number.isNaN(values[i]) ? 0 : values[i];
    sum += v;
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return high > low ? sum / rows : null;
}

function standardise(name: string, values: Float64Array, rows: number): CovariateScale | null {
  let count = 0;
  let sum = 0;
  let squares = 0;
  let last = Number.NaN;
  for (let i = 0; i < rows; i++) {
    const v = values[i];
    if (Number.isNaN(v)) continue;
    count++;
    sum += v;
    squares += v * v;
    last = v;
  }
  if (count < 2) return null;
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  // 1e-12 relative: below that the column is constant up to rounding.
  return variance > 1e-12 * (mean * mean + 1) ? { name, mean, standardDeviation: Math.sqrt(variance), last } : null;
}
