/**
 * Guardrails on a price, each with its setting, in the order in which they are applied; each that moves the price says
 * from where to where.
 */

import { checkFlag, checkNumber, checkNumbers, checkObject, checkOneOf, checkPositive, finite } from '../checks.ts';
import { PRICE_ENDINGS, type PriceEnding } from '../vocabulary.ts';

export interface GuardrailFacts {
  /** Unit cost after waste; null when unknown. */
  readonly unitCost: number | null;
  readonly todayPrice: number;
  readonly triedRange: readonly [number, number] | null;
  readonly marketPrice: number | null;
}

type Range = readonly [low: number, high: number];

/** A range that prices are held in. @typeParam Value of its setting: false or null is off */
interface Guardrail<Rule extends string, Value extends boolean | number | null> {
  /** Its name in documents. */
  readonly rule: Rule;
  readonly usual: Value;
  /** Has the last word over those that do not: a price below cost helps nobody. */
  readonly isFloor: boolean;
  /** @throws TypeError, RangeError for a setting that is none; null is asked of nobody */
  check(name: string, value: NonNullable<Value>): void;
  /** Prices that it allows; null where the fact that it needs is unknown. */
  range(value: NonNullable<Value>, facts: GuardrailFacts): Range | null;
}

const flag = <Rule extends string>(guardrail: Guardrail<Rule, boolean>) => guardrail;
const figure = <Rule extends string>(guardrail: Guardrail<Rule, number | null>) => guardrail;

const around = ([low, high]: Range, share: number): Range => [low * (1 - share), high * (1 + share)];
const anyAmount = (name: string, value: number): void => checkNumber(name, value, 0);

/**
 * Every guardrail by the name of its setting, in order of application. A new one is an entry here; what must know its
 * setting (API, options, pages, words) does not compile until it does.
 */
export const GUARDRAILS = {
  /** Never below unit cost after waste. */
  neverBelowCost: flag({
    rule: 'never-below-cost',
    usual: true,
    isFloor: true,
    check: checkFlag,
    range: (_, { unitCost }) => (unitCost === null ? null : [unitCost, Number.POSITIVE_INFINITY]),
  }),
  /** Smallest (price − cost) / price, 0-1; null off. */
  minMargin: figure({
    rule: 'min-margin',
    usual: null,
    isFloor: true,
    // A price that is all margin would be infinite.
    check: (name, value) => checkNumber(name, value, 0, 1 - Number.EPSILON),
    range: (margin, { unitCost }) => (unitCost === null ? null : [unitCost / (1 - margin), Number.POSITIVE_INFINITY]),
  }),
  /** Largest change against today's price, as a share; null off. */
  maxChange: figure({
    rule: 'max-change',
    usual: 0.15,
    isFloor: false,
    check: anyAmount,
    range: (share, { todayPrice }) => around([todayPrice, todayPrice], share),
  }),
  /** Distance allowed beyond the tried range, as a share; null off. */
  triedRangeMargin: figure({
    rule: 'tried-range',
    usual: 0.1,
    isFloor: false,
    check: anyAmount,
    range: (share, { triedRange }) => triedRange && around(triedRange, share),
  }),
  /** Currency per unit; null off. */
  minPrice: figure({
    rule: 'min-price',
    usual: null,
    isFloor: false,
    check: anyAmount,
    range: (price) => [price, Number.POSITIVE_INFINITY],
  }),
  /** Currency per unit; null off. */
  maxPrice: figure({
    rule: 'max-price',
    usual: null,
    isFloor: false,
    check: anyAmount,
    range: (price) => [Number.NEGATIVE_INFINITY, price],
  }),
  /** Largest distance from the market price, as a share; null off. */
  marketBand: figure({
    rule: 'market-band',
    usual: null,
    isFloor: false,
    check: anyAmount,
    // A market price of 0 is none that a shop could follow.
    range: (share, { marketPrice }) => (marketPrice ? around([marketPrice, marketPrice], share) : null),
  }),
};

type Guardrails = typeof GUARDRAILS;

export type GuardrailSettings = { readonly [Name in keyof Guardrails]: Guardrails[Name]['usual'] } & {
  /** Endings a price is rounded to: '.99', '.49' or steps of 0.05; null off. */
  readonly priceEnding: PriceEnding | null;
};

/** The name of a guardrail in documents; the price ending rounds after all others. */
export type GuardrailRule = Guardrails[keyof Guardrails]['rule'] | 'price-ending';

const NAMES = Object.keys(GUARDRAILS) as readonly (keyof Guardrails)[];

export const GUARDRAIL_RULES: readonly GuardrailRule[] = [
  ...NAMES.map((name) => GUARDRAILS[name].rule),
  'price-ending',
];

