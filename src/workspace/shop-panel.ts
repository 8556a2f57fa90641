/** What the shops of a chain sell or earn by week or month, side by side. */

import { LEAST_BEFORE, MOST_BEFORE } from '../core/experiments/shop-effect.ts';
import { mean } from '../core/math/summary.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { addMonths, coveredDays, type Grid, gridOf } from '../core/series/periods.ts';
import type { HoldoutLeftOut, HoldoutMeasure, HoldoutPeriod } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { WorkspaceContext } from './context.ts';
import { dayOf, isoDate } from './dates.ts';
import { placeName } from './location.ts';

/** Shops by period. */
export interface ComparedShops {
  readonly measure: HoldoutMeasure;
  readonly period: HoldoutPeriod;
  readonly shops: readonly string[];
  /** First day of each period, in order of time. */
  readonly days: readonly number[];
  /** By shop and period. */
  readonly values: readonly Float64Array[];
  /** Periods that are over before the first day that is asked for. */
  readonly before: number;
  readonly leftOut: readonly { readonly merchant: string; readonly why: HoldoutLeftOut }[];
  /** Shop-periods without any sale, taken as what the others had. */
  readonly filled: number;
  /** Cells whose cost is known for no day, and their share of the sales. */
  readonly uncosted: { readonly cells: number; readonly share: number };
}

/** Sales whose cost may be unknown before profit is not compared any more, as a share. */
const UNCOSTED = 0.01;
/** Days after which a shop that sells nothing more is not compared. */
const SILENT_DAYS: Readonly<Record<HoldoutPeriod, number>> = { week: 14, month: 45 };
/** Days back by which it is told on which weekdays a shop is open. */
const OPEN_DAYS = 56;
/** Periods without any sale that a shop may have, as a share. */
const MOST_GAPS = 0.2;

/** A shop's sums by period, and when it sells. */
interface Shop {
  readonly revenue: Map<number, number>;
  readonly profit: Map<number, number>;
  /** Day up to which its sales are told. */
  until: number;
  /** Some of its rows lie in two periods and count in the one that most of them lies in. */
  straddles: boolean;
  /** Last day on which it sold on each weekday. */
  readonly weekdays: Map<number, number>;
}

/** Number of the period of a day: weeks from Monday, months. */
function numberOf(period: HoldoutPeriod, day: number): number {
  if (period === 'week') return Math.floor((day + 3) / 7);
  const [year, month] = isoDate(day).split('-').map(Number) as [number, number];
  return 12 * year + month - 1;
}

export function firstDayOf(period: HoldoutPeriod, number: number): number {
  if (period === 'week') return 7 * number - 3;
  return dayOf(`${String(Math.floor(number / 12)).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}-01`);
}

/** First day of the first whole period that begins on a day or later. */
export function wholeFrom(period: HoldoutPeriod, day: number): number {
  const number = numberOf(period, day);
  const first = firstDayOf(period, number);
  return first === day ? day : firstDayOf(period, number + 1);
}

/**
 * All shops with whole periods side by side. Shops that began too late, sell no more or earn nothing are left out and
 * named; how many periods before the start count is what keeps most shops × periods.
 *
 * @throws DemandaError WORKSPACE_EMPTY
 * @param from first day of something done otherwise: the period that it lies in counts for neither before nor after,
 * unless it begins with it; null: everything is before
 * @param until last day that counts; null: all
 */
