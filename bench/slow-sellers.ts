/**
 * Slow sellers as a till's export has them, without a row where nothing was sold: forecasts and their intervals against
 * what the simulation knows. `node bench/slow-sellers.ts [cells] [seed]`.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '../src/core/math/random.ts';
import { Workspace } from '../src/workspace.ts';

const DAYS = 364;
const HORIZON = 28;
const PER_SHOP = 20;
const FIRST = Date.UTC(2025, 0, 1) / 86_400_000;
const isOpen = (day: number): boolean => (FIRST + day + 3) % 7 !== 6;
const isoDate = (day: number): string => new Date((FIRST + day) * 86_400_000).toISOString().slice(0, 10);

interface Truth {
  readonly share: number;
  /** Expected units over the horizon at today's price. */
  readonly expected: number;
  /** Units sold on each of its days. */
  readonly sold: ReadonlyMap<string, number>;
}

const [cells, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1)];
const random = new RandomStream(seed);
const poisson = (mean: number): number => {
  let n = 0;
  for (let left = Math.exp(-mean), u = random.uniform(); u > left; u *= random.uniform()) n++;
  return n;
};
const lines = ['date,merchant,product,type,quantity,price,cost'];
const truths = new Map<string, Truth>();

/** @param share of open days with a sale at the usual price */
function simulate(merchant: string, product: string, share: number): void {
  const base = 2 + 8 * random.uniform();
  const rate = -Math.log1p(-share);
  const sold = new Map<string, number>();
  let [price, expected] = [base, 0];
  for (let day = 0; day < DAYS + HORIZON; day++) {
    if (day % 14 === 0 && day < DAYS) price = Number((base * Math.exp(0.12 * random.normal())).toFixed(2));
    if (!isOpen(day)) continue;
    const mean = rate * (price / base) ** -2;
    const quantity = poisson(mean);
    if (day >= DAYS) {
      expected += mean;
      sold.set(isoDate(day), quantity);
    } else if (quantity > 0)
      lines.push([isoDate(day), merchant, product, 'Shelf', quantity, price, (base / 2).toFixed(2)].join(','));
  }
  if (share < 0.9) truths.set(`${merchant}|${product}`, { share, expected, sold });
}

for (let cell = 0; cell < cells; cell++) {
  const merchant = `Shop ${Math.floor(cell / PER_SHOP)}`;
  if (cell % PER_SHOP === 0) for (const name of ['Bread', 'Milk']) simulate(merchant, name, 0.9999);
  simulate(merchant, `Item ${cell % PER_SHOP}`, Math.exp(Math.log(0.03) + Math.log(10) * random.uniform()));
}

const folder = mkdtempSync(join(tmpdir(), 'slow-sellers-'));
writeFileSync(join(folder, 'sales.csv'), lines.join('\n'));
const workspace = await Workspace.open(join(folder, 'ws'));
const { files } = await workspace.importFiles([join(folder, 'sales.csv')], {});
console.log(`${truths.size} cells, ${lines.length - 1} tickets; counted as zero: ${JSON.stringify(files[0]?.unsold)}`);
await workspace.train({});
const forecast = await workspace.forecast({ days: HORIZON });
const totals = new Map<string, number>();
let [inside, days, out] = [0, 0, 0];
for (const { merchant, product, date, demand, low, high } of forecast.forecasts) {
  const key = `${merchant}|${product}`;
  const actual = truths.get(key)?.sold.get(date);
  if (actual === undefined) {
    if (truths.has(key)) out++;
    continue;
  }
  totals.set(key, (totals.get(key) ?? 0) + demand);
  days++;
  if (actual >= low && actual <= high) inside++;
}
const ratio = (of: readonly (readonly [string, Truth])[]): string =>
  (of.reduce((sum, [key]) => sum + (totals.get(key) ?? 0), 0) / of.reduce((sum, [, t]) => sum + t.expected, 0)).toFixed(
    3,
  );
const all = [...truths].filter(([key]) => totals.has(key));
console.log(`forecast / truth over ${HORIZON} days: ${ratio(all)} (${all.length} of ${truths.size} cells)`);
for (const [from, to] of [
  [0, 0.06],
  [0.06, 0.12],
  [0.12, 0.3],
] as const) {
  const of = all.filter(([, { share }]) => share >= from && share < to);
  if (of.length > 0) console.log(`  sold on ${from * 100}-${to * 100} % of days: ${ratio(of)} (${of.length} cells)`);
}
console.log(
  `90 % intervals of a day: ${((100 * inside) / days).toFixed(1)} % of ${days}; days outside the horizon: ${out}`,
);
await workspace.close();
rmSync(folder, { recursive: true });
