/** The journal and the secrets in PostgreSQL. */

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
import type { PostgresConnection } from './connection.ts';
import { PUT } from './documents.ts';

/** Of the advisory lock under which entries get their numbers. */
const NUMBER_LOCK = 4_162_930_122;

type Row = Omit<JournalEntry, 'detail'> & { readonly detail: string };

export class PostgresJournal implements JournalStore {
  private readonly database: PostgresConnection;

  constructor(database: PostgresConnection) {
    this.database = database;
  }

  async add(kind: JournalKind, entries: readonly NewJournalEntry[], keep: number): Promise<number[]> {
    return this.database.write(async (transaction) => {
      await transaction.all('SELECT pg_advisory_xact_lock($1)', NUMBER_LOCK);
      const last = await transaction.one<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM demanda.journal');
      const first = (last as { id: number }).id + 1;
      await transaction.run(
        `INSERT INTO demanda.journal (id, kind, at, merchant, detail)
         SELECT $1::bigint + n - 1, $2, at, merchant, detail
         FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS e (at, merchant, detail, n)`,
        first,
        kind,
        entries.map(({ at }) => at),
        entries.map(({ merchant }) => merchant),
        entries.map(({ detail }) => JSON.stringify(detail)),
      );
      await transaction.run(
        `DELETE FROM demanda.journal WHERE kind = $1 AND id <=
           (SELECT id FROM demanda.journal WHERE kind = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)`,
        kind,
        keep,
      );
      return entries.map((_, i) => first + i);
    });
  }

  async list(kind: JournalKind, merchant: string | null, { limit, after }: PageAsked): Promise<Page<JournalEntry>> {
    const conditions = new Conditions().equal('kind', kind).equal('merchant', merchant ?? undefined);
    if (after) conditions.add('id < ?', after[0] as number);
    const rows = await this.database.all<Row>(
      `SELECT id, at, merchant, detail FROM demanda.journal ${conditions.where}
       ORDER BY id DESC LIMIT ${conditions.bind(limit + 1)}`,
      ...conditions.values,
    );
    const { items, next } = pageOf(rows, limit, ({ id }) => [id]);
    return { items: items.map((row) => ({ ...row, detail: JSON.parse(row.detail) })), next };
  }

  async change(id: number, detail: unknown): Promise<boolean> {
    const sql = 'UPDATE demanda.journal SET detail = $1 WHERE id = $2';
    return (await this.database.write((transaction) => transaction.run(sql, JSON.stringify(detail), id))) > 0;
  }

  async secret(name: string): Promise<string | null> {
    const sql = 'SELECT value FROM demanda.secret WHERE name = $1';
    return (await this.database.one<{ value: string }>(sql, name))?.value ?? null;
  }

  async setSecrets(values: Readonly<Record<string, string | null>>, deed: Deed, document?: NewDocument): Promise<void> {
    await this.database.write(async (transaction) => {
      for (const [name, value] of Object.entries(values)) {
        if (value === null) await transaction.run('DELETE FROM demanda.secret WHERE name = $1', name);
        else
          await transaction.run(
            `INSERT INTO demanda.secret (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
            name,
            value,
          );
      }
      if (document) await transaction.run(PUT, document.kind, document.key, JSON.stringify(document.document));
      await insertAudit(transaction, deed);
    });
  }
}
