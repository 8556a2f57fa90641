/** What every family of likelihoods has to know: one file a family, joined in table.ts. */

/** What a family's variance depends on besides the mean. */
export interface FamilyShape {
  /** φ > 0. */
  readonly dispersion: number;
  /** Exponent k of the variance φ·μ^k, in [1, 2]; families that have none leave it alone. */
  readonly variancePower: number;
  /** α ≥ 0 of the variance φ(μ + αμ²); 0 in families that have none. */
  readonly inverseSize: number;
}

/** A cell's own rows in units of their mean quantity ȳ; arrays of one length. */
export interface ScaledRows {
  /** Demand over ȳ, ≥ 0. */
  readonly response: Float64Array;
  /** ≥ 0. */
  readonly weight: Float64Array;
  /** ȳ, in the cell's unit. */
  readonly meanQuantity: number;
}

/**
 * A family of (quasi-)likelihoods with log link. All functions take a mean μ > 0 and leave φ out: nll, score and
 * curvature are those of φ = 1 and are divided by φ where they are summed.
 */
export interface Family {
  /** The number that the assembly loops branch on (kernel/assembly). */
  readonly kernel: number;
  /** Whether `variancePower` says anything. */
  readonly hasVariancePower: boolean;
  /** Variance over φ. */
  variance(mu: number, shape: FamilyShape): number;
  /** Negative log-likelihood of a response, up to terms of y alone. */
  nll(y: number, mu: number, shape: FamilyShape): number;
  /** −∂nll/∂log μ. */
  score(y: number, mu: number, shape: FamilyShape): number;
  /** The response whose score is this: the inverse of `score`. */
  responseOf(score: number, mu: number, shape: FamilyShape): number;
  /** ∂²nll/∂(log μ)². */
  observedCurvature(y: number, mu: number, shape: FamilyShape): number;
  /** Its expectation μ²/V(μ): what a row at mean μ tells. */
  expectedCurvature(mu: number, shape: FamilyShape): number;
  /** log P(D ≥ y), with φ: of a sold-out row. */
  logTail(y: number, mu: number, shape: FamilyShape): number;
  /** The shape that fits start from, around the plain mean of 1. Rows may be none. */
  firstShape(rows: ScaledRows, variancePower: number): FamilyShape;
  /** The shape at one-step-ahead means, each at least {@link SMALLEST_MEAN}. @param mean one a row */
  shapeAt(rows: ScaledRows, mean: Float64Array, shape: FamilyShape): FamilyShape;
}

/** A mean of less than a hundredth of the usual one would give a single sale the weight of all others. */
export const SMALLEST_MEAN = 0.01;
