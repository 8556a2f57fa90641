/** Costs and market prices of names that change, in PostgreSQL. All within a write. */

import type { CellMove } from '../../rules/name-changes.ts';
import { moveCompetitors } from './competitors.ts';
import type { Transaction } from './connection.ts';
import { COSTS, MARKET, movePrices, type PriceTable } from './price-import.ts';

/** Whose prices, and of what; nobody's where the merchant is empty, as all market prices. */
interface Priced {
  readonly merchant: string;
  readonly name: string;
}

interface Moved {
  readonly from: Priced;
  readonly into: Priced;
  /** Whether the prices stay where they are too. */
  readonly copied?: boolean;
}

/** A merchant's own costs of a cell. */
export async function moveCosts(transaction: Transaction, { from, into }: CellMove, at: string): Promise<void> {
  const [own, to] = [from, into].map(({ merchant, product }) => ({ merchant, name: product })) as [Priced, Priced];
  await move(transaction, COSTS, { from: own, into: to }, at);
}

/**
 * What everybody pays and charges for a product. Of a product that has the name at other merchants, and of a type, the
 * prices stay.
 */
export async function moveSharedPrices(
  transaction: Transaction,
  from: string,
  into: string,
  at: string,
): Promise<void> {
  const row = await transaction.one<{ stays: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM demanda.overview WHERE product_type = $1) AS stays',
    from,
  );
  const names = { from: { merchant: '', name: from }, into: { merchant: '', name: into } };
  await moveCompetitors(transaction, { merchant: '', product: from }, { merchant: '', product: into });
  await move(transaction, COSTS, names, at);
  await move(transaction, MARKET, { ...names, copied: row?.stays === true }, at);
}

/** What everybody pays for a product becomes what one merchant pays, whose product alone has another name now. */
export async function copySharedCosts(transaction: Transaction, { from, into }: CellMove, at: string): Promise<void> {
  const to = { merchant: into.merchant, name: into.product };
  await move(transaction, COSTS, { from: { merchant: '', name: from.product }, into: to, copied: true }, at);
}

/** Of two prices of a day that of the new name stays, and which import wrote which is not known any more. */
async function move(
  transaction: Transaction,
  { kind, name: table, of, value }: PriceTable,
  { from, into, copied = false }: Moved,
  at: string,
): Promise<void> {
  const isCost = kind === 'costs';
  const priced = `FROM demanda.${table} WHERE ${of} = $2 ${isCost ? 'AND merchant = $1' : "AND $1 = ''"}`;
  const has = async ({ merchant, name }: Priced): Promise<boolean> =>
    (await transaction.one(`SELECT 1 ${priced} LIMIT 1`, merchant, name)) !== undefined;
  if (!(await has(from))) return;
  const imports = `import IN (SELECT number FROM demanda.import WHERE kind = '${kind}')`;
  if (await has(into))
    for (const { merchant, name } of [from, into])
      await transaction.run(
        `INSERT INTO demanda.import_joined (import, at, name, target)
         SELECT import, $3, $4, $5 FROM (SELECT import ${priced} AND import IS NOT NULL
           UNION SELECT import FROM demanda.import_price WHERE merchant = $1 AND name = $2 AND ${imports}) w
         ON CONFLICT DO NOTHING`,
        ...[merchant, name, at, from.name, into.name],
      );
  const names = [from.merchant, from.name, into.merchant, into.name];
  const columns = isCost ? 'merchant, product' : 'name';
  await transaction.run(
    `INSERT INTO demanda.${table} (${columns}, day, ${value}, import)
     SELECT ${isCost ? '$3, $4' : '$4'}, day, ${value}, import ${priced} ${isCost ? '' : "AND $3 = ''"}
     ON CONFLICT DO NOTHING`,
    ...names,
  );
  await transaction.run(
    `INSERT INTO demanda.import_price (import, merchant, name, day, previous, value)
     SELECT import, $3, $4, day, previous, value FROM demanda.import_price
     WHERE merchant = $1 AND name = $2 AND ${imports} ON CONFLICT DO NOTHING`,
    ...names,
  );
  if (!copied) {
    await transaction.run(`DELETE ${priced}`, from.merchant, from.name);
    await transaction.run(
      `DELETE FROM demanda.import_price WHERE merchant = $1 AND name = $2 AND ${imports}`,
      from.merchant,
      from.name,
    );
  }
  await movePrices(transaction);
}
