/** Sentences for codes that documents carry, for terminal, report and pages alike. */

import type { PortfolioRule, Recommendation } from '../contract/documents.ts';
import { priceDigits } from '../core/pricing/price-lattice.ts';
import { DEFAULT_HORIZON, type Horizon } from '../core/series/periods.ts';
import type { ComparedField, Lang, ReasonCode } from '../core/vocabulary.ts';
import { CODE_WORDS } from './catalogue.ts';
import type { CodeWords } from './codes.ts';

export function codeWords(lang: Lang): CodeWords {
  return CODE_WORDS[lang];
}

/** Digits after the point that a field's figures carry any meaning with. */
const amountDigits = (value: number): number => (Math.abs(value) >= 100 ? 0 : 1);
const FIELD_DIGITS: Readonly<Record<Exclude<ComparedField, 'recommended'>, (value: number) => number>> = {
  iterations: () => 0,
  ownRows: () => 0,
  wape: () => 1,
  simulatedError: () => 1,
  elasticity: () => 2,
  currentPrice: () => 2,
  price: () => 2,
  expectedDemand: amountDigits,
  expectedProfit: amountDigits,
};

/** So many periods: “3 months”. */
export function periodWord({ count, unit }: Horizon, lang: Lang): string {
  const [one, many] = CODE_WORDS[lang].periods[unit];
  return `${new Intl.NumberFormat(lang).format(count)} ${count === 1 ? one : many}`;
}

/** The periods that the sums of recommendations are of: “14 days”, and of lists that mix them “14 days / 3 months”. */
export function horizonWord(
  items: Iterable<{ readonly horizon?: Horizon; readonly horizonDays: number }>,
  lang: Lang,
): string {
  const words = new Set<string>();
  for (const { horizon, horizonDays } of items)
    words.add(periodWord(horizon ?? { count: horizonDays, unit: 'day' }, lang));
  return [...(words.size === 0 ? [periodWord(DEFAULT_HORIZON.daily, lang)] : words)].join(' / ');
}

/**
 * @param field of a comparison; one of another version of the program is shown by its name
 * @param period of what is expected, see {@link horizonWord}
 */
export function fieldWord(field: string, lang: Lang, period: string | null = null): string {
  const words: Readonly<Record<string, string>> = CODE_WORDS[lang].fields;
  return words[field]?.replace(period === null ? ' ({period})' : '{period}', period ?? '') ?? field;
}

export function fieldValue(field: string, value: string | number | boolean | null, lang: Lang): string {
  const { yes, no, families } = CODE_WORDS[lang];
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? yes : no;
  if (typeof value === 'string') return (families as Readonly<Record<string, string>>)[value] ?? value;
  const digits = (FIELD_DIGITS as Readonly<Record<string, (value: number) => number>>)[field]?.(value);
  const format: Intl.NumberFormatOptions =
    digits === undefined
      ? { maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : 3 }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(lang, {
    ...format,
    ...((field === 'wape' || field === 'simulatedError') && { style: 'percent' }),
  }).format(value);
}

/**
 * A probability in whole percent; one that a thousand posterior draws cannot tell from certainty is not called certain.
 */
export function probabilityWord(probability: number, lang: Lang): string {
  const percent = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
  if (probability > 0.99) return `> ${percent.format(0.99)}`;
  if (probability < 0.01) return `< ${percent.format(0.01)}`;
  return percent.format(probability);
}

type GuardrailStep = Recommendation['guardrails'][number];

/** A guardrail with the figure that held; without it where a recommendation was kept before figures were. */
export function guardrailRuleWord({ rule, setting }: Pick<GuardrailStep, 'rule' | 'setting'>, lang: Lang): string {
  const share = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 2 });
  return CODE_WORDS[lang].guardrails[rule].replace(/\{(± )?setting\}/, (_, sign = '') =>
    setting === undefined
      ? ''
      : ` ${sign}${typeof setting === 'number' ? share.format(setting) : lang === 'es' ? setting.replace('.', ',') : setting}`,
  );
}

