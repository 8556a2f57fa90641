/** The journal and the secrets in SQLite. */

import type { Deed } from '../../contract/store/deed.ts';
import type {
  JournalEntry,
  JournalKind,
  JournalStore,
  NewDocument,
  NewJournalEntry,
} from '../../contract/store/journal.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import { pageOf } from '../page-of.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';
import { PUT } from './documents.ts';

type Row = Omit<JournalEntry, 'detail'> & { readonly detail: string };

export class SqliteJournal implements JournalStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async add(kind: JournalKind, entries: readonly NewJournalEntry[], keep: number): Promise<number[]> {
    return this.sqlite.write((database) => {
      const insert = database.prepare('INSERT INTO journal (kind, at, merchant, detail) VALUES (?, ?, ?, ?)');
      const ids = entries.map(({ at, merchant, detail }) =>
        Number(insert.run(kind, at, merchant, JSON.stringify(detail)).lastInsertRowid),
      );
      database
        .prepare(
          `DELETE FROM journal WHERE kind = ? AND id <=
             (SELECT id FROM journal WHERE kind = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
        )
        .run(kind, kind, keep);
      return ids;
    });
  }

  async list(kind: JournalKind, merchant: string | null, { limit, after }: PageAsked): Promise<Page<JournalEntry>> {
    const conditions = new Conditions().equal('kind', kind).equal('merchant', merchant ?? undefined);
    if (after) conditions.add('id < ?', after[0]);
    const rows = this.sqlite.all<Row>(
      `SELECT id, at, merchant, detail FROM journal ${conditions.where} ORDER BY id DESC LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    const { items, next } = pageOf(rows, limit, ({ id }) => [id]);
    return { items: items.map((row) => ({ ...row, detail: JSON.parse(row.detail) })), next };
  }

  async change(id: number, detail: unknown): Promise<boolean> {
    return this.sqlite.write(
      (database) =>
        database.prepare('UPDATE journal SET detail = ? WHERE id = ?').run(JSON.stringify(detail), id).changes > 0,
    );
  }

  async secret(name: string): Promise<string | null> {
    return this.sqlite.all<{ value: string }>('SELECT value FROM secret WHERE name = ?', name)[0]?.value ?? null;
  }

  async setSecrets(values: Readonly<Record<string, string | null>>, deed: Deed, document?: NewDocument): Promise<void> {
    this.sqlite.write((database) => {
      for (const [name, value] of Object.entries(values)) {
        if (value === null) database.prepare('DELETE FROM secret WHERE name = ?').run(name);
        else database.prepare('INSERT OR REPLACE INTO secret VALUES (?, ?)').run(name, value);
      }
      if (document) database.prepare(PUT).run(document.kind, document.key, JSON.stringify(document.document));
      insertAudit(database, deed);
    });
  }
}
