/** The standard normal distribution function. */

import { logUpperGamma } from './gamma-tail.ts';

/** Φ(z), by the incomplete gamma function of ½ (Abramowitz & Stegun 1964, 6.5.17): to about twelve digits. */
export function normalCdf(z: number): number {
  const tail = 0.5 * Math.exp(logUpperGamma(0.5, (z * z) / 2));
  return z < 0 ? tail : 1 - tail;
}
