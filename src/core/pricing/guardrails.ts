/**
 * Guardrails on a price, each with its setting. All hold at once: the price lies in the intersection of their ranges,
 * or two of them are named that leave no price. Each that moves the price says from where to where.
 */

import { checkFlag, checkNumber, checkNumbers, checkObject, checkOneOf, checkPositive, finite } from '../checks.ts';
import { PRICE_ENDINGS, type PriceEnding } from '../vocabulary.ts';
import { type CompetitorAsk, competitorPrice } from './competitor-price.ts';
import { latticeOf, type PriceLattice, pricesAround } from './price-lattice.ts';

export interface GuardrailFacts {
  /** Unit cost after waste; null when unknown. */
  readonly unitCost: number | null;
  readonly todayPrice: number;
  readonly triedRange: readonly [number, number] | null;
  readonly marketPrice: number | null;
  /** What competitors ask, as far as it is fresh; absent: nothing is known. */
  readonly competitors?: readonly CompetitorAsk[];
  /** Smallest step between two prices that can be charged, > 0; absent or null: any price can. */
  readonly priceStep?: number | null;
}

type RangeFacts = GuardrailFacts & { readonly competitorPrice: number | null };
type Range = readonly [low: number, high: number];

/** A range that prices are held in. @typeParam Value of its setting: false or null is off */
interface Guardrail<Rule extends string, Value extends boolean | number | null> {
  /** Its name in documents. */
  readonly rule: Rule;
  readonly usual: Value;
  /** @throws TypeError, RangeError for a setting that is none; null is asked of nobody */
  check(name: string, value: NonNullable<Value>): void;
  /** Prices that it allows; null where the fact that it needs is unknown. */
  range(value: NonNullable<Value>, facts: RangeFacts): Range | null;
}

const flag = <Rule extends string>(guardrail: Guardrail<Rule, boolean>) => guardrail;
const figure = <Rule extends string>(guardrail: Guardrail<Rule, number | null>) => guardrail;

const around = ([low, high]: Range, share: number): Range => [low * (1 - share), high * (1 + share)];
const anyAmount = (name: string, value: number): void => checkNumber(name, value, 0);

/**
 * Every guardrail by the name of its setting, in the order in which steps are told. A new one is an entry here; what
 * must know its setting (API, options, pages, words) does not compile until it does.
 */
export const GUARDRAILS = {
  /** Never below unit cost after waste. */
  neverBelowCost: flag({
    rule: 'never-below-cost',
    usual: true,
    check: checkFlag,
    range: (_, { unitCost }) => (unitCost === null ? null : [unitCost, Number.POSITIVE_INFINITY]),
  }),
  /** Smallest (price − cost) / price, 0-1; null off. */
  minMargin: figure({
    rule: 'min-margin',
    usual: null,
    // A price that is all margin would be infinite.
    check: (name, value) => checkNumber(name, value, 0, 1 - Number.EPSILON),
    range: (margin, { unitCost }) => (unitCost === null ? null : [unitCost / (1 - margin), Number.POSITIVE_INFINITY]),
  }),
  /** Largest change against today's price, as a share; null off. */
  maxChange: figure({
    rule: 'max-change',
    usual: 0.15,
    check: anyAmount,
    range: (share, { todayPrice }) => around([todayPrice, todayPrice], share),
  }),
  /** Distance allowed beyond the tried range, as a share; null off. */
  triedRangeMargin: figure({
    rule: 'tried-range',
    usual: 0.1,
    check: anyAmount,
    range: (share, { triedRange }) => triedRange && around(triedRange, share),
  }),
  /** Currency per unit; null off. */
  minPrice: figure({
    rule: 'min-price',
    usual: null,
    check: anyAmount,
    range: (price) => [price, Number.POSITIVE_INFINITY],
  }),
  /** Currency per unit; null off. */
  maxPrice: figure({
    rule: 'max-price',
    usual: null,
    check: anyAmount,
    range: (price) => [Number.NEGATIVE_INFINITY, price],
  }),
  /** Largest distance from the market price, as a share; null off. */
  marketBand: figure({
    rule: 'market-band',
    usual: null,
    check: anyAmount,
    // A market price of 0 is none that a shop could follow.
    range: (share, { marketPrice }) => (marketPrice ? around([marketPrice, marketPrice], share) : null),
  }),
  /** How far above what competitors ask (see `competitorReference`), as a share; null off. */
  aboveCompetitors: figure({
    rule: 'above-competitors',
    usual: null,
    check: anyAmount,
    range: (share, { competitorPrice }) =>
      competitorPrice === null ? null : [Number.NEGATIVE_INFINITY, competitorPrice * (1 + share)],
  }),
  /** How far below it, as a share; null off. */
  belowCompetitors: figure({
    rule: 'below-competitors',
    usual: null,
    check: anyAmount,
    range: (share, { competitorPrice }) =>
      competitorPrice === null ? null : [competitorPrice * (1 - share), Number.POSITIVE_INFINITY],
  }),
};

