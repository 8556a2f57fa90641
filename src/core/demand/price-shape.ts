/** Evidence for the shape of the price term (Box-Cox λ), of a cell and of the market: shapes are averaged over, never picked. */

import type { BoxCoxLambda } from '../series/price-transform.ts';

/** Log evidence of each shape against λ = 0, in the order of BOX_COX_LAMBDAS. */
export type ShapeEvidence = readonly number[];

/** Shares of the shapes among cells, adding to 1, in the order of BOX_COX_LAMBDAS. */
export type ShapeShares = readonly number[];

/** A shape with its posterior weight; slope differs a little between shapes when prices have moved far. */
export interface WeightedShape {
  readonly lambda: BoxCoxLambda;
  readonly weight: number;
  /** Coefficient under this shape − coefficient under λ = 0, both elasticities at the reference price. */
  readonly slopeShift: number;
}

/**
 * Shares before any cell is seen. Constant elasticity is what the published elasticities were estimated with, so it has half; the other
 * half says that demand may as well bend.
 */
export const PRIOR_SHARES: ShapeShares = [0.5, 0.25, 0.25];
/** The prior shares weigh as much as this many cells whose shape is known. */
const PRIOR_CELLS = 2;
/** EM of a mixture with three known parts moves little after this many rounds. */
const EM_ROUNDS = 200;

/**
 * Shares of the shapes among the cells of a market: empirical Bayes by EM for mixture proportions (Dempster, Laird & Rubin 1977, §4.3) with a
 * Dirichlet prior. Single cells hardly know their shape; many together do.
 *
 * @returns the shares and each cell's responsibilities, by which a cell can be taken out again
 */
export function shapeShares(cells: readonly ShapeEvidence[]): { shares: ShapeShares; responsibilities: readonly ShapeShares[] } {
  let shares: ShapeShares = PRIOR_SHARES;
  let responsibilities: ShapeShares[] = [];
  for (let round = 0; round < EM_ROUNDS; round++) {
    responsibilities = cells.map((evidence) => shapeWeights(evidence, shares));
    shares = PRIOR_SHARES.map(
      (prior, s) => (PRIOR_CELLS * prior + responsibilities.reduce((sum, r) => sum + (r[s] as number), 0)) / (PRIOR_CELLS + cells.length),
    );
  }
  return { shares, responsibilities };
}

/** Shares without one of the cells that made them. @param cells number of cells behind `shares` */
export function sharesWithout(shares: ShapeShares, cells: number, responsibility: ShapeShares): ShapeShares {
  return shares.map((share, s) => Math.max(1e-6, (share * (PRIOR_CELLS + cells) - (responsibility[s] as number)) / (PRIOR_CELLS + cells - 1)));
}

/** Posterior weights of the shapes: shares · exp(own evidence), adding to 1. */
export function shapeWeights(own: ShapeEvidence, shares: ShapeShares): number[] {
  const best = Math.max(...own);
  const weights = shares.map((share, s) => share * Math.exp((own[s] as number) - best));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
}

/** Evidence from fits of one spec under each shape: (score − score of λ = 0) / φ of λ = 0. */
export function shapeEvidence(fits: readonly { readonly fitScore: number; readonly dispersion: number }[]): number[] {
  const first = fits[0] as { fitScore: number; dispersion: number };
  return fits.map((f) => (f.fitScore - first.fitScore) / first.dispersion);
}
