import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServedRoute } from '../../src/api/server.ts';
import { mayDo } from '../../src/workspace/access.ts';
import { type Answer, AURORA, type Client, clientOf, OTHER, type Served, serveShops } from './served.ts';

/** Ids of one merchant's things, or of nobody's. */
interface Things {
  readonly merchant: string;
  readonly product: string;
  readonly runId: string;
  readonly recommendation: string;
  readonly training: string;
  readonly upload: string;
  readonly batch: string;
  readonly keyId: string;
}

const NOBODY: Things = {
  merchant: 'Nadie',
  product: 'Nada',
  runId: '00000000-0000-4000-8000-000000000000',
  recommendation: '999999',
  training: '00000000-0000-4000-8000-000000000000',
  upload: '00000000-0000-4000-8000-000000000000',
  batch: 'no-such-batch',
  keyId: '00000000-0000-4000-8000-000000000000',
};

/** What goes into the parameters of a route: by the place that the route speaks of. */
function pathOf({ url }: ServedRoute, of: Things): string {
  const id = url.startsWith('/api/recommendations/batches')
    ? of.batch
    : url.startsWith('/api/recommendations')
      ? of.recommendation
      : url.startsWith('/api/trainings')
        ? of.training
        : url.startsWith('/api/imports')
          ? of.upload
          : of.keyId;
  const values: Readonly<Record<string, string>> = { merchant: of.merchant, product: of.product, runId: of.runId, id };
  return url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] as string));
}

/** A body that the route understands, and the query that names the merchant where the path does not. */
function requestOf(route: ServedRoute, of: Things): { path: string; body?: unknown } {
  const cells = [{ merchant: of.merchant, product: of.product }];
  const name = `${route.method} ${route.url}`;
  const bodies: Readonly<Record<string, unknown>> = {
    'POST /api/models/:merchant/:product/alias': { alias: 'live', version: 1 },
    'POST /api/models/:merchant/:product/rollback': { version: 1 },
    'POST /api/recommendations/refresh': { cells },
    'POST /api/recommendations/transition': { ids: [of.recommendation], to: 'reviewed', expectedRevisions: {} },
    'POST /api/recommendations/export': { ids: [of.recommendation], activationDate: '2026-12-01' },
    // A training that is refused before it starts: the matrix is about who may ask.
    'POST /api/trainings': { cells, options: { iterations: 1 } },
    'POST /api/trainings/:id/stop': undefined,
    'POST /api/imports/:id/preview': {},
    'POST /api/imports/:id/commit': { skipBad: true },
    'POST /api/keys': { name: 'matriz', scopes: ['read'], merchant: of.merchant },
    'PUT /api/settings': { unit: 'kg' },
    'PUT /api/guardrails': { maxChange: 0.1 },
    'POST /api/session': { token: 'not-a-token-at-all' },
  };
  const merchant = encodeURIComponent(of.merchant);
  const queries: Readonly<Record<string, string>> = {
    '/api/compare': `?models=${encodeURIComponent(`${merchant}:${encodeURIComponent(of.product)},${merchant}:${encodeURIComponent(of.product)}`)}`,
  };
  const NAMED = ['/api/products', '/api/overview', '/api/overview/summary', '/api/coverage', '/api/histories', '/api/recommendations', '/api/guardrails'];
  const query = queries[route.url] ?? (NAMED.includes(route.url) ? `?merchant=${merchant}` : '');
  return { path: `${pathOf(route, of)}${query}`, ...(bodies[name] !== undefined && { body: bodies[name] }) };
}

/** Routes that name a merchant or one of its things, and so have an owner. */
function isOwned(route: ServedRoute): boolean {
  const { path, body } = requestOf(route, {
    ...NOBODY,
    merchant: 'M-A',
    runId: 'M-A',
    recommendation: 'M-A',
    training: 'M-A',
    upload: 'M-A',
    batch: 'M-A',
    keyId: 'M-A',
  });
  return `${path}${JSON.stringify(body ?? '')}`.includes('M-A');
}

let served: Served;
let own: Things;
let callers: Record<'anonymous' | 'other' | 'viewer' | 'owner', Client>;

