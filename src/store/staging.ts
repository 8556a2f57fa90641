/** Rows of an import on their way into the store: a table on disk, so that memory does not grow with the file, and one transaction that takes them over. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** Runs work between BEGIN and COMMIT, rolls back what fails. */
export type RunTransaction = <T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T) => T;

export interface Staging<Row> {
  add(rows: readonly Row[]): void;
  /** Takes the rows over in one transaction and drops the table. With `dryRun` everything is done and undone. */
  commit<T>(dryRun: boolean, work: () => T): T;
  drop(): void;
}

/** Rows one statement inserts: binding many at once costs less than stepping many times. */
const ROWS_PER_INSERT = 50;

/**
 * Opens an empty staging table.
 *
 * @param table name in the temporary schema; @param columns name and type of each; @param valuesOf a row's values in their order
 */
export function openStaging<Row>(
  database: DatabaseSync,
  transaction: RunTransaction,
  table: string,
  columns: readonly string[],
  valuesOf: (row: Row) => readonly SQLInputValue[],
): Staging<Row> {
  const drop = (): void => database.exec(`DROP TABLE IF EXISTS temp.${table}`);
  database.exec('PRAGMA temp_store = FILE');
  drop();
  database.exec(`CREATE TEMP TABLE ${table} (${columns.join(', ')})`);
  const oneRow = `(${columns.map(() => '?').join(',')})`;
  const one = database.prepare(`INSERT INTO temp.${table} VALUES ${oneRow}`);
  const many = database.prepare(`INSERT INTO temp.${table} VALUES ${Array(ROWS_PER_INSERT).fill(oneRow).join(',')}`);
  return {
    add(rows) {
      transaction('BEGIN', () => {
        let at = 0;
        for (; at + ROWS_PER_INSERT <= rows.length; at += ROWS_PER_INSERT) {
          const values: SQLInputValue[] = [];
          for (let i = at; i < at + ROWS_PER_INSERT; i++) values.push(...valuesOf(rows[i] as Row));
          many.run(...values);
        }
        for (; at < rows.length; at++) one.run(...valuesOf(rows[at] as Row));
      });
    },
    commit(dryRun, work) {
      if (!dryRun) {
        const result = transaction('BEGIN IMMEDIATE', work);
        drop();
        return result;
      }
      database.exec('BEGIN');
      try {
        return work();
      } finally {
        database.exec('ROLLBACK');
        drop();
      }
    },
    drop,
  };
}
