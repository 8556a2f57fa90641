/**
 * Attacks made by hand, each of which must not work: those that once did, and siblings of them with other numbers,
 * names, routes and files. One workspace is served for all of them.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figure } from '../support/figure.ts';
import { AUTHORITY } from './authority.ts';
import { CLOCK } from './clock.ts';
import { COMMAND_LINE } from './command-line.ts';
import { DATA_LOSS } from './data-loss.ts';
import { FILES } from './files.ts';
import { IDEMPOTENCY } from './idempotency.ts';
import { NAMES_THAT_ACT } from './names.ts';
import { NETWORK } from './network.ts';
import { SESSIONS } from './sessions.ts';
import { type Attack, openSite, type Site } from './site.ts';
import { TENANTS } from './tenants.ts';
import { VAULT } from './vault.ts';

const GROUPS: Readonly<Record<string, readonly Attack[]>> = {
  'idempotency keys': IDEMPOTENCY,
  authority: AUTHORITY,
  tenants: TENANTS,
  'sessions and streams': SESSIONS,
  files: FILES,
  'names that act': NAMES_THAT_ACT,
  network: NETWORK,
  'loss of data': DATA_LOSS,
  vault: VAULT,
  'a clock that goes back': CLOCK,
  'command line': COMMAND_LINE,
};

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 120_000);

const counts = { made: 0, worked: 0 };
afterAll(async () => {
  await site?.close();
  figure('attacks', `${counts.made} made, ${counts.worked} worked`);
});

for (const [group, attacks] of Object.entries(GROUPS)) {
  describe(`attacks: ${group}`, () => {
    for (const { name, fails } of attacks) {
      it(name, async () => {
        counts.made++;
        try {
          await fails(site);
        } catch (error) {
          counts.worked++;
          throw error;
        }
      });
    }
  });
}

it('are two hundred at least, of different names, and leave the server alive and the store whole', async () => {
  const names = Object.entries(GROUPS).flatMap(([group, attacks]) => attacks.map(({ name }) => `${group}: ${name}`));
  expect(names.length).toBeGreaterThanOrEqual(200);
  expect(new Set(names).size).toBe(names.length);
  // The client must see first that the server has closed what lay idle while other processes were waited for.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await site.stranger('GET', '/api/health')).json).toEqual({ ok: true });
  expect((await site.aurora('GET', '/api/overview/summary')).json.models).toBe(2);
  expect(site.inStore((store) => store.prepare('PRAGMA integrity_check').all())).toEqual([{ integrity_check: 'ok' }]);
});
