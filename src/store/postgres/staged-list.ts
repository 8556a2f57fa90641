/** Rows of an import in their order, until they are taken over. */

import type { PostgresConnection, Transaction } from './connection.ts';
import type { StagedRows } from './open-import.ts';
import { StagingTable } from './staging-table.ts';

/** Rows that are held in memory at once. */
const MOST_HELD = 50_000;

/** Rows of an import until they are taken over: the last ones in memory, the others in a table. */
export class StagedList<Row, Kept> implements StagedRows<Row> {
  accepted = 0;
  private readonly table: StagingTable;
  private readonly keptOf: (row: Row) => Kept;
  private held: Kept[] = [];

  constructor(connection: PostgresConnection, keptOf: (row: Row) => Kept) {
    this.table = new StagingTable(connection);
    this.keptOf = keptOf;
  }

  async add(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.held.push(this.keptOf(row));
      if (this.held.length >= MOST_HELD) await this.store();
    }
    this.accepted += rows.length;
  }

  /** In the order in which they came, piece by piece. */
  async *pieces(transaction: Transaction): AsyncGenerator<readonly Kept[]> {
    for (let part = 0; part < this.parts; part++)
      for (const { packed } of await this.table.read<readonly Kept[]>(transaction, [part])) yield packed;
    if (this.held.length > 0) yield this.held;
  }

  async drop(transaction: Transaction): Promise<void> {
    await this.table.drop(transaction);
  }

  async remove(): Promise<void> {
    this.held = [];
    await this.table.remove();
  }

  private parts = 0;

  private async store(): Promise<void> {
    await this.table.store([[this.parts, this.held]]);
    this.parts++;
    this.held = [];
  }
}
