/** Trainings in memory. */

import type { TrainingOutcome } from '../../contract/api.ts';
import { cellKey } from '../../contract/cell-name.ts';
import { comparedErrors } from '../../contract/same-error.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type { KeptCellProgress, KeptTraining, TrainingStore } from '../../contract/store/trainings.ts';
import type { MemoryData } from './data.ts';
import { pageBy } from './pages.ts';

type Row = Omit<KeptTraining, 'holderLives'> & { readonly number: number };

/** Of a training that has not begun. */
const NOT_BEGUN = {
  stage: null,
  done: 0,
  failed: 0,
  endedAt: null,
  holderId: null,
  seq: 0,
  resumes: 0,
  message: null,
} as const;

export class MemoryTrainings implements TrainingStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async add(training: Parameters<TrainingStore['add']>[0], deed: Deed): Promise<boolean> {
    return this.data.write(() => {
      const { trainingId } = training;
      if (this.data.trainings.get(trainingId)) return false;
      const number = this.data.next('training');
      this.data.trainings.set(trainingId, { ...NOT_BEGUN, ...structuredClone(training), number });
      this.data.log(deed);
      return true;
    });
  }

  async read(trainingId: string): Promise<KeptTraining | null> {
    const row = this.data.trainings.get(trainingId);
    return row ? keptOf(row) : null;
  }

  async list(merchant: string | null, page: PageAsked): Promise<Page<KeptTraining>> {
    const rows = this.data.trainings.values().filter((row) => merchant === null || row.merchant === merchant);
    const found = pageBy(rows, (row) => [row.number], { order: 'desc' }, page);
    return { ...found, items: found.items.map(keptOf) };
  }

  async update(
    trainingId: string,
    fields: Parameters<TrainingStore['update']>[1],
    from?: readonly KeptTraining['status'][],
    deed?: Deed,
  ): Promise<boolean> {
    return this.data.write(() => {
      const row = this.data.trainings.get(trainingId);
      if (!row || (from && !from.includes(row.status))) return false;
      this.data.trainings.set(trainingId, { ...row, ...fields, seq: row.seq + 1 });
      if (deed) this.data.log(deed);
      return true;
    });
  }

  async progress(
    trainingId: string,
    beatAt: string,
    cells: Parameters<TrainingStore['progress']>[2],
  ): Promise<KeptTraining['status']> {
    return this.data.write(() => {
      const row = this.data.trainings.get(trainingId) as Row;
      this.data.trainings.set(trainingId, { ...row, beatAt, seq: row.seq + cells.length });
      cells.forEach((cell, i) => {
        const key = JSON.stringify([trainingId, cellKey(cell)]);
        this.data.progress.set(key, { ...structuredClone(cell), trainingId, seq: row.seq + i + 1 });
      });
      return row.status;
    });
  }

  async outcome(trainingId: string): Promise<TrainingOutcome> {
    const cells = [...this.data.progress.values().filter((cell) => cell.trainingId === trainingId)].map(
      ({ progress }) => progress,
    );
    const open = cells.filter(({ status }) => status === 'running' || status === 'stopped');
    const errors = cells.flatMap(({ status, modelError: error, errorBefore: before }) =>
      status === 'done' && error !== null && before !== null ? [{ error, before }] : [],
    );
    const compared = errors.length;
    const told = errors.map(({ error, before }) => comparedErrors(error, before));
    const count = (how: (typeof told)[number]): number => told.filter((one) => one === how).length;
    const mean = (of: (pair: (typeof errors)[number]) => number): number | null =>
      compared === 0 ? null : errors.reduce((sum, pair) => sum + of(pair), 0) / compared;
    return {
      begun: cells.length,
      unfinished: open.reduce((sum, cell) => sum + Math.min(1, cell.iteration / Math.max(1, cell.iterations)), 0),
      compared,
      better: count('better'),
      same: count('same'),
      worse: count('worse'),
      error: mean(({ error }) => error),
      errorBefore: mean(({ before }) => before),
    };
  }

  async changes(trainingId: string, seq: number, limit: number): Promise<KeptCellProgress[]> {
    return this.data.progress
      .values()
      .filter((cell) => cell.trainingId === trainingId && cell.seq > seq)
      .sort((a, b) => a.seq - b.seq)
      .slice(0, limit)
      .map(({ trainingId: _, ...cell }) => structuredClone(cell));
  }
}

/** Who holds a training lives in this process, as the store does. */
function keptOf({ number: _, ...row }: Row): KeptTraining {
  return { ...structuredClone(row), holderLives: true };
}
