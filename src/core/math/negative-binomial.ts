/** The negative binomial with variance μ + μ²/size (NB2): its upper tail, and its size from rows with known means. */

import { logGamma } from './gamma-tail.ts';

/**
 * log P(N ≥ n) for N of mean μ and variance μ + μ²/size: the incomplete beta function I_p(n, size) with p = μ/(μ +
 * size) (Abramowitz & Stegun 1964, 26.5.26).
 *
 * @param n pieces, a whole number; @param mean > 0; @param size > 0
 */
export function logNegativeBinomialTail(n: number, mean: number, size: number): number {
  if (n <= 0) return 0;
  return logIncompleteBeta(mean / (mean + size), n, size);
}

/** log I_x(a, b) by its continued fraction (Abramowitz & Stegun 1964, 26.5.8), from the end where it converges fast. */
function logIncompleteBeta(x: number, a: number, b: number): number {
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  if (x < (a + 1) / (a + b + 2)) return front - Math.log(a) + Math.log(betaFraction(x, a, b));
  const other = Math.exp(front - Math.log(b) + Math.log(betaFraction(1 - x, b, a)));
  return Math.log1p(-Math.min(1 - 1e-16, other));
}

/** Modified Lentz (Thompson & Barnett 1986, J. Comput. Phys. 64). */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || 1e-300);
  let h = d;
  for (let m = 1; m < 2000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d || 1e-300);
    c = 1 + even / c || 1e-300;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d || 1e-300);
    c = 1 + odd / c || 1e-300;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return h;
}

/**
 * ψ(x) and ψ′(x), x > 0, NaN elsewhere: recurrence to x ≥ 8, then the asymptotic series (Abramowitz & Stegun 1964,
 * 6.3.18, 6.4.12; below 1e-12).
 */
function polygamma(x: number): { digamma: number; trigamma: number } {
  let digamma = 0;
  let trigamma = 0;
  if (!(x > 0)) return { digamma: Number.NaN, trigamma: Number.NaN };
  let z = x;
  for (; z < 8; z++) {
    digamma -= 1 / z;
    trigamma += 1 / (z * z);
  }
  const r = 1 / (z * z);
  digamma +=
    Math.log(z) -
    0.5 / z -
    r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132 - r * (691 / 32_760))))));
  trigamma +=
    1 / z + r / 2 + (r / z) * (1 / 6 - r * (1 / 30 - r * (1 / 42 - r * (1 / 30 - r * (5 / 66 - r * (691 / 2730))))));
  return { digamma, trigamma };
}

/** Sizes are kept within these: at a thousandth every row is 0 or a freak, at a million the distribution is Poisson. */
const SMALLEST_SIZE = 1e-3;
const LARGEST_SIZE = 1e6;

/**
 * Size of NB2 by maximum likelihood at given means: Newton on log size (Lawless 1987, Can. J. Statist. 15(3); the step
 * of `MASS::theta.ml` on another scale).
 *
 * @param pieces counts ≥ 0; @param means > 0; @param weights ≥ 0; all of length `rows`
 * @returns the size; {@link LARGEST_SIZE} when the rows vary no more than Poisson counts
 */
export function negativeBinomialSize(
  pieces: ArrayLike<number>,
  means: ArrayLike<number>,
  weights: ArrayLike<number>,
  rows: number,
): number {
  // Moment start: Σ w((y − μ)² − μ) = Σ w μ²/size.
  let [extra, squares, total] = [0, 0, 0];
  // Most rows have one of a few counts: polygamma functions are worked out once a count.
  const counts = new Map<number, number>();
  for (let i = 0; i < rows; i++) {
    const [y, mu, w] = [pieces[i], means[i], weights[i]];
    extra += w * ((y - mu) ** 2 - mu);
    squares += w * mu * mu;
    total += w;
    // Counts come scaled by their mean and back: the last digits are rounding.
    const count = Math.abs(y - Math.round(y)) < 1e-9 ? Math.round(y) : y;
    if (w !== 0) counts.set(count, (counts.get(count) ?? 0) + w);
  }
  if (!(extra > 0)) return LARGEST_SIZE;
  let log = Math.log(Math.min(LARGEST_SIZE, Math.max(SMALLEST_SIZE, squares / extra)));
  for (let step = 0; step < 60; step++) {
    const size = Math.exp(log);
    const own = polygamma(size);
    let score = total * (Math.log(size) + 1 - own.digamma);
    let information = total * (own.trigamma - 1 / size);
    for (const [count, w] of counts) {
      const shifted = polygamma(count + size);
      score += w * shifted.digamma;
      information -= w * shifted.trigamma;
    }
    for (let i = 0; i < rows; i++) {
      const [y, mu, w] = [pieces[i], means[i], weights[i]];
      const share = (y + size) / (mu + size);
      score -= w * (Math.log(size + mu) + share);
      information += (w * (2 - share)) / (mu + size);
    }
    // On the log scale the second derivative gains −size · score; where it is not curved downwards, a step along the
    // score.
    const curvature = size * size * information - size * score;
    const move = Math.max(-1, Math.min(1, curvature > 0 ? (size * score) / curvature : Math.sign(score) * 0.5));
    log = Math.min(Math.log(LARGEST_SIZE), Math.max(Math.log(SMALLEST_SIZE), log + move));
    if (Math.abs(move) < 1e-10) break;
  }
  return Math.exp(log);
}
