/** Everything of a store in another engine's, and back. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TABLES } from '../../src/store/transfer/tables.ts';
import { migrateStore, Workspace } from '../../src/workspace.ts';
import { databasesOf } from '../support/databases.ts';
import { temporaryFolder } from '../support/temporary.ts';

const databases = await databasesOf();

/** A real store of an earlier version, and everything that a shop does with it since. */
async function fullWorkspace(folder: string): Promise<void> {
  writeFileSync(
    join(folder, 'demanda.sqlite'),
    gunzipSync(readFileSync(join(import.meta.dirname, 'earlier/v16.sqlite.gz'))),
  );
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const workspace = await Workspace.open(folder, { lang: 'en' });
  // Rows that replace earlier ones, some as they are; columns and covariates that these had not; a value that is held.
  const again = file(
    'again.csv',
    'date,merchant,product,kg,price,sold_out,waste,rain\n2025-01-03,Ana,Pera,9,2,1,0.5,1\n2025-01-04,Ana,Pera,9.5,2,,,0\n' +
      '2025-03-20,Ana,Pera,9,200,,,\n2025-03-20,Ana,Kiwi,3,4,,,2\n',
  );
  await workspace.importFiles([again], { replace: true });
  const costs = file('costs.csv', 'date,product,cost\n2025-01-01,Pera,1.1\n2025-02-01,Pera,1.2\n');
  await workspace.importFiles([costs], { kind: 'costs' });
  const market = file('market.csv', 'date,product,price\n2025-01-01,Pera,2.5\n2025-02-01,Fruta,2.6\n');
  await workspace.importFiles([market], { kind: 'market' });
  await workspace.names.rename('product', 'Kiwi', 'Kiwi verde');
  await workspace.setSettings({ country: 'PT' });
  await workspace.train({ merchant: 'Ana', product: 'Tomate' });
  await workspace.setAlias('Ana', 'Pera', 'candidate', 1);
  await workspace.recommend({ merchant: 'Ana', keep: true });
  await workspace.close();
}

/** Texts of every table but those of the moment, whatever numbers cells have in it. */
function contentsOf(folder: string): string {
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'), { readOnly: true });
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  const lines = names.flatMap(({ name }) => {
    if (['session', 'idempotent_request', 'held_cell', 'sale_version'].includes(String(name))) return [];
    const cells = database
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .map((row) => {
        const { id, cell, pid, identity, ...rest } = row;
        const of = cell ?? (name === 'cell' || name === 'overview' ? null : id);
        const named =
          cell === undefined || cell === null
            ? of
            : database
                .prepare(
                  `SELECT merchant, product FROM ${name === 'overview_reason' ? 'overview' : 'cell'} WHERE id = ?`,
                )
                .get(cell);
        return JSON.stringify([named ?? null, rest], (_, value) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
        );
      });
    return [`# ${name} ${cells.length}`, ...cells.sort()];
  });
  database.close();
  return lines.join('\n');
}

