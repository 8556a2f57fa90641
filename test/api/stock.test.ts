import { afterAll, beforeAll, expect, it } from 'vitest';
import { markdownDocument, orderDocument, stockDocument } from '../../src/contract/stock.ts';
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

it('orders and markdowns are documents as they are described, of one’s own products alone', async () => {
  const all = await owner('POST', '/api/orders', { daysUntilDelivery: 2, shelfLife: 3 });
  expect(all.status).toBe(200);
  expect(orderDocument.strict().parse(all.json).orders.length).toBeGreaterThan(1);
  const own = await shop('POST', '/api/orders', { daysUntilDelivery: 2 });
  expect(new Set(own.json.orders.map(({ merchant }: { merchant: string }) => merchant))).toEqual(new Set([AURORA]));
  expect((await shop('POST', '/api/orders', { daysUntilDelivery: 2, merchant: OTHER })).status).toBe(404);
  const { product } = own.json.orders[0];
  const asked = { merchant: AURORA, product, stock: 80, days: 2, steps: [0.1, '30 %'] };
  const path = await shop('POST', '/api/markdowns', asked);
  expect(path.status).toBe(200);
  expect(markdownDocument.strict().parse(path.json).markdowns[0]).toMatchObject({ merchant: AURORA, onHand: 80 });
});

it('what is on hand is listed and is a file, of one’s own products alone', async () => {
  const all = await owner('GET', '/api/stock');
  expect(all.status).toBe(200);
  expect(stockDocument.strict().parse(all.json)).toMatchObject({ stock: [], uncounted: expect.any(Number) });
  expect((await shop('GET', '/api/stock')).json.uncounted).toBeLessThan(all.json.uncounted);
  expect((await shop('GET', `/api/stock?merchant=${encodeURIComponent(OTHER)}`)).status).toBe(404);
  const merchant = encodeURIComponent(AURORA);
  for (const [path, column] of [
    [`stock?merchant=${merchant}`, 'use_by'],
    [`orders?merchant=${merchant}&daysUntilDelivery=2&serviceLevel=0.9&shelfLife=3`, 'order'],
    [`markdowns?merchant=${merchant}&steps=0.1,0.25`, 'current_price'],
  ]) {
    const file = await owner('GET', `/api/tables/${path}&format=csv`);
    expect(file.status, path).toBe(200);
    expect(file.text.split('\n')[0], path).toContain(column);
  }
  expect((await owner('GET', `/api/tables/orders?merchant=${merchant}`)).json.error.code).toBe('DELIVERY_UNTOLD');
  expect((await owner('GET', `/api/tables/orders?merchant=${merchant}&daysUntilDelivery=two`)).status).toBe(400);
});

it.each([
  ['/api/orders', {}, 400, 'DELIVERY_UNTOLD'],
  ['/api/orders', { daysUntilDelivery: 400 }, 400, null],
  ['/api/orders', { daysUntilDelivery: 1, pack: 0 }, 400, null],
  ['/api/orders', { daysUntilDelivery: 1, stock: -1 }, 400, null],
  ['/api/orders', { daysUntilDelivery: 1, nonsense: 1 }, 400, null],
  ['/api/orders', { daysUntilDelivery: 1, stock: 2 }, 400, 'STOCK_ONE_PRODUCT'],
  ['/api/markdowns', { steps: [] }, 400, null],
  ['/api/markdowns', { merchant: AURORA, product: 'no such product' }, 404, 'PRODUCT_UNKNOWN'],
])('%s refuses %j', async (path, body, status, code) => {
  const answer = await owner('POST', path, body);
  expect(answer.status).toBe(status);
  if (code !== null) expect(answer.json.error.code).toBe(code);
});
