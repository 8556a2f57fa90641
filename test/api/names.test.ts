import { afterAll, beforeAll, expect, it } from 'vitest';
import { AURORA, type Client, clientOf, OTHER, type Served, serveShops } from './served.ts';

let served: Served;
let owner: Client;
let shop: Client;
beforeAll(async () => {
  served = await serveShops({ trained: false });
  owner = clientOf(served, await served.key(['admin'], null));
  shop = clientOf(served, await served.key(['admin'], AURORA));
}, 60_000);
afterAll(() => served.close());

async function imported(client: Client, text: string): Promise<{ status: number; json: { renamed: unknown } }> {
  const form = new FormData();
  form.append('file', new Blob([text]), 'ventas.csv');
  const { importId } = (await client('POST', '/api/imports', form)).json;
  return client('POST', `/api/imports/${importId}/commit`, {});
}

it('a merchant’s key lists, changes and joins names of its own products alone', async () => {
  const own = (await shop('GET', '/api/names/products')).json.names as { name: string; cells: number }[];
  const all = (await owner('GET', '/api/names/products')).json.names as { name: string }[];
  expect(own).toHaveLength(2);
  expect(all.length).toBeGreaterThan(own.length);
  const foreign = all.find(({ name }) => own.every((item) => item.name !== name))?.name as string;
  const [first, second] = own.map(({ name }) => name) as [string, string];
  const missing = await shop('POST', '/api/names/products/merge', { from: [first], into: foreign });
  const unknown = await shop('POST', '/api/names/products/merge', { from: [first], into: `${foreign} x` });
  // Whether others have a name is not told.
  expect([missing.status, missing.json.error.code]).toEqual([404, 'PRODUCT_UNKNOWN']);
  expect(missing.json.error.params.nearest).toBe(unknown.json.error.params.nearest);
  expect((await shop('POST', '/api/names/merchants/rename', { from: AURORA, into: 'X' })).status).toBe(403);
  const tried = await shop('POST', '/api/names/products/merge', { from: [first], into: second, dryRun: true });
  expect(tried.json).toMatchObject({ kind: 'product', how: 'merge', merchant: AURORA, dryRun: true, merged: 1 });
  expect((await shop('GET', '/api/names/products')).json.names).toHaveLength(2);
  const joined = await shop('POST', '/api/names/products/merge', { from: [first], into: second });
  expect(joined.json).toEqual({ ...tried.json, dryRun: false });
  const { json } = await imported(shop, `fecha,producto,kg,precio\n2026-09-01,${first},1,2\n`);
  expect(json.renamed).toEqual([{ kind: 'product', merchant: AURORA, name: first, target: second, rows: 1 }]);
  expect((await shop('GET', '/api/names/products/aliases')).json.aliases).toHaveLength(1);
});

it('a merchant that was renamed keeps its key, and its files may say the former name', async () => {
  const changed = await owner('POST', '/api/names/merchants/rename', { from: AURORA, into: 'Aurora e hijos' });
  expect(changed.json).toMatchObject({ kind: 'merchant', renamed: 1, keys: 0 });
  const [{ product }] = (await shop('GET', '/api/overview')).json.items;
  const head = 'fecha,comerciante,producto,kg,precio\n';
  const { status, json } = await imported(shop, `${head}2026-09-02,"${AURORA}",${product},1,2\n`);
  expect([status, json.renamed]).toEqual([
    200,
    [{ kind: 'merchant', merchant: null, name: AURORA, target: 'Aurora e hijos', rows: 1 }],
  ]);
  const refused = await imported(shop, `${head}2026-09-03,"${OTHER}",${product},1,2\n`);
  expect(refused.status).toBeGreaterThanOrEqual(400);
  const [entry] = (await owner('GET', '/api/audit?limit=50')).json.items.filter(
    ({ action }: { action: string }) => action === 'names.rename',
  );
  expect(entry).toMatchObject({
    merchant: 'Aurora e hijos',
    detail: { names: `${AURORA} → Aurora e hijos`, cells: 1 },
  });
});
