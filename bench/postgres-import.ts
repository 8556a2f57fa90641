/**
 * Imports of a million rows into PostgreSQL, new and over existing rows: seconds, and seconds of processors of this
 * process and of the server. `node bench/postgres-import.ts [cells] [rows of each]`
 */

import type { SaleTicket } from '../src/contract/import-rows.ts';
import { PostgresCells } from '../src/store/postgres/cells.ts';
import { PostgresConnection } from '../src/store/postgres/connection.ts';
import { migratePostgres } from '../src/store/postgres/migrate.ts';
import { PostgresSales } from '../src/store/postgres/sales.ts';
import { IMPORTED } from '../test/support/deeds.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { serverSeconds, statOf } from './server-seconds.ts';

const ROWS = Number(process.argv[3] ?? 1_000);
/** Rows that a reader of files gives at once. */
const AT_ONCE = 5_000;

type Order = 'by cell' | 'by day';

const ticketOf = (cell: number, t: number, changed: number): SaleTicket => ({
  merchant: `shop ${cell % 40}`,
  product: `product ${Math.floor(cell / 40)}`,
  productType: `type ${cell % 7}`,
  day: 19_000 + t,
  quantity: ((cell * 7 + t) % 50) + 0.5 + changed,
  price: 2 + (t % 9) / 10,
  ...{ cost: null, promo: null, soldOut: false, waste: null, marketPrice: null, covariates: null },
});

function* ticketsOf(cells: number, order: Order, changed: number): Generator<SaleTicket[]> {
  let tickets: SaleTicket[] = [];
  for (let at = 0; at < cells * ROWS; at++) {
    const [cell, t] = order === 'by cell' ? [Math.floor(at / ROWS), at % ROWS] : [at % cells, Math.floor(at / cells)];
    tickets.push(ticketOf(cell, t, changed));
    if (tickets.length < AT_ONCE) continue;
    yield tickets;
    tickets = [];
  }
  if (tickets.length > 0) yield tickets;
}

const cells = Number(process.argv[2] ?? 1_000);
const server = await startPostgres(['fsync=on', 'shared_buffers=256MB', 'max_wal_size=4GB']);
if (typeof server === 'string') throw new Error(server);
try {
  for (const order of ['by cell', 'by day'] as const) {
    const connection = new PostgresConnection(await server.database());
    await migratePostgres(connection);
    const backend = await connection.one<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const postmaster = Number(statOf(backend?.pid as number)[1]);
    const [sales, stored] = [new PostgresSales(connection), new PostgresCells(connection)];
    for (const [name, changed] of [
      ['new', 0],
      ['over existing rows', 1],
      ['of the same rows again', 1],
    ] as const) {
      const [began, before, own] = [performance.now(), serverSeconds(postmaster), process.cpuUsage()];
      const begun = await sales.beginImport('sales');
      for (const tickets of ticketsOf(cells, order, changed)) await begun.add(tickets);
      const gathered = (performance.now() - began) / 1000;
      const { rows, replaced, unchanged } = await begun.commit({
        dryRun: false,
        unit: '',
        knownCovariates: [],
        ...IMPORTED,
      });
      const { user, system } = process.cpuUsage(own);
      console.log(
        `${order}, ${name}: ${((performance.now() - began) / 1000).toFixed(1)} s (gathered after ${gathered.toFixed(1)}), ` +
          `of processors ${((user + system) / 1e6).toFixed(1)} s here and ${(serverSeconds(postmaster) - before).toFixed(1)} s of the server; ` +
          `${rows} rows, ${replaced} replaced, ${unchanged} unchanged; peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
      );
    }
    let read = 0;
    const [began, own] = [performance.now(), process.cpuUsage()];
    for await (const series of sales.stream({})) read += series.days.length;
    const { user, system } = process.cpuUsage(own);
    console.log(
      `${order}: ${read} rows of ${await stored.count({})} cells read in ${((performance.now() - began) / 1000).toFixed(2)} s, ` +
        `${((user + system) / 1e6).toFixed(2)} s of a processor here`,
    );
    const sizes = await connection.one<{ mb: number }>(
      "SELECT (sum(pg_total_relation_size(relid)) / 1e6)::float8 AS mb FROM pg_partition_tree('demanda.sale')",
    );
    console.log(`${order}: sales take ${sizes?.mb.toFixed(0)} MB`);
    await connection.close();
  }
} finally {
  await server.remove();
}
