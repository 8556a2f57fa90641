/** Databases of tests: empty ones, and ones that have the schema, as copies of one that was made once. */

import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { startPostgres, type TestServer } from './postgres.ts';

/** Of a file of tests: so many lie there at once, the oldest is dropped. */
const MOST_DATABASES = 8;

export interface TestDatabases {
  readonly server: TestServer;
  /** Address of one that holds nothing. */
  empty(): Promise<string>;
  /** Address of one with the schema. */
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
  const template = await server.database();
  await (await openPostgresStore(template)).close();
  const given: string[] = [];
  const keep = async (address: string): Promise<string> => {
    given.push(address);
    if (given.length > MOST_DATABASES) await server.drop(given.shift() as string);
    return address;
  };
  return {
    server,
    empty: async () => keep(await server.database()),
    migrated: async () => keep(await server.database(template)),
    remove: () => server.remove(),
  };
}
