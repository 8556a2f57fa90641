/** Prices as those see them who choose between products: flags and displays are lower prices to them. */

import { mean } from '../math/summary.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import type { PastPromotions } from './past-promotions.ts';
import type { PromotionDraws } from './promotion-effects.ts';

/**
 * The price that would have drawn as many people in as price and flag did: in models of attraction (Cooper & Nakanishi
 * 1988, Market-Share Analysis, §3) what draws them in, whatever it is, takes from others in the same proportions.
 */
export function pullOfPrice(
  series: Pick<CellSeries, 'price' | 'days'>,
  { flags }: Pick<PastPromotions, 'flags'>,
  { flag, elasticity }: Pick<PromotionDraws, 'flag' | 'elasticity'>,
): Float64Array {
  const share = mean(flag) / Math.min(-0.5, mean(elasticity));
  return filledPrices(series.price, series.days.length).map(
    (price, i) => price * Math.exp(Math.min(0, share) * flags[i]),
  );
}
