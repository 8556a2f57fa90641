/** Prices in force by cell and day, with who decided them, and the changes that are planned. */

import type { CellName } from '../contract/cell-name.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import type { PlannedPriceItem, PriceCalendarDocument, PriceHistoryDocument } from '../contract/price-log.ts';
import type { KeptExperiment } from '../contract/store/experiments.ts';
import type { Cursor, Page } from '../contract/store/page.ts';
import type { KeptRecommendation } from '../contract/store/recommendations.ts';
import type { Store } from '../contract/store/store.ts';
import {
  isLower,
  lowestBefore,
  type PriceReduction,
  type PriceSpan,
  priceReductions,
  pricesInForce,
} from '../core/pricing/prices-in-force.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { dateOrNull, dayOf, dayToday, isoDate } from './dates.ts';
import { changesOf, type ExportedChange } from './outcomes.ts';

/** Days before today from which the calendar begins unless told. */
const CALENDAR_DAYS_BACK = 30;
/** Changes of a calendar unless all are asked for. */
const MOST_ITEMS = 2_000;
/** Tests that are read at once. */
const TESTS_PAGE = 200;

/** Days, both included, as ISO dates. */
export interface PriceDays {
  readonly from?: string;
  readonly to?: string;
}

export interface CalendarChoice extends PriceDays {
  readonly merchant?: string;
  readonly product?: string;
  /** Every change, also where they are more than a page shows. */
  readonly all?: boolean;
}

export class PriceLog {
  private readonly store: Store;
  private readonly header: () => Promise<DocumentHeader>;

  constructor(store: Store, header: () => Promise<DocumentHeader>) {
    this.store = store;
    this.header = header;
  }

  /**
   * Every price of a cell that was in force or is planned, and which of its reductions may be announced as such.
   *
   * @param days only prices that held on one of them, and reductions that begin on one
   * @throws DemandaError CELL_UNKNOWN, DATE_INVALID
   * @example
   * const { spans, lowest30Days } = await workspace.priceLog.of({ merchant: 'MyShop', product: 'Tomato' });
   */
  async of(cell: CellName, days: PriceDays = {}): Promise<PriceHistoryDocument> {
    const { first, last } = boundsOf(days);
    const found = await cellPrices(this.store, await this.header(), cell);
    if (!found) throw new DemandaError('CELL_UNKNOWN', { merchant: cell.merchant, product: cell.product });
    const { header, changes, spans, unit } = found;
    const today = dayToday();
    return {
      ...header,
      ...cell,
      unit,
      asOf: isoDate(today),
      lowest30Days: lowestBefore(spans, today + 1)?.price ?? null,
      spans: spans
        .filter(({ fromDay, toDay }) => fromDay <= last && (toDay ?? first) >= first)
        .map((span) => ({
          from: isoDate(span.fromDay),
          to: dateOrNull(span.toDay),
          price: span.price,
          promo: span.promo,
          charged: span.charged,
          ...decisionFields(changes.find(({ id }) => String(id) === span.decision)),
        })),
      reductions: priceReductions(spans, header.currency)
        .filter(({ fromDay }) => fromDay >= first && fromDay <= last)
        .map(({ fromDay, price, priceBefore, promo, planned, ...reduction }) => ({
          ...{ from: isoDate(fromDay), price, priceBefore, promo, planned },
          ...reductionFields(reduction),
        }))
        .reverse(),
    };
  }

  /**
   * Changes of price by the day from which they hold: exported ones and those of price tests, with what the lowest
   * price of the 30 days before says of reductions.
   *
   * @throws DemandaError DATE_INVALID
   * @example
   * const { items } = await workspace.priceLog.calendar({ merchant: 'MyShop' });
   */
  async calendar({ from, to, all = false, ...of }: CalendarChoice = {}): Promise<PriceCalendarDocument> {
    const today = dayToday();
    const { first, last } = boundsOf({
      from: from ?? isoDate(today - CALENDAR_DAYS_BACK),
      ...(to !== undefined && { to }),
    });
    const most = all ? Number.POSITIVE_INFINITY : MOST_ITEMS;
    const header = await this.header();
    const { changes, left } = await changesOf(this.store, { ...of, all });
    const within = (iso: string): boolean => dayOf(iso) >= first && dayOf(iso) <= last;
    const chosen = changes.filter(({ activationDate }) => within(activationDate)).slice(0, most);
    const items: PlannedPriceItem[] = [];
    for (const change of chosen) items.push(await this.changeItem(header, change, today));
    for (const item of await this.testItems(of, today)) if (within(item.date)) items.push(item);
    items.sort((a, b) => compare(a.date, b.date) || compare(a.merchant, b.merchant) || compare(a.product, b.product));
    return {
      ...header,
      asOf: isoDate(today),
      left: left || items.length > most,
      items: items.slice(0, most),
    };
  }

