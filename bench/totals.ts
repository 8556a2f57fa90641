/**
 * The total of the days ahead: how often the realised one lies within its 90 % interval, and how wide the interval is
 * against what is needed, in simulated cells whose futures are drawn many times. DEMANDA_BEFORE names a checkout to
 * compare with.
 */

import { join } from 'node:path';
import type * as fitting from '../src/core/demand/fit-demand.ts';
import type * as predicting from '../src/core/demand/predict.ts';
import { quantile } from '../src/core/math/summary.ts';
import type * as gaining from '../src/core/pricing/gains.ts';
import {
  COARSE_COUNT_SPECS,
  COARSE_SPECS,
  DAILY_COUNT_SPECS,
  DAILY_SPECS,
} from '../src/core/regression/hyper-parameters.ts';
import type { Frequency } from '../src/core/vocabulary.ts';
import { simulate, type World } from './drifting-cell.ts';
import { ALONE, dailyCell, plannedDays, ROOTS } from './simulated-cell.ts';

const BASE: World = { history: 365, drift: 0.01, noise: 0.3, correlation: 0 };
const WORLDS: Readonly<Record<string, World>> = {
  base: BASE,
  quiet: { ...BASE, drift: 0 },
  'level 4 %': { ...BASE, drift: 0.04 },
  'AR .6': { ...BASE, correlation: 0.6 },
  'weekly shocks .15': { ...BASE, weekly: 0.15 },
  '60 days': { ...BASE, history: 60 },
  '180 days': { ...BASE, history: 180 },
  'slow, .8-4 pieces': { ...BASE, noise: 0, pieces: [0.8, 4] },
  '15-80 pieces': { ...BASE, noise: 0, pieces: [15, 80] },
  'level 1 %, far': { ...BASE, horizons: [1, 14, 90, 365] },
  'level 3 %, far': { ...BASE, drift: 0.03, horizons: [1, 14, 90, 365] },
  'weeks, 104': { ...BASE, history: 104, drift: 0.03, noise: 0.15, frequency: 'weekly' },
  'weeks, 15': { ...BASE, history: 15, drift: 0.03, noise: 0.15, frequency: 'weekly' },
  'months, 36': { ...BASE, history: 36, drift: 0.05, noise: 0.1, frequency: 'monthly' },
};
const AHEAD = { daily: 14, weekly: 8, monthly: 3 } as const;

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The interval of a total that a checkout gives with a recommendation and, where it does, with a forecast. */
async function intervalsOf(root: string) {
  const { fitDemand } = (await import(join(root, 'src/core/demand/fit-demand.ts'))) as typeof fitting;
  const predict = (await import(join(root, 'src/core/demand/predict.ts'))) as typeof predicting;
  const { priceOutlook } = (await import(join(root, 'src/core/pricing/gains.ts'))) as typeof gaining;
  return { fitDemand, predict, priceOutlook };
}

const [seedText = '1', cellsText = '40', only = ''] = process.argv.slice(2);
const versions = await Promise.all(ROOTS.map(intervalsOf));
console.log(
  '| cells | periods ahead | what is needed on either side | covered, half-width over what is needed: of recommendations (before, then now), of forecasts |',
);
console.log('|---|---|---|---|');
for (const [name, world] of Object.entries(WORLDS)) {
  if (!name.includes(only)) continue;
  const frequency: Frequency = world.frequency ?? 'daily';
  const horizons = world.horizons ?? [AHEAD[frequency]];
  const sums = horizons.map(() =>
    versions.flatMap(() => ['recommend', 'forecast'].map(() => ({ inside: 0, below: 0, count: 0, width: 0 }))),
  );
  const errors: number[][][] = horizons.map(() => versions.map(() => []));
  for (let k = 0; k < Number(cellsText); k++) {
    const cell = simulate(world, Number(seedText) + k, Math.max(...horizons));
    const series = { ...dailyCell(cell.past), frequency };
    const daily = world.pieces ? DAILY_COUNT_SPECS : DAILY_SPECS;
    const coarse = world.pieces ? COARSE_COUNT_SPECS : COARSE_SPECS;
    for (const [v, { fitDemand, predict, priceOutlook }] of versions.entries()) {
      const fitted = fitDemand(series, { ...ALONE, specs: frequency === 'daily' ? daily : coarse });
      if (!fitted.ok) throw new Error(fitted.code);
      horizons.forEach((ahead, h) => {
        const planned = plannedDays(cell.planned.slice(0, ahead));
        const price = planned.price[0] as number;
        const grid = Float64Array.of(price * 0.9, price, price * 1.1);
        const { demand } = priceOutlook(
          predict.demandCurveDraws(fitted.value, planned, grid, 1_000, 1),
          price,
          price,
          0,
        );
        const found: Interval[] = [demand];
        if ('predictTotal' in predict) {
          found.push(predict.predictTotal(fitted.value, planned));
        }
        cell.futures.forEach((future) => {
          let total = 0;
          for (let i = 0; i < ahead; i++) total += future[i] as number;
          errors[h]?.[v]?.push(Math.abs(total / demand.value - 1));
          found.forEach(({ value, low, high }, s) => {
            const sum = sums[h]?.[2 * v + s] as { inside: number; below: number; count: number; width: number };
            sum.count++;
            sum.width += (high - low) / 2 / value;
            if (total >= low && total <= high) sum.inside++;
            if (total < low) sum.below++;
          });
        });
      });
    }
  }
  horizons.forEach((ahead, h) => {
    const cells = (sums[h] ?? []).map(({ inside, below, count, width }, i) => {
      const needed = quantile(
        (errors[h]?.[Math.floor(i / 2)] ?? []).sort((a, b) => a - b),
        0.9,
      );
      return count === 0
        ? '–'
        : `${((100 * inside) / count).toFixed(1)} % (${((100 * below) / count).toFixed(1)} % below), ${(width / count / needed).toFixed(2)}`;
    });
    const needs = (errors[h] ?? []).map((list) =>
      quantile(
        list.sort((a, b) => a - b),
        0.9,
      ).toFixed(3),
    );
    console.log(`| ${name} | ${ahead} | ${needs.join(', ')} | ${cells.join(' | ')} |`);
  });
}
