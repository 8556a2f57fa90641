/** Conditions of SELECT statements. */

import type { SQLInputValue } from 'node:sqlite';
import type { CellFilter } from '../../contract/store/cells.ts';

/** Conditions joined by AND, with their values. */
export class Conditions {
  private readonly parts: string[] = [];
  readonly values: SQLInputValue[] = [];

  add(condition: string, ...values: SQLInputValue[]): this {
    this.parts.push(condition);
    this.values.push(...values);
    return this;
  }

  /** Adds nothing where the value is not given. */
  equal(column: string, value: SQLInputValue | undefined): this {
    return value === undefined ? this : this.add(`${column} = ?`, value);
  }

  get where(): string {
    return this.parts.length === 0 ? '' : `WHERE ${this.parts.join(' AND ')}`;
  }
}

/** Of tables that have a merchant and a product. @param table `name.`, for a query of several */
export function cellConditions({ merchant, product, productType, cells }: CellFilter, table = ''): Conditions {
  const conditions = new Conditions()
    .equal(`${table}merchant`, merchant)
    .equal(`${table}product`, product)
    .equal(`${table}product_type`, productType);
  if (cells)
    conditions.add(
      `(${table}merchant, ${table}product) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
      JSON.stringify(cells.map((cell) => [cell.merchant, cell.product])),
    );
  return conditions;
}
