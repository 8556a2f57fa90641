import { afterAll, beforeAll, expect, it } from 'vitest';
import { totalsDocument } from '../../src/contract/totals.ts';
import { AURORA, type Client, clientOf, OTHER, type Served, serveShops } from './served.ts';

let served: Served;
let owner: Client;
let shop: Client;
beforeAll(async () => {
  served = await serveShops();
  owner = clientOf(served, await served.key(['read'], null));
  shop = clientOf(served, await served.key(['read'], AURORA));
}, 60_000);
afterAll(() => served.close());

it('totals are documents as they are described, of one’s own products alone', async () => {
  const all = await owner('POST', '/api/totals', { horizon: 7 });
  expect(all.status).toBe(200);
  totalsDocument.strict().parse(all.json);
  expect((await owner('GET', '/api/totals?horizon=7')).json).toEqual(all.json);
  const own = await shop('GET', '/api/totals?horizon=1w');
  const { rows } = own.json.totals[0];
  expect(new Set(rows.map(({ merchant }: { merchant: string }) => merchant))).toEqual(new Set([AURORA]));
  expect(own.json.missing.every(({ merchant }: { merchant: string }) => merchant === AURORA)).toBe(true);
  expect((await shop('POST', '/api/totals', { merchant: OTHER })).status).toBe(404);
  const file = await owner('GET', '/api/tables/totals?format=csv&style=machine');
  expect(file.status).toBe(200);
});

it.each([
  [{ horizon: 0 }, 400],
  [{ horizon: 1e9 }, 400],
  [{ from: 'tomorrow' }, 400],
  [{ prices: [{ product: 'x', price: -2 }] }, 400],
  [{ prices: 'cheap' }, 400],
  [{ nonsense: 1 }, 400],
  [{ productType: 'no such type' }, 404],
])('totals refuse %j', async (body, status) => {
  expect((await owner('POST', '/api/totals', body)).status).toBe(status);
});
