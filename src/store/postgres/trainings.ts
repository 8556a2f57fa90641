/**
 * Trainings that run in processes of their own, in PostgreSQL: what was asked for, how far each cell is, and whether it
 * was told to stop. Whether a holder on another machine lives cannot be known: its beat says it.
 */

import type { TrainingOutcome } from '../../contract/api.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type { KeptCellProgress, KeptTraining, TrainingStore } from '../../contract/store/trainings.ts';
import { pageOf } from '../page-of.ts';
import { TRAINING_COLUMNS } from '../training-columns.ts';
import { OUTCOME_OF_CELLS, type OutcomeRow, outcomeOf } from '../training-outcome.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { PostgresConnection, Reader, Transaction, Value } from './connection.ts';

type Row = Omit<KeptTraining, 'chosen' | 'options' | 'holderLives'> & {
  readonly chosen: string | null;
  readonly options: string;
  readonly number: number;
};

/** What batches that have not ended count beside the training's own number, which changes as they end. */
const OF_OPEN = (counted: 'done' | 'failed'): string =>
  `coalesce((SELECT sum(b.${counted}) FROM demanda.training_batch b
     WHERE b.training_id = training.training_id AND b.state IN ('waiting', 'active')), 0)`;

const SELECT = `SELECT training_id AS "trainingId", merchant, status, stage, cells,
  done + ${OF_OPEN('done')} AS done, failed + ${OF_OPEN('failed')} AS failed, chosen, options, lang,
  started_at AS "startedAt", ended_at AS "endedAt", started_by AS "startedBy", started_by_name AS "startedByName",
  holder AS "holderId", beat_at AS "beatAt", seq, resumes, message, number FROM demanda.training`;

export class PostgresTrainings implements TrainingStore {
  private readonly database: PostgresConnection;

  constructor(database: PostgresConnection) {
    this.database = database;
  }

  async add(training: Parameters<TrainingStore['add']>[0], deed: Deed): Promise<boolean> {
    return this.database.write((transaction) => insertTraining(transaction, training, deed));
  }

  async read(trainingId: string): Promise<KeptTraining | null> {
    return readTraining(this.database, trainingId);
  }

  async list(merchant: string | null, { limit, after }: PageAsked): Promise<Page<KeptTraining>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('number < ?', after[0] as number);
    const rows = await this.database.all<Row>(
      `${SELECT} ${conditions.where} ORDER BY number DESC LIMIT ${conditions.bind(limit + 1)}`,
      ...conditions.values,
    );
    const page = pageOf(rows, limit, (last) => [last.number]);
    return { items: page.items.map(kept), next: page.next };
  }

  async update(
    trainingId: string,
    fields: Parameters<TrainingStore['update']>[1],
    from?: readonly KeptTraining['status'][],
    deed?: Deed,
  ): Promise<boolean> {
    const names = Object.keys(fields) as (keyof typeof TRAINING_COLUMNS)[];
    const values: Value[] = names.map((name) => fields[name] as Value);
    const assigned = names.map((name, i) => `${TRAINING_COLUMNS[name]} = $${i + 1}, `).join('');
    const only = from ? ` AND status = ANY ($${values.length + 2})` : '';
    return this.database.write(async (transaction) => {
      const changes = await transaction.run(
        `UPDATE demanda.training SET ${assigned}seq = seq + 1 WHERE training_id = $${values.length + 1}${only}`,
        ...[...values, trainingId, ...(from ? [from] : [])],
      );
      if (deed && changes > 0) await insertAudit(transaction, deed);
      return changes > 0;
    });
  }

  async progress(
    trainingId: string,
    beatAt: string,
    cells: Parameters<TrainingStore['progress']>[2],
  ): Promise<KeptTraining['status']> {
    return this.database.write((transaction) => writeProgress(transaction, trainingId, { beatAt }, cells));
  }

  async outcome(trainingId: string): Promise<TrainingOutcome> {
    const found = await this.database.one<OutcomeRow>(
      `WITH cell AS (
         SELECT json::jsonb ->> 'status' AS state, (json::jsonb ->> 'modelError')::float8 AS error,
           (json::jsonb ->> 'errorBefore')::float8 AS before,
           least(1, (json::jsonb ->> 'iteration')::float8 / greatest(1, (json::jsonb ->> 'iterations')::float8)) AS share
         FROM demanda.training_cell WHERE training_id = $1)
       ${OUTCOME_OF_CELLS}`,
      trainingId,
    );
    return outcomeOf(found as OutcomeRow);
  }

  async changes(trainingId: string, seq: number, limit: number): Promise<KeptCellProgress[]> {
    const rows = await this.database.all<Omit<KeptCellProgress, 'progress'> & { readonly json: string }>(
      `SELECT merchant, product, seq, json FROM demanda.training_cell WHERE training_id = $1 AND seq > $2
       ORDER BY seq LIMIT $3`,
      ...[trainingId, seq, limit],
    );
    return rows.map(({ json, ...cell }) => ({ ...cell, progress: JSON.parse(json) as KeptCellProgress['progress'] }));
  }
}

