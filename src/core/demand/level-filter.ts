/** The discounted gamma filter that tracks a cell's drifting level. */

/** Level after the last row, at two speeds; both are multipliers of the regression mean. */
export interface LevelState {
  readonly fast: number;
  readonly slow: number;
}

/**
 * One-step-ahead levels of a discounted gamma filter (West & Harrison 1997, Bayesian Forecasting and Dynamic Models, ch. 10;
 * Smith & Miller 1986, JRSS B 48(1)): A ← δ^Δ·A + r, B ← δ^Δ·B + r, level = A/B, then A += y, B += μ.
 *
 * @param days length ≥ rows, ascending day numbers
 * @param quantity scaled demand, length ≥ rows; @param mean regression mean without level, length ≥ rows
 * @param periodDays length of one period: the discount is per period
 * @param levels out, length ≥ rows: the level known before each row
 * @returns the level after the last row
 */
export function filterLevel(
  days: Int32Array,
  quantity: Float64Array,
  mean: Float64Array,
  rows: number,
  discount: number,
  relaxation: number,
  periodDays: number,
  levels: Float64Array,
): number {
  // Three mean rows of prior weight keep the first levels near 1.
  let a = 3;
  let b = 3;
  let previous = rows > 0 ? (days[0] as number) : 0;
  for (let i = 0; i < rows; i++) {
    const day = days[i] as number;
    // A gap of more than 14 periods tells no more than 14 do: the level is then all but forgotten.
    const keep = discount ** Math.min((day - previous) / periodDays, 14);
    previous = day;
    a = keep * a + relaxation;
    b = keep * b + relaxation;
    levels[i] = a / b;
    a += quantity[i] as number;
    b += mean[i] as number;
  }
  return (a + 1e-9) / (b + 1e-9);
}

/** Level forecast h periods ahead: slow · (fast/slow)^(ρ^h), so that a shock is forgotten at rate ρ. */
export function forecastLevel(state: LevelState, periodsAhead: number, reversion: number): number {
  const slow = Math.max(state.slow, 1e-6);
  const fast = Math.max(state.fast, 1e-6);
  return slow * (fast / slow) ** (reversion ** periodsAhead);
}
