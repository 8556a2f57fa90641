/** Answers that belong to somebody else, secrets given twice, writes that are told apart by too little. */

import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { ended } from '../api/requests.ts';
import { AURORA, type Client, clientOf, OTHER } from '../api/served.ts';
import { type Attack, comeIn, expectNothingOfAurora, expectRefused, query, type Site, upload } from './site.ts';

const under = (key: string): Record<string, string> => ({ 'idempotency-key': key });
const sales = (quantity: number): string => `fecha,producto,kg,precio\n2026-02-01,Pera,${quantity},2\n`;

/** The same request under the same key by Aurora and then by the other merchant. */
function twice(name: string, ask: (client: Client, merchant: string, key: string) => ReturnType<Client>): Attack {
  return {
    name: `the answer to another merchant’s ${name}, by its key`,
    fails: async (site) => {
      const key = `twice-${name.replaceAll(/\W/g, '-')}`;
      const mine = await ask(site.aurora, AURORA, key);
      expect(mine.status, mine.text).toBeLessThan(300);
      const theirs = await ask(site.other, OTHER, key);
      expect([theirs.status, theirs.headers.get('idempotency-replayed')]).toEqual([mine.status, null]);
      expectNothingOfAurora(theirs, site);
      expect((await ask(site.aurora, AURORA, key)).headers.get('idempotency-replayed')).toBe('true');
    },
  };
}

/** A first request that is done, and a second under its key that is another. */
function another(
  name: string,
  second: (client: Client, headers: Record<string, string>) => ReturnType<Client>,
): Attack {
  return {
    name: `the first answer for another request: ${name}`,
    fails: async ({ aurora }) => {
      const headers = under(`other-${name.replaceAll(/\W/g, '-')}`);
      const first = await aurora('PUT', `/api/guardrails?${query(AURORA)}`, { maxChange: 0.1 }, headers);
      expect(first.status, first.text).toBe(200);
      expectRefused(await second(aurora, headers), 409, 'IDEMPOTENCY_DIFFERENT');
    },
  };
}

function malformed(name: string, key: string): Attack {
  return {
    name: `an Idempotency-Key ${name}`,
    fails: async (site) => {
      const before = site.contents();
      expectRefused(
        await site.aurora('PUT', `/api/guardrails?${query(AURORA)}`, { maxChange: 0.3 }, under(key)),
        400,
        'REQUEST_INVALID',
      );
      expect(site.contents()).toBe(before);
    },
  };
}

async function madeKey(site: Site, key: string): Promise<{ readonly key: string; readonly id: string }> {
  const made = await site.owner('POST', '/api/keys', { name: key, scopes: ['admin'] }, under(key));
  expect(made.status, made.text).toBe(201);
  return { key: made.json.key, id: made.json.apiKey.id };
}

