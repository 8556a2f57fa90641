/**
 * Tickets of a day become one row, and a row of a later file takes the place of an earlier one: what happens to each
 * column.
 */

import type { SaleTicket } from '../contract/import-rows.ts';
import { isNamed } from './categories.ts';

/**
 * How several tickets of a cell and day make one row. Tickets without a figure do not count for it.
 *
 * `sum` of all, what came back taken off · `weighted mean` by the quantity sold, the plain mean where nothing was ·
 * `mean`, as what others charge does not depend on how much was sold here · `any` that says yes
 */
export const MERGE_RULES = {
  quantity: 'sum',
  price: 'weighted mean',
  cost: 'weighted mean',
  promo: 'weighted mean',
  soldOut: 'any',
  waste: 'weighted mean',
  marketPrice: 'mean',
} as const satisfies Record<
  Exclude<keyof SaleTicket, 'merchant' | 'product' | 'productType' | 'day' | 'covariates'>,
  string
>;

export type Covariates = Readonly<Record<string, number>>;

/** What the tickets of one cell and day are as a row. */
export interface MergedDay {
  /** Below 0 where more came back than was sold, until net-returns.ts has settled it. */
  readonly quantity: number;
  readonly price: number | null;
  readonly cost: number | null;
  readonly promo: number | null;
  readonly soldOut: boolean;
  readonly waste: number | null;
  readonly marketPrice: number | null;
  readonly covariates: Covariates | null;
}

/**
 * Tickets of one cell and day as one row, by {@link MERGE_RULES}; covariates each by itself, as weighted mean. @param
 * tickets at least one
 */
export function mergeTickets(tickets: readonly MergedDay[]): MergedDay {
  // Most days have one ticket, whose figures are their own means.
  if (tickets.length === 1) return aloneOf(tickets[0] as MergedDay);
  const sold = tickets.map(({ quantity }) => Math.max(0, quantity));
  const weighted = (column: 'price' | 'cost' | 'promo' | 'waste'): number | null =>
    weightedMean(
      tickets.map((t) => t[column]),
      sold,
    );
  const merged = new CovariateMerge();
  for (const { covariates, quantity } of tickets) merged.add(covariates, Math.max(0, quantity));
  return {
    quantity: tickets.reduce((sum, { quantity }) => sum + quantity, 0),
    price: weighted('price'),
    cost: weighted('cost'),
    promo: weighted('promo'),
    soldOut: tickets.some((ticket) => ticket.soldOut),
    waste: weighted('waste'),
    marketPrice: weightedMean(
      tickets.map((t) => t.marketPrice),
      sold.fill(1),
    ),
    covariates: merged.values(),
  };
}

function aloneOf({ quantity, price, cost, promo, soldOut, waste, marketPrice, covariates }: MergedDay): MergedDay {
  for (const _ in covariates) return { quantity, price, cost, promo, soldOut, waste, marketPrice, covariates };
  return { quantity, price, cost, promo, soldOut, waste, marketPrice, covariates: null };
}

/**
 * Mean of the values that are there, weighted; their plain mean when all their weights are 0; a value that all share,
 * exactly. Null without any.
 */
function weightedMean(values: readonly (number | null)[], weights: readonly number[]): number | null {
  let [sum, total, plain, count] = [0, 0, 0, 0];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  values.forEach((value, i) => {
    if (value === null) return;
    const weight = weights[i];
    sum += value * weight;
    total += weight;
    plain += value;
    count++;
    least = Math.min(least, value);
    most = Math.max(most, value);
  });
  if (count === 0) return null;
  const mean = total > 0 ? sum / total : plain / count;
  // Rounding must not take a mean out of the span of what it is the mean of.
  return Math.min(most, Math.max(least, mean));
}

/** Covariates of the tickets of a day, added one ticket after another. */
export class CovariateMerge {
  private readonly byName = new Map<string, { readonly values: number[]; readonly weights: number[] }>();

  add(covariates: Covariates | null, quantity: number): void {
    for (const [name, value] of Object.entries(covariates ?? {})) {
      const column = this.byName.get(name) ?? { values: [], weights: [] };
      this.byName.set(name, column);
      column.values.push(value);
      column.weights.push(quantity);
    }
  }

  /** Each by its own name; null when no ticket has any. */
  values(): Covariates | null {
    if (this.byName.size === 0) return null;
    return Object.fromEntries(
      [...this.byName].map(([name, { values, weights }]) => [name, weightedMean(values, weights) as number]),
    );
  }

  /** Names of those that tickets of the day do not agree on. */
  differing(): string[] {
    return [...this.byName].flatMap(([name, { values }]) =>
      values.some((value) => value !== values[0]) ? [name] : [],
    );
  }
}

/**
 * Covariates of a row that a later file writes again: those that the file has are its own, also where its cell is
 * empty; others stay as they were.
 *
 * @param named covariates that the file has
 */
export function covariatesAfter(
  before: Covariates | null,
  now: Covariates | null,
  named: readonly string[],
): Covariates | null {
  const kept = Object.entries(before ?? {}).filter(([name]) => !isNamed(name, named));
  const after = [...kept, ...Object.entries(now ?? {})];
  return after.length === 0 ? null : Object.fromEntries(after);
}
