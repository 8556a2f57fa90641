/** What the page of prices together asks for: a shop, limits and plans in its address, and the server's answer. */

import type { ScenarioDocument, ScenarioPlan } from '../../contract/documents.ts';
import { typedNumber, typedWhole } from '../../contract/typed-number.ts';
import { type Answer, useAnswer } from '../parts/use-answer.ts';

/** Prices of somebody's own, by product. */
export type OwnPrices = ReadonlyMap<string, number>;

/** Tells a plan of an answer from the others. */
export type PlanName = Pick<ScenarioPlan, 'kind' | 'name' | 'follows'>;

export interface NamedPlan {
  readonly name: string;
  readonly prices: OwnPrices;
}

export interface ScenarioAsked {
  readonly merchant: string;
  readonly mostChanges?: number;
  /** A share. */
  readonly mostDearer?: number;
  /** Of the own changes what competitors follow, a share. */
  readonly competitorFollows?: number;
  readonly plans: readonly { readonly name: string; readonly prices: readonly object[] }[];
}

type Query = Readonly<Record<string, string | undefined>>;

/** Own prices of an address: pairs of product and price as JSON; what is none of it is left out. */
export function pricesOf(text: string | undefined): OwnPrices {
  const prices = new Map<string, number>();
  let pairs: unknown = [];
  try {
    pairs = JSON.parse(text ?? '[]');
  } catch {
    // An address that was cut: its prices are gone.
  }
  if (Array.isArray(pairs))
    for (const pair of pairs)
      if (Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'number' && pair[1] > 0)
        prices.set(pair[0], pair[1]);
  return prices;
}

/** As an address holds them; null: none. */
export function pricesText(prices: OwnPrices): string | null {
  return prices.size === 0 ? null : JSON.stringify([...prices]);
}

/** @param plans of names that no two share */
export function askedOf(merchant: string, query: Query, plans: readonly NamedPlan[]): ScenarioAsked {
  const [changes, dearer] = [typedWhole(query.changes ?? ''), typedNumber(query.dearer ?? '')];
  const follows = typedNumber(query.follows ?? '') / 100;
  return {
    merchant,
    ...(Number.isFinite(changes) && { mostChanges: changes }),
    ...(dearer < 100 && { mostDearer: dearer / 100 }),
    ...(follows > 0 && follows <= 2 && { competitorFollows: follows }),
    plans: plans.map(({ name, prices }) => ({
      name,
      prices: [...prices].map(([product, price]) => ({ product, price })),
    })),
  };
}

/** @param asked null: nothing yet */
export function useScenario(asked: ScenarioAsked | null): Answer<ScenarioDocument> {
  const answer = useAnswer<ScenarioDocument>('/api/scenarios', asked);
  const isOfShop = answer.document?.portfolio.merchant === asked?.merchant;
  return { ...answer, document: isOfShop ? answer.document : null };
}
