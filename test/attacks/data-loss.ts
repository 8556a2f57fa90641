/** Imports, versions, decisions and arithmetic that lose something, or say what is not so. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { DAILY_SPECS, fitDemand, optimalPriceConstantElasticity, priceGrid } from '../../src/core/index.ts';
import { Workspace } from '../../src/workspace.ts';
import { AURORA, cellPath } from '../api/served.ts';
import { cellOf } from '../support/cells.ts';
import { demandas } from '../support/command.ts';
import { storeContents } from '../support/store-contents.ts';
import { type Attack, expectRefused, query, type Site, upload } from './site.ts';

const HEAD = 'date,merchant,product,quantity,price';

interface Shop {
  readonly workspace: Workspace;
  readonly folder: string;
  file(name: string, content: string): string;
  rows(sql: string): unknown;
}

let shops = 0;
/** On a workspace of its own. */
function inShop(name: string, fails: (shop: Shop) => Promise<void>): Attack {
  return {
    name,
    fails: async ({ folder }) => {
      const own = join(folder, `shop-${++shops}`);
      mkdirSync(own);
      const workspace = await Workspace.open(join(own, 'ws'), { lang: 'en' });
      try {
        await fails({
          workspace,
          folder: join(own, 'ws'),
          file: (file, content) => {
            writeFileSync(join(own, file), content);
            return join(own, file);
          },
          rows: (of) => {
            const [, found = ''] = storeContents(join(own, 'ws')).split(`${of}\n`);
            return found;
          },
        });
      } finally {
        await workspace.close();
      }
    },
  };
}

const many = (merchant: string, rows = 6_000): string =>
  `${HEAD}\n${Array.from(
    { length: rows },
    (_, i) =>
      `${new Date(Date.UTC(2024, 0, 1) + (i % 300) * 864e5).toISOString().slice(0, 10)},${merchant},P${Math.floor(i / 300)},1,2`,
  ).join('\n')}\n`;

const sold = (days = 60): string =>
  `${HEAD},cost\n${Array.from({ length: days }, (_, i) => {
    const price = 2 + ((i * 7) % 5) * 0.1;
    return `${new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10)},Ana,Pera,${Math.round(40 / price + (i % 7))},${price},1`;
  }).join('\n')}\n`;

/** A day that comes again without some of its columns: what it had stays. */
function again(what: string, first: string, second: string, kept: Readonly<Record<string, number>>): Attack {
  return inShop(`a day that comes again without ${what}`, async ({ workspace, file, folder }) => {
    const covariates = ['rain', 'temp'];
    await workspace.importFiles([file('first.csv', first)], { covariates });
    const [done] = (await workspace.importFiles([file('second.csv', second)], { replace: true })).files;
    expect(done).toMatchObject({ replaced: 1, kept });
    for (const value of ['1.2', 'rain\\":1', 'temp\\":10']) expect(storeContents(folder)).toContain(value);
  });
}

/** Numbers that are none, at the library's door. */
function arithmetic(name: string, ask: () => { readonly ok: boolean } | number): Attack {
  return {
    name,
    fails: async () => {
      const from = performance.now();
      let found: unknown;
      try {
        found = ask();
      } catch (error) {
        expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
        found = { ok: false, code: 'THROWN' };
      }
      expect(found).toMatchObject({ ok: false, code: expect.stringMatching(/^[A-Z_]+$/) });
      // It ends: the machine may be shared.
      expect(performance.now() - from).toBeLessThan(20_000);
    },
  };
}
const fitOf = (quantity: (i: number) => number, price: (i: number) => number = (i) => 2 + (i % 3) * 0.1) =>
  fitDemand(
    cellOf(
      Array.from({ length: 60 }, (_, i) => quantity(i)),
      Array.from({ length: 60 }, (_, i) => price(i)),
    ),
    { holidays: [], market: false, specs: DAILY_SPECS, priorAt: () => ({}) },
  );

