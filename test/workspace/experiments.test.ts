/** Price tests from proposal to price, in a workspace whose demand is known. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentDocument } from '../../src/contract/experiments.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { DemandaError } from '../../src/errors/demanda-error.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

/** Unit cost 1.4 and elasticity −3: the best price is 1.4 · 3/2 = 2.1, below today's 2.5. */
const PRODUCTS = [
  { merchant: 'North', product: 'Tomato', price: 2.5, cost: 1.4, elasticity: -3, daily: 60 },
  { merchant: 'South', product: 'Tomato', price: 2.5, cost: 1.4, elasticity: -3, daily: 50 },
  { merchant: 'North', product: 'Pear', price: 3, cost: 1.9, elasticity: -2.5, daily: 40 },
];
const BEFORE = 119;
const dayText = (i: number): string => new Date(Date.UTC(2026, 0, 5 + i)).toISOString().slice(0, 10);

const folder = lastingFolder();
let files = 0;

type Plan = ReadonlyMap<string, number>;
const planKey = (merchant: string, product: string, date: string): string => `${merchant} ${product} ${date}`;
const planOf = (...documents: readonly ExperimentDocument[]): Plan =>
  new Map(
    documents.flatMap(({ cells }) =>
      cells.flatMap(({ merchant, product, plan }) =>
        plan.map(({ date, price }): [string, number] => [planKey(merchant, product, date), price]),
      ),
    ),
  );

/** Rows of days [from, to) at the planned prices. @param factor of demand in the planned days */
function rows(from: number, to: number, plan: Plan = new Map(), factor = 1): string {
  const lines = PRODUCTS.flatMap(({ merchant, product, price, cost, elasticity, daily }, p) => {
    const random = new RandomStream(p, from, 9);
    return Array.from({ length: to - from }, (_, k) => {
      const date = dayText(from + k);
      const planned = plan.get(planKey(merchant, product, date));
      const mean = daily * ((planned ?? price) / price) ** elasticity * (planned === undefined ? 1 : factor);
      const sold =
        mean * (1 + 0.15 * Math.sin((2 * Math.PI * (from + k)) / 7)) * Math.exp(0.2 * random.normal() - 0.02);
      return `${date},${merchant},${product},${sold.toFixed(2)},${(planned ?? price).toFixed(2)},${cost}`;
    });
  });
  const file = join(folder, `rows-${files++}.csv`);
  writeFileSync(file, ['date,merchant,product,quantity,price,cost', ...lines].join('\n'));
  return file;
}

async function opened(name: string): Promise<Workspace> {
  const workspace = await Workspace.open(join(folder, name), { lang: 'en' });
  await workspace.importFiles([rows(0, BEFORE)]);
  await workspace.train({ workers: 1 });
  return workspace;
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof DemandaError ? error.code : String(error)),
  );

