import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServedRoute } from '../../src/api/server.ts';
import type { Scope } from '../../src/core/vocabulary.ts';

import { mayDo } from '../../src/workspace/access.ts';
import { figure } from '../support/figure.ts';
import { storeContents } from '../support/store-contents.ts';
import { ended, isOwned, makeThings, NOBODY, requestOf, type Things } from './requests.ts';
import { type Answer, AURORA, type Client, clientOf, expireKey, OTHER, type Served, serveShops } from './served.ts';

let served: Served;
let own: Things;
let callers: Record<'anonymous' | 'other' | 'viewer' | 'owner', Client>;

let fullKey: string;
beforeAll(async () => {
  served = await serveShops({ trustedProxies: ['127.0.0.1'] });
  fullKey = await served.key(['read', 'train', 'approve', 'admin'], AURORA);
  const owner = clientOf(served, fullKey);
  callers = {
    anonymous: clientOf(served, null),
    other: clientOf(served, await served.key(['read', 'train', 'approve', 'admin'], OTHER)),
    viewer: clientOf(served, await served.key(['read'], AURORA)),
    owner,
  };
  own = await makeThings(owner, served.workspace, fullKey);
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
  for (const value of Object.values(things).sort((a, b) => b.length - a.length))
    text = text.replaceAll(JSON.stringify(value).slice(1, -1), '…');
  return { status, text };
}

describe('the tenant matrix, from the router', () => {
  it('what needs no right to write writes nothing, route by route', async () => {
    let before = storeContents(served.folder);
    for (const route of served.server.routes.filter(
      (r) => r.url.startsWith('/api/') && r.permission.needs === 'read',
    )) {
      const { path, body } = requestOf(route, own);
      await callers.viewer(route.method, path, body);
      const after = storeContents(served.folder);
      expect(after, `${route.method} ${path}`).toBe(before);
      before = after;
    }
  });

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
      const [a, b] = [
        await callers.other(route.method, foreign.path, foreign.body),
        await callers.other(route.method, random.path, random.body),
      ];
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
      const [a, b] = [
        await callers.owner(route.method, x.path, x.body),
        await callers.owner(route.method, y.path, y.body),
      ];
      expect(withoutNames(a, foreign), `${route.method} ${route.url}`).toEqual(withoutNames(b, NOBODY));
      expect(a.status).toBe(404);
    }
  });

  it('a viewer reads and does nothing else; an owner does all that is the merchant’s', async () => {
    // What ends things comes last, or there is nothing left to ask for.
    const last = (route: ServedRoute): number => (route.method !== 'DELETE' ? 0 : route.url.includes(':') ? 1 : 2);
    for (const route of served.server.routes
      .filter((r) => r.url.startsWith('/api/'))
      .sort((a, b) => last(a) - last(b))) {
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
      '/api/sessions',
      '/api/audit',
      '/api/imports',
      '/api/trainings',
    ]) {
      for (const item of (await callers.other('GET', path)).json.items) expect(item.merchant, path).toBe(OTHER);
    }
    expect((await callers.other('GET', '/api/overview/summary')).json).toMatchObject({
      cells: 2,
      total: 2,
      merchants: [OTHER],
    });
    expect((await callers.other('GET', '/api/products')).json.items).toHaveLength(2);
  });

  it('holds for every caller, thing and repeated Idempotency-Key', async () => {
    const { workspace } = served;
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const admin = clientOf(served, await served.key(['admin'], null));
    const revoked = (await admin('POST', '/api/keys', { name: 'revocada', scopes: ['admin'] })).json;
    const expiring = (await admin('POST', '/api/keys', { name: 'por caducar', scopes: ['admin'], expiresAt: soon }))
      .json;
    const short = await workspace.access.openSession({ key: expiring.key }, '127.0.0.1');
    await admin('DELETE', `/api/keys/${revoked.apiKey.id}`);
    expireKey(served.folder, expiring.apiKey.id);
    const scoped = async (scope: Scope, merchant: string | null = AURORA) => ({
      ask: clientOf(served, await served.key([scope], merchant)),
      scopes: [scope] as Scope[],
      merchant,
    });
    const out = { scopes: [] as Scope[], merchant: null };
    const asking: Readonly<
      Record<string, { readonly ask: Client; readonly scopes: readonly Scope[]; readonly merchant: string | null }>
    > = {
      anonymous: { ask: clientOf(served, null), ...out },
      'unknown key': { ask: clientOf(served, `dk_${'0'.repeat(43)}`), ...out },
      'revoked key': { ask: clientOf(served, revoked.key), ...out },
      'expired key': { ask: clientOf(served, expiring.key), ...out },
      'expired session': {
        ask: (method, path, body, headers) =>
          clientOf(served, null)(method, path, body, { ...headers, cookie: `demanda_0=${short.secret}` }),
        ...out,
      },
      'other tenant': { ask: callers.other, scopes: ['admin'], merchant: OTHER },
      'read alone': await scoped('read'),
      'train alone': await scoped('train'),
      'approve alone': await scoped('approve'),
      'admin alone': await scoped('admin'),
    };
    const foreignCell = await firstCell(callers.other);
    const foreignId = (await callers.other('GET', '/api/recommendations')).json.items[0].id as string;
    // Of the third merchant, whom none of the callers is.
    const things = { own, foreign: { ...NOBODY, ...foreignCell, recommendation: foreignId }, random: NOBODY };
    const last = (route: ServedRoute): number => (route.method !== 'DELETE' ? 0 : route.url.includes(':') ? 1 : 2);
    const routes = served.server.routes.filter((r) => r.url.startsWith('/api/')).sort((a, b) => last(a) - last(b));
    const unexpected: string[] = [];
    let asked = 0;
    for (const [kind, of] of [
      ['random', things.random],
      ['foreign', things.foreign],
      ['own', things.own],
    ] as const) {
      for (const [r, route] of routes.entries()) {
        for (const [who, { ask, scopes, merchant }] of Object.entries(asking)) {
          // What everybody else left is the administrator's to end.
          if (kind === 'own' && route.method === 'DELETE' && who === 'other tenant') continue;
          const { path, body } = requestOf(route, of);
          // Everyone from an address of one's own: strangers' requests are counted by it.
          const headers = {
            'idempotency-key': `matrix-${kind}-${r}`,
            'x-forwarded-for': `10.${asked % 200}.${Math.floor(asked / 200) % 200}.9`,
          };
          const first = await ask(route.method, path, body, headers);
          const again = await ask(route.method, path, body, headers);
          asked += 2;
          const { needs, wholeWorkspace } = route.permission;
          const isDoor = route.url === '/api/session' && route.method === 'POST';
          const named = kind === 'own' ? AURORA : of.merchant;
          const allowed: readonly number[] = isDoor
            ? [401]
            : needs === 'public'
              ? [200]
              : scopes.length === 0
                ? [401]
                : !mayDo(scopes, needs) || (wholeWorkspace && merchant !== null)
                  ? [403]
                  : isOwned(route) && named !== merchant
                    ? [404]
                    : // What is one's own is done, was done before by another caller, or is of a kind that does not go.
                      [200, 201, 202, 204, 404, 409, 415, 422];
          const label = `${who} ${kind} ${route.method} ${path}`;
          if (!allowed.includes(first.status)) unexpected.push(`${label}: ${first.status} ${first.text.slice(0, 120)}`);
          if (first.headers.get('idempotency-replayed') !== null)
            unexpected.push(`${label}: the answer of another caller`);
          const made = again.json?.error?.code === 'KEY_MADE_BEFORE';
          if (again.status !== first.status && !made)
            unexpected.push(`${label}: again ${again.status} ${again.text.slice(0, 120)}`);
          if (/dk_[\w-]{43}/.test(again.text)) unexpected.push(`${label}: a secret given again`);
          if (merchant !== AURORA && kind !== 'own' && first.text.includes(own.runId))
            unexpected.push(`${label}: tells of another merchant`);
        }
      }
    }
    figure('tenant matrix', `${routes.length} routes, ${asked} requests, ${unexpected.length} unexpected`);
    expect(unexpected).toEqual([]);
    expect(asked).toBeGreaterThan(2_500);
    for (const { trainingId, status } of (await admin('GET', '/api/trainings')).json.items)
      if (!['done', 'failed', 'stopped'].includes(status)) await ended(admin, trainingId);
  }, 180_000);

  it('does not tell a stranger which paths of the API there are', async () => {
    for (const path of [
      '/api',
      '/api/',
      '/api/nothing',
      '/api/keys/',
      '/api/recommendations/batches',
      '/API/nothing',
      '//api/nothing',
      '/api/%6eothing',
    ]) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const { status } = await callers.anonymous(method, path);
        // What the dashboard's own addresses are, the page itself says.
        expect(method === 'GET' && /^\/(API|\/)/.test(path) ? 401 : status, `${method} ${path}`).toBe(401);
      }
    }
    expect((await callers.anonymous('HEAD', '/api/overview')).status).toBe(401);
    expect((await callers.anonymous('PATCH', '/api/keys')).status).toBe(401);
    expect((await callers.anonymous('GET', '/openapi.json')).status).toBe(401);
    expect((await callers.anonymous('GET', '/api/health')).json).toEqual({ ok: true });
    expect((await callers.anonymous('GET', '/api/session')).json).toMatchObject({
      currency: 'XXX',
      country: '',
      unit: '',
      version: '',
      name: null,
    });
    expect((await callers.viewer('GET', '/api/nothing')).status).toBe(404);
  });
});
