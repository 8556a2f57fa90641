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
 * little of tomorrow's, while a price that somebody sets stays for days. What then looks like an effect of the price is how the
 * buyers differ. Rows on promotion, and weeks and months, which are means of what was set, are not looked at.
 */
export function isPaidMix({ frequency, price, promo }: CellSeries): boolean {
  if (frequency !== 'daily') return false;
  const paid = Array.from(price).filter((one, i) => one > 0 && !(promo[i] > 0));
  if (paid.length < LEAST_ROWS) return false;
  if (paid.filter(isPayable).length > MOST_DAYS_POSTED * paid.length) return false;
  const logs = paid.map(Math.log);
  const middle = mean(logs);
  const moves = logs.map((log) => log - middle);
  const variance = mean(moves.map((move) => move ** 2));
  const lasting = mean(moves.slice(1).map((move, i) => move * moves[i]));
  return variance > 1e-8 && lasting < LASTING_SHARE * variance;
}

/** Up to a rounding of the quotient. */
function isPayable(price: number): boolean {
  const coins = price * COINS;
  return Math.abs(coins - Math.round(coins)) <= 1e-6 * Math.max(1, coins);
}
