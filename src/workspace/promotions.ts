/** What promotions of a merchant's products did and earn, and the calendar of them that earns most. */

import { checkOptions, refusalOf } from '../contract/options/check-options.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import { RECOMMEND } from '../contract/options/price.ts';
import { PROMOTION_DAYS, PROMOTIONS } from '../contract/options/promotions.ts';
import type {
  MerchantPromotions,
  PromotionCalendarDocument,
  PromotionItem,
  PromotionOption,
  PromotionsDocument,
} from '../contract/promotions.ts';
import { mean } from '../core/math/summary.ts';
import { coinOf, latticeOf, priceStep, pricesAround } from '../core/pricing/price-lattice.ts';
import type { CalendarProduct } from '../core/promotions/calendar-profit.ts';
import {
  blocksPromotion,
  doubtsOfPast,
  lengthOf,
  type TriedPromotions,
  triedPromotions,
  wasTried,
} from '../core/promotions/past-promotions.ts';
import { promotionCalendar } from '../core/promotions/promotion-calendar.ts';
import {
  breakEven,
  type PromotableProduct,
  type Promotion,
  promotionOutlook,
  pullOf,
  soldOn,
} from '../core/promotions/promotion-profit.ts';
import { coveredDays, gridOf } from '../core/series/periods.ts';
import { PROMOTION_DOUBTS, type PromotionDoubt } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { header, type WorkspaceContext } from './context.ts';
import { dayOf, isoDate } from './dates.ts';
import type { CellChoice } from './names.ts';
import { plannedSpan } from './planned-rows.ts';
import { type KnownCell, knownCells, promotableProducts, type TrainedCell, trainedCells } from './promotion-cells.ts';
import { guardrailsOf } from './settings.ts';

export type PromotionsOptions = CellChoice &
  OptionsOf<typeof PROMOTIONS> & {
    /** Days that a promotion lasts; those that were tried unless told. */
    readonly lengths?: readonly number[];
    readonly assumeMarkup?: number;
  };

const WEEK = 7;

/**
 * @throws DemandaError MODELS_NONE, DISPLAY_UNKNOWN, BLOCKED_DATES, FROM_BEFORE_LAST_SALE, FROM_TOO_FAR, and those of
 * names that are not there and options out of their bounds
 */
export async function promotions(
  context: WorkspaceContext,
  options: PromotionsOptions = {},
): Promise<PromotionsDocument> {
  checkOptions(PROMOTIONS, options);
  checkOptions({ assumeMarkup: RECOMMEND.assumeMarkup }, options);
  for (const length of options.lengths ?? []) {
    const refusal = refusalOf(PROMOTION_DAYS, length, context.optionName('lengths'));
    if (refusal) throw refusal;
  }
  const blocked = blockedDays(context, options.blocked ?? []);
  const shown = await shownCells(context, options);
  const merchants = await trainedCells(context, options);
  if (merchants.length === 0) throw new DemandaError('MODELS_NONE', {});
  const display = options.display ?? null;
  if (display !== null) checkDisplay(merchants.flat(), display);
  const known = await knownCells(context, merchants.flat(), { display, assumeMarkup: options.assumeMarkup ?? null });
  const found: MerchantPromotions[] = [];
  for (const cells of Map.groupBy(known, ({ series }) => series.merchant).values()) {
    const told = await merchantPromotions(context, cells, options, blocked);
    const products = told.products.filter(({ product }) => shown(told.merchant, product));
    if (products.length > 0) found.push({ ...told, products });
  }
  if (found.length === 0) throw new DemandaError('MODELS_NONE', {});
  return { ...(await header(context)), merchants: found };
}

/** Others are looked at too; what is shown are the cells that were chosen. */
async function shownCells(context: WorkspaceContext, choice: CellChoice) {
  const { merchant, product, productType } = choice;
  const filter = await context.names.sold({
    ...(merchant !== undefined && { merchant }),
    ...(product !== undefined && { product }),
    ...(productType !== undefined && { productType }),
  });
  const names = new Set<string>();
  for await (const cell of context.store.sales.stream(filter)) names.add(`${cell.merchant}\u0000${cell.product}`);
  return (shop: string, name: string): boolean => names.has(`${shop}\u0000${name}`);
}