describe('a price test', () => {
  let workspace: Workspace;
  let started: ExperimentDocument;
  beforeAll(async () => {
    workspace = await opened('one');
  }, 60_000);
  afterAll(() => workspace.close());

  it('is proposed where the price never moved, the largest net value first', async () => {
    const { proposals, worthDays, currency } = await workspace.experiments.propose();
    expect([worthDays, currency]).toEqual([180, 'EUR']);
    expect(proposals).toHaveLength(3);
    const nets = proposals.map(({ test }) => test?.net as number);
    expect(nets).toEqual([...nets].sort((a, b) => b - a));
    for (const { test, reasons, refusal } of proposals) {
      expect(reasons).toContain('NO_PRICE_VARIATION');
      expect(refusal).toBeNull();
      // 119 days from a Monday: the day after the last is one.
      expect(test).toMatchObject({ from: dayText(BEFORE), every: 'week', shops: 1 });
      expect(test?.deviationAfter).toBeLessThan(test?.deviation as number);
      expect(test?.net).toBeCloseTo((test?.value as number) - (test?.cost as number), 9);
    }
    expect((await workspace.experiments.list({}, { limit: 10 })).items).toEqual([]);
  });

  it('is started once, with drawn prices within the limits', async () => {
    started = await workspace.experiments.start({ merchant: 'north', product: 'tomato', size: 0.1, weeks: 8 });
    expect(started).toMatchObject({
      status: 'planned',
      merchant: 'North',
      from: dayText(BEFORE),
      to: dayText(BEFORE + 55),
    });
    const [cell] = started.cells;
    expect(cell?.levels).toEqual([
      { level: 'low', price: 2.25 },
      { level: 'high', price: 2.75 },
    ]);
    expect(cell?.plan).toHaveLength(56);
    expect(cell?.analysis?.verdict).toBe('too early');
    expect(await codeOf(workspace.experiments.start({ merchant: 'North', product: 'Tomato' }))).toBe(
      'EXPERIMENT_REFUSED',
    );
    const again = { merchant: 'North', product: 'Tomato', size: 0.1, weeks: 4, from: dayText(BEFORE + 30) };
    expect(await codeOf(workspace.experiments.start(again))).toBe('EXPERIMENT_REFUSED');
  });

  it('holds the price still while it runs', async () => {
    const { recommendations } = await workspace.recommend({ merchant: 'North', product: 'Tomato' });
    expect(recommendations[0]?.reasons).toContain('UNDER_TEST');
    const { proposals } = await workspace.experiments.propose({ merchant: 'North', product: 'Tomato' });
    expect(proposals[0]).toMatchObject({ test: null, refusal: 'UNDER_TEST' });
  });

  it('tells the elasticity, and the price that follows earns more', async () => {
    const plan = planOf(started);
    await workspace.importFiles([rows(BEFORE, BEFORE + 20, plan)]);
    expect(await workspace.experiments.show(started.id)).toMatchObject({ status: 'running', warnings: [] });
    await workspace.importFiles([rows(BEFORE + 20, BEFORE + 56, plan)]);
    const ended = await workspace.experiments.show(started.id);
    const analysis = ended.cells[0]?.analysis;
    expect(ended.status).toBe('finished');
    expect(analysis?.compliance).toEqual({ past: 56, priced: 56, kept: 56, deviations: [] });
    expect(analysis?.elasticity.before).toBeNull();
    expect(analysis?.elasticity.drawn?.low).toBeLessThan(-3);
    expect(analysis?.elasticity.drawn?.high).toBeGreaterThan(-3);
    expect(analysis).toMatchObject({ verdict: 'answered', next: 'TRAIN', recommendedPrice: null });
    // What was expected of the standard error is about what it is.
    expect(analysis?.elasticity.drawn?.standardError).toBeLessThan(1.6 * ended.expected.standardError);
    const untrained = await workspace.experiments.propose({ merchant: 'North', product: 'Tomato' });
    expect(untrained.proposals[0]).toMatchObject({ test: null, refusal: 'TRAIN' });
    await workspace.train({ workers: 1 });
    const after = (await workspace.experiments.show(started.id)).cells[0]?.analysis;
    expect(after).toMatchObject({ verdict: 'answered', next: 'CHANGE_PRICE' });
    const profit = (price: number): number => (price - 1.4) * (price / 2.5) ** -3;
    expect(profit(after?.recommendedPrice as number)).toBeGreaterThan(profit(2.5) * 1.01);
    // Today's price is the one that the test departs from, not the last one that it drew.
    const { recommendations } = await workspace.recommend({ merchant: 'North', product: 'Tomato' });
    expect(recommendations[0]?.current.price).toBe(2.5);
  });

  it('trains by what it drew alone, where that is asked for', async () => {
    const { runs, failed } = await workspace.train({ merchant: 'North', instrument: 'experiment', workers: 1 });
    expect([runs.length, failed]).toEqual([2, 0]);
    const { recommendations } = await workspace.recommend({ merchant: 'North', product: 'Tomato' });
    expect(recommendations[0]?.reasons).not.toContain('WEAK_INSTRUMENT');
    expect(recommendations[0]?.recommended).toBe(true);
    expect(await codeOf(workspace.train({ merchant: 'South', instrument: 'experiment', workers: 1 }))).toBe(
      'INSTRUMENT_UNKNOWN',
    );
  });

  it('stands in the log', async () => {
    const { items } = await workspace.access.audit({ merchant: null }, { limit: 100 } as never);
    expect(items.filter(({ action }) => action === 'experiment.start')).toMatchObject([
      { merchant: 'North', detail: { product: 'Tomato', from: dayText(BEFORE) } },
    ]);
  });
});

