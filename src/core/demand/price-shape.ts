/**
 * Evidence for the shape of the price term (Box-Cox λ), of a cell and of the market: shapes are averaged over, never
 * picked.
 */

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
 * Shares before any cell is seen. Constant elasticity is what the published elasticities were estimated with, so it has
 * half; the other half says that demand may as well bend.
 */
export const PRIOR_SHARES: ShapeShares = [0.5, 0.25, 0.25];
/** Half of the prior belief: all cells of a market have one shape, which is not known. */
const ONE_SHAPE = 0.5;
/** Steps of the grid over the shares: posterior means move by less than a hundredth with a finer one. */
const GRID_STEPS = 20;

/**
 * Shares of the shapes among the cells of a market: their posterior over a grid of the simplex (a finite mixture with
 * known parts). Single cells hardly know their shape, many together do. The prior puts {@link ONE_SHAPE} on the
 * corners, in proportion to {@link PRIOR_SHARES}, and spreads the rest as a Dirichlet of the same mean: without the
 * corners a market of one shape would always be taken for a mixture.
 */
export class MarketShapes {
  private readonly grid: readonly { readonly shares: ShapeShares; readonly logPrior: number }[];
  /** Log posterior of each grid point, not normalised. */
  private readonly logPosterior: Float64Array;

  constructor(cells: readonly ShapeEvidence[]) {
    this.grid = shareGrid();
    this.logPosterior = Float64Array.from(this.grid, (g) => g.logPrior);
    for (const evidence of cells) this.add(this.logPosterior, evidence, 1);
  }

  /** Posterior mean of the shares. @param own evidence of a cell that was among those given, to be left out */
  shares(own: ShapeEvidence | null): ShapeShares {
    const logs = this.logPosterior.slice();
    if (own) this.add(logs, own, -1);
    const best = Math.max(...logs);
    const mean = PRIOR_SHARES.map(() => 0);
    let total = 0;
    this.grid.forEach(({ shares }, g) => {
      const weight = Math.exp(logs[g] - best);
      total += weight;
      shares.forEach((share, s) => {
        mean[s] = mean[s] + weight * share;
      });
    });
    return mean.map((m) => m / total);
  }

  private add(logs: Float64Array, evidence: ShapeEvidence, sign: 1 | -1): void {
    const best = Math.max(...evidence);
    const likelihood = evidence.map((e) => Math.exp(e - best));
    this.grid.forEach(({ shares }, g) => {
      // A shape that the grid point excludes keeps a millionth: a cell that is certain of it must not make the sum −∞.
      const mixed = shares.reduce((sum, share, s) => sum + Math.max(share, 1e-6) * likelihood[s], 0);
      logs[g] = logs[g] + sign * Math.log(mixed);
    });
  }
}

function shareGrid(): { shares: ShapeShares; logPrior: number }[] {
  const inner: { shares: ShapeShares; density: number }[] = [];
  const smallest = Math.min(...PRIOR_SHARES);
  for (let i = 0; i <= GRID_STEPS; i++) {
    for (let j = 0; i + j <= GRID_STEPS; j++) {
      const shares = [i, j, GRID_STEPS - i - j].map((v) => v / GRID_STEPS);
      if (shares.some((s) => s === 1)) continue;
      // Dirichlet with parameters in proportion to the prior shares, the smallest of them 1.
      inner.push({
        shares,
        density: shares.reduce((product, s, k) => product * s ** (PRIOR_SHARES[k] / smallest - 1), 1),
      });
    }
  }
  const total = inner.reduce((sum, g) => sum + g.density, 0);
  return [
    ...PRIOR_SHARES.map((prior, k) => ({
      shares: PRIOR_SHARES.map((_, s) => (s === k ? 1 : 0)),
      logPrior: Math.log(ONE_SHAPE * prior),
    })),
    ...inner
      .filter((g) => g.density > 0)
      .map((g) => ({ shares: g.shares, logPrior: Math.log(((1 - ONE_SHAPE) * g.density) / total) })),
  ];
}

/** Posterior weights of the shapes: shares · exp(own evidence), adding to 1. */
export function shapeWeights(own: ShapeEvidence, shares: ShapeShares): number[] {
  const best = Math.max(...own);
  const weights = shares.map((share, s) => share * Math.exp(own[s] - best));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
}

/** Evidence from fits of one spec under each shape: (score − score of λ = 0) / φ of λ = 0. */
export function shapeEvidence(fits: readonly { readonly fitScore: number; readonly dispersion: number }[]): number[] {
  const first = fits[0] as { fitScore: number; dispersion: number };
  return fits.map((f) => (f.fitScore - first.fitScore) / first.dispersion);
}