/** Within a write. @returns false where there is one of its id: of two who add it at once the second waits, then sees it */
export async function insertTraining(
  transaction: Transaction,
  training: Parameters<TrainingStore['add']>[0],
  deed: Deed,
): Promise<boolean> {
  const { trainingId, merchant, status, cells, chosen, options, lang, startedAt, startedBy, startedByName, beatAt } =
    training;
  const added = await transaction.run(
    `INSERT INTO demanda.training (training_id, merchant, status, cells, chosen, options, lang, started_at,
       started_by, started_by_name, beat_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (training_id) DO NOTHING`,
    ...[trainingId, merchant, status, cells, chosen && JSON.stringify(chosen), JSON.stringify(options), lang],
    ...[startedAt, startedBy, startedByName, beatAt],
  );
  if (added === 0) return false;
  await insertAudit(transaction, deed);
  return true;
}

export async function readTraining(reader: Reader, trainingId: string): Promise<KeptTraining | null> {
  const row = await reader.one<Row>(`${SELECT} WHERE training_id = $1`, trainingId);
  return row ? kept(row) : null;
}

/** Within a write. @returns the training's status */
export async function writeProgress(
  transaction: Transaction,
  trainingId: string,
  { beatAt, stage }: { readonly beatAt: string; readonly stage?: KeptTraining['stage'] },
  cells: Parameters<TrainingStore['progress']>[2],
): Promise<KeptTraining['status']> {
  // Its row is locked from here on: numbers of changes become visible in their order.
  const { seq, status } = (await transaction.one<{ seq: number; status: KeptTraining['status'] }>(
    `UPDATE demanda.training SET beat_at = $1, seq = seq + $2, stage = coalesce($4, stage) WHERE training_id = $3
     RETURNING seq, status`,
    ...[beatAt, cells.length, trainingId, stage ?? null],
  )) as { seq: number; status: KeptTraining['status'] };
  const newest = new Map(cells.map((cell, i) => [JSON.stringify([cell.merchant, cell.product]), { cell, i }]));
  const rows = [...newest.values()];
  if (rows.length > 0)
    await transaction.run(
      `INSERT INTO demanda.training_cell (training_id, merchant, product, seq, json)
       SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[])
       ON CONFLICT (training_id, merchant, product) DO UPDATE SET seq = excluded.seq, json = excluded.json`,
      ...[trainingId, rows.map(({ cell }) => cell.merchant), rows.map(({ cell }) => cell.product)],
      rows.map(({ i }) => seq - cells.length + i + 1),
      rows.map(({ cell }) => JSON.stringify(cell.progress)),
    );
  return status;
}

function kept({ number: _, ...row }: Row): KeptTraining {
  return {
    ...row,
    holderLives: true,
    chosen: row.chosen === null ? null : (JSON.parse(row.chosen) as KeptTraining['chosen']),
    options: JSON.parse(row.options) as unknown,
  };
}
