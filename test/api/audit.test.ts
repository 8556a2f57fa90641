import { afterAll, beforeAll, expect, it } from 'vitest';
import { AURORA, type Client, cellPath, clientOf, type Served, serveShops } from './served.ts';

let served: Served;
let shop: Client;
let keyId: string;
let secret: string;
beforeAll(async () => {
  served = await serveShops();
  const owner = clientOf(served, await served.key(['admin'], null));
  const made = (
    await owner('POST', '/api/keys', {
      name: 'aurora',
      scopes: ['read', 'train', 'approve', 'admin'],
      merchant: AURORA,
    })
  ).json;
  shop = clientOf(served, made.key);
  keyId = made.apiKey.id;
  secret = made.key;
}, 120_000);
afterAll(() => served.close());

interface Entry {
  readonly id: number;
  readonly action: string;
  readonly actor: string;
  readonly actorName: string;
  readonly merchant: string;
  readonly detail: Record<string, unknown>;
}

async function entriesAfter(id: number): Promise<Entry[]> {
  return ((await shop('GET', '/api/audit?limit=1000')).json.items as Entry[])
    .filter((entry) => entry.id > id)
    .reverse();
}

async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const seen = await look();
    if (holds(seen) || tries > 1_200) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('every route that changes something leaves its entry in the log of the merchant whose thing it is, by the key that asked', {
  timeout: 120_000,
}, async () => {
  const [{ product, id, revision }] = (await shop('GET', '/api/recommendations?status=proposed')).json.items;
  await served.workspace.train({ merchant: AURORA, product, workers: 1 });
  const cell = cellPath(AURORA, product);
  const cells = [{ merchant: AURORA, product }];
  let upload = '';
  let imported = '';
  let training = '';
  let experiment = '';
  let last = 0;
  // The entry of its opening is the session's own.
  const openSession = async (): Promise<void> => {
    await served.workspace.access.openSession({ key: secret }, '127.0.0.1');
    last = (await entriesAfter(0)).at(-1)?.id ?? 0;
  };
  const status = async (): Promise<string> => (await shop('GET', `/api/trainings/${training}`)).json.training.status;
  const steps: readonly (readonly [
    route: string,
    actions: readonly string[],
    act: () => Promise<{ status: number }>,
  ])[] = [
    [
      'POST /api/models/:merchant/:product/alias',
      ['model.alias'],
      () => shop('POST', `${cell}/alias`, { alias: 'live', version: 2 }),
    ],
    [
      'PUT /api/histories/:runId/note',
      ['run.note'],
      async () => {
        const [version] = (await shop('GET', `${cell}/versions`)).json.items;
        return shop('PUT', `/api/histories/${version.runId}/note`, { tags: ['verano'], note: 'Con costes' });
      },
    ],
    ['POST /api/models/:merchant/:product/rollback', ['model.rollback'], () => shop('POST', `${cell}/rollback`, {})],
    [
      'POST /api/recommendations/transition',
      ['recommendation.approved'],
      () =>
        shop('POST', '/api/recommendations/transition', {
          ids: [id],
          to: 'approved',
          expectedRevisions: { [id]: revision },
        }),
    ],
    [
      'POST /api/recommendations/export',
      ['recommendation.export'],
      () => shop('POST', '/api/recommendations/export', { ids: [id], activationDate: '2026-12-01' }),
    ],
    [
      'POST /api/recommendations/refresh',
      ['recommendation.propose'],
      () => shop('POST', '/api/recommendations/refresh', { cells, horizonDays: 9 }),
    ],
    [
      'POST /api/scenarios/proposals',
      ['recommendation.propose'],
      async () => {
        const [today] = (await shop('POST', '/api/scenarios', { merchant: AURORA })).json.plans;
        const [{ product, price }] = today.products;
        const prices = [{ product, price: Number((price * 1.02).toFixed(2)) }];
        return shop('POST', '/api/scenarios/proposals', {
          ...{ merchant: AURORA, plans: [{ name: 'mío', prices }], propose: 'mío' },
        });
      },
    ],
    ['PUT /api/guardrails', ['guardrails.change'], () => shop('PUT', '/api/guardrails', { maxChange: 0.2 })],
    [
      'POST /api/imports',
      ['import.upload'],
      async () => {
        const form = new FormData();
        form.append('file', new Blob(['fecha,producto,kg,precio\n2026-01-01,Nuevo,1,2\n']), 'ventas de enero.csv');
        const answer = await shop('POST', '/api/imports', form);
        upload = answer.json.importId;
        return answer;
      },
    ],
    [
      'POST /api/uploads',
      ['import.upload'],
      () => {
        const form = new FormData();
        form.append('file', new Blob(['fecha,producto,kg,precio\n2026-01-02,Nuevo,1,2\n']), 'otra.csv');
        return shop('POST', '/api/uploads', form);
      },
    ],
    ['POST /api/imports/:id/preview', [], () => shop('POST', `/api/imports/${upload}/preview`, {})],
    [
      'POST /api/imports/:id/commit',
      ['import.commit'],
      async () => {
        const answer = await shop('POST', `/api/imports/${upload}/commit`, {});
        imported = answer.json.batchId;
        return answer;
      },
    ],
    [
      'POST /api/names/:kind/rename',
      ['names.rename'],
      () => shop('POST', '/api/names/products/rename', { from: 'Nuevo', into: 'Novísimo' }),
    ],
    [
      'POST /api/names/:kind/forget',
      ['names.forget'],
      () => shop('POST', '/api/names/products/forget', { name: 'Nuevo' }),
    ],
    ['POST /api/imports/:id/undo', ['import.undo'], () => shop('POST', `/api/imports/${imported}/undo`)],
    ['POST /api/held-values/accept', ['sales.accept'], () => shop('POST', '/api/held-values/accept', cells[0])],
    ['DELETE /api/imports/:id', ['import.remove'], () => shop('DELETE', `/api/imports/${upload}`)],
    [
      'POST /api/experiments',
      ['experiment.start'],
      async () => {
        const answer = await shop('POST', '/api/experiments', { product, size: 0.08, weeks: 4, maxLoss: null });
        experiment = answer.json.id;
        return answer;
      },
    ],
    ['POST /api/experiments/:id/stop', ['experiment.stop'], () => shop('POST', `/api/experiments/${experiment}/stop`)],
    [
      'POST /api/trainings',
      ['training.start'],
      async () => {
        const answer = await shop('POST', '/api/trainings', { cells, options: { iterations: 10_000_000 } });
        training = answer.json.trainingId;
        await until(status, (now) => now === 'running');
        return answer;
      },
    ],
    [
      'POST /api/trainings/:id/stop',
      ['training.stop', 'training.end'],
      async () => {
        const answer = await shop('POST', `/api/trainings/${training}/stop`);
        await until(status, (now) => now === 'stopped');
        return answer;
      },
    ],
    [
      'POST /api/trainings/:id/resume',
      ['training.resume', 'training.stop', 'training.end'],
      async () => {
        const answer = await shop('POST', `/api/trainings/${training}/resume`);
        await until(status, (now) => now === 'running');
        await shop('POST', `/api/trainings/${training}/stop`);
        await until(status, (now) => now === 'stopped');
        return answer;
      },
    ],
    [
      'DELETE /api/sessions/:id',
      ['session.end'],
      async () => {
        await openSession();
        return shop('DELETE', `/api/sessions/${(await shop('GET', '/api/sessions')).json.items[0].id}`);
      },
    ],
    [
      'DELETE /api/sessions',
      ['session.end'],
      async () => {
        await openSession();
        return shop('DELETE', '/api/sessions');
      },
    ],
    [
      'POST /api/names/:kind/merge',
      ['names.merge'],
      async () => {
        const { names } = (await shop('GET', '/api/names/products')).json;
        const [first, second] = names.map((item: { name: string }) => item.name);
        return shop('POST', '/api/names/products/merge', { from: [first], into: second });
      },
    ],
    ['POST /api/keys', ['key.create'], () => shop('POST', '/api/keys', { name: 'otra', scopes: ['read'] })],
    [
      'DELETE /api/keys/:id',
      ['key.revoke'],
      async () =>
        shop(
          'DELETE',
          `/api/keys/${(await shop('GET', '/api/keys')).json.items.find((key: { name: string }) => key.name === 'otra').id}`,
        ),
    ],
  ];
  last = (await entriesAfter(0)).at(-1)?.id ?? 0;
  for (const [route, actions, act] of steps) {
    const answer = await act();
    expect(answer.status, route).toBeLessThan(300);
    const written = await entriesAfter(last);
    expect(
      written.map((entry) => entry.action),
      route,
    ).toEqual(actions);
    for (const entry of written) {
      expect(entry.merchant, route).toBe(AURORA);
      const byTraining = entry.action === 'training.end';
      expect([entry.actor, entry.actorName], route).toEqual([
        byTraining ? `training:${training}` : `key:${keyId}`,
        'aurora',
      ]);
    }
    last = written.at(-1)?.id ?? last;
  }
  const { detail } = (await entriesAfter(0)).find((entry) => entry.action === 'import.commit') as Entry;
  expect(detail).toEqual({
    batchId: imported,
    file: 'ventas de enero.csv',
    kind: 'sales',
    accepted: 1,
    rejected: 0,
    replaced: 0,
  });
  // Sessions, what concerns the whole workspace, and what only a queue gives up have their own tests.
  const walked = new Set(steps.map(([route]) => route));
  const others = new Set([
    ...['POST /api/session', 'DELETE /api/session', 'PUT /api/settings'],
    ...['PUT /api/views', 'PUT /api/views/columns'],
    // Of the whole workspace: test/api/holdout.test.ts.
    ...['POST /api/holdout', 'POST /api/holdout/stop'],
    // Of the whole workspace: test/api/portfolio.test.ts.
    'PUT /api/portfolio/lines',
    // Proposes as scenarios do, where prices together earn more: test/api/portfolio.test.ts.
    'POST /api/portfolio/proposals',
    'POST /api/trainings/:id/retry',
    // Of the whole workspace: test/api/watch.test.ts.
    ...['POST /api/watch', 'PUT /api/watch', 'PUT /api/alerts', 'POST /api/alerts/test'],
  ]);
  const writing = served.server.routes.filter(
    (r) => r.method !== 'GET' && r.permission.needs !== 'read' && r.url.startsWith('/api/'),
  );
  expect(writing.map((r) => `${r.method} ${r.url}`).filter((name) => !walked.has(name) && !others.has(name))).toEqual(
    [],
  );
});

