/** Imports as batches in PostgreSQL. */

import { actorId, type Deed } from '../../contract/store/deed.ts';
import type { ImportBatch, ImportStore, UndoSummary } from '../../contract/store/imports.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { type JoinedSince, undoRefusal } from '../../rules/import-batches.ts';
import { pageOf } from '../page-of.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { PostgresConnection, Reader } from './connection.ts';
import { undoPrices, undoSales, undoSeen } from './import-undo.ts';
import { lockSales } from './open-import.ts';
import { COSTS, MARKET } from './price-import.ts';

type BatchRow = ImportBatch & { readonly number: number };

const SELECT = `SELECT number, import_id AS id, at, actor, actor_name AS "actorName", merchant, kind, file, digest,
  options, accepted, rejected, replaced, added, unchanged, merchants, products, first_day AS "firstDay",
  last_day AS "lastDay", undone_at AS "undoneAt", undone_by_name AS "undoneByName" FROM demanda.import`;

function batchOf({ number: _, ...batch }: BatchRow): ImportBatch {
  return batch;
}

export class PostgresImports implements ImportStore {
  private readonly connection: PostgresConnection;

  constructor(connection: PostgresConnection) {
    this.connection = connection;
  }

  async list(merchant: string | null, { limit, after }: PageAsked): Promise<Page<ImportBatch>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('number < ?', after[0]);
    const rows = await this.connection.all<BatchRow>(
      `${SELECT} ${conditions.where} ORDER BY number DESC LIMIT ${conditions.bind(limit + 1)}`,
      ...conditions.values,
    );
    const page = pageOf(rows, limit, (last) => [last.number]);
    return { ...page, items: page.items.map(batchOf) };
  }

  async find(id: string, merchant: string | null): Promise<ImportBatch | null> {
    const row = await rowOf(this.connection, id, merchant);
    return row && batchOf(row);
  }

  async ofFile(digest: string, options: string): Promise<ImportBatch | null> {
    const row = await this.connection.one<BatchRow>(
      `${SELECT} WHERE digest = $1 AND options = $2 AND undone_at IS NULL ORDER BY number DESC LIMIT 1`,
      digest,
      options,
    );
    if (!row || (await laterOn(this.connection, row)).length > 0) return null;
    return batchOf(row);
  }

  async undo(id: string, merchant: string | null, deedOf: (summary: UndoSummary) => Deed): Promise<UndoSummary> {
    return this.connection.write(async (transaction) => {
      await lockSales(transaction);
      const row = await rowOf(transaction, id, merchant);
      if (row === null) throw new DemandaError('IMPORT_BATCH_UNKNOWN', { id });
      const { number, kind, at } = row;
      const joined = await transaction.one<JoinedSince>(
        'SELECT at, name, target FROM demanda.import_joined WHERE import = $1',
        number,
      );
      const refusal = undoRefusal(row, await laterOn(transaction, row), merchant, joined ?? null);
      if (refusal) throw refusal;
      const done =
        kind === 'sales'
          ? await undoSales(transaction, number, at)
          : kind === 'stock' || kind === 'competitors'
            ? await undoSeen(transaction, kind, number)
            : await undoPrices(transaction, kind === 'costs' ? COSTS : MARKET, number, at);
      const deed = deedOf({ batch: batchOf(row), ...done });
      await transaction.run(
        'UPDATE demanda.import SET undone_at = $1, undone_by = $2, undone_by_name = $3 WHERE number = $4',
        ...[deed.at, actorId(deed.actor), deed.actor.name, number],
      );
      await insertAudit(transaction, deed);
      return { batch: { ...batchOf(row), undoneAt: deed.at, undoneByName: deed.actor.name }, ...done };
    });
  }
}

async function rowOf(reader: Reader, id: string, merchant: string | null): Promise<BatchRow | null> {
  const conditions = new Conditions().equal('import_id', id).equal('merchant', merchant ?? undefined);
  return (await reader.one<BatchRow>(`${SELECT} ${conditions.where}`, ...conditions.values)) ?? null;
}

/** Later imports that wrote rows of this one again, the oldest first. */
async function laterOn(reader: Reader, { kind, number }: BatchRow): Promise<BatchRow[]> {
  const wrote = kind === 'sales' ? 'demanda.import_over' : 'demanda.import_price';
  return reader.all<BatchRow>(
    `${SELECT} WHERE number IN (SELECT import FROM ${wrote} WHERE previous = $1) ORDER BY number`,
    number,
  );
}
