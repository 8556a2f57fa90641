/**
 * Trainings that run in processes of their own, in SQLite: what was asked for, how far each cell is, and whether it was
 * told to stop.
 */

import type { SQLInputValue } from 'node:sqlite';
import type { TrainingOutcome } from '../../contract/api.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type { KeptCellProgress, KeptTraining, TrainingStore } from '../../contract/store/trainings.ts';
import { pageOf } from '../page-of.ts';
import { processIdentity, stillLives } from '../process-identity.ts';
import { TRAINING_COLUMNS } from '../training-columns.ts';
import { OUTCOME_OF_CELLS, type OutcomeRow, outcomeOf } from '../training-outcome.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';

type Row = Omit<KeptTraining, 'chosen' | 'options' | 'holderLives'> & {
  readonly chosen: string | null;
  readonly options: string;
  /** Of the process that performs it, on this machine. */
  readonly pid: number | null;
  readonly identity: string | null;
  readonly number: number;
};

const SELECT = `SELECT training_id AS trainingId, merchant, status, stage, cells, done, failed, chosen, options, lang,
  started_at AS startedAt, ended_at AS endedAt, started_by AS startedBy, started_by_name AS startedByName,
  holder AS holderId, pid, identity, beat_at AS beatAt, seq, resumes, message, number FROM training`;

export class SqliteTrainings implements TrainingStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async add(training: Parameters<TrainingStore['add']>[0], deed: Deed): Promise<boolean> {
    const { trainingId, merchant, status, cells, chosen, options, lang, startedAt, startedBy, startedByName, beatAt } =
      training;
    return this.sqlite.write((database) => {
      const { changes } = database
        .prepare(
          `INSERT INTO training (training_id, merchant, status, cells, chosen, options, lang, started_at, started_by, started_by_name, beat_at, number)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM training))
           ON CONFLICT (training_id) DO NOTHING`,
        )
        .run(
          trainingId,
          merchant,
          status,
          cells,
          chosen && JSON.stringify(chosen),
          JSON.stringify(options),
          lang,
          startedAt,
          startedBy,
          startedByName,
          beatAt,
        );
      if (Number(changes) === 0) return false;
      insertAudit(database, deed);
      return true;
    });
  }

  async read(trainingId: string): Promise<KeptTraining | null> {
    const [row] = this.sqlite.all<Row>(`${SELECT} WHERE training_id = ?`, trainingId);
    return row ? kept(row) : null;
  }

  async list(merchant: string | null, { limit, after }: PageAsked): Promise<Page<KeptTraining>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('number < ?', after[0]);
    const rows = this.sqlite.all<Row>(
      `${SELECT} ${conditions.where} ORDER BY number DESC LIMIT ?`,
      ...conditions.values,
      limit + 1,
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
    const changed = names.map((name): [string, SQLInputValue] => [
      TRAINING_COLUMNS[name],
      fields[name] as SQLInputValue,
    ]);
    // The holder writes its own name: its process is this one.
    if (fields.holderId === null) changed.push(['pid', null], ['identity', null]);
    else if (fields.holderId !== undefined)
      changed.push(['pid', process.pid], ['identity', processIdentity(process.pid)]);
    const assigned = changed.map(([column]) => `${column} = ?`).join(', ');
    const only = from ? ` AND status IN (${from.map(() => '?').join(', ')})` : '';
    return this.sqlite.write((database) => {
      const { changes } = database
        .prepare(`UPDATE training SET ${assigned}, seq = seq + 1 WHERE training_id = ?${only}`)
        .run(...changed.map(([, value]) => value), trainingId, ...(from ?? []));
      if (deed && changes > 0) insertAudit(database, deed);
      return changes > 0;
    });
  }

  async progress(
    trainingId: string,
    beatAt: string,
    cells: Parameters<TrainingStore['progress']>[2],
  ): Promise<KeptTraining['status']> {
    return this.sqlite.write((database) => {
      const { seq, status } = database
        .prepare('UPDATE training SET beat_at = ?, seq = seq + ? WHERE training_id = ? RETURNING seq, status')
        .get(beatAt, cells.length, trainingId) as { seq: number; status: KeptTraining['status'] };
      const put = database.prepare('INSERT OR REPLACE INTO training_cell VALUES (?, ?, ?, ?, ?)');
      cells.forEach((cell, i) => {
        put.run(trainingId, cell.merchant, cell.product, seq - cells.length + i + 1, JSON.stringify(cell.progress));
      });
      return status;
    });
  }

  async outcome(trainingId: string): Promise<TrainingOutcome> {
    const [found] = this.sqlite.all<OutcomeRow>(
      `WITH cell AS (
         SELECT json ->> '$.status' AS state, json ->> '$.modelError' AS error, json ->> '$.errorBefore' AS before,
           min(1.0, 1.0 * (json ->> '$.iteration') / max(1, json ->> '$.iterations')) AS share
         FROM training_cell WHERE training_id = ?)
       ${OUTCOME_OF_CELLS}`,
      trainingId,
    );
    return outcomeOf(found as OutcomeRow);
  }

  async changes(trainingId: string, seq: number, limit: number): Promise<KeptCellProgress[]> {
    return this.sqlite
      .all<Omit<KeptCellProgress, 'progress'> & { readonly json: string }>(
        'SELECT merchant, product, seq, json FROM training_cell WHERE training_id = ? AND seq > ? ORDER BY seq LIMIT ?',
        trainingId,
        seq,
        limit,
      )
      .map(({ json, ...cell }) => ({ ...cell, progress: JSON.parse(json) as KeptCellProgress['progress'] }));
  }
}

function kept({ number: _, pid, identity, ...row }: Row): KeptTraining {
  const isUnderWay = row.status === 'running' || row.status === 'stopping';
  return {
    ...row,
    holderLives: !isUnderWay || pid === null || processLives(pid, identity),
    chosen: row.chosen === null ? null : (JSON.parse(row.chosen) as KeptTraining['chosen']),
    options: JSON.parse(row.options) as unknown,
  };
}

/** A training that began before identities were kept is known by its number alone. */
function processLives(pid: number, identity: string | null): boolean {
  return identity === null ? processIdentity(pid) !== null : stillLives(pid, identity);
}
