import { logUpperGamma } from './gamma-tail.ts';

const LOG_ROOT_TWO_PI = 0.918_938_533_204_672_8;

/**
 * Density over upper tail of the standard normal distribution, φ(x)/(1 − Φ(x)): the mean of a standard normal value that
 * is known to lie above x. The tail beyond |x| is half that of a gamma of shape ½ beyond x²/2.
 *
 * @param x finite
 */
export function normalHazard(x: number): number {
  const logDensity = -(x * x) / 2 - LOG_ROOT_TWO_PI;
  const logOuter = logUpperGamma(0.5, (x * x) / 2) - Math.LN2;
  return Math.exp(logDensity - (x >= 0 ? logOuter : Math.log1p(-Math.exp(logOuter))));
}
