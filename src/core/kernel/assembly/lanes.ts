// What the hot loops share: exp and the scores of two rows, one a lane.

/** Number of the family of that name (families/negative-binomial.ts); every other one is of the power family. */
export const NEGATIVE_BINOMIAL: i32 = 1;

/**
 * Each twice, for two lanes: 1/ln 2, ln 2 in two parts, then the minimax polynomial of exp on [−ln 2 / 2, ln 2 / 2]
 * (Remez; relative error 1.4e-14), 1.5 · 2^52, and the bounds of a linear predictor.
 */
const EXP = memory.data<f64>(
  [
    1.4426950408889634, 1.4426950408889634, 0.6931471803691238, 0.6931471803691238, 1.9082149292705877e-10, 1.9082149292705877e-10,
    1.0000000000000127, 1.0000000000000127, 0.9999999999998928, 0.9999999999998928, 0.4999999999945797, 0.4999999999945797,
    0.16666666667826943, 0.16666666667826943, 0.04166666703246362, 0.04166666703246362, 0.008333333002827105, 0.008333333002827105,
    0.0013888802828767419, 0.0013888802828767419, 0.0001984159639165434, 0.0001984159639165434, 2.488401004612831e-05, 2.488401004612831e-05,
    2.7482189060386425e-06, 2.7482189060386425e-06, 6755399441055744, 6755399441055744, -20, -20, 20, 20,
  ],
  16,
);

/**
 * exp of two lanes: 2^n times the polynomial, whose terms are paired (Estrin) so that few wait for another. Constants
 * are read from memory: V8 builds them anew.
 */
// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function exp2lanes(x: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(x, v128.load(EXP)));
  const f = f64x2.sub(f64x2.sub(x, f64x2.mul(n, v128.load(EXP, 16))), f64x2.mul(n, v128.load(EXP, 32)));
  const f2 = f64x2.mul(f, f);
  const f4 = f64x2.mul(f2, f2);
  const p0 = f64x2.add(v128.load(EXP, 48), f64x2.mul(f, v128.load(EXP, 64)));
  const p2 = f64x2.add(v128.load(EXP, 80), f64x2.mul(f, v128.load(EXP, 96)));
  const p4 = f64x2.add(v128.load(EXP, 112), f64x2.mul(f, v128.load(EXP, 128)));
  const p6 = f64x2.add(v128.load(EXP, 144), f64x2.mul(f, v128.load(EXP, 160)));
  const p8 = f64x2.add(v128.load(EXP, 176), f64x2.mul(f, v128.load(EXP, 192)));
  const low = f64x2.add(p0, f64x2.mul(f2, p2));
  const high = f64x2.add(f64x2.add(p4, f64x2.mul(f2, p6)), f64x2.mul(f4, p8));
  // 1.5 · 2^52 leaves n in the low bits; shifted by 52 it adds to the exponent.
  const exponent = i64x2.shl(f64x2.add(n, v128.load(EXP, 208)), 52);
  return i64x2.add(f64x2.add(low, f64x2.mul(f4, high)), exponent);
}

/**
 * w · μ^(1−k)(y − μ), or w (y − μ)/(1 + αμ): the scores of two rows along their linear predictor. Not-a-number stays
 * what it is.
 */
// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
export function scores(linear: v128, y: v128, w: v128, poisson: bool, family: i32, power: f64, inverseSize: f64): v128 {
  const eta = f64x2.pmin(f64x2.pmax(linear, v128.load(EXP, 224)), v128.load(EXP, 240));
  const mu = exp2lanes(eta);
  const raw = f64x2.mul(w, f64x2.sub(y, mu));
  if (poisson) return raw;
  if (family == NEGATIVE_BINOMIAL) return f64x2.div(raw, f64x2.add(f64x2.splat(1), f64x2.mul(f64x2.splat(inverseSize), mu)));
  if (power == 1.5) return f64x2.div(raw, f64x2.sqrt(mu));
  if (power == 2) return f64x2.div(raw, mu);
  return f64x2.mul(raw, exp2lanes(f64x2.mul(f64x2.splat(1 - power), eta)));
}

// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
export function lanesSum(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
}