export const IDEMPOTENCY: readonly Attack[] = [
  twice('guardrails', (client, merchant, key) =>
    client('PUT', `/api/guardrails?${query(merchant)}`, { maxChange: 0.15 }, under(key)),
  ),
  twice('refresh', (client, _, key) => client('POST', '/api/recommendations/refresh', {}, under(key))),
  // It is waited for, as it writes meanwhile.
  twice('training', async (client, _, key) => {
    const answer = await client('POST', '/api/trainings', { options: { solver: 'exact' } }, under(key));
    if (answer.json.trainingId !== undefined) await ended(client, answer.json.trainingId);
    return answer;
  }),
  twice('upload', (client, _, key) => client('POST', '/api/imports', upload(sales(1)), under(key))),
  {
    name: 'the secret of a key, by a session that is called like its maker’s',
    fails: async (site) => {
      const made = await madeKey(site, 'nightly-2026-01');
      const admin = clientOf(site.served, await site.served.key(['admin'], OTHER));
      const wanted = { name: 'nightly-2026-01', scopes: ['admin'] };
      const taken = await admin('POST', '/api/keys', wanted, under('nightly-2026-01'));
      expect(taken.text).not.toContain(made.key);
      expect(taken.headers.get('idempotency-replayed')).toBeNull();
      if (taken.status === 201) expect(taken.json.apiKey.merchant).toBe(OTHER);
    },
  },
  {
    name: 'the secret of a key again, by who made it',
    fails: async (site) => {
      const made = await madeKey(site, 'nightly-2026-02');
      const wanted = { name: 'nightly-2026-02', scopes: ['admin'] };
      const again = await site.owner('POST', '/api/keys', wanted, under('nightly-2026-02'));
      expectRefused(again, 409, 'KEY_MADE_BEFORE');
      expect(again.text).not.toMatch(/dk_/);
      expect(again.json.error.params.id).toBe(made.id);
    },
  },
  {
    name: 'the secret of a key again, after its answer was lost with the server',
    fails: async (site) => {
      await madeKey(site, 'nightly-2026-03');
      site.inStore((store) =>
        store
          .prepare("UPDATE idempotent_request SET status = NULL, answer = NULL, leased_until = '' WHERE key = ?")
          .run('nightly-2026-03'),
      );
      const wanted = { name: 'nightly-2026-03', scopes: ['admin'] };
      const again = await site.owner('POST', '/api/keys', wanted, under('nightly-2026-03'));
      expectRefused(again, 409, 'KEY_MADE_BEFORE');
      expect(again.text).not.toMatch(/dk_/);
    },
  },
  {
    name: 'the secret of a key in the files of the workspace',
    fails: async (site) => {
      const { key } = await madeKey(site, 'nightly-2026-04');
      // Another process looks: to close a file of SQLite's here would end its locks.
      const search = `const { readdirSync, readFileSync } = require('fs'); const [, folder, secret] = process.argv;
        for (const f of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()))
          if (readFileSync(f.parentPath + '/' + f.name).includes(secret)) console.log(f.name);`;
      const found = (secret: string): string =>
        execFileSync(process.execPath, ['-e', search, site.served.folder, secret], { encoding: 'utf8' });
      expect(found(key)).toBe('');
      expect(found('nightly-2026-04')).toContain('demanda.sqlite');
    },
  },
  {
    name: 'the secret of a session in the files of the workspace',
    fails: async (site) => {
      const { cookie = '' } = await comeIn(site, site.served.workspace.access.newLinkToken());
      expect(site.contents()).not.toContain(cookie.split('=')[1]);
    },
  },
  another('another figure', (client, headers) =>
    client('PUT', `/api/guardrails?${query(AURORA)}`, { maxChange: 0.11 }, headers),
  ),
  another('another field', (client, headers) =>
    client('PUT', `/api/guardrails?${query(AURORA)}`, { minMargin: 0.1 }, headers),
  ),
  another('one field more', (client, headers) =>
    client('PUT', `/api/guardrails?${query(AURORA)}`, { maxChange: 0.1, minPrice: 1 }, headers),
  ),
  another('an empty body', (client, headers) => client('PUT', `/api/guardrails?${query(AURORA)}`, {}, headers)),
  another('another query', (client, headers) =>
    client('PUT', `/api/guardrails?${query(AURORA)}&productType=Carne`, { maxChange: 0.1 }, headers),
  ),
  another('another path', (client, headers) => client('POST', '/api/recommendations/refresh', {}, headers)),
  another('a deletion', (client, headers) =>
    client('DELETE', '/api/keys/00000000-0000-4000-8000-000000000000', undefined, headers),
  ),
  {
    name: 'a second upload of the same length under the first one’s key',
    fails: async ({ aurora }) => {
      const first = await aurora('POST', '/api/imports', upload(sales(1)), under('upload-2026-01'));
      const second = await aurora('POST', '/api/imports', upload(sales(9)), under('upload-2026-01'));
      expectRefused(second, 409, 'IDEMPOTENCY_DIFFERENT');
      expect(second.text).not.toContain(first.json.importId);
    },
  },
  {
    name: 'the same bytes by another file name under the first one’s key',
    fails: async ({ aurora }) => {
      await aurora('POST', '/api/imports', upload(sales(2)), under('upload-2026-02'));
      expectRefused(
        await aurora('POST', '/api/imports', upload(sales(2), 'mercado.csv'), under('upload-2026-02')),
        409,
        'IDEMPOTENCY_DIFFERENT',
      );
    },
  },
  {
    name: 'a request of a read key under the key of one that wrote',
    fails: async ({ aurora, only }) => {
      const path = `/api/guardrails?${query(AURORA)}`;
      expect((await aurora('PUT', path, { maxChange: 0.12 }, under('mine-2026-01'))).status).toBe(200);
      expectRefused(await only.read('PUT', path, { maxChange: 0.12 }, under('mine-2026-01')), 403, 'NOT_ALLOWED');
    },
  },
  {
    name: 'a write that died keeps its key for two days',
    fails: async (site) => {
      const path = `/api/guardrails?${query(AURORA)}`;
      await site.aurora('PUT', path, { maxChange: 0.13 }, under('died-2026-01'));
      site.inStore((store) =>
        store
          .prepare("UPDATE idempotent_request SET status = NULL, answer = NULL, leased_until = '' WHERE key = ?")
          .run('died-2026-01'),
      );
      const again = await site.aurora('PUT', path, { maxChange: 0.13 }, under('died-2026-01'));
      expect([again.status, again.json.own.maxChange]).toEqual([200, 0.13]);
    },
  },
  malformed('of 7 characters', 'seven-7'),
  malformed('of 129 characters', 'k'.repeat(129)),
  malformed('with a blank', 'night job 1'),
  malformed('with a path', '../../etc/passwd'),
  malformed('of another alphabet, in Latin 1', 'ñandú-2026'),
  malformed('that is a piece of SQL', "x' OR '1'='1"),
];