beforeAll(async () => {
  served = await serveShops();
  const { workspace } = served;
  const owner = clientOf(served, await served.key(['read', 'train', 'approve', 'admin'], AURORA));
  callers = {
    anonymous: clientOf(served, null),
    other: clientOf(served, await served.key(['read', 'train', 'approve', 'admin'], OTHER)),
    viewer: clientOf(served, await served.key(['read'], AURORA)),
    owner,
  };
  const cell = await firstCell(owner);
  // One run with a history, one training, one upload, one key and one batch of the owner's.
  await workspace.train({ ...cell, iterations: 200, workers: 1 });
  await workspace.recommend(cell);
  const [run] = (await owner('GET', '/api/histories')).json.items;
  const { id, revision } = (await owner('GET', `/api/recommendations?product=${encodeURIComponent(cell.product)}`)).json.items[0];
  await owner('POST', '/api/recommendations/transition', { ids: [id], to: 'approved', expectedRevisions: { [id]: revision } });
  const { batchId } = (await owner('POST', '/api/recommendations/export', { ids: [id], activationDate: '2026-12-01' })).json;
  const form = new FormData();
  form.append('file', new Blob(['fecha,producto,kg,precio\n2026-01-01,Tomate,1,2\n']), 'ventas.csv');
  const upload = (await owner('POST', '/api/imports', form)).json.importId;
  const training = (await owner('POST', '/api/trainings', { cells: [cell], options: { iterations: 200 } })).json.trainingId;
  for (let tries = 0; tries < 120; tries++) {
    if ((await owner('GET', `/api/trainings/${training}`)).json.training.status === 'done') break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const keyId = (await owner('GET', '/api/keys')).json.items[0].id;
  own = { ...cell, runId: run.runId, recommendation: id, training, upload, batch: batchId, keyId };
}, 120_000);
afterAll(() => served.close());

async function firstCell(client: Client): Promise<{ merchant: string; product: string }> {
  const { merchant, product } = (await client('GET', '/api/overview')).json.items[0];
  return { merchant, product };
}

/** What is left of a refusal once the names that the caller gave are taken out of it. */
function withoutNames({ status, json }: Answer, things: Things): unknown {
  let text = JSON.stringify(json);
  // The longest first: a short number may be part of a long id.
  for (const value of Object.values(things).sort((a, b) => b.length - a.length)) text = text.replaceAll(JSON.stringify(value).slice(1, -1), '…');
  return { status, text };
}

describe('the tenant matrix, from the router', () => {
  it('a stranger reaches nothing but the door', async () => {
    for (const route of served.server.routes.filter((r) => r.url.startsWith('/api/'))) {
      for (const things of [own, NOBODY]) {
        const { path, body } = requestOf(route, things);
        const { status } = await callers.anonymous(route.method, path, body);
        const isPublic = route.permission.needs === 'public';
        // The door itself refuses a token that is none.
        const expected = route.url === '/api/session' && route.method === 'POST' ? 401 : isPublic ? 200 : 401;
        expect(status, `anonymous ${route.method} ${path}`).toBe(expected);
      }
    }
  });

  it('another tenant finds no more of a merchant than of nobody', async () => {
    let compared = 0;
    for (const route of served.server.routes.filter((r) => isOwned(r))) {
      const foreign = requestOf(route, own);
      const random = requestOf(route, NOBODY);
      const [a, b] = [await callers.other(route.method, foreign.path, foreign.body), await callers.other(route.method, random.path, random.body)];
      expect(withoutNames(a, own), `${route.method} ${route.url}`).toEqual(withoutNames(b, NOBODY));
      expect(a.status, `${route.method} ${route.url}`).toBe(404);
      compared++;
    }
    expect(compared).toBeGreaterThan(25);
  });

  it('an owner finds a foreign thing no more than a random one, with the same words', async () => {
    const foreignCell = await firstCell(callers.other);
    const foreignId = (await callers.other('GET', '/api/recommendations')).json.items[0].id as string;
    const foreign: Things = { ...NOBODY, ...foreignCell, recommendation: foreignId };
    for (const route of served.server.routes.filter((r) => isOwned(r))) {
      const [x, y] = [requestOf(route, foreign), requestOf(route, NOBODY)];
      const [a, b] = [await callers.owner(route.method, x.path, x.body), await callers.owner(route.method, y.path, y.body)];
      expect(withoutNames(a, foreign), `${route.method} ${route.url}`).toEqual(withoutNames(b, NOBODY));
      expect(a.status).toBe(404);
    }
  });

  it('a viewer reads and does nothing else; an owner does all that is the merchant’s', async () => {
    // What ends things comes last, or there is nothing left to ask for.
    const last = (route: ServedRoute): number => (route.method === 'DELETE' ? 1 : 0);
    for (const route of served.server.routes.filter((r) => r.url.startsWith('/api/')).sort((a, b) => last(a) - last(b))) {
      const { path, body } = requestOf(route, own);
      const { needs, wholeWorkspace } = route.permission;
      for (const [who, scopes] of [
        ['viewer', ['read']],
        ['owner', ['read', 'train', 'approve', 'admin']],
      ] as const) {
        const { status, text } = await callers[who](route.method, path, body);
        const label = `${who} ${route.method} ${path}: ${status} ${text.slice(0, 200)}`;
        if (needs === 'public') expect([200, 401], label).toContain(status);
        else if (!mayDo(scopes, needs) || wholeWorkspace) expect(status, label).toBe(403);
        // What is done already, or not a file, is the caller's own to hear of: 409, 415, 422.
        else expect([200, 201, 202, 204, 409, 415, 422], label).toContain(status);
      }
    }
  });

  it('lists of a merchant’s key hold that merchant only', async () => {
    for (const path of [
      '/api/overview',
      '/api/merchants',
      '/api/coverage',
      '/api/histories',
      '/api/recommendations',
      '/api/keys',
      '/api/audit',
      '/api/trainings',
    ]) {
      for (const item of (await callers.other('GET', path)).json.items) expect(item.merchant, path).toBe(OTHER);
    }
    expect((await callers.other('GET', '/api/overview/summary')).json).toMatchObject({ cells: 2, total: 2, merchants: [OTHER] });
    expect((await callers.other('GET', '/api/products')).json.items).toHaveLength(2);
  });
});
