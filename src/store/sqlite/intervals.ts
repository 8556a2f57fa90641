/** What the intervals of forecasts held, in SQLite: by cell and month, with sums that triggers keep. */

import type { DatabaseSync } from 'node:sqlite';
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
import type { SqliteConnection } from './connection.ts';
import { OverviewChoices } from './overview-choices.ts';

const JOINED = `ON CONFLICT (merchant, product, month) DO UPDATE SET last_day = max(last_day, excluded.last_day),
  inside = inside + excluded.inside, above = above + excluded.above, below = below + excluded.below`;

export class SqliteIntervals implements IntervalStore {
  private readonly sqlite: SqliteConnection;
  private readonly choices: OverviewChoices;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
    this.choices = new OverviewChoices(sqlite);
  }

  async add(cells: readonly JudgedCell[]): Promise<void> {
    this.sqlite.write((database) => {
      const last = database.prepare(
        'SELECT max(last_day) AS day FROM interval_month WHERE merchant = ? AND product = ?',
      );
      const put = database.prepare(
        `INSERT INTO interval_month (merchant, product, month, product_type, last_day, inside, above, below)
         SELECT merchant, product, ?, product_type, ?, ?, ?, ? FROM overview
         WHERE merchant = ? AND product = ? ${JOINED}`,
      );
      for (const { merchant, product, rows } of cells) {
        const { day } = last.get(merchant, product) as { readonly day: number | null };
        for (const { month, lastDay, inside, above, below } of countedMonths(rows, day))
          put.run(month, lastDay, inside, above, below, merchant, product);
      }
    });
  }

  async months({ product, ...choice }: IntervalChoice): Promise<IntervalMonth[]> {
    if (product === undefined && isKeptSum(choice))
      return this.sqlite.all<IntervalMonth>(
        `SELECT month, inside, above, below FROM interval_total WHERE merchant = ? AND product_type = ? ORDER BY month`,
        choice.merchant ?? '',
        choice.productType ?? '',
      );
    const chosen = this.choices.conditions(choice, null);
    const conditions = new Conditions().equal('merchant', choice.merchant).equal('product', product);
    conditions.add(
      `(merchant, product) IN (SELECT merchant, product FROM overview o ${chosen.where})`,
      ...chosen.values,
    );
    return this.sqlite.all<IntervalMonth>(
      `SELECT month, sum(inside) AS inside, sum(above) AS above, sum(below) AS below FROM interval_month
       ${conditions.where} GROUP BY month ORDER BY month`,
      ...conditions.values,
    );
  }
}

/** Counts of a cell go over to the one that it is from now on. */
export function moveIntervals(database: DatabaseSync, { from, into }: Pick<CellMove, 'from' | 'into'>): void {
  const own = [from.merchant, from.product] as const;
  database
    .prepare(
      `INSERT INTO interval_month (merchant, product, month, product_type, last_day, inside, above, below)
       SELECT o.merchant, o.product, i.month, o.product_type, i.last_day, i.inside, i.above, i.below
       FROM interval_month i JOIN overview o ON o.merchant = ? AND o.product = ?
       WHERE i.merchant = ? AND i.product = ? ${JOINED}`,
    )
    .run(into.merchant, into.product, ...own);
  database.prepare('DELETE FROM interval_month WHERE merchant = ? AND product = ?').run(...own);
}
