/** Competitors' prices beside the own: who asks what, since when, and what that does. */

import { cellKey } from '../contract/cell-name.ts';
import type { CompetitorItem, CompetitorsDocument } from '../contract/competitors.ts';
import { type CompetitorEffect, referenceOfModel } from '../core/competitors/competitor-effect.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { lastRegularPrice } from '../core/demand/regular-price.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { FRESH_DAYS, newestOn } from '../core/series/competitor-prices.ts';
import { knownEffects, knownReactions, rivalledSeries } from './competitor-effects.ts';
import { header, type WorkspaceContext } from './context.ts';
import { isoDate } from './dates.ts';
import type { CellChoice } from './names.ts';
import { LastSales } from './planned-rows.ts';
import { findModelAmong } from './trained-cells.ts';

export interface CompetitorsOptions extends CellChoice {
  /** What their prices do to demand, and how they follow ours; with all models, which takes longer. */
  readonly effects?: boolean;
  /** Every price that was seen. */
  readonly history?: boolean;
}

/** The newest prices of competitors beside the own, by product. */
export async function competitors(
  context: WorkspaceContext,
  { effects = false, history = false, ...choice }: CompetitorsOptions,
): Promise<CompetitorsDocument> {
  const filter = await context.names.sold(choice);
  const priced = await context.store.competitors.products();
  const lastSales = new LastSales(context);
  const products: CompetitorItem[] = [];
  const merchants = new Set<string>();
  for await (const series of rivalledSeries(context, filter)) {
    merchants.add(series.merchant);
    const found = await findModelAmong(context, series, choice);
    products.push(itemOf(series, found?.model ?? null, await lastSales.of(series.merchant), history));
  }
  const known = effects ? await knownEffects(context, filter) : new Map<string, CompetitorEffect>();
  const reactions = effects ? await knownReactions(context, [...merchants]) : [];
  const sold = new Set(await context.store.cells.names('product'));
  return {
    ...(await header(context)),
    freshDays: FRESH_DAYS,
    products: products.map((item) => {
      const effect = known.get(cellKey(item));
      if (effect === undefined) return item;
      return { ...item, effect: { elasticity: effect.elasticity, probability: effect.probability } };
    }),
    reactions: reactions.map(({ merchant, competitor, value, low, high, moves, known: isKnown }) => ({
      ...{ merchant, competitor, share: { value, low, high }, moves, known: isKnown },
    })),
    unmatched: priced
      .filter(({ merchant, product }) => !sold.has(product) && isOf(merchant, filter.merchant))
      .map(({ product, prices }) => ({ product, prices })),
  };
}

/** Prices of one merchant alone are nobody else's. @param merchant null or '': everyone's */
function isOf(merchant: string | null, asked: string | undefined): boolean {
  return !merchant || asked === undefined || merchant === asked;
}

function itemOf(
  series: CellSeries,
  model: DemandModel | null,
  lastSale: number | null,
  history: boolean,
): CompetitorItem {
  const { merchant, product, unit, competitors: seen = [] } = series;
  const price = model?.todayPrice ?? lastRegularPrice(series);
  const asOfDay = asOfDayOf(series, lastSale);
  const newest = newestOn(seen, asOfDay)
    .map((one) => ({
      competitor: one.competitor,
      price: one.price,
      date: isoDate(one.day),
      ageDays: asOfDay - one.day,
      stale: asOfDay - one.day > FRESH_DAYS,
      promo: one.promo,
      difference: one.price / price - 1,
    }))
    .sort((a, b) => a.price - b.price);
  const [least] = newest.filter(({ stale }) => !stale);
  return {
    ...{ merchant, product, unit, price },
    competitors: newest,
    cheapest: least !== undefined && least.price < price ? least.competitor : null,
    trained: model !== null,
    reference: model && referenceOfModel(model),
    effect: null,
    history: history
      ? seen.map(({ competitor, day, price: asked, promo }) => ({
          ...{ competitor, date: isoDate(day), price: asked, promo },
        }))
      : [],
  };
}

/** Prices are of the day after the shop's last sale, or of the newest that was seen, whichever is later. */
function asOfDayOf({ days, competitors: seen = [] }: CellSeries, lastSale: number | null): number {
  const newest = seen.reduce((latest, { day }) => Math.max(latest, day), Number.NEGATIVE_INFINITY);
  return Math.max(newest, (lastSale ?? days.at(-1) ?? newest) + 1);
}
