/** Conditions of SELECT statements. */

import type { CellFilter } from '../../contract/store/cells.ts';
import type { Value } from './connection.ts';

/** Conditions joined by AND, with their values. */
export class Conditions {
  private readonly parts: string[] = [];
  readonly values: Value[] = [];

  /** @param condition with `?` for each value */
  add(condition: string, ...values: Value[]): this {
    let next = 0;
    this.parts.push(condition.replaceAll('?', () => this.bind(values[next++] as Value)));
    return this;
  }

  /** Adds a condition as it stands. */
  plain(condition: string): this {
    this.parts.push(condition);
    return this;
  }

  /** Adds nothing where the value is not given. */
  equal(column: string, value: Value | undefined): this {
    return value === undefined ? this : this.add(`${column} = ?`, value);
  }

  /** A value outside the conditions, as a LIMIT. @returns its place in the statement */
  bind(value: Value): string {
    return `$${this.values.push(value)}`;
  }

  get where(): string {
    return this.parts.length === 0 ? '' : `WHERE ${this.parts.join(' AND ')}`;
  }
}

/** Rows that a statement may ask for at most. */
const LIMITS = [26, 101, 1_001];

/**
 * How many rows to ask for where so many are wanted: often more, for the caller to cut off. It stands in the statement's
 * text, as one of few numbers: were it a value, the server would think of a tenth of all rows when it makes a plan to be
 * kept, find it dear, and plan anew each time.
 */
export function limitFor(wanted: number): number {
  return LIMITS.find((limit) => limit >= wanted) ?? wanted;
}

/** Of tables that have a merchant and a product. @param table `name.`, for a query of several */
export function cellConditions({ merchant, product, productType, cells }: CellFilter, table = ''): Conditions {
  const conditions = new Conditions()
    .equal(`${table}merchant`, merchant)
    .equal(`${table}product`, product)
    .equal(`${table}product_type`, productType);
  if (cells)
    conditions.add(
      `(${table}merchant, ${table}product) IN (SELECT * FROM unnest(?::text[], ?::text[]))`,
      cells.map((cell) => cell.merchant),
      cells.map((cell) => cell.product),
    );
  return conditions;
}
