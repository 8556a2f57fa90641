/** The discounted gamma filter that tracks a cell's drifting level. */

/** Level after the last row, at two speeds; both are multipliers of the regression mean. */
export interface LevelState {
  readonly fast: number;
  readonly slow: number;
}

/** Rows that a level is tracked over; arrays of length ≥ rows. */
export interface LevelRows {
  /** Ascending day numbers. */
  readonly days: Int32Array;
  /** Scaled demand. */
  readonly quantity: Float64Array;
  /** Regression mean without level. */
  readonly mean: Float64Array;
  readonly rows: number;
}

export interface LevelSpeed {
  /** δ a period, in (0, 1]. */
  readonly discount: number;
  /** Pull towards 1 at every row, in equivalent mean rows; ≥ 0. */
  readonly relaxation: number;
  /** Length of one period in days: the discount is per period. */
  readonly periodDays: number;
}

/** A gap of more periods tells no more than so many do: the level is then all but forgotten. */
const MOST_GAP_PERIODS = 14;

/**
 * One-step-ahead levels of a discounted gamma filter (West & Harrison 1997, Bayesian Forecasting and Dynamic Models,
 * ch. 10; Smith & Miller 1986, JRSS B 48(1)): A ← δ^Δ·A + r, B ← δ^Δ·B + r, level = A/B, then A += y, B += μ.
 *
 * @param levels out, length ≥ rows: the level known before each row
 * @returns the level after the last row
 */
export function filterLevel(
  { days, quantity, mean, rows }: LevelRows,
  { discount, relaxation, periodDays }: LevelSpeed,
  levels: Float64Array,
): number {
  // Three mean rows of prior weight keep the first levels near 1.
  let a = 3;
  let b = 3;
  let previous = rows > 0 ? days[0] : 0;
  for (let i = 0; i < rows; i++) {
    const day = days[i];
    const keep = discountOver(discount, (day - previous) / periodDays);
    previous = day;
    a = keep * a + relaxation;
    b = keep * b + relaxation;
    levels[i] = a / b;
    a += quantity[i];
    b += mean[i];
  }
  return (a + 1e-9) / (b + 1e-9);
}

/** What a level keeps over a gap between rows. */
export function discountOver(discount: number, periods: number): number {
  // Powers take their time, and nearly all rows are a period apart.
  return periods === 1 ? discount : discount ** Math.min(periods, MOST_GAP_PERIODS);
}

/**
 * The level after more rows, from what it was: the filter goes on with the mass that it has after many rows of the same
 * mean.
 *
 * @param start the level before the rows; @param gap days from the last row before them to the first of them
 */
export function filterOn(
  { days, quantity, mean, rows }: LevelRows,
  { discount, relaxation, periodDays }: LevelSpeed,
  start: number,
  gap: number,
): number {
  let usual = 0;
  for (let i = 0; i < rows; i++) usual += mean[i] / rows;
  let b = (usual + relaxation) / Math.max(1 - discount, 1e-3);
  let a = start * b;
  let previous = days[0] - gap;
  for (let i = 0; i < rows; i++) {
    const keep = discountOver(discount, (days[i] - previous) / periodDays);
    previous = days[i];
    a = keep * a + relaxation + quantity[i];
    b = keep * b + relaxation + mean[i];
  }
  return (a + 1e-9) / (b + 1e-9);
}

/** Level forecast h periods ahead: slow · (fast/slow)^(ρ^h), so that a shock is forgotten at rate ρ. */
export function forecastLevel(state: LevelState, periodsAhead: number, reversion: number): number {
  const slow = Math.max(state.slow, 1e-6);
  const fast = Math.max(state.fast, 1e-6);
  return slow * (fast / slow) ** (reversion ** periodsAhead);
}
