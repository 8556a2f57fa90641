import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeContents } from '../support/store-contents.ts';
import { AURORA, type Client, cellPath, clientOf, OTHER, type Served, serveShops } from './served.ts';

let served: Served;
let owner: Client;
let reader: Client;
let approver: Client;
let trainer: Client;
beforeAll(async () => {
  served = await serveShops();
  owner = clientOf(served, await served.key(['admin'], null));
  reader = clientOf(served, await served.key(['read'], null));
  approver = clientOf(served, await served.key(['approve'], null));
  trainer = clientOf(served, await served.key(['train'], null));
}, 120_000);
afterAll(() => served.close());

const of = (merchant: string): string => `merchant=${encodeURIComponent(merchant)}`;

// biome-ignore lint/suspicious/noExplicitAny: answers are held against their schema by the client
async function itemsOf(merchant: string): Promise<any[]> {
  return (await owner('GET', `/api/recommendations?${of(merchant)}`)).json.items;
}

async function decided(
  client: Client,
  item: { id: string; revision: number },
  decision: object,
): Promise<Awaited<ReturnType<Client>>> {
  return client('POST', '/api/recommendations/transition', {
    ids: [item.id],
    expectedRevisions: { [item.id]: item.revision },
    ...decision,
  });
}

describe('asking and proposing', () => {
  it('who may only read asks what prices would be and leaves nothing behind, and may not propose', async () => {
    const [one] = await itemsOf(AURORA);
    const cells = [{ merchant: one.merchant, product: one.product }];
    const before = storeContents(served.folder);
    const asked = await reader('POST', '/api/recommendations/what-if', {
      cells,
      horizonDays: 13,
      guardrails: { maxChange: 0.01 },
    });
    expect(asked.status).toBe(200);
    expect(asked.json.items).toMatchObject([{ ...cells[0], horizonDays: 13 }]);
    expect(Math.abs(asked.json.items[0].price / one.recommendation.current.price - 1)).toBeLessThan(0.0101);
    expect(
      (await reader('POST', '/api/recommendations/what-if', { cells: [{ merchant: 'Nadie', product: 'Nada' }] })).json
        .error.code,
    ).toBe('CELL_UNKNOWN');
    for (const body of [{}, { cells }, { horizonDays: 13 }, { replaceApproved: true }]) {
      expect((await reader('POST', '/api/recommendations/refresh', body)).status).toBe(403);
      expect((await trainer('POST', '/api/recommendations/refresh', body)).status).toBe(403);
    }
    expect(storeContents(served.folder)).toBe(before);
  });

  it('a computation leaves reviews and approvals standing and says so; it takes them away when that is asked for, and both are logged', async () => {
    const [one, two] = await itemsOf(AURORA);
    await decided(approver, one, { to: 'approved' });
    await decided(approver, two, { to: 'reviewed' });
    const cells = [one, two].map(({ merchant, product }) => ({ merchant, product }));
    const kept = (await approver('POST', '/api/recommendations/refresh', { cells, horizonDays: 13 })).json;
    expect(kept).toMatchObject({
      computed: 2,
      changed: 0,
      items: [
        { id: one.id, status: 'approved' },
        { id: two.id, status: 'reviewed' },
      ],
    });
    expect(kept.kept).toMatchObject({
      proposed: [],
      replaced: [],
      standing: [
        { id: one.id, status: 'approved', price: one.price, merchant: AURORA },
        { id: two.id, status: 'reviewed' },
      ],
    });
    const replaced = (
      await approver('POST', '/api/recommendations/refresh', { cells, horizonDays: 13, replaceApproved: true })
    ).json;
    expect(replaced).toMatchObject({ computed: 2, changed: 2, kept: { replaced: [one.id, two.id], standing: [] } });
    expect((await owner('GET', `/api/recommendations/${one.id}`)).json.status).toBe('superseded');
    const { items } = (await owner('GET', '/api/audit')).json;
    expect(items[0]).toMatchObject({
      action: 'recommendation.propose',
      merchant: AURORA,
      detail: { proposed: 2, replaced: [one.id, two.id] },
    });
    expect(items[1].action).toBe('recommendation.reviewed');
  });

  it('a rejected price makes way for another, and is named', async () => {
    const [one] = await itemsOf(AURORA);
    await decided(approver, one, { to: 'rejected', reason: 'no' });
    const cells = [{ merchant: one.merchant, product: one.product }];
    expect(
      (await approver('POST', '/api/recommendations/refresh', { cells, horizonDays: 15 })).json.kept,
    ).toMatchObject({ replaced: [one.id], standing: [] });
  });
});

