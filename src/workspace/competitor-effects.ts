/** What competitors' prices do to demand, and how they follow the own ones, as the sales and prices of a store tell. */

import { cellKey, cellOfKey } from '../contract/cell-name.ts';
import { type CompetitorEffect, competitorEffects, competitorEvidence } from '../core/competitors/competitor-effect.ts';
import { type Reaction, reactionOf, type SeenTogether } from '../core/competitors/reaction.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';
import type { DatedCompetitorPrice } from '../core/series/competitor-prices.ts';

/** A cell with a model and competitors. */
export interface RivalledCell {
  readonly series: CellSeries;
  readonly model: DemandModel;
}

/** By key of the cell; those of a product type learn of one another. */
export function effectsOf(
  cells: readonly RivalledCell[],
  holidays: readonly Holiday[],
): ReadonlyMap<string, CompetitorEffect> {
  const found = new Map<string, CompetitorEffect>();
  for (const ofType of Map.groupBy(cells, ({ series }) => series.productType).values()) {
    const known = ofType.map(({ series, model }) => ({ model, evidence: competitorEvidence(series, model, holidays) }));
    competitorEffects(known).forEach((effect, i) => {
      if (effect) found.set(cellKey((ofType[i] as RivalledCell).series), effect);
    });
  }
  return found;
}

/** How a competitor follows a shop. */
export interface ShopReaction extends Reaction {
  readonly merchant: string;
  readonly competitor: string;
}

/** In order of shop and competitor, all products of the shop that it sells taken together. */
export function reactionsOf(series: readonly CellSeries[]): ShopReaction[] {
  const seen = new Map<string, SeenTogether[]>();
  for (const own of series)
    for (const [competitor, prices] of byCompetitor(own)) {
      const key = cellKey({ merchant: own.merchant, product: competitor });
      seen.set(key, [...(seen.get(key) ?? []), { series: own, prices }]);
    }
  return [...seen].map(([key, products]) => {
    const { merchant, product: competitor } = cellOfKey(key);
    return { merchant, competitor, ...reactionOf(products) };
  });
}

function byCompetitor({ competitors = [] }: CellSeries): Map<string, DatedCompetitorPrice[]> {
  return Map.groupBy(competitors, ({ competitor }) => competitor);
}
