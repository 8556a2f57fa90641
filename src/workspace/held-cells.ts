/** Cells that a training holds, so that no other process trains them meanwhile, and the runs that it ends with. */

import type { CellName } from '../contract/cell-name.ts';
import { cellKey } from '../contract/cell-name.ts';
import type { RunDocumentItem, TrainTotals } from '../contract/documents.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import { InOrder } from '../fleet/in-order.ts';
import { forgetCells, heldByOther, holdCells, releaseCells } from '../fleet/lease.ts';
import { header, type WorkspaceContext } from './context.ts';
import { failedRun } from './run-items.ts';

/** What the runs of a training have in common. */
export interface HoldingTraining {
  readonly seed: number;
  /** Closed with the training. */
  readonly executor: Pick<Executor, 'close'>;
  /** Called with every run as it is kept. */
  readonly onRun: ((run: RunDocumentItem) => void) | undefined;
  /** Called with every run, by name. */
  readonly each: EachRun;
}

export type EachRun = (run: RunDocumentItem) => void;

/**
 * Holds cells while `train` works on them, and lets go of every one however it ends.
 *
 * @returns how many runs `train` kept, and of how many cells that could not be trained
 */
export async function withHeldCells(
  context: WorkspaceContext,
  training: HoldingTraining,
  train: (held: HeldCells) => Promise<void>,
): Promise<TrainTotals> {
  const held = new HeldCells(context, training);
  try {
    await train(held);
  } finally {
    // First: threads left behind would keep the process alive should the store refuse what follows.
    await training.executor.close().finally(() => held.end());
  }
  const { counts, instrument } = held;
  return { ...(await header(context)), ...counts, instrument };
}

export class HeldCells {
  readonly counts = { count: 0, done: 0, failed: 0 };
  /** Of the market that the cells are trained with. */
  instrument: string | null = null;
  private readonly context: WorkspaceContext;
  private readonly training: HoldingTraining;
  private readonly held = new Map<string, CellName>();
  private readonly runs: InOrder<RunDocumentItem>;

  constructor(context: WorkspaceContext, training: HoldingTraining) {
    this.context = context;
    this.training = training;
    this.runs = new InOrder(training.each);
  }

  /**
   * The cells as they come, each held. One that another process trains has a run there: here it is only told. So is one
   * that was read and then got another name, before it was held.
   *
   * @param atOnce cells that are read and held together, before the first of them is worked on
   * @param assumed the cells have no sales
   */
  async *hold(
    cells: AsyncIterable<CellSeries>,
    { atOnce, assumed = false }: { readonly atOnce: number; readonly assumed?: boolean },
  ): AsyncIterable<CellSeries> {
    let read: CellSeries[] = [];
    for await (const series of cells) {
      read.push(series);
      this.runs.expect(cellKey(series));
      if (read.length < atOnce) continue;
      yield* await this.holdTogether(read, assumed);
      read = [];
    }
    if (read.length > 0) yield* await this.holdTogether(read, assumed);
  }

  private async holdTogether(read: readonly CellSeries[], assumed: boolean): Promise<CellSeries[]> {
    const { store } = this.context;
    const byOther = new Map((await holdCells(store, read)).map((other) => [cellKey(other), other]));
    const got = read.filter((series) => !byOther.has(cellKey(series)));
    for (const { merchant, product } of got) this.held.set(cellKey({ merchant, product }), { merchant, product });
    const gone: CellSeries[] = [];
    if (!assumed)
      for (const series of got) {
        const { merchant, product } = series;
        if ((await store.cells.count({ merchant, product })) === 0) gone.push(series);
      }
    for (const series of gone) this.held.delete(cellKey(series));
    await releaseCells(store, gone);
    for (const series of read) {
      const other = byOther.get(cellKey(series));
      const { merchant, product } = series;
      if (other) this.fail(series, heldByOther(other));
      else if (gone.includes(series)) this.fail(series, new DemandaError('CELL_UNKNOWN', { merchant, product }));
    }
    return got.filter((series) => !gone.includes(series));
  }

  /** Tells runs that the store has, and has released the cells of. */
  kept(runs: readonly RunDocumentItem[]): void {
    for (const run of runs) {
      this.tell(run);
      this.held.delete(cellKey(run));
    }
    forgetCells(this.context.store, runs);
  }

  /** Tells the run of a cell that could not be trained; the store has none of it. */
  readonly fail = (series: CellSeries, error: DemandaError): void => {
    this.tell(failedRun(series, this.training.seed, error.code, error.messageIn(this.context.lang), 0));
  };

  /** Lets go of cells that were not trained, and tells what waited for them. */
  async end(): Promise<void> {
    this.runs.end();
    await releaseCells(this.context.store, [...this.held.values()]);
  }

  private tell(run: RunDocumentItem): void {
    this.counts.count++;
    if (run.status === 'done') this.counts.done++;
    if (run.status === 'failed') this.counts.failed++;
    this.training.onRun?.(run);
    this.runs.put(cellKey(run), run);
  }
}
