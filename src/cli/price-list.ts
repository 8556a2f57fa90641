/** Recommendations as a terminal table and as a CSV file. */

import { number } from '../charts/number-text.ts';
import type { Interval, Recommendation, RecommendTotals } from '../contract/documents.ts';
import { isStudy } from '../core/pricing/reasons.ts';
import type { Lang } from '../core/vocabulary.ts';
import {
  assumptionWord,
  guardrailWord,
  horizonWord,
  priceWord,
  probabilityWord,
  reasonWord,
  unitWord,
} from '../i18n/code-words.ts';
import { type Translate, withCommand } from '../i18n/messages.ts';
import { optionsIn } from './arguments.ts';
import { rowsOf, tableLines, terminalColumns, width } from './table.ts';

/** The price list as a table; reasons and guardrails in words below each line that has any. */
export function priceList(
  items: Iterable<Recommendation>,
  currency: string,
  lang: Lang,
  t: Translate,
  columnsWide = terminalColumns(),
): string {
  return [...priceListLines(items, currency, lang, t, columnsWide)].join('\n');
}

/** As {@link priceList}, line by line: items are gone through several times, and need not lie in memory. */
export function* priceListLines(
  items: Iterable<Recommendation>,
  currency: string,
  lang: Lang,
  t: Translate,
  columnsWide = terminalColumns(),
): Iterable<string> {
  // A narrow terminal has the intervals below their line.
  const narrow = Number.isFinite(columnsWide) && isWider(priceLines(items, currency, lang, t, null), columnsWide);
  yield* priceLines(items, currency, lang, t, narrow ? columnsWide : null);
}

function isWider(lines: Iterable<string>, columnsWide: number): boolean {
  for (const line of lines) if (!line.startsWith(NOTE) && width(line) > columnsWide) return true;
  return false;
}

/** Opens a line of notes. */
const NOTE = '    · ';

function* priceLines(
  items: Iterable<Recommendation>,
  currency: string,
  lang: Lang,
  t: Translate,
  narrowColumns: number | null,
): Iterable<string> {
  const narrow = narrowColumns !== null;
  const columnsWide = narrowColumns ?? Number.POSITIVE_INFINITY;
  const interval = (of: Interval): string => intervalWord(of, lang);
  const rows = rowsOf(items, (r) => priceRow(r, interval, narrow, currency, lang, t));
  const table = tableLines(
    [
      { title: t('merchant') },
      { title: t('product') },
      { title: t('today'), right: true },
      { title: t('price'), right: true },
      { title: t('demand'), right: true },
      { title: t('profit'), right: true },
      { title: t('gain'), right: true },
      { title: t('sure'), right: true },
    ],
    rows,
    columnsWide,
  )[Symbol.iterator]();
  const next = (): string => (table.next() as IteratorYieldResult<string>).value;
  yield next();
  yield next();
  const periods = horizonWord(items, lang);
  const mixed = hasSeveralPeriods(items, lang);
  for (const r of items) {
    yield next();
    yield* noteLines(priceNotes(r, { narrow, mixed }, currency, lang, t), narrowColumns);
  }
  yield t('horizonNote', { period: periods, currency });
}

function intervalWord({ low, high }: Interval, lang: Lang): string {
  return `[${number(lang, low, 0)}, ${number(lang, high, 0)}]`;
}

function hasSeveralPeriods(items: Iterable<Recommendation>, lang: Lang): boolean {
  let first: string | null = null;
  for (const r of items) {
    const word = horizonWord([r], lang);
    first ??= word;
    if (word !== first) return true;
  }
  return false;
}

/** What is said below a price's row. @param mixed prices are for different periods */
function priceNotes(
  r: Recommendation,
  { narrow, mixed }: { readonly narrow: boolean; readonly mixed: boolean },
  currency: string,
  lang: Lang,
  t: Translate,
): string[] {
  return [
    ...(mixed ? [t('overPeriod', { period: horizonWord([r], lang) })] : []),
    ...(narrow && isShown(r)
      ? [
          `${t('demand')} ${intervalWord(r.expectedDemand, lang)}`,
          `${t('profit')} ${intervalWord(r.expectedProfit, lang)}`,
        ]
      : []),
    ...r.reasons.map((code) => withCommand(reasonWord(code, r, currency, lang), code, lang)),
    ...r.guardrails.map((g) => guardrailWord(g, currency, lang)),
    ...r.assumptions.map((assumption) => assumptionWord(assumption, currency, lang)),
  ];
}

