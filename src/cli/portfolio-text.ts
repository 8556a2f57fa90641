/** Prices that were sought together, as text. */

import { number } from '../charts/number-text.ts';
import { spanWord } from '../contract/date-words.ts';
import type { MerchantPortfolio, PortfolioDocument, PortfolioRule } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import {
  lineRuleStateWord,
  lineRuleWord,
  priceWord,
  probabilityWord,
  reasonWord,
  unitWord,
} from '../i18n/code-words.ts';
import type { Translate } from '../i18n/messages.ts';
import { renderTable, wrapped } from './table.ts';

/** Pairs that are listed of what sells instead of what. */
const MOST_EFFECTS = 12;

export function portfolioText(document: PortfolioDocument, lang: Lang, t: Translate): string {
  return document.portfolios.map((one) => merchantText(one, document.currency, lang, t)).join('\n\n');
}

function merchantText(portfolio: MerchantPortfolio, currency: string, lang: Lang, t: Translate): string {
  const amount = (value: number): string => number(lang, value, 2);
  const { merchant, products, profit, gain, probabilityBetter, recommended, from, to } = portfolio;
  const held = products.flatMap(({ product, held: [reason] }) =>
    reason === undefined ? [] : [t('portfolioHeld', { product, reason: reasonWord(reason, {}, currency, lang) })],
  );
  return [
    wrapped(t('portfolioOf', { merchant })),
    priceTable(portfolio, currency, lang, t),
    ...held.map((line) => wrapped(`· ${line}`)),
    wrapped(
      t('portfolioProfit', {
        period: spanWord(from, to, lang),
        today: amount(profit.today.value),
        alone: amount(profit.alone.value),
        together: amount(profit.together.value),
        currency,
      }),
    ),
    wrapped(
      recommended
        ? t('portfolioGain', {
            gain: amount(gain.value),
            low: amount(gain.low),
            high: amount(gain.high),
            sure: probabilityWord(probabilityBetter as number, lang),
            currency,
          })
        : t('portfolioNone'),
    ),
    ...ruleLines(portfolio.rules, currency, lang, t),
    '',
    ...effectLines(portfolio, lang, t),
  ].join('\n');
}

function priceTable({ products }: MerchantPortfolio, currency: string, lang: Lang, t: Translate): string {
  const price = (value: number): string => priceWord(value, currency, lang);
  return renderTable(
    [
      { title: t('product') },
      { title: t('portfolioToday'), right: true },
      { title: t('portfolioAlone'), right: true, spare: 2 },
      { title: t('portfolioTogether'), right: true },
      { title: t('portfolioSells'), right: true, spare: 3 },
      { title: t('profit'), right: true },
      { title: t('gain'), right: true },
    ],
    products.map((p) => [
      p.product,
      price(p.todayPrice),
      price(p.alonePrice),
      price(p.price),
      `${number(lang, p.demand.value, 0)} ${unitWord(p.unit, Math.round(p.demand.value), lang)}`,
      number(lang, p.profit.value, 0),
      `${p.profit.value >= p.profitToday ? '+' : ''}${number(lang, p.profit.value - p.profitToday, 0)}`,
    ]),
  );
}

function ruleLines(rules: readonly PortfolioRule[], currency: string, lang: Lang, t: Translate): string[] {
  if (rules.length === 0) return [];
  const line = (rule: PortfolioRule): string =>
    wrapped(`· ${lineRuleWord(rule, lang)}: ${lineRuleStateWord(rule, currency, lang)}`);
  return ['', t('portfolioRules'), ...rules.map(line)];
}

function effectLines({ effects }: MerchantPortfolio, lang: Lang, t: Translate): string[] {
  if (effects.length === 0) return [wrapped(t('portfolioNoEffects'))];
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${number(lang, value, 2)}`;
  return [
    wrapped(t('portfolioInstead')),
    renderTable(
      [{ title: t('portfolioWhere') }, { title: t('portfolioDemandOf') }, { title: t('portfolioMoves'), right: true }],
      effects
        .slice(0, MOST_EFFECTS)
        .map(({ product, of, elasticity: { value, low, high } }) => [
          of,
          product,
          `${signed(value)} [${signed(low)}, ${signed(high)}]`,
        ]),
    ),
  ];
}
