/** Trainings that run in processes of their own, in SQLite: what was asked for, how far each cell is, and whether it was told to stop. */

import type { SQLInputValue } from 'node:sqlite';
import type { KeptCellProgress, KeptTraining, Page, PageAsked, TrainingStore } from '../contract/service-store.ts';
import { Conditions, pageOf, type Sqlite } from './sqlite-connection.ts';

type Row = Omit<KeptTraining, 'chosen' | 'options'> & { readonly chosen: string | null; readonly options: string };

const SELECT = `SELECT training_id AS trainingId, merchant, status, stage, cells, done, failed, chosen, options, lang, started_at AS startedAt,
  ended_at AS endedAt, started_by AS startedBy, pid, beat_at AS beatAt, seq, resumes, message FROM training`;

const COLUMNS = {
  status: 'status',
  stage: 'stage',
  done: 'done',
  failed: 'failed',
  endedAt: 'ended_at',
  pid: 'pid',
  beatAt: 'beat_at',
  message: 'message',
  resumes: 'resumes',
};

export class SqliteTrainings implements TrainingStore {
  private readonly sqlite: Sqlite;

  constructor(sqlite: Sqlite) {
    this.sqlite = sqlite;
  }

  async add(training: Parameters<TrainingStore['add']>[0]): Promise<void> {
    const { trainingId, merchant, status, cells, chosen, options, lang, startedAt, startedBy, beatAt } = training;
    this.sqlite.write((database) => {
      database
        .prepare(
          'INSERT INTO training (training_id, merchant, status, cells, chosen, options, lang, started_at, started_by, beat_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(trainingId, merchant, status, cells, chosen && JSON.stringify(chosen), JSON.stringify(options), lang, startedAt, startedBy, beatAt);
    });
  }

  async read(trainingId: string): Promise<KeptTraining | null> {
    const [row] = this.sqlite.all<Row>(`${SELECT} WHERE training_id = ?`, trainingId);
    return row ? kept(row) : null;
  }

  async list(merchant: string | null, { limit, after }: PageAsked): Promise<Page<KeptTraining>> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('(started_at, training_id) < (?, ?)', ...after);
    const rows = this.sqlite.all<Row>(`${SELECT} ${conditions.where} ORDER BY started_at DESC, training_id DESC LIMIT ?`, ...conditions.values, limit + 1);
    return pageOf(rows.map(kept), limit, (last) => [last.startedAt, last.trainingId]);
  }

  async update(trainingId: string, fields: Parameters<TrainingStore['update']>[1], from?: readonly KeptTraining['status'][]): Promise<boolean> {
    const names = Object.keys(fields) as (keyof typeof COLUMNS)[];
    const values = names.map((name) => fields[name] as SQLInputValue);
    const only = from ? ` AND status IN (${from.map(() => '?').join(', ')})` : '';
    return this.sqlite.write((database) => {
      const { changes } = database
        .prepare(`UPDATE training SET ${names.map((name) => `${COLUMNS[name]} = ?`).join(', ')}, seq = seq + 1 WHERE training_id = ?${only}`)
        .run(...values, trainingId, ...(from ?? []));
      return changes > 0;
    });
  }

  async progress(trainingId: string, beatAt: string, cells: Parameters<TrainingStore['progress']>[2]): Promise<KeptTraining['status']> {
    return this.sqlite.write((database) => {
      const { seq, status } = database
        .prepare('UPDATE training SET beat_at = ?, seq = seq + ? WHERE training_id = ? RETURNING seq, status')
        .get(beatAt, cells.length, trainingId) as { seq: number; status: KeptTraining['status'] };
      const put = database.prepare('INSERT OR REPLACE INTO training_cell VALUES (?, ?, ?, ?, ?)');
      cells.forEach((cell, i) => {
        put.run(trainingId, cell.merchant, cell.product, seq - cells.length + i + 1, cell.json);
      });
      return status;
    });
  }

  async changes(trainingId: string, seq: number, limit: number): Promise<KeptCellProgress[]> {
    return this.sqlite.all<KeptCellProgress>(
      'SELECT merchant, product, seq, json FROM training_cell WHERE training_id = ? AND seq > ? ORDER BY seq LIMIT ?',
      trainingId,
      seq,
      limit,
    );
  }
}

function kept(row: Row): KeptTraining {
  return { ...row, chosen: row.chosen === null ? null : (JSON.parse(row.chosen) as KeptTraining['chosen']), options: JSON.parse(row.options) as unknown };
}
