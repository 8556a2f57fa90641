/** Backups that are none, and restores over what is in use. */

import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { demandas } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import type { Attack, Site } from './site.ts';

interface Vault {
  /** A workspace that nobody has open, and a good backup of it. */
  readonly folder: string;
  readonly backup: string;
  at(name: string): string;
}

let making: Promise<Vault> | null = null;
function vault({ folder }: Site): Promise<Vault> {
  making ??= make(join(folder, 'vault'));
  return making;
}

async function make(folder: string): Promise<Vault> {
  const at = (name: string): string => join(folder, name);
  mkdirSync(folder);
  writeSales(at('sales.csv'), 1, 60);
  const workspace = await Workspace.open(at('ws'), { lang: 'en' });
  await workspace.importFiles([at('sales.csv')]);
  await workspace.train({ workers: 1 });
  await workspace.backup(at('good'));
  await workspace.close();
  return { folder: at('ws'), backup: at('good'), at };
}

function inStore(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** A file that is no whole backup: refused, and the workspace stays as it is. */
function refused(what: string, code: string, write: (file: string, vault: Vault) => void): Attack {
  return {
    name: `a restore of ${what}`,
    fails: async (site) => {
      const its = await vault(site);
      const file = its.at(`bad-${what.replaceAll(/\W/g, '-')}`);
      write(file, its);
      const before = readFileSync(join(its.folder, 'demanda.sqlite'));
      await expect(Workspace.restore(its.folder, file)).rejects.toMatchObject({ code });
      expect(readFileSync(join(its.folder, 'demanda.sqlite')).equals(before)).toBe(true);
      expect(readdirSync(its.folder).sort()).toEqual(['demanda.lock', 'demanda.sqlite']);
    },
  };
}

/** A copy of the good backup, changed by SQL. */
const altered =
  (sql: string) =>
  (file: string, { backup }: Vault): void => {
    cpSync(backup, file);
    inStore(file, sql);
  };

/** A backup to where none may be. */
function place(what: string, code: string, target: (vault: Vault) => string): Attack {
  return {
    name: `a backup ${what}`,
    fails: async (site) => {
      const its = await vault(site);
      const workspace = await Workspace.open(its.folder, { lang: 'en' });
      try {
        const file = target(its);
        await expect(workspace.backup(file, { replace: what !== 'over another one' })).rejects.toMatchObject({ code });
        expect((await workspace.models()).models).toHaveLength(1);
      } finally {
        await workspace.close();
      }
    },
  };
}

export const VAULT: readonly Attack[] = [
  refused('nothing', 'BACKUP_MISSING', () => {}),
  refused('a folder', 'BACKUP_MISSING', (file) => mkdirSync(file)),
  refused('an empty file', 'BACKUP_NO_STORE', (file) => writeFileSync(file, '')),
  refused('a file of sales', 'BACKUP_NO_STORE', (file) => writeFileSync(file, 'date,merchant\n'.repeat(500))),
  refused('another program’s store', 'BACKUP_NO_STORE', (file) =>
    inStore(file, 'CREATE TABLE t (a); PRAGMA user_version = 4'),
  ),
  refused('a store of a newer version', 'STORE_NEWER', altered('PRAGMA user_version = 888')),
  refused('a store of version none', 'BACKUP_NO_STORE', altered('PRAGMA user_version = 0')),
  refused('half of a backup', 'BACKUP_DAMAGED', (file, { backup }) => {
    const bytes = readFileSync(backup);
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 8192) * 4096));
  }),
  refused('a backup with torn pages', 'BACKUP_DAMAGED', (file, { backup }) => {
    const bytes = readFileSync(backup);
    for (let i = 5; i < bytes.length / 4096; i++) bytes.fill(0x5a, i * 4096 + 200, i * 4096 + 1_500);
    writeFileSync(file, bytes);
  }),
  refused('a backup with a damaged model', 'BACKUP_DAMAGED', altered("UPDATE model SET document = x'0102'")),
  refused('a backup with another checksum', 'BACKUP_DAMAGED', altered('UPDATE model SET crc = crc + 1')),
  refused(
    'a backup with a trigger that empties the log',
    'BACKUP_DAMAGED',
    altered('CREATE TRIGGER sly AFTER INSERT ON audit BEGIN DELETE FROM audit; END'),
  ),
  refused(
    'a backup with a trigger that gives rights',
    'BACKUP_DAMAGED',
    altered('CREATE TRIGGER sly AFTER INSERT ON api_key BEGIN UPDATE api_key SET scopes = \'["admin"]\'; END'),
  ),
  {
    name: 'a restore over a workspace that is open',
    fails: async (site) => {
      const { folder, backup } = await vault(site);
      const workspace = await Workspace.open(folder, { lang: 'en' });
      try {
        await expect(Workspace.restore(folder, backup)).rejects.toMatchObject({ code: 'WORKSPACE_IN_USE' });
        expect((await workspace.models()).models).toHaveLength(1);
      } finally {
        await workspace.close();
      }
    },
  },
  {
    name: 'a key that was revoked since the backup, restored to force',
    fails: async (site) => {
      const { backup, at } = await vault(site);
      cpSync(at('ws'), at('revoked'), { recursive: true });
      const owner = {
        actor: { kind: 'library', id: 'test', name: 'test' },
        name: 'test',
        scopes: ['admin'],
        merchant: null,
        keyId: null,
      } as const;
      const workspace = await Workspace.open(at('revoked'), { lang: 'en' });
      const { key, apiKey } = await workspace.access.makeKey(owner, { name: 'caja', scopes: ['read'], merchant: null });
      await workspace.backup(at('with-key'));
      await workspace.access.revokeKey(owner, apiKey.id);
      await workspace.close();
      expect(readFileSync(at('with-key')).includes(key)).toBe(false);
      await Workspace.restore(at('revoked'), at('with-key'));
      const again = await Workspace.open(at('revoked'), { lang: 'en' });
      expect(await again.access.callerByKey(key)).toBeNull();
      await again.close();
      expect(backup).not.toBe(at('with-key'));
    },
  },
  {
    name: 'a session or a kept answer inside a backup',
    fails: async (site) => {
      const file = join(site.folder, 'of-the-server');
      await site.served.workspace.backup(file);
      const copy = new DatabaseSync(file, { readOnly: true });
      const count = (table: string): unknown => copy.prepare(`SELECT count(*) AS n FROM ${table}`).get();
      expect([count('session'), count('idempotent_request')]).toEqual([{ n: 0 }, { n: 0 }]);
      copy.close();
    },
  },
  {
    name: 'a backup or a store that others on the machine may read',
    fails: async (site) => {
      const { folder, backup } = await vault(site);
      for (const file of [backup, join(folder, 'demanda.sqlite'), join(site.served.folder, 'demanda.sqlite')])
        expect(statSync(file).mode & 0o077, file).toBe(0);
      expect(statSync(folder).mode & 0o077).toBe(0);
    },
  },
  place('over another one', 'BACKUP_EXISTS', ({ backup }) => backup),
  place('inside the workspace', 'BACKUP_INSIDE', ({ folder }) => join(folder, 'copy')),
  place('over the store itself', 'BACKUP_INSIDE', ({ folder }) => join(folder, 'demanda.sqlite')),
  place('over the store by a link', 'BACKUP_INSIDE', ({ folder, at }) => {
    symlinkSync(join(folder, 'demanda.sqlite'), at('link-to-store'));
    return at('link-to-store');
  }),
  place('over a device', 'FILE_UNWRITABLE', () => '/dev/null'),
  place('into a folder that is not there', 'FILE_UNWRITABLE', ({ at }) => at('none/copy')),
  {
    name: 'a backup of a workspace that is not there, by the command line',
    fails: async (site) => {
      const { at } = await vault(site);
      const [done] = demandas([['backup', at('nothing'), '--workspace', at('no-workspace'), '--lang', 'en']]);
      expect(done).toMatchObject({ code: 1, err: expect.stringContaining('There is nothing to back up') });
      expect(readdirSync(join(site.folder, 'vault'))).not.toContain('nothing');
    },
  },
];
