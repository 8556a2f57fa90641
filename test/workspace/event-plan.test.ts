import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const FIRST = Date.parse('2025-01-01') / 864e5;
const iso = (day: number): string => new Date(day * 864e5).toISOString().slice(0, 10);
const DAYS = 280;
/** The shop's fair is on the 15th of every month: five times the sales. */
const isFair = (day: number): boolean => iso(day).endsWith('-15');

const folder = lastingFolder();
let workspace: Workspace;
beforeAll(async () => {
  const rows = Array.from({ length: DAYS }, (_, i) => {
    const day = FIRST + i;
    const price = 2 + 0.1 * (Math.floor(i / 7) % 4);
    const sold = (20 + ((i * 7) % 5)) * (isFair(day) ? 5 : 1) * (2 / price) ** 2;
    return `${iso(day)},Ana,Roses,${sold.toFixed(2)},${price},${isFair(day) ? 1 : 0}`;
  });
  // A shop of weekly rows, whose fair doubles every fourth week.
  const weekly = Array.from({ length: 60 }, (_, i) => {
    const price = 2 + 0.1 * (i % 4 === 3 ? 1 : 0);
    const sold = (100 + ((i * 7) % 5)) * (i % 4 === 1 ? 2 : 1) * (2 / price) ** 2;
    return `${iso(FIRST - 140 + 7 * i)},Bea,Roses,${sold.toFixed(2)},${price},${i % 4 === 1 ? 1 : 0}`;
  });
  const file = join(folder, 'sales.csv');
  writeFileSync(file, `date,merchant,product,quantity,price,fair\n${[...rows, ...weekly].join('\n')}\n`);
  workspace = await Workspace.open(folder, { lang: 'en', store: openMemoryStore(new MemoryData()) });
  await workspace.importFiles([file], { knownCovariates: ['fair'] });
  await workspace.train({ workers: 1 });
}, 120_000);
afterAll(() => workspace.close());

function planOf(...rows: readonly string[]): string {
  const file = join(folder, 'plan.csv');
  writeFileSync(file, `date,fair,price\n${rows.join('\n')}\n`);
  return file;
}
/** Demand of the horizon, from 2025-10-08 on, at today's price. */
async function demandBy(planFile?: string, merchant = 'Ana'): Promise<number> {
  const { recommendations } = await workspace.recommend({ merchant, ...(planFile && { planFile }) });
  return recommendations[0]?.current.expectedDemand as number;
}

it('a recommendation counts the events of a plan: the fair within its days sells four more days', async () => {
  const [plain, planned] = [await demandBy(), await demandBy(planOf('2025-10-15,1,'))];
  // 14 days with a fair of five days' sales are 18 days.
  expect(planned / plain).toBeGreaterThan(1.2);
  expect(planned / plain).toBeLessThan(1.36);
});

it('an event within a week counts for that week', async () => {
  const [plain, planned] = [await demandBy(undefined, 'Bea'), await demandBy(planOf('2025-10-24,1,'), 'Bea')];
  // Eight weeks, of which one sells twice.
  expect(planned / plain).toBeGreaterThan(1.08);
  expect(planned / plain).toBeLessThan(1.17);
  const { notes } = await workspace.recommend({ merchant: 'Bea', planFile: planOf('2025-10-24,1,') });
  expect(notes).toEqual([]);
});

it('says what of the plan was not used, and that a known covariate was not told', async () => {
  const file = planOf('2025-10-15,1,2.50', '2026-01-15,1,', '2025-05-15,1,');
  const { notes, kept } = await workspace.recommend({ merchant: 'Ana', planFile: file });
  expect(notes.map(({ code }) => code)).toEqual(['PLAN_NOTE_BESIDE', 'PLAN_NOTE_PAST', 'PLAN_NOTE_PRICES']);
  expect(kept).toBeNull();
  const untold = await workspace.recommend({ merchant: 'Ana' });
  expect(untold.notes.map(({ message }) => message)).toEqual([expect.stringContaining('fair')]);
  expect((await workspace.forecast({ merchant: 'Ana' })).notes.map(({ code }) => code)).toEqual([
    'FORECAST_NOTE_COVARIATES',
  ]);
});
