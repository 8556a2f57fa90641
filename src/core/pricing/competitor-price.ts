/** The price of competitors that limits are measured from. */

/** A competitor's fresh price, currency per unit, > 0. */
export interface CompetitorAsk {
  readonly competitor: string;
  readonly price: number;
}

/**
 * The price of competitors that limits are measured from: the cheapest, their plain mean, or one's whose name folds to
 * the same; null where none of them is fresh.
 */
export function competitorPrice(asks: readonly CompetitorAsk[], reference: string | null): number | null {
  if (asks.length === 0) return null;
  const prices = asks.map(({ price }) => price);
  if (reference === null || reference === 'cheapest') return Math.min(...prices);
  if (reference === 'mean') return prices.reduce((sum, price) => sum + price, 0) / prices.length;
  const name = folded(reference);
  return asks.find(({ competitor }) => folded(competitor) === name)?.price ?? null;
}

const folded = (name: string): string => name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
