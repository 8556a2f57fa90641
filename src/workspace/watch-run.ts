/**
 * One look at all cells: each is brought up to date or trained in full where it needs it, its price worked out anew, and
 * what was done and why is kept.
 */

import type { CellName } from '../contract/cell-name.ts';
import { cellKey } from '../contract/cell-name.ts';
import type { RunDocumentItem } from '../contract/documents.ts';
import type { CellFilter } from '../contract/store/cells.ts';
import type { JudgedCell } from '../contract/store/intervals.ts';
import type { ModelSummary } from '../contract/store/models.ts';
import type { StaleMerchant, WatchedCell, WatchRun } from '../contract/watch.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import type { ScorePool } from '../core/demand/predict.ts';
import { withMarketIndex } from '../core/market/market-index.ts';
import type { Drift } from '../core/monitor/drift.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { PERIOD_DAYS } from '../core/series/periods.ts';
import { runCells } from '../fleet/fleet-run.ts';
import { knowledgeBefore } from '../fleet/knowledge.ts';
import { HOLDER_ID } from '../fleet/lease.ts';
import { PooledScores } from '../fleet/pooled-scores.ts';
import { updateRefusal, usesMarket } from '../fleet/update-cell.ts';
import { triedInVain } from '../fleet/watch-cell.ts';
import type { WatchResult } from '../fleet/work.ts';
import type { WorkspaceContext } from './context.ts';
import { isoDate } from './dates.ts';
import { executorFor, fleetOptionsOf } from './fleet-source.ts';
import { type HeldCells, withHeldCells } from './held-cells.ts';
import { doneRun, runEvents, runSummary } from './run-items.ts';
import { runTraining } from './training.ts';
import type { WatchOptions } from './watch-options.ts';

/** Cells that are held, and written, together. */
const AT_ONCE = 50;
/** Sales are old when so many periods of the merchant's have gone by without any, and at least so many days. */
const OLD_PERIODS = 3;
const OLD_DAYS = 7;

/** What a look needs of the workspace. */
export interface WatchWork {
  propose(cells: readonly CellName[]): Promise<unknown>;
}

type Counts = { -readonly [K in keyof Omit<WatchRun, 'at' | 'by' | 'seconds' | 'stale'>]: number };

/** A cell to be trained in full, with what its model was trained with. */
interface ForFull {
  readonly cell: CellName;
  readonly told: WatchedCell;
  readonly market: boolean;
  readonly instrument: string | null;
}

interface LiveModel {
  readonly summary: ModelSummary;
  readonly model: DemandModel;
  /** Null: it has scores enough, or no new rows that its intervals are for. */
  readonly pool: ScorePool | null;
}

export class WatchLook {
  readonly counts: Counts = {
    checked: 0,
    upToDate: 0,
    warm: 0,
    full: 0,
    failed: 0,
    worse: 0,
    drifted: 0,
    recommended: 0,
  };
  private readonly context: WorkspaceContext;
  private readonly options: WatchOptions;
  private readonly work: WatchWork;
  private readonly each: (cell: WatchedCell) => void;
  private readonly models = new Map<CellSeries, LiveModel>();
  private readonly full: ForFull[] = [];
  private readonly changed: CellName[] = [];
  private judged: JudgedCell[] = [];
  private readonly pooled: PooledScores;
  private waiting: { readonly model: DemandModel; readonly seconds: number; readonly told: WatchedCell }[] = [];

  constructor(context: WorkspaceContext, options: WatchOptions, work: WatchWork, each: (cell: WatchedCell) => void) {
    this.context = context;
    this.pooled = new PooledScores(context.store.documents);
    this.options = options;
    this.work = work;
    this.each = each;
  }

  /** @throws DemandaError of names that are not there */
  async run(): Promise<void> {
    const filter = await this.context.names.sold(this.options);
    await this.watch(filter);
    if (this.options.dryRun) {
      for (const { told } of this.full) this.tell(told);
      return;
    }
    await this.trainInFull();
    await this.work.propose(this.changed);
    this.counts.recommended = this.changed.length;
  }

  private async watch(filter: CellFilter): Promise<void> {
    const { context, options } = this;
    const fleet = await fleetOptionsOf(context, options);
    const executor = await executorFor(context, filter, options.workers);
    const training = {
      seed: 1,
      executor,
      onRun: undefined,
      // Another process trains the cell, or it has gone: that is told, as no result of it comes.
      each: (run: RunDocumentItem) => {
        if (run.failure) this.fail(run, run.failure.message);
      },
    };
    const { dryRun = false, signal } = options;
    await withHeldCells(context, training, async (held) => {
      const cells = this.modelled(filter);
      const started = new Map<CellSeries, number>();
      await runCells(
        'watch',
        { executor, options: { ...fleet, ...(signal && { signal }) }, knowledge: knowledgeBefore(fleet) },
        {
          cells: dryRun ? cells : held.hold(cells, { atOnce: AT_ONCE }),
          input: (series) => {
            started.set(series, performance.now());
            const { model, pool } = this.models.get(series) as LiveModel;
            return { series, model, pool, dryRun: dryRun || options.full === true };
          },
          onDone: async (series, done) => {
            const seconds = (performance.now() - (started.get(series) as number)) / 1_000;
            started.delete(series);
            const live = this.models.get(series) as LiveModel;
            this.models.delete(series);
            if (!done.ok) this.fail(series, done.detail as string);
            else await this.settle(series, live, done.value, seconds, held);
          },
        },
      );
      await this.write(held);
    });
  }

