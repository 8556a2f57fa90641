/**
 * Cross elasticities of orange juice: eleven products of Dominick's, a workspace of stores trained on the first weeks,
 * whose later weeks are forecast with what other prices do and without it. Signs beside what is published.
 *
 * node bench/orange-juice-cross.ts [stores]
 */

import { crossEvidence } from '../src/core/demand/cross-evidence.ts';
import type { DemandModel } from '../src/core/demand/demand-model.ts';
import { predictLogDemand } from '../src/core/demand/predict.ts';
import { plannedRowsAfter, truncateSeries } from '../src/core/evaluation/backtest.ts';
import { ownBelief } from '../src/core/portfolio/joint-demand.ts';
import { beliefsOf } from '../src/core/portfolio/portfolio.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { rowsUpTo } from '../src/core/series/rows.ts';
import { cellKey, trainAll } from './fleet-of.ts';
import { lastDayOf, readCells } from './orange-juice.ts';

/** Weeks that are learned from, and that are forecast after them. */
const TRAINING_WEEKS = 80;
const TEST_WEEKS = 13;
const RECENT_WEEKS = 8;

await bench(readCells(), lastDayOf(Number(process.argv[3] ?? TRAINING_WEEKS)), Number(process.argv[2] ?? 83));

async function bench(given: readonly CellSeries[], origin: number, most: number): Promise<void> {
  const stores = [...new Set(given.map(({ merchant }) => merchant))].slice(0, most);
  const cells = given.filter(({ merchant }) => stores.includes(merchant));
  const training = cells.map((cell) => truncateSeries(cell, origin)).filter(({ days }) => days.length >= 30);
  const models = await trainAll(training);
  const told = training.flatMap((series) => {
    const model = models.get(cellKey(series));
    if (!model) return [];
    const others = training.filter(
      ({ merchant, product }) => merchant === series.merchant && product !== series.product,
    );
    const evidence = crossEvidence(series, others, { holidays: [], market: false });
    const revenue = others.map(({ quantity, price }) =>
      quantity.reduce((sum, q, i) => sum + q * (price[i] as number), 0),
    );
    const sum = revenue.reduce((a, b) => a + b, 0);
    const shares = Float64Array.from(revenue, (one) => one / sum);
    return [{ series, model, evidence, others, shares }];
  });
  const { group, beliefs } = beliefsOf(
    told.map((cell) => ({ ...cell, others: cell.others.map(({ product }) => product) })),
  );
  const whole = new Map(cells.map((cell) => [cellKey(cell), cell]));
  const byProduct = new Map<string, { rows: number; without: number; beside: number }>();
  const byPair = new Map<string, number[]>();
  told.forEach(({ series, model, evidence, others }, i) => {
    const belief = beliefs[i];
    const errors = errorsAfter(whole.get(cellKey(series)) as CellSeries, origin, model);
    if (!belief || !evidence || errors.length === 0) return;
    const shift = (belief.mean[0] as number) - ownBelief(model).value;
    const sums = byProduct.get(series.product) ?? { rows: 0, without: 0, beside: 0 };
    for (const { day, error, logPrice } of errors) {
      let moved = shift * (logPrice - recentLogPrice(series));
      evidence.told.forEach((place, k) => {
        const other = others[place] as CellSeries;
        const now = logPriceOn(whole.get(cellKey(other)) as CellSeries, day);
        moved += (belief.mean[k + 1] as number) * (now - recentLogPrice(other));
      });
      const left = error - moved;
      sums.without += error ** 2;
      sums.beside += left ** 2;
      sums.rows++;
    }
    byProduct.set(series.product, sums);
    evidence.told.forEach((place, k) => {
      const key = `${(others[place] as CellSeries).product} → ${series.product}`;
      byPair.set(key, [...(byPair.get(key) ?? []), belief.mean[k + 1] as number]);
    });
  });
  const all = [...byProduct.values()];
  const total = (of: 'rows' | 'without' | 'beside'): number => all.reduce((sum, one) => sum + one[of], 0);
  const [rows, without, beside] = [total('rows'), total('without'), total('beside')];
  // Normal errors, each product with a variance of its own, with and without.
  const gain = all.reduce((sum, one) => sum + 0.5 * one.rows * Math.log(one.without / one.beside), 0);
  const pairs = [...byPair.values()].map((values) => values.reduce((a, b) => a + b, 0) / values.length);
  console.log(
    '| stores | cells | held-out rows | any effect | sum of cross | log likelihood a row, with over without | RMSE of logs without, with | pairs above 0 |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  console.log(
    `| ${stores.length} | ${told.length} | ${rows} | ${group.probability.toFixed(3)} | ${group.total.toFixed(2)} | ${(gain / rows).toFixed(4)} | ${Math.sqrt(without / rows).toFixed(4)}, ${Math.sqrt(beside / rows).toFixed(4)} | ${pairs.filter((value) => value > 0).length} of ${pairs.length} |`,
  );
}

/** Errors of log demand in the weeks after the origin. */
function errorsAfter(
  whole: CellSeries,
  originDay: number,
  model: DemandModel,
): { readonly day: number; readonly error: number; readonly logPrice: number }[] {
  const planned = plannedRowsAfter(whole, { originDay, endDay: originDay + 7 * TEST_WEEKS });
  if (planned.days.length === 0) return [];
  const from = rowsUpTo(whole, originDay);
  const logs = predictLogDemand(model, planned);
  return Array.from(planned.days, (day, i) => ({
    day,
    error: Math.log(whole.quantity[from + i] as number) - (logs[i] as number),
    logPrice: Math.log(planned.price[i] as number),
  })).filter(({ error }) => Number.isFinite(error));
}

function logPriceOn({ days, price }: CellSeries, day: number): number {
  let last = price[0] as number;
  for (let i = 0; i < days.length && (days[i] as number) <= day; i++)
    if ((price[i] as number) > 0) last = price[i] as number;
  return Math.log(last);
}

/** What the level of a forecast has in it: the mean of the latest weeks. */
function recentLogPrice(series: CellSeries): number {
  const logs = Array.from(series.price.slice(-RECENT_WEEKS), Math.log).filter(Number.isFinite);
  return logs.reduce((a, b) => a + b, 0) / logs.length;
}
