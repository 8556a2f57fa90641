/**
 * What price changes earned, in simulated cells: how often the 90 % interval covers the true gain, and which verdicts
 * fall. DEMANDA_BEFORE names a checkout to compare with.
 */

import { join } from 'node:path';
import type * as fitting from '../src/core/demand/fit-demand.ts';
import type * as judging from '../src/core/pricing/change-outcome.ts';
import { simulate, type World } from './drifting-cell.ts';
import { ALONE, dailyCell, ROOTS } from './simulated-cell.ts';

const BASE: World = { history: 300, drift: 0, noise: 0.3, correlation: 0 };
const WORLDS: Readonly<Record<string, World>> = {
  quiet: BASE,
  'AR .6': { ...BASE, correlation: 0.6 },
  'level 3 %': { ...BASE, drift: 0.03 },
};
const DAYS = [14, 56] as const;
const CHANGES = [0.95, 1.05, 1.15];

const [seedText = '1', cellsText = '40'] = process.argv.slice(2);
console.log(
  '| cells | days | true gain covered | better · of those that lose | worse · of those that gain | (before, then now) |',
);
console.log('|---|---|---|---|---|---|');
for (const [name, world] of Object.entries(WORLDS)) {
  const sums = DAYS.map(() =>
    ROOTS.map(() => ({ count: 0, inside: 0, better: 0, worse: 0, won: 0, falseBetter: 0, falseWorse: 0 })),
  );
  for (const [r, root] of ROOTS.entries()) {
    const { fitDemand } = (await import(join(root, 'src/core/demand/fit-demand.ts'))) as typeof fitting;
    const { changeOutcome } = (await import(join(root, 'src/core/pricing/change-outcome.ts'))) as typeof judging;
    for (let k = 0; k < Number(cellsText); k++) {
      const { past, planned, futures, elasticity } = simulate(world, Number(seedText) + k, Math.max(...DAYS));
      const fitted = fitDemand(dailyCell(past), ALONE);
      if (!fitted.ok) throw new Error(fitted.code);
      const before = (planned[0] as { price: number }).price;
      // The optimum lies somewhere near the price: some changes win, others lose.
      const unitCost = before * (1 + 1 / elasticity) * (0.9 + 0.02 * (k % 10));
      futures.slice(0, 10).forEach((future, f) => {
        const factor = CHANGES[f % CHANGES.length] as number;
        const price = before * factor;
        DAYS.forEach((days, d) => {
          const rows = future.slice(0, days).map((demand, i) => ({
            day: (planned[i] as { day: number }).day,
            price,
            quantity: Number((demand * factor ** elasticity).toFixed(2)),
          }));
          const sold = rows.reduce((sum, { quantity }) => sum + quantity, 0);
          const otherwise = future.slice(0, days).reduce((sum, demand) => sum + demand, 0);
          const truth = (price - unitCost) * sold - (before - unitCost) * otherwise;
          const asked = { fromDay: (rows[0] as { day: number }).day, priceBefore: before, price, unitCost };
          const series = dailyCell([...past, ...rows]);
          // Earlier versions took the pool of scores as well.
          const { gain, verdict } = (changeOutcome as (...given: unknown[]) => judging.ChangeOutcome)(
            series,
            fitted.value,
            ...(changeOutcome.length > 3 ? [null] : []),
            asked,
          );
          const sum = sums[d]?.[r] as {
            count: number;
            inside: number;
            better: number;
            worse: number;
            won: number;
            falseBetter: number;
            falseWorse: number;
          };
          sum.count++;
          if (gain && truth >= gain.low && truth <= gain.high) sum.inside++;
          if (truth > 0) sum.won++;
          if (verdict === 'better') sum.better++;
          if (verdict === 'worse') sum.worse++;
          if (verdict === 'better' && truth < 0) sum.falseBetter++;
          if (verdict === 'worse' && truth > 0) sum.falseWorse++;
        });
      });
    }
  }
  DAYS.forEach((days, d) => {
    const share = (part: number, all: number): string => (all === 0 ? '–' : `${((100 * part) / all).toFixed(1)} %`);
    const cells = (sums[d] ?? []).map(
      ({ count, inside, better, worse, won, falseBetter, falseWorse }) =>
        `${share(inside, count)} | ${share(better, count)} · ${share(falseBetter, count - won)} | ${share(worse, count)} · ${share(falseWorse, won)}`,
    );
    console.log(`| ${name} | ${days} | ${cells.join(' | ')} |`);
  });
}
