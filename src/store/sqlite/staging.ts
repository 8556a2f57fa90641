/**
 * Rows of an import on their way into the store: a table on disk, so that memory does not grow with the file, and one
 * transaction that takes them over.
 */

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { SqliteConnection } from './connection.ts';

export interface Staging<Row> {
  /** The table's name, its schema included. No other import has it. */
  readonly table: string;
  /** @throws DemandaError IMPORT_ENDED */
  add(rows: readonly Row[]): void;
  /**
   * Takes the rows over in one transaction and drops the table. With `dryRun` everything is done and undone. @throws
   * DemandaError IMPORT_ENDED
   */
  commit<T>(dryRun: boolean, work: () => T): T;
  /** Does and undoes the work; the table stays. @throws DemandaError IMPORT_ENDED */
  tryOut<T>(work: () => T): T;
  /** Drops the table; nothing once the import has ended. */
  abort(): void;
}

/** Rows one statement inserts: binding many at once costs less than stepping many times. */
const ROWS_PER_INSERT = 100;

/** Imports that this process has opened: each has tables of its own, since one connection may serve several at once. */
let opened = 0;

/** Thrown within the transaction of a dry run to undo it. */
const UNDONE = Symbol('undone');

/** What rows are as rows of a staging table. */
export interface StagedRows<Row> {
  /** Name and type of each column. */
  readonly columns: readonly string[];
  /** A row's values in their order. */
  valuesOf(row: Row): readonly SQLInputValue[];
  /** How many columns, from the first on, say all of some rows: to bind what is empty takes as long as a value. */
  widthOf?(rows: readonly Row[]): number;
  /** Another table of the import, made and dropped with it: the ending of its name, and its columns. */
  readonly beside?: { readonly ending: string; readonly columns: readonly string[] };
}

/** Opens an empty staging table. @param name what the table holds */
export function openStaging<Row>(
  sqlite: SqliteConnection,
  name: string,
  { columns, valuesOf, widthOf = () => columns.length, beside }: StagedRows<Row>,
): Staging<Row> {
  const { database } = sqlite;
  const table = `temp.${name}_${++opened}`;
  // Told again it changes nothing; another value would drop the tables of imports under way.
  database.exec('PRAGMA temp_store = FILE');
  database.exec(`CREATE TABLE ${table} (${columns.join(', ')})`);
  if (beside) database.exec(`CREATE TABLE ${table}${beside.ending} (${beside.columns.join(', ')})`);
  const inserts = new Map<number, Inserts>();
  let ended = false;
  const requireOpen = (): void => {
    if (ended) throw new DemandaError('IMPORT_ENDED', {});
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    const tables = beside ? [table, `${table}${beside.ending}`] : [table];
    sqlite.guarded(() => database.exec(tables.map((one) => `DROP TABLE IF EXISTS ${one};`).join(' ')));
  };
  return {
    table,
    add(rows) {
      requireOpen();
      sqlite.transaction('BEGIN', () => {
        const width = widthOf(rows);
        const { one, many } = inserts.get(width) ?? insertsOf(database, table, columns.slice(0, width));
        inserts.set(width, { one, many });
        let at = 0;
        for (; at + ROWS_PER_INSERT <= rows.length; at += ROWS_PER_INSERT) {
          const values: SQLInputValue[] = [];
          for (let i = at; i < at + ROWS_PER_INSERT; i++) {
            const all = valuesOf(rows[i] as Row);
            for (let column = 0; column < width; column++) values.push(all[column] as SQLInputValue);
          }
          many.run(...values);
        }
        for (; at < rows.length; at++) one.run(...valuesOf(rows[at] as Row).slice(0, width));
      });
    },
    commit(dryRun, work) {
      requireOpen();
      const result = dryRun ? undone(sqlite, work) : sqlite.transaction('BEGIN IMMEDIATE', work);
      end();
      return result;
    },
    tryOut(work) {
      requireOpen();
      return undone(sqlite, work);
    },
    abort: end,
  };
}

/** Statements that insert one row, and `ROWS_PER_INSERT` of them. */
interface Inserts {
  readonly one: StatementSync;
  readonly many: StatementSync;
}

function insertsOf(database: DatabaseSync, table: string, columns: readonly string[]): Inserts {
  const named = columns.map((column) => column.split(' ', 1)[0]);
  const oneRow = `(${named.map(() => '?').join(',')})`;
  const into = `INSERT INTO ${table} (${named.join(', ')}) VALUES`;
  return {
    one: database.prepare(`${into} ${oneRow}`),
    many: database.prepare(`${into} ${Array(ROWS_PER_INSERT).fill(oneRow).join(',')}`),
  };
}

/** Does the work in a transaction that is rolled back. */
export function undone<T>(sqlite: SqliteConnection, work: () => T): T {
  let result: { readonly value: T } | null = null;
  try {
    sqlite.transaction('BEGIN', () => {
      result = { value: work() };
      throw UNDONE;
    });
  } catch (error) {
    if (error !== UNDONE) throw error;
  }
  return (result as unknown as { readonly value: T }).value;
}