  private async changeItem(header: DocumentHeader, change: ExportedChange, today: number): Promise<PlannedPriceItem> {
    const { merchant, product, document, price, activationDate } = change;
    const priceBefore = document.current.price;
    return {
      date: activationDate,
      kind: 'change',
      merchant,
      product,
      unit: document.unit,
      priceBefore,
      price,
      toCome: dayOf(activationDate) > today,
      experimentId: null,
      ...decisionFields(change),
      ...(price < priceBefore
        ? await reductionAt(this.store, header, { merchant, product }, { day: dayOf(activationDate), price })
        : NO_REDUCTION),
    };
  }

  /** The days on which a test's price becomes another one. */
  private async testItems(
    { merchant, product }: Pick<CalendarChoice, 'merchant' | 'product'>,
    today: number,
  ): Promise<PlannedPriceItem[]> {
    const found: PlannedPriceItem[] = [];
    let after: Cursor | null = null;
    do {
      const page: Page<KeptExperiment> = await this.store.experiments.list(
        { merchant: merchant ?? null, open: true },
        { limit: TESTS_PAGE, after },
      );
      for (const test of page.items)
        for (const item of itemsOf(test, today))
          if (product === undefined || item.product === product) found.push(item);
      after = page.next;
    } while (after !== null);
    return found;
  }
}

/** @throws DemandaError DATE_INVALID */
function boundsOf({ from, to }: PriceDays): { readonly first: number; readonly last: number } {
  return {
    first: from === undefined ? Number.NEGATIVE_INFINITY : dayOf(from),
    last: to === undefined ? Number.POSITIVE_INFINITY : dayOf(to),
  };
}

function itemsOf(test: KeptExperiment, today: number): PlannedPriceItem[] {
  return test.cells.flatMap(({ merchant, product, unit, basePrice, prices }) => {
    let before = basePrice;
    return prices.flatMap(({ day, price }): PlannedPriceItem[] => {
      const priceBefore = before;
      before = price;
      if (day > test.endedDay || price === priceBefore) return [];
      return [
        {
          date: isoDate(day),
          kind: 'test',
          ...{ merchant, product, unit, priceBefore, price },
          toCome: day > today,
          experimentId: String(test.id),
          ...{ recommendationId: null, batchId: null, decidedBy: test.actor, decidedByName: test.actorName },
          ...NO_REDUCTION,
        },
      ];
    });
  });
}

const NO_REDUCTION = { lowest30Days: null, knownDays: null, isReduction: null } as const;

/**
 * What a price that goes down on a day is measured by.
 *
 * @returns nulls where no price of the days before is known
 */
export async function reductionAt(
  store: Store,
  header: DocumentHeader,
  cell: CellName,
  { day, price }: { readonly day: number; readonly price: number },
): Promise<Pick<PlannedPriceItem, 'lowest30Days' | 'knownDays' | 'isReduction'>> {
  const prices = await cellPrices(store, header, cell);
  const lowest = prices && lowestBefore(prices.spans, day);
  if (!lowest) return NO_REDUCTION;
  const isReduction = isLower(price, lowest.price, header.currency);
  return { lowest30Days: lowest.price, knownDays: lowest.knownDays, isReduction };
}

interface CellPrices {
  readonly header: DocumentHeader;
  readonly unit: string;
  readonly changes: readonly ExportedChange[];
  readonly spans: readonly PriceSpan[];
}

/** Null where nothing was sold of the cell. */
async function cellPrices(store: Store, header: DocumentHeader, cell: CellName): Promise<CellPrices | null> {
  const series = await store.sales.read(cell);
  if (!series) return null;
  const { changes } = await changesOf(store, { ...cell, all: true });
  const decisions = changes
    .map(({ id, activationDate, price }) => ({ id: String(id), fromDay: dayOf(activationDate), price }))
    // The newest come first; of one day the last decision counts.
    .reverse();
  return { header, unit: series.unit, changes, spans: pricesInForce(series, decisions, header.currency) };
}

function decisionFields(
  change: KeptRecommendation | undefined,
): Pick<PlannedPriceItem, 'recommendationId' | 'batchId' | 'decidedBy' | 'decidedByName'> {
  return {
    recommendationId: change === undefined ? null : String(change.id),
    batchId: change?.batchId ?? null,
    decidedBy: change?.decidedBy ?? null,
    decidedByName: change?.decidedByName ?? null,
  };
}

function reductionFields({
  lowest,
  knownDays,
  isReduction,
}: Pick<PriceReduction, 'lowest' | 'knownDays' | 'isReduction'>): Pick<
  PlannedPriceItem,
  'lowest30Days' | 'knownDays' | 'isReduction'
> {
  return { lowest30Days: lowest, knownDays, isReduction };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
