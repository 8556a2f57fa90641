/**
 * Covariance of errors of many series over few windows, shrunk to its diagonal (Schäfer & Strimmer 2005, Statistical
 * Applications in Genetics and Molecular Biology 4(1), target D; of errors of mean 0 as in Wickramasuriya,
 * Athanasopoulos & Hyndman 2019, JASA 114(526), §2.4).
 */

/** W = diag(diagonal) + Σ factors factors'. */
export interface ErrorCovariance {
  /** > 0, one a series. */
  readonly diagonal: Float64Array;
  /** One a window, each with one entry a series. */
  readonly factors: readonly Float64Array[];
  /** What counts of the diagonal, 0-1. */
  readonly shrinkage: number;
}

/** Part of a variance that is its own at least, so that nothing is known without any doubt. */
const LEAST_OWN = 0.01;

/** @param errors one a window, each with one entry a series; at least two windows */
export function shrunkCovariance(errors: readonly Float64Array[]): ErrorCovariance {
  const windows = errors.length;
  const series = (errors[0] as Float64Array).length;
  const variance = new Float64Array(series);
  for (const one of errors)
    one.forEach((error, i) => {
      variance[i] = variance[i] + error ** 2 / windows;
    });
  const scaled = errors.map((one) => one.map((error, i) => (variance[i] > 0 ? error / Math.sqrt(variance[i]) : 0)));
  const shrinkage = shrinkageOf(scaled);
  const share = Math.sqrt((1 - shrinkage) / windows);
  return {
    diagonal: variance.map((v) => Math.max(shrinkage, LEAST_OWN) * v),
    factors: errors.map((one) => one.map((error) => share * error)),
    shrinkage,
  };
}

/**
 * λ = Σ Var(r_ij) / Σ r_ij² over pairs i ≠ j, by sums over pairs of windows: of ten thousand series no matrix is made.
 *
 * @param scaled errors over their root mean square
 */
function shrinkageOf(scaled: readonly Float64Array[]): number {
  const windows = scaled.length;
  const series = (scaled[0] as Float64Array).length;
  let [squares, products] = [0, 0];
  for (let s = 0; s < windows; s++)
    for (let t = 0; t <= s; t++) {
      const [a, b] = [scaled[s] as Float64Array, scaled[t] as Float64Array];
      let sum = 0;
      for (let i = 0; i < series; i++) sum += a[i] * b[i];
      products += (s === t ? 1 : 2) * sum ** 2;
      if (s === t) squares += sum ** 2;
    }
  // Pairs of a series with itself are left out.
  for (let i = 0; i < series; i++) {
    let [fourth, second] = [0, 0];
    for (const one of scaled) {
      fourth += one[i] ** 4;
      second += one[i] ** 2;
    }
    squares -= fourth;
    products -= second ** 2;
  }
  if (!(products > 0)) return 1;
  const variances = (squares - products / windows) / (windows * (windows - 1));
  return Math.min(1, Math.max(0, variances / (products / windows ** 2)));
}
