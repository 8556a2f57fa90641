/** Which price goods that go off have, day by day until they do. */

import { checkOptions } from '../contract/options/check-options.ts';
import { MARKDOWN } from '../contract/options/stock.ts';
import type { MarkdownDocument, MarkdownItem } from '../contract/stock.ts';
import { reasonsOfEffect } from '../core/pricing/demand-doubts.ts';
import { coinOf, priceStep } from '../core/pricing/price-lattice.ts';
import { isBlocking } from '../core/pricing/reasons.ts';
import {
  keepPrice,
  type MarkdownInput,
  type MarkdownOutcome,
  markdownPath,
  outcomeOfRule,
  reduceLastDays,
} from '../core/stock/markdown-path.ts';
import { markdownPrices, USUAL_STEPS } from '../core/stock/markdown-prices.ts';
import { sellable } from '../core/stock/stock-batch.ts';
import { REASONS, type ReasonCode } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { markdownInput } from '../fleet/markdown-cell.ts';
import { type PriceGrounds, priceGrounds } from '../fleet/price-cell.ts';
import { readyToPrice } from './cell-pricing.ts';
import { header, holidaysAround, type WorkspaceContext } from './context.ts';
import { isoDate } from './dates.ts';
import { plannedDays } from './planned-rows.ts';
import { guardrailsOf } from './settings.ts';
import {
  cellFields,
  checkOneProduct,
  firstDayOf,
  type MarkdownOptions,
  notesOfRows,
  type StockCell,
  salvageOf,
  stockCells,
} from './stock-cells.ts';
import { countedStock, type OnHand, onHandOf } from './stock-on-hand.ts';

/** @throws DemandaError EXPIRY_UNTOLD, DAY_SHARES_SUM, STOCK_ONE_PRODUCT */
export async function markdown(context: WorkspaceContext, options: MarkdownOptions = {}): Promise<MarkdownDocument> {
  checkOptions(MARKDOWN, options);
  checkOneProduct(context, options);
  checkDayShares(options.dayShares);
  if (options.stock !== undefined && options.days === undefined)
    throw new DemandaError('EXPIRY_UNTOLD', { days: context.optionName('days') });
  const markdowns: MarkdownItem[] = [];
  for await (const cell of stockCells(context, options)) markdowns.push(await markdownOf(context, cell, options));
  return { ...(await header(context)), markdowns };
}

function checkDayShares(shares: readonly number[] | undefined): void {
  const sum = (shares ?? [1]).reduce((all, share) => all + share, 0);
  // Percents are typed without decimals: three thirds are 99.
  if (Math.abs(sum - 1) > 0.011) throw new DemandaError('DAY_SHARES_SUM', { sum: Math.round(100 * sum) });
}

async function markdownOf(context: WorkspaceContext, cell: StockCell, options: MarkdownOptions): Promise<MarkdownItem> {
  const { series, model } = cell;
  const stock = await stockOf(context, cell, options);
  const days = Math.max(1, ...stock.batches.map(({ daysLeft }) => daysLeft ?? 0));
  const { price: priceInForce = model.todayPrice } = options;
  const salvage = salvageOf(context, options);
  const { span, planned, shares } = plannedDays(cell, model.todayPrice, days);
  const grounds = await groundsOf(context, cell, days);
  const blocking = reasonsOfEffect(grounds.facts).filter(isBlocking);
  const known = blocking.length === 0 && stock.onHand > 0;
  const prices = markdownPrices({
    usualPrice: model.todayPrice,
    priceInForce,
    steps: options.steps ?? USUAL_STEPS,
    ...(await lattice(context, series, model.todayPrice)),
  });
  const asked = { stock: stock.batches, prices, salvage, shares, dayShares: options.dayShares ?? [1] };
  const found = known ? foundPath(markdownInput({ model, planned }, grounds, asked), model.todayPrice) : UNKNOWN;
  const lowest = Math.min(...found.path.map(({ price }) => price ?? Number.POSITIVE_INFINITY));
  const extrapolates = lowest < EXTRAPOLATION * (grounds.facts.triedRange?.[0] ?? 0);
  return {
    ...cellFields(cell),
    ...{ from: isoDate(span.from), to: isoDate(span.from + days - 1) },
    ...{ onHand: stock.onHand, expired: stock.expired },
    batches: sellable(stock.batches).map(({ quantity, daysLeft }) => ({
      quantity,
      lastDay: isoDate(span.from + (daysLeft ?? days) - 1),
    })),
    ...{ usualPrice: model.todayPrice, priceInForce, salvage },
    ...found,
    path: found.path.map(({ day, ...step }) => ({ date: isoDate(span.from + day), ...step })),
    reasons: withExtrapolation(reasonsOfEffect(grounds.facts), extrapolates),
    notes: [...stock.notes, ...notesOfRows(series)],
  };
}

