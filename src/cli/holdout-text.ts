/** Shops that are held out, and what that told, as text. */

import { number } from '../charts/number-text.ts';
import { dayWord, spanWord } from '../contract/date-words.ts';
import type { HoldoutDocument, HoldoutEffect, HoldoutProposal } from '../contract/holdout.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import { codeWords, probabilityWord } from '../i18n/code-words.ts';
import type { Translate } from '../i18n/messages.ts';
import { renderTable, wrapped } from './table.ts';

const share = (lang: Lang, value: number): string =>
  new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(value);

export function holdoutProposalText(document: HoldoutProposal, lang: Lang, t: Translate): string {
  const { power, period, from } = document;
  const percent = (value: number): string =>
    new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 }).format(value);
  return [
    shopTable(document, lang, t),
    '',
    wrapped(t('holdoutFrom', { date: dayWord(from, lang) })),
    power === null
      ? wrapped(t('holdoutNoPower', { period }))
      : wrapped(
          t('holdoutPower', {
            seen: percent(power.seen),
            value: share(lang, power.placebo.value),
            low: share(lang, power.placebo.low),
            high: share(lang, power.placebo.high),
          }),
        ),
  ].join('\n');
}

function shopTable(
  {
    shops,
    leftOut,
    measure,
    period,
    currency,
  }: Pick<HoldoutProposal, 'shops' | 'leftOut' | 'measure' | 'period' | 'currency'>,
  lang: Lang,
  t: Translate,
): string {
  const usual = t(USUAL[`${measure} ${period}`], { currency });
  const table = renderTable(
    [{ title: t('merchant') }, { title: t('holdoutPrices') }, { title: usual, right: true }],
    shops.map((shop) => [
      shop.merchant,
      t(shop.heldOut ? 'holdoutStays' : 'holdoutGoesOn'),
      number(lang, shop.usual, 0),
    ]),
  );
  if (leftOut.length === 0) return table;
  const { holdoutLeftOut } = codeWords(lang);
  return [
    table,
    '',
    t('holdoutNotCompared'),
    ...leftOut.map(({ merchant, why }) => wrapped(`  ${visibleText(merchant)}: ${holdoutLeftOut[why]}`)),
  ].join('\n');
}

const USUAL = {
  'profit week': 'holdoutProfitWeek',
  'profit month': 'holdoutProfitMonth',
  'revenue week': 'holdoutRevenueWeek',
  'revenue month': 'holdoutRevenueMonth',
} as const;

export function holdoutText(document: HoldoutDocument, lang: Lang, t: Translate): string {
  const { status, from, stoppedOn, result, measure, currency, period } = document;
  const head = wrapped(
    t('holdoutHead', {
      status: codeWords(lang).holdoutStatuses[status],
      from: dayWord(from, lang),
      until: stoppedOn === null ? '' : t('holdoutUntil', { date: dayWord(stoppedOn, lang) }),
    }),
  );
  const parts = [head, '', shopTable(document, lang, t)];
  if (result === null) return [...parts, '', wrapped(t('holdoutTooShort'))].join('\n');
  const { quarters, total, before, changes } = result;
  parts.push('');
  if (total === null) parts.push(wrapped(t('holdoutNotYet', { period })));
  else parts.push(effectTable(quarters, total, measure, lang, t), '', verdictOf(total, measure, currency, lang, t));
  parts.push(wrapped(t('holdoutBasis', { before, changes: changes.treated })));
  return parts.join('\n');
}

function effectTable(
  quarters: readonly HoldoutEffect[],
  total: HoldoutEffect,
  measure: HoldoutDocument['measure'],
  lang: Lang,
  t: Translate,
): string {
  const money = (value: number): string => number(lang, value, 0);
  const row = (name: string, { actual, without, gain, share: part, probabilityBetter, differences }: HoldoutEffect) => [
    name,
    money(actual),
    money(without.value),
    money(gain.value),
    `[${money(gain.low)}, ${money(gain.high)}]`,
    part === null ? '–' : share(lang, part.value),
    probabilityWord(probabilityBetter, lang),
    money(differences),
  ];
  return renderTable(
    [
      { title: t('holdoutSpan') },
      { title: t(measure === 'profit' ? 'profit' : 'scenarioRevenue'), right: true },
      { title: t('holdoutWithout'), right: true },
      { title: t('gain'), right: true },
      { title: t('interval90'), right: true },
      { title: '%', right: true, spare: 1 },
      { title: t('scenarioSure'), right: true, spare: 2 },
      { title: t('holdoutDifferences'), right: true, spare: 3 },
    ],
    [
      ...quarters.map((quarter) => row(spanWord(quarter.from, quarter.to, lang), quarter)),
      ...(quarters.length > 1 ? [row(t('forecastTotal'), total)] : []),
    ],
  );
}

function verdictOf(
  { gain, share: part }: HoldoutEffect,
  measure: HoldoutDocument['measure'],
  currency: string,
  lang: Lang,
  t: Translate,
): string {
  const money = (value: number): string => `${number(lang, value, 0)} ${currency}`;
  const said = { gain: money(gain.value), low: money(gain.low), high: money(gain.high) };
  const more = part === null ? '' : ` (${share(lang, part.value)})`;
  const key = gain.low > 0 ? 'holdoutMore' : gain.high < 0 ? 'holdoutLess' : 'holdoutUnclear';
  return wrapped(
    t(key, { ...said, share: more, what: t(measure === 'profit' ? 'holdoutOfProfit' : 'holdoutOfSales') }),
  );
}
