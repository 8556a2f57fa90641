/** What the parts of the embedded store share: reading, and short write transactions. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Cursor, Page } from '../contract/service-store.ts';

export interface Sqlite {
  all<T>(sql: string, ...values: SQLInputValue[]): T[];
  /** One short write transaction: all or nothing. */
  write<T>(work: (database: DatabaseSync) => T): T;
}

/** A page from one row more than was asked for. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => Cursor): Page<T> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? cursorOf(items.at(-1) as T) : null };
}

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
