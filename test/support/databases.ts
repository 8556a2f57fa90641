/** Databases of tests: empty ones, and ones that have the schema and nothing in it. */

import pg from 'pg';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { startPostgres, type TestServer } from './postgres.ts';

/** So many with the schema are there at once: the oldest is emptied and given again. */
const MOST_DATABASES = 4;

export interface TestDatabases {
  readonly server: TestServer;
  /** Address of one that holds nothing. */
  empty(): Promise<string>;
  /** Address of one with the schema, which nobody has open. */
  migrated(): Promise<string>;
  remove(): Promise<void>;
}

/** @returns why there are none, for the tests that are skipped; it is printed too */
export async function databasesOf(settings: readonly string[] = []): Promise<TestDatabases | string> {
  const server = await startPostgres(settings);
  if (typeof server === 'string') {
    process.stderr.write(`skipped: ${server}\n`);
    return server;
  }
  const given: string[] = [];
  const migrated = async (): Promise<string> => {
    if (given.length < MOST_DATABASES) {
      const made = await server.database();
      await (await openPostgresStore(made)).close();
      given.push(made);
      return made;
    }
    const oldest = given.shift() as string;
    await emptied(oldest);
    given.push(oldest);
    return oldest;
  };
  return { server, empty: () => server.database(), migrated, remove: () => server.remove() };
}

/** Takes every row away, which is faster than to make a database: a hundred tables lie in files of their own. */
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
