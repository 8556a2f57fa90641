/** What several price changes earned together. */

import { checkList, finite } from '../checks.ts';
import type { Span } from './gains.ts';

/**
 * The sum of gains with a 90 % interval. Changes of one product share the doubt of its price effect, which its cells
 * learn from each other: their distances from the values add. Those of different products do not: their squares do.
 *
 * @param gains at least one
 * @throws TypeError, RangeError for a list that is none or empty; NotFiniteError for sums beyond the largest number
 */
export function earnedTogether(gains: readonly { readonly product: string; readonly gain: Span }[]): Span {
  checkList('gains', gains, 1);
  const byProduct = new Map<string, { below: number; above: number }>();
  let value = 0;
  for (const { product, gain } of gains) {
    const sum = byProduct.get(product) ?? { below: 0, above: 0 };
    value += gain.value;
    sum.below += gain.value - gain.low;
    sum.above += gain.high - gain.value;
    byProduct.set(product, sum);
  }
  const widths = [...byProduct.values()];
  return finite('sum of gains', {
    value,
    low: value - Math.hypot(...widths.map(({ below }) => below)),
    high: value + Math.hypot(...widths.map(({ above }) => above)),
  });
}
