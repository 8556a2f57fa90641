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
export const PRIOR_SHARES: ShapeShares = [0.5, 0.15, 0.15, 0.1, 0.1];
/** Half of the prior belief: all cells of a market have one shape, which is not known. */
const ONE_SHAPE = 0.5;
/** Steps of the grid over the shares: posterior means move by less than a hundredth with a finer one. */
const GRID_STEPS = 10;

/**
 * Shares of the shapes among the cells of a market: their posterior over a grid of the simplex (a finite mixture with
 * known parts). Single cells hardly know their shape, many together do. The prior puts {@link ONE_SHAPE} on the
 * corners, in proportion to the prior mean, and spreads the rest as a Dirichlet of the same mean: without the
 * corners a market of one shape would always be taken for a mixture.
 */
export class MarketShapes {
  private readonly grid: readonly { readonly shares: ShapeShares; readonly logPrior: number }[];
  /** Log posterior of each grid point, not normalised. */
  private readonly logPosterior: Float64Array;

  /** @param prior mean of the shares before the cells are seen, each > 0, adding to 1 */
  constructor(cells: readonly ShapeEvidence[], prior: ShapeShares = PRIOR_SHARES) {
    this.grid = shareGrid(prior);
    this.logPosterior = Float64Array.from(this.grid, (g) => g.logPrior);
    for (const evidence of cells) this.add(this.logPosterior, evidence, 1);
  }

  /** Posterior mean of the shares. @param without evidence of cells that were among those given, to be left out */
  shares(without: readonly ShapeEvidence[]): ShapeShares {
    const logs = this.logPosterior.slice();
    for (const evidence of without) this.add(logs, evidence, -1);
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

  /** What a group of the cells may be expected to have: half what is believed of any, half what the others have. */
  priorOf(group: readonly ShapeEvidence[]): ShapeShares {
    const others = this.shares(group);
    return PRIOR_SHARES.map((share, s) => (share + others[s]) / 2);
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

function shareGrid(prior: ShapeShares): { shares: ShapeShares; logPrior: number }[] {
  const smallest = Math.min(...prior);
  const inner = compositions(GRID_STEPS, prior.length)
    .map((counts) => counts.map((count) => count / GRID_STEPS))
    .filter((shares) => shares.every((share) => share < 1))
    .map((shares) => ({
      shares,
      // Dirichlet with parameters in proportion to the prior shares, the smallest of them 1.
      density: shares.reduce((product, s, k) => product * s ** (prior[k] / smallest - 1), 1),
    }));
  const total = inner.reduce((sum, g) => sum + g.density, 0);
  return [
    ...prior.map((share, k) => ({
      shares: prior.map((_, s) => (s === k ? 1 : 0)),
      logPrior: Math.log(ONE_SHAPE * share),
    })),
    ...inner
      .filter((g) => g.density > 0)
      .map((g) => ({ shares: g.shares, logPrior: Math.log(((1 - ONE_SHAPE) * g.density) / total) })),
  ];
}

/** All lists of `parts` whole numbers from 0 whose sum is `total`. */
function compositions(total: number, parts: number): number[][] {
  if (parts === 1) return [[total]];
  return Array.from({ length: total + 1 }, (_, first) => first).flatMap((first) =>
    compositions(total - first, parts - 1).map((rest) => [first, ...rest]),
  );
}

/** Posterior weights of the shapes: shares · exp(own evidence), adding to 1. */
export function shapeWeights(own: ShapeEvidence, shares: ShapeShares): number[] {
  const best = Math.max(...own);
  const weights = shares.map((share, s) => share * Math.exp(own[s] - best));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
}

/** Evidence from log likelihoods in the order of BOX_COX_LAMBDAS. */
export function shapeEvidence(slopes: readonly { readonly logEvidence: number }[]): number[] {
  const first = slopes[0] as { logEvidence: number };
  return slopes.map(({ logEvidence }) => logEvidence - first.logEvidence);
}
