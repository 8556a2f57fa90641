import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptLinesDocument } from '../../src/contract/portfolio.ts';
import { storeContents } from '../support/store-contents.ts';
import { AURORA, type Client, clientOf, OTHER, type Served, serveShops } from './served.ts';

let served: Served;
let reader: Client;
let approver: Client;
let aurora: Client;
beforeAll(async () => {
  served = await serveShops();
  reader = clientOf(served, await served.key(['read'], null));
  approver = clientOf(served, await served.key(['approve'], null));
  aurora = clientOf(served, await served.key(['approve'], AURORA));
}, 120_000);
afterAll(() => served.close());

it('what ties products is kept by who may decide on the whole workspace, and read by all who may see the shop', async () => {
  const lines = [{ product: 'Asado', weight: 2 }];
  const path = `/api/portfolio/lines?merchant=${encodeURIComponent(AURORA)}`;
  expect((await reader('PUT', '/api/portfolio/lines', { merchant: AURORA, lines })).status).toBe(403);
  expect((await aurora('PUT', '/api/portfolio/lines', { merchant: AURORA, lines })).status).toBe(403);
  const kept = await approver('PUT', '/api/portfolio/lines', { merchant: AURORA, lines });
  expect(keptLinesDocument.strict().parse(kept.json)).toMatchObject({ merchant: AURORA, lines });
  for (const client of [reader, aurora]) expect((await client('GET', path)).json.lines).toMatchObject(lines);
  expect((await aurora('GET', `/api/portfolio/lines?merchant=${encodeURIComponent(OTHER)}`)).status).toBe(404);
  expect((await reader('GET', '/api/portfolio/lines')).status).toBe(400);
  const twice = [...lines, { product: 'asado', weight: 3 }];
  expect((await approver('PUT', '/api/portfolio/lines', { merchant: AURORA, lines: twice })).json.error.code).toBe(
    'LINES_TWICE',
  );
  expect((await approver('PUT', '/api/portfolio/lines', { merchant: AURORA })).json.error.code).toBe('LINES_GIVEN');
  expect((await approver('PUT', '/api/portfolio/lines', { merchant: AURORA, csv: 'x' })).status).toBe(422);
  const csv = 'product,weight\n';
  expect((await approver('PUT', '/api/portfolio/lines', { merchant: AURORA, csv })).json.lines).toEqual([]);
  expect((await reader('GET', path)).json.lines).toEqual([]);
});

