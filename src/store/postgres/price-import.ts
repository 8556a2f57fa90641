/** Imports of market prices and of costs: gathered like sales, then taken over in one transaction. */

import type { CostRow, Import, MarketPriceRow, PriceCommit, PriceImportSummary } from '../../contract/store/sales.ts';
import { FarPrices } from '../../rules/far-prices.ts';
import { DAYS_BEFORE } from '../../rules/held-values.ts';
import { type OtherPrice, pricesThere, SAME_FIGURE } from '../../rules/import-batches.ts';
import { RenamedRows } from '../../rules/renamed-rows.ts';
import { insertAudit } from './audit.ts';
import type { PostgresConnection, Transaction } from './connection.ts';
import { beginBatch, endBatch, type OpenBatch } from './import-batches.ts';
import { readAliases } from './name-aliases.ts';
import { openImport } from './open-import.ts';
import { numbersOf } from './sale-arrays.ts';
import { StagedList } from './staged-list.ts';

/** Lists of prices that are looked at at once. */
const LISTS = 200;

/** A dated price of either kind. */
interface PriceRow {
  /** Null: everyone's. */
  readonly merchant: string | null;
  readonly name: string;
  readonly day: number;
  readonly value: number;
}

/** A table of dated prices. */
export interface PriceTable {
  readonly kind: 'market' | 'costs';
  readonly name: 'market_price' | 'cost';
  /** The column of what a price is of. */
  readonly of: 'name' | 'product';
  /** The column or text of whose it is. */
  readonly merchant: string;
  /** The column that a later import replaces. */
  readonly value: 'price' | 'cost';
  /** Of several prices of a day that are `s`, in their order, the one that counts. */
  readonly oneOf: string;
}

export const MARKET: PriceTable = {
  ...{ kind: 'market', name: 'market_price', of: 'name', merchant: "''", value: 'price' },
  // A list that gives several prices of a name and day, such as those of varieties, enters as their mean.
  oneOf: 'sum(s.value ORDER BY s.place) / count(*)',
};
export const COSTS: PriceTable = {
  ...{ kind: 'costs', name: 'cost', of: 'product', merchant: 'merchant', value: 'cost' },
  // Of several costs of a day the last of the file counts.
  oneOf: '(array_agg(s.value ORDER BY s.place DESC))[1]',
};

export function openMarketImport(connection: PostgresConnection): Import<'market'> {
  const staged = new StagedList<MarketPriceRow, PriceRow>(connection, ({ name, day, price }) => ({
    ...{ merchant: null, name, day, value: price },
  }));
  return openImport<'market'>(connection, staged, (transaction, told) => takeOver(transaction, MARKET, staged, told));
}

export function openCostImport(connection: PostgresConnection): Import<'costs'> {
  const staged = new StagedList<CostRow, PriceRow>(connection, ({ merchant, product, day, cost }) => ({
    ...{ merchant, name: product, day, value: cost },
  }));
  return openImport<'costs'>(connection, staged, (transaction, told) => takeOver(transaction, COSTS, staged, told));
}

async function takeOver<Row>(
  transaction: Transaction,
  table: PriceTable,
  staged: StagedList<Row, PriceRow>,
  told: PriceCommit,
): Promise<PriceImportSummary> {
  const batch = await beginBatch(transaction, table.kind);
  const renamed = await gather(transaction, table, staged);
  const summary = {
    importId: told.dryRun ? null : batch.id,
    accepted: staged.accepted,
    ...(await put(transaction, table, batch, told)),
    renamed,
  };
  const deed = told.deed(summary);
  const counts = { ...summary, added: 0, merchants: 0, products: summary.names };
  await endBatch(transaction, batch, deed, told.source, counts);
  await insertAudit(transaction, deed);
  return summary;
}

/** All prices under the names that theirs mean in `pg_temp.said`, and one of each day in `pg_temp.priced`. */
async function gather<Row>(
  transaction: Transaction,
  { oneOf }: PriceTable,
  staged: StagedList<Row, PriceRow>,
): Promise<PriceImportSummary['renamed']> {
  const aliases = await readAliases(transaction);
  const names = new RenamedRows(aliases);
  await transaction.exec(`CREATE TEMPORARY TABLE said (
    place bigint, merchant text COLLATE "C", name text COLLATE "C", day int, value float8) ON COMMIT DROP`);
  let place = 0;
  for await (const piece of staged.pieces(transaction)) {
    const rows =
      aliases.length === 0
        ? piece
        : piece.map((row) => {
            const { merchant, product } = names.cellOf({ merchant: row.merchant, product: row.name });
            return { ...row, merchant, name: product };
          });
    await transaction.run(
      `INSERT INTO pg_temp.said SELECT $1::bigint + t.i, t.merchant, t.name, t.day, t.value
       FROM unnest($2::text[], $3::text[], $4::int[], $5::float8[])
         WITH ORDINALITY AS t (merchant, name, day, value, i)`,
      place,
      rows.map(({ merchant }) => merchant ?? ''),
      rows.map(({ name }) => name),
      rows.map(({ day }) => day),
      rows.map(({ value }) => value),
    );
    place += rows.length;
  }
  await transaction.exec(`CREATE TEMPORARY TABLE priced ON COMMIT DROP AS
    SELECT s.merchant, s.name, s.day, ${oneOf} AS value FROM pg_temp.said s GROUP BY s.merchant, s.name, s.day;
    ANALYZE pg_temp.priced`);
  return names.found;
}