if (typeof databases === 'string') describe.skip(`a store in another place: ${databases}`, () => {});
else {
  afterAll(() => databases.remove());
  describe('a store in another place', () => {
    let template: string;
    beforeAll(async () => {
      template = mkdtempSync(join(tmpdir(), 'demanda-full-'));
      await fullWorkspace(template);
    }, 60_000);
    afterAll(() => rmSync(template, { recursive: true, force: true }));
    /** A copy of the full workspace. */
    const full = (): string => {
      const folder = temporaryFolder();
      copyFileSync(join(template, 'demanda.sqlite'), join(folder, 'demanda.sqlite'));
      return folder;
    };

    it('is the same in PostgreSQL, and in a folder again, row by row', async () => {
      const [from, back] = [full(), temporaryFolder()];
      const address = await databases.empty();
      const there = await migrateStore(from, address);
      const again = await migrateStore(address, back);
      expect(again.tables).toEqual(there.tables);
      expect(there.tables.map(({ table }) => table)).toEqual(TABLES.map(({ name }) => name));
      const rows = Object.fromEntries(there.tables.map(({ table, rows: count }) => [table, count]));
      // What this shop has not done leaves its tables empty.
      const empty = Object.keys(rows).filter((table) => rows[table] === 0);
      expect(empty.sort()).toEqual(
        [
          'api_key',
          'experiment',
          'experiment_cell',
          'experiment_price',
          'export_batch',
          'known_covariate',
          'run_inputs',
          'training',
          'training_cell',
        ].sort(),
      );
      expect(contentsOf(back)).toBe(contentsOf(from));
    });
    it('names no password', async () => {
      const address = new URL(await databases.empty());
      address.password = 'hunter2';
      const document = await migrateStore(full(), address.href);
      expect(JSON.stringify(document)).not.toContain('hunter2');
    });
    it('broken off goes on where it was, and opens for nothing else meanwhile', async () => {
      const from = full();
      const address = await databases.empty();
      const broken = migrateStore(from, address, {
        onProgress: ({ table }) => {
          if (table === 'model') throw new Error('pulled');
        },
      });
      await expect(broken).rejects.toThrow('pulled');
      await expect(Workspace.open(address)).rejects.toMatchObject({ code: 'STORE_UNFINISHED' });
      await expect(migrateStore(full(), address)).rejects.toMatchObject({ code: 'TRANSFER_OTHER' });
      const copied: string[] = [];
      const document = await migrateStore(from, address, {
        onProgress: ({ stage, table }) => void (stage === 'copy' && copied.push(table)),
      });
      expect([document.resumed, copied[0]]).toEqual([true, 'model']);
      const workspace = await Workspace.open(address);
      expect((await workspace.models()).models.length).toBeGreaterThan(0);
      await workspace.close();
    });
    it('whose source changes meanwhile is found out, and begun anew', async () => {
      const from = full();
      const address = await databases.empty();
      let changed = false;
      const changing = migrateStore(from, address, {
        onProgress: ({ table }) => {
          if (table !== 'audit' || changed) return;
          changed = true;
          const database = new DatabaseSync(join(from, 'demanda.sqlite'));
          database.exec("UPDATE setting SET value = 'FR' WHERE key = 'country'");
          database.close();
        },
      });
      await expect(changing).rejects.toMatchObject({ code: 'TRANSFER_CHANGED', data: { table: 'setting' } });
      const document = await migrateStore(from, address);
      expect(document.resumed).toBe(false);
      const back = temporaryFolder();
      await migrateStore(address, back);
      expect(contentsOf(back)).toBe(contentsOf(from));
    });
    it('is written over nothing, and to itself not at all', async () => {
      const [from, used] = [full(), full()];
      await expect(migrateStore(from, used)).rejects.toMatchObject({ code: 'TRANSFER_TARGET_USED' });
      await expect(migrateStore(from, from)).rejects.toMatchObject({ code: 'TRANSFER_SAME' });
      await expect(migrateStore(temporaryFolder(), from)).rejects.toMatchObject({ code: 'TRANSFER_NOTHING' });
    });
    it('trains on where it is: numbers of imports, runs and proposals follow those that were taken along', async () => {
      const from = full();
      const address = await databases.empty();
      await migrateStore(from, address);
      const [here, there] = [await Workspace.open(from, { lang: 'en' }), await Workspace.open(address, { lang: 'en' })];
      for (const workspace of [here, there]) {
        await workspace.train({ merchant: 'Frutas / Bea', product: 'Pera' });
        await workspace.recommend({ merchant: 'Frutas / Bea', keep: true });
      }
      const [a, b] = [
        await here.forecast({ merchant: 'Frutas / Bea' }),
        await there.forecast({ merchant: 'Frutas / Bea' }),
      ];
      const plain = (document: object): unknown =>
        JSON.parse(JSON.stringify(document, (key, value) => (key === 'modelId' ? undefined : value)));
      expect(plain(b)).toEqual(plain(a));
      await here.close();
      await there.close();
    });
  });
}
