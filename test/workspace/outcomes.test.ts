/** What exported prices earned together, in a workspace whose demand is known. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dayWord } from '../../src/contract/date-words.ts';
import type { PageAsked } from '../../src/contract/store/page.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { changesOf } from '../../src/workspace/outcomes.ts';
import { Workspace } from '../../src/workspace.ts';
import { demandas } from '../support/command.ts';
import { lastingFolder } from '../support/temporary.ts';

const folder = lastingFolder();
let workspace: Workspace;
const dayText = (i: number): string => new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
const CALLER = {
  actor: { kind: 'key' as const, id: 'test', name: 'test' },
  name: 'test',
  scopes: [],
  merchant: null,
  keyId: null,
};
/** Days of history, then with the first exported price, then with the second. */
const [BEFORE, FIRST, SECOND] = [200, 20, 30];
let first = 0;

/** Rows of days [from, to) at a price: elasticity −2.5, hardly any noise. */
function rows(from: number, to: number, priceOn: (i: number) => number): string {
  const random = new RandomStream(from + 1, 7);
  const lines = Array.from({ length: to - from }, (_, k) => {
    const price = priceOn(from + k);
    const quantity = 40 * (price / 4) ** -2.5 * Math.exp(0.05 * random.normal());
    return `${dayText(from + k)},Shop,Bread,${quantity.toFixed(2)},${price},2`;
  });
  const file = join(folder, `rows-${from}.csv`);
  writeFileSync(file, ['date,merchant,product,quantity,price,cost', ...lines].join('\n'));
  return file;
}

async function exportPrice(activationDate: string, price: number): Promise<void> {
  const { items } = await workspace.recommendations.refresh({ replaceApproved: true });
  const ids = items.map(({ id }) => id);
  const expectedRevisions = Object.fromEntries(items.map(({ id, revision }) => [id, revision]));
  await workspace.recommendations.decide(CALLER, { ids, to: 'approved', price, reason: 'a test', expectedRevisions });
  await workspace.recommendations.export(CALLER, { ids, activationDate, format: 'csv' });
}

beforeAll(async () => {
  workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  const weekly = [3.6, 4, 4.4, 4.1, 3.8];
  await workspace.importFiles(
    [rows(0, BEFORE, (i) => (i >= BEFORE - 14 ? 4 : (weekly[Math.floor(i / 7) % 5] as number)))],
    {},
  );
  await workspace.train({ workers: 1 });
  await exportPrice(dayText(BEFORE), 3.6);
  await workspace.importFiles([rows(BEFORE, BEFORE + FIRST, () => 3.6)], {});
  await workspace.train({ workers: 1 });
  await exportPrice(dayText(BEFORE + FIRST), 3.3);
  await workspace.importFiles([rows(BEFORE + FIRST, BEFORE + FIRST + SECOND, () => 3.3)], {});
  first = (3.6 - 2) * 40 * (3.6 / 4) ** -2.5 - (4 - 2) * 40;
}, 120_000);
afterAll(() => workspace.close());

it('counts each price until the next of its product, and adds them up', async () => {
  const document = await workspace.recommendations.outcomes();
  expect(document.outcomes.map(({ price, days }) => [price, days])).toEqual([
    [3.3, SECOND],
    [3.6, FIRST],
  ]);
  const gains = document.outcomes.map(({ gain }) => gain?.value as number);
  expect(document).toMatchObject({ changes: 2, judged: 2, left: false, from: null });
  expect(document.gain?.value).toBeCloseTo((gains[0] as number) + (gains[1] as number), 9);
  // What 20 days at 3.60 in place of 4.00 earned in truth.
  const gain = document.outcomes[1]?.gain;
  expect(FIRST * first).toBeGreaterThan(gain?.low as number);
  expect(FIRST * first).toBeLessThan(gain?.high as number);
  const later = await workspace.recommendations.outcomes({ from: dayText(BEFORE + FIRST) });
  expect(later).toMatchObject({ changes: 1, judged: 1, gain: later.outcomes[0]?.gain });
});

it('looks at the newest changes and says that there are more, or at all where all are asked for', async () => {
  const kept = Array.from({ length: 1_250 }, (_, i) => ({ id: 1_250 - i, activationDate: dayText(i) }));
  const list = async (_: unknown, __: unknown, { limit, after }: PageAsked) => {
    const from = after === null ? 0 : (after[0] as number);
    const next = from + limit < kept.length ? [from + limit] : null;
    return { items: kept.slice(from, from + limit), next };
  };
  const store = { recommendations: { list } } as unknown as Store;
  const some = await changesOf(store, {});
  expect([some.changes.length, some.left]).toEqual([1_000, true]);
  const all = await changesOf(store, { all: true });
  expect([all.changes.length, all.left]).toEqual([1_250, false]);
});

it('tells prices of a product and of some days alone, whatever the case of its name', async () => {
  const ask = (...args: string[]) => {
    const [ended] = demandas([['prices', ...args, '--workspace', join(folder, 'ws'), '--lang', 'en']]);
    return ended as { readonly code: number; readonly out: string; readonly err: string };
  };
  const days = ['--from', dayText(BEFORE), '--until', dayText(BEFORE + FIRST - 1)];
  const calendar = JSON.parse(ask('calendar', '--product', 'bread', ...days, '--json').out);
  expect(calendar.items.map(({ price }: { price: number }) => price)).toEqual([3.6]);
  expect(ask('calendar', '--product', 'Wine')).toMatchObject({ code: 1, err: expect.stringContaining('Wine') });
  const history = JSON.parse(ask('history', 'Shop:Bread', ...days, '--json').out);
  expect(history.spans.map(({ price }: { price: number }) => price)).toEqual([3.6]);
  expect(history.reductions.map(({ from }: { from: string }) => from)).toEqual([dayText(BEFORE)]);
  expect(ask('calendar', ...days).out).toContain(dayWord(dayText(BEFORE), 'en'));
  const whole = JSON.parse(ask('history', 'Shop:Bread', '--json').out);
  expect(whole.spans.length).toBeGreaterThan(2);
  expect(ask('history', 'Shop:Bread', '--from', 'soon').err).toContain('soon');
});
