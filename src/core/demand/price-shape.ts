/** Evidence for the shape of the price term (Box-Cox λ), of a cell and of the market: shapes are averaged over, never picked. */

import { BOX_COX_LAMBDAS, type BoxCoxLambda } from '../series/price-transform.ts';

/** Log evidence of each shape, in the order of {@link BOX_COX_LAMBDAS}; 0 for λ = 0. */
export type ShapeEvidence = readonly number[];

/** A shape with its posterior weight; slope differs a little between shapes when prices have moved far. */
export interface WeightedShape {
  readonly lambda: BoxCoxLambda;
  readonly weight: number;
  /** Coefficient under this shape − coefficient under λ = 0, both elasticities at the reference price. */
  readonly slopeShift: number;
}

/**
 * Prior weights of λ = 0, ½, 1. Constant elasticity is what the published elasticities were estimated with, so it has half; the other
 * half says that demand may as well bend.
 */
const PRIOR = [0.5, 0.25, 0.25] as const;

/** Summed evidence of other cells counts up to this much log odds: cells of one market need not share a shape. */
const LARGEST_MARKET_EVIDENCE = 4;

/** Posterior weights of the shapes. @param own the cell's evidence; @param market the summed evidence of other cells, zeros without a market */
export function shapeWeights(own: ShapeEvidence, market: ShapeEvidence): number[] {
  const strongest = Math.max(...market.map(Math.abs), LARGEST_MARKET_EVIDENCE);
  const logs = BOX_COX_LAMBDAS.map((_, s) => Math.log(PRIOR[s] as number) + (own[s] as number) + ((market[s] as number) * LARGEST_MARKET_EVIDENCE) / strongest);
  const best = Math.max(...logs);
  const weights = logs.map((l) => Math.exp(l - best));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
}

/** Evidence from fits of one spec under each shape: (score − score of λ = 0) / φ of λ = 0. */
export function shapeEvidence(fits: readonly { readonly fitScore: number; readonly dispersion: number }[]): number[] {
  const first = fits[0] as { fitScore: number; dispersion: number };
  return fits.map((f) => (f.fitScore - first.fitScore) / first.dispersion);
}
