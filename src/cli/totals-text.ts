/** Totals that add up, as text. */

import { number } from '../charts/number-text.ts';
import { dayWord } from '../contract/date-words.ts';
import type { TotalRow, TotalsDocument, TotalsOfPeriod } from '../contract/totals.ts';
import { LEAST_WINDOWS } from '../core/hierarchy/reconciliation.ts';
import { type Lang, TOTAL_GAPS, TOTAL_LEVELS } from '../core/vocabulary.ts';
import { codeWords, unitWord } from '../i18n/code-words.ts';
import type { Translate } from '../i18n/messages.ts';
import { renderTable, wrapped } from './table.ts';

/** Products that are left out, by reason, that are named. */
const NAMED = 10;

export function totalsLines({ totals, missing, currency }: TotalsDocument, lang: Lang, t: Translate): string[] {
  return [
    ...totals.flatMap((one) => [...totalLines(one, currency, lang, t), '']),
    ...(totals.length > 1 ? [wrapped(t('totalsAlone'))] : []),
    ...TOTAL_GAPS.flatMap((reason) => {
      const names = missing.filter((one) => one.reason === reason).map((one) => `${one.merchant} / ${one.product}`);
      if (names.length === 0) return [];
      const more = names.length > NAMED ? [t('totalsMore', { count: names.length - NAMED })] : [];
      const told = [...names.slice(0, NAMED), ...more].join(', ');
      const said = { reason: codeWords(lang).totalGaps[reason], count: names.length, names: told };
      return [wrapped(t('totalsMissing', said))];
    }),
  ];
}

function totalLines(one: TotalsOfPeriod, currency: string, lang: Lang, t: Translate): string[] {
  const { from, to, products, frequency, windows, reconciled, rows } = one;
  const kept = codeWords(lang).keptBy[frequency];
  const learned = windows < LEAST_WINDOWS ? 'totalsUnknown' : reconciled > 0 ? 'totalsReconciled' : 'totalsBottomUp';
  return [
    wrapped(t('totalsSpan', { from: dayWord(from, lang), to: dayWord(to, lang), products, kept })),
    renderTable(
      [
        { title: '' },
        { title: `${t('scenarioRevenue')} (${currency})`, right: true },
        { title: t('interval90'), right: true },
        { title: t('portfolioSells'), right: true },
        { title: t('interval90'), right: true, spare: 1 },
      ],
      rows.map((row) => totalCells(row, rows[0]?.level === 'all', lang)),
    ),
    wrapped(t(learned, { windows })),
  ];
}

function totalCells(row: TotalRow, hasAll: boolean, lang: Lang): string[] {
  const { revenue, quantities } = row;
  const whole = (value: number): string => number(lang, value, 0);
  const depth = TOTAL_LEVELS.indexOf(row.level) - (hasAll ? 0 : 1);
  return [
    `${'  '.repeat(depth)}${nameOf(row, lang)}`,
    whole(revenue.value),
    `[${whole(revenue.low)}, ${whole(revenue.high)}]`,
    quantities
      .map(({ unit, quantity: { value } }) => `${whole(value)} ${unitWord(unit, Math.round(value), lang)}`)
      .join(' + '),
    quantities.map(({ quantity: { low, high } }) => `[${whole(low)}, ${whole(high)}]`).join(' + '),
  ];
}

/** A type that has no name stands as its level. */
function nameOf({ level, merchant, productType, product }: TotalRow, lang: Lang): string {
  const name = level === 'product' ? product : level === 'type' ? productType : merchant;
  return name || codeWords(lang).totalLevels[level];
}
