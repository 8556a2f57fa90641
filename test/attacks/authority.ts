/** Rights that were not given: writes by who may not, names that pass for somebody else, approvals taken away. */

import { expect } from 'vitest';
import type { AuditEntry } from '../../src/contract/api.ts';
import type { Scope } from '../../src/core/vocabulary.ts';
import { requestOf } from '../api/requests.ts';
import { AURORA } from '../api/served.ts';
import { type Attack, expectRefused, query, routeOf, type Site } from './site.ts';

/** A write by a key of Aurora's own that lacks the scope for it. */
function without(scope: Scope, route: string): Attack {
  return {
    name: `${route} with the scope ${scope} alone`,
    fails: async (site) => {
      const { path, body } = requestOf(routeOf(site, route), site.things);
      const [method = ''] = route.split(' ');
      const before = site.contents();
      expectRefused(await site.only[scope](method, path, body), 403, 'NOT_ALLOWED');
      expect(site.contents()).toBe(before);
    },
  };
}

/** The name of a key that would pass for the owner or the program. */
function reserved(name: string): Attack {
  return {
    name: `a key called ${JSON.stringify(name)}`,
    fails: async ({ aurora }) => {
      const made = await aurora('POST', '/api/keys', { name, scopes: ['read'], merchant: AURORA });
      expect([made.status, made.json.error?.code], made.text).toEqual([
        422,
        expect.stringMatching(/^KEY_NAME_(RESERVED|UNSEEN)$/),
      ]);
    },
  };
}

/** A question that changes nothing, by who may only read. */
function asks(name: string, body: (site: Site) => object): Attack {
  return {
    name: `a what-if ${name} by a read key, over an approval`,
    fails: async (site) => {
      const approved = await approve(site);
      const before = site.contents();
      const answer = await site.only.read('POST', '/api/recommendations/what-if', body(site));
      expect(answer.status, answer.text).toBe(200);
      expect(site.contents()).toBe(before);
      expect((await site.aurora('GET', `/api/recommendations/${approved}`)).json.status).toBe('approved');
    },
  };
}

/** An approved recommendation of Aurora's second product. @returns its id */
async function approve({ aurora, things }: Site): Promise<string> {
  const { items } = (await aurora('GET', '/api/recommendations')).json;
  const open = items.find((item: { product: string }) => item.product !== things.product);
  if (open.status !== 'approved') {
    const decided = await aurora('POST', '/api/recommendations/transition', {
      ids: [open.id],
      to: 'approved',
      expectedRevisions: { [open.id]: open.revision },
    });
    expect(decided.status, decided.text).toBe(200);
  }
  return open.id;
}

const cellsOf = async ({ aurora }: Site): Promise<{ merchant: string; product: string }[]> =>
  (await aurora('GET', '/api/overview')).json.items.map(({ merchant, product }: Record<string, string>) => ({
    merchant,
    product,
  }));

async function lastOf({ aurora }: Site, action: string): Promise<AuditEntry | undefined> {
  return (await aurora('GET', '/api/audit?limit=1000')).json.items.find((e: AuditEntry) => e.action === action);
}

const WRITES: Readonly<Record<string, Scope>> = {
  'POST /api/models/:merchant/:product/alias': 'approve',
  'POST /api/models/:merchant/:product/rollback': 'approve',
  'POST /api/recommendations/refresh': 'approve',
  'POST /api/recommendations/transition': 'approve',
  'POST /api/recommendations/export': 'approve',
  'POST /api/trainings': 'train',
  'POST /api/trainings/:id/stop': 'train',
  'POST /api/trainings/:id/resume': 'train',
  'POST /api/uploads': 'train',
  'POST /api/imports/:id/commit': 'train',
  'DELETE /api/imports/:id': 'train',
  'PUT /api/guardrails': 'admin',
  'POST /api/keys': 'admin',
  'DELETE /api/keys/:id': 'admin',
  'DELETE /api/sessions': 'admin',
  'DELETE /api/sessions/:id': 'admin',
};

