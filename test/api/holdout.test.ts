import { afterAll, beforeAll, expect, it } from 'vitest';
import { AURORA, type Client, clientOf, type Served, serveShops } from './served.ts';

let served: Served;
let owner: Client;
let reader: Client;
let shop: Client;
beforeAll(async () => {
  served = await serveShops();
  owner = clientOf(served, await served.key(['approve'], null));
  reader = clientOf(served, await served.key(['read'], null));
  shop = clientOf(served, await served.key(['admin'], AURORA));
}, 60_000);
afterAll(() => served.close());

it('shops are held out by who may approve for the whole workspace, seen by who reads it, and by no merchant alone', async () => {
  expect((await reader('GET', '/api/holdout')).json).toBeNull();
  const proposal = await reader('POST', '/api/holdout/proposals', {});
  expect(proposal.status).toBe(200);
  expect(proposal.json.shops.filter(({ heldOut }: { heldOut: boolean }) => heldOut)).toHaveLength(1);
  for (const path of ['/api/holdout', '/api/holdout/proposals', '/api/holdout/comparisons', '/api/holdout/stop']) {
    const body = path.endsWith('comparisons') ? { shops: [AURORA], from: '2026-01-05' } : {};
    expect((await shop('POST', path, path.endsWith('stop') ? undefined : body)).status).toBe(403);
  }
  expect((await shop('GET', '/api/holdout')).status).toBe(403);
  expect((await reader('POST', '/api/holdout', {})).status).toBe(403);
  expect((await owner('POST', '/api/holdout', { share: 2 })).status).toBe(400);
  const started = await owner('POST', '/api/holdout', {});
  expect([started.status, started.json.status]).toEqual([201, 'planned']);
  expect(started.json.shops).toEqual(proposal.json.shops);
  const again = await owner('POST', '/api/holdout', {});
  expect([again.status, again.json.error.code]).toEqual([409, 'HOLDOUT_RUNNING']);
  expect((await reader('GET', '/api/holdout')).json).toMatchObject({ status: 'planned', drawn: true });
  expect((await owner('POST', '/api/holdout/stop')).json.status).toBe('stopped');
  expect((await owner('POST', '/api/holdout/stop')).json.error.code).toBe('HOLDOUT_STOPPED');
  const compared = await reader('POST', '/api/holdout/comparisons', { shops: [AURORA], from: '2026-04-06' });
  expect([compared.status, compared.json.error ?? compared.json.status]).toEqual([200, 'compared']);
});