type Guardrails = typeof GUARDRAILS;

export type GuardrailSettings = { readonly [Name in keyof Guardrails]: Guardrails[Name]['usual'] } & {
  /** Endings that a price has ('.99', '.49', '90', '990'), or its steps ('0.05', '10'); null off. */
  readonly priceEnding: PriceEnding | null;
  /**
   * What of competitors' prices limits are measured from: `cheapest`, `mean`, or a competitor's name; null: the
   * cheapest.
   */
  readonly competitorReference: string | null;
} & Worthwhile;

/** When a change of price is worth making; they move no price. */
export interface Worthwhile {
  /** Least probability that the new price earns more than today's, 0-1; null off. */
  readonly minProbability: number | null;
  /** Least expected gain, as a share of today's profit over the horizon; null off. */
  readonly minGain: number | null;
}

/**
 * The name of a guardrail in documents; endings and steps of the price come after all others. `direction`: rounding
 * never
 * moves a price to the other side of today's.
 */
export type GuardrailRule = Guardrails[keyof Guardrails]['rule'] | 'direction' | 'price-ending';

const NAMES = Object.keys(GUARDRAILS) as readonly (keyof Guardrails)[];

export const GUARDRAIL_RULES: readonly GuardrailRule[] = [
  ...NAMES.map((name) => GUARDRAILS[name].rule),
  'direction',
  'price-ending',
];

export const DEFAULT_GUARDRAILS = {
  ...Object.fromEntries(NAMES.map((name) => [name, GUARDRAILS[name].usual])),
  priceEnding: null,
  competitorReference: null,
  minProbability: 0.7,
  minGain: 0.005,
} as GuardrailSettings;

export interface GuardrailStep {
  readonly rule: GuardrailRule;
  readonly before: number;
  readonly after: number;
  /** What the rule was set to: a share, an amount or an ending; absent where there is nothing to set. */
  readonly setting?: number | string;
}

/** A price that a rule allows none below, or none above. */
export interface GuardrailBound {
  readonly rule: GuardrailRule;
  /** Currency per unit. */
  readonly price: number;
  /** As in {@link GuardrailStep}. */
  readonly setting?: number | string;
}

/** Two rules that leave no price: one asks for at least a price that is above the most that the other allows. */
export interface GuardrailConflict {
  readonly atLeast: GuardrailBound;
  readonly atMost: GuardrailBound;
}

export interface GuardedPrice {
  readonly price: number;
  readonly steps: readonly GuardrailStep[];
  /** The rules that leave no price: `price` is then today's, and no step is taken. */
  readonly conflict: GuardrailConflict | null;
}

/**
 * Moves a price into the intersection of all guardrails, then to a neighbouring price of the ending or the step that
 * lies in it and not on the other side of today's.
 *
 * @param price currency per unit, > 0
 * @param profitAt decides between the two neighbours; without it the nearer one is taken
 * @throws TypeError, RangeError naming the setting or the fact that is wrong; NotFiniteError for a price beyond the
 * largest number
 */