export const DEFAULT_GUARDRAILS = {
  ...Object.fromEntries(NAMES.map((name) => [name, GUARDRAILS[name].usual])),
  priceEnding: null,
} as GuardrailSettings;

export interface GuardrailStep {
  readonly rule: GuardrailRule;
  readonly before: number;
  readonly after: number;
  /** What the rule was set to: a share, an amount or an ending; absent where there is nothing to set. */
  readonly setting?: number | string;
}

/**
 * Moves a price to where every guardrail that can hold does: the floors, the others in the order of {@link GUARDRAILS},
 * the price ending, then all but the ending once more. Where two contradict each other the later one has the last word
 * of the first pass, and the second pass lets cost and margin win: a price below cost helps nobody.
 *
 * @param price currency per unit, > 0
 * @throws TypeError, RangeError naming the setting or the fact that is wrong; NotFiniteError for a price beyond the
 * largest number
 */
export function applyGuardrails(
  price: number,
  settings: GuardrailSettings,
  facts: GuardrailFacts,
): { price: number; steps: GuardrailStep[] } {
  checkPositive('price', price);
  checkGuardrails(settings);
  checkObject('facts', facts);
  if (facts.unitCost !== null) checkNumber('facts.unitCost', facts.unitCost, 0);
  checkPositive('facts.todayPrice', facts.todayPrice);
  checkTriedRange('facts.triedRange', facts.triedRange);
  if (facts.marketPrice !== null) checkNumber('facts.marketPrice', facts.marketPrice, 0);
  return finite('guarded', guarded(price, settings, facts));
}

/**
 * Checks guardrails: shares of at least 0 (the margin below 1), amounts of at least 0, an ending that is known; null is
 * off. @throws TypeError, RangeError
 */
export function checkGuardrails(settings: GuardrailSettings): void {
  checkObject('settings', settings);
  for (const name of NAMES) {
    const guardrail: Guardrail<string, boolean | number | null> = GUARDRAILS[name];
    const value = settings[name];
    if (value !== null || typeof guardrail.usual === 'boolean')
      guardrail.check(`settings.${name}`, value as boolean | number);
  }
  if (settings.priceEnding !== null) checkOneOf('settings.priceEnding', settings.priceEnding, PRICE_ENDINGS);
}

/** @throws TypeError, RangeError for a range that is not two ascending prices above 0, or null */
export function checkTriedRange(name: string, range: readonly [number, number] | null): void {
  if (range === null) return;
  checkNumbers(name, range, 2);
  checkPositive(`${name}[0]`, range[0]);
  checkNumber(`${name}[1]`, range[1], range[0]);
}

function guarded(
  price: number,
  settings: GuardrailSettings,
  facts: GuardrailFacts,
): { price: number; steps: GuardrailStep[] } {
  const steps: GuardrailStep[] = [];
  let current = price;
  const move = (rule: GuardrailRule, after: number, setting?: number | string): void => {
    // Half a hundredth of a cent is rounding, not a guardrail at work.
    if (Math.abs(after - current) > 5e-5)
      steps.push({ rule, before: current, after, ...(setting !== undefined && { setting }) });
    current = after;
  };
  const hold = (which: 'floors' | 'others'): void => {
    for (const name of NAMES) {
      const guardrail: Guardrail<GuardrailRule, boolean | number | null> = GUARDRAILS[name];
      const value = settings[name];
      if (guardrail.isFloor !== (which === 'floors') || value === null || value === false) continue;
      const range = guardrail.range(value, facts);
      if (range) move(guardrail.rule, clamp(current, range), typeof value === 'number' ? value : undefined);
    }
  };
  hold('floors');
  hold('others');
  if (settings.priceEnding !== null) {
    const ended = endedPrice(current, settings.priceEnding);
    move('price-ending', ended, settings.priceEnding);
    const checked = current;
    hold('others');
    hold('floors');
    // The check moved the price off its ending: the nearest ending on the other side may hold.
    if (current !== checked) {
      const step = settings.priceEnding === '0.05' ? 0.05 : 1;
      const other = endedPrice(checked + (current > checked ? step : -step), settings.priceEnding);
      const holds = (candidate: number): boolean =>
        guarded(candidate, { ...settings, priceEnding: null }, facts).steps.length === 0;
      if (other > 0 && holds(other)) move('price-ending', other, settings.priceEnding);
    }
  } else hold('floors');
  return { price: current, steps };
}

function clamp(value: number, [low, high]: Range): number {
  return Math.min(Math.max(value, low), high);
}

/** Nearest price with an ending; never 0 or below. */
function endedPrice(price: number, ending: PriceEnding): number {
  if (ending === '0.05') return Math.max(0.05, Math.round(price * 20) / 20);
  const fraction = Number(`0${ending}`);
  return Math.round((Math.max(0, Math.round(price - fraction)) + fraction) * 100) / 100;
}
