/** What competitors' prices do to demand, and how they follow the own ones, as the sales and prices of a store tell. */

import { cellKey, cellOfKey } from '../contract/cell-name.ts';
import type { CellFilter } from '../contract/store/cells.ts';
import {
  type CompetitorEffect,
  competitorEffects,
  competitorEvidence,
  type Following,
  followedModel,
} from '../core/competitors/competitor-effect.ts';
import { type Reaction, reactionOf, type SeenTogether } from '../core/competitors/reaction.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { normalQuantile } from '../core/math/normal-quantile.ts';
import { mean } from '../core/math/summary.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';
import { type DatedCompetitorPrice, freshOn } from '../core/series/competitor-prices.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { holidaysAround, type WorkspaceContext } from './context.ts';
import { findModelAmong } from './trained-cells.ts';

/** A cell with a model and competitors. */
interface RivalledCell {
  readonly series: CellSeries;
  readonly model: DemandModel;
}

/** By key of the cell; those of a product type learn of one another. */
function effectsOf(
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
export async function knownReactions(context: WorkspaceContext, merchants: readonly string[]): Promise<ShopReaction[]> {
  const reactions: ShopReaction[] = [];
  for (const merchant of merchants) {
    const series: CellSeries[] = [];
    for await (const own of rivalledSeries(context, { merchant })) series.push(own);
    reactions.push(...reactionsOf(series));
  }
  return reactions;
}

function reactionsOf(series: readonly CellSeries[]): ShopReaction[] {
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

/** Cells that competitors' prices are known of. @param choice names that there are */
export async function* rivalledSeries(context: WorkspaceContext, choice: CellFilter): AsyncIterable<CellSeries> {
  const priced = await context.store.competitors.products();
  const keys = new Set(priced.map(({ merchant, product }) => cellKey({ merchant: merchant ?? '', product })));
  if (keys.size === 0) return;
  for await (const { merchant, product } of context.store.cells.list(choice)) {
    if (!keys.has(cellKey({ merchant, product })) && !keys.has(cellKey({ merchant: '', product }))) continue;
    const series = await context.store.sales.read({ merchant, product });
    if (series?.competitors !== undefined) yield series;
  }
}

/**
 * What competitors' prices do to the demand of chosen cells, by key; all cells of their types and merchants are learned
 * from, whatever is chosen, so that one cell has one answer.
 */
export async function knownEffects(
  context: WorkspaceContext,
  choice: CellFilter,
): Promise<ReadonlyMap<string, CompetitorEffect>> {
  const types = new Set<string>();
  for await (const { productType } of rivalledSeries(context, choice)) types.add(productType);
  const cells: RivalledCell[] = [];
  for (const productType of types)
    for await (const series of rivalledSeries(context, { productType })) {
      const found = await findModelAmong(context, series, {});
      if (found) cells.push({ series, model: found.model });
    }
  return effectsOf(cells, await holidaysAround(context));
}

/** What somebody assumes. @throws DemandaError OPTION_TOO_LARGE */
export function assumedFollowing(context: WorkspaceContext, share: number | undefined): Following | null {
  if (share === undefined) return null;
  if (share > MOST_FOLLOWED)
    throw new DemandaError('OPTION_TOO_LARGE', {
      option: context.optionName('competitorFollows'),
      most: MOST_FOLLOWED,
      value: share,
    });
  return { value: share, variance: 0 };
}

/** Twice the own change: more is a slip of the keys. */
const MOST_FOLLOWED = 2;

/**
 * How the competitors of a cell whose prices are fresh follow its shop, on average; null where it is not known of
 * any.
 */
export function followingOf(
  { merchant, competitors: seen = [] }: CellSeries,
  asOfDay: number,
  reactions: readonly ShopReaction[],
): Following | null {
  const fresh = new Set(freshOn(seen, asOfDay).map(({ competitor }) => competitor));
  const known = reactions.filter((one) => one.known && one.merchant === merchant && fresh.has(one.competitor));
  if (known.length === 0) return null;
  const deviation = ({ low, high }: ShopReaction): number => (high - low) / (2 * normalQuantile(0.95));
  return {
    value: mean(known.map(({ value }) => Math.max(0, value))),
    variance: mean(known.map((one) => deviation(one) ** 2)),
  };
}

/** What is known of competitors, once a call: of all cells whatever each of them asks for. */
const effectsOfCall = new WeakMap<object, Promise<ReadonlyMap<string, CompetitorEffect>>>();

/**
 * The demand of a cell by its own price as competitors follow it; null where nobody says so, or their prices are not
 * known
 * to matter to it.
 *
 * @param options of a call, the same object for all of its cells
 */
export async function followedBy(
  context: WorkspaceContext,
  series: CellSeries,
  model: DemandModel,
  options: { readonly competitorFollows?: number },
): Promise<DemandModel | null> {
  const following = assumedFollowing(context, options.competitorFollows);
  if (following === null || series.competitors === undefined) return null;
  const known = effectsOfCall.get(options) ?? knownEffects(context, {});
  effectsOfCall.set(options, known);
  const effect = (await known).get(cellKey(series));
  return effect === undefined ? null : followedModel(model, effect, following);
}
