/** One merchant's key and another merchant's things. */

import { expect } from 'vitest';
import { NOBODY, requestOf } from '../api/requests.ts';
import { type Answer, AURORA, cellPath, clientOf, OTHER } from '../api/served.ts';
import { type Attack, expectNothingOfAurora, expectRefused, query, routeOf, type Site, upload } from './site.ts';

/** A route asked for Aurora's thing by the other merchant: it is as if there were none. */
function foreign(route: string): Attack {
  return {
    name: `${route} of Aurora`,
    fails: async (site) => {
      const [method = ''] = route.split(' ');
      const [theirs, nobody] = [site.things, NOBODY].map((things) => requestOf(routeOf(site, route), things));
      const before = site.contents();
      const answer = await site.other(method, theirs?.path as string, theirs?.body);
      expect(answer.status, answer.text).toBe(404);
      const code = (await site.other(method, nobody?.path as string, nobody?.body)).json.error.code;
      expect(answer.json.error.code).toBe(code);
      expect(site.contents()).toBe(before);
    },
  };
}

/** Aurora's name in another spelling, in the path of a model. */
function spelled(what: string, merchant: string): Attack {
  return {
    name: `a model of Aurora, its name ${what}`,
    fails: async (site) => {
      const { product } = site.things;
      for (const rest of ['', '/versions', '/model.json']) {
        const answer = await site.other('GET', `${cellPath(merchant, product)}${rest}`);
        expect(answer.status, `${rest}: ${answer.text}`).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(answer.text).not.toContain(site.things.runId);
      }
    },
  };
}

/** A list, narrowed to Aurora by the other merchant. */
function listed(path: string): Attack {
  return {
    name: `${path} narrowed to Aurora`,
    fails: async (site) => {
      const { product } = site.things;
      for (const narrowed of [
        query(AURORA),
        `${query(OTHER)}&${query(AURORA)}`,
        `${query(AURORA)}&product=${product}`,
      ]) {
        const answer = await site.other('GET', `${path}?${narrowed}`);
        expect([400, 404]).toContain(answer.status);
        expect(answer.json.items).toBeUndefined();
      }
      expectNothingOfAurora(await site.other('GET', `${path}?limit=1000`), site);
    },
  };
}

/** A file of the other merchant. @returns what its import was answered */
async function imported(
  { other }: Site,
  content: string,
  options: object = {},
): Promise<{ readonly seen: Answer; readonly done: Answer }> {
  const seen = await other('POST', '/api/imports', upload(content));
  expect(seen.status, seen.text).toBe(201);
  return { seen, done: await other('POST', `/api/imports/${seen.json.importId}/commit`, options) };
}

/** Aurora's rows, by a route that only Aurora sees. */
const rowsOf = async ({ aurora }: Site): Promise<number> =>
  (await aurora('GET', '/api/overview')).json.items.reduce((sum: number, { rows }: { rows: number }) => sum + rows, 0);

/** A file that names Aurora, by the other merchant: no row of it becomes Aurora's. */
function named(what: string, content: string, options: object = {}): Attack {
  return {
    name: `sales for Aurora, ${what}`,
    fails: async (site) => {
      const before = await rowsOf(site);
      const { done } = await imported(site, content, options);
      expect([400, 404, 422], done.text).toContain(done.status);
      expect(await rowsOf(site)).toBe(before);
    },
  };
}

const HEAD = 'fecha,comerciante,producto,kg,precio\n';

