/** A PostgreSQL of a bench's own, whose filled database a folder may keep for the next time. */

import { join } from 'node:path';
import pg from 'pg';
import { startPostgres, type TestServer } from '../test/support/postgres.ts';

const FILLED = 'filled';
/** Of one that a bench was ended in the middle of, nothing is known. */
const FILLING = 'filling';

export interface KeptPostgres {
  readonly server: TestServer;
  /** Of the filled database. */
  readonly address: string;
}

/**
 * @param folder holds the server's data in its folder `postgres`; null: nothing is kept
 * @param fill into an empty database; asked for unless the folder has a filled one
 */
export async function keptPostgres(
  folder: string | null,
  fill: (address: string) => Promise<void>,
): Promise<KeptPostgres> {
  const data = folder === null ? undefined : join(folder, 'postgres');
  const server = await startPostgres([], data);
  if (typeof server === 'string') throw new Error(server);
  try {
    const names = await databases(await server.named('postgres'));
    if (!names.includes(FILLED)) {
      const filling = await server.named(FILLING);
      if (names.includes(FILLING)) await server.drop(filling);
      await fill(await server.named(FILLING));
      await asked(await server.named('postgres'), `ALTER DATABASE ${FILLING} RENAME TO ${FILLED}`);
    }
    return { server, address: await server.named(FILLED) };
  } catch (error) {
    await server.remove();
    throw error;
  }
}

async function databases(address: string): Promise<string[]> {
  return (await asked(address, 'SELECT datname FROM pg_database')).map(({ datname }) => datname as string);
}

async function asked(address: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
