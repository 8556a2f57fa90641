/** What promotions did and earn, as text. */

import { number } from '../charts/number-text.ts';
import { dayWord, spanWord } from '../contract/date-words.ts';
import type {
  MerchantPromotions,
  PromotionCalendarDocument,
  PromotionItem,
  PromotionOption,
  PromotionsDocument,
} from '../contract/promotions.ts';
import type { Lang } from '../core/vocabulary.ts';
import { codeWords, priceWord, probabilityWord, unitWord } from '../i18n/code-words.ts';
import type { Translate } from '../i18n/messages.ts';
import { renderTable, wrapped } from './table.ts';

/** Others that are named of those that sell less. */
const MOST_TAKEN = 3;

export function promotionsText({ merchants, currency }: PromotionsDocument, lang: Lang, t: Translate): string {
  return merchants.map((one) => merchantText(one, new Words(currency, lang, t))).join('\n\n');
}

/** Amounts, shares and prices as they are said. */
class Words {
  readonly currency: string;
  readonly lang: Lang;
  readonly t: Translate;

  constructor(currency: string, lang: Lang, t: Translate) {
    this.currency = currency;
    this.lang = lang;
    this.t = t;
  }

  amount(value: number): string {
    return `${value > 0 ? '+' : ''}${number(this.lang, value, 2)}`;
  }

  percent(share: number): string {
    return `${number(this.lang, 100 * share, 0)} %`;
  }

  price(value: number): string {
    return priceWord(value, this.currency, this.lang);
  }
}

function merchantText({ merchant, products, calendar }: MerchantPromotions, words: Words): string {
  const { t } = words;
  return [
    wrapped(t('promotionsOf', { merchant, currency: words.currency })),
    ...products.flatMap((item) => ['', ...itemLines(item, words)]),
    ...(calendar ? ['', ...calendarLines(calendar, products, words)] : []),
  ].join('\n');
}

function itemLines(item: PromotionItem, words: Words): string[] {
  const { t, lang, currency } = words;
  const { product, past, usual, options, doubts } = item;
  const known = codeWords(lang).promotionDoubts;
  const head = t('promotionPast', {
    product,
    count: past.count,
    last: past.last === null ? '–' : dayWord(past.last, lang),
  });
  return [
    wrapped(past.count === 0 ? product : head),
    ...(usual ? usualLines(item, usual, words) : []),
    ...breakEvenLines(item, words),
    ...(options.length === 0 ? [] : [optionTable(options, words)]),
    ...doubts.map((doubt) => wrapped(`· ${known[doubt]}`)),
    ...(item.costAssumed && usual
      ? [wrapped(`· ${t('promotionCostAssumed', { cost: words.price(item.unitCost), currency })}`)]
      : []),
  ];
}

function usualLines({ takenFrom, unit }: PromotionItem, usual: PromotionOption, words: Words): string[] {
  const { t, lang } = words;
  const factor = (value: number): string => number(lang, value, 2);
  const others = takenFrom
    .slice(0, MOST_TAKEN)
    .map((one) => `${one.product} ${number(lang, one.quantity, 1)} ${unitWord(one.unit, one.quantity, lang)}`);
  return [
    t('promotionLift', {
      depth: words.percent(usual.depth),
      days: usual.days,
      lift: factor(usual.lift.value),
      low: factor(usual.lift.low),
      high: factor(usual.lift.high),
      extra: number(lang, usual.extra.value, 1),
      unit: unitWord(unit, usual.extra.value, lang),
    }),
    t('promotionAdvance', {
      share: words.percent(usual.advance.value),
      low: words.percent(usual.advance.low),
      high: words.percent(usual.advance.high),
    }),
    ...(others.length === 0 ? [] : [t('promotionTakenFrom', { others: others.join(', ') })]),
    t('promotionNet', {
      net: words.amount(usual.net.value),
      low: words.amount(usual.net.low),
      high: words.amount(usual.net.high),
      own: words.amount(usual.own.value),
      after: words.amount(usual.after.value),
      others: words.amount(usual.others.value),
      currency: words.currency,
    }),
  ].map((line) => wrapped(`  ${line}`));
}

function breakEvenLines({ breakEven }: PromotionItem, words: Words): string[] {
  if (breakEven === null) return [];
  const { t } = words;
  const { depth, low, high, beyond } = breakEven;
  const figures = { depth: words.percent(depth ?? 0), low: words.percent(low), high: words.percent(high) };
  const said = depth === null ? 'breakEvenNone' : beyond ? 'breakEvenBeyond' : 'breakEvenAt';
  return [wrapped(`  ${t(said, figures)}`)];
}

function optionTable(options: readonly PromotionOption[], words: Words): string {
  const { t, lang } = words;
  return renderTable(
    [
      { title: t('promotionDepth'), right: true },
      { title: t('price'), right: true },
      { title: t('promotionDays'), right: true },
      { title: t('promotionFactor'), right: true },
      { title: t('promotionEarns'), right: true },
      { title: t('interval90'), right: true, spare: 1 },
      { title: t('promotionSure'), right: true },
    ],
    options.map(({ depth, price, days, display, lift, net, probabilityBetter }) => [
      display ? t('promotionDisplayed', { depth: words.percent(depth) }) : words.percent(depth),
      words.price(price),
      String(days),
      number(lang, lift.value, 2),
      words.amount(net.value),
      `[${words.amount(net.low)}, ${words.amount(net.high)}]`,
      probabilityWord(probabilityBetter, lang),
    ]),
  );
}

function calendarLines(
  { from, to, promotions, net, spent, probabilityBetter }: PromotionCalendarDocument,
  products: readonly PromotionItem[],
  words: Words,
): string[] {
  const { t, lang, currency } = words;
  const period = spanWord(from, to, lang);
  if (promotions.length === 0 || probabilityBetter === null)
    return [
      wrapped(t(products.some(({ options }) => options.length > 0) ? 'calendarNone' : 'calendarUnknown', { period })),
    ];
  return [
    wrapped(t('calendarOf', { period })),
    renderTable(
      [
        { title: t('calendarDays') },
        { title: t('product') },
        { title: t('promotionDepth'), right: true },
        { title: t('price'), right: true },
        { title: t('promotionEarns'), right: true },
      ],
      promotions.map((one) => [
        spanWord(one.from, one.to, lang),
        one.product,
        one.display ? t('promotionDisplayed', { depth: words.percent(one.depth) }) : words.percent(one.depth),
        words.price(one.price),
        words.amount(one.net),
      ]),
    ),
    wrapped(
      t('calendarNet', {
        net: words.amount(net.value),
        low: words.amount(net.low),
        high: words.amount(net.high),
        sure: probabilityWord(probabilityBetter, lang),
        spent: number(lang, spent, 2),
        currency,
      }),
    ),
  ];
}
