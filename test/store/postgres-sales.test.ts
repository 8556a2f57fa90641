/** What PostgreSQL alone has to keep of imports, besides the contract: tables of their own, one at a time, killed ones. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import type { SaleTicket } from '../../src/contract/import-rows.ts';
import type { ImportSummary } from '../../src/contract/store/sales.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { openMemoryStore } from '../../src/store/memory/store.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { databasesOf } from '../support/databases.ts';
import { IMPORTED } from '../support/deeds.ts';
import { TICKET } from '../support/tickets.ts';

const KEEP = { dryRun: false, unit: '', knownCovariates: [], ...IMPORTED } as const;
/** More than an import holds in memory. */
const MANY = 60_000;

/** Day by day, as tills write; of every seventh day two tickets. */
function* manyTickets(): Generator<SaleTicket[]> {
  const cells = 120;
  for (let day = 0; day < MANY / cells; day++) {
    const tickets = Array.from({ length: cells }, (_, cell) => ({
      ...TICKET,
      merchant: `m${cell % 3}`,
      product: `p${cell}`,
      day: 20_000 + day,
      quantity: ((cell * 7 + day) % 50) + 0.1,
      cost: cell % 5 === 0 ? 1 + (day % 3) / 10 : null,
      covariates: cell % 4 === 0 ? { rain: day % 2, 'tem"p\\': day / 7 } : null,
    }));
    yield day % 7 === 0 ? [...tickets, ...tickets.slice(0, 10)] : tickets;
  }
}

async function importMany(store: Store): Promise<ImportSummary> {
  const begun = await store.sales.beginImport('sales');
  for (const tickets of manyTickets()) await begun.add(tickets);
  return begun.commit(KEEP);
}

async function everything(store: Store): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const series of store.sales.stream({})) all.push(series);
  return all;
}

/** Another process, which begins an import of many tickets, and says when it is about to take it over. */
const IMPORTER = `
  const { openPostgresStore } = await import(process.argv[1] + '/src/store/postgres/store.ts');
  const store = await openPostgresStore(process.argv[2]);
  const begun = await store.sales.beginImport('sales');
  const ticket = ${JSON.stringify(TICKET)};
  for (let day = 0; day < 130; day++)
    await begun.add(Array.from({ length: 1000 }, (_, cell) => ({ ...ticket, product: 'p' + cell, day: 20000 + day })));
  process.stdout.write('gathered');
  await begun.commit({ dryRun: false, unit: '', knownCovariates: [], knownFor: null, deed: () => ({
    at: '2026-01-01T00:00:00.000Z', actor: { kind: 'library', id: 'test', name: 'test' }, action: 'import.commit',
    merchant: null, detail: {} }) });
`;

const databases = await databasesOf();
if (typeof databases === 'string') describe.skip(`imports into PostgreSQL: ${databases}`, () => {});
else {
  afterAll(() => databases.remove());

  const query = async <T extends pg.QueryResultRow>(address: string, sql: string): Promise<T[]> => {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    const { rows } = await client.query<T>(sql);
    await client.end();
    return rows;
  };
  const stagingTables = async (address: string): Promise<string[]> =>
    (
      await query<{ name: string }>(
        address,
        "SELECT relname AS name FROM pg_class WHERE relname LIKE 'staged\\_%' AND relkind = 'r' ORDER BY relname",
      )
    ).map(({ name }) => name);

  describe('imports into PostgreSQL', () => {
    it('of more tickets than memory holds are what the store in memory makes of them, new and again', async () => {
      const address = await databases.empty();
      const [store, memory] = [await openPostgresStore(address), openMemoryStore()];
      for (const _ of ['new', 'again'])
        expect({ ...(await importMany(store)), importId: '' }).toEqual({ ...(await importMany(memory)), importId: '' });
      expect(await everything(store)).toEqual(await everything(memory));
      expect(await stagingTables(address)).toEqual([]);
      await store.close();
    });
    it('of more costs than memory holds likewise, and leave no table when they are given up', async () => {
      const address = await databases.empty();
      const [store, memory] = [await openPostgresStore(address), openMemoryStore()];
      const costs = Array.from({ length: MANY }, (_, i) => ({
        ...{
          merchant: i % 2 === 0 ? null : 'm1',
          product: `p${i % 40}`,
          day: 20_000 + (i % 1_111),
          cost: 1 + (i % 13) / 7,
        },
      }));
      for (const kept of [store, memory]) {
        const begun = await kept.sales.beginImport('costs');
        await begun.add(costs);
        const given = await kept.sales.beginImport('costs');
        await given.add(costs);
        await given.abort();
        expect(await begun.commit({ dryRun: false, ...IMPORTED })).toMatchObject({ accepted: MANY, names: 40 });
      }
      const last = { dryRun: true, ...IMPORTED };
      const [again, wanted] = [await store.sales.beginImport('costs'), await memory.sales.beginImport('costs')];
      for (const begun of [again, wanted]) await begun.add(costs.slice(0, 5_000));
      expect(await again.commit(last)).toEqual(await wanted.commit(last));
      expect(await stagingTables(address)).toEqual([]);
      await store.close();
    });
    it('that are taken over at once come one after the other, each whole', async () => {
      const address = await databases.empty();
      const stores = await Promise.all([1, 2, 3, 4].map(() => openPostgresStore(address)));
      const done = await Promise.all(
        stores.map(async (store, i) => {
          const begun = await store.sales.beginImport('sales');
          await begun.add(Array.from({ length: 50 }, (_, day) => ({ ...TICKET, day: 20_000 + day, quantity: i + 1 })));
          return begun.commit(KEEP);
        }),
      );
      expect(done.map(({ replaced }) => replaced).sort((a, b) => a - b)).toEqual([0, 50, 50, 50]);
      const [series] = (await everything(stores[0] as Store)) as { readonly quantity: Float64Array }[];
      expect(new Set(series?.quantity).size).toBe(1);
      for (const store of stores) await store.close();
    });
    it('that are killed leave nothing but a table, which another import removes a day later', async () => {
      const address = await databases.empty();
      const root = new URL('../..', import.meta.url).pathname;
      const importer = spawn(process.execPath, ['--input-type=module', '-e', IMPORTER, root, address], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(importer.stdout, 'data');
      importer.kill('SIGKILL');
      await once(importer, 'exit');
      const store = await openPostgresStore(address);
      const left = await stagingTables(address);
      expect(left).toHaveLength(1);
      // Waits for what the server still does of it.
      await importMany(store);
      expect(await stagingTables(address)).toEqual(left);
      expect(await store.cells.count({ merchant: TICKET.merchant })).toBe(0);
      expect((await store.imports.list(null, { limit: 9, after: null })).items).toHaveLength(1);
      await query(address, "UPDATE demanda.staging SET touched = touched - interval '25 hours'");
      await importMany(store);
      expect(await stagingTables(address)).toEqual([]);
      expect(await query(address, 'SELECT id FROM demanda.staging')).toEqual([]);
      await store.close();
    });
  });
}