export function applyGuardrails(
  price: number,
  settings: GuardrailSettings,
  facts: GuardrailFacts,
  profitAt: (price: number) => number = (candidate) => -Math.abs(candidate - price),
): GuardedPrice {
  checkPositive('price', price);
  checkGuardrails(settings);
  checkObject('facts', facts);
  if (facts.unitCost !== null) checkNumber('facts.unitCost', facts.unitCost, 0);
  checkPositive('facts.todayPrice', facts.todayPrice);
  checkTriedRange('facts.triedRange', facts.triedRange);
  if (facts.marketPrice !== null) checkNumber('facts.marketPrice', facts.marketPrice, 0);
  for (const { price: asked } of facts.competitors ?? []) checkPositive('facts.competitors', asked);
  if (facts.priceStep != null) checkPositive('facts.priceStep', facts.priceStep);
  return finite('guarded', guarded(price, settings, facts, profitAt));
}

/**
 * The lowest and the highest price that all guardrails allow, whatever its ending; null where they allow none.
 *
 * @returns 0 or infinity on a side without any limit
 */
export function allowedRange(settings: GuardrailSettings, facts: GuardrailFacts): Range | null {
  const { atLeast, atMost } = tightest(rangesOf(settings, facts));
  const [low, high] = [atLeast?.price ?? 0, atMost?.price ?? Number.POSITIVE_INFINITY];
  return exceeds(low, high) ? null : [low, Math.max(low, high)];
}

/**
 * Two settings that no price can keep, whatever the product: a least price above the highest, or no price of the ending
 * between them; null where some price can.
 */
export function conflictOfSettings({
  minPrice,
  maxPrice,
  priceEnding,
}: Pick<GuardrailSettings, 'minPrice' | 'maxPrice' | 'priceEnding'>): GuardrailConflict | null {
  if (maxPrice === null) return null;
  const atMost: GuardrailBound = { rule: 'max-price', price: maxPrice, setting: maxPrice };
  if (minPrice !== null && minPrice > maxPrice)
    return { atLeast: { rule: 'min-price', price: minPrice, setting: minPrice }, atMost };
  if (priceEnding === null) return null;
  const [first] = pricesAround(latticeOf(priceEnding), minPrice ?? 0).filter((p) => p >= (minPrice ?? 0));
  return first > maxPrice ? { atLeast: { rule: 'price-ending', price: first, setting: priceEnding }, atMost } : null;
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
  if (settings.minProbability !== null) checkNumber('settings.minProbability', settings.minProbability, 0, 1);
  if (settings.minGain !== null) checkNumber('settings.minGain', settings.minGain, 0);
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
  profitAt: (price: number) => number,
): GuardedPrice {
  const ranges = rangesOf(settings, facts);
  const bounds = tightest(ranges);
  const withheld = (conflict: GuardrailConflict): GuardedPrice => ({ price: facts.todayPrice, steps: [], conflict });
  const { atLeast, atMost } = bounds;
  if (atLeast && atMost && exceeds(atLeast.price, atMost.price)) return withheld({ atLeast, atMost });
  const steps: GuardrailStep[] = [];
  let current = price;
  const move = ({ rule, setting }: Pick<GuardrailStep, 'rule' | 'setting'>, after: number): void => {
    if (Math.abs(after - current) > LEAST_STEP * current)
      steps.push({ rule, before: current, after, ...(setting !== undefined && { setting }) });
    current = after;
  };
  // As the ranges have a price in common, a later one never leaves an earlier one.
  for (const ruled of ranges) move(ruled, clamp(current, ruled.range));
  // Where bounds meet but for rounding, the lower one holds: it may be the cost.
  current = Math.max(current, atLeast?.price ?? 0);
  if (settings.priceEnding !== null) {
    const ending = { rule: 'price-ending', setting: settings.priceEnding } as const;
    const found = rounded(current, latticeOf(settings.priceEnding), bounds, facts.todayPrice, profitAt);
    if (typeof found !== 'number') return withheld(conflictWith(ending, found));
    move(ending, found);
  } else if (facts.priceStep != null) {
    const found = rounded(current, { period: facts.priceStep, offset: 0 }, bounds, facts.todayPrice, profitAt);
    // Rounding to coins is no guardrail at work: the last one leads to a price that can be charged. Where no whole coin
    // is allowed, today's price is kept if it is.
    if (typeof found === 'number') {
      current = found;
      const last = steps.pop();
      if (last) steps.push({ ...last, after: found });
    } else if (isWithin(facts.todayPrice, bounds)) current = facts.todayPrice;
    else return withheld(conflictWith({ rule: 'price-ending', setting: String(facts.priceStep) }, found));
  }
  return { price: current, steps, conflict: null };
}

