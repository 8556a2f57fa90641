import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const LAST = Date.parse('2025-06-29') / 864e5;
const iso = (day: number): string => new Date(day * 864e5).toISOString().slice(0, 10);
const PRODUCTS = 10;
const DAYS = 190;
const WEEKS = 70;

/** A row as it is written: sales, price, cost, promotion, and the weather, which is known ahead. */
interface Row {
  readonly quantity: number;
  readonly price: number;
  readonly cost: number;
  readonly promo: number;
  readonly rain: number;
}
type Change = (row: Row, day: number) => Row;

const folder = lastingFolder();
let files = 0;

/** A shop of days and one of weeks, sold in whole pieces, whose rows a change may alter; the forecasts of a backtest, by origin. */
async function forecasts(change: Change): Promise<Map<string, string[]>> {
  const lines = ['date,merchant,product,quantity,price,cost,promo,rain'];
  for (const [merchant, rows, step, level] of [
    ['Days', DAYS, 1, 6],
    ['Weeks', WEEKS, 7, 40],
  ] as const)
    for (let p = 0; p < PRODUCTS; p++) {
      const random = new RandomStream(5, 100 * step + p);
      for (let i = 0; i < rows; i++) {
        const day = LAST - (rows - 1 - i) * step;
        const promo = random.uniform() < 0.1 ? 1 : 0;
        const price = 5 + (p % 4) + 0.5 * (Math.floor(i / (5 + p)) % 3) - promo;
        const rain = random.uniform() < 0.3 ? 1 : 0;
        const mean = level * (1 + p / 5) * (price / 6) ** -2 * (rain ? 0.8 : 1);
        const row = change({ quantity: random.poisson(mean), price, cost: 2 + p / 10, promo, rain }, day);
        const figures = [row.quantity, row.price.toFixed(2), row.cost.toFixed(2), row.promo, row.rain];
        lines.push([iso(day), merchant, `Product ${p}`, ...figures].join(','));
      }
    }
  const file = join(folder, `sales-${files++}.csv`);
  writeFileSync(file, lines.join('\n'));
  const workspace = await Workspace.open(folder, { lang: 'en', store: openMemoryStore(new MemoryData()) });
  const imported = await workspace.importFiles([file], { knownCovariates: ['rain'], unit: 'piece' });
  // A value that is held would be another import, not another future.
  expect(imported.files.map(({ heldCount }) => heldCount)).toEqual([0]);
  const predictionsFile = `${file}.predictions.csv`;
  await workspace.backtest({ origins: 2, stepDays: 84, predictionsFile, workers: 1, minRows: 40 });
  await workspace.close();
  const demanda = readFileSync(predictionsFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes(',demanda,'));
  // Without what was sold, which is what changes; and without the price, which is told.
  const cut = (line: string): string =>
    line
      .split(',')
      .filter((_, i) => i !== 4 && i !== 5)
      .join(',');
  return new Map(
    [...Map.groupBy(demanda, (line) => line.split(',')[2] as string)].map(([k, own]) => [k, own.map(cut)]),
  );
}

/** Origins: 14 days and 8 weeks before the last day, and 84 days before those. */
const LATEST = { days: LAST - 14, weeks: LAST - 56 };
const EARLIEST = { days: LATEST.days - 84, weeks: LATEST.weeks - 84 };
/** Last day of the horizons of the earliest ones. */
const KNOWN = LAST - 84;

/** Between −.5 and .5, another one each week. */
const mood = (day: number): number => 0.5 * Math.sin(2.4 * Math.floor(day / 7));

describe('a backtest', () => {
  let asIs: Map<string, string[]>;
  beforeAll(async () => {
    asIs = await forecasts((row) => row);
  }, 120_000);

  it('forecasts of two origins of days and two of weeks', () => {
    expect([...asIs.keys()].toSorted()).toEqual(
      [LATEST.days, EARLIEST.days, LATEST.weeks, EARLIEST.weeks].map(iso).toSorted(),
    );
    for (const own of asIs.values()) expect(own.length).toBeGreaterThanOrEqual(80);
  });

  it('is the same to the last bit whatever is sold afterwards: parts of pieces, nothing, or three times as much', async () => {
    const changed = await forecasts((row, day) =>
      day > LATEST.days ? { ...row, quantity: day % 3 === 0 ? 0 : 3 * row.quantity + (day % 3 === 1 ? 0.5 : 0) } : row,
    );
    expect(changed.get(iso(LATEST.days))).toEqual(asIs.get(iso(LATEST.days)));
    expect(changed.get(iso(EARLIEST.days))).toEqual(asIs.get(iso(EARLIEST.days)));
    expect(changed.get(iso(LATEST.weeks))).toEqual(asIs.get(iso(LATEST.weeks)));
  }, 120_000);

  it('is the same whatever prices, costs, promotions and weather come after its horizon', async () => {
    const changed = await forecasts((row, day) =>
      day > KNOWN
        ? {
            quantity: row.quantity + 0.25,
            price: row.price * 1.3,
            cost: row.cost * 1.2,
            promo: 1 - row.promo,
            rain: 1 - row.rain,
          }
        : row,
    );
    expect(changed.get(iso(EARLIEST.days))).toEqual(asIs.get(iso(EARLIEST.days)));
    expect(changed.get(iso(EARLIEST.weeks))).toEqual(asIs.get(iso(EARLIEST.weeks)));
    expect(changed.get(iso(LATEST.days))).not.toEqual(asIs.get(iso(LATEST.days)));
  }, 120_000);

  it('is the same where prices begin to follow demand after its horizon', async () => {
    const changed = await forecasts((row, day) =>
      day > KNOWN
        ? {
            ...row,
            quantity: Math.round(row.quantity * Math.exp(3 * mood(day))),
            price: 6 * Math.exp(0.8 * mood(day)),
          }
        : row,
    );
    expect(changed.get(iso(EARLIEST.days))).toEqual(asIs.get(iso(EARLIEST.days)));
    expect(changed.get(iso(EARLIEST.weeks))).toEqual(asIs.get(iso(EARLIEST.weeks)));
  }, 120_000);
});