/** A price as a number: in coins of its currency, with more decimals where it is a small one between coins. */
export function priceWord(price: number, currency: string, lang: Lang): string {
  const digits = priceDigits(price, currency);
  return new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(price);
}

/** What pieces are kept as: by files that name a unit, and by published prices. */
const PIECES: ReadonlySet<string> = new Set(['ud', 'unit']);

/** A quantity's unit: pieces by their word, in the plural but for one; kg and others as they are. */
export function unitWord(unit: string, quantity: number, lang: Lang): string {
  if (!PIECES.has(unit)) return unit;
  return CODE_WORDS[lang].pieces[quantity === 1 ? 0 : 1];
}

/** What stands in for a fact that nobody gave, with its figure. */
export function assumptionWord(
  { code, value, of }: Recommendation['assumptions'][number],
  currency: string,
  lang: Lang,
): string {
  const { assumptions, pricedFoods, publishedResponse } = CODE_WORDS[lang];
  if (code === 'ELASTICITY') {
    const percent = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
    return publishedResponse.replace('{percent}', percent.format(1 - 1.1 ** value));
  }
  if (code === 'COMPETITORS_FOLLOW') {
    const percent = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
    return `${assumptions[code]}: ${percent.format(value)}`;
  }
  const food = of === undefined ? undefined : (pricedFoods as Readonly<Record<string, string>>)[of];
  const figure =
    code === 'DAILY_QUANTITY'
      ? new Intl.NumberFormat(lang, { maximumFractionDigits: 2 }).format(value)
      : priceWord(value, currency, lang);
  return `${assumptions[code]}${food === undefined ? '' : ` (${food})`}: ${figure}`;
}

/** A reason; of guardrails that leave no price, which two and what they ask for. */
export function reasonWord(
  code: ReasonCode,
  { conflict }: Pick<Recommendation, 'conflict'>,
  currency: string,
  lang: Lang,
): string {
  const { reasons, least, most } = CODE_WORDS[lang];
  if (code !== 'GUARDRAILS_CONFLICT' || !conflict) return reasons[code];
  const bound = (word: string, { price, ...rule }: NonNullable<Recommendation['conflict']>['atLeast']): string =>
    `${word} ${priceWord(price, currency, lang)} (${guardrailRuleWord(rule, lang)})`;
  return `${reasons[code]}: ${bound(least, conflict.atLeast)}, ${bound(most, conflict.atMost)}`;
}

/** What ties prices of several products. */
export function lineRuleWord({ kind, products, limit }: PortfolioRule, lang: Lang): string {
  const [first = '', second = ''] = products;
  const format: Intl.NumberFormatOptions = kind === 'changes' ? {} : { style: 'percent', maximumFractionDigits: 1 };
  const values: Readonly<Record<string, string>> = {
    ...{ first, second, products: products.join(', ') },
    limit: new Intl.NumberFormat(lang, format).format(Math.abs(limit ?? 0)),
  };
  return CODE_WORDS[lang].lineRules[kind].replace(/\{(\w+)\}/g, (_, name: string) => values[name] as string);
}

/** Whether such a rule holds, and what it costs. */
export function lineRuleStateWord(rule: PortfolioRule, currency: string, lang: Lang): string {
  const { kind, state, shadowPrice } = rule;
  const { lineRuleStates, oneMoreChange } = CODE_WORDS[lang];
  const words = kind === 'changes' && state === 'binding' ? oneMoreChange : lineRuleStates[state];
  const amount = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 }).format(shadowPrice ?? 0);
  return words.replace('{amount}', amount).replace('{currency}', currency);
}

/** What a guardrail did to a price; a move of less than a coin is no move to show. */
export function guardrailWord(step: GuardrailStep, currency: string, lang: Lang): string {
  const [from, to] = [step.before, step.after].map((price) => priceWord(price, currency, lang));
  return from === to ? guardrailRuleWord(step, lang) : `${guardrailRuleWord(step, lang)}: ${from} → ${to}`;
}
