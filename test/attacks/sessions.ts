/** Links, cookies, keys in the wrong place, and streams that go on. */

import { expect } from 'vitest';
import type { OpenSession } from '../../src/contract/api.ts';
import { type Answer, AURORA, clientOf, expireKey, OTHER } from '../api/served.ts';
import { type Attack, comeIn, expectNothingOfAurora, expectRefused, type Site } from './site.ts';

/** A request that shows something which is no proof of who asks. */
function shows(what: string, headers: (site: Site) => Promise<Record<string, string>>, path = '/api/overview'): Attack {
  return {
    name: `a request with ${what}`,
    fails: async (site) => {
      const answer = await site.stranger('GET', path, undefined, await headers(site));
      expectRefused(answer, 401, 'SIGN_IN_NEEDED');
      expectNothingOfAurora(answer, site);
    },
  };
}

/** A write with a good cookie and a token against forged requests that is not its own. */
function forged(what: string, token: (own: string, site: Site) => Promise<string | null>): Attack {
  return {
    name: `a write with the cookie and ${what}`,
    fails: async (site) => {
      const open = await comeIn(site, site.served.workspace.access.newLinkToken());
      const sent = await token(open['x-csrf-token'] as string, site);
      const before = site.contents();
      const headers = { cookie: open.cookie as string, ...(sent !== null && { 'x-csrf-token': sent }) };
      expectRefused(await site.stranger('PUT', '/api/settings', { unit: 'g' }, headers), 403, 'CSRF_INVALID');
      expect(site.contents()).toBe(before);
      await site.stranger('DELETE', '/api/session', undefined, open);
    },
  };
}

function signIn(what: string, token: (site: Site) => Promise<unknown>, statuses = [401]): Attack {
  return {
    name: `signing in with ${what}`,
    fails: async (site) => {
      const answer = await site.stranger('POST', '/api/session', { token: await token(site) });
      expect(statuses, answer.text).toContain(answer.status);
      expect(answer.headers.get('set-cookie')).toBeNull();
    },
  };
}

