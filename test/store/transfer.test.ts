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
  addRest(folder);
}

/** A row of every table that the shop has none in: a transfer knows nothing of what they mean. */
function addRest(folder: string): void {
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
  const [{ run, import: number }] = database
    .prepare('SELECT min(run_id) AS run, (SELECT max(number) FROM import) AS import FROM run')
    .all() as [{ run: string; import: number }];
  database.exec(`
    INSERT INTO known_covariate VALUES ('Ana', 'rain'), ('', 'feast');
    INSERT INTO import_covariate VALUES (${number}, 'Ana', 'rain', 1);
    INSERT INTO import_joined VALUES (${number}, '2025-05-01T00:00:00.000Z', 'Kiwi', 'Kiwi verde');
    INSERT INTO import_price VALUES (${number}, '', 'Pera', 20089, NULL, 1.05), (${number}, 'Ana', 'Pera', 20089, 1, 1.1);
    INSERT INTO run_inputs VALUES ('${run}', 4000000000, x'00ff0d0a5c');
    INSERT INTO checkpoint VALUES ('${run}', 0, 30, 7, x'5c4e'), ('${run}', 1, 60, 8, zeroblob(100000));
    INSERT INTO export_batch VALUES ('', 'b-1', '2025-05-01T00:00:00.000Z', 'command:someone', NULL, '2025-05-02', 'csv', '{}', '[]');
    INSERT INTO experiment (id, at, actor, actor_name, design, turn, size, seed, first_day, last_day, max_loss, expected, ended_day)
      VALUES (7, '2025-05-01T00:00:00.000Z', 'command:someone', 'someone', 'shops', 'week', 0.1, 3, 20200, 20255, NULL, '{}', 20255);
    INSERT INTO experiment_cell VALUES (7, 0, 'Ana', 'Pera', 'kg', 2.5, 1.1, NULL);
    INSERT INTO experiment_price VALUES (7, 0, 20200, 'low', 2.25), (7, 0, 20201, 'high', 2.75);
    INSERT INTO api_key VALUES ('k1', 'hash', 'till\n\t\\"', 'read', 'Ana', 'dk_', '2025-05-01T00:00:00.000Z', 'command:someone', NULL, 'someone', NULL);
    INSERT INTO training (training_id, merchant, status, cells, options, lang, started_at, started_by, beat_at, number)
      VALUES ('t1', NULL, 'done', 2, '{}', 'es', '2025-05-01T00:00:00.000Z', 'command:someone', '2025-05-01T00:00:00.000Z', 9);
    INSERT INTO journal (id, kind, at, merchant, detail) VALUES (3, 'watch', '2025-05-01T00:00:00.000Z', 'Ana', '{"checked":2}');
    INSERT INTO interval_month VALUES ('Ana', 'Pera', '2025-03', 'Fruta', 20165, 9, 1, 0),
      ('Ana', 'Tomate', '2025-03', 'Fruta', 20165, 8, 0, 2);
    INSERT INTO stock VALUES ('Ana', 'Pera', 20165, 1, 2, 4.5, 20170, NULL),
      ('Ana', 'Pera', 20165, 1, 1, 3, NULL, 20168);
    INSERT INTO competitor_price VALUES ('', 'Pera', 'Lidl', 20165, 1, 3, 2.25, 0, NULL),
      ('Ana', 'Pera', 'D"ía', 20165, 1, 4, 2.5, 1, 'Pera\tlimonera');
    INSERT INTO secret VALUES ('webhook', 'whsec_"x');
    INSERT INTO training_cell VALUES ('t1', 'Ana', 'Pera', 4, '{"status":"done"}');
  `);
  database.close();
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
        const of = cell ?? (['cell', 'overview', 'overview_name'].includes(String(name)) ? null : id);
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
      expect(there.tables.filter(({ rows }) => rows === 0)).toEqual([]);
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
      await expect(changing).rejects.toMatchObject({
        code: 'TRANSFER_CHANGED',
        message: expect.stringContaining('setting'),
      });
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
