/** What a look at all cells is worth telling somebody of: each once, not again at every look. */

import type { WatchedCell, WatchRun } from '../contract/watch.ts';
import type { AlertKind, Lang } from '../core/vocabulary.ts';
import { translator } from '../i18n/messages.ts';
import { driftWords } from '../i18n/watch-words.ts';
import { header, type WorkspaceContext } from './context.ts';
import { isoDate } from './dates.ts';
import { outcomesOf } from './outcomes.ts';

/** Told again after so many days, should it still be so. */
const AGAIN_DAYS: Readonly<Record<AlertKind, number>> = {
  failed: 1,
  worse: 7,
  'old-data': 7,
  drift: 14,
  lost: 365,
  waiting: 1,
};
/** Price changes of the last days whose outcome is looked at. */
const OUTCOME_DAYS = 90;
const DAY_MS = 86_400_000;

export interface AlertEvent {
  readonly kind: AlertKind;
  /** What it is about: the same is not told twice. */
  readonly key: string;
  readonly merchant: string | null;
  readonly product: string | null;
  readonly text: string;
}

/**
 * What was not told yet, or not for long.
 *
 * @param cells of which something was found or done
 * @param kinds that somebody hears of: others are told once they are asked for
 */
export async function freshEvents(
  context: WorkspaceContext,
  { at, stale }: WatchRun,
  cells: readonly WatchedCell[],
  kinds: ReadonlySet<AlertKind>,
): Promise<AlertEvent[]> {
  const { lang } = context;
  const events = [
    ...cells.flatMap((cell) => cellEvents(cell, lang)),
    ...stale.map(({ merchant, lastDate, days }): AlertEvent => {
      const text = translator(lang)('alertOldData', { merchant, date: dateWords(lastDate, lang), days });
      return { kind: 'old-data', key: merchant, merchant, product: null, text };
    }),
    ...(await lostEvents(context)),
    ...(await waitingEvents(context)),
  ];
  const told = toldOf(await context.store.documents.read('alerts', 'told'));
  return events.filter((event) => kinds.has(event.kind) && !(ageOf(told, keyOf(event), at) < AGAIN_DAYS[event.kind]));
}

function cellEvents({ merchant, product, action, drifts, live, message }: WatchedCell, lang: Lang): AlertEvent[] {
  const t = translator(lang);
  const cell = JSON.stringify([merchant, product]);
  const about = { merchant, product };
  return [
    ...(action === 'failed'
      ? [
          {
            ...about,
            kind: 'failed' as const,
            key: cell,
            text: t('alertFailed', { merchant, product, message: message ?? '–' }),
          },
        ]
      : []),
    ...(live === false ? [{ ...about, kind: 'worse' as const, key: cell, text: t('alertWorse', about) }] : []),
    ...drifts.map((drift): AlertEvent => {
      const text = t('alertDrift', { ...about, words: driftWords(drift, lang) });
      return { ...about, kind: 'drift', key: JSON.stringify([cell, drift.kind]), text };
    }),
  ];
}

/** Price changes that are found to have earned less than the price before would have. */
async function lostEvents(context: WorkspaceContext): Promise<AlertEvent[]> {
  const from = isoDate(Math.floor(Date.now() / DAY_MS) - OUTCOME_DAYS);
  const { outcomes, currency } = await outcomesOf(context.store, await header(context), { from });
  const money = new Intl.NumberFormat(context.lang, { style: 'currency', currency });
  return outcomes.flatMap(({ merchant, product, verdict, gain, recommendationId }): AlertEvent[] => {
    if (verdict !== 'worse') return [];
    const lost = gain === null ? '–' : money.format(Math.abs(gain.value));
    const text = translator(context.lang)('alertLost', { merchant, product, lost });
    return [{ kind: 'lost', key: recommendationId, merchant, product, text }];
  });
}

async function waitingEvents({ store, lang }: WorkspaceContext): Promise<AlertEvent[]> {
  const { cells } = await store.cells.totals({ status: 'proposed', recommended: true });
  if (cells === 0) return [];
  const text = translator(lang)('alertWaiting', { count: cells });
  return [{ kind: 'waiting', key: '', merchant: null, product: null, text }];
}

/** Keeps when each was told last, once it was handed over; what is older than a year is forgotten. */
export async function markTold({ store }: WorkspaceContext, events: readonly AlertEvent[], at: string): Promise<void> {
  if (events.length === 0) return;
  await store.documents.update('alerts', 'told', (kept) => {
    const told = toldOf(kept);
    for (const event of events) told.set(keyOf(event), at);
    return Object.fromEntries([...told].filter(([key]) => ageOf(told, key, at) < 366));
  });
}

function toldOf(kept: unknown): Map<string, string> {
  return new Map(Object.entries((kept ?? {}) as Record<string, string>));
}

const keyOf = ({ kind, key }: AlertEvent): string => JSON.stringify([kind, key]);

/** Days since it was told; NaN of what never was. */
function ageOf(told: ReadonlyMap<string, string>, key: string, at: string): number {
  return (Date.parse(at) - Date.parse(told.get(key) ?? '')) / DAY_MS;
}

function dateWords(date: string, lang: Lang): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(date));
}