export const AUTHORITY: readonly Attack[] = [
  ...Object.keys(WRITES).map((route) => without('read', route)),
  // One right does not stand for another.
  ...Object.entries(WRITES).map(([route, needed]) => without(needed === 'train' ? 'approve' : 'train', route)),
  ...['owner', 'Owner', 'ÖWNER', 'o w n e r', 'оwner', '0wner', 'Dueña', 'el propietario', 'system'].map(reserved),
  ...['S1stema', 'ｄｅｍａｎｄａ', 'serve', 'localhost', 'own\u200Ber', '\u202Erenwo'].map(reserved),
  asks('with other days', ({ things: { merchant, product } }) => ({ cells: [{ merchant, product }], horizonDays: 3 })),
  asks('with other guardrails', ({ things: { merchant, product } }) => ({
    cells: [{ merchant, product }],
    guardrails: { maxChange: 0.01 },
  })),
  asks('from another day', ({ things: { merchant, product } }) => ({
    cells: [{ merchant, product }],
    from: '2026-12-24',
  })),
  {
    name: 'a computation takes an approval away unasked',
    fails: async (site) => {
      const approved = await approve(site);
      const cells = await cellsOf(site);
      const done = await site.aurora('POST', '/api/recommendations/refresh', { cells, horizonDays: 11 });
      expect(done.json.kept.standing.map(({ id }: { id: string }) => id)).toContain(approved);
      expect((await site.aurora('GET', `/api/recommendations/${approved}`)).json.status).toBe('approved');
    },
  },
  {
    name: 'a computation that takes an approval away, unlogged',
    fails: async (site) => {
      const approved = await approve(site);
      const cells = await cellsOf(site);
      const body = { cells, horizonDays: 12, replaceApproved: true };
      expect((await site.aurora('POST', '/api/recommendations/refresh', body)).status).toBe(200);
      expect((await lastOf(site, 'recommendation.propose'))?.detail.replaced).toContain(approved);
    },
  },
  {
    name: 'a decision at a revision that is gone',
    fails: async (site) => {
      const [{ id, revision }] = (await site.aurora('GET', '/api/recommendations?status=proposed')).json.items;
      const decide = (of: number) =>
        site.aurora('POST', '/api/recommendations/transition', {
          ids: [id],
          to: 'reviewed',
          expectedRevisions: { [id]: of },
        });
      const late = await decide(revision - 1);
      expect(late.status, late.text).toBe(409);
      expect((await site.aurora('GET', `/api/recommendations/${id}`)).json.status).toBe('proposed');
    },
  },
  {
    name: 'a decision taken by a name instead of a key',
    fails: async (site) => {
      const id = await approve(site);
      const { decidedBy } = (await site.aurora('GET', `/api/recommendations/${id}`)).json;
      expect(decidedBy).toMatch(/^key:[\da-f-]{36}$/);
    },
  },
  {
    name: 'a key with more scopes than its maker, for another merchant, and for all',
    fails: async ({ only, things }) => {
      for (const merchant of [null, 'Nadie']) {
        const made = await only.admin('POST', '/api/keys', { name: `más ${merchant}`, scopes: ['admin'], merchant });
        if (made.status === 201) expect(made.json.apiKey.merchant).toBe(things.merchant);
        else expect([403, 404]).toContain(made.status);
      }
    },
  },
  {
    name: 'settings of the workspace, by an administrator of a merchant',
    fails: async (site) => {
      const before = site.contents();
      for (const body of [{ unit: 'g' }, { currency: 'USD' }, { country: 'US' }, { lang: 'en' }])
        expectRefused(await site.aurora('PUT', '/api/settings', body), 403, 'NOT_ALLOWED_MERCHANT');
      expect(site.contents()).toBe(before);
    },
  },
  {
    name: 'guardrails of the workspace, by an administrator of a merchant',
    fails: async (site) => {
      const before = (await site.owner('GET', '/api/guardrails')).json.own;
      await site.aurora('PUT', '/api/guardrails', { maxChange: 0.77 });
      await site.aurora('PUT', '/api/guardrails?productType=Carne', { maxChange: 0.77 });
      expect((await site.owner('GET', '/api/guardrails')).json.own).toEqual(before);
      expect((await site.owner('GET', '/api/guardrails?productType=Carne')).json.own).toEqual({});
      await site.aurora('PUT', `/api/guardrails?${query(AURORA)}`, { maxChange: 0.15 });
    },
  },
  {
    name: 'half of the settings, where the other half is refused',
    fails: async (site) => {
      const before = site.contents();
      const answer = await site.owner('PUT', '/api/settings', { unit: 'g', currency: 'ZZZ' });
      expectRefused(answer, 400, 'CURRENCY_UNKNOWN');
      expect(site.contents()).toBe(before);
    },
  },
  {
    name: 'revoking a key of Aurora unseen by Aurora',
    fails: async (site) => {
      const { id } = (await site.owner('POST', '/api/keys', { name: 'de paso', scopes: ['read'], merchant: AURORA }))
        .json.apiKey;
      expect((await site.owner('DELETE', `/api/keys/${id}`)).status).toBe(200);
      expect((await lastOf(site, 'key.revoke'))?.detail.id).toBe(id);
    },
  },
];