describe('a price of one’s own', () => {
  it('carries its own demand, profit and gain into the item, the overview and the batch, and warns below cost', async () => {
    const [one] = await itemsOf(OTHER);
    const { unitCost, current, horizonDays } = one.recommendation;
    const price = Number((unitCost * 0.9).toFixed(2));
    expect((await decided(approver, one, { to: 'approved', price })).json.error.code).toBe('RECOMMENDATION_REASON');
    const [item] = (await decided(approver, one, { to: 'approved', price, reason: 'liquidación' })).json.items;
    expect(item).toMatchObject({
      overridden: true,
      price,
      warnings: expect.arrayContaining(['BELOW_COST', 'OUTSIDE_GUARDRAILS']),
    });
    // A price below cost loses on every unit.
    expect(item.figures.expectedProfit.value).toBeLessThan(0);
    expect(item.figures.gain.value).toBeCloseTo(item.figures.expectedProfit.value - current.expectedProfit, 6);
    expect(item.expectedGain).toBe(item.figures.gain.value);
    expect(item.figures.guardrails.map((step: { rule: string }) => step.rule)).toContain('never-below-cost');
    const [row] = (await owner('GET', `/api/overview?${of(OTHER)}&status=approved`)).json.items;
    expect(row).toMatchObject({
      recommendedPrice: price,
      expectedGain: item.expectedGain,
      probabilityBetter: item.figures.probabilityBetter,
      horizonDays,
    });
    const batch = (
      await approver('POST', '/api/recommendations/export', { ids: [one.id], activationDate: '2026-12-01' })
    ).json;
    expect(batch.items).toMatchObject([
      { price, expectedGain: Number(item.expectedGain.toFixed(2)), expectedDemand: item.figures.expectedDemand.value },
    ]);
  });

  it('has the figures that the recommendation itself would have at that price', async () => {
    const [, two] = await itemsOf(OTHER);
    const price = Number((two.recommendation.current.price * 1.07).toFixed(2));
    const guardrails = {
      neverBelowCost: false,
      minMargin: null,
      maxChange: null,
      triedRangeMargin: null,
      minPrice: price,
      maxPrice: price,
    };
    const cells = [{ merchant: two.merchant, product: two.product }];
    const [answer] = (await reader('POST', '/api/recommendations/what-if', { cells, guardrails })).json.items;
    expect(answer.price).toBe(price);
    const [item] = (await decided(approver, two, { to: 'reviewed', price, reason: 'x' })).json.items;
    for (const name of ['expectedDemand', 'expectedProfit'] as const) {
      for (const end of ['value', 'low', 'high'] as const)
        expect(item.figures[name][end]).toBeCloseTo(answer[name][end], 9);
    }
    expect(item.figures.probabilityBetter).toBe(answer.probabilityBetter);
    const [back] = (await decided(approver, item, { to: 'proposed' })).json.items;
    expect(back).toMatchObject({
      overridden: false,
      figures: null,
      warnings: [],
      expectedGain: two.expectedGain,
      price: two.price,
    });
  });

  it('is of unknown gain where its model is gone', async () => {
    const [, two] = await itemsOf(AURORA);
    await served.workspace.train({ merchant: AURORA, product: two.product, workers: 1 });
    const { items } = (await owner('GET', `${cellPath(AURORA, two.product)}/versions`)).json;
    if (items.length < 2) throw new RangeError('there must be two versions');
    await served.workspace.setAlias(AURORA, two.product, 'live', 2);
    await served.workspace.deleteModel(AURORA, two.product, 1);
    const [item] = (await decided(approver, two, { to: 'approved', price: two.price + 1, reason: 'x' })).json.items;
    expect(item).toMatchObject({
      overridden: true,
      figures: null,
      expectedGain: null,
      warnings: ['GAIN_UNKNOWN'],
      stale: true,
    });
    for (const sort of ['id', 'expectedGain']) {
      const walked: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { json } = await owner(
          'GET',
          `/api/recommendations?sort=${sort}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        walked.push(...json.items.map((i: { id: string }) => i.id));
        cursor = json.nextCursor;
      }
      expect(new Set(walked).size).toBe(4);
      expect(walked).toHaveLength(4);
      if (sort === 'expectedGain') expect(walked.at(-1)).toBe(item.id);
    }
  });
});

describe('names and ids of tenants', () => {
  it('two merchants have batches of one id, and neither learns of the other’s; the owner says whose', async () => {
    const [a, b] = await Promise.all(
      [AURORA, OTHER].map(async (shop) => clientOf(served, await served.key(['approve'], shop))),
    );
    const open = async (client: Client): Promise<{ id: string; revision: number }> =>
      (await client('GET', '/api/recommendations?status=proposed')).json.items[0];
    const order = { batchId: 'monday-0001', activationDate: '2026-12-01' };
    const exported = [];
    for (const client of [a, b] as Client[]) {
      const item = await open(client);
      await decided(client, item, { to: 'approved' });
      const made = await client('POST', '/api/recommendations/export', { ...order, ids: [item.id] });
      expect(made.status).toBe(200);
      expect((await client('POST', '/api/recommendations/export', { ...order, ids: [item.id] })).text).toBe(made.text);
      expect((await client('GET', '/api/recommendations/batches/monday-0001')).json).toEqual(made.json);
      expect((await client('GET', made.json.file)).status).toBe(200);
      expect((await client('GET', `/api/recommendations/${item.id}`)).json).toMatchObject({
        batchId: 'monday-0001',
        activationDate: '2026-12-01',
      });
      exported.push(made.json);
    }
    expect(exported.map((batch) => batch.merchant)).toEqual([AURORA, OTHER]);
    expect((await owner('GET', '/api/recommendations/batches/monday-0001')).json.error.code).toBe('BATCH_OF_SEVERAL');
    expect((await owner('GET', `/api/recommendations/batches/monday-0001?${of(OTHER)}`)).json).toEqual(exported[1]);
    expect((await owner('GET', exported[0].file)).status).toBe(200);
    // The other's is not reached by naming it.
    expect((await (a as Client)('GET', `/api/recommendations/batches/monday-0001?${of(OTHER)}`)).status).toBe(404);
    const other = { ...order, activationDate: '2026-12-02', ids: [exported[0].items[0].recommendationId] };
    expect((await (a as Client)('POST', '/api/recommendations/export', other)).json.error.code).toBe('BATCH_DIFFERENT');
  });

  it('a key whose name suggests the owner is told from the owner, in decisions, errors and the log', async () => {
    const { workspace } = served;
    const made = await owner('POST', '/api/keys', { name: 'the owner himself', scopes: ['approve'], merchant: OTHER });
    const impostor = clientOf(served, made.json.key);
    await workspace.recommend({ merchant: OTHER, horizonDays: 9, keep: true });
    const [item] = (await impostor('GET', '/api/recommendations?status=proposed')).json.items;
    const [reviewed] = (await decided(impostor, item, { to: 'reviewed' })).json.items;
    expect(reviewed).toMatchObject({ decidedBy: `key:${made.json.apiKey.id}`, decidedByName: 'the owner himself' });
    const late = await decided(owner, item, { to: 'approved' });
    expect(late.json.error.message).toContain('estado «revisada», por the owner himself (clave)');
    const english = { 'accept-language': 'en' };
    const again = { ids: [item.id], to: 'approved', expectedRevisions: { [item.id]: 1 } };
    expect((await owner('POST', '/api/recommendations/transition', again, english)).json.error.message).toContain(
      'status "reviewed", by the owner himself (key)',
    );
    expect((await owner('GET', '/api/audit')).json.items[0]).toMatchObject({
      actor: `key:${made.json.apiKey.id}`,
      actorName: 'the owner himself',
      merchant: OTHER,
    });
  });

  it('what a merchant says of a covariate holds for that merchant; what the workspace says, for all', async () => {
    const tenant = clientOf(served, await served.key(['train'], OTHER));
    const rows = (shop: string): string =>
      `fecha,comerciante,producto,kg,precio,temp,rain\n${[1, 2, 3].map((day) => `2026-01-0${day},"${shop}",Nuevo,${day},2,${10 + day},${day}`).join('\n')}\n`;
    const commit = async (client: Client, shop: string, options: object): Promise<void> => {
      const form = new FormData();
      form.append('file', new Blob([rows(shop)]), 'clima.csv');
      const { importId } = (await client('POST', '/api/imports', form)).json;
      expect((await client('POST', `/api/imports/${importId}/commit`, options)).status).toBe(200);
    };
    await commit(owner, AURORA, { covariates: ['temp', 'rain'] });
    await commit(tenant, OTHER, { covariates: ['rain'], knownCovariates: ['temp'] });
    const known = async (shop: string): Promise<string[]> => {
      const { openStore } = await import('../../src/store/open.ts');
      const store = await openStore(served.folder);
      const series = await store.sales.read({ merchant: shop, product: 'Nuevo' });
      await store.close();
      return (series?.covariates ?? []).filter((c) => c.knownAhead).map((c) => c.name);
    };
    expect(await known(OTHER)).toEqual(['temp']);
    expect(await known(AURORA)).toEqual([]);
    await commit(owner, AURORA, { covariates: ['temp'], knownCovariates: ['rain'] });
    expect([await known(OTHER), await known(AURORA)]).toEqual([['rain', 'temp'], ['rain']]);
  });

  it('a merchant’s key sets nothing for others: settings, general guardrails, market prices, costs', async () => {
    const tenant = clientOf(served, await served.key(['train', 'approve', 'admin'], OTHER));
    const upload = async (content: string): Promise<string> => {
      const form = new FormData();
      form.append('file', new Blob([content]), 'lista.csv');
      return (await tenant('POST', '/api/imports', form)).json.importId;
    };
    const foreign = async (): Promise<unknown> => ({
      settings: (await owner('GET', '/api/settings')).json,
      general: (await owner('GET', '/api/guardrails')).json,
      aurora: (await owner('GET', `/api/guardrails?${of(AURORA)}&productType=Carne`)).json,
      market: (await owner('GET', '/api/market-prices')).json,
      models: await Promise.all(
        (await itemsOf(AURORA)).map(
          async ({ product }) => (await owner('GET', cellPath(AURORA, product))).json.recommendation.unitCost,
        ),
      ),
    });
    const before = await foreign();
    expect((await tenant('PUT', '/api/settings', { currency: 'MXN' })).status).toBe(403);
    const { productType, product } = (await itemsOf(AURORA))[0];
    for (const query of ['', `?productType=${encodeURIComponent(productType)}`]) {
      const answer = await tenant('PUT', `/api/guardrails${query}`, { maxChange: 0.02 });
      if (answer.status === 200) expect(answer.json.merchant).toBe(OTHER);
    }
    expect((await tenant('PUT', `/api/guardrails?${of(AURORA)}`, { maxChange: 0.02 })).status).toBe(404);
    const market = await upload(`fecha,producto,precio_mercado\n2026-01-01,${product},99\n`);
    expect((await tenant('POST', `/api/imports/${market}/commit`, { kind: 'market' })).status).toBe(403);
    // A cost list without a column for the merchant is the tenant's own.
    const costs = await upload(`fecha,producto,costo\n2020-01-01,${product},0.01\n`);
    expect((await tenant('POST', `/api/imports/${costs}/commit`, { kind: 'costs' })).status).toBe(200);
    expect(await foreign()).toEqual(before);
  });
});
