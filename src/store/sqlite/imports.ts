/** Imports as batches in SQLite. */

import { actorId, type Deed } from '../../contract/store/deed.ts';
import type { ImportBatch, ImportStore, UndoSummary } from '../../contract/store/imports.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { undoRefusal } from '../../rules/import-batches.ts';
import { pageOf } from '../page-of.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';
import { joinedSince, laterOn, undoPrices, undoSales, undoSeen } from './import-undo.ts';

type BatchRow = ImportBatch & { readonly number: number };

const SELECT = `SELECT number, import_id AS id, at, actor, actor_name AS actorName, merchant, kind, file,
  digest, options, accepted, rejected, replaced,
  added, unchanged, merchants, products, first_day AS firstDay, last_day AS lastDay, undone_at AS undoneAt,
    undone_by_name AS undoneByName FROM import`;

function batchOf({ number: _, ...batch }: BatchRow): ImportBatch {
  return batch;
}

export class SqliteImports implements ImportStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async list(merchant: string | null, { limit, after }: PageAsked): Promise<Page<ImportBatch>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('number < ?', after[0]);
    const rows = this.sqlite.all<BatchRow>(
      `${SELECT} ${conditions.where} ORDER BY number DESC LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    const page = pageOf(rows, limit, (last) => [last.number]);
    return { ...page, items: page.items.map(batchOf) };
  }

  async find(id: string, merchant: string | null): Promise<ImportBatch | null> {
    const row = this.row(id, merchant);
    return row && batchOf(row);
  }

  async ofFile(digest: string, options: string): Promise<ImportBatch | null> {
    const [row] = this.sqlite.all<BatchRow>(
      `${SELECT} WHERE digest = ? AND options = ? AND undone_at IS NULL ORDER BY number DESC LIMIT 1`,
      digest,
      options,
    );
    if (!row) return null;
    const later = laterOn(this.sqlite.database, row.kind, row.number);
    return later.length === 0 ? batchOf(row) : null;
  }

  async undo(id: string, merchant: string | null, deedOf: (summary: UndoSummary) => Deed): Promise<UndoSummary> {
    return this.sqlite.write((database) => {
      const row = this.row(id, merchant);
      if (row === null) throw new DemandaError('IMPORT_BATCH_UNKNOWN', { id });
      const { number, kind, at } = row;
      const later = laterOn(database, kind, number).flatMap((of) =>
        this.sqlite.all<BatchRow>(`${SELECT} WHERE number = ?`, of),
      );
      const refusal = undoRefusal(row, later, merchant, joinedSince(database, number));
      if (refusal) throw refusal;
      const done =
        kind === 'sales'
          ? undoSales(database, number, at)
          : kind === 'stock' || kind === 'competitors'
            ? undoSeen(database, kind, number)
            : undoPrices(database, kind, number, at);
      const deed = deedOf({ batch: batchOf(row), ...done });
      database
        .prepare('UPDATE import SET undone_at = ?, undone_by = ?, undone_by_name = ? WHERE number = ?')
        .run(deed.at, actorId(deed.actor), deed.actor.name, number);
      insertAudit(database, deed);
      return { batch: { ...batchOf(row), undoneAt: deed.at, undoneByName: deed.actor.name }, ...done };
    });
  }

  private row(id: string, merchant: string | null): BatchRow | null {
    const conditions = new Conditions().equal('import_id', id).equal('merchant', merchant ?? undefined);
    const [row] = this.sqlite.all<BatchRow>(`${SELECT} ${conditions.where}`, ...conditions.values);
    return row ? { ...row } : null;
  }
}
