import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScenarioDocument, ScenarioPlan } from '../../src/contract/documents.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const FIRST = Date.parse('2025-01-01') / 864e5;
const DAYS = 540;
const OWN = -2;
/** What one percent of the price of Red does to the demand of White, and the other way round. */
const CROSS = 0.8;
const PRICES = { Red: 10, White: 8, Salt: 2 } as const;
type Product = keyof typeof PRICES;
const folder = lastingFolder();
let workspace: Workspace;

/** Two wines that sell in each other's place, in another unit salt that does not; prices move each week. */
function salesRows(): string[] {
  const random = new RandomStream(11, 5);
  const moves: Record<Product, number> = { Red: 0, White: 0, Salt: 0 };
  const names = Object.keys(PRICES) as Product[];
  return Array.from({ length: DAYS }, (_, i) => {
    if (i % 7 === 0) for (const name of names) moves[name] = 0.1 * random.normal();
    return names.map((name) => {
      const other = name === 'Red' ? 'White' : 'Red';
      const cross = name === 'Salt' ? 0 : CROSS * moves[other];
      const sold = 60 * Math.exp(OWN * moves[name] + cross + 0.1 * random.normal());
      const price = PRICES[name] * Math.exp(moves[name]);
      const date = new Date((FIRST + i) * 864e5).toISOString().slice(0, 10);
      const type = name === 'Salt' ? 'salt' : 'wine';
      return `${date},Ana,${name},${type},${sold.toFixed(3)},${price.toFixed(4)},${(0.55 * PRICES[name]).toFixed(2)}`;
    });
  }).flat();
}

beforeAll(async () => {
  const file = join(folder, 'sales.csv');
  writeFileSync(file, `date,merchant,product,type,quantity,price,cost\n${salesRows().join('\n')}\n`);
  workspace = await Workspace.open(folder, { lang: 'en', store: openMemoryStore(new MemoryData()) });
  await workspace.importFiles([file], { unit: 'l' });
  await workspace.train({ workers: 1 });
}, 120_000);
afterAll(() => workspace.close());

const ask = (plans: Parameters<Workspace['scenario']>[0]['plans'], more: object = {}): Promise<ScenarioDocument> =>
  workspace.scenario({ merchant: 'Ana', ...(plans && { plans }), ...more });

function planOf({ plans }: ScenarioDocument, kind: ScenarioPlan['kind'], name: string | null = null): ScenarioPlan {
  return plans.find((plan) => plan.kind === kind && plan.name === name) as ScenarioPlan;
}

function demandOf({ products }: ScenarioPlan, name: Product): number {
  return products.find(({ product }) => product === name)?.demand.value as number;
}