/** @throws DemandaError IMPORT_PRICES_THERE */
async function put(
  transaction: Transaction,
  table: PriceTable,
  { number }: OpenBatch,
  { mayReplace = true, source }: PriceCommit,
): Promise<Omit<PriceImportSummary, 'importId' | 'accepted' | 'renamed'>> {
  const { name, of, merchant, value, kind } = table;
  const columns = kind === 'costs' ? `merchant, product, day, cost` : 'name, day, price';
  const values = kind === 'costs' ? 'r.merchant, r.name, r.day, r.value' : 'r.name, r.day, r.value';
  const owned = kind === 'costs' ? 'AND b.merchant = r.merchant' : '';
  const replaced = await transaction.run(
    `INSERT INTO demanda.import_price (import, merchant, name, day, previous, value)
     SELECT $1::int, r.merchant, r.name, r.day, b.import, b.${value}
     FROM pg_temp.priced r JOIN demanda.${name} b ON b.${of} = r.name AND b.day = r.day ${owned}`,
    number,
  );
  const same = await transaction.one<{ unchanged: number }>(
    `SELECT count(*) AS unchanged FROM pg_temp.priced r JOIN demanda.import_price p ON ${THERE} AND p.value = r.value`,
    number,
  );
  if (!mayReplace) await requireAgreement(transaction, number, source?.file ?? '');
  await transaction.run(
    `INSERT INTO demanda.${name} (${columns}, import) SELECT ${values}, $1::int FROM pg_temp.priced r
     ON CONFLICT (${kind === 'costs' ? 'product, merchant, day' : 'name, day'})
     DO UPDATE SET ${value} = excluded.${value}, import = excluded.import`,
    number,
  );
  await movePrices(transaction);
  const span = await transaction.one<Pick<PriceImportSummary, 'names' | 'firstDay' | 'lastDay' | 'onlyMerchant'>>(
    `SELECT count(DISTINCT name) AS names, min(day) AS "firstDay", max(day) AS "lastDay",
       CASE WHEN count(DISTINCT merchant) = 1 THEN nullif(min(merchant), '') END AS "onlyMerchant" FROM pg_temp.said`,
  );
  const several = await transaction.one<{ differing: number }>(
    `SELECT count(*) AS differing FROM (SELECT FROM pg_temp.said GROUP BY merchant, name, day
       HAVING min(value) < max(value)) d`,
  );
  return {
    ...(span as NonNullable<typeof span>),
    replaced,
    unchanged: same?.unchanged ?? 0,
    differing: several?.differing ?? 0,
    far: await farOf(transaction, { name, of, merchant, value }),
  };
}

/** The price `p` that stood where the price `r` of the import `$1` is written. */
const THERE = 'p.import = $1 AND p.merchant = r.merchant AND p.name = r.name AND p.day = r.day';

/** That no price that is there would become another. @throws DemandaError IMPORT_PRICES_THERE */
async function requireAgreement(transaction: Transaction, number: number, file: string): Promise<void> {
  const larger = 'greatest(abs(p.value), abs(r.value), 1e-6)';
  const most = await transaction.one<OtherPrice & { readonly days: number; readonly earlier: string | null }>(
    `SELECT count(*) OVER () AS days, nullif(p.merchant, '') AS merchant, p.name, p.day, p.value AS before,
       r.value AS after, i.import_id AS earlier
     FROM pg_temp.priced r JOIN demanda.import_price p ON ${THERE} LEFT JOIN demanda.import i ON i.number = p.previous
     WHERE abs(p.value - r.value) > ${SAME_FIGURE} * ${larger}
     ORDER BY abs(p.value - r.value) / ${larger} DESC, p.name, p.merchant, p.day LIMIT 1`,
    number,
  );
  if (most !== undefined) throw pricesThere(file, most.days, most, most.earlier);
}

/** Values of the import that stand alone among those of their name, by the table as it is now. */
async function farOf(
  transaction: Transaction,
  { name, of, merchant, value }: Pick<PriceTable, 'name' | 'of' | 'merchant' | 'value'>,
): Promise<PriceImportSummary['far']> {
  const far = new FarPrices();
  let [afterName, afterMerchant] = ['', ''];
  for (;;) {
    const lists = await transaction.all<Record<'merchant' | 'name' | 'written' | 'days' | 'prices', string>>(
      `SELECT r.merchant, r.name, r.written::text AS written, array_agg(t.day ORDER BY t.day)::text AS days,
         array_agg(t.${value} ORDER BY t.day)::text AS prices
       FROM (SELECT merchant, name, array_agg(day) AS written, min(day) AS first FROM pg_temp.priced
         WHERE (name, merchant) > ($1, $2) GROUP BY merchant, name ORDER BY name, merchant LIMIT ${LISTS}) r
       JOIN demanda.${name} t ON t.${of} = r.name AND ${merchant === 'merchant' ? 't.merchant = r.merchant AND' : ''}
         t.day >= r.first - ${DAYS_BEFORE}
       GROUP BY r.merchant, r.name, r.written ORDER BY r.name, r.merchant`,
      afterName,
      afterMerchant,
    );
    for (const list of lists) {
      const prices = numbersOf(list.prices) as number[];
      const dated = (numbersOf(list.days) as number[]).map((day, i) => ({ day, value: prices[i] as number }));
      far.add(list.merchant || null, list.name, new Set(numbersOf(list.written) as number[]), dated);
    }
    const last = lists.at(-1);
    if (!last || lists.length < LISTS) return far.found;
    [afterName, afterMerchant] = [last.name, last.merchant];
  }
}

/** Costs or market prices are others now. */
export async function movePrices(transaction: Transaction): Promise<void> {
  await transaction.run("UPDATE demanda.version SET number = number + 1 WHERE what = 'prices'");
}
