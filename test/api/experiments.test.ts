import { afterAll, beforeAll, expect, it } from 'vitest';
import { AURORA, type Client, clientOf, OTHER, type Served, serveShops } from './served.ts';

let served: Served;
let owner: Client;
let shop: Client;
let reader: Client;
let product: string;
beforeAll(async () => {
  served = await serveShops();
  owner = clientOf(served, await served.key(['admin'], null));
  shop = clientOf(served, await served.key(['approve'], AURORA));
  reader = clientOf(served, await served.key(['read'], OTHER));
  product = (await shop('GET', '/api/overview')).json.items[0].product;
}, 60_000);
afterAll(() => served.close());

it('a merchant’s key proposes, starts, sees and stops tests of its own products alone', async () => {
  const proposed = await shop('POST', '/api/experiments/proposals', {});
  expect(proposed.status).toBe(200);
  expect(new Set(proposed.json.proposals.map(({ merchant }: { merchant: string }) => merchant))).toEqual(
    new Set([AURORA]),
  );
  expect((await shop('POST', '/api/experiments/proposals', { merchant: OTHER })).status).toBe(404);
  expect((await shop('POST', '/api/experiments', { merchant: OTHER, product })).status).toBe(404);
  const started = await shop('POST', '/api/experiments', { product, size: 0.08, weeks: 4, maxLoss: null });
  expect(started.status).toBe(201);
  expect(started.json).toMatchObject({ status: 'planned', merchant: AURORA, maxLoss: null, cells: [{ product }] });
  const { id } = started.json;
  const own = await shop('GET', '/api/experiments');
  expect(own.json.items.map((item: { id: string }) => item.id)).toEqual([id]);
  expect((await shop('GET', '/api/experiments?status=running')).json.items).toEqual([]);
  expect((await reader('GET', '/api/experiments')).json.items).toEqual([]);
  for (const path of [`/api/experiments/${id}`, `/api/experiments/${id}/plan`])
    expect((await reader('GET', path)).status).toBe(404);
  expect((await reader('POST', `/api/experiments/${id}/stop`)).status).toBe(403);
  expect((await owner('GET', `/api/experiments/${id}`)).json.cells[0].plan).toHaveLength(28);
  const again = await shop('POST', '/api/experiments', { product, size: 0.08, weeks: 4 });
  expect([again.status, again.json.error.code]).toEqual([409, 'EXPERIMENT_REFUSED']);
  const file = await fetch(`${served.url}/api/experiments/${id}/plan?format=json`, {
    headers: { authorization: `Bearer ${await served.key(['read'], AURORA)}` },
  });
  expect(file.headers.get('content-disposition')).toBe(`attachment; filename="Prueba de precios ${id}.json"`);
  expect(((await file.json()) as { prices: unknown[] }).prices).toHaveLength(28);
  expect((await shop('POST', `/api/experiments/${id}/stop`)).json.status).toBe('stopped');
  expect((await shop('POST', `/api/experiments/${id}/stop`)).json.error.code).toBe('EXPERIMENT_ENDED');
  const log = (await owner('GET', `/api/audit?merchant=${encodeURIComponent(AURORA)}`)).json.items;
  const deeds = log
    .map(({ action }: { action: string }) => action)
    .filter((action: string) => action.startsWith('experiment.'));
  expect(deeds).toEqual(['experiment.stop', 'experiment.start']);
});

it.each([
  [{ product: 'x', nonsense: 1 }, 400],
  [{}, 400],
  [{ product: 'x', size: 2 }, 400],
  [{ product: 'x', weeks: '4' }, 400],
  [{ product: 'no such product' }, 404],
])('refuses a start with %j', async (body, status) => {
  expect((await shop('POST', '/api/experiments', body)).status).toBe(status);
});

it('tries prices where that is asked for', async () => {
  const { status, json } = await shop('POST', '/api/recommendations/what-if', {
    cells: [{ merchant: AURORA, product }],
    explore: 'thompson',
    seed: 4,
  });
  expect(status).toBe(200);
  expect(json.items[0].reasons).toContain('EXPLORING');
});
