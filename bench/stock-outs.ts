/**
 * Days that sold out, flagged: simulated cells whose demand is known, with shelves of so many times the day's usual
 * demand. DEMANDA_BEFORE names a checkout to compare with.
 */

import { join } from 'node:path';
import type * as fitting from '../src/core/demand/fit-demand.ts';
import type * as predicting from '../src/core/demand/predict.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { ALONE, dailyCell, plannedDays, ROOTS } from './simulated-cell.ts';

const HISTORY = 365;
const AHEAD = 14;
const ELASTICITY = -2.5;

interface Row {
  readonly day: number;
  readonly price: number;
  readonly demand: number;
  readonly mean: number;
  readonly quantity: number;
  readonly soldOut: boolean;
}

/** @param shelf stock over the demand expected at the usual price; infinite: nothing sells out */
function simulate(shelf: number, seed: number): Row[] {
  const random = new RandomStream(seed, 0x73746f63);
  const weekday = Array.from({ length: 7 }, () => 0.25 * random.normal());
  const elasticity = Math.min(-1.25, ELASTICITY + 0.45 * random.normal());
  const base = 15 * (80 / 15) ** random.uniform();
  const phase = 2 * Math.PI * random.uniform();
  let [level, logPrice] = [0, 0];
  return Array.from({ length: HISTORY + AHEAD }, (_, i) => {
    const day = 20_000 + i;
    if (i < HISTORY) level += 0.01 * random.normal();
    if (i % 7 === 0 && random.uniform() < 0.5) logPrice = 0.08 * random.normal();
    const season = 0.2 * Math.cos((2 * Math.PI * day) / 365.25 + phase);
    const usual = base * Math.exp(level + season + (weekday[day % 7] as number));
    const mean = usual * Math.exp(elasticity * logPrice);
    const demand = mean * Math.exp(0.3 * random.normal() - 0.045);
    const stock = Math.round(shelf * usual * Math.exp(0.05 * random.normal()));
    return {
      day,
      price: 4 * Math.exp(logPrice),
      demand,
      mean,
      quantity: Math.min(demand, stock),
      soldOut: demand > stock,
    };
  });
}

const [seedText = '1', cellsText = '30'] = process.argv.slice(2);
console.log(
  '| shelf | days sold out | forecast ÷ true demand · 90 % intervals of a day cover · error of elasticity, mean and rms · covered (before, then now) |',
);
console.log('|---|---|---|---|');
for (const shelf of [Number.POSITIVE_INFINITY, 1.35, 1.05]) {
  const columns: string[] = [];
  let share = 0;
  for (const root of ROOTS) {
    const { fitDemand } = (await import(join(root, 'src/core/demand/fit-demand.ts'))) as typeof fitting;
    const { predictDemand } = (await import(join(root, 'src/core/demand/predict.ts'))) as typeof predicting;
    const sums = { forecast: 0, truth: 0, inside: 0, days: 0, bias: 0, squares: 0, covered: 0 };
    let [out, cells] = [0, 0];
    for (let k = 0; k < Number(cellsText); k++) {
      const rows = simulate(shelf, Number(seedText) + k);
      const past = rows.slice(0, HISTORY);
      const fitted = fitDemand(dailyCell(past), ALONE);
      if (!fitted.ok) throw new Error(fitted.code);
      const ahead = rows.slice(HISTORY);
      const planned = plannedDays(ahead);
      const { demand, low, high } = predictDemand(fitted.value, planned);
      ahead.forEach((row, i) => {
        sums.forecast += (demand[i] as number) / row.mean;
        sums.truth++;
        if (row.demand >= (low[i] as number) && row.demand <= (high[i] as number)) sums.inside++;
        sums.days++;
      });
      const random = new RandomStream(Number(seedText) + k, 0x73746f63);
      for (let d = 0; d < 7; d++) random.normal();
      const truth = Math.min(-1.25, ELASTICITY + 0.45 * random.normal());
      const { value, low: from, high: to } = fitted.value.elasticity;
      sums.bias += value - truth;
      sums.squares += (value - truth) ** 2;
      if (truth >= from && truth <= to) sums.covered++;
      out += past.filter((row) => row.soldOut).length;
      cells++;
    }
    share = out / cells / HISTORY;
    columns.push(
      `${(sums.forecast / sums.truth).toFixed(3)} · ${((100 * sums.inside) / sums.days).toFixed(1)} % · ${(sums.bias / cells).toFixed(2)} ${Math.sqrt(sums.squares / cells).toFixed(2)} · ${((100 * sums.covered) / cells).toFixed(0)} %`,
    );
  }
  console.log(`| ${shelf} | ${(100 * share).toFixed(0)} % | ${columns.join(' | ')} |`);
}
