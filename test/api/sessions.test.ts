import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry, OpenSession } from '../../src/contract/api.ts';
import { AURORA, type Client, clientOf, expireKey, OTHER, type Served, serveShops } from './served.ts';

/** A stream ends within a second; the short form runs beside other test files. */
const MOST_MS = process.env.DEMANDA_LONG === '1' ? 1_000 : 2_500;

let served: Served;
let owner: Client;
let stranger: Client;
beforeAll(async () => {
  served = await serveShops({ trained: false });
  owner = clientOf(served, await served.key(['admin'], null));
  stranger = clientOf(served, null);
}, 60_000);
afterAll(() => served.close());

/** Comes in with a link's token or a key. @returns what a browser sends from then on */
async function comeIn(token: string): Promise<Record<string, string>> {
  const opened = await stranger('POST', '/api/session', { token });
  const cookie = (opened.headers.get('set-cookie') as string).split(';')[0] as string;
  const { csrfToken } = (await stranger('GET', '/api/session', undefined, { cookie })).json;
  return { cookie, 'x-csrf-token': csrfToken };
}

async function listed(client: Client, headers?: Record<string, string>): Promise<OpenSession[]> {
  return (await client('GET', '/api/sessions', undefined, headers)).json.items;
}

async function audit(client: Client): Promise<AuditEntry[]> {
  return (await client('GET', '/api/audit')).json.items;
}

