/** Competitors' prices in PostgreSQL, and their import. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type {
  CompetitorNaming,
  CompetitorPrice,
  CompetitorProduct,
  CompetitorRow,
  CompetitorStore,
} from '../../contract/store/competitors.ts';
import type { Import, PriceCommit, PriceImportSummary } from '../../contract/store/sales.ts';
import { type CompetitorSummary, type SeenPrice, standingPrices } from '../../rules/competitor-prices.ts';
import { RenamedRows } from '../../rules/renamed-rows.ts';
import { NO_PRICES } from '../../rules/stock-counts.ts';
import { insertAudit } from './audit.ts';
import type { PostgresConnection, Transaction } from './connection.ts';
import { beginBatch, endBatch } from './import-batches.ts';
import { readAliases } from './name-aliases.ts';
import { openImport } from './open-import.ts';
import { movePrices } from './price-import.ts';
import { StagedList } from './staged-list.ts';

export class PostgresCompetitors implements CompetitorStore {
  private readonly connection: PostgresConnection;

  constructor(connection: PostgresConnection) {
    this.connection = connection;
  }

  async of(cell: CellName): Promise<readonly CompetitorPrice[]> {
    return (await competitorsOf(this.connection, [cell]))(cell);
  }

  async namings(): Promise<readonly CompetitorNaming[]> {
    return this.connection.all<CompetitorNaming>(
      `SELECT DISTINCT ON (competitor, theirs) competitor, theirs, product FROM demanda.competitor_price
       WHERE theirs IS NOT NULL ORDER BY competitor, theirs, import DESC, line DESC`,
    );
  }

  async products(): Promise<readonly CompetitorProduct[]> {
    return this.connection.all<CompetitorProduct>(
      `SELECT nullif(p.merchant, '') AS merchant, p.product, count(*)::int AS prices FROM demanda.competitor_price p
       GROUP BY p.product, p.merchant ORDER BY p.product, p.merchant`,
    );
  }
}

/** What stands for cells, everyone's prices among it. */
export async function competitorsOf(
  connection: PostgresConnection,
  cells: readonly CellName[],
): Promise<(cell: CellName) => readonly CompetitorPrice[]> {
  const rows = await connection.all<SeenPrice & { readonly product: string }>(
    `SELECT product, merchant, competitor, day, import, line, price, promo FROM demanda.competitor_price
     WHERE product = ANY ($1) AND merchant = ANY ($2)`,
    [...new Set(cells.map(({ product }) => product))],
    ['', ...new Set(cells.map(({ merchant }) => merchant))],
  );
  const byCell = Map.groupBy(rows, cellKey);
  return ({ merchant, product }) =>
    standingPrices(['', merchant].flatMap((owner) => byCell.get(cellKey({ merchant: owner, product })) ?? []));
}

export function openCompetitorImport(connection: PostgresConnection): Import<'competitors'> {
  const staged = new StagedList<CompetitorRow, CompetitorRow>(connection, (row) => row);
  return openImport<'competitors'>(connection, staged, (transaction, told) => takeOver(transaction, staged, told));
}

async function takeOver(
  transaction: Transaction,
  staged: StagedList<CompetitorRow, CompetitorRow>,
  told: PriceCommit,
): Promise<PriceImportSummary> {
  const batch = await beginBatch(transaction, 'competitors');
  const names = new RenamedRows(await readAliases(transaction));
  let [line, replaced, unchanged] = [0, 0, 0];
  for await (const piece of staged.pieces(transaction)) {
    const there = await put(transaction, batch.number, line, piece, names);
    replaced += there.replaced;
    unchanged += there.unchanged;
    line += piece.length;
  }
  await movePrices(transaction);
  const written = await transaction.one<CompetitorSummary>(
    `SELECT count(DISTINCT product)::int AS names, min(day) AS "firstDay", max(day) AS "lastDay",
       CASE WHEN count(DISTINCT merchant) = 1 THEN nullif(min(merchant), '') END AS "onlyMerchant"
     FROM demanda.competitor_price WHERE import = $1`,
    batch.number,
  );
  const summary = {
    ...{ ...NO_PRICES, ...(written as CompetitorSummary), replaced, unchanged, renamed: names.found },
    ...{ importId: told.dryRun ? null : batch.id, accepted: staged.accepted },
  };
  const deed = told.deed(summary);
  await endBatch(transaction, batch, deed, told.source, {
    ...{ ...summary, added: 0, merchants: 0, products: summary.names },
  });
  await insertAudit(transaction, deed);
  return summary;
}

/** @param from place of the first row in the import @returns how many rows are of a day that was there before */
async function put(
  transaction: Transaction,
  number: number,
  from: number,
  rows: readonly CompetitorRow[],
  names: RenamedRows,
): Promise<{ readonly replaced: number; readonly unchanged: number }> {
  const cells = rows.map(({ merchant, product }) => names.cellOf({ merchant, product }));
  const columns = [
    cells.map(({ merchant }) => merchant ?? ''),
    cells.map(({ product }) => product),
    rows.map(({ competitor }) => competitor),
    rows.map(({ day }) => day),
    rows.map(({ price }) => price),
    rows.map(({ promo }) => (promo ? 1 : 0)),
    rows.map(({ theirs }) => theirs),
  ] as const;
  const given = `unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::float8[], $7::int[], $8::text[])
    WITH ORDINALITY AS t (merchant, product, competitor, day, price, promo, theirs, i)`;
  const there = `FROM demanda.competitor_price c WHERE c.product = t.product AND c.merchant = t.merchant
    AND c.competitor = t.competitor AND c.day = t.day AND c.import <> $1::int`;
  const before = await transaction.one<{ replaced: number; unchanged: number }>(
    `SELECT count(*)::int AS replaced, (count(*) FILTER (WHERE EXISTS (SELECT ${there}
       AND c.price = t.price AND c.promo = t.promo)))::int AS unchanged FROM ${given} WHERE EXISTS (SELECT ${there})`,
    number,
    ...columns,
  );
  await transaction.run(
    `INSERT INTO demanda.competitor_price (merchant, product, competitor, day, import, line, price, promo, theirs)
     SELECT t.merchant, t.product, t.competitor, t.day, $1::int, $9::int + t.i, t.price, t.promo, t.theirs
     FROM ${given}`,
    number,
    ...columns,
    from,
  );
  return before ?? { replaced: 0, unchanged: 0 };
}

/** A cell takes another name, or becomes one with another. Within a write. */
export async function moveCompetitors(transaction: Transaction, from: CellName, into: CellName): Promise<void> {
  await transaction.run(
    'UPDATE demanda.competitor_price SET merchant = $1, product = $2 WHERE merchant = $3 AND product = $4',
    ...[into.merchant, into.product, from.merchant, from.product],
  );
}

/** Everyone's prices of a product that alone has another name at one merchant become its own too. Within a write. */
export async function copySharedCompetitors(transaction: Transaction, from: CellName, into: CellName): Promise<void> {
  await transaction.run(
    `INSERT INTO demanda.competitor_price (merchant, product, competitor, day, import, line, price, promo, theirs)
     SELECT $1, $2, competitor, day, import, line, price, promo, theirs FROM demanda.competitor_price
     WHERE merchant = '' AND product = $3 ON CONFLICT DO NOTHING`,
    ...[into.merchant, into.product, from.product],
  );
}

/** Rows that an import wrote go; those of earlier ones stand again. @returns how many went */
export async function removeCompetitors(transaction: Transaction, number: number): Promise<number> {
  await movePrices(transaction);
  return transaction.run('DELETE FROM demanda.competitor_price WHERE import = $1', number);
}