export const TENANTS: readonly Attack[] = [
  ...[
    'GET /api/models/:merchant/:product',
    'GET /api/models/:merchant/:product/versions',
    'GET /api/models/:merchant/:product/model.json',
    'POST /api/models/:merchant/:product/alias',
    'POST /api/models/:merchant/:product/rollback',
    'GET /api/histories/:runId',
    'GET /api/histories/:runId.csv',
    'GET /api/histories/:runId/run',
    'GET /api/histories/:runId/analysis',
    'GET /api/compare',
    'GET /api/recommendations/:id',
    'GET /api/recommendations/:id/outcome',
    'POST /api/recommendations/what-if',
    'POST /api/recommendations/refresh',
    'POST /api/recommendations/transition',
    'POST /api/recommendations/export',
    'GET /api/recommendations/batches/:id',
    'GET /api/recommendations/batches/:id/file',
    'POST /api/trainings',
    'GET /api/trainings/:id',
    'GET /api/trainings/:id/events',
    'POST /api/trainings/:id/stop',
    'POST /api/trainings/:id/resume',
    'POST /api/imports/:id/preview',
    'POST /api/imports/:id/commit',
    'GET /api/imports/:id/rejected.csv',
    'GET /api/imports/:id/progress',
    'DELETE /api/imports/:id',
    'DELETE /api/keys/:id',
    'DELETE /api/sessions/:id',
  ].map(foreign),
  spelled('in capitals', AURORA.toUpperCase()),
  spelled('without its accent', 'Carniceria Aurora'),
  spelled('decomposed', AURORA.normalize('NFD')),
  spelled('with a blank behind', `${AURORA} `),
  spelled('with NUL behind', `${AURORA}\u0000`),
  spelled('encoded twice', encodeURIComponent(AURORA)),
  spelled('behind the other’s', `${OTHER}/../${AURORA}`),
  ...['/api/overview', '/api/products', '/api/coverage', '/api/histories', '/api/recommendations'].map(listed),
  {
    name: 'Aurora’s cursor in the other’s list',
    fails: async (site) => {
      for (const path of ['/api/overview', '/api/recommendations', '/api/histories', '/api/coverage']) {
        const { nextCursor } = (await site.aurora('GET', `${path}?limit=1`)).json;
        if (nextCursor === null) continue;
        const answer = await site.other('GET', `${path}?limit=10&cursor=${encodeURIComponent(nextCursor)}`);
        expect(answer.status).toBeLessThan(500);
        expectNothingOfAurora(answer, site);
      }
    },
  },
  {
    name: 'a decision about one of each merchant at once',
    fails: async (site) => {
      const [own] = (await site.other('GET', '/api/recommendations')).json.items;
      const before = site.contents();
      const answer = await site.other('POST', '/api/recommendations/transition', {
        ids: [own.id, site.things.recommendation],
        to: 'reviewed',
        expectedRevisions: { [own.id]: own.revision },
      });
      expect(answer.status, answer.text).toBe(404);
      expect(site.contents()).toBe(before);
    },
  },
  {
    name: 'the name of a batch of Aurora’s, taken or learned',
    fails: async (site) => {
      const { items } = (await site.other('GET', '/api/recommendations')).json;
      const [{ id, revision }] = items;
      const ids = [id];
      const approved = await site.other('POST', '/api/recommendations/transition', {
        ids,
        to: 'approved',
        expectedRevisions: { [id]: revision },
      });
      expect(approved.status, approved.text).toBe(200);
      const wanted = { ids, batchId: site.things.batch, activationDate: '2026-12-01' };
      const batch = await site.other('POST', '/api/recommendations/export', wanted);
      expect([batch.status, batch.json.merchant], batch.text).toEqual([200, OTHER]);
      expect((await site.aurora('GET', `/api/recommendations/batches/${site.things.batch}`)).json.merchant).toBe(
        AURORA,
      );
    },
  },
  {
    name: 'a training of one cell of each merchant at once',
    fails: async (site) => {
      const [{ merchant, product }] = (await site.other('GET', '/api/overview')).json.items;
      const cells = [
        { merchant, product },
        { merchant: AURORA, product: site.things.product },
      ];
      expectRefused(await site.other('POST', '/api/trainings', { cells }), 404, 'CELL_UNKNOWN');
    },
  },
  named('in its column', `${HEAD}2026-03-01,${AURORA},Pera,1,2\n`),
  named('among the other’s rows', `${HEAD}2026-03-01,"${OTHER}",Pera,1,2\n2026-03-01,${AURORA},Pera,1,2\n`),
  named('decomposed', `${HEAD}2026-03-01,${AURORA.normalize('NFD')},Pera,1,2\n`),
  named('by an option', 'fecha,producto,kg,precio\n2026-03-01,Pera,1,2\n', { merchant: AURORA }),
  named('by another column', `fecha,x,producto,kg,precio\n2026-03-01,${AURORA},Pera,1,2\n`, {
    map: { merchant: 'x' },
  }),
  {
    name: 'a covariate that the other knows ahead becomes Aurora’s',
    fails: async (site) => {
      const before = site.inStore((store) =>
        store.prepare('SELECT count(*) AS n FROM known_covariate WHERE merchant = ?').get(AURORA),
      );
      const { done } = await imported(site, 'fecha,producto,kg,precio,lluvia\n2026-03-02,Pera,1,2,3\n', {
        covariates: ['lluvia'],
        knownCovariates: ['lluvia'],
      });
      expect(done.status, done.text).toBe(200);
      expect(
        site.inStore((store) =>
          store.prepare('SELECT count(*) AS n FROM known_covariate WHERE merchant = ?').get(AURORA),
        ),
      ).toEqual(before);
    },
  },
  {
    name: 'market prices for all, by one merchant',
    fails: async (site) => {
      const answer = await site.other(
        'POST',
        '/api/imports',
        upload('fecha,producto,precio mercado\n2026-01-01,P,1\n'),
      );
      const committed = await site.other('POST', `/api/imports/${answer.json.importId}/commit`, {});
      expectRefused(committed, 403, 'NOT_ALLOWED_MERCHANT');
    },
  },
  {
    name: 'a key that says it is of nobody, or of Aurora, in its body’s prototype',
    fails: async ({ served, other }) => {
      const key = await served.key(['admin'], OTHER);
      const sent = await fetch(`${served.url}/api/keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: `{"name":"proto","scopes":["read"],"__proto__":{"merchant":"${AURORA}"},"constructor":{"prototype":{"merchant":null}}}`,
      });
      expect(sent.status).toBeLessThan(500);
      for (const item of (await other('GET', '/api/keys')).json.items) expect(item.merchant).toBe(OTHER);
    },
  },
  {
    name: 'a key that is given an id, a prefix or a maker',
    fails: async ({ other }) => {
      const made = await other('POST', '/api/keys', {
        name: 'asignada',
        scopes: ['read'],
        merchant: OTHER,
        id: 'mine',
        createdBy: 'owner:1',
        prefix: 'dk_00000',
        revokedAt: null,
      });
      if (made.status === 201) {
        expect(made.json.apiKey.id).toMatch(/^[\da-f-]{36}$/);
        expect(made.json.apiKey.createdBy).toMatch(/^key:/);
        expect(made.json.apiKey.prefix).not.toBe('dk_00000');
      } else expectRefused(made, 400, 'REQUEST_INVALID');
    },
  },
  {
    name: 'a name that both merchants give to a key',
    fails: async ({ served, aurora, other }) => {
      const [mine, theirs] = [
        await aurora('POST', '/api/keys', { name: 'caja 1', scopes: ['read'], merchant: AURORA }),
        await other('POST', '/api/keys', { name: 'caja 1', scopes: ['read'], merchant: OTHER }),
      ];
      expect([mine.status, theirs.status]).toEqual([201, 201]);
      const till = clientOf(served, theirs.json.key);
      expect((await till('GET', '/api/session')).json.merchant).toBe(OTHER);
      expect((await aurora('POST', '/api/keys', { name: 'CAJA  1', scopes: ['read'], merchant: AURORA })).status).toBe(
        409,
      );
    },
  },
  {
    name: 'Aurora’s log and sessions',
    fails: async (site) => {
      for (const path of ['/api/audit', '/api/sessions', '/api/keys', '/api/trainings'])
        expectNothingOfAurora(await site.other('GET', `${path}?limit=1000`), site);
    },
  },
];