async function guardrailsMeet(
  { workspace, file }: Shop,
  one: readonly [string, string],
  other: readonly [string, string],
) {
  // In a file "null" stands for nothing: the names are told.
  for (const [merchant, productType] of [one, other])
    await workspace.importFiles([file('sales.csv', `${HEAD}\n2025-01-01,Ana,p,5,2\n`)], { merchant, productType });
  await workspace.setGuardrails({ merchant: one[0], productType: one[1] }, { maxChange: 0.01 });
  const met = await workspace.guardrailsAt({ merchant: other[0], productType: other[1] });
  expect(met.own).toEqual({});
  expect(met.effective.maxChange).not.toBe(0.01);
}

const named = { merchant: 'Ana', product: 'Pera' };

async function trained(shop: Shop, versions: number): Promise<void> {
  await shop.workspace.importFiles([shop.file('sales.csv', sold())]);
  for (let i = 0; i < versions; i++) await shop.workspace.train({ workers: 1 });
}

const versionsOf = async ({ workspace }: Shop): Promise<[number, readonly string[]][]> =>
  (await workspace.models()).models.map(({ version, aliases }) => [version, aliases]);

/** A decision with a price of one's own. */
async function overridden(site: Site, price: number): Promise<{ readonly gain: number; readonly warnings: unknown[] }> {
  const { items } = (await site.aurora('GET', '/api/recommendations?status=proposed')).json;
  let [item] = items;
  if (item === undefined) {
    const done = await site.aurora('POST', '/api/recommendations/refresh', { replaceApproved: true, horizonDays: 8 });
    [item] = done.json.items.filter(({ status }: { status: string }) => status === 'proposed');
  }
  const decided = await site.aurora('POST', '/api/recommendations/transition', {
    ids: [item.id],
    to: 'approved',
    price,
    reason: 'mío',
    expectedRevisions: { [item.id]: item.revision },
  });
  expect(decided.status, decided.text).toBe(200);
  const [{ expectedGain, warnings }] = decided.json.items;
  return { gain: expectedGain, warnings };
}

const FULL = `${HEAD},cost,promo,rain,temp\n2025-01-01,S,P,5,2,1.2,1,1,10\n`;