describe('sessions', () => {
  it('are seen and ended: one, and all others', async () => {
    const [lost, mine, third] = [
      await comeIn(served.workspace.access.newLinkToken()),
      await comeIn(served.workspace.access.newLinkToken()),
      await comeIn(await served.key(['read'], AURORA)),
    ];
    const seen = await listed(stranger, mine);
    expect(seen).toHaveLength(3);
    expect(seen.map((s) => [s.openedWith, s.merchant, s.current])).toEqual([
      ['key', AURORA, false],
      ['link', null, true],
      ['link', null, false],
    ]);
    expect(seen[0]).toMatchObject({
      address: '127.0.0.1',
      scopes: ['read'],
      name: expect.stringMatching(/^test \d+$/),
    });
    // What the list shows opens nothing.
    for (const { id } of seen)
      expect((await stranger('GET', '/api/overview', undefined, { cookie: `demanda_0=${id}` })).status).toBe(401);
    const lostId = seen[2]?.id as string;
    expect((await stranger('DELETE', `/api/sessions/${lostId}`, undefined, mine)).status).toBe(200);
    expect((await stranger('GET', '/api/overview', undefined, lost)).status).toBe(401);
    expect((await stranger('DELETE', `/api/sessions/${lostId}`, undefined, mine)).json.error.code).toBe(
      'SESSION_UNKNOWN',
    );
    expect((await stranger('DELETE', '/api/sessions', undefined, mine)).json).toEqual({ ended: 1 });
    expect((await stranger('GET', '/api/overview', undefined, third)).status).toBe(401);
    expect((await stranger('GET', '/api/overview', undefined, mine)).status).toBe(200);
    expect(await listed(owner)).toHaveLength(1);
    expect((await owner('DELETE', '/api/sessions')).json).toEqual({ ended: 1 });
  });

  it('of a merchant are all that the merchant’s administrator sees and ends', async () => {
    const mine = await comeIn(served.workspace.access.newLinkToken());
    const [ours, theirs] = [
      await comeIn(await served.key(['read'], AURORA)),
      await comeIn(await served.key(['read'], OTHER)),
    ];
    const admin = clientOf(served, await served.key(['admin'], AURORA));
    const seen = await listed(admin);
    expect(seen.map((s) => s.merchant)).toEqual([AURORA]);
    const others = (await listed(owner)).filter((s) => s.merchant !== AURORA);
    expect(others).toHaveLength(2);
    for (const { id } of others)
      expect((await admin('DELETE', `/api/sessions/${id}`)).json.error.code).toBe('SESSION_UNKNOWN');
    expect((await admin('DELETE', '/api/sessions')).json).toEqual({ ended: 1 });
    expect((await stranger('GET', '/api/overview', undefined, ours)).status).toBe(401);
    for (const open of [mine, theirs])
      expect((await stranger('GET', '/api/overview', undefined, open)).status).toBe(200);
    await owner('DELETE', '/api/sessions');
  });

  it('end no later than their key, and with it', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const made = (await owner('POST', '/api/keys', { name: 'por horas', scopes: ['read'], expiresAt })).json;
    expect(made.apiKey.expiresAt).toBe(expiresAt);
    const open = await comeIn(made.key);
    const till = clientOf(served, made.key);
    expect([
      (await till('GET', '/api/overview')).status,
      (await stranger('GET', '/api/overview', undefined, open)).status,
    ]).toEqual([200, 200]);
    expect((await listed(owner))[0]?.expiresAt).toBe(expiresAt);
    expireKey(served.folder, made.apiKey.id);
    expect([
      (await till('GET', '/api/overview')).status,
      (await stranger('GET', '/api/overview', undefined, open)).status,
    ]).toEqual([401, 401]);
    expect((await stranger('POST', '/api/session', { token: made.key })).status).toBe(401);
    expect(await listed(owner)).toEqual([]);
    expect(
      (await owner('POST', '/api/keys', { name: 'ayer', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' })).json
        .error.code,
    ).toBe('KEY_EXPIRY_PAST');
  });

  it('are in the log as they begin, end and are refused: by whom or from where, never the token', async () => {
    const token = served.workspace.access.newLinkToken();
    const open = await comeIn(token);
    await stranger('POST', '/api/session', { token });
    await stranger('DELETE', '/api/session', undefined, open);
    const entries = (await audit(owner)).slice(0, 3);
    expect(entries.map((e) => e.action)).toEqual(['session.end', 'session.refuse', 'session.open']);
    const [ended, refused, opened] = entries as [AuditEntry, AuditEntry, AuditEntry];
    expect(opened.actor).toMatch(/^owner:[\da-f-]{36}$/);
    expect(ended).toMatchObject({
      actor: opened.actor,
      actorName: 'owner',
      detail: { id: opened.actor.slice('owner:'.length) },
    });
    expect(refused).toMatchObject({ actor: 'address:127.0.0.1', merchant: null });
    expect(JSON.stringify(await audit(owner))).not.toContain(token);
  });
});

describe('keys', () => {
  it('have a name of their own among those of the merchant that are not revoked', async () => {
    const make = (name: string, merchant: string | null = null) =>
      owner('POST', '/api/keys', { name, scopes: ['read'], merchant });
    const first = (await make('Panadería')).json;
    const taken = await make('panaderia', null);
    expect([taken.status, taken.json.error.code]).toEqual([409, 'KEY_NAME_TAKEN']);
    expect((await make('Panadería', AURORA)).status).toBe(201);
    await owner('DELETE', `/api/keys/${first.apiKey.id}`);
    expect((await make('PANADERÍA')).status).toBe(201);
    for (const name of ['owner', 'este equipo', 'оwner'])
      expect((await make(name)).json.error.code, name).toBe('KEY_NAME_RESERVED');
    for (const name of ['a\u202eb', 'a\u001bb', '\u3164x'])
      expect((await make(name)).json.error.code, name).toBe('KEY_NAME_UNSEEN');
  });

  it('of a name from before cannot pass for the owner: actors are of a kind and an id', async () => {
    const { access } = served.workspace as unknown as {
      access: { store: { addKey(key: object, deed: object): Promise<void> } };
    };
    const { createHash } = await import('node:crypto');
    const secret = `dk_${'x'.repeat(43)}`;
    const at = new Date().toISOString();
    const key = {
      id: 'legacy',
      name: 'owner',
      scopes: ['admin'],
      merchant: OTHER,
      prefix: 'dk_xxxxx',
      createdAt: at,
      createdBy: 'owner',
      createdByName: null,
    };
    const actor = { kind: 'library', id: 'x', name: 'x' };
    await access.store.addKey(
      { ...key, expiresAt: null, revokedAt: null, hash: createHash('sha256').update(secret).digest('base64url') },
      { at, actor, action: 'key.create', merchant: OTHER, detail: {} },
    );
    const open = await comeIn(secret);
    const made = await stranger('POST', '/api/keys', { name: 'segunda', scopes: ['read'] }, open);
    expect(made.json.apiKey).toMatchObject({
      createdBy: expect.stringMatching(/^session:[\da-f-]{36}$/),
      createdByName: 'owner',
      merchant: OTHER,
    });
    await stranger('DELETE', '/api/session', undefined, open);
  });

  it('are revoked in the log of their merchant, whoever revokes them', async () => {
    const { apiKey } = (await owner('POST', '/api/keys', { name: 'a revocar', scopes: ['admin'], merchant: OTHER }))
      .json;
    await owner('DELETE', `/api/keys/${apiKey.id}`);
    const theirs = await audit(clientOf(served, await served.key(['admin'], OTHER)));
    expect(theirs[1]).toMatchObject({
      action: 'key.revoke',
      merchant: OTHER,
      detail: { id: apiKey.id, name: 'a revocar' },
    });
  });
});

describe('live events', () => {
  /** Reads a stream until it ends. @returns when (ms), and whether anything was sent */
  async function watched(
    training: string,
    headers: Record<string, string>,
  ): Promise<{ readonly ended: Promise<number>; readonly begun: Promise<void> }> {
    const response = await fetch(`${served.url}/api/trainings/${training}/events`, { headers });
    expect(response.status).toBe(200);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let first = (): void => {};
    const begun = new Promise<void>((resolve) => {
      first = resolve;
    });
    const read = async (): Promise<number> => {
      try {
        while (!(await reader.read()).done) first();
      } catch {
        // Cut: as good as ended.
      }
      return performance.now();
    };
    return { ended: read(), begun };
  }

  it('end soon after revocation, sign-out, expiry and the end of the session', async () => {
    const { merchant, product } = (await owner('GET', '/api/overview')).json.items[0];
    const { trainingId } = (
      await owner('POST', '/api/trainings', {
        cells: [{ merchant, product }],
        options: { iterations: 2_000_000, searchEvery: 0 },
      })
    ).json;
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
    const make = async (name: string, expiresAt: string | null = null) =>
      (await owner('POST', '/api/keys', { name, scopes: ['read'], expiresAt })).json as {
        key: string;
        apiKey: { id: string };
      };
    const stays = await watched(trainingId, bearer((await make('se queda')).key));
    let left = false;
    void stays.ended.then(() => {
      left = true;
    });
    const within = async (headers: Record<string, string>, end: () => Promise<unknown>): Promise<number> => {
      const stream = await watched(trainingId, headers);
      await stream.begun;
      await end();
      const at = performance.now();
      return (await stream.ended) - at;
    };
    const revoked = await make('revocada');
    expect(await within(bearer(revoked.key), () => owner('DELETE', `/api/keys/${revoked.apiKey.id}`))).toBeLessThan(
      MOST_MS,
    );
    const out = await comeIn(served.workspace.access.newLinkToken());
    expect(await within(out, () => stranger('DELETE', '/api/session', undefined, out))).toBeLessThan(MOST_MS);
    const ended = await comeIn(served.workspace.access.newLinkToken());
    const [{ id }] = (await listed(stranger, ended)) as [OpenSession];
    expect(await within(ended, () => owner('DELETE', `/api/sessions/${id}`))).toBeLessThan(MOST_MS);
    const keyed = await make('con sesión');
    const session = await comeIn(keyed.key);
    expect(await within(session, () => owner('DELETE', `/api/keys/${keyed.apiKey.id}`))).toBeLessThan(MOST_MS);
    const expires = Date.now() + 2_500;
    const timed = await make('por poco', new Date(expires).toISOString());
    expect(
      await within(bearer(timed.key), () => new Promise((resolve) => setTimeout(resolve, expires - Date.now()))),
    ).toBeLessThan(MOST_MS);
    expect(left, 'the stream of a key that holds goes on').toBe(false);
    await owner('POST', `/api/trainings/${trainingId}/stop`);
    await stays.ended;
  }, 60_000);
});

describe('attempts to come in', () => {
  it('that fail are few from one address, at once too; good ones are not counted', async () => {
    const narrow = await serveShops({ trained: false });
    try {
      const asks = clientOf(narrow, null);
      for (let i = 0; i < 15; i++)
        expect((await asks('POST', '/api/session', { token: narrow.workspace.access.newLinkToken() })).status).toBe(
          200,
        );
      const wrong = await Promise.all(
        Array.from({ length: 15 }, (_, i) => asks('POST', '/api/session', { token: `dk_guess-number-${i}` })),
      );
      expect(wrong.filter((a) => a.status === 401)).toHaveLength(10);
      const refused = wrong.filter((a) => a.status === 429);
      expect(refused).toHaveLength(5);
      expect(refused[0]?.json.error.code).toBe('SIGN_IN_TOO_MANY');
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(60);
      const log = (await clientOf(narrow, await narrow.key(['admin'], null))('GET', '/api/audit')).json
        .items as AuditEntry[];
      expect(log.filter((e) => e.action === 'session.refuse')).toHaveLength(10);
    } finally {
      await narrow.close();
    }
  });
});
