import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RecommendationItem } from '../../src/contract/api.ts';
import { AURORA, type Client, clientOf, type Served, serveShops } from './served.ts';

let served: Served;
let owner: Client;
let shop: Client;
beforeAll(async () => {
  served = await serveShops();
  owner = clientOf(served, await served.key(['admin'], null));
  shop = clientOf(served, await served.key(['read', 'approve'], AURORA));
}, 120_000);
afterAll(() => served.close());

const proposed = async (client: Client): Promise<RecommendationItem[]> =>
  (await client('GET', '/api/recommendations?status=proposed&sort=expectedGain')).json.items;

it('decides on all that match, however many a page shows, and takes it back by the revisions it gave', async () => {
  const all = await proposed(owner);
  const gain = (all.at(-1)?.expectedGain ?? 0) + 1e-9;
  const wanted = all.filter((item) => (item.expectedGain ?? Number.NEGATIVE_INFINITY) >= gain);
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.length).toBeLessThan(all.length);
  const totals = (await owner('GET', `/api/recommendations/totals?status=proposed&minGain=${gain}`)).json;
  expect(totals).toMatchObject({ count: wanted.length, unknownGain: 0 });
  expect(totals.gain).toBeCloseTo(
    wanted.reduce((sum, item) => sum + (item.expectedGain as number), 0),
    6,
  );
  const changes = wanted.map((item) => Math.abs(item.price / item.recommendation.current.price - 1));
  expect(totals.largestChange).toBeCloseTo(Math.max(...changes), 9);
  const matching = { status: 'proposed', minGain: gain, count: wanted.length, mark: totals.mark };
  const decided = await owner('POST', '/api/recommendations/transition', { matching, to: 'approved' });
  expect(decided.status).toBe(200);
  expect(Object.keys(decided.json.revisions).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
  expect(await proposed(owner)).toHaveLength(all.length - wanted.length);
  const summary = (await owner('GET', '/api/overview?limit=100')).json.items;
  for (const { merchant, product } of wanted)
    expect(
      summary.find(
        (row: { merchant: string; product: string }) => row.merchant === merchant && row.product === product,
      ),
    ).toMatchObject({ stage: 'waiting' });
  const back = await owner('POST', '/api/recommendations/transition', {
    ids: Object.keys(decided.json.revisions),
    to: 'proposed',
    expectedRevisions: decided.json.revisions,
  });
  expect(back.status).toBe(200);
  expect((await proposed(owner)).map(({ id }) => id).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
});

it('refuses another number than was seen, a choice without its mark, both ways of choosing at once, and none', async () => {
  const before = await proposed(owner);
  const { mark } = (await owner('GET', '/api/recommendations/totals?status=proposed')).json;
  const matching = { status: 'proposed', count: before.length + 1, mark };
  const moved = await owner('POST', '/api/recommendations/transition', { matching, to: 'approved' });
  expect([moved.status, moved.json.error.code]).toEqual([409, 'RECOMMENDATIONS_MOVED']);
  // By its number alone, as many others would be decided on as were seen.
  const unmarked = { matching: { status: 'proposed', count: before.length }, to: 'approved' };
  const refused = await owner('POST', '/api/recommendations/transition', unmarked);
  expect([refused.status, refused.json.error.params.where]).toEqual([400, 'body.matching.mark']);
  const both = { matching: { ...matching, count: before.length }, ids: ['1'], to: 'approved' };
  expect((await owner('POST', '/api/recommendations/transition', both)).status).toBe(400);
  expect((await owner('POST', '/api/recommendations/transition', { to: 'approved' })).status).toBe(400);
  expect((await proposed(owner)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
});

it('refuses as many others than were seen, and the same that somebody changed meanwhile', async () => {
  const query = 'status=proposed';
  const seen = (await owner('GET', `/api/recommendations/totals?${query}`)).json;
  const [first] = await proposed(owner);
  const id = first?.id as string;
  // Away and back again: the same ones, one of which has been decided on twice.
  for (const to of ['reviewed', 'proposed']) {
    const expectedRevisions = { [id]: (await owner('GET', `/api/recommendations/${id}`)).json.revision };
    expect((await owner('POST', '/api/recommendations/transition', { ids: [id], to, expectedRevisions })).status).toBe(
      200,
    );
  }
  const now = (await owner('GET', `/api/recommendations/totals?${query}`)).json;
  expect(now.count).toBe(seen.count);
  expect(now.mark).not.toBe(seen.mark);
  const ask = (mark: string) =>
    owner('POST', '/api/recommendations/transition', {
      matching: { status: 'proposed', count: seen.count, mark },
      to: 'reviewed',
    });
  const moved = await ask(seen.mark);
  expect([moved.status, moved.json.error.code]).toEqual([409, 'RECOMMENDATIONS_MOVED']);
  expect(await proposed(owner)).toHaveLength(seen.count);
  const decided = await ask(now.mark);
  expect(decided.status).toBe(200);
  const back = { ids: Object.keys(decided.json.revisions), to: 'proposed', expectedRevisions: decided.json.revisions };
  expect((await owner('POST', '/api/recommendations/transition', back)).status).toBe(200);
  const others = await proposed(owner);
  const one = (item: RecommendationItem | undefined): string => `product=${encodeURIComponent(item?.product ?? '')}`;
  const marks = [];
  for (const item of [others[0], others.find(({ product }) => product !== others[0]?.product)])
    marks.push((await owner('GET', `/api/recommendations/totals?${query}&${one(item)}`)).json.mark);
  expect(marks[0]).not.toBe(marks[1]);
});

it('decides for a merchant on its own alone', async () => {
  const own = await proposed(shop);
  const others = (await proposed(owner)).length - own.length;
  expect(others).toBeGreaterThan(0);
  const { mark } = (await shop('GET', '/api/recommendations/totals?status=proposed')).json;
  const matching = { status: 'proposed', count: own.length, mark };
  const decided = await shop('POST', '/api/recommendations/transition', { matching, to: 'reviewed' });
  expect(Object.keys(decided.json.revisions)).toHaveLength(own.length);
  expect(await proposed(owner)).toHaveLength(others);
});