/** A stream of a training that runs, by headers that are then taken their right; how long it goes on, in ms. */
async function goesOn(
  site: Site,
  headers: Record<string, string>,
  take: () => Promise<Answer | undefined>,
): Promise<number> {
  const cells = [{ merchant: AURORA, product: site.things.product }];
  const options = { iterations: 2_000_000, searchEvery: 0, fresh: true };
  const started = await site.aurora('POST', '/api/trainings', { cells, options });
  expect(started.status, started.text).toBe(202);
  const { trainingId } = started.json;
  try {
    const response = await fetch(`${site.served.url}/api/trainings/${trainingId}/events`, { headers });
    expect(response.status).toBe(200);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    expect((await take())?.status ?? 200).toBe(200);
    const from = performance.now();
    // Cut is as good as ended.
    while (!(await reader.read().catch(() => ({ done: true }))).done && performance.now() - from < 10_000);
    return performance.now() - from;
  } finally {
    await site.aurora('POST', `/api/trainings/${trainingId}/stop`, undefined);
    for (let tries = 0; tries < 100; tries++) {
      const { status } = (await site.aurora('GET', `/api/trainings/${trainingId}`)).json.training;
      if (['done', 'failed', 'stopped'].includes(status)) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const madeFor = async ({ aurora }: Site, name: string, more: object = {}): Promise<{ key: string; id: string }> => {
  const made = await aurora('POST', '/api/keys', { name, scopes: ['read'], merchant: AURORA, ...more });
  expect(made.status, made.text).toBe(201);
  return { key: made.json.key, id: made.json.apiKey.id };
};

export const SESSIONS: readonly Attack[] = [
  signIn('a link twice', async (site) => {
    const token = site.served.workspace.access.newLinkToken();
    await comeIn(site, token);
    return token;
  }),
  signIn('a link in other capitals', async ({ served }) => served.workspace.access.newLinkToken().toLowerCase()),
  signIn('a key that was revoked', async (site) => {
    const { key, id } = await madeFor(site, 'revocada ayer');
    await site.aurora('DELETE', `/api/keys/${id}`);
    return key;
  }),
  signIn('the prefix of a key', async (site) => (await madeFor(site, 'a medias')).key.slice(0, 8)),
  signIn('the id of a key', async (site) => (await madeFor(site, 'por id')).id),
  signIn('the id of a session', async ({ things }) => things.sessionId),
  signIn('a key of zeros', async () => `dk_${'0'.repeat(43)}`),
  signIn('a number', async () => 12_345_678, [400]),
  signIn('a list of a key', async (site) => [(await madeFor(site, 'en lista')).key], [400]),
  signIn('nothing', async () => '', [400]),
  signIn('ten thousand letters', async () => 'x'.repeat(10_000), [400]),
  signIn('a piece of SQL', async () => "' OR 1=1 --".padEnd(20)),
  shows('nothing', async () => ({})),
  shows('the id of a session as its cookie', async ({ things }) => ({ cookie: `demanda_0=${things.sessionId}` })),
  shows('a cookie of zeros', async () => ({ cookie: `demanda_0=${'0'.repeat(43)}` })),
  shows('an empty cookie', async () => ({ cookie: 'demanda_0=' })),
  shows('a key as a cookie', async (site) => ({ cookie: `demanda_0=${(await madeFor(site, 'galleta')).key}` })),
  shows('a cookie of another port', async (site) => {
    const { cookie = '' } = await comeIn(site, site.served.workspace.access.newLinkToken());
    return { cookie: cookie.replace('demanda_0', 'demanda_3362') };
  }),
  shows('a cookie of TLS without it said by the proxy', async (site) => {
    const { cookie = '' } = await comeIn(site, site.served.workspace.access.newLinkToken());
    return { cookie, 'x-forwarded-proto': 'https' };
  }),
  shows('a cookie that was signed out', async (site) => {
    const open = await comeIn(site, site.served.workspace.access.newLinkToken());
    await site.stranger('DELETE', '/api/session', undefined, open);
    return { cookie: open.cookie as string };
  }),
  shows('the cookie of a key that was revoked', async (site) => {
    const { key, id } = await madeFor(site, 'con galleta');
    const open = await comeIn(site, key);
    await site.aurora('DELETE', `/api/keys/${id}`);
    return { cookie: open.cookie as string };
  }),
  shows('a key by Basic', async (site) => ({
    authorization: `Basic ${Buffer.from(`x:${(await madeFor(site, 'básica')).key}`).toString('base64')}`,
  })),
  shows('a key without its scheme', async (site) => ({ authorization: (await madeFor(site, 'a secas')).key })),
  shows('a key in the query', async () => ({}), `/api/overview?key=dk_${'0'.repeat(43)}&token=x&access_token=x`),
  shows('a key in another header', async (site) => ({ 'x-api-key': (await madeFor(site, 'cabecera')).key })),
  shows('the hash of a key', async ({ inStore }) => ({
    authorization: `Bearer dk_${(inStore((store) => store.prepare('SELECT hash FROM api_key').get()) as { hash: string }).hash}`,
  })),
  shows('a caller in a header', async () => ({ 'x-demanda-caller': 'owner', 'x-forwarded-user': 'owner' })),
  forged('no token', async () => null),
  forged('an empty token', async () => ''),
  forged('another session’s token', async (_, site) => {
    const other = await comeIn(site, site.served.workspace.access.newLinkToken());
    return other['x-csrf-token'] as string;
  }),
  forged('its token in capitals', async (own) => own.toUpperCase()),
  forged('half of its token', async (own) => own.slice(0, -1)),
  {
    name: 'a session that outlives its key',
    fails: async (site) => {
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const { key, id } = await madeFor(site, 'por una hora', { expiresAt });
      const open = await comeIn(site, key);
      expireKey(site.served.folder, id);
      expectRefused(await site.stranger('GET', '/api/overview', undefined, open), 401, 'SIGN_IN_NEEDED');
      expectRefused(await clientOf(site.served, key)('GET', '/api/overview'), 401, 'SIGN_IN_NEEDED');
    },
  },
  {
    name: 'a session with more rights than its key',
    fails: async (site) => {
      const open = await comeIn(site, (await madeFor(site, 'solo lee')).key);
      const answer = await site.stranger('POST', '/api/recommendations/refresh', {}, open);
      expectRefused(answer, 403, 'NOT_ALLOWED');
    },
  },
  {
    name: 'a lost computer that stays signed in',
    fails: async (site) => {
      const [lost, mine] = [
        await comeIn(site, site.served.workspace.access.newLinkToken()),
        await comeIn(site, site.served.workspace.access.newLinkToken()),
      ];
      const { items } = (await site.stranger('GET', '/api/sessions', undefined, mine)).json;
      const others = items.filter((s: OpenSession) => !s.current && s.merchant === null);
      expect(others.length).toBeGreaterThan(0);
      for (const { id } of others)
        expect((await site.stranger('DELETE', `/api/sessions/${id}`, undefined, mine)).status).toBe(200);
      expectRefused(await site.stranger('GET', '/api/overview', undefined, lost), 401, 'SIGN_IN_NEEDED');
      await site.stranger('DELETE', '/api/session', undefined, mine);
    },
  },
  {
    name: 'guessing keys from one address',
    fails: async ({ stranger }) => {
      const from = { 'x-forwarded-for': '203.0.113.77' };
      const statuses: number[] = [];
      for (let i = 0; i < 14; i++)
        statuses.push((await stranger('POST', '/api/session', { token: `dk_guess-number-${i}` }, from)).status);
      expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
      expect(statuses.slice(10)).toEqual(Array(4).fill(429));
    },
  },
  {
    name: 'guessing keys, unlogged',
    fails: async ({ owner, stranger }) => {
      await stranger('POST', '/api/session', { token: 'dk_a-guess-to-be-logged' });
      const [entry] = (await owner('GET', '/api/audit?limit=1')).json.items;
      expect(entry.action).toBe('session.refuse');
      expect(JSON.stringify(entry)).not.toContain('a-guess-to-be-logged');
    },
  },
  {
    name: 'a stream after its key was revoked',
    fails: async (site) => {
      const { key, id } = await madeFor(site, 'que mira');
      expect(await goesOn(site, bearer(key), () => site.aurora('DELETE', `/api/keys/${id}`))).toBeLessThan(2_500);
    },
  },
  {
    name: 'a stream after its session was signed out',
    fails: async (site) => {
      const open = await comeIn(site, (await madeFor(site, 'que mira también')).key);
      const out = () => site.stranger('DELETE', '/api/session', undefined, open);
      expect(await goesOn(site, open, out)).toBeLessThan(2_500);
    },
  },
  {
    name: 'a stream after its key expired',
    fails: async (site) => {
      const expiresAt = new Date(Date.now() + 4_000).toISOString();
      const { key } = await madeFor(site, 'que mira un rato', { expiresAt });
      const wait = async (): Promise<undefined> => {
        await new Promise((resolve) => setTimeout(resolve, Date.parse(expiresAt) - Date.now()));
      };
      expect(await goesOn(site, bearer(key), wait)).toBeLessThan(2_500);
    },
  },
  {
    name: 'the other merchant’s session that ends Aurora’s',
    fails: async (site) => {
      const open = await comeIn(site, (await madeFor(site, 'sesión propia')).key);
      const admin = clientOf(site.served, await site.served.key(['admin'], OTHER));
      await admin('DELETE', '/api/sessions');
      expect((await site.stranger('GET', '/api/overview', undefined, open)).status).toBe(200);
    },
  },
];
