/** Variance components by moments: what REML is started from, and what stands where it does not converge. */

import { type NestedEstimates, spread, type VarianceComponents } from './nested-estimates.ts';

/**
 * Paule & Mandel (1982, J. Res. Natl. Bur. Stand. 87(5), doi:10.6028/jres.087.022) level by level: the variance between
 * cells makes the weighted squares within products equal their degrees of freedom, then likewise for products within
 * types and for types. Never fails; a level without degrees of freedom keeps the variance of `without`.
 */
export function pauleMandelComponents(nested: NestedEstimates, without: VarianceComponents): VarianceComponents {
  const products = nested.productStart.length - 1;
  const types = nested.typeStart.length - 1;
  const single = Int32Array.of(0, types);
  const cells = momentVariance(nested.values, nested.variances, nested.productStart, without.betweenCells);
  const [productMeans, productVariances] = combine(
    nested.values,
    nested.variances,
    nested.productStart,
    products,
    cells,
  );
  const between = momentVariance(productMeans, productVariances, nested.typeStart, without.betweenProducts);
  const [typeMeans, typeVariances] = combine(productMeans, productVariances, nested.typeStart, types, between);
  return {
    betweenTypes: momentVariance(typeMeans, typeVariances, single, without.betweenTypes),
    betweenProducts: between,
    betweenCells: cells,
  };
}

/**
 * Solves Σ_groups Σ (x − group mean)² / (v + τ²) = Σ_groups (n − 1) for τ² >= 0 by bisection: the left side falls with
 * τ².
 */
function momentVariance(values: Float64Array, variances: Float64Array, start: Int32Array, without: number): number {
  let degrees = 0;
  for (let g = 0; g + 1 < start.length; g++) degrees += Math.max(0, start[g + 1] - start[g] - 1);
  if (degrees === 0) return without;
  const excess = (tau2: number): number => {
    let q = 0;
    for (let g = 0; g + 1 < start.length; g++) {
      let s = 0;
      let m = 0;
      for (let i = start[g]; i < start[g + 1]; i++) {
        const w = 1 / Math.max(variances[i] + tau2, Number.MIN_VALUE);
        s += w;
        m += (w / s) * (values[i] - m);
      }
      for (let i = start[g]; i < start[g + 1]; i++)
        q += (values[i] - m) ** 2 / Math.max(variances[i] + tau2, Number.MIN_VALUE);
    }
    return q - degrees;
  };
  if (!(excess(0) > 0)) return 0;
  let low = 0;
  let high = Math.max(spread(values), 1e-12);
  // From the smallest number to the largest there are 2,098 doublings.
  for (let doubled = 0; doubled < 2_100 && excess(high) > 0; doubled++) high *= 2;
  for (let k = 0; k < 60; k++) {
    const middle = 0.5 * (low + high);
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

function combine(
  values: Float64Array,
  variances: Float64Array,
  start: Int32Array,
  groups: number,
  tau2: number,
): [Float64Array, Float64Array] {
  const means = new Float64Array(groups);
  const combined = new Float64Array(groups);
  for (let g = 0; g < groups; g++) {
    let s = 0;
    let m = 0;
    for (let i = start[g]; i < start[g + 1]; i++) {
      const w = 1 / Math.max(variances[i] + tau2, 1e-300);
      s += w;
      m += (w / s) * (values[i] - m);
    }
    means[g] = m;
    combined[g] = 1 / s;
  }
  return [means, combined];
}