it('views are saved, seen by everybody of the workspace and by no merchant alone, and removed, with an entry each', async () => {
  const owner = clientOf(served, await served.key(['admin'], null));
  const view = { page: 'overview', name: 'Mi pescado', query: 'productType=Pescado&sort=wape' };
  expect((await owner('PUT', '/api/views', view)).status).toBe(200);
  await owner('PUT', '/api/views/columns', { page: 'overview', columns: ['product', 'wape'] });
  expect((await owner('GET', '/api/views')).json).toMatchObject({
    views: [view],
    columns: { overview: ['product', 'wape'] },
  });
  expect(Object.keys(await served.workspace.settings()).filter((key) => /^(view|columns):/.test(key))).toEqual([]);
  expect((await shop('GET', '/api/views')).json).toMatchObject({ views: [], columns: {} });
  expect((await shop('PUT', '/api/views', view)).status).toBe(403);
  await owner('PUT', '/api/views', { ...view, query: null });
  await owner('PUT', '/api/views/columns', { page: 'overview', columns: null });
  expect((await owner('GET', '/api/views')).json).toMatchObject({ views: [], columns: {} });
  const actions = (await owner('GET', '/api/audit?limit=4')).json.items.map((entry: Entry) => entry.action);
  expect(actions).toEqual(['view.columns', 'view.forget', 'view.columns', 'view.save']);
});