describe('plans side by side', () => {
  it('let others answer as they do in truth: what makes Red dearer sells White, and leaves Salt alone', async () => {
    const { todayPrice } = (await ask([])).portfolio.products.find(({ product }) => product === 'Red') as {
      todayPrice: number;
    };
    const document = await ask([{ name: 'mine', prices: [{ product: 'red', price: 1.1 * todayPrice }] }]);
    const [today, mine] = [planOf(document, 'today'), planOf(document, 'own', 'mine')];
    const moved = (name: Product): number => Math.log(demandOf(mine, name) / demandOf(today, name)) / Math.log(1.1);
    // The slopes of 540 days with this noise have standard errors of about .06.
    expect(moved('Red')).toBeCloseTo(OWN, 0);
    expect(Math.abs(moved('Red') - OWN)).toBeLessThan(0.25);
    expect(Math.abs(moved('White') - CROSS)).toBeLessThan(0.25);
    expect(Math.abs(moved('Salt'))).toBeLessThan(1e-9);
    expect(mine.changes).toBe(1);
  });

  it('add up: revenue is price by quantity, profit is what costs leave, the gain is that over today’s', async () => {
    const document = await ask([{ name: 'mine', prices: [{ product: 'White', price: 8.4 }] }]);
    for (const plan of document.plans) {
      const sum = (of: (one: ScenarioPlan['products'][number]) => number): number =>
        plan.products.reduce((all, one) => all + of(one), 0);
      expect(plan.revenue.value).toBeCloseTo(
        sum(({ price, demand }) => price * demand.value),
        6,
      );
      expect(plan.profit.value).toBeCloseTo(
        sum(({ product, price, demand }) => (price - 0.55 * PRICES[product as Product]) * demand.value),
        6,
      );
      expect(plan.gain.value).toBeCloseTo(plan.profit.value - planOf(document, 'today').profit.value, 6);
      expect(plan.sold.map(({ unit }) => unit)).toEqual(['l']);
      expect(plan.sold[0]?.quantity.value).toBeCloseTo(
        sum(({ demand }) => demand.value),
        6,
      );
    }
    expect(planOf(document, 'today')).toMatchObject({ changes: 0, probabilityBetter: null });
    expect(planOf(document, 'own', 'mine').probabilityBetter).toBeGreaterThan(0);
  });

  it('say the same of the prices together as the portfolio does, and of a plan with these prices', async () => {
    const [found] = (await workspace.portfolio({ merchant: 'Ana' })).portfolios;
    const prices = (found?.products ?? []).map(({ product, price }) => ({ product, price }));
    const document = await ask([{ name: 'same', prices }]);
    expect(document.portfolio).toEqual(found);
    expect(planOf(document, 'together').profit).toEqual(found?.profit.together);
    expect(planOf(document, 'alone').profit).toEqual(found?.profit.alone);
    const { kind: _, name: __, ...together } = planOf(document, 'together');
    expect(planOf(document, 'own', 'same')).toMatchObject(together);
  });

  it('name prices that limits forbid, and propose only a plan without any', async () => {
    const today = (await ask([])).portfolio.products;
    const at = (share: number) =>
      today.map(({ product, todayPrice }) => ({ product, price: Math.round(100 * share * todayPrice) / 100 }));
    const plans = [
      { name: 'far', prices: at(1.6) },
      { name: 'near', prices: at(1.05).filter(({ product }) => product !== 'Salt') },
    ];
    const document = await ask(plans);
    expect(planOf(document, 'own', 'far').products.map(({ allowed }) => allowed)).toEqual([false, false, false]);
    expect(planOf(document, 'own', 'near').products.map(({ allowed }) => allowed)).toEqual([true, true, true]);
    await expect(ask(plans, { propose: 'far' })).rejects.toMatchObject({ code: 'SCENARIO_LIMIT' });
    await expect(ask(plans, { propose: 'none' })).rejects.toMatchObject({ code: 'SCENARIO_PLAN' });
    const { kept } = await ask(plans, { propose: 'near' });
    expect(kept?.proposed).toHaveLength(2);
    const { items } = await workspace.recommendations.list({ status: 'proposed' }, 'id', { limit: 10 });
    expect(new Map(items.map(({ product, price }) => [product, price]))).toEqual(
      new Map(plans[1]?.prices.map(({ product, price }) => [product, price])),
    );
    for (const { recommendation } of items) expect(recommendation.reasons).toContain('OWN_PLAN');
  });

  it('refuse what is no price and a product that has none to plan', async () => {
    for (const price of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(ask([{ name: 'mine', prices: [{ product: 'Red', price }] }])).rejects.toMatchObject({
        code: 'SCENARIO_PRICE',
      });
    await expect(ask([{ name: 'mine', prices: [{ product: 'Rosé', price: 9 }] }])).rejects.toMatchObject({
      code: 'SCENARIO_PRODUCT',
    });
  });
});

describe('what ties products, given as data', () => {
  it('is that of a file with the same lines', async () => {
    const linesFile = join(folder, 'lines.csv');
    writeFileSync(linesFile, 'product,below,least gap\nWhite,Red,0.35\n');
    const byFile = await workspace.portfolio({ merchant: 'Ana', linesFile });
    const lines = [{ product: 'White', below: 'Red', leastGap: 0.35 }];
    const byData = await workspace.portfolio({ merchant: 'Ana', lines });
    expect(byData.portfolios).toEqual(byFile.portfolios);
    const [{ products = [], rules = [] } = {}] = byData.portfolios;
    expect(rules).toMatchObject([{ kind: 'gap', products: ['White', 'Red'], limit: 0.35 }]);
    const priceOf = (name: string) => products.find(({ product }) => product === name)?.price as number;
    // Prices that can be charged lie on a lattice of cents.
    expect(priceOf('White')).toBeLessThanOrEqual(0.65 * priceOf('Red') + 0.02);
  });

  it('names products that nobody sells, and refuses values that are none', async () => {
    const { notes } = await workspace.portfolio({ merchant: 'Ana', lines: [{ product: 'Rosé', family: 'wines' }] });
    expect(notes).toMatchObject([{ code: 'LINES_NOTE_UNKNOWN' }]);
    for (const line of [
      { product: ' ' },
      { product: 'Red', line: 'wine' },
      { product: 'Red', line: 'wine', size: 0 },
      { product: 'Red', below: 'White', leastGap: 1 },
      { product: 'Red', below: 'White', leastGap: 0.3, mostGap: 0.2 },
      { product: 'Red', weight: 101 },
    ])
      await expect(workspace.portfolio({ merchant: 'Ana', lines: [line] })).rejects.toMatchObject({
        code: 'LINES_VALUE',
      });
  });
});

describe('what ties products, kept in the workspace', () => {
  const rulesOf = async (asked: object = {}) => {
    const { portfolios, notes } = await workspace.portfolio({ merchant: 'Ana', ...asked });
    return { rules: portfolios[0]?.rules.map(({ kind, products }) => [kind, ...products]), notes };
  };
  const family = [
    { product: 'Red', family: 'wine', weight: 2 },
    { product: 'White', family: 'wine' },
  ];
  it('holds where nothing else is said, and says so; a file and lines take its place', async () => {
    const kept = await workspace.keepLines({ merchant: 'Ana', lines: family });
    expect(kept).toMatchObject({
      merchant: 'Ana',
      left: 0,
      lines: [{ product: 'Red', weight: 2 }, { product: 'White' }],
    });
    expect(await workspace.keptLines('ana')).toEqual(kept);
    const found = await rulesOf();
    expect(found.rules).toEqual([['family', 'Red', 'White']]);
    expect(found.notes).toMatchObject([{ code: 'LINES_NOTE_KEPT', message: expect.stringContaining('Ana') }]);
    expect(await rulesOf({ lines: [] })).toEqual({ rules: [], notes: [] });
    const other = [{ product: 'Salt', below: 'Red', leastGap: 0.5 }];
    expect(await rulesOf({ lines: other })).toEqual({ rules: [['gap', 'Salt', 'Red']], notes: [] });
    expect(Object.keys(await workspace.settings()).filter((key) => key.startsWith('lines'))).toEqual([]);
    await workspace.keepLines({ merchant: 'Ana', lines: [] });
    expect(await rulesOf()).toEqual({ rules: [], notes: [] });
  });
  it('comes and goes as a file, in both languages, and leaves other shops out', async () => {
    const csv =
      'comerciante;producto;familia;línea;tamaño;por debajo de;diferencia mínima;diferencia máxima;peso\n' +
      ';Red;;vino;1,5;White;10 %;0,3;1,25\nAna;White;;vino;0,75;;;;\nBea;White;tinto;;;;;;\n';
    const kept = await workspace.keepLines({ merchant: 'Ana', csv, name: 'reglas.csv' });
    expect(kept.left).toBe(1);
    const red = { product: 'Red', line: 'vino', size: 1.5, below: 'White', leastGap: 0.1, mostGap: 0.3, weight: 1.25 };
    expect(kept.lines).toMatchObject([red, { product: 'White', size: 0.75 }]);
    for (const style of ['machine', 'spreadsheet'] as const) {
      const { bytes } = await workspace.tables.file('product_lines', { merchant: 'Ana' }, { format: 'csv', style });
      const text = new TextDecoder().decode(bytes);
      expect((await workspace.keepLines({ merchant: 'Ana', csv: text })).lines, style).toEqual(kept.lines);
    }
    await workspace.keepLines({ merchant: 'Ana', lines: [] });
  });
  it('is refused where it says two things or nothing, and then what was kept stays', async () => {
    await workspace.keepLines({ merchant: 'Ana', lines: family });
    const refused = (asked: object) => expect(workspace.keepLines({ merchant: 'Ana', ...asked })).rejects;
    const twice = [...family, { product: 'RED', weight: 3 }];
    await refused({ lines: twice }).toMatchObject({
      code: 'LINES_TWICE',
      message: expect.stringMatching(/RED stands in rows 1 and 3 .* weight: 2 and 3/),
    });
    await refused({ csv: 'product,weight\nRed,2\nSalt,1\nRed,2.5\n', name: 'mine.csv' }).toMatchObject({
      code: 'LINES_TWICE',
      message: expect.stringContaining('rows 2 and 4 of mine.csv'),
    });
    const sizes = [1, 2].map((size) => ({ product: 'Red', line: 'wine', size }));
    await refused({ lines: sizes }).toMatchObject({ code: 'LINES_TWICE', message: expect.stringContaining('size') });
    await refused({ lines: [{ product: 'Red', size: -1 }] }).toMatchObject({ code: 'LINES_VALUE' });
    await refused({ csv: 'a,b\n1,2\n', name: 'mine.csv' }).toMatchObject({ code: 'LINES_COLUMNS' });
    await refused({}).toMatchObject({ code: 'LINES_GIVEN' });
    await refused({ lines: [], csv: '' }).toMatchObject({ code: 'LINES_GIVEN' });
    await expect(workspace.keepLines({ merchant: 'Zoe', lines: [] })).rejects.toMatchObject({
      code: 'MERCHANT_UNKNOWN',
    });
    // The same weight twice says one thing.
    const same = [...family, { product: 'Red', below: 'White', weight: 2 }];
    expect((await workspace.keepLines({ merchant: 'Ana', lines: same })).lines).toHaveLength(3);
    await workspace.keepLines({ merchant: 'Ana', lines: [] });
  });
  it('a floor beyond what anybody has seen leaves the price and gives the reason', async () => {
    const guardrails = { minPrice: 21, maxChange: null, triedRangeMargin: null, minProbability: null, minGain: null };
    const { portfolios } = await workspace.portfolio({ merchant: 'Ana', guardrails });
    for (const { product, price, todayPrice, held } of portfolios[0]?.products ?? []) {
      expect(price, product).toBe(todayPrice);
      expect(held, product).toContain('EXTRAPOLATION');
    }
    const { portfolios: near } = await workspace.portfolio({
      merchant: 'Ana',
      guardrails: { ...guardrails, minPrice: 9 },
    });
    expect(near[0]?.products.find(({ product }) => product === 'Red')?.held).toEqual([]);
  });
});