  /** Cells with a live model; the others are trained in full. */
  private async *modelled(filter: CellFilter): AsyncIterable<CellSeries> {
    const { store } = this.context;
    for await (const series of store.sales.stream(filter)) {
      this.counts.checked++;
      const live = await store.models.read(series);
      if (!live) {
        this.addFull(series, null, untold(series, 'full', 'NO_MODEL', series.days.length));
        continue;
      }
      const shown = usesMarket(live.model) ? withMarketIndex(series).series : series;
      const isNew = (shown.days.at(-1) as number) > live.model.lastDay;
      this.models.set(shown, { ...live, pool: isNew ? await this.pooled.poolFor(live.model) : null });
      yield shown;
    }
  }

  private addFull(cell: CellName, model: DemandModel | null, told: WatchedCell): void {
    const { merchant, product } = cell;
    const market = model !== null && usesMarket(model);
    this.full.push({ cell: { merchant, product }, told, market, instrument: model?.instrument ?? null });
  }

  private async settle(
    series: CellSeries,
    live: LiveModel,
    done: WatchResult,
    seconds: number,
    held: HeldCells,
  ): Promise<void> {
    const { model } = live;
    if (done.judged.length > 0 && !this.options.dryRun) {
      this.judged.push({ merchant: series.merchant, product: series.product, rows: done.judged });
      if (this.judged.length >= AT_ONCE) await this.countJudged();
    }
    const { action, reason, report, newRows, model: updated } = await this.unlessTried(series, live, done);
    const told: WatchedCell = {
      ...untold(series, action, reason, newRows),
      drifts: report.drifts.map(driftItem),
      error: report.kept?.wape ?? null,
      bias: report.kept?.bias ?? null,
      promised: model.crossValidated.wape,
    };
    if (report.drifts.length > 0) this.counts.drifted++;
    if (this.options.full) return this.addFull(series, model, { ...told, action: 'full', reason: 'ASKED' });
    if (action === 'full') return this.addFull(series, model, told);
    if (action === 'none') {
      this.counts.upToDate++;
      if (told.drifts.length > 0) this.tell(told);
      return;
    }
    if (!updated) return this.tell(told);
    this.waiting.push({ model: updated, seconds, told: { ...told, live: true } });
    if (this.waiting.length >= AT_ONCE) await this.write(held);
  }

  /**
   * What is to be done of a cell by what became of it meanwhile: nothing where another version is live by now (the cell
   * was not held yet when its model was read), no training in full where one of these rows was no better.
   */
  private async unlessTried(series: CellSeries, live: LiveModel, done: WatchResult): Promise<WatchResult> {
    if (done.action === 'none' || this.options.full) return done;
    const { store } = this.context;
    const { merchant, product } = series;
    let newer: ModelSummary | null = null;
    for await (const one of store.models.list({ merchant, product })) {
      if (one.aliases.includes('live') && one.modelId !== live.summary.modelId)
        return { ...done, action: 'none', reason: 'UP_TO_DATE', model: null };
      if (one.version > live.summary.version && one.iterations === 0 && !one.unfinished) newer = one;
    }
    // What cannot be brought up to date is tried again: left alone it would pass for a model that knows its sales.
    const follows = done.reason === 'DRIFT' || done.reason === 'MANY_NEW_ROWS';
    if (!follows || !newer || !triedInVain(series.days.length, live.model, newer.ownRows)) return done;
    const tried = await store.models.read({ merchant, product }, newer.modelId);
    // Rows that changed since, or another program, deserve another try.
    if (!tried || updateRefusal(series, tried.model) !== null) return done;
    const warm = { ...done, action: 'warm', reason: 'NEW_ROWS' } as const;
    if (this.options.dryRun) return warm;
    const { model } = done;
    if (!model?.upkeep) return done;
    return { ...warm, model: { ...model, upkeep: { ...model.upkeep, triedRows: newer.ownRows } } };
  }

  private async countJudged(): Promise<void> {
    const { judged } = this;
    this.judged = [];
    await this.context.store.intervals.add(judged);
  }