/** As of recommendations: prices so far below those tried are guessed. */
const EXTRAPOLATION = 0.9;

function withExtrapolation(reasons: readonly ReasonCode[], extrapolates: boolean): readonly ReasonCode[] {
  return REASONS.filter((reason) => reasons.includes(reason) || (extrapolates && reason === 'EXTRAPOLATION'));
}

/** Goods that keep longer are not to be reduced yet. */
const MOST_DAYS = MARKDOWN.days.most;

/** What was said to be on hand, else what was counted. */
async function stockOf(context: WorkspaceContext, cell: StockCell, { stock, days }: MarkdownOptions): Promise<OnHand> {
  if (stock !== undefined) return onHandOf([{ quantity: stock, daysLeft: days as number }]);
  const counted = await countedStock(context, cell, firstDayOf(cell), days ?? null);
  const soon = counted.batches.filter(({ daysLeft }) => (daysLeft ?? 0) <= MOST_DAYS);
  return soon.length === counted.batches.length ? counted : onHandOf(soon, [...counted.notes, 'EXPIRY_FAR']);
}

/** What the rows say of the price effect, as for a recommendation. */
async function groundsOf(context: WorkspaceContext, cell: StockCell, days: number): Promise<PriceGrounds> {
  const { from } = cell;
  const ready = await readyToPrice(
    context,
    { ...cell, holidays: await holidaysAround(context) },
    { ...(from !== undefined && { from }), horizon: days },
  );
  return priceGrounds(ready.cell);
}

/** Prices that can be charged. */
async function lattice(context: WorkspaceContext, series: StockCell['series'], price: number) {
  const { priceEnding, minPrice } = await guardrailsOf(context, series.merchant, series.productType);
  return { priceEnding, minPrice, priceStep: priceStep(price, coinOf((await header(context)).currency)) };
}

type Found = Pick<MarkdownItem, 'price' | 'outcome' | 'keep' | 'lastDay'> & {
  readonly path: MarkdownOutcome['steps'];
};

const UNKNOWN: Found = { price: null, path: [], outcome: null, keep: null, lastDay: null };

/** The cut that many shops make on the last day. */
const LAST_DAY_CUT = 0.3;

function foundPath(input: MarkdownInput, usualPrice: number): Found {
  const path = markdownPath(input);
  const target = usualPrice * (1 - LAST_DAY_CUT);
  const { prices } = input;
  let place = 0;
  prices.forEach((price, p) => {
    if (Math.abs(price - target) < Math.abs(prices[place] - target)) place = p;
  });
  const lastDay = outcomeOfRule(input, reduceLastDays(input, place, 1));
  return {
    price: path.price,
    path: path.steps,
    outcome: figures(path),
    keep: figures(outcomeOfRule(input, keepPrice)),
    lastDay: { price: prices[place], ...figures(lastDay) },
  };
}

function figures({ revenue, sold, wasted, value }: MarkdownOutcome): NonNullable<MarkdownItem['outcome']> {
  return { revenue, sold, wasted, value };
}
