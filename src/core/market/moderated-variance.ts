/**
 * Variances of many cells' estimates, moderated by each other: a cluster-robust variance of a dozen weeks is mostly
 * noise.
 */

import type { EffectEstimate } from '../demand/effects.ts';

/**
 * Shrinks the ratio of cluster-robust to plain variance towards the ratio common to the cells (Smyth 2004, Statistical
 * Applications in Genetics and Molecular Biology 3(1), doi:10.2202/1544-6115.1027: s̃² = (d₀s₀² + d·s²)/(d₀ + d)), here
 * with the ratio in place of s² and d₀ by the moments of the ratio: CV² = 2/d + 2/d₀. Pooling that believes raw
 * variances gives most weight to cells whose variance came out too small by chance, and takes their scatter for
 * differences between cells.
 *
 * @param estimates of one effect, one a cell
 * @returns moderated variances, in the order given
 */
export function moderatedVariances(estimates: readonly EffectEstimate[]): number[] {
  const usable = estimates.filter(
    (e) => e.plainVariance > 0 && Number.isFinite(e.variance) && Number.isFinite(e.plainVariance),
  );
  if (usable.length < 2) return estimates.map((e) => e.variance);
  let degrees = 0;
  let common = 0;
  for (const e of usable) {
    degrees += e.degreesOfFreedom;
    common += (e.degreesOfFreedom * e.variance) / e.plainVariance;
  }
  common /= degrees;
  let scatter = 0;
  let expected = 0;
  for (const e of usable) {
    scatter += (e.degreesOfFreedom * (e.variance / e.plainVariance / common - 1) ** 2) / degrees;
    expected += 2 / degrees;
  }
  const excess = scatter - expected;
  // No scatter beyond that of the chi-square: all cells share one ratio.
  const priorDegrees = excess > 0 ? 2 / excess : Number.POSITIVE_INFINITY;
  return estimates.map((e) => {
    if (!(e.plainVariance > 0)) return e.variance;
    const ratio = e.variance / e.plainVariance;
    const d = e.degreesOfFreedom;
    return (
      e.plainVariance *
      (priorDegrees === Number.POSITIVE_INFINITY ? common : (priorDegrees * common + d * ratio) / (priorDegrees + d))
    );
  });
}
