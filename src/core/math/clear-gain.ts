/** Whether a gain over several folds is more than chance. */

import { normalQuantile } from './normal-quantile.ts';
import { mean } from './summary.ts';

/**
 * Whether the best of some candidates is better than the incumbent beyond chance: its mean gain a fold exceeds z
 * standard errors, z the quantile that one standard error is for a single candidate (a chance of 16 %), corrected for
 * their number (Bonferroni): the best of many is better by chance.
 *
 * @param gains one a fold, paired; never clear from fewer than 3
 */
export function isClearGain(gains: readonly number[], candidates: number): boolean {
  if (gains.length < 3) return false;
  const gain = mean(gains);
  const error = Math.sqrt(gains.reduce((sum, g) => sum + (g - gain) ** 2, 0) / (gains.length - 1) / gains.length);
  return gain > error * normalQuantile(1 - 0.15866 / candidates);
}