describe('a test that goes wrong', () => {
  it('is aborted by the import that shows it, says so, and stays aborted', async () => {
    const workspace = await opened('aborted');
    const { id, cells } = await workspace.experiments.start({
      merchant: 'North',
      product: 'Pear',
      size: 0.1,
      weeks: 4,
    });
    const plan = planOf({ cells } as ExperimentDocument);
    const { files: quiet } = await workspace.importFiles([rows(BEFORE, BEFORE + 4, plan, 0.4)]);
    expect(quiet[0]?.notes.map(({ code }) => code)).not.toContain('EXPERIMENT_ABORT');
    const { files: done } = await workspace.importFiles([rows(BEFORE + 4, BEFORE + 10, plan, 0.4)]);
    const [abort] = done[0]?.notes.filter(({ code }) => code === 'EXPERIMENT_ABORT') ?? [];
    expect(abort?.message).toContain('North / Pear more than 20%');
    expect(await workspace.experiments.show(id)).toMatchObject({
      ...{ status: 'aborted', endedOn: dayText(BEFORE + 9), warnings: [] },
      cells: [{ analysis: { verdict: 'aborted', next: 'KEEP_PRICE' } }],
    });
    expect(await codeOf(workspace.experiments.stop(id))).toBe('EXPERIMENT_ENDED');
    const { bytes } = await workspace.experiments.plan(id, 'json');
    expect(JSON.parse(Buffer.from(bytes).toString()).prices).toHaveLength(10);
    await workspace.close();
  }, 60_000);

  it('is never aborted where that is off, and is stopped by hand', async () => {
    const workspace = await opened('patient');
    const { id, cells } = await workspace.experiments.start({
      ...{ merchant: 'North', product: 'Pear', size: 0.1, weeks: 4, maxLoss: null },
    });
    await workspace.importFiles([rows(BEFORE, BEFORE + 14, planOf({ cells } as ExperimentDocument), 0.4)]);
    expect((await workspace.experiments.show(id)).status).toBe('running');
    const stopped = await workspace.experiments.stop(id);
    expect(stopped).toMatchObject({ status: 'stopped', endedOn: dayText(BEFORE + 13) });
    expect(stopped.cells[0]?.analysis?.compliance.past).toBe(14);
    expect(await codeOf(workspace.experiments.start({ merchant: 'North', product: 'Pear', size: 0.1, weeks: 4 }))).toBe(
      'done',
    );
    await workspace.close();
  }, 60_000);

  it('names the days that had another price, and says to follow the plan', async () => {
    const workspace = await opened('ignored');
    const { id } = await workspace.experiments.start({ merchant: 'North', product: 'Pear', size: 0.1, weeks: 2 });
    await workspace.importFiles([rows(BEFORE, BEFORE + 14)]);
    const [cell] = (await workspace.experiments.show(id)).cells;
    expect(cell?.analysis).toMatchObject({
      ...{ verdict: 'inconclusive', next: 'FOLLOW_PLAN' },
      compliance: { past: 14, priced: 14, kept: 0 },
    });
    expect(cell?.analysis?.compliance.deviations[0]).toMatchObject({ date: dayText(BEFORE), charged: 3 });
    await workspace.close();
  }, 60_000);
});