export async function comparedShops(
  context: WorkspaceContext,
  {
    measure,
    from,
    until,
  }: { readonly measure?: HoldoutMeasure; readonly from: number | null; readonly until: number | null },
): Promise<ComparedShops> {
  if ((await context.store.cells.count({})) === 0)
    throw new DemandaError('WORKSPACE_EMPTY', { folder: placeName(context.location) });
  const { shops, uncosted, period } =
    (await shopsOf(context, 'week', until)) ?? ((await shopsOf(context, 'month', until)) as Shops);
  const wanted = measure ?? (uncosted.share > UNCOSTED ? 'revenue' : 'profit');
  const leftOut: { merchant: string; why: HoldoutLeftOut }[] = [];
  const last = Math.max(...[...shops.values()].map((shop) => shop.until));
  const kept = [...shops].filter(([merchant, shop]) => {
    const sells = shop.until >= last - SILENT_DAYS[period];
    if (!sells) leftOut.push({ merchant, why: 'NOT_SELLING' });
    return sells;
  });
  const end = Math.min(...kept.map(([, shop]) => shop.until));
  const spans = kept.map(([merchant, shop]) => {
    const numbers = [...shop.revenue.keys()];
    // The first period may have begun before the first sale that is told.
    return { merchant, shop, first: Math.min(...numbers) + 1 };
  });
  const lastNumber = numberOf(period, end + 1) - 1;
  const start = from ?? firstDayOf(period, lastNumber + 1);
  // A row that lies in two periods has days of the time after the start in the period before it.
  const apart = from !== null && kept.some(([, { straddles }]) => straddles) ? 1 : 0;
  const lastBefore = Math.min(lastNumber, numberOf(period, start) - 1 - apart);
  const firstAfter = numberOf(period, wholeFrom(period, start)) + apart;
  const length = lengthBefore(spans.map(({ first }) => lastBefore - first + 1));
  const numbers = [
    ...Array.from({ length }, (_, i) => lastBefore - length + 1 + i),
    ...Array.from({ length: Math.max(0, lastNumber - firstAfter + 1) }, (_, i) => firstAfter + i),
  ];
  const rows: { merchant: string; values: Float64Array }[] = [];
  for (const { merchant, shop, first } of spans) {
    if (lastBefore - first + 1 < length || length === 0) {
      leftOut.push({ merchant, why: 'TOO_SHORT' });
      continue;
    }
    const told = wanted === 'profit' ? shop.profit : shop.revenue;
    const values = Float64Array.from(numbers, (n) => (shop.revenue.has(n) ? (told.get(n) ?? 0) : Number.NaN));
    const why = whyNot(values, length);
    if (why === null) rows.push({ merchant, values });
    else leftOut.push({ merchant, why });
  }
  const filled = fillGaps(
    rows.map(({ values }) => values),
    length,
  );
  return {
    ...{ measure: wanted, period, before: length, leftOut, filled, uncosted },
    days: numbers.map((n) => firstDayOf(period, n)),
    shops: rows.map(({ merchant }) => merchant),
    values: rows.map(({ values }) => values),
  };
}

interface Shops extends Pick<ComparedShops, 'uncosted' | 'period'> {
  readonly shops: ReadonlyMap<string, Shop>;
}

/** @returns null by weeks where a product is sold by the month */
async function shopsOf(context: WorkspaceContext, period: HoldoutPeriod, until: number | null): Promise<Shops | null> {
  const shops = new Map<string, Shop>();
  let [cells, unknown, all] = [0, 0, 0];
  for await (const series of context.store.sales.stream({})) {
    if (series.frequency === 'monthly' && period === 'week') return null;
    let shop = shops.get(series.merchant);
    if (shop === undefined) {
      shop = {
        ...{ revenue: new Map(), profit: new Map(), weekdays: new Map() },
        ...{ until: Number.NEGATIVE_INFINITY, straddles: false },
      };
      shops.set(series.merchant, shop);
    }
    const { revenue, costed } = addCell(shop, series, period, until);
    all += revenue;
    if (costed) continue;
    cells++;
    unknown += revenue;
  }
  for (const shop of shops.values()) shop.until = toldUntil(shop);
  return { shops, period, uncosted: { cells, share: all > 0 ? unknown / all : 0 } };
}