export const DATA_LOSS: readonly Attack[] = [
  inShop('two imports at once on one handle', async ({ workspace, file }) => {
    const files = ['A', 'B'].map((merchant) => file(`${merchant}.csv`, many(merchant)));
    const done = await Promise.all(files.map((each) => workspace.importFiles([each])));
    for (const { files: found } of done) expect(found).toMatchObject([{ accepted: 6_000, merchants: 1, products: 20 }]);
  }),
  inShop('a refused import beside a good one', async ({ workspace, file, folder }) => {
    const bad = file('bad.csv', `${many('C')}2024-01-01,C,P,x,2\n`);
    const done = await Promise.allSettled([file('a.csv', many('A')), bad].map((each) => workspace.importFiles([each])));
    expect(done).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'IMPORT_REJECTED' } }]);
    expect(storeContents(folder)).not.toContain('"merchant":"C"');
  }),
  inShop('market prices and sales at once', async ({ workspace, file }) => {
    const market = file('market.csv', `fecha,producto,precio mercado\n2024-01-01,P1,1\n`);
    const done = await Promise.all([file('a.csv', many('A')), market].map((each) => workspace.importFiles([each])));
    expect(done.map(({ files }) => files[0]?.accepted)).toEqual([6_000, 1]);
  }),
  again('its columns', FULL, `${HEAD}\n2025-01-01,S,P,6,2\n`, { cost: 1, promo: 1, rain: 1, temp: 1 }),
  again('its cost', FULL, `${HEAD},promo,rain,temp\n2025-01-01,S,P,6,2,1,1,10\n`, { cost: 1 }),
  inShop('tickets of a day that do not agree', async ({ workspace, file, folder }) => {
    const tickets = `${HEAD},rain,temp\n2025-01-01,S,P,3,2,1,100\n2025-01-01,S,P,1,2,,20\n`;
    const [done] = (await workspace.importFiles([file('t.csv', tickets)], { covariates: ['rain', 'temp'] })).files;
    expect(done).toMatchObject({ differing: { temp: 1 } });
    expect(storeContents(folder)).toContain('"temp\\":80');
    expect(storeContents(folder)).toContain('"rain\\":1');
  }),
  inShop('a covariate called __proto__', async ({ workspace, file, folder }) => {
    const sales = file('p.csv', `${HEAD},__proto__\n2025-01-01,S,P,3,2,77\n`);
    const before = storeContents(folder);
    const refused = workspace.importFiles([sales], { covariates: ['__proto__'] });
    await expect(refused).rejects.toMatchObject({ code: 'IMPORT_COVARIATE_NAME' });
    expect(storeContents(folder)).toBe(before);
  }),
  inShop('the live version deleted without a successor', async (shop) => {
    await trained(shop, 2);
    const deleted = await shop.workspace.deleteModel('Ana', 'Pera', 2);
    expect(deleted).toMatchObject({ live: 1, promoted: 1 });
    expect((await shop.workspace.recommend(named)).recommendations).toHaveLength(1);
  }),
  inShop('a number of a version given twice', async (shop) => {
    await trained(shop, 2);
    await shop.workspace.deleteModel('Ana', 'Pera', 2);
    await shop.workspace.deleteModel('Ana', 'Pera', 1);
    expect(await versionsOf(shop)).toEqual([]);
    await shop.workspace.train({ workers: 1 });
    expect(await versionsOf(shop)).toEqual([[3, ['live']]]);
  }),
  inShop('going back to a version that was deleted', async (shop) => {
    await trained(shop, 3);
    await shop.workspace.deleteModel('Ana', 'Pera', 2);
    await expect(shop.workspace.rollback('Ana', 'Pera', 2)).rejects.toMatchObject({ code: 'MODEL_VERSION_UNKNOWN' });
    await shop.workspace.rollback('Ana', 'Pera');
    expect((await versionsOf(shop)).filter(([, aliases]) => aliases.includes('live'))).toEqual([[1, ['live']]]);
  }),
  inShop('a model without sales that cannot be handled', async ({ workspace, file }) => {
    const coldStart = { price: 2, cost: 1 };
    const cell = { merchant: 'Nueva', product: 'papa', productType: 'papa', coldStart, iterations: 20 };
    await workspace.train({ ...cell, workers: 1 });
    const exported = await workspace.exportModel('Nueva', 'papa');
    await workspace.importModel(file('m.json', JSON.stringify(exported)));
    await workspace.setAlias('Nueva', 'papa', 'live', 2);
    await workspace.rollback('Nueva', 'papa');
    expect((await workspace.deleteModel('Nueva', 'papa', 1)).live).toBe(2);
  }),
  inShop('a fit that ran out of its budget said to be converged', async (shop) => {
    await trained(shop, 0);
    await shop.workspace.train({ iterations: 20, workers: 1, fresh: true });
    expect((await shop.workspace.exportModel('Ana', 'Pera')).converged).toBe(false);
    const [priced] = (await shop.workspace.recommend(named)).recommendations;
    expect(priced).toMatchObject({ recommended: false, reasons: expect.arrayContaining(['NOT_CONVERGED']) });
  }),
  inShop('guardrails of A/B and C for A and B/C', (shop) => guardrailsMeet(shop, ['A/B', 'C'], ['A', 'B/C'])),
  inShop('guardrails of names with quotes and commas', (shop) => guardrailsMeet(shop, ['A","B', 'C'], ['A', 'B","C'])),
  inShop('guardrails of a merchant called null', (shop) => guardrailsMeet(shop, ['null', 'C'], ['A', 'C'])),
  {
    name: 'a price below cost with the gain of the computed one',
    fails: async (site) => {
      const { gain, warnings } = await overridden(site, 0.01);
      expect(gain).toBeLessThan(0);
      expect(warnings.length).toBeGreaterThan(0);
    },
  },
  {
    name: 'a price of one’s own that is none',
    fails: async (site) => {
      const [{ id, revision }] = (await site.aurora('GET', '/api/recommendations')).json.items;
      for (const price of [0, -1, 1e10, '3', null]) {
        const body = { ids: [id], to: 'approved', price, reason: 'x', expectedRevisions: { [id]: revision } };
        expectRefused(await site.aurora('POST', '/api/recommendations/transition', body), 400, 'REQUEST_INVALID');
      }
    },
  },
  {
    name: 'an upload imported twice at once',
    fails: async ({ aurora }) => {
      const rows = Array.from({ length: 300 }, (_, i) => `2026-01-0${1 + (i % 9)},Kiwi ${i},1,2`).join('\n');
      const { importId } = (await aurora('POST', '/api/imports', upload(`fecha,producto,kg,precio\n${rows}\n`))).json;
      const commit = () => aurora('POST', `/api/imports/${importId}/commit`, {});
      const done = await Promise.all([commit(), commit()]);
      for (const { status } of done) expect([200, 404, 409]).toContain(status);
      const accepted = done.filter(({ status }) => status === 200);
      expect(accepted.length).toBeGreaterThan(0);
      const kept = (await aurora('GET', `/api/overview?search=Kiwi&${query(AURORA)}&limit=1000`)).json.items;
      expect(kept).toHaveLength(300);
      expect(kept.every(({ rows: count }: { rows: number }) => count === 1)).toBe(true);
    },
  },
  {
    name: 'days that do not exist',
    fails: async ({ aurora, things: { merchant, product } }) => {
      const cells = [{ merchant, product }];
      for (const from of ['2026-02-30', '2026-13-01', '0000-00-00', '2026-06-31'])
        expectRefused(await aurora('POST', '/api/recommendations/what-if', { cells, from }), 400, 'DATE_INVALID');
    },
  },
  {
    name: 'a number of a version that is not there, made live',
    fails: async ({ aurora, things: { merchant, product } }) => {
      for (const version of [0, -1, 99, 1.5, 1e30]) {
        const answer = await aurora('POST', `${cellPath(merchant, product)}/alias`, { alias: 'live', version });
        expect([400, 404], answer.text).toContain(answer.status);
      }
    },
  },
  {
    name: 'a code that the table does not have',
    fails: async ({ folder }) => {
      const at = (name: string): string => join(folder, name);
      writeFileSync(
        at('zeros.csv'),
        `${HEAD}\n${['01', '02', '03'].map((d) => `2026-01-${d},Ana,Nada,0,2`).join('\n')}\n`,
      );
      const shared = ['--workspace', at('zeros'), '--lang', 'en'];
      const [, done] = demandas([
        ['import', at('zeros.csv'), ...shared],
        ['train', '--all', '--json', ...shared],
      ]);
      expect(JSON.parse(done?.out ?? '').runs[0].failure.code).toBe('TRAIN_NOTHING_SOLD');
    },
  },
  arithmetic('a quantity that is NaN', () => fitOf((i) => (i === 50 ? Number.NaN : 3 + (i % 5)))),
  arithmetic('a quantity that is infinite', () => fitOf((i) => (i === 9 ? Number.POSITIVE_INFINITY : 3 + (i % 5)))),
  arithmetic('a price that is infinite', () =>
    fitOf(
      (i) => 3 + (i % 5),
      (i) => (i === 4 ? Number.POSITIVE_INFINITY : 2),
    ),
  ),
  arithmetic('prices below what numbers can be', () =>
    fitOf(
      (i) => 3 + (i % 5),
      (i) => (i % 2 === 0 ? -5e-324 : 2),
    ),
  ),
  arithmetic('quantities whose sum is infinite', () => fitOf(() => 1e308)),
  arithmetic('an elasticity that is NaN', () => optimalPriceConstantElasticity(2, Number.NaN)),
  arithmetic('a grid of as many prices as there are numbers', () => {
    priceGrid(3, [2.5, 3.5], 2, 2 ** 53);
    return 0;
  }),
];
