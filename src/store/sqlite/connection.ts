/** One open SQLite file: reads by prepared statements, short write transactions, and failures in the table's words. */

import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { DemandaError } from '../../errors/demanda-error.ts';
import { sqliteCode, storeFailure } from '../system-failure.ts';
import { type OpenedDatabase, rollBack } from './open-database.ts';

const MOST_STATEMENTS = 300;

/** SQLITE_IOERR of any kind: a write, a flush or a lock that the system refused. */
function isWriteFailure(error: unknown): boolean {
  return sqliteCode(error) === 10;
}

/** SQLITE_IOERR_FSYNC and _DIR_FSYNC. */
function isFlushFailure(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code === 1034 || code === 1290;
}

export class SqliteConnection {
  readonly database: DatabaseSync;
  readonly file: string;
  private readonly opened: OpenedDatabase;
  private readonly busySeconds: number;
  /** Prepared reads by their text: to prepare one takes longer than to read a row by it. */
  private readonly statements = new Map<string, StatementSync>();
  /**
   * A write or its flush failed: what the disk holds of it is unknown, so that nothing more is written through this
   * store.
   */
  private failure: DemandaError | null = null;

  /** @param busyMs how long a write waits for another process's transaction */
  constructor(opened: OpenedDatabase, busyMs: number) {
    this.opened = opened;
    this.database = opened.database;
    this.file = opened.file;
    this.busySeconds = busyMs / 1000;
  }

  all<T>(sql: string, ...values: SQLInputValue[]): T[] {
    try {
      return this.prepared(sql).all(...values) as T[];
    } catch (error) {
      throw this.told(error);
    }
  }

  /**
   * The values of rows in the order in which they are selected: names would be made anew for every row, and such rows
   * take as long to read again as to make.
   */
  rows<T extends readonly SQLOutputValue[]>(sql: string, ...values: SQLInputValue[]): T[] {
    try {
      return this.prepared(sql, true).all(...values) as unknown as T[];
    } catch (error) {
      throw this.told(error);
    }
  }

  /**
   * Row after row, none of them kept. @param onRow its values in the order in which they are selected: names would be
   * made anew for every row
   */
  each(sql: string, value: SQLInputValue, onRow: (row: readonly SQLOutputValue[], index: number) => void): void {
    try {
      const statement = this.prepared(sql, true);
      let index = 0;
      for (const row of statement.iterate(value)) onRow(row as unknown as readonly SQLOutputValue[], index++);
    } catch (error) {
      throw this.told(error);
    }
  }

  /** One short write transaction: all or nothing. */
  write<T>(work: (database: DatabaseSync) => T): T {
    return this.transaction('BEGIN IMMEDIATE', () => work(this.database));
  }

  transaction<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
    if (this.failure) throw this.failure;
    try {
      this.database.exec(begin);
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      // Before the rollback, which gives back the room that was missing.
      const told = this.toldOfWrite(error);
      rollBack(this.database);
      throw told;
    }
  }

  /** Work of which part is done outside transactions. */
  guarded<R>(work: () => R): R {
    try {
      return work();
    } catch (error) {
      throw this.told(error);
    }
  }

  close(): void {
    this.opened.close();
  }

  /** @param arrays a row as an array: a statement of its own, as another of the same text has rows by name */
  private prepared(sql: string, arrays = false): StatementSync {
    const key = arrays ? `${sql} -- arrays` : sql;
    const known = this.statements.get(key);
    if (known) return known;
    // Filters and searches make ever new texts: past so many all are forgotten, which costs no more than preparing them
    // again.
    if (this.statements.size >= MOST_STATEMENTS) this.statements.clear();
    const statement = this.database.prepare(sql);
    statement.setReturnArrays(arrays);
    this.statements.set(key, statement);
    return statement;
  }

  private told(error: unknown): unknown {
    return storeFailure(error, this.file, this.busySeconds);
  }

  private toldOfWrite(error: unknown): unknown {
    const told = this.told(error);
    const isForeseen = told instanceof DemandaError && told.code !== 'STORE_UNREADABLE';
    if (isWriteFailure(error) && (!isForeseen || isFlushFailure(error))) {
      const failed = new DemandaError(
        'STORE_WRITE_FAILED',
        { file: this.file, detail: (error as Error).message },
        { cause: error },
      );
      this.failure = isForeseen ? told : failed;
      return this.failure;
    }
    return told;
  }
}
