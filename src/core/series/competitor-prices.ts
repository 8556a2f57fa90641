/**
 * Competitors' dated prices as what a cell's rows were sold beside: a reference price on each day, while it is fresh.
 */

import { COMPETITOR_REFERENCES, type CompetitorReference, type Frequency } from '../vocabulary.ts';
import { PERIOD_DAYS } from './periods.ts';

/** A price that a competitor was seen to ask. */
export interface DatedCompetitorPrice {
  readonly competitor: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Currency per unit of the cell, > 0. */
  readonly price: number;
  readonly promo: boolean;
}

/**
 * Days for which a price that was seen says what is asked: monthly lists reach the next. Older ones are stale: they
 * bind
 * no limit, and a model takes the competitors' usual price in their place.
 */
export const FRESH_DAYS = 35;

/**
 * The newest price of each competitor on a day, in order of competitor. @param prices in order of competitor and day
 */
export function newestOn(prices: readonly DatedCompetitorPrice[], day: number): DatedCompetitorPrice[] {
  const newest = new Map<string, DatedCompetitorPrice>();
  for (const price of prices) if (price.day <= day) newest.set(price.competitor, price);
  return [...newest.values()];
}

/**
 * The day that prices are of: the one asked about, or that of the newest price that was seen, where that is later.
 */
export function asOfSeen(prices: readonly DatedCompetitorPrice[], day: number): number {
  return prices.reduce((latest, one) => Math.max(latest, one.day), day);
}

/** Those of the newest that are fresh. */
export function freshOn(prices: readonly DatedCompetitorPrice[], day: number): DatedCompetitorPrice[] {
  return newestOn(prices, day).filter((price) => day - price.day <= FRESH_DAYS);
}

/** Log of a reference over prices: the lowest, or the geometric mean; NaN of none. */
export function logReference(prices: readonly { readonly price: number }[], reference: CompetitorReference): number {
  if (prices.length === 0) return Number.NaN;
  if (reference === 'cheapest') return Math.log(Math.min(...prices.map(({ price }) => price)));
  return prices.reduce((sum, { price }) => sum + Math.log(price), 0) / prices.length;
}

/** The name of a reference among a design's covariates: no file's column is called so (see nameOf). */
export function referenceColumn(reference: CompetitorReference): string {
  return `${REFERENCE_PREFIX}${reference}`;
}

const REFERENCE_PREFIX = 'competitors\u001f';

/** The reference that a covariate is; null of any other. */
export function referenceOfColumn(name: string): CompetitorReference | null {
  if (!name.startsWith(REFERENCE_PREFIX)) return null;
  return name.slice(REFERENCE_PREFIX.length) as CompetitorReference;
}

interface KnownColumn {
  readonly prices: readonly DatedCompetitorPrice[];
  readonly values: Float64Array;
}

/** Every fit to the same rows asks for the same. */
const known = { cheapest: new WeakMap<Int32Array, KnownColumn>(), mean: new WeakMap<Int32Array, KnownColumn>() };

/**
 * Log reference price on the days of rows, of weeks and months the mean over their days; NaN where none is fresh. A row
 * sees no price of a later day than its period's.
 */
export function referenceOn(
  days: Int32Array,
  frequency: Frequency,
  prices: readonly DatedCompetitorPrice[],
  reference: CompetitorReference,
): Float64Array {
  const before = known[reference].get(days);
  if (before?.prices === prices) return before.values;
  const byDay = new ReferenceByDay(prices, reference);
  const length = Math.round(PERIOD_DAYS[frequency]);
  const values = Float64Array.from(days, (day) => {
    let [sum, count] = [0, 0];
    for (let d = day; d < day + length; d++) {
      const value = byDay.at(d);
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return count === 0 ? Number.NaN : sum / count;
  });
  known[reference].set(days, { prices, values });
  return values;
}

/** A reference day by day, asked for in any order. */
class ReferenceByDay {
  private readonly byDay = new Map<number, number>();
  private readonly prices: readonly (readonly DatedCompetitorPrice[])[];
  private readonly reference: CompetitorReference;

  constructor(prices: readonly DatedCompetitorPrice[], reference: CompetitorReference) {
    this.prices = [...Map.groupBy(prices, ({ competitor }) => competitor).values()];
    this.reference = reference;
  }

  at(day: number): number {
    let value = this.byDay.get(day);
    if (value === undefined) {
      const fresh = this.prices.flatMap((own) => {
        const newest = lastOn(own, day);
        return newest !== null && day - newest.day <= FRESH_DAYS ? [newest] : [];
      });
      this.byDay.set(day, (value = logReference(fresh, this.reference)));
    }
    return value;
  }
}

/** @param own of one competitor, in order of day */
function lastOn(own: readonly DatedCompetitorPrice[], day: number): DatedCompetitorPrice | null {
  let [low, high] = [0, own.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((own[middle] as DatedCompetitorPrice).day <= day) low = middle + 1;
    else high = middle;
  }
  return own[low - 1] ?? null;
}

/** What competitors asked on a day, carried forward as long as it is fresh, as covariates of planned rows. */
export function plannedReferences(
  days: Int32Array,
  prices: readonly DatedCompetitorPrice[] | undefined,
  asOfDay: number,
): Readonly<Record<string, Float64Array>> {
  if (prices === undefined || prices.length === 0) return {};
  const seen = newestOn(prices, asOfDay);
  return Object.fromEntries(
    COMPETITOR_REFERENCES.map((reference) => [
      referenceColumn(reference),
      Float64Array.from(days, (day) =>
        logReference(
          seen.filter((price) => day - price.day <= FRESH_DAYS),
          reference,
        ),
      ),
    ]),
  );
}