describe('prices of a merchant sought together', () => {
  it('are told to who may read, under the limits asked for, and nothing is kept', async () => {
    const before = storeContents(served.folder);
    const { status, json } = await reader('POST', '/api/portfolio', {
      merchant: AURORA,
      horizon: '13d',
      guardrails: { maxChange: 0.04, minProbability: null, minGain: null },
      mostChanges: 1,
      mostDearer: '2 %',
    });
    expect(status).toBe(200);
    const [portfolio, ...others] = json.portfolios;
    expect(others).toEqual([]);
    expect(portfolio).toMatchObject({ merchant: AURORA, horizonDays: 13 });
    const changes = portfolio.products.map((one: { price: number; todayPrice: number }) => one.price / one.todayPrice);
    expect(changes).toHaveLength(2);
    for (const change of changes) expect(Math.abs(change - 1)).toBeLessThan(0.0401);
    expect(changes.filter((change: number) => Math.abs(change - 1) > 1e-6).length).toBeLessThan(2);
    expect(portfolio.rules.map(({ kind, limit }: { kind: string; limit: number }) => [kind, limit])).toEqual([
      ['index', 0.02],
      ['changes', 1],
    ]);
    expect(json.kept).toBeNull();
    expect(storeContents(served.folder)).toBe(before);
  });

  it('keep to what ties products: a family moves by one share', async () => {
    const { products } = (await reader('POST', '/api/portfolio', { merchant: AURORA })).json.portfolios[0];
    const lines = products.map(({ product }: { product: string }) => ({ product, family: 'carne' }));
    const tied = (await reader('POST', '/api/portfolio', { merchant: AURORA, lines })).json.portfolios[0];
    expect(tied.rules).toMatchObject([{ kind: 'family', products: lines.map((l: { product: string }) => l.product) }]);
    const [first, second] = tied.products.map((p: { price: number; todayPrice: number }) => p.price / p.todayPrice);
    // Each goes to a price that can be charged.
    expect(first / second).toBeCloseTo(1, 2);
  });

  it('are proposed by who may decide alone, as a recommendation each', async () => {
    const body = { merchant: AURORA, guardrails: { minProbability: null, minGain: null } };
    expect((await reader('POST', '/api/portfolio/proposals', body)).status).toBe(403);
    const { json } = await aurora('POST', '/api/portfolio/proposals', body);
    const [{ products, recommended }] = json.portfolios;
    expect(recommended).toBe(true);
    const moved = products.filter((p: { price: number; todayPrice: number }) => p.price !== p.todayPrice);
    expect(json.kept.proposed).toHaveLength(moved.length);
    expect(moved.length).toBeGreaterThan(0);
    for (const id of json.kept.proposed) {
      const kept = (await reader('GET', `/api/recommendations/${id}`)).json;
      expect(kept).toMatchObject({ merchant: AURORA, status: 'proposed' });
      expect(kept.price).toBe(moved.find((p: { product: string }) => p.product === kept.product).price);
      expect(kept.recommendation.reasons).toContain('PRICED_TOGETHER');
    }
  });

  it('of another merchant are not there for a key of one, and what is no question is refused', async () => {
    for (const path of ['/api/portfolio', '/api/portfolio/proposals', '/api/scenarios'])
      expect((await aurora('POST', path, { merchant: OTHER })).json.error.code, path).toBe('CELL_UNKNOWN');
    for (const body of [
      {},
      { merchant: AURORA, mostChanges: -1 },
      { merchant: AURORA, mostDearer: 1 },
      { merchant: AURORA, lines: [{ family: 'carne' }] },
      { merchant: AURORA, lines: [{ product: 'Asado', weight: 0 }] },
      { merchant: AURORA, keep: true },
    ])
      expect((await reader('POST', '/api/portfolio', body)).status, JSON.stringify(body)).toBe(400);
    const unsized = { merchant: AURORA, lines: [{ product: 'Asado', line: 'carne' }] };
    expect((await reader('POST', '/api/portfolio', unsized)).json.error.code).toBe('LINES_VALUE');
  });
});

describe('plans of prices side by side', () => {
  it('tell what each sells and earns; a plan is proposed by who may decide', async () => {
    const { json } = await reader('POST', '/api/scenarios', { merchant: OTHER });
    expect(json.plans.map(({ kind }: { kind: string }) => kind)).toEqual(['today', 'alone', 'together']);
    const [{ product, todayPrice }] = json.portfolio.products;
    const price = Math.round(103 * todayPrice) / 100;
    const body = { merchant: OTHER, plans: [{ name: 'mío', prices: [{ product, price }] }] };
    const mine = (await reader('POST', '/api/scenarios', body)).json.plans[3];
    expect(mine).toMatchObject({ kind: 'own', name: 'mío', changes: 1 });
    expect(mine.products[0]).toMatchObject({ product, price, allowed: true });
    const proposal = { ...body, propose: 'mío' };
    expect((await reader('POST', '/api/scenarios/proposals', proposal)).status).toBe(403);
    const { kept } = (await approver('POST', '/api/scenarios/proposals', proposal)).json;
    expect(kept.proposed).toHaveLength(1);
    expect((await reader('GET', `/api/recommendations/${kept.proposed[0]}`)).json).toMatchObject({ product, price });
    const nameless = { ...body, propose: 'suyo' };
    expect((await approver('POST', '/api/scenarios/proposals', nameless)).json.error.code).toBe('SCENARIO_PLAN');
  });
});
