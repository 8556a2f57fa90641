/** Settings and small documents in PostgreSQL. JSON is kept as text: its own types refuse what JSON may hold. */

import type { Deed } from '../../contract/store/deed.ts';
import type { DocumentStore } from '../../contract/store/documents.ts';
import { insertAudit } from './audit.ts';
import type { PostgresConnection } from './connection.ts';

export const PUT = `INSERT INTO demanda.document (kind, key, json) VALUES ($1, $2, $3)
  ON CONFLICT (kind, key) DO UPDATE SET json = excluded.json`;

export class PostgresDocuments implements DocumentStore {
  private readonly database: PostgresConnection;

  constructor(database: PostgresConnection) {
    this.database = database;
  }

  async read(kind: string, key: string): Promise<unknown> {
    const sql = 'SELECT json FROM demanda.document WHERE kind = $1 AND key = $2';
    const row = await this.database.one<{ json: string }>(sql, kind, key);
    return row ? JSON.parse(row.json) : null;
  }

  async put(kind: string, key: string, document: unknown): Promise<void> {
    await this.database.write((transaction) => transaction.run(PUT, kind, key, JSON.stringify(document)));
  }

  async update(kind: string, key: string, change: (document: unknown) => unknown): Promise<void> {
    await this.database.write(async (transaction) => {
      // Made where there is none, and locked: who else changes it waits, and reads what this one wrote.
      const row = await transaction.one<{ json: string }>(
        `INSERT INTO demanda.document AS d (kind, key, json) VALUES ($1, $2, 'null')
         ON CONFLICT (kind, key) DO UPDATE SET json = d.json RETURNING json`,
        kind,
        key,
      );
      const changed = change(JSON.parse((row as { json: string }).json));
      await transaction.run(PUT, kind, key, JSON.stringify(changed));
    });
  }

  async keep(kind: string, key: string, document: unknown, deed: Deed): Promise<void> {
    await this.database.write(async (transaction) => {
      if (document === null)
        await transaction.run('DELETE FROM demanda.document WHERE kind = $1 AND key = $2', kind, key);
      else await transaction.run(PUT, kind, key, JSON.stringify(document));
      await insertAudit(transaction, deed);
    });
  }

  async setting(key: string): Promise<string | null> {
    const sql = 'SELECT value FROM demanda.setting WHERE key = $1';
    return (await this.database.one<{ value: string }>(sql, key))?.value ?? null;
  }

  async settings(): Promise<Readonly<Record<string, string>>> {
    const rows = await this.database.all<{ key: string; value: string }>(
      'SELECT key, value FROM demanda.setting ORDER BY key',
    );
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  async setSettings(values: Readonly<Record<string, string | null>>, deed: Deed): Promise<void> {
    await this.database.write(async (transaction) => {
      for (const [key, value] of Object.entries(values)) {
        if (value === null) await transaction.run('DELETE FROM demanda.setting WHERE key = $1', key);
        else
          await transaction.run(
            `INSERT INTO demanda.setting (key, value) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
            key,
            value,
          );
      }
      await insertAudit(transaction, deed);
    });
  }
}
