/** `demanda promotions` in both languages, and what it refuses. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { PromotionItem, PromotionsDocument } from '../../src/contract/promotions.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { demandas } from '../support/command.ts';
import { lastingFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const at = (name: string): string => join(folder, name);
const DAYS = 420;
const FIRST = Date.UTC(2025, 0, 1);

function run(...commands: readonly (readonly string[])[]) {
  return demandas(commands.map((command) => [...command, '--workspace', at('ws')]));
}
const ask = (...args: readonly string[]) => run(args)[0] as ReturnType<typeof run>[number];

function asked(...args: readonly string[]): PromotionsDocument {
  const { code, out, err } = ask('promotions', '--merchant', 'Alpha', ...args, '--json');
  expect(code, err).toBe(0);
  return JSON.parse(out) as PromotionsDocument;
}

/** Café pays on promotion, Pan does not (its cost is near its price), Sal was never on promotion. */
const PRODUCTS = [
  { product: 'Café', price: 8, cost: 3, elasticity: -2.6, promoted: true },
  { product: 'Pan', price: 2, cost: 1.75, elasticity: -1.8, promoted: true },
  { product: 'Sal', price: 1, cost: 0.5, elasticity: -1.5, promoted: false },
] as const;

function rows(): string[] {
  const random = new RandomStream(3, 9);
  return PRODUCTS.flatMap(({ product, price, cost, elasticity, promoted }) => {
    let [until, cut] = [0, 0];
    return Array.from({ length: DAYS }, (_, t) => {
      if (promoted && t >= until + 21 && t % 7 === 0 && t < DAYS - 30 && random.uniform() < 0.4) {
        cut = [0.1, 0.2, 0.3][random.integer(3)] as number;
        until = t + 7;
      }
      const on = t < until;
      const paid = Number((on ? price * (1 - cut) : price).toFixed(2));
      const lift = on ? (paid / price) ** elasticity * 1.2 : 1;
      const sold = 50 * lift * Math.exp(0.15 * random.normal());
      const date = new Date(FIRST + t * 864e5).toISOString().slice(0, 10);
      return `${date},Alpha,${product},${sold.toFixed(2)},${paid},${cost},${on ? 1 : 0}`;
    });
  });
}

beforeAll(() => {
  writeFileSync(at('sales.csv'), `date,merchant,product,quantity,price,cost,promo\n${rows().join('\n')}\n`);
  const made = run(
    ['import', at('sales.csv'), '--unit', 'kg', '--product-type', 'Todo'],
    ['train', '--all', '--quiet'],
  );
  for (const { code, err } of made) expect(code, err).toBe(0);
}, 60_000);

it('tells what promotions did, which pay, and refuses what was never tried', () => {
  const [shop] = asked('--depth', '10,20,60', '--length', '7').merchants;
  const { products } = shop as NonNullable<typeof shop>;
  const [coffee, bread, salt] = products as unknown as readonly [PromotionItem, PromotionItem, PromotionItem];
  expect(coffee.past.count).toBeGreaterThan(4);
  // 0.8^−2.6 · 1.2 = 2.14, within the 90 % interval that is said.
  const twenty = coffee.options.find(({ depth }) => Math.abs(depth - 0.2) < 1e-6);
  expect(twenty?.lift.low).toBeLessThan(2.14);
  expect(twenty?.lift.high).toBeGreaterThan(2.14);
  expect(twenty).toMatchObject({ price: 6.4, days: 7, display: false });
  expect(twenty?.net.value).toBeGreaterThan(0);
  expect(coffee.untried).toEqual([{ depth: 0.6, days: 7 }]);
  expect(coffee.doubts).toContain('PROMOTION_UNTRIED');
  expect(bread.breakEven).toMatchObject({ depth: null });
  expect(bread.options.every(({ net }) => net.value < 0)).toBe(true);
  expect(salt).toMatchObject({ usual: null, breakEven: null, options: [], doubts: ['PROMOTION_NEVER'] });
  expect(shop?.calendar).toBeNull();
});

it('makes a calendar that keeps to its rules, the same figures for one product as for all', () => {
  const rules = ['--calendar', '--weeks', '8', '--most-per-product', '2', '--weeks-between', '3'];
  const [shop] = asked(...rules, '--blocked', '2026-02-25..2026-03-02').merchants;
  const calendar = shop?.calendar;
  // Rows end on 2026-02-24; two weeks touch the blocked days.
  expect(calendar).toMatchObject({ from: '2026-02-25', to: '2026-04-21' });
  const days = calendar?.promotions.map(({ product, from }) => [product, from]) ?? [];
  expect(days.length).toBeGreaterThan(0);
  for (const [product, from] of days) {
    expect(product).toBe('Café');
    expect((from as string) >= '2026-03-04').toBe(true);
  }
  expect(days.length).toBeLessThanOrEqual(2);
  expect(calendar?.net.value).toBeGreaterThan(0);
  const alone = asked('--product', 'café', ...rules, '--blocked', '2026-02-25..2026-03-02').merchants[0];
  expect(alone?.products).toEqual([shop?.products[0]]);
  const [none] = asked('--calendar', '--promotion-cost', '100000').merchants;
  expect(none?.calendar).toMatchObject({ promotions: [], probabilityBetter: null });
});

it('says it in both languages, and writes the calendar as a table', () => {
  const english = ask('promotions', '--all', '--calendar', '--export', at('plan.csv'), '--lang', 'en');
  expect(english.code, english.err).toBe(0);
  expect(english.out).toContain('Alpha: promotions, in EUR');
  expect(english.out).toContain('No depth that was tried pays.');
  const [head, first] = readFileSync(at('plan.csv'), 'utf8').replace('\ufeff', '').split(/\r?\n/);
  expect(head).toMatch(/^"From"."To"."Shop"."Product"."Price \(EUR\)"."Price before \(EUR\)"/);
  expect(first).toContain('Alpha');
  const spanish = ask('promociones', '--comerciante', 'alpha', '--calendario', '--descuentos', '20', '--duracion', '7');
  expect(spanish.code, spanish.err).toBe(0);
  expect(spanish.out).toContain('nunca estuvo de promoción');
  expect(spanish.out).toContain('Calendario que más gana');
  const dear = ask(
    'promociones',
    '--comerciante',
    'Alpha',
    '--calendario',
    '--costo-promocion',
    '100000',
    '--idioma',
    'es',
  );
  expect(dear.out).toContain('lo mejor es no hacer ninguna');
});

it.each([
  [['--depth', '120'], 2, /--depth/],
  [['--length', '0'], 2, /--length/],
  [['--length', '7,x'], 2, /--length/],
  [['--weeks', '99'], 2, /--weeks/],
  [['--calendar', '--blocked', 'Christmas'], 2, /2026-12-24/],
  [['--calendar', '--blocked', '2026-12-31..2026-12-20'], 2, /2026-12-24/],
  [['--display', 'flyer'], 2, /flyer/],
  [['--from', '2025-03-01'], 2, /Mar 1, 2025/],
  [['--product', 'Té'], 1, /Té/],
  [['--budget', '-5'], 2, /--budget/],
])('refuses in one sentence: %j', (args, code, says) => {
  const refused = ask('promotions', '--merchant', 'Alpha', ...args, '--lang', 'en');
  expect(refused.code, refused.out).toBe(code);
  expect(refused.err).toMatch(says);
  expect(refused.err.trim().split('\n').length).toBeLessThanOrEqual(2);
});
