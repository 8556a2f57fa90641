import { parse as parseDisposition } from 'content-disposition';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { AURORA, type Client, cellPath, clientOf, OTHER, type Served, serveShops } from './served.ts';

let served: Served;
let owner: Client;
let stranger: Client;
beforeAll(async () => {
  served = await serveShops();
  owner = clientOf(served, await served.key(['admin'], null));
  stranger = clientOf(served, null);
}, 120_000);
afterAll(() => served.close());

describe('lists', () => {
  it('give every cell at a glance, in pages that neither repeat nor leave out', async () => {
    for (const sort of [
      'merchant',
      'product',
      'expectedGain',
      'wape',
      'elasticity',
      'trainedAt',
      'lastDay',
      'currentPrice',
      'recommendedPrice',
      'probabilityBetter',
    ]) {
      for (const order of ['asc', 'desc']) {
        const whole = (await owner('GET', `/api/overview?sort=${sort}&order=${order}`)).json.items;
        expect(whole).toHaveLength(4);
        const walked: unknown[] = [];
        for (let cursor: string | null = ''; cursor !== null; ) {
          const { json } = await owner(
            'GET',
            `/api/overview?sort=${sort}&order=${order}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
          );
          walked.push(...json.items);
          cursor = json.nextCursor;
        }
        expect(walked).toEqual(whole);
      }
    }
  });
  it('search any part of a name whatever its accents, and filter', async () => {
    const found = async (query: string): Promise<number> =>
      (await owner('GET', `/api/overview?${query}`)).json.items.length;
    expect(await found('search=CARNICERIA')).toBe(2);
    expect(await found(`search=${encodeURIComponent('auro tern')}`)).toBe(1);
    expect(await found('search=au')).toBe(2);
    expect(await found(`search=${encodeURIComponent('"; DROP TABLE overview; --')}`)).toBe(0);
    expect(await found(`merchant=${encodeURIComponent(OTHER)}`)).toBe(2);
    expect(await found('state=live')).toBe(4);
    expect(await found('state=untrained')).toBe(0);
    const summary = (await owner('GET', '/api/overview/summary')).json;
    expect(summary).toMatchObject({ cells: 4, total: 4, models: 4, merchants: [AURORA, OTHER], states: { live: 4 } });
    expect(await found('recommended=true')).toBe(
      (await owner('GET', '/api/overview')).json.items.filter((r: { recommended: boolean }) => r.recommended).length,
    );
  });
  it('tell what intervals held, month by month, with where the share may lie by chance', async () => {
    const months = async (query: string) => (await owner('GET', `/api/overview/distribution?${query}`)).json.intervals;
    expect(await months('')).toEqual([]);
    const [first, second] = (await owner('GET', '/api/overview')).json.items;
    expect([first.merchant, second.merchant]).toEqual([AURORA, AURORA]);
    const store = await openStore(served.folder);
    const day = Date.UTC(2026, 2, 1) / 86_400_000;
    const rows = (inside: number, above: number, below: number) =>
      [...Array(inside).fill('inside'), ...Array(above).fill('above'), ...Array(below).fill('below')].map((side) => ({
        side,
        day,
      }));
    await store.intervals.add([
      { merchant: AURORA, product: first.product, rows: rows(81, 100, 82) },
      { merchant: AURORA, product: second.product, rows: [...rows(3, 0, 0), { day: day + 31, side: 'above' }] },
    ]);
    await store.close();
    const april = { month: '2026-04', rows: 1, inside: 0, above: 1, below: 0, level: 0.9 };
    // One row: 0 to z²/(1 + z²).
    expect(await months('')).toMatchObject([
      { month: '2026-03', rows: 266, inside: 84, above: 100, below: 82, level: 0.9 },
      { ...april, low: 0, high: expect.closeTo(0.793451, 5) },
    ]);
    // Newcombe (1998), Statistics in Medicine 17(8): 81 of 263.
    const search = encodeURIComponent(first.product);
    expect(await months(`search=${search}&merchant=${encodeURIComponent(AURORA)}`)).toEqual([
      {
        ...{ month: '2026-03', rows: 263, inside: 81, above: 100, below: 82, level: 0.9 },
        ...{ low: expect.closeTo(0.2553, 4), high: expect.closeTo(0.3662, 4) },
      },
    ]);
    expect(await months(`merchant=${encodeURIComponent(OTHER)}`)).toEqual([]);
    const shop = clientOf(served, await served.key(['read'], OTHER));
    expect((await shop('GET', '/api/overview/distribution')).json.intervals).toEqual([]);
  });
  it('name merchants, products, coverage, market prices and runs', async () => {
    expect((await owner('GET', '/api/merchants')).json.items).toEqual([
      { merchant: AURORA, products: 2 },
      { merchant: OTHER, products: 2 },
    ]);
    expect((await owner('GET', '/api/products?limit=1')).json.nextCursor).not.toBeNull();
    const [first] = (await owner('GET', '/api/coverage')).json.items;
    expect(first.months.reduce((sum: number, m: { rows: number }) => sum + m.rows, 0)).toBe(200);
    const listed = async (query: string): Promise<{ names: string[]; next: string | null }> => {
      const { items, nextCursor } = (await owner('GET', `/api/coverage?${query}`)).json;
      const names = items.map((item: { merchant: string; product: string }) => `${item.merchant} ${item.product}`);
      return { names, next: nextCursor };
    };
    const all = (await listed('')).names;
    expect(all).toHaveLength(4);
    const last = await listed('order=desc&limit=3');
    expect(last.names).toEqual(all.toReversed().slice(0, 3));
    expect(await listed(`order=desc&limit=3&cursor=${last.next}`)).toEqual({ names: all.slice(0, 1), next: null });
    const products = (await owner('GET', '/api/coverage?sort=product')).json.items.map(
      ({ product }: { product: string }) => product,
    );
    expect(new Set(products).size).toBeGreaterThan(1);
    expect(products).toEqual(products.toSorted());
    expect((await listed(`search=${encodeURIComponent(OTHER.toUpperCase())}`)).names).toEqual(
      all.filter((name) => name.startsWith(OTHER)),
    );
    expect((await listed('search=nothing-is-called-so')).names).toEqual([]);
    expect((await owner('GET', '/api/market-prices')).json.items).toEqual([]);
    expect((await owner('GET', '/api/histories')).json.items).toEqual([]);
  });
  it('refuse a cursor that is none, or of another list', async () => {
    expect((await owner('GET', '/api/overview?cursor=zzz')).json.error.code).toBe('CURSOR_INVALID');
    const { nextCursor } = (await owner('GET', '/api/merchants?limit=1')).json;
    expect((await owner('GET', `/api/overview?cursor=${nextCursor}`)).json.error.code).toBe('CURSOR_INVALID');
  });
});

describe('a model', () => {
  it('shows its page, again from the same state with 304, and anew when it changes', async () => {
    const path = cellPath(
      OTHER,
      (await owner('GET', `/api/overview?merchant=${encodeURIComponent(OTHER)}`)).json.items[0].product,
    );
    const page = await owner('GET', path);
    expect(page.status).toBe(200);
    expect(page.json.show.curve).toHaveLength(41);
    const tag = page.headers.get('etag') as string;
    expect((await owner('GET', path, undefined, { 'if-none-match': tag })).status).toBe(304);
    const versions = (await owner('GET', `${path}/versions`)).json.items;
    expect(versions).toHaveLength(1);
    expect((await owner('POST', `${path}/alias`, { alias: 'live', version: 1 })).json).toEqual({ ok: true });
    expect((await owner('GET', path, undefined, { 'if-none-match': tag })).status).toBe(200);
    expect((await owner('POST', `${path}/alias`, { alias: 'live', version: 7 })).json.error.code).toBe(
      'MODEL_VERSION_UNKNOWN',
    );
    expect((await owner('POST', `${path}/rollback`, {})).json.error.code).toBe('MODEL_NO_EARLIER');
    const model = (await owner('GET', `${path}/model.json`)).json;
    expect(model.merchant).toBe(OTHER);
  });
  it('is compared with others whose names hold colons, slashes and commas', async () => {
    const cells = (await owner('GET', '/api/overview')).json.items as { merchant: string; product: string }[];
    const names = cells.map((c) => `${encodeURIComponent(c.merchant)}:${encodeURIComponent(c.product)}`).join(',');
    const { json } = await owner('GET', `/api/compare?models=${encodeURIComponent(names)}`);
    expect(json.models.map((m: { merchant: string }) => m.merchant)).toEqual(cells.map((c) => c.merchant));
    expect(
      (
        await owner(
          'GET',
          `/api/compare?models=${encodeURIComponent(new Array(21).fill(names.split(',')[0]).join(','))}`,
        )
      ).json.error.code,
    ).toBe('COMPARE_TOO_MANY');
    expect((await owner('GET', '/api/compare?models=%25zz%3Ay')).json.error.code).toBe('REQUEST_INVALID');
  });
});

describe('recommendations', () => {
  it('go from proposed to exported; a second decision on what was seen before is refused and told why', async () => {
    const [one, two] = (await owner('GET', '/api/recommendations')).json.items;
    const refreshed = await owner('POST', '/api/recommendations/refresh', {
      cells: [{ merchant: one.merchant, product: one.product }],
    });
    expect(refreshed.json).toMatchObject({
      computed: 1,
      changed: 0,
      kept: { proposed: [], standing: [], replaced: [] },
      items: [{ id: one.id }],
    });
    const seen = { [one.id]: one.revision, [two.id]: two.revision };
    expect(
      (
        await owner('POST', '/api/recommendations/transition', {
          ids: [one.id, two.id],
          to: 'reviewed',
          expectedRevisions: seen,
        })
      ).status,
    ).toBe(200);
    const late = await owner(
      'POST',
      '/api/recommendations/transition',
      { ids: [one.id], to: 'approved', expectedRevisions: seen },
      { 'accept-language': 'en' },
    );
    expect(late.status).toBe(409);
    expect(late.json.error.message).toMatch(/has changed meanwhile \(status "reviewed", by test 1 \(key\)/);
    const now = (id: string): Promise<{ revision: number }> =>
      owner('GET', `/api/recommendations/${id}`).then((a) => a.json);
    // All or nothing: one stale revision leaves the other recommendation as it is.
    const half = { [one.id]: (await now(one.id)).revision, [two.id]: 99 };
    expect(
      (
        await owner('POST', '/api/recommendations/transition', {
          ids: [one.id, two.id],
          to: 'approved',
          expectedRevisions: half,
        })
      ).status,
    ).toBe(409);
    expect(await now(one.id)).toMatchObject({ status: 'reviewed' });
    expect(
      (
        await owner('POST', '/api/recommendations/transition', {
          ids: [one.id],
          to: 'rejected',
          expectedRevisions: half,
        })
      ).json.error.code,
    ).toBe('RECOMMENDATION_REASON');
    const override = { ids: [one.id], to: 'approved', price: 9.99, reason: 'competencia', expectedRevisions: half };
    expect((await owner('POST', '/api/recommendations/transition', override)).json.items[0]).toMatchObject({
      status: 'approved',
      price: 9.99,
      overridden: true,
      decidedBy: expect.stringMatching(/^key:[\da-f-]{36}$/),
      decidedByName: 'test 1',
    });
    const batchId = 'batch-0001';
    const order = { ids: [one.id], activationDate: '2026-12-01', format: 'csv', batchId };
    const exported = await owner('POST', '/api/recommendations/export', order);
    expect(exported.json).toMatchObject({ batchId, items: [{ recommendationId: one.id, price: 9.99 }] });
    expect((await owner('POST', '/api/recommendations/export', order)).text).toBe(exported.text);
    expect(
      (await owner('POST', '/api/recommendations/export', { ...order, activationDate: '2026-12-02' })).json.error.code,
    ).toBe('BATCH_DIFFERENT');
    expect(
      (await owner('POST', '/api/recommendations/export', { ...order, batchId: 'batch-0002' })).json.error.code,
    ).toBe('RECOMMENDATION_STEP');
    expect((await owner('GET', `/api/recommendations/batches/${batchId}`)).json).toEqual(exported.json);
    for (const [format, ending] of Object.entries({
      csv: 'csv',
      xlsx: 'xlsx',
      json: 'json',
      till: 'txt',
      labels: 'html',
    })) {
      const file = await owner('GET', `/api/recommendations/batches/${batchId}/file?format=${format}&lang=es`);
      const { parameters } = parseDisposition(file.headers.get('content-disposition') as string);
      const shop = one.merchant.replace(/[:/]/g, ' ').replace(/ +/g, ' ').replace(/\.$/, '');
      expect([format, file.status, parameters.filename]).toEqual([format, 200, `Precios 2026-12-01 ${shop}.${ending}`]);
    }
    const calendar = await owner('GET', '/api/price-calendar');
    expect(calendar.json.items).toMatchObject([
      {
        date: '2026-12-01',
        kind: 'change',
        price: 9.99,
        decidedByName: 'test 1',
        batchId,
        toCome: expect.any(Boolean),
      },
    ]);
    const prices = await owner('GET', `${cellPath(one.merchant, one.product)}/prices`);
    expect(prices.json.spans.at(-1)).toMatchObject({ from: '2026-12-01', price: 9.99, charged: false, batchId });
    expect((await owner('GET', `${cellPath('x', 'y')}/prices`)).json.error.code).toBe('CELL_UNKNOWN');
    // Of each table, the list that it is the file of.
    const tables = {
      '/api/tables/overview': '/api/overview?limit=100',
      '/api/tables/recommendations?status=exported': '/api/recommendations?status=exported&limit=100',
      '/api/tables/outcomes': '/api/recommendations/outcomes?from=2026-12-01',
      '/api/tables/audit': '/api/audit?limit=100',
      '/api/tables/price_calendar': '/api/price-calendar?limit=100',
      '/api/tables/runs': '/api/histories?limit=100',
    };
    const rowsOf = async (address: string): Promise<string[]> => {
      const table = await owner('GET', `${address}${address.includes('?') ? '&' : '?'}style=spreadsheet&lang=es`);
      const [heads, ...rows] = table.text.trim().split('\r\n');
      expect([address, table.status, heads?.includes(';')]).toEqual([address, 200, true]);
      expect(rows.every((row) => !/undefined|NaN|\[object/.test(row))).toBe(true);
      return rows;
    };
    for (const [address, list] of Object.entries(tables)) {
      const { items, outcomes } = (await owner('GET', list)).json;
      const listed: readonly unknown[] = items ?? outcomes;
      // These shops were trained exactly, which leaves no curve to list.
      expect(listed.length > 0, list).toBe(!list.startsWith('/api/histories'));
      expect((await rowsOf(address)).length, address).toBe(listed.length);
    }
    expect((await rowsOf(`${cellPath(one.merchant, one.product)}/prices/file`)).length).toBeGreaterThan(1);
    expect((await owner('GET', '/api/tables/overview?format=doc')).status).toBe(400);
    expect((await owner('GET', `/api/recommendations/${one.id}/outcome`)).json).toMatchObject({
      verdict: 'too early',
      activationDate: '2026-12-01',
    });
    expect((await owner('GET', `/api/recommendations/${two.id}/outcome`)).json).toMatchObject({
      verdict: 'not exported',
    });
    const together = await owner('GET', '/api/recommendations/outcomes?from=2026-12-01');
    expect(together.json).toMatchObject({ from: '2026-12-01', changes: 1, judged: 0, gain: null, left: false });
    expect(together.json.outcomes[0]).toMatchObject({ recommendationId: one.id, verdict: 'too early' });
    expect((await owner('GET', '/api/recommendations/outcomes?from=2026-12-02')).json.changes).toBe(0);
    expect((await owner('GET', '/api/recommendations/outcomes?from=soon')).status).toBe(400);
    const actions = (await owner('GET', '/api/audit')).json.items.map((e: { action: string }) => e.action);
    for (const action of [
      'recommendation.reviewed',
      'recommendation.approved',
      'recommendation.export',
      'key.create',
      'model.alias',
    ])
      expect(actions).toContain(action);
    expect((await owner('GET', `/api/overview?status=exported`)).json.items).toHaveLength(1);
    expect((await owner('GET', `/api/recommendations?status=exported&sort=expectedGain`)).json.items).toHaveLength(1);
  });
});

describe('settings', () => {
  it('change, and guardrails hold from the general to the particular', async () => {
    expect((await owner('PUT', '/api/settings', { currency: 'mxn' })).json.settings).toMatchObject({
      currency: 'MXN',
      country: 'ES',
    });
    expect((await owner('PUT', '/api/settings', { currency: 'ZZZ' })).json.error.code).toBe('CURRENCY_UNKNOWN');
    expect((await owner('GET', '/api/settings')).json.currency).toBe('MXN');
    await owner('PUT', '/api/settings', { currency: 'EUR' });
    const shop = `/api/guardrails?merchant=${encodeURIComponent(OTHER)}`;
    expect((await owner('PUT', shop, { maxChange: 0.05 })).json).toMatchObject({
      own: { maxChange: 0.05 },
      effective: { maxChange: 0.05, triedRangeMargin: 0.1 },
    });
    expect((await owner('GET', '/api/guardrails')).json).toMatchObject({ own: {}, effective: { maxChange: 0.15 } });
    expect((await owner('GET', '/api/guardrails?merchant=nadie')).json.error.code).toBe('MERCHANT_UNKNOWN');
  });
});

describe('the door', () => {
  it('takes a link once, gives a cookie, and asks for its token on writes', async () => {
    const token = served.workspace.access.newLinkToken();
    const opened = await stranger('POST', '/api/session', { token });
    const cookie = (opened.headers.get('set-cookie') as string).split(';')[0] as string;
    expect(opened.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect(opened.text).not.toContain(cookie.split('=')[1]);
    expect((await stranger('POST', '/api/session', { token }, { 'accept-language': 'en' })).json.error).toMatchObject({
      code: 'TOKEN_INVALID',
      message: expect.stringContaining('The link was used'),
    });
    const session = (await stranger('GET', '/api/session', undefined, { cookie })).json;
    expect(session).toMatchObject({ signedIn: true, scopes: ['read', 'train', 'approve', 'admin'], merchant: null });
    expect((await stranger('PUT', '/api/settings', { unit: 'kg' }, { cookie })).json.error.code).toBe('CSRF_INVALID');
    expect(
      (await stranger('PUT', '/api/settings', { unit: 'kg' }, { cookie, 'x-csrf-token': session.csrfToken })).status,
    ).toBe(200);
    expect(
      (await stranger('DELETE', '/api/session', undefined, { cookie, 'x-csrf-token': session.csrfToken })).status,
    ).toBe(200);
    expect((await stranger('GET', '/api/overview', undefined, { cookie })).status).toBe(401);
    expect((await stranger('GET', '/api/session')).json).toMatchObject({
      signedIn: false,
      scopes: [],
      csrfToken: null,
    });
  });
  it('shows a key once, keeps no secret, and shuts it and its sessions out when it is revoked', async () => {
    const made = (await owner('POST', '/api/keys', { name: 'caja', scopes: ['read'] })).json;
    const cash = clientOf(served, made.key);
    expect((await cash('GET', '/api/overview')).status).toBe(200);
    const opened = await stranger('POST', '/api/session', { token: made.key });
    const cookie = (opened.headers.get('set-cookie') as string).split(';')[0] as string;
    expect((await stranger('GET', '/api/overview', undefined, { cookie })).status).toBe(200);
    const listed = await owner('GET', '/api/keys');
    expect(listed.text).not.toContain(made.key);
    expect((await owner('DELETE', `/api/keys/${made.apiKey.id}`)).status).toBe(200);
    expect((await owner('DELETE', `/api/keys/${made.apiKey.id}`)).json.error.code).toBe('KEY_UNKNOWN');
    expect((await cash('GET', '/api/overview')).status).toBe(401);
    expect((await stranger('GET', '/api/overview', undefined, { cookie })).status).toBe(401);
  });
  it('sends its policy with every page and no script of its own', async () => {
    const { headers } = await stranger('GET', '/');
    expect(headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe-inline');
  });
  it('lets nobody ask without end', async () => {
    const narrow = await serveShops({ trained: false, requestsPerMinute: 5 });
    try {
      const asked = clientOf(narrow, await narrow.key(['read'], null));
      const answers = [];
      for (let i = 0; i < 7; i++)
        answers.push(await asked('GET', '/api/merchants', undefined, { 'accept-language': 'en' }));
      expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
      expect(answers[6]?.json.error).toMatchObject({
        code: 'REQUESTS_TOO_MANY',
        message: expect.stringMatching(/wait \d+ s/),
      });
      expect(Number(answers[6]?.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await narrow.close();
    }
  });
});

describe('bad requests', () => {
  it('get one clear sentence in the language that was asked for', async () => {
    const wrong = async (lang: string): Promise<string> =>
      (await owner('GET', '/api/overview?limit=many', undefined, { 'accept-language': lang })).json.error.message;
    expect(await wrong('es-AR,es;q=0.9,en;q=0.5')).toMatch(
      /^La petición no es válida en «querystring.limit»: Entrada inválida/,
    );
    expect(await wrong('de,en;q=0.8,es;q=0.2')).toMatch(
      /^The request is not valid at "querystring.limit": Invalid input/,
    );
    expect(await wrong('de')).toMatch(/^La petición/);
  });
  it('take a number of digits alone', async () => {
    for (const limit of ['', ' 5', '+5', '0x10', '1e3', '5.0', '٣', '0', '1001']) {
      const answer = await owner('GET', `/api/overview?limit=${encodeURIComponent(limit)}`);
      expect([answer.status, answer.json.error?.code], `"${limit}"`).toEqual([400, 'REQUEST_INVALID']);
    }
    expect((await owner('GET', '/api/overview?limit=005')).status).toBe(200);
  });
  it('that hold a field which nobody reads are refused: nothing is done in another way than was asked', async () => {
    const cells = [{ merchant: OTHER, product: 'Tomate' }];
    for (const [method, path, body, where] of [
      ['PUT', '/api/guardrails', { maxChnage: 0.05 }, 'body'],
      ['PUT', '/api/settings', { moneda: 'EUR' }, 'body'],
      ['POST', '/api/trainings', { cells, iterations: 1 }, 'body'],
      ['POST', '/api/trainings', { cells, options: { iteration: 1 } }, 'body.options'],
      ['POST', '/api/recommendations/what-if', { cells, guardrails: { max: 0.01 } }, 'body.guardrails'],
      ['POST', '/api/recommendations/refresh', { cells, maxChange: 0.01 }, 'body'],
      ['POST', '/api/imports/00000000-0000-4000-8000-000000000000/commit', { dryRun: true }, 'body'],
      ['POST', '/api/keys', { name: 'caja', scopes: ['read'], createdBy: 'owner' }, 'body'],
    ] as const) {
      const { status, json } = await owner(method, path, body);
      expect([status, json.error?.code, json.error?.params.where], `${method} ${path}`).toEqual([
        400,
        'REQUEST_INVALID',
        where,
      ]);
      expect(json.error.message).toContain(
        `"${Object.keys(body).at(-1) === 'options' ? 'iteration' : where === 'body' ? Object.keys(body).at(-1) : 'max'}"`,
      );
    }
  });
  it('never get through with paths, escapes or prototypes in any parameter', async () => {
    const hostile = [
      '../../etc/passwd',
      '..%2f..%2fetc%2fpasswd',
      '%00',
      '__proto__',
      'constructor',
      '\\..\\..',
      "' OR 1=1 --",
      '‮',
      'a'.repeat(5_000),
      '%c0%ae%c0%ae/',
    ];
    const seen = new Set<number>();
    for (const { method, url } of served.server.routes.filter((r) => r.url.includes(':'))) {
      for (const value of hostile) {
        const path = url.replace(/:\w+/g, () => (value.includes('%') ? value : encodeURIComponent(value)));
        const answer = await owner(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
        expect(answer.json?.error?.message, `${method} ${path}`).toMatch(/\S/);
        expect(answer.text).not.toMatch(/root:|at .*\.ts:\d+/);
        seen.add(answer.status);
      }
    }
    for (const status of seen) expect([400, 404, 409, 414, 422]).toContain(status);
    for (const path of [
      '/../package.json',
      '/assets/../../package.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    ]) {
      expect((await stranger('GET', path)).text).not.toMatch(/root:|"dependencies"/);
    }
  });
  it('of 10 MB, of the wrong kind or unreadable are refused before anything is done', async () => {
    const big = await owner('POST', '/api/recommendations/refresh', { cells: [], pad: 'x'.repeat(10 * 1_048_576) });
    expect([big.status, big.json.error.code]).toEqual([413, 'REQUEST_TOO_LARGE']);
    const raw = async (type: string, body: string) => {
      const answer = await fetch(`${served.url}/api/keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await served.key(['admin'], null)}`, 'content-type': type },
        body,
      });
      const { code, message } = ((await answer.json()) as { error: { code: string; message: string } }).error;
      if (code === 'REQUEST_UNREADABLE') expect(message).toBe('No se puede leer la petición (JSON).');
      return [answer.status, code];
    };
    expect(await raw('application/json', '')).toEqual([400, 'REQUEST_UNREADABLE']);
    expect(await raw('application/xml', '<a/>')).toEqual([415, 'REQUEST_MEDIA_TYPE']);
    expect(await raw('application/json', '{"name": ')).toEqual([400, 'REQUEST_UNREADABLE']);
    expect(await raw('application/json', '{"__proto__": {"admin": true}}')).toEqual([400, 'REQUEST_UNREADABLE']);
    expect((await owner('GET', '/api/nothing')).json.error.code).toBe('ROUTE_UNKNOWN');
    expect((await owner('POST', '/nothing')).json.error.code).toBe('ROUTE_UNKNOWN');
  });
});

describe('the description', () => {
  it('is OpenAPI 3.1 and names every route with its answer and its refusals', async () => {
    const document = (await owner('GET', '/openapi.json')).json;
    expect(document.openapi).toBe('3.1.0');
    for (const { method, url } of served.server.routes.filter((r) => r.url.startsWith('/api/'))) {
      const path = document.paths[url.replace(/:(\w+)/g, '{$1}')];
      const operation = path?.[method.toLowerCase()];
      expect(operation?.summary, `${method} ${url}`).toMatch(/\S/);
      expect(Object.keys(operation.responses).some((status) => status.toLowerCase() === '4xx')).toBe(true);
      for (const name of url.matchAll(/:(\w+)/g)) {
        expect(
          operation.parameters.some((p: { in: string; name: string }) => p.in === 'path' && p.name === name[1]),
          `${method} ${url} ${name[1]}`,
        ).toBe(true);
      }
    }
  });
  it('a route without a declared permission stops the server', async () => {
    const { default: Fastify } = await import('fastify');
    const { guardDoor } = await import('../../src/api/access.ts');
    const app = Fastify();
    guardDoor(app, { workspace: served.workspace, cookieName: 'x', desk: null as never, askerOf: null as never });
    expect(() => app.get('/api/forgotten', async () => ({}))).toThrow('declares no permission');
  });
  it('health and metrics answer', async () => {
    expect((await stranger('GET', '/api/health')).json.ok).toBe(true);
    expect((await owner('GET', '/api/metrics')).text).toMatch(
      /demanda_requests_total\{method="GET",route="\/api\/overview",status="200"\} \d+/,
    );
    expect((await stranger('GET', '/api/metrics')).status).toBe(401);
  });
});
