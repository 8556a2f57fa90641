/** The price that a cell usually has, sales apart. */

import type { CellSeries } from '../series/cell-series.ts';
import { PERIOD_DAYS } from '../series/periods.ts';

/** A row counts as a promotion from this share of discounted sales on. */
const PROMOTION_SHARE = 0.5;
/** A sale is cheaper by at least this share, for at most so many days. */
const LEAST_CUT = 0.05;
const MOST_DAYS = 21;
/** The price comes back to within this share of what it was. */
const SAME_PRICE = 0.02;
/** Sales that a cell came back from before one is believed to be under way, and the most of its rows that they take. */
const LEAST_SALES = 2;
const MOST_SHARE = 0.25;
/** Of all cuts that ended. */
const LEAST_BACK = 0.5;

interface PriceRun {
  readonly price: number;
  rows: number;
  /** Of its first and last row. */
  readonly from: number;
  to: number;
}

/**
 * The last price of a row that was not on promotion; the last price of all when every row was. A cut that nobody flagged
 * counts as a promotion under way where it is short so far and the cell has come back from at least two such cuts, half
 * of all that ended, which take no more than a quarter of its rows: its price before the cut is then the usual one. A
 * test departs from the price that the product has without it.
 *
 * @returns currency per unit; NaN where no row has a price
 */
export function lastRegularPrice(series: CellSeries): number {
  const base = baseOfTest(series);
  if (base !== null) return base;
  const runs = runsOf(series);
  const last = runs.at(-1);
  if (!last) return lastPrice(series);
  const before = runs.at(-2);
  if (!before || !isCut(last.price, before.price) || days(series, last) > MOST_DAYS) return last.price;
  let ended = 0;
  const sales = runs.filter((run, r) => {
    const [previous, next] = [runs[r - 1], runs[r + 1]];
    if (!previous || !next || !isCut(run.price, previous.price)) return false;
    ended++;
    const comesBack = Math.abs(next.price / previous.price - 1) <= SAME_PRICE;
    return comesBack && days(series, run) <= MOST_DAYS;
  });
  // Prices that move at will come back to where they were now and then, too.
  if (sales.length < LEAST_BACK * ended) return last.price;
  const all = runs.reduce((sum, { rows }) => sum + rows, 0);
  const cut = sales.reduce((sum, { rows }) => sum + rows, last.rows);
  return sales.length >= LEAST_SALES && cut <= MOST_SHARE * all ? before.price : last.price;
}

/** What a product costs without the test that its newest price is of; null where it is of none. */
function baseOfTest({ price, test }: CellSeries): number | null {
  for (let i = price.length - 1; i >= 0; i--) {
    if (price[i] > 0) return test && test.base[i] > 0 ? test.base[i] : null;
  }
  return null;
}

const isCut = (price: number, before: number): boolean => price <= before * (1 - LEAST_CUT);

function days({ frequency }: CellSeries, { from, to }: PriceRun): number {
  return to - from + PERIOD_DAYS[frequency];
}

/** Stretches of one price among the rows that were not on promotion. */
function runsOf({ days: dates, price, promo }: CellSeries): PriceRun[] {
  const runs: PriceRun[] = [];
  for (let i = 0; i < dates.length; i++) {
    if (!(price[i] > 0) || promo[i] >= PROMOTION_SHARE) continue;
    const run = runs.at(-1);
    if (run && Math.abs(price[i] / run.price - 1) <= 1e-6) {
      run.rows++;
      run.to = dates[i];
    } else runs.push({ price: price[i], rows: 1, from: dates[i], to: dates[i] });
  }
  return runs;
}

function lastPrice({ price }: CellSeries): number {
  for (let i = price.length - 1; i >= 0; i--) if (price[i] > 0) return price[i];
  return Number.NaN;
}