/** Whether a price is shown although it may not be recommended: one worked out without sales, or a study without a cost. */
function isShown({ recommended, reasons }: Recommendation): boolean {
  return recommended || reasons.includes('NO_SALES') || isStudy(reasons);
}

/** Cells of a price's row. */
function priceRow(
  r: Recommendation,
  interval: (interval: Interval) => string,
  narrow: boolean,
  currency: string,
  lang: Lang,
  t: Translate,
): string[] {
  const gain = r.expectedProfit.value - r.current.expectedProfit;
  const cold = r.reasons.includes('NO_SALES');
  // Beside a price that is kept stand today's demand and profit; without sales there is no today, so the worked-out
  // price is shown as such.
  const shown = isShown(r);
  const price = priceWord(r.price, currency, lang);
  return [
    r.merchant,
    r.product,
    priceWord(r.current.price, currency, lang),
    r.recommended ? price : shown ? `${price} (${t(cold ? 'unproven' : 'study')})` : t('keep'),
    shown
      ? `${number(lang, r.expectedDemand.value, 0)} ${unitWord(r.unit, Math.round(r.expectedDemand.value), lang)}${narrow ? '' : ` ${interval(r.expectedDemand)}`}`
      : `${number(lang, r.current.expectedDemand, 0)} ${unitWord(r.unit, Math.round(r.current.expectedDemand), lang)}`,
    shown
      ? `${number(lang, r.expectedProfit.value, 0)}${narrow ? '' : ` ${interval(r.expectedProfit)}`}`
      : number(lang, r.current.expectedProfit, 0),
    r.recommended ? (gain >= 0 ? `+${number(lang, gain, 0)}` : number(lang, gain, 0)) : '',
    r.recommended && r.probabilityBetter !== null ? probabilityWord(r.probabilityBetter, lang) : '',
  ];
}

/** Notes one after another; on a narrow terminal in lines that fit it, each note whole where it can be. */
function noteLines(notes: readonly string[], narrowColumns: number | null): string[] {
  if (notes.length === 0) return [];
  if (narrowColumns === null) return [NOTE + notes.join(' · ')];
  const lines: string[] = [];
  for (const note of notes) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 3 + width(note) <= narrowColumns)
      lines[lines.length - 1] = `${last} · ${note}`;
    else lines.push(NOTE + note);
  }
  return lines;
}

/** Standing decisions that are named one by one; of more the number is said. */
const MOST_STANDING = 10;

/**
 * What was kept of an answer and what was not, and how to have it otherwise.
 *
 * @param trained one of the prices is of a trained model
 */
export function keptNotes(
  { kept, currency, trained }: RecommendTotals & { readonly trained: boolean },
  lang: Lang,
  t: Translate,
): string[] {
  // A price from published facts alone has nothing that could be proposed.
  if (kept === null) return trained ? [t('notKept', { option: optionsIn('--propose', lang) })] : [];
  const { standing, replaced } = kept;
  const named = standing.slice(0, MOST_STANDING).map(({ merchant, product, price, newPrice }) =>
    t('standingPrice', {
      merchant,
      product,
      price: priceWord(price, currency, lang),
      newPrice: priceWord(newPrice, currency, lang),
    }),
  );
  const more = standing.length > MOST_STANDING ? ', …' : '';
  return [
    ...(standing.length > 0
      ? [
          t('standing', {
            count: standing.length,
            prices: `${named.join(', ')}${more}`,
            option: optionsIn('--replace-approved', lang),
          }),
        ]
      : []),
    ...(replaced.length > 0 ? [t('replaced', { count: replaced.length })] : []),
  ];
}

export function percent(lang: Lang, value: number): string {
  return new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 }).format(value);
}
