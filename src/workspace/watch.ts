/** Keeping watch: looks at all cells, kept with what was found, done and told. */

import type { IntervalMonthItem } from '../contract/api.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import { actorId } from '../contract/store/deed.ts';
import type { NewJournalEntry } from '../contract/store/journal.ts';
import type { WatchedCell, WatchRun, WatchState } from '../contract/watch.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { freshEvents, markTold } from './alert-events.ts';
import type { Alerts } from './alerts.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';
import { intervalsOf } from './intervals.ts';
import type { CellChoice } from './names.ts';
import { isHeld, type KeptTurn, type Turn, takeTurn } from './turn.ts';
import { launchWatch } from './watch-launch.ts';
import type { WatchOptions } from './watch-options.ts';
import { staleMerchants, WatchLook, type WatchWork } from './watch-run.ts';

/** Entries that are kept of cells, and of looks. */
const KEPT_CELLS = 20_000;
const KEPT_RUNS = 1_000;
/** Told at once. */
const TOLD_CELLS = 200;
const TOLD_RUNS = 30;
const WRITTEN_AT_ONCE = 500;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A look that has not said for so long that it goes on has ended. */
const TURN_MS = 60_000;
/** Of the document that says how often `serve` looks. */
const KIND = 'watch';

/** A look that has ended. */
export interface WatchTotals extends WatchRun, DocumentHeader {
  readonly dryRun: boolean;
}

/** What the intervals of forecasts held by now. */
export interface IntervalsDocument extends DocumentHeader {
  readonly intervals: readonly IntervalMonthItem[];
}

export class Watch {
  private readonly context: WorkspaceContext;
  private readonly work: WatchWork;
  private readonly alerts: Pick<Alerts, 'kinds' | 'tell'>;

  constructor(context: WorkspaceContext, work: WatchWork, alerts: Pick<Alerts, 'kinds' | 'tell'>) {
    this.context = context;
    this.work = work;
    this.alerts = alerts;
  }

  /**
   * Looks at all chosen cells: brings models up to date, trains in full what has drifted or lacks a model, works out
   * prices anew, and tells whoever wants to hear. With `dryRun` nothing is changed, kept or told.
   *
   * @throws DemandaError WORKSPACE_EMPTY, WATCH_RUNNING, and those of names that are not there
   */
  async run(options: WatchOptions = {}): Promise<WatchTotals> {
    const { dryRun = false } = options;
    if (dryRun) return this.look(options);
    const turn = await this.take();
    try {
      return await this.look(options);
    } finally {
      await turn.end();
    }
  }

  private async look(options: WatchOptions): Promise<WatchTotals> {
    const { context } = this;
    const { dryRun = false, onCell = () => {} } = options;
    const at = new Date().toISOString();
    const started = performance.now();
    const notable: WatchedCell[] = [];
    const look = new WatchLook(context, options, this.work, (cell) => {
      if (isNotable(cell)) notable.push(cell);
      onCell(cell);
    });
    await look.run();
    const stale = await staleMerchants(context, Math.floor(Date.now() / DAY_MS));
    const run: WatchRun = {
      at,
      by: actorId(context.actor),
      seconds: (performance.now() - started) / 1_000,
      ...look.counts,
      stale,
    };
    if (!dryRun) {
      const events = await freshEvents(context, run, notable, await this.alerts.kinds());
      await this.keep(run, notable);
      await this.alerts.tell(events.map(({ key: _, ...event }) => ({ ...event, at })));
      await markTold(context, events, at);
    }
    return { ...(await header(context)), dryRun, ...run };
  }

  /** @param merchant whose cells alone are told of; null: all */
  async state(merchant: string | null): Promise<WatchState> {
    const { journal, documents } = this.context.store;
    const runs = merchant === null ? await journal.list('watch-run', null, { limit: TOLD_RUNS, after: null }) : null;
    const cells = await journal.list('watch-cell', merchant, { limit: TOLD_CELLS, after: null });
    const every = (await documents.read(KIND, 'every')) as number | null;
    return {
      ...(await header(this.context)),
      every,
      running: isHeld((await documents.read(KIND, 'running')) as KeptTurn | null),
      runs: (runs?.items ?? []).map(({ detail }) => detail as WatchRun),
      cells: cells.items.map(({ at, detail }) => ({ at, ...(detail as WatchedCell) })),
    };
  }

  /**
   * Rows that looks judged against what had been forecast for them, month by month.
   *
   * @throws DemandaError WORKSPACE_EMPTY, and those of names that are not there
   */
  async intervals(choice: CellChoice = {}): Promise<IntervalsDocument> {
    const { merchant, product, productType } = await this.context.names.sold(choice);
    const chosen = {
      ...(merchant !== undefined && { merchant }),
      ...(product !== undefined && { product }),
      ...(productType !== undefined && { productType }),
    };
    return { ...(await header(this.context)), intervals: await intervalsOf(this.context.store, chosen) };
  }

  /** Starts a look in a process of its own. @param full trains every cell in full */
  async start(full: boolean): Promise<void> {
    if ((await this.state(null)).running) throw new DemandaError('WATCH_RUNNING', {});
    await this.context.store.access.addAudit(deedNow(this.context, 'watch.start', null, { full }));
    this.launch(full);
  }

  /** Starts a look where the time for one has come; where the store has a queue its schedules do. */
  async startDue(): Promise<void> {
    if (this.context.store.queue) return;
    const { every, running, runs } = await this.state(null);
    if (every === null || running || (await this.context.store.cells.count({})) === 0) return;
    const last = runs[0]?.at;
    if (last === undefined || Date.now() - Date.parse(last) >= every * HOUR_MS) this.launch(false);
  }

  private launch(full: boolean): void {
    launchWatch(this.context.location, { lang: this.context.lang, full, actor: this.context.actor });
  }

  /** Hours between looks of `serve`; null: it looks only when it is asked to. */
  async setEvery(hours: number | null): Promise<void> {
    const deed = deedNow(this.context, 'settings.change', null, { watchEvery: hours ?? 'off' });
    await this.context.store.documents.keep(KIND, 'every', hours, deed);
  }

  /** One look at a time. @throws DemandaError WATCH_RUNNING */
  private async take(): Promise<Turn> {
    const turn = await takeTurn(this.context.store.documents, [KIND, 'running'], TURN_MS);
    if (turn === null) throw new DemandaError('WATCH_RUNNING', {});
    return turn;
  }

  private async keep(run: WatchRun, cells: readonly WatchedCell[]): Promise<void> {
    const { journal } = this.context.store;
    for (let from = 0; from < cells.length; from += WRITTEN_AT_ONCE) {
      const entries = cells
        .slice(from, from + WRITTEN_AT_ONCE)
        .map((cell): NewJournalEntry => ({ at: run.at, merchant: cell.merchant, detail: cell }));
      await journal.add('watch-cell', entries, KEPT_CELLS);
    }
    await journal.add('watch-run', [{ at: run.at, merchant: null, detail: run }], KEPT_RUNS);
    const { checked, warm, full, failed } = run;
    const detail = { cells: checked, done: warm + full, failed };
    await this.context.store.access.addAudit(deedNow(this.context, 'watch.run', null, detail));
  }
}

/** Warm updates without a find are counted, not told one by one: every look makes one of every cell. */
function isNotable({ action, drifts, live }: WatchedCell): boolean {
  return action === 'full' || action === 'failed' || drifts.length > 0 || live === false;
}
