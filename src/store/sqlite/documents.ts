/** Settings and small documents in SQLite. */

import type { Deed } from '../../contract/store/deed.ts';
import type { DocumentStore } from '../../contract/store/documents.ts';
import { insertAudit } from './audit.ts';
import type { SqliteConnection } from './connection.ts';

export const PUT = 'INSERT OR REPLACE INTO document VALUES (?, ?, ?)';
const READ = 'SELECT json FROM document WHERE kind = ? AND key = ?';

export class SqliteDocuments implements DocumentStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async read(kind: string, key: string): Promise<unknown> {
    const row = this.sqlite.all<{ json: string }>(READ, kind, key)[0];
    return row ? JSON.parse(row.json) : null;
  }

  async put(kind: string, key: string, document: unknown): Promise<void> {
    this.sqlite.write((database) => database.prepare(PUT).run(kind, key, JSON.stringify(document)));
  }

  async update(kind: string, key: string, change: (document: unknown) => unknown): Promise<void> {
    this.sqlite.write((database) => {
      const row = database.prepare(READ).get(kind, key) as { json: string } | undefined;
      const changed = change(row ? JSON.parse(row.json) : null);
      database.prepare(PUT).run(kind, key, JSON.stringify(changed));
    });
  }

  async keep(kind: string, key: string, document: unknown, deed: Deed): Promise<void> {
    this.sqlite.write((database) => {
      if (document === null) database.prepare('DELETE FROM document WHERE kind = ? AND key = ?').run(kind, key);
      else database.prepare(PUT).run(kind, key, JSON.stringify(document));
      insertAudit(database, deed);
    });
  }

  async setting(key: string): Promise<string | null> {
    return this.sqlite.all<{ value: string }>('SELECT value FROM setting WHERE key = ?', key)[0]?.value ?? null;
  }

  async settings(): Promise<Readonly<Record<string, string>>> {
    const rows = this.sqlite.all<{ key: string; value: string }>('SELECT key, value FROM setting ORDER BY key');
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  async setSettings(values: Readonly<Record<string, string | null>>, deed: Deed): Promise<void> {
    this.sqlite.write((database) => {
      const remove = database.prepare('DELETE FROM setting WHERE key = ?');
      const set = database.prepare(
        'INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      );
      for (const [key, value] of Object.entries(values)) {
        if (value === null) remove.run(key);
        else set.run(key, value);
      }
      insertAudit(database, deed);
    });
  }
}