/** @throws DemandaError DISPLAY_UNKNOWN */
function checkDisplay(cells: readonly TrainedCell[], display: string): void {
  const names = new Set(cells.flatMap(({ series }) => series.covariates.map(({ name }) => name)));
  if (!names.has(display))
    throw new DemandaError('DISPLAY_UNKNOWN', { column: display, known: [...names].sort().join(', ') });
}

/** First and last days. @throws DemandaError BLOCKED_DATES */
function blockedDays(context: WorkspaceContext, given: readonly string[]): (readonly [number, number])[] {
  return given.map((text) => {
    const match = /^(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?$/.exec(text.trim());
    const days = match && ([match[1], match[2] ?? match[1]] as const).map((date) => knownDay(date as string));
    if (!days || days[0] === null || days[1] === null || (days[1] as number) < (days[0] as number))
      throw new DemandaError('BLOCKED_DATES', { option: context.optionName('blocked'), value: text });
    return [days[0] as number, days[1] as number] as const;
  });
}

function knownDay(date: string): number | null {
  try {
    return dayOf(date);
  } catch {
    return null;
  }
}

async function merchantPromotions(
  context: WorkspaceContext,
  cells: readonly KnownCell[],
  options: PromotionsOptions,
  blocked: readonly (readonly [number, number])[],
): Promise<MerchantPromotions> {
  const { merchant } = (cells[0] as KnownCell).series;
  const { from, weeks = PROMOTIONS.weeks.usual, display = null } = options;
  // Rows of weeks begin with their own: the first day that is told of every product.
  const asked = { horizon: 1, ...(from !== undefined && { from }) };
  const first = Math.max(
    ...cells.map(({ series, model, lastSale }) => plannedSpan(series, model, lastSale, asked).from),
  );
  const products = await promotableProducts(context, cells, first, Math.max(weeks * WEEK, LONGEST), display);
  const able: AskedProduct[] = [];
  for (const cell of cells) able.push(await askedProduct(context, cell, options));
  return {
    merchant,
    from: isoDate(first),
    products: cells.map((cell, i) => itemOf(cell, i, cells, products, able[i] as AskedProduct)),
    calendar: options.calendar === true ? calendarOf(cells, products, able, options, { first, weeks, blocked }) : null,
  };
}

/** The longest promotion that is weighed, in days. */
const LONGEST = PROMOTION_DAYS.most;

/** What may be asked of a product's promotions. */
interface AskedProduct {
  readonly doubts: readonly PromotionDoubt[];
  readonly tried: TriedPromotions | null;
  readonly usual: Promotion | null;
  readonly promotions: readonly Promotion[];
  readonly untried: PromotionItem['untried'];
  readonly at: (depth: number, days: number, display: boolean) => Promotion;
}

async function askedProduct(
  context: WorkspaceContext,
  { series, model, past, evidence }: KnownCell,
  options: PromotionsOptions,
): Promise<AskedProduct> {
  const { promotionCost = 0, supplierShare = 0, display } = options;
  const { priceEnding } = await guardrailsOf(context, series.merchant, series.productType);
  const step = priceStep(model.todayPrice, coinOf((await header(context)).currency));
  const lattice = priceEnding === null ? { period: step, offset: 0 } : latticeOf(priceEnding);
  const today = model.todayPrice;
  const at = (depth: number, days: number, shown: boolean): Promotion => {
    const wanted = today * (1 - depth);
    const price = pricesAround(lattice, wanted)
      // A cut is a lower price, whatever endings are allowed.
      .filter((one) => (depth > 0 ? one < today : one <= today))
      .reduce((best, one) => (Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best), depth > 0 ? 0 : today);
    const charged = price > 0 ? price : wanted;
    const funding = supplierShare * (today - charged);
    return { depth: 1 - charged / today, price: charged, display: shown, days, cost: promotionCost, funding };
  };
  const doubts = new Set<PromotionDoubt>(doubtsOfPast(series, past));
  if (evidence === null && past.promotions.length > 0) doubts.add('PROMOTION_UNTOLD');
  const apart = display !== undefined && evidence?.display === true && isDisplayApart(series, past.flags, display);
  if (display !== undefined && !apart) doubts.add('DISPLAY_NOT_APART');
  const tried = triedPromotions(series, past);
  const blocks = [...doubts].some(blocksPromotion);
  if (!tried || evidence === null || (blocks && !doubts.has('PROMOTION_FEW') && !doubts.has('PROMOTION_WITH_SEASON')))
    return { doubts: inOrder(doubts), tried, usual: null, promotions: [], untried: [], at };
  const lengths = past.promotions.map((promotion) => lengthOf(series, promotion));
  const depths = past.promotions.map(({ depth }) => depth);
  const usual = at(median(depths), Math.min(LONGEST, Math.round(median(lengths))), false);
  const wanted = [...new Set(options.depths ?? triedDepths(depths))].flatMap((depth) =>
    [...new Set(options.lengths ?? [usual.days])].map((days) => ({ depth, days })),
  );
  // An ending may ask for a deeper cut than the one that was asked for.
  const isTried = ({ depth, days }: (typeof wanted)[number]): boolean =>
    wasTried(tried, depth, days) && wasTried(tried, at(depth, days, false).depth, days);
  const untried = wanted.filter((one) => !isTried(one));
  if (untried.length > 0) doubts.add('PROMOTION_UNTRIED');
  const promotions = wanted
    .filter(isTried)
    .flatMap(({ depth, days }) => [at(depth, days, false), ...(apart ? [at(depth, days, true)] : [])]);
  return { doubts: inOrder(doubts), tried, usual, promotions: blocks ? [] : promotions, untried, at };
}

/** Last day that a row counts for. */
function lastDayOf(series: KnownCell['series'], row: number): number {
  return coveredDays(gridOf(series.frequency, series.days), series.days[row] as number).to;
}

function inOrder(doubts: ReadonlySet<PromotionDoubt>): PromotionDoubt[] {
  return PROMOTION_DOUBTS.filter((doubt) => doubts.has(doubt));
}

/** Rows of promotions with a display, and without, at least. */
const LEAST_ROWS = 2;

/** Whether there were promotions with the display and without it. */
function isDisplayApart({ covariates }: KnownCell['series'], flags: Float64Array, display: string): boolean {
  const shown = covariates.find(({ name }) => name === display)?.values;
  if (!shown) return false;
  const seen = flags.reduce((count, flag, i) => count + (flag >= 0.5 && shown[i] >= 0.5 ? 1 : 0), 0);
  const unseen = flags.reduce((count, flag, i) => count + (flag >= 0.5 && shown[i] < 0.5 ? 1 : 0), 0);
  return seen >= LEAST_ROWS && unseen >= LEAST_ROWS;
}

/** Cuts that are offered unless told: those that were tried, in steps of five percent; none where none was a cut. */
function triedDepths(depths: readonly number[]): number[] {
  const rounded = [...new Set(depths.map((depth) => Math.round(depth * 20) / 20))].sort((a, b) => a - b);
  const cuts = rounded.filter((depth) => depth > 0);
  return cuts.length > 0 ? cuts.slice(0, PROMOTIONS.depths.mostItems) : rounded;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function itemOf(
  cell: KnownCell,
  place: number,
  cells: readonly KnownCell[],
  products: readonly PromotableProduct[],
  { doubts, tried, usual, promotions, untried, at }: AskedProduct,
): PromotionItem {
  const { series, model, past, unitCost, costAssumed } = cell;
  const last = past.promotions.at(-1);
  const known = usual !== null && !doubts.some(blocksPromotion) && !doubts.includes('PROMOTION_ONE_DEPTH');
  return {
    product: series.product,
    ...{ productType: series.productType, unit: series.unit, todayPrice: model.todayPrice, unitCost, costAssumed },
    past: {
      count: past.promotions.length,
      last: last ? isoDate(lastDayOf(series, last.last)) : null,
      depths: tried && [...tried.depths],
      lengths: tried && [...tried.lengths],
    },
    doubts: [...doubts],
    usual: usual && optionOf(promotionOutlook(products, place, usual)),
    takenFrom: usual ? takenFrom(cells, products, place, usual) : [],
    breakEven: known && tried ? breakEven(products, place, tried.depths, (depth) => exact(at, usual, depth)) : null,
    options: promotions.map((promotion) => optionOf(promotionOutlook(products, place, promotion))),
    untried,
  };
}

/** At a price that need not be chargeable: a break-even depth lies between coins. */
function exact(at: AskedProduct['at'], usual: Promotion, depth: number): Promotion {
  const { price, ...rest } = at(depth, usual.days, usual.display);
  const today = price / (1 - rest.depth);
  return { ...rest, depth, price: today * (1 - depth) };
}

function optionOf({ promotion, ...outlook }: ReturnType<typeof promotionOutlook>): PromotionOption {
  const { depth, price, days, display } = promotion;
  return { depth, price, days, display, ...outlook };
}

/** Units that are named at least, as a share of what the others sell anyway. */
const LEAST_TAKEN = 0.005;

function takenFrom(
  cells: readonly KnownCell[],
  products: readonly PromotableProduct[],
  place: number,
  promotion: Promotion,
): PromotionItem['takenFrom'] {
  const pull = pullOf(products[place] as PromotableProduct, promotion);
  return products
    .flatMap((other, j) =>
      other.cross.flatMap(({ of, elasticity }) => {
        if (of !== place) return [];
        const sold = soldOn(other, 0, promotion.days);
        const quantity = -mean(sold.map((units, d) => units * Math.expm1(elasticity[d] * pull[d])));
        const { product, unit } = (cells[j] as KnownCell).series;
        return quantity > LEAST_TAKEN * mean(sold) ? [{ product, unit, quantity }] : [];
      }),
    )
    .sort((a, b) => b.quantity - a.quantity || (a.product < b.product ? -1 : 1));
}

interface CalendarSpan {
  readonly first: number;
  readonly weeks: number;
  /** First and last days without promotions. */
  readonly blocked: readonly (readonly [number, number])[];
}

function calendarOf(
  cells: readonly KnownCell[],
  products: readonly PromotableProduct[],
  asked: readonly AskedProduct[],
  options: PromotionsOptions,
  { first, weeks, blocked }: CalendarSpan,
): PromotionCalendarDocument {
  const leastWeeksBetween = options.weeksBetween ?? PROMOTIONS.weeksBetween.usual;
  const able = products.map((product, i): CalendarProduct => {
    const { series, past } = cells[i] as KnownCell;
    const { promotions: wanted } = asked[i] as AskedProduct;
    const last = past.promotions.at(-1);
    const since = last === undefined ? Infinity : (first - 1 - lastDayOf(series, last.last)) / WEEK;
    return {
      ...product,
      promotions: wanted,
      group: series.productType,
      earliest: Math.max(0, Math.ceil(leastWeeksBetween - since - 1e-9)),
    };
  });
  const found = promotionCalendar(able, {
    ...{ weeks, leastWeeksBetween },
    mostPerProduct: options.mostPerProduct ?? PROMOTIONS.mostPerProduct.usual,
    mostAtOnce: options.mostAtOnce ?? null,
    mostPerGroup: options.mostPerType ?? null,
    budget: options.budget ?? null,
    blocked: new Set(
      Array.from({ length: weeks }, (_, week) => week).filter((week) => {
        const [from, to] = [first + week * WEEK, first + week * WEEK + WEEK - 1];
        return blocked.some(([start, end]) => start <= to && end >= from);
      }),
    ),
  });
  return {
    ...{ from: isoDate(first), to: isoDate(first + weeks * WEEK - 1) },
    promotions: found.placed.map(({ product, promotion, week, net, spent }) => {
      const { depth, price, days, display } = (asked[product] as AskedProduct).promotions[promotion] as Promotion;
      const start = first + week * WEEK;
      return {
        product: (cells[product] as KnownCell).series.product,
        ...{ from: isoDate(start), to: isoDate(start + days - 1), depth, price },
        usualPrice: (products[product] as PromotableProduct).todayPrice,
        ...{ display, net, spent },
      };
    }),
    ...{ net: found.net, spent: found.spent, probabilityBetter: found.probabilityBetter },
  };
}