/** Adds a cell's rows; where its cost is never known they are no profit. */
function addCell(
  shop: Shop,
  series: CellSeries,
  period: HoldoutPeriod,
  until: number | null,
): { readonly revenue: number; readonly costed: boolean } {
  const { days, quantity, price, waste } = series;
  const grid: Grid = gridOf(series.frequency, days);
  const costs = carriedCosts(series.cost);
  let revenue = 0;
  for (let i = 0; i < days.length; i++) {
    const day = days[i] as number;
    const { from, to } = series.frequency === 'daily' ? { from: day, to: day } : coveredDays(grid, day);
    if (until !== null && to > until) continue;
    if (series.frequency === 'daily') {
      const weekday = (day + 3) % 7;
      shop.weekdays.set(weekday, Math.max(shop.weekdays.get(weekday) ?? day, day));
    }
    shop.until = Math.max(shop.until, to);
    const number = numberOf(period, Math.floor((from + to) / 2));
    const first = firstDayOf(period, number);
    if (from < first || to > lastDayOf(period, first)) shop.straddles = true;
    const sold = quantity[i] > 0 ? quantity[i] * price[i] : 0;
    revenue += sold;
    shop.revenue.set(number, (shop.revenue.get(number) ?? 0) + sold);
    if (costs === null) continue;
    const unitCost = (costs[i] as number) / (1 - (waste[i] > 0 ? Math.min(waste[i], 0.99) : 0));
    shop.profit.set(number, (shop.profit.get(number) ?? 0) + sold - quantity[i] * unitCost);
  }
  return { revenue, costed: costs !== null };
}

/** Each row's cost, else the one before, else the first one; null where none is known. */
function carriedCosts(cost: Float64Array): Float64Array | null {
  const first = cost.find((one) => !Number.isNaN(one));
  if (first === undefined) return null;
  let known = first;
  return cost.map((one) => {
    if (!Number.isNaN(one)) known = one;
    return known;
  });
}

/** Its last day, and the days after it on whose weekday it is never open. */
function toldUntil({ until, weekdays }: Shop): number {
  if (weekdays.size === 0) return until;
  for (let day = until + 1; day < until + 7; day++) {
    const lastOpen = weekdays.get((day + 3) % 7);
    if (lastOpen !== undefined && lastOpen > until - OPEN_DAYS) return day - 1;
  }
  return until + 6;
}

/** The length that keeps most shops × periods; 0 where none is long enough. */
function lengthBefore(lengths: readonly number[]): number {
  const tried = [...new Set(lengths.map((length) => Math.min(length, MOST_BEFORE)))].filter((n) => n >= LEAST_BEFORE);
  const kept = (length: number): number => length * lengths.filter((one) => one >= length).length;
  return tried.sort((a, b) => kept(b) - kept(a) || b - a)[0] ?? 0;
}

function whyNot(values: Float64Array, before: number): HoldoutLeftOut | null {
  const told = values.subarray(0, before).filter((value) => !Number.isNaN(value));
  const gaps = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  if (gaps > MOST_GAPS * values.length) return 'TOO_MANY_GAPS';
  return told.length > 0 && mean(told) > 0 ? null : 'NOTHING_EARNED';
}

/** Periods without any sale take the others' mean index. @returns how many */
function fillGaps(rows: readonly Float64Array[], before: number): number {
  const usual = rows.map((row) => mean(row.subarray(0, before).filter((value) => !Number.isNaN(value))));
  let filled = 0;
  const periods = rows[0]?.length ?? 0;
  for (let t = 0; t < periods; t++) {
    const told = rows.flatMap((row, s) => (Number.isNaN(row[t]) ? [] : [(row[t] as number) / (usual[s] as number)]));
    for (const [s, row] of rows.entries()) {
      if (!Number.isNaN(row[t])) continue;
      row[t] = (usual[s] as number) * (told.length > 0 ? mean(told) : 0);
      filled++;
    }
  }
  return filled;
}

/** Periods of a calendar quarter. */
export const QUARTER: Readonly<Record<HoldoutPeriod, number>> = { week: 13, month: 3 };

/** Last day of a period that begins on a day. */
export function lastDayOf(period: HoldoutPeriod, day: number): number {
  return (period === 'week' ? day + 7 : addMonths(day, 1)) - 1;
}
