/**
 * A table of one import's own for rows that are too many for memory: made when the first of them come, gone with the
 * import. Those of processes that were killed are removed when another one is made, a day later.
 */

import { randomBytes } from 'node:crypto';
import { copyLine, type PostgresConnection, type Reader, type Transaction } from './connection.ts';

/** Characters that go to the server at once. */
const CHUNK = 65_536;

export class StagingTable {
  private readonly connection: PostgresConnection;
  private id: string | null = null;
  private parts = 0;

  constructor(connection: PostgresConnection) {
    this.connection = connection;
  }

  /** @param rows numbers of what they are of, each once, and what is kept of it */
  async store(rows: Iterable<readonly [name: number, packed: unknown]>): Promise<void> {
    const id = (this.id ??= await this.make());
    const part = this.parts++;
    await this.connection.write(async (transaction) => {
      await transaction.run('UPDATE demanda.staging SET touched = now() WHERE id = $1', id);
      await transaction.copyIn(`COPY demanda.staged_${id} (name, part, tickets) FROM STDIN`, linesOf(rows, part));
    });
  }

  /** What is kept of some names, each's in the order in which it came. */
  async read<T>(reader: Reader, names: readonly number[]): Promise<{ readonly name: number; readonly packed: T }[]> {
    if (this.id === null || names.length === 0) return [];
    const rows = await reader.all<{ name: number; tickets: string }>(
      'SELECT name, tickets FROM demanda.staged_tickets($1, $2)',
      this.id,
      names,
    );
    return rows.map(({ name, tickets }) => ({ name, packed: JSON.parse(tickets) as T }));
  }

  /** It goes with the transaction, where there is one. */
  async drop(transaction: Transaction): Promise<void> {
    if (this.id !== null) await transaction.all('SELECT demanda.drop_staging($1)', this.id);
  }

  /** It goes at once. */
  async remove(): Promise<void> {
    if (this.id !== null) await this.connection.write((transaction) => this.drop(transaction));
    this.id = null;
  }

  private async make(): Promise<string> {
    const id = randomBytes(8).toString('hex');
    await this.connection.write((transaction) => transaction.all('SELECT demanda.make_staging($1)', id));
    return id;
  }
}

function* linesOf(rows: Iterable<readonly [name: number, packed: unknown]>, part: number): Generator<string> {
  let chunk = '';
  for (const [name, packed] of rows) {
    chunk += copyLine([name, part, JSON.stringify(packed)]);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