  /** Keeps models that were brought up to date: they are the old ones with what came in, and live at once. */
  private async write(held: HeldCells): Promise<void> {
    const { store } = this.context;
    // First: broken off behind it, the same rows come again and count no second time; before it they would count never.
    await this.countJudged();
    const written = this.waiting;
    this.waiting = [];
    const finished = written.map(({ model, seconds }) => {
      const run = doneRun(model, seconds, 1);
      return { run, model, seconds, startedAt: new Date(Date.now() - seconds * 1_000).toISOString() };
    });
    const saved = await store.runs.finish(
      finished.map(({ run, model, seconds, startedAt }) => ({
        run: runSummary(run, startedAt),
        events: runEvents(model),
        model: { runId: run.runId, model, trainedAt: new Date().toISOString(), seconds, seed: 1, live: true },
      })),
      HOLDER_ID,
    );
    const scores = new PooledScores(store.documents);
    for (const { model } of written) scores.add(model);
    await scores.save();
    held.kept(finished.map(({ run }, i) => ({ ...run, modelId: saved[i]?.modelId ?? null })));
    for (const { model, told } of written) {
      this.changed.push({ merchant: model.merchant, product: model.product });
      this.tell(told);
    }
  }

  /** As `train` does, with what each model was trained with. */
  private async trainInFull(): Promise<void> {
    const groups = Map.groupBy(this.full, ({ market, instrument }) => JSON.stringify([market, instrument]));
    for (const group of groups.values()) {
      if (this.options.signal?.aborted) return;
      const { market, instrument } = group[0] as ForFull;
      const told = new Map(group.map((one) => [cellKey(one.cell), one.told]));
      const before = await this.liveModels(group);
      const { workers, signal, onProgress } = this.options;
      const options = {
        cells: group.map(({ cell }) => cell),
        market,
        ...(instrument !== null && { instrument }),
        ...(workers !== undefined && { workers }),
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
      };
      const ended: { readonly told: WatchedCell; readonly modelId: string | null; readonly message: string | null }[] =
        [];
      await runTraining(
        this.context,
        options,
        async () => {},
        (run) => {
          const cell = told.get(cellKey(run));
          if (cell) ended.push({ told: cell, modelId: run.modelId, message: run.failure?.message ?? null });
        },
      );
      for (const one of ended) await this.tellTrained(one, before.get(cellKey(one.told)) ?? null);
    }
  }

  private async liveModels(group: readonly ForFull[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const { cell } of group) {
      const live = await this.context.store.models.read(cell);
      if (live) found.set(cellKey(cell), live.summary.modelId);
    }
    return found;
  }

  private async tellTrained(
    {
      told,
      modelId,
      message,
    }: { readonly told: WatchedCell; readonly modelId: string | null; readonly message: string | null },
    before: string | null,
  ): Promise<void> {
    if (modelId === null) return this.tell({ ...told, action: 'failed', message });
    const { merchant, product } = told;
    const live = before === null || (await this.context.store.models.read(told))?.summary.modelId === modelId;
    if (!live) this.counts.worse++;
    this.changed.push({ merchant, product });
    this.tell({ ...told, live });
  }

  private fail(cell: CellName, message: string): void {
    this.tell({ ...untold(cell, 'failed', 'NEW_ROWS', 0), message });
  }

  private tell(cell: WatchedCell): void {
    if (cell.action !== 'none') this.counts[cell.action]++;
    this.each(cell);
  }
}

function untold(
  { merchant, product }: CellName,
  action: WatchedCell['action'],
  reason: WatchedCell['reason'],
  newRows: number,
): WatchedCell {
  const nothing = { drifts: [], error: null, bias: null, promised: null, live: null, message: null };
  return { merchant, product, action, reason, newRows, ...nothing };
}

function driftItem({ kind, foundDay, sinceDay, size }: Drift): WatchedCell['drifts'][number] {
  return { kind, foundDate: isoDate(foundDay), sinceDate: isoDate(sinceDay), size };
}

/**
 * Merchants whose newest sales are old: no shop closes for {@link OLD_DAYS} days, or for three of its usual periods,
 * without saying so. @param today days since 1970-01-01
 */
export async function staleMerchants(context: WorkspaceContext, today: number): Promise<StaleMerchant[]> {
  const last = new Map<string, { day: number; periodDays: number }>();
  for await (const { merchant, lastDay, frequency } of context.store.cells.list({})) {
    const known = last.get(merchant) ?? { day: lastDay, periodDays: PERIOD_DAYS[frequency] };
    last.set(merchant, {
      day: Math.max(known.day, lastDay),
      periodDays: Math.min(known.periodDays, PERIOD_DAYS[frequency]),
    });
  }
  return [...last].flatMap(([merchant, { day, periodDays }]) => {
    const days = today - day;
    return days > Math.max(OLD_DAYS, OLD_PERIODS * periodDays) ? [{ merchant, lastDate: isoDate(day), days }] : [];
  });
}