it('settings of one request are changed together or not at all, with one entry', async () => {
  const owner = clientOf(served, await served.key(['admin'], null));
  const before = (await owner('GET', '/api/settings')).json;
  const [newest] = (await owner('GET', '/api/audit?limit=1')).json.items;
  expect((await owner('PUT', '/api/settings', { unit: 'caja', country: 'ES', currency: 'ZZZ' })).json.error.code).toBe(
    'CURRENCY_UNKNOWN',
  );
  expect((await owner('GET', '/api/settings')).json).toEqual(before);
  expect((await owner('GET', '/api/audit?limit=1')).json.items[0]).toEqual(newest);
  await owner('PUT', '/api/settings', { unit: 'caja', country: 'mx' });
  const [entry, earlier] = (await owner('GET', '/api/audit?limit=2')).json.items;
  expect(entry).toMatchObject({ action: 'settings.change', merchant: null, detail: { unit: 'caja', country: 'MX' } });
  expect(earlier).toEqual(newest);
});

it('saves no more views than there may be, and those that are there again', async () => {
  const owner = clientOf(served, await served.key(['admin'], null));
  const save = (name: string, query: string | null) => owner('PUT', '/api/views', { page: 'overview', name, query });
  const names = Array.from({ length: 200 }, (_, i) => `view ${i}`);
  for (const name of names) expect((await save(name, 'sort=wape')).status).toBe(200);
  expect((await save('one more', 'sort=wape')).json.error.code).toBe('VIEWS_FULL');
  expect((await save('view 7', 'sort=product')).status).toBe(200);
  const { views } = (await owner('GET', '/api/views')).json;
  expect(views).toHaveLength(200);
  expect(views.find(({ name }: { name: string }) => name === 'view 7').query).toBe('sort=product');
  for (const name of names) await save(name, null);
});
