/** The Box-Cox price term: constant elasticity (λ = 0), exponential demand (λ = 1) and between. */

/** Box-Cox exponents that are averaged over (do not pick). */
export const BOX_COX_LAMBDAS = [0, 0.5, 1] as const;
export type BoxCoxLambda = (typeof BOX_COX_LAMBDAS)[number];

/**
 * h_λ(p / p̄) = ((p/p̄)^λ − 1)/λ, log(p/p̄) for λ = 0 (Box & Cox 1964, JRSS B 26(2), eq. 1).
 * Its derivative with respect to log p at p̄ is 1 for every λ, so the coefficient is the elasticity at p̄ whatever λ.
 *
 * @param price currency per unit, > 0
 * @param referencePrice geometric mean of the training prices, > 0
 */
export function boxCoxPrice(price: number, referencePrice: number, lambda: BoxCoxLambda): number {
  const logRatio = Math.log(price / referencePrice);
  return lambda === 0 ? logRatio : Math.expm1(lambda * logRatio) / lambda;
}

/** Elasticity at a price: coefficient · (p/p̄)^λ. Dimensionless. */
export function elasticityAt(coefficient: number, price: number, referencePrice: number, lambda: BoxCoxLambda): number {
  return coefficient * (price / referencePrice) ** lambda;
}
