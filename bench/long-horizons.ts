/**
 * Forecasts of daily cells far ahead: simulated cells whose demand is known, with 200, 300 and 500 days of history, with
 * and without a season of the year, by how far ahead the day lies. DEMANDA_BEFORE names a checkout to compare with.
 */

import { join } from 'node:path';
import type * as fitting from '../src/core/demand/fit-demand.ts';
import type * as predicting from '../src/core/demand/predict.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { ALONE, dailyCell, plannedDays, ROOTS } from './simulated-cell.ts';

const AHEAD = 365;
const BUCKETS = [
  { name: '1-14', from: 1, to: 14 },
  { name: '15-90', from: 15, to: 90 },
  { name: '91-365', from: 91, to: 365 },
] as const;
const KINDS = {
  level: { drift: 0.01, season: 0, fall: 0 },
  'steady level': { drift: 0, season: 0, fall: 0 },
  season: { drift: 0.005, season: 0.4, fall: 0 },
  falling: { drift: 0.005, season: 0, fall: 3 },
} as const;

/** Demand of a cell: gamma noise of 30 %, weekdays, a level that walks, elasticity −1.5. */
function simulate(kind: keyof typeof KINDS, history: number, seed: number) {
  const { drift, season, fall } = KINDS[kind];
  const random = new RandomStream(seed, 0x6c6f6e67);
  const first = 19_000 + Math.floor(365 * random.uniform());
  const phase = 2 * Math.PI * random.uniform();
  const weekday = Array.from({ length: 7 }, () => 0.2 * random.normal());
  let level = 0;
  let logPrice = 0;
  const rows = Array.from({ length: history + AHEAD }, (_, i) => {
    level += drift * random.normal();
    if (i < history && i % 7 === 0) logPrice = 0.1 * random.normal();
    // A fall over the history, which then has ended.
    const fallen = -fall * Math.min(1, i / history);
    const yearly = season * Math.sin((2 * Math.PI * (first + i)) / 365.2425 + phase);
    const mean = 100 * Math.exp(level + fallen + yearly + (weekday[(first + i) % 7] as number) - 1.5 * logPrice);
    const shape = 1 / 0.3 ** 2;
    return { day: first + i, price: 5 * Math.exp(logPrice), quantity: (mean * random.gamma(shape)) / shape };
  });
  return { past: rows.slice(0, history), future: rows.slice(history) };
}

const [seedText = '1001', cellsText = '20'] = process.argv.slice(2);
console.log('| cells | history | days ahead | WAPE (90 % intervals cover), mean width over mean demand |');
console.log('|---|---|---|---|');
for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[])
  for (const history of [200, 300, 500]) {
    const sums = BUCKETS.map(() => ROOTS.map(() => ({ absolute: 0, total: 0, inside: 0, rows: 0, width: 0 })));
    for (const [r, root] of ROOTS.entries()) {
      const { fitDemand } = (await import(join(root, 'src/core/demand/fit-demand.ts'))) as typeof fitting;
      const { predictDemand } = (await import(join(root, 'src/core/demand/predict.ts'))) as typeof predicting;
      for (let k = 0; k < Number(cellsText); k++) {
        const { past, future } = simulate(kind, history, Number(seedText) + k);
        const fitted = fitDemand(dailyCell(past), ALONE);
        if (!fitted.ok) throw new Error(fitted.code);
        const planned = plannedDays(future);
        const { demand, low, high } = predictDemand(fitted.value, planned);
        future.forEach(({ quantity }, i) => {
          const bucket = BUCKETS.findIndex(({ to }) => i + 1 <= to);
          const sum = sums[bucket]?.[r] as {
            absolute: number;
            total: number;
            inside: number;
            rows: number;
            width: number;
          };
          sum.absolute += Math.abs(quantity - (demand[i] as number));
          sum.total += quantity;
          sum.rows++;
          sum.width += (high[i] as number) - (low[i] as number);
          if (quantity >= (low[i] as number) && quantity <= (high[i] as number)) sum.inside++;
        });
      }
    }
    BUCKETS.forEach(({ name }, b) => {
      const cells = (sums[b] ?? []).map(
        ({ absolute, total, inside, rows, width }) =>
          `${(absolute / total).toFixed(3)} (${((100 * inside) / rows).toFixed(0)} %), ${(width / total).toFixed(2)}`,
      );
      console.log(`| ${kind} | ${history} | ${name} | ${cells.join(' | ')} |`);
    });
  }