describe('a test across shops', () => {
  it('gives every shop its own turns, and needs two', async () => {
    const workspace = await opened('shops');
    const { id, cells, merchant } = await workspace.experiments.start({
      product: 'Tomato',
      design: 'shops',
      size: 0.1,
      weeks: 4,
    });
    expect([merchant, cells.map((cell) => cell.merchant)]).toEqual([null, ['North', 'South']]);
    const levels = cells.map(({ plan }) => plan.map(({ level }) => level));
    levels[0]?.forEach((level, day) => {
      expect(levels[1]?.[day]).not.toBe(level);
    });
    expect(await codeOf(workspace.experiments.show(id, 'North'))).toBe('EXPERIMENT_UNKNOWN');
    expect(await codeOf(workspace.experiments.start({ product: 'Pear', design: 'shops' }))).toBe('EXPERIMENT_SHOPS');
    expect(await codeOf(workspace.experiments.start({ product: 'Pear' }))).toBe('OPTION_MISSING');
    await workspace.close();
  }, 60_000);
});

describe('recommend --explore', () => {
  it('tries prices within the limits, the same for a seed, and says that it does', async () => {
    const workspace = await opened('explore');
    const prices = async (seed: number): Promise<number[]> => {
      const { recommendations } = await workspace.recommend({ explore: 'thompson', seed });
      for (const { reasons, recommended, price, current } of recommendations) {
        expect(reasons).toContain('EXPLORING');
        expect(recommended).toBe(true);
        expect(Math.abs(price / current.price - 1)).toBeLessThanOrEqual(0.15 + 1e-9);
      }
      return recommendations.map(({ price }) => price);
    };
    const drawn = await Promise.all([1, 2, 3, 4, 5, 6].map(prices));
    expect(await prices(1)).toEqual(drawn[0]);
    expect(new Set(drawn.map((one) => one.join())).size).toBeGreaterThan(2);
    await workspace.close();
  }, 60_000);
});

it('refuses what cannot be', async () => {
  const workspace = await opened('refusals');
  const start = (wrong: object) =>
    codeOf(workspace.experiments.start({ merchant: 'North', product: 'Pear', ...wrong }));
  expect(
    await Promise.all([
      start({ from: dayText(BEFORE - 1) }),
      start({ from: dayText(BEFORE + 400) }),
      start({ from: '2026-02-30' }),
      start({ from: 'tomorrow' }),
      start({ weeks: 0 }),
      start({ weeks: 53 }),
      start({ size: -0.1 }),
      start({ size: 1 }),
      start({ size: Number.NaN }),
      start({ levels: 4 }),
      start({ turn: 'hour' }),
      start({ design: 'latin' }),
      start({ maxLoss: 2 }),
      start({ seed: 0.5 }),
      start({ worthDays: 5 }),
      start({ size: 0.001, weeks: 4 }),
      start({ merchant: 'Nowhere' }),
      start({ product: 'Kiwi' }),
      codeOf(workspace.experiments.show('0')),
      codeOf(workspace.experiments.show("1' OR 1=1")),
      codeOf(workspace.experiments.stop('999999999999999')),
      codeOf(workspace.experiments.list({}, { limit: 5, cursor: 'x' })),
    ]),
  ).toEqual([
    ...['EXPERIMENT_FROM', 'EXPERIMENT_FROM', 'DATE_INVALID', 'DATE_INVALID'],
    ...['OPTION_WHOLE', 'OPTION_TOO_LARGE', 'OPTION_SHARE', 'OPTION_SHARE', 'OPTION_SHARE', 'OPTION_TOO_LARGE'],
    ...['OPTION_CHOICE', 'OPTION_CHOICE', 'OPTION_SHARE', 'OPTION_WHOLE', 'OPTION_WHOLE', 'EXPERIMENT_REFUSED'],
    ...['MERCHANT_UNKNOWN', 'PRODUCT_UNKNOWN', 'EXPERIMENT_UNKNOWN', 'EXPERIMENT_UNKNOWN', 'EXPERIMENT_UNKNOWN'],
    'CURSOR_INVALID',
  ]);
  await workspace.close();
}, 60_000);
