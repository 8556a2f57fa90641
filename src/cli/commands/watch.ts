/** `watch`: models brought up to date, what has drifted trained again, prices worked out anew; for cron and by hand. */

import { errorShare, number } from '../../charts/number-text.ts';
import type { IntervalMonthItem } from '../../contract/api.ts';
import { dayWord, monthWord } from '../../contract/date-words.ts';
import { WATCH, WATCH_EVERY, WATCH_INTERVALS } from '../../contract/options/watch.ts';
import type { WatchedCell } from '../../contract/watch.ts';
import type { Lang } from '../../core/vocabulary.ts';
import type { Translate } from '../../i18n/messages.ts';
import { driftWords, watchWords } from '../../i18n/watch-words.ts';
import { Spool } from '../../workspace/spool.ts';
import type { WatchTotals, Workspace } from '../../workspace.ts';
import { type CommandContext, cellOptions, choice, type Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { clearStatus, interruption, progress, showsProgress } from '../progress.ts';
import { renderTable, wrapped } from '../table.ts';

/** What would be done. */
const PLANS = { none: 'planNone', warm: 'planWarm', full: 'planFull', failed: 'planFailed' } as const;
/** Products that are listed. */
const MOST_LISTED = 50;

export function addWatch({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('watch', 'vigilar', 'cmdWatch'), t);
  addOptions(made, { ...WATCH, ...WATCH_EVERY, ...WATCH_INTERVALS }, t).action((o: Options) =>
    withWorkspace(o, (workspace) => {
      if (readOptions(WATCH_INTERVALS, o).intervals) return sayIntervals(workspace, o, lang, t);
      const { every } = readOptions(WATCH_EVERY, o);
      return every === undefined ? look(workspace, o, lang, t) : setEvery(workspace, every, o, t);
    }),
  );
}

async function setEvery(workspace: Workspace, hours: number | null, o: Options, t: Translate): Promise<void> {
  await workspace.watch.setEvery(hours);
  if (o.json) return sayJson(await workspace.watch.state(null));
  say(`${hours === null ? t('watchEveryOff') : t('watchEverySet', { count: hours })}\n`);
}

async function sayIntervals(workspace: Workspace, o: Options, lang: Lang, t: Translate): Promise<void> {
  const document = await workspace.watch.intervals(choice(o));
  if (o.json) return sayJson(document);
  const { intervals } = document;
  const [first] = intervals;
  if (!first) return say(`${wrapped(t('intervalsNone'))}\n`);
  say(`${intervalTable(intervals, lang, t)}\n`);
  if (!o.quiet) say(`${wrapped(t('intervalsNote', { level: share(first.level, lang) }))}\n`);
}

function share(value: number, lang: Lang): string {
  return new Intl.NumberFormat(lang, { style: 'percent' }).format(value);
}

function intervalTable(months: readonly IntervalMonthItem[], lang: Lang, t: Translate): string {
  return renderTable(
    [
      { title: t('intervalsMonth') },
      { title: t('rows'), right: true },
      { title: t('intervalsInside'), right: true },
      { title: t('intervalsChance'), right: true },
      { title: t('intervalsAbove'), right: true },
      { title: t('intervalsBelow'), right: true },
    ],
    months.map(({ month, rows, inside, above, below, low, high }) => [
      monthWord(month, lang),
      number(lang, rows, 0),
      errorShare(lang, inside / rows),
      `[${errorShare(lang, low)}, ${errorShare(lang, high)}]`,
      number(lang, above, 0),
      number(lang, below, 0),
    ]),
  );
}

async function look(workspace: Workspace, o: Options, lang: Lang, t: Translate): Promise<void> {
  const options = readOptions(WATCH, o);
  const stop = interruption();
  const cells = new Spool<WatchedCell>();
  try {
    const totals = await workspace.watch
      .run({
        ...choice(o),
        ...options,
        signal: stop.signal,
        onCell: (cell) => cells.push(cell),
        ...(showsProgress(o) && { onProgress: progress(lang, t) }),
      })
      .finally(() => {
        stop.done();
        clearStatus();
      });
    const alerts = totals.dryRun ? null : await workspace.alerts.flush({ patient: true });
    if (o.json) sayJson({ ...totals, cells, alerts });
    else {
      sayLook(totals, cells, lang, t);
      if (alerts && alerts.sent + alerts.waiting + alerts.failed > 0 && !o.quiet)
        tell(`${t('watchAlertsSent', alerts)}\n`);
    }
    if (stop.signal.aborted) process.exitCode = 130;
    else if (totals.failed > 0) process.exitCode = totals.failed === totals.checked ? 1 : 3;
  } finally {
    cells.close();
  }
}

function sayLook(totals: WatchTotals, cells: Spool<WatchedCell>, lang: Lang, t: Translate): void {
  const { dryRun, seconds, stale, drifted, at: _, by: __, schema: ___, currency: ____, ...counts } = totals;
  const shown = { ...counts, seconds: number(lang, seconds, 1) };
  const isQuiet = counts.upToDate === counts.checked;
  say(`${wrapped(t(isQuiet ? 'watchNothing' : dryRun ? 'watchWould' : 'watchDone', shown))}\n`);
  if (drifted > 0) say(`${t('watchDrifted', { count: drifted })}\n`);
  const listed: WatchedCell[] = [];
  for (const cell of cells) {
    if (cell.action === 'warm' && cell.drifts.length === 0) continue;
    if (listed.length === MOST_LISTED) break;
    listed.push(cell);
  }
  if (listed.length > 0) say(`${cellTable(listed, dryRun, lang, t)}\n`);
  for (const { message } of listed) if (message !== null) tell(`${wrapped(message)}\n`);
  for (const merchant of stale) tell(`${wrapped(t('watchStale', oldSales(merchant, lang)))}\n`);
}

function oldSales(
  { merchant, lastDate, days }: WatchTotals['stale'][number],
  lang: Lang,
): { readonly merchant: string; readonly date: string; readonly days: number } {
  return { merchant, date: dayWord(lastDate, lang), days };
}

function cellTable(cells: readonly WatchedCell[], dryRun: boolean, lang: Lang, t: Translate): string {
  const { actions, reasons } = watchWords(lang);
  return renderTable(
    [
      { title: t('watchProduct') },
      { title: t(dryRun ? 'watchWouldDo' : 'watchDid') },
      { title: t('watchWhy'), spare: 2 },
      { title: t('watchFound'), spare: 1 },
    ],
    cells.map(({ merchant, product, action, reason, drifts, live }) => [
      `${merchant}:${product}`,
      dryRun ? t(PLANS[action]) : actions[action],
      reasons[reason],
      [...drifts.map((drift) => driftWords(drift, lang)), ...(live === false ? [t('watchWorse')] : [])].join('; ') ||
        '–',
    ]),
  );
}
