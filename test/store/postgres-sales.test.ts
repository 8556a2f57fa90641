/** What PostgreSQL alone has to keep of sales, besides the contract. */

import { afterAll, beforeAll } from 'vitest';
import type { Store } from '../../src/contract/store/store.ts';
import { PostgresCells } from '../../src/store/postgres/cells.ts';
import { PostgresConnection } from '../../src/store/postgres/connection.ts';
import { migratePostgres } from '../../src/store/postgres/migrate.ts';
import { PostgresSales } from '../../src/store/postgres/sales.ts';
import { describeHeldValues } from '../contracts/held-values.ts';
import { describeImports } from '../contracts/imports.ts';
import { describePrices } from '../contracts/prices.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';

let server: TestServer;
beforeAll(async () => {
  const started = await startPostgres();
  if (typeof started === 'string') throw new Error(started);
  server = started;
});
afterAll(() => server?.remove());

async function open(): Promise<Store> {
  const connection = new PostgresConnection(await server.database());
  await migratePostgres(connection);
  return {
    cells: new PostgresCells(connection),
    sales: new PostgresSales(connection),
    close: () => connection.close(),
  } as unknown as Store;
}
describeImports('PostgreSQL', open);
describeHeldValues('PostgreSQL', open);
describePrices('PostgreSQL', open);
