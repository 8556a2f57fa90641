/** Counts of stock in PostgreSQL, and their import. */

import type { CellName } from '../../contract/cell-name.ts';
import type { Import, PriceCommit, PriceImportSummary } from '../../contract/store/sales.ts';
import type { StockCount, StockRow, StockStore } from '../../contract/store/stock.ts';
import { RenamedRows } from '../../rules/renamed-rows.ts';
import { type KeptStockRow, NO_PRICES, newestCount, type StockSummary } from '../../rules/stock-counts.ts';
import { insertAudit } from './audit.ts';
import type { PostgresConnection, Transaction } from './connection.ts';
import { beginBatch, endBatch } from './import-batches.ts';
import { readAliases } from './name-aliases.ts';
import { openImport } from './open-import.ts';
import { movePrices } from './price-import.ts';
import { StagedList } from './staged-list.ts';

export class PostgresStock implements StockStore {
  private readonly connection: PostgresConnection;

  constructor(connection: PostgresConnection) {
    this.connection = connection;
  }

  async newest({ merchant, product }: CellName): Promise<StockCount | null> {
    return newestCount(
      await this.connection.all<Omit<KeptStockRow, 'merchant' | 'product'>>(
        `SELECT day, import, line, quantity, expiry, delivery FROM demanda.stock WHERE merchant = $1 AND product = $2
           AND day = (SELECT max(day) FROM demanda.stock WHERE merchant = $1 AND product = $2)`,
        merchant,
        product,
      ),
    );
  }
}

export function openStockImport(connection: PostgresConnection): Import<'stock'> {
  const staged = new StagedList<StockRow, StockRow>(connection, (row) => row);
  return openImport<'stock'>(connection, staged, (transaction, told) => takeOver(transaction, staged, told));
}

async function takeOver(
  transaction: Transaction,
  staged: StagedList<StockRow, StockRow>,
  told: PriceCommit,
): Promise<PriceImportSummary> {
  const batch = await beginBatch(transaction, 'stock');
  const names = new RenamedRows(await readAliases(transaction));
  let [line, replaced] = [0, 0];
  for await (const piece of staged.pieces(transaction)) {
    replaced += await put(transaction, batch.number, line, piece, names);
    line += piece.length;
  }
  // What is shown of cells may say otherwise now.
  await movePrices(transaction);
  const written = await transaction.one<StockSummary>(
    `SELECT count(DISTINCT product)::int AS names, min(day) AS "firstDay", max(day) AS "lastDay",
       CASE WHEN count(DISTINCT merchant) = 1 THEN min(merchant) END AS "onlyMerchant"
     FROM demanda.stock WHERE import = $1`,
    batch.number,
  );
  const summary = {
    ...{ importId: told.dryRun ? null : batch.id, accepted: staged.accepted, replaced, renamed: names.found },
    ...{ ...(written as StockSummary), ...NO_PRICES },
  };
  const deed = told.deed(summary);
  await endBatch(transaction, batch, deed, told.source, {
    ...{ ...summary, added: 0, merchants: 0, products: summary.names },
  });
  await insertAudit(transaction, deed);
  return summary;
}

/** @param from place of the first row in the import @returns how many rows are of a day that was counted before */
async function put(
  transaction: Transaction,
  number: number,
  from: number,
  rows: readonly StockRow[],
  names: RenamedRows,
): Promise<number> {
  const cells = rows.map(({ merchant, product }) => names.cellOf({ merchant, product }));
  const columns = [
    cells.map(({ merchant }) => merchant ?? ''),
    cells.map(({ product }) => product),
    rows.map(({ day }) => day),
    rows.map(({ quantity }) => quantity),
    rows.map(({ expiry }) => expiry),
    rows.map(({ delivery }) => delivery),
  ] as const;
  const given = `unnest($2::text[], $3::text[], $4::int[], $5::float8[], $6::int[], $7::int[])
    WITH ORDINALITY AS t (merchant, product, day, quantity, expiry, delivery, i)`;
  const before = await transaction.one<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${given} WHERE EXISTS (SELECT FROM demanda.stock s
       WHERE s.merchant = t.merchant AND s.product = t.product AND s.day = t.day AND s.import <> $1::int)`,
    number,
    ...columns,
  );
  await transaction.run(
    `INSERT INTO demanda.stock (merchant, product, day, import, line, quantity, expiry, delivery)
     SELECT t.merchant, t.product, t.day, $1::int, $8::int + t.i, t.quantity, t.expiry, t.delivery FROM ${given}`,
    number,
    ...columns,
    from,
  );
  return before?.n ?? 0;
}

/** A cell takes another name, or becomes one with another. Within a write. */
export async function moveStock(transaction: Transaction, from: CellName, into: CellName): Promise<void> {
  await transaction.run(
    'UPDATE demanda.stock SET merchant = $1, product = $2 WHERE merchant = $3 AND product = $4',
    ...[into.merchant, into.product, from.merchant, from.product],
  );
}

/** Rows that an import wrote go; those of earlier ones stand again. @returns how many went */
export async function removeStock(transaction: Transaction, number: number): Promise<number> {
  await movePrices(transaction);
  return transaction.run('DELETE FROM demanda.stock WHERE import = $1', number);
}
