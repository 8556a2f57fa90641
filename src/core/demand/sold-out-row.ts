/** What a row that sold out tells of its mean, for effects. */

import { normalHazard } from '../math/normal-hazard.ts';

export interface SoldOutRow {
  /** Where a row of full sight would lie: relative distance from the mean. */
  readonly step: number;
  /** Of that row; dimensionless. */
  readonly variance: number;
  /** E[D | D ≥ sold], in the unit of what was sold. */
  readonly expected: number;
  /** Part of a degree of freedom that the row does not bring. */
  readonly uncounted: number;
}

/** Stock so many deviations below the mean tells nothing. */
const LEAST_STANDARDISED = -8;
const LEAST_CURVATURE = 1e-6;

/**
 * A sold-out row under log-normal demand D of a mean: censored from below as by Tobin (1958, Econometrica 26(1)). With
 * x the standardised log of what was sold, s the log deviation and h the hazard of the normal distribution, the score of
 * log μ is h/s and its curvature h(h − x)/s², so that a full row at h/s over that curvature with its inverse as
 * variance has the same of both (what is missing of the information is left out; Louis 1982, JRSS B 44(2)).
 *
 * Squares of such rows are h/(h − x) where the variance's own equation asks for 1 + xh; the difference is `uncounted`.
 *
 * @param sold > 0, or 0; @param mean > 0; @param relativeVariance of D over its squared mean, > 0
 */
export function soldOutRow(sold: number, mean: number, relativeVariance: number): SoldOutRow {
  const s = Math.sqrt(Math.log1p(relativeVariance));
  const x = Math.max((Math.log(sold / mean) + (s * s) / 2) / s, LEAST_STANDARDISED);
  const h = normalHazard(x);
  const curvature = Math.max((h * (h - x)) / (s * s), LEAST_CURVATURE);
  return {
    step: h / s / curvature,
    variance: 1 / curvature,
    expected: Math.max(sold, (mean * Math.exp(x * s - (s * s) / 2) * h) / normalHazard(x - s)),
    uncounted: 1 + x * h - h / (h - x),
  };
}
