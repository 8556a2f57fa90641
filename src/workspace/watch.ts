/** Keeping watch: looks at all cells, kept with what was found, done and told. */

import type { AlertMessage } from '../contract/alerts.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import { actorId } from '../contract/store/deed.ts';
import type { NewJournalEntry } from '../contract/store/journal.ts';
import type { WatchedCell, WatchRun, WatchState } from '../contract/watch.ts';
import { watchAlerts } from './alert-events.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';
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
/** Of the document that says how often `serve` looks. */
const KIND = 'watch';

/** A look that has ended. */
export interface WatchTotals extends WatchRun, DocumentHeader {
  readonly dryRun: boolean;
}

export class Watch {
  private readonly context: WorkspaceContext;
  private readonly work: WatchWork;
  private readonly tellAlerts: (messages: readonly AlertMessage[]) => Promise<unknown>;

  /** @param tellAlerts sends them, or keeps them for when they may be sent */
  constructor(
    context: WorkspaceContext,
    work: WatchWork,
    tellAlerts: (messages: readonly AlertMessage[]) => Promise<unknown>,
  ) {
    this.context = context;
    this.work = work;
    this.tellAlerts = tellAlerts;
  }

  /**
   * Looks at all chosen cells: brings models up to date, trains in full what has drifted or lacks a model, works out
   * prices anew, and tells whoever wants to hear. With `dryRun` nothing is changed, kept or told.
   *
   * @throws DemandaError WORKSPACE_EMPTY, and those of names that are not there
   */
  async run(options: WatchOptions = {}): Promise<WatchTotals> {
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
      const alerts = await watchAlerts(context, run, notable);
      await this.keep(run, notable);
      await this.tellAlerts(alerts);
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
      runs: (runs?.items ?? []).map(({ detail }) => detail as WatchRun),
      cells: cells.items.map(({ at, detail }) => ({ at, ...(detail as WatchedCell) })),
    };
  }

  /** Hours between looks of `serve`; null: it looks only when it is asked to. */
  async setEvery(hours: number | null): Promise<void> {
    const deed = deedNow(this.context, 'settings.change', null, { watchEvery: hours ?? 'off' });
    await this.context.store.documents.keep(KIND, 'every', hours, deed);
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
  }
}

/** Warm updates without a find are counted, not told one by one: every look makes one of every cell. */
function isNotable({ action, drifts, live }: WatchedCell): boolean {
  return action === 'full' || action === 'failed' || drifts.length > 0 || live === false;
}
