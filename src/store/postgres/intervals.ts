/** What the intervals of forecasts held, in PostgreSQL: by cell and month, with sums that triggers keep. */

import { cellKey } from '../../contract/cell-name.ts';
import {
  type IntervalChoice,
  type IntervalMonth,
  type IntervalStore,
  isKeptSum,
  type JudgedCell,
} from '../../contract/store/intervals.ts';
import { countedMonths } from '../../rules/interval-months.ts';
import type { CellMove } from '../../rules/name-changes.ts';
import { Conditions } from './conditions.ts';
import type { PostgresConnection, Transaction } from './connection.ts';
import { OverviewChoices } from './overview-choices.ts';

/** Of the advisory lock under which rows are counted: two looks at one cell must not both find its last day. */
const COUNT_LOCK = 4_162_930_123;

const JOINED = `ON CONFLICT (merchant, product, month) DO UPDATE SET last_day = greatest(c.last_day, excluded.last_day),
  inside = c.inside + excluded.inside, above = c.above + excluded.above, below = c.below + excluded.below`;

export class PostgresIntervals implements IntervalStore {
  private readonly connection: PostgresConnection;
  private readonly choices: OverviewChoices;

  constructor(connection: PostgresConnection) {
    this.connection = connection;
    this.choices = new OverviewChoices(connection);
  }

  async add(cells: readonly JudgedCell[]): Promise<void> {
    if (cells.length === 0) return;
    await this.connection.write(async (transaction) => {
      await transaction.all('SELECT pg_advisory_xact_lock($1)', COUNT_LOCK);
      const last = await lastDays(transaction, cells);
      const counted = cells.flatMap((cell) =>
        countedMonths(cell.rows, last.get(cellKey(cell)) ?? null).map((month) => ({ ...cell, ...month })),
      );
      const column = <K extends keyof (typeof counted)[number]>(name: K) => counted.map((row) => row[name]);
      await transaction.run(
        `INSERT INTO demanda.interval_month AS c
           (merchant, product, month, product_type, last_day, inside, above, below)
         SELECT o.merchant, o.product, t.month, o.product_type, t.last_day, t.inside, t.above, t.below
         FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[])
           AS t (merchant, product, month, last_day, inside, above, below)
         JOIN demanda.overview o ON o.merchant = t.merchant AND o.product = t.product ${JOINED}`,
        column('merchant'),
        column('product'),
        column('month'),
        column('lastDay'),
        column('inside'),
        column('above'),
        column('below'),
      );
    });
  }

  async months({ product, ...choice }: IntervalChoice): Promise<IntervalMonth[]> {
    if (product === undefined && isKeptSum(choice))
      // Who is bound to a merchant has no sums but its own.
      return this.connection.all<IntervalMonth>(
        `SELECT month, inside, above, below FROM demanda.interval_total
         WHERE merchant = coalesce($1, current_setting('demanda.merchant', true), '') AND product_type = $2
         ORDER BY month`,
        choice.merchant ?? null,
        choice.productType ?? '',
      );
    const chosen = await this.choices.conditions(choice);
    const own = new Conditions();
    own.values.push(...chosen.values);
    own.plain(`(i.merchant, i.product) IN (SELECT merchant, product FROM demanda.overview o ${chosen.where})`);
    own.equal('i.merchant', choice.merchant).equal('i.product', product);
    return this.connection.all<IntervalMonth>(
      `SELECT month, sum(inside)::bigint AS inside, sum(above)::bigint AS above, sum(below)::bigint AS below
       FROM demanda.interval_month i ${own.where} GROUP BY month ORDER BY month`,
      ...own.values,
    );
  }
}

/** The last day that counted, of cells of which one did. */
async function lastDays(transaction: Transaction, cells: readonly JudgedCell[]): Promise<Map<string, number>> {
  const rows = await transaction.all<{ merchant: string; product: string; day: number }>(
    `SELECT merchant, product, max(last_day) AS day FROM demanda.interval_month
     WHERE (merchant, product) IN (SELECT * FROM unnest($1::text[], $2::text[])) GROUP BY merchant, product`,
    cells.map(({ merchant }) => merchant),
    cells.map(({ product }) => product),
  );
  return new Map(rows.map((row) => [cellKey(row), row.day]));
}

/** Counts of a cell go over to the one that it is from now on. */
export async function moveIntervals(
  transaction: Transaction,
  { from, into }: Pick<CellMove, 'from' | 'into'>,
): Promise<void> {
  await transaction.run(
    `INSERT INTO demanda.interval_month AS c
           (merchant, product, month, product_type, last_day, inside, above, below)
     SELECT o.merchant, o.product, i.month, o.product_type, i.last_day, i.inside, i.above, i.below
     FROM demanda.interval_month i JOIN demanda.overview o ON o.merchant = $1 AND o.product = $2
     WHERE i.merchant = $3 AND i.product = $4 ${JOINED}`,
    ...[into.merchant, into.product, from.merchant, from.product],
  );
  await transaction.run(
    'DELETE FROM demanda.interval_month WHERE merchant = $1 AND product = $2',
    ...[from.merchant, from.product],
  );
}
