/**
 * A training that this process does by itself, in the list of trainings like every other: whoever began it, it is seen as
 * it runs, stopped and gone on with alike.
 */

import { trainingOptions } from '../contract/api.ts';
import type { CellName } from '../contract/cell-name.ts';
import type { RunDocumentItem, TrainTotals } from '../contract/documents.ts';
import type { CellFilter } from '../contract/store/cells.ts';
import { actorId, type Deed } from '../contract/store/deed.ts';
import { HOLDER_ID } from '../fleet/lease.ts';
import { soleMerchant } from './actors.ts';
import { deedNow, type WorkspaceContext } from './context.ts';
import { endedCells } from './ended-cells.ts';
import type { TrainingBegins, TrainOptions } from './options.ts';
import { wordsOf } from './training-items.ts';
import { TrainingMonitor } from './training-monitor.ts';

/** A process that somebody waits for does not try for long to write an end that a full disk refuses. */
const END_TRIES = 2;

export class OwnTraining {
  private readonly context: WorkspaceContext;
  private readonly given: TrainOptions;
  private readonly stopping = new AbortController();
  /** Null before it began: one that was refused has no place in the list. */
  private monitor: TrainingMonitor | null = null;
  private failure: string | null = null;

  constructor(context: WorkspaceContext, given: TrainOptions) {
    this.context = context;
    this.given = given;
  }

  /** What was asked for, with what the list hears of it. */
  get options(): TrainOptions {
    const { given, stopping } = this;
    return {
      ...given,
      signal: given.signal ? AbortSignal.any([given.signal, stopping.signal]) : stopping.signal,
      onProgress: (progress) => {
        this.monitor?.progress.onStage(progress);
        given.onProgress?.(progress);
      },
      onIteration: (cell, progress) => {
        this.monitor?.progress.onIteration(cell, progress);
        given.onIteration?.(cell, progress);
      },
      onRun: (run: RunDocumentItem) => {
        this.failure ??= run.failure?.message ?? null;
        this.monitor?.progress.onRun(run);
        given.onRun?.(run);
      },
    };
  }

  readonly onBegin: TrainingBegins = async (filter, cells, trainingId) => {
    const { context } = this;
    const { store } = context;
    const before = await store.trainings.read(trainingId);
    const merchant =
      filter.merchant ?? context.merchant ?? (await soleMerchant(filter.cells ?? store.cells.list(filter)));
    const deed = (action: 'training.start' | 'training.end', detail: Readonly<Record<string, unknown>>): Deed =>
      deedNow(context, action, merchant, {
        trainingId,
        ...(filter.product !== undefined && { product: filter.product }),
        ...(filter.productType !== undefined && { productType: filter.productType }),
        ...detail,
      });
    if (before) await this.goOn(trainingId, before.resumes, deed('training.start', { cells }));
    else await this.list(trainingId, { filter, cells, merchant }, deed('training.start', { cells }));
    this.monitor = new TrainingMonitor(store, { trainingId }, (end) => deed('training.end', end), this.stopping);
    if (before) this.monitor.count(await endedCells(store, trainingId));
  };

  async end({ count, failed }: TrainTotals): Promise<void> {
    const { monitor, failure } = this;
    if (!monitor) return;
    if (monitor.failure) throw monitor.failure.error;
    const stopped = this.stopping.signal.aborted || this.given.signal?.aborted === true;
    const all = count > 0 && failed === count;
    await monitor.end(stopped ? 'stopped' : all ? 'failed' : 'done', failure);
  }

  /** What the training ended with is told before that its end could not be written. */
  async fail(error: unknown): Promise<void> {
    await this.monitor?.end('failed', wordsOf(error, this.context.lang), END_TRIES).catch(() => {});
  }

  private async list(
    trainingId: string,
    {
      filter,
      cells,
      merchant,
    }: { readonly filter: CellFilter; readonly cells: number; readonly merchant: string | null },
    deed: Deed,
  ): Promise<void> {
    const { store, actor, lang } = this.context;
    const now = new Date().toISOString();
    const known = Object.keys(trainingOptions.shape) as (keyof typeof trainingOptions.shape)[];
    const options = Object.fromEntries(
      known.flatMap((name) => (this.given[name] === undefined ? [] : [[name, this.given[name]]])),
    );
    await store.trainings.add(
      {
        trainingId,
        merchant,
        status: 'running',
        cells,
        chosen: await this.chosen(filter),
        options,
        lang,
        startedAt: now,
        startedBy: actorId(actor),
        startedByName: actor.name,
        beatAt: now,
      },
      deed,
    );
    await store.trainings.update(trainingId, { holderId: HOLDER_ID });
  }

  /** Of a training that was stopped. */
  private async goOn(trainingId: string, resumes: number, deed: Deed): Promise<void> {
    await this.context.store.trainings.update(
      trainingId,
      {
        status: 'running',
        endedAt: null,
        message: null,
        holderId: HOLDER_ID,
        beatAt: new Date().toISOString(),
        resumes: resumes + 1,
      },
      undefined,
      deed,
    );
  }

  /** Null: all that the merchant may see. */
  private async chosen(filter: CellFilter): Promise<CellName[] | null> {
    if (filter.cells) return filter.cells.map(({ merchant, product }) => ({ merchant, product }));
    const { merchant, product, productType } = filter;
    if (merchant !== undefined && product !== undefined) return [{ merchant, product }];
    if (product === undefined && productType === undefined) return null;
    const cells: CellName[] = [];
    for await (const cell of this.context.store.cells.list(filter))
      cells.push({ merchant: cell.merchant, product: cell.product });
    return cells;
  }
}
