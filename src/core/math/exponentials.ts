/** exp of many numbers: a curve's draws have a hundred thousand, and Math.exp takes twice as long. */

/** Beyond it 2^n is no normal number, and Math.exp knows what to say. */
const FARTHEST = 700;
const LEAST_EXPONENT = -1_022;
const POWERS = Float64Array.from({ length: 2 * 1_022 + 1 }, (_, i) => 2 ** (i + LEAST_EXPONENT));
/** Added and taken away, it leaves the nearest whole number. */
const ROUNDING = 1.5 * 2 ** 52;

/**
 * Writes scale · exp(factor · value) of each value: 2^n times the minimax polynomial of degree 9 of exp on
 * [−ln 2 / 2, ln 2 / 2] (Remez; the kernel's), relative error below 2e-14.
 *
 * @param out length ≥ at + values
 */
export function exponentials(values: Float64Array, factor: number, scale: number, out: Float64Array, at: number): void {
  for (let i = 0; i < values.length; i++) {
    const x = factor * values[i];
    if (!(x > -FARTHEST && x < FARTHEST)) {
      out[at + i] = scale * Math.exp(x);
      continue;
    }
    const n = x * Math.LOG2E + ROUNDING - ROUNDING;
    // ln 2 in two parts, the first of so few digits that its product with n is exact.
    const f = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
    const f2 = f * f;
    const f4 = f2 * f2;
    const low = 1.0000000000000127 + f * 0.9999999999998928 + f2 * (0.4999999999945797 + f * 0.16666666667826943);
    const middle = 0.04166666703246362 + f * 0.008333333002827105;
    const high = f2 * (0.0013888802828767419 + f * 0.0001984159639165434);
    const top = f4 * (2.488401004612831e-5 + f * 2.7482189060386425e-6);
    out[at + i] = scale * (low + f4 * (middle + high + top)) * POWERS[n - LEAST_EXPONENT];
  }
}
