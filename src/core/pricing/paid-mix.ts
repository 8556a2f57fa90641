/** Whether a cell's prices are means of what several buyers paid, rather than a price that moved. */

import { mean } from '../math/summary.ts';
import type { CellSeries } from '../series/cell-series.ts';

/** Days that tell, at least. */
const LEAST_ROWS = 30;
/** Of the days, at a price that nobody can pay. */
const MOST_DAYS_POSTED = 0.5;
/** Of the variance of log price, that lasts from one day to the next. */
const LASTING_SHARE = 0.5;
/** No currency has a finer coin than a thousandth. */
const COINS = 1_000;

/**
 * A day's price is what was taken over what was sold. Where members, packs or coupons pay less beside a price that
 * stands, it moves with who came: on most days it is no price that can be paid (finer than any coin), and today's says
 * little of tomorrow's, as a price that somebody sets does not. What then looks like an effect of the price is how the
 * buyers differ. Rows on promotion, and weeks and months, which are means of what was set, are not looked at.
 */
export function isPaidMix({ frequency, price, promo, days }: CellSeries): boolean {
  if (frequency !== 'daily') return false;
  const rows = Array.from(days, (day, i) => ({ day, price: price[i], promo: promo[i] > 0 })).filter(
    (row) => row.price > 0 && !row.promo,
  );
  if (rows.length < LEAST_ROWS) return false;
  const posted = rows.filter((row) => isPayable(row.price)).length;
  if (posted > MOST_DAYS_POSTED * rows.length) return false;
  const logs = rows.map((row) => Math.log(row.price));
  const middle = mean(logs);
  let [squares, products, pairs] = [0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    squares += (logs[i] - middle) ** 2 / rows.length;
    if (i === 0) continue;
    products += (logs[i] - middle) * (logs[i - 1] - middle);
    pairs++;
  }
  return squares > 1e-8 && products / pairs < LASTING_SHARE * squares;
}

/** Up to a rounding of the quotient. */
function isPayable(price: number): boolean {
  const coins = price * COINS;
  return Math.abs(coins - Math.round(coins)) <= 1e-6 * Math.max(1, coins);
}
