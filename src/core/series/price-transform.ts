/**
 * The Box-Cox price term: constant elasticity (λ = 0), exponential demand (λ = 1), and demand that bends more, as where
 * buyers run out at a price: logit and linear demand near an elasticity of −2 are close to λ = 2 and 3.
 */

/** Box-Cox exponents that are averaged over (do not pick). */
export const BOX_COX_LAMBDAS = [0, 0.5, 1, 2, 3] as const;
export type BoxCoxLambda = (typeof BOX_COX_LAMBDAS)[number];

/**
 * h_λ(p / p̄) = ((p/p̄)^λ − 1)/λ, log(p/p̄) for λ = 0 (Box & Cox 1964, JRSS B 26(2), eq. 1).
 * Its derivative with respect to log p at p̄ is 1 for every λ, so the coefficient is the elasticity at p̄ whatever λ.
 *
 * @param price currency per unit, > 0
 * @param referencePrice geometric mean of the training prices, > 0
 */
export function boxCoxPrice(price: number, referencePrice: number, lambda: BoxCoxLambda): number {
  return boxCoxTerm(Math.log(price / referencePrice), lambda);
}

/** The same of log(p/p̄). */
export function boxCoxTerm(logRatio: number, lambda: BoxCoxLambda): number {
  return lambda === 0 ? logRatio : Math.expm1(lambda * logRatio) / lambda;
}

/** log(p/p̄) of the price term under λ. */
export function logPriceRatio(term: number, lambda: BoxCoxLambda): number {
  return lambda === 0 ? term : Math.log1p(lambda * term) / lambda;
}

/** Elasticity at a price: coefficient · (p/p̄)^λ. Dimensionless. */
export function elasticityAt(coefficient: number, price: number, referencePrice: number, lambda: BoxCoxLambda): number {
  return coefficient * (price / referencePrice) ** lambda;
}
