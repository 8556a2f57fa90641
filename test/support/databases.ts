/** Databases of tests: empty ones, and ones that have the schema and nothing in it. */

import pg from 'pg';
import type { Store } from '../../src/contract/store/store.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { startPostgres, type TestServer } from './postgres.ts';

export interface TestDatabases {
  readonly server: TestServer;
  /** Address of one that holds nothing. */
  empty(): Promise<string>;
  /** Address of one with the schema. */
  migrated(): Promise<string>;
  /**
   * What opens one with the schema, any number of times. When all of its handles are closed it is emptied and given
   * again: to make one takes ten times as long.
   */
  opener(): Promise<() => Promise<Store>>;
  remove(): Promise<void>;
}

/** @returns why there are none, for the tests that are skipped; it is printed too */
export async function databasesOf(settings: readonly string[] = []): Promise<TestDatabases | string> {
  const server = await startPostgres(settings);
  if (typeof server === 'string') {
    process.stderr.write(`skipped: ${server}\n`);
    return server;
  }
  const free: string[] = [];
  return {
    server,
    empty: () => server.database(),
    migrated: () => migrated(server),
    opener: async () => {
      const used = free.shift();
      const address = used ?? (await server.database());
      if (used !== undefined) await emptied(used);
      let open = 0;
      return async () => {
        const store = await openPostgresStore(address);
        open++;
        const close = store.close.bind(store);
        store.close = async () => {
          await close();
          if (--open === 0) free.push(address);
        };
        return store;
      };
    },
    remove: () => server.remove(),
  };
}

async function migrated(server: TestServer): Promise<string> {
  const address = await server.database();
  await (await openPostgresStore(address)).close();
  return address;
}

/** Takes every row away. */
async function emptied(address: string): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    const { rows } = await client.query<{ table: string }>(
      `SELECT format('demanda.%I', relname) AS table FROM pg_class WHERE relnamespace = 'demanda'::regnamespace
         AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT IN ('schema_version', 'version')`,
    );
    // Without triggers, in any order.
    const deletions = rows.map(({ table }) => `DELETE FROM ${table}`).join('; ');
    await client.query(`BEGIN; SET LOCAL session_replication_role = replica; ${deletions};
      UPDATE demanda.version SET number = 0; COMMIT`);
  } finally {
    await client.end();
  }
}