/** Relative difference below which a move is rounding, not a guardrail at work. */
const LEAST_STEP = 5e-6;

/** Whether a price is above another by more than the rounding of a product and a quotient. */
const exceeds = (price: number, other: number): boolean => price > other * (1 + 1e-9);

interface RuledRange {
  readonly rule: GuardrailRule;
  readonly range: Range;
  readonly setting?: number;
}

/** The ranges of all guardrails that are set and whose fact is known. */
function rangesOf(settings: GuardrailSettings, given: GuardrailFacts): RuledRange[] {
  const facts: RangeFacts = {
    ...given,
    competitorPrice: competitorPrice(given.competitors ?? [], settings.competitorReference),
  };
  return NAMES.flatMap((name) => {
    const guardrail: Guardrail<GuardrailRule, boolean | number | null> = GUARDRAILS[name];
    const value = settings[name];
    const range = value === null || value === false ? null : guardrail.range(value, facts);
    return range ? [{ rule: guardrail.rule, range, ...(typeof value === 'number' && { setting: value }) }] : [];
  });
}

/** Bounds of an intersection; null on a side without any. */
interface Bounds {
  readonly atLeast: GuardrailBound | null;
  readonly atMost: GuardrailBound | null;
}

function tightest(ranges: readonly RuledRange[]): Bounds {
  let atLeast: GuardrailBound | null = null;
  let atMost: GuardrailBound | null = null;
  for (const { range, ...named } of ranges) {
    const [low, high] = range;
    if (Number.isFinite(low) && (!atLeast || low > atLeast.price)) atLeast = { ...named, price: low };
    if (Number.isFinite(high) && (!atMost || high < atMost.price)) atMost = { ...named, price: high };
  }
  return { atLeast, atMost };
}

const isWithin = (price: number, { atLeast, atMost }: Bounds): boolean =>
  !(atLeast && exceeds(atLeast.price, price)) && !(atMost && exceeds(price, atMost.price));

/** A price of a lattice that no bound allows, and the bound. */
interface Unrounded {
  readonly nearest: number;
  readonly bound: GuardrailBound;
}

/** The better neighbour of a price that the bounds allow and that is not on the other side of today's price. */
function rounded(
  price: number,
  lattice: PriceLattice,
  limits: Bounds,
  todayPrice: number,
  profitAt: (price: number) => number,
): number | Unrounded {
  const towards: RuledRange = {
    rule: 'direction',
    range: price < todayPrice ? [Number.NEGATIVE_INFINITY, todayPrice] : [todayPrice, Number.POSITIVE_INFINITY],
  };
  const direction = tightest([towards]);
  const around = pricesAround(lattice, price);
  const allowed = around.filter((candidate) => isWithin(candidate, limits) && isWithin(candidate, direction));
  if (allowed.length > 0) return allowed.reduce((a, b) => (profitAt(b) > profitAt(a) ? b : a));
  // Of the two, the one on the side of the best price says best what would have to give way.
  const towardsBest = around.filter((candidate) => isWithin(candidate, direction));
  const distance = (candidate: number): number => Math.abs(candidate - price);
  const nearest = (towardsBest.length > 0 ? towardsBest : around).reduce((a, b) => (distance(b) < distance(a) ? b : a));
  const { atLeast, atMost } = isWithin(nearest, limits) ? direction : limits;
  const bound = (atMost && exceeds(nearest, atMost.price) ? atMost : atLeast) as GuardrailBound;
  return { nearest, bound };
}

function conflictWith(
  ending: { readonly rule: GuardrailRule; readonly setting: string },
  { nearest, bound }: Unrounded,
): GuardrailConflict {
  const asked = { ...ending, price: nearest };
  return nearest > bound.price ? { atLeast: asked, atMost: bound } : { atLeast: bound, atMost: asked };
}

function clamp(value: number, [low, high]: Range): number {
  return Math.min(Math.max(value, low), high);
}
