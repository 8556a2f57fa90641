/** Cells that a training holds, so that no other process trains them meanwhile, and the runs that it ends with. */

import type { CellName } from '../contract/cell-name.ts';
import { cellKey } from '../contract/cell-name.ts';
import type { RunDocumentItem, TrainDocument } from '../contract/documents.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import { holdCell, releaseCell } from '../fleet/lease.ts';
import { header, type WorkspaceContext } from './context.ts';
import { byName } from './names.ts';
import { failedRun } from './run-items.ts';

/** What the runs of a training have in common. */
export interface HoldingTraining {
  readonly seed: number;
  /** Closed with the training. */
  readonly executor: Pick<Executor, 'close'>;
  /** Called with every run as it is kept. */
  readonly onRun: ((run: RunDocumentItem) => void) | undefined;
}

/**
 * Holds cells while `train` works on them, and lets go of every one however it ends.
 *
 * @returns the runs that `train` kept, and those of cells that could not be trained, by name
 */
export async function withHeldCells(
  context: WorkspaceContext,
  training: HoldingTraining,
  train: (held: HeldCells) => Promise<void>,
): Promise<TrainDocument> {
  const held = new HeldCells(context, training);
  try {
    await train(held);
  } finally {
    // First: threads left behind would keep the process alive should the store refuse what follows.
    await training.executor.close();
    await held.releaseAll();
  }
  const runs = [...held.runs].sort(byName);
  const failed = runs.filter((run) => run.status === 'failed').length;
  return { ...(await header(context)), runs, failed, instrument: held.instrument };
}

export class HeldCells {
  readonly runs: RunDocumentItem[] = [];
  /** Of the market that the cells are trained with. */
  instrument: string | null = null;
  private readonly context: WorkspaceContext;
  private readonly training: HoldingTraining;
  private readonly held = new Map<string, CellName>();

  constructor(context: WorkspaceContext, training: HoldingTraining) {
    this.context = context;
    this.training = training;
  }

  /**
   * The cells as they come, each held. One that another process trains has a run there: here it is only told. So is one
   * that was read and then got another name, before it was held.
   *
   * @param assumed the cells have no sales
   */
  async *hold(cells: AsyncIterable<CellSeries>, { assumed = false } = {}): AsyncIterable<CellSeries> {
    for await (const series of cells) {
      try {
        await holdCell(this.context.store, series);
      } catch (error) {
        if (!(error instanceof DemandaError) || error.code !== 'RUN_HELD_BY_OTHER') throw error;
        this.fail(series, error);
        continue;
      }
      const { merchant, product } = series;
      if (!assumed && (await this.context.store.cells.count({ merchant, product })) === 0) {
        await releaseCell(this.context.store, series);
        this.fail(series, new DemandaError('CELL_UNKNOWN', { merchant, product }));
        continue;
      }
      this.held.set(cellKey(series), { merchant, product });
      yield series;
    }
  }

  /** Tells a run that the store has, and lets go of its cell. */
  async kept(run: RunDocumentItem): Promise<void> {
    this.tell(run);
    if (this.held.delete(cellKey(run))) await releaseCell(this.context.store, run);
  }

  /** Tells the run of a cell that could not be trained; the store has none of it. */
  readonly fail = (series: CellSeries, error: DemandaError): void => {
    this.tell(failedRun(series, this.training.seed, error.code, error.messageIn(this.context.lang), 0));
  };

  async releaseAll(): Promise<void> {
    for (const cell of this.held.values()) await releaseCell(this.context.store, cell);
  }

  private tell(run: RunDocumentItem): void {
    this.runs.push(run);
    this.training.onRun?.(run);
  }
}
