/** Sales, costs and market prices in memory. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { CellFilter } from '../../contract/store/cells.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type {
  CellCoverage,
  CellHeldValue,
  HeldChoice,
  Import,
  MarketPriceRow,
  SaleStore,
} from '../../contract/store/sales.ts';
import type { CellSeries, Covariate } from '../../core/series/cell-series.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import { carryInto } from '../../rules/carried-values.ts';
import { fillIndicators } from '../../rules/categories.ts';
import { withTests } from '../../rules/experiments.ts';
import { withoutHeld } from '../../rules/held-values.ts';
import type { MergedDay } from '../../rules/merge-tickets.ts';
import { compareCells, compareText } from '../../rules/text-order.ts';
import { withZeros } from '../../rules/unsold-periods.ts';
import { sortedDays, zerosOf } from './cell-days.ts';
import { competitorsOf, openCompetitorImport } from './competitors.ts';
import { type CellRows, chosenBy, type MemoryData } from './data.ts';
import { plannedOf } from './experiments.ts';
import { acceptHeld, heldOf, listHeld } from './held-values.ts';
import { pageBy } from './pages.ts';
import { openCostImport, openMarketImport } from './price-import.ts';
import { openSalesImport } from './sales-import.ts';
import { openStockImport } from './stock.ts';

const OPEN_IMPORT: { readonly [K in ImportKind]: (data: MemoryData) => Import<K> } = {
  sales: openSalesImport,
  market: openMarketImport,
  costs: openCostImport,
  stock: openStockImport,
  competitors: openCompetitorImport,
};

export class MemorySales implements SaleStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async beginImport<K extends ImportKind>(kind: K): Promise<Import<K>> {
    return OPEN_IMPORT[kind](this.data);
  }

  async read(cell: CellName): Promise<CellSeries | null> {
    const found = this.data.cells.get(cellKey(cell));
    return found ? this.seriesOf(found) : null;
  }

  async *stream(filter: CellFilter): AsyncIterable<CellSeries> {
    const chosen = this.data.cells.values().filter(chosenBy(filter)).sort(compareCells);
    for (const cell of chosen) yield this.seriesOf(this.data.cells.get(cellKey(cell)) as CellRows);
  }

  async marketPricesOn(name: string, days: Int32Array): Promise<Float64Array> {
    const prices = new Float64Array(days.length).fill(Number.NaN);
    carryInto(prices, days, dated(this.data.market.get(name)));
    return prices;
  }

  async marketPrices(name: string | null, page: PageAsked): Promise<Page<MarketPriceRow>> {
    const rows = this.data.market
      .entries()
      .filter(([of]) => name === null || of === name)
      .flatMap(([of, prices]) => [...prices].map(([day, price]) => ({ name: of, day, price })));
    // The newest first: a larger day has the smaller key.
    const found = pageBy(
      rows,
      (row) => [row.name, -row.day],
      { order: 'asc' },
      {
        ...page,
        after: page.after && [page.after[0], -(page.after[1] as number)],
      },
    );
    return { items: found.items, next: found.next && [found.next[0], -(found.next[1] as number)] };
  }

  async held(choice: HeldChoice, page: PageAsked): Promise<Page<CellHeldValue>> {
    return listHeld(this.data, choice, page);
  }

  async accept(choice: HeldChoice, deed: (count: number) => Deed): Promise<number> {
    return acceptHeld(this.data, choice, deed);
  }

  async coverage(choice: CellFilter, page: PageAsked): Promise<Page<CellCoverage>> {
    const cells = this.data.cells.values().filter(chosenBy(choice));
    const found = pageBy(cells, (cell) => [cell.merchant, cell.product], { order: 'asc' }, page);
    return { ...found, items: found.items.map(coverageOf) };
  }

  private seriesOf(cell: CellRows): CellSeries {
    const { merchant, product, productType, unit, frequency } = cell;
    const sorted = sortedDays(cell);
    const rows = sorted.map((day) => cell.rows.get(day) as MergedDay);
    const days = Int32Array.from(sorted);
    const column = (of: (row: MergedDay) => number | null): Float64Array =>
      Float64Array.from(rows, (row) => of(row) ?? Number.NaN);
    const sold = {
      merchant,
      product,
      productType,
      unit,
      frequency,
      days,
      quantity: column((row) => row.quantity),
      price: column((row) => row.price),
      cost: column((row) => row.cost),
      promo: column((row) => row.promo),
      soldOut: Uint8Array.from(rows, (row) => (row.soldOut ? 1 : 0)),
      waste: column((row) => row.waste),
      marketPrice: column((row) => row.marketPrice),
      covariates: this.covariatesOf(merchant, rows),
    };
    const shown = withoutHeld(withZeros(sold, zerosOf(this.data, cell)), heldOf(this.data, cell));
    const series = withTests(shown, plannedOf(this.data, cell));
    const competitors = competitorsOf(this.data, cell);
    carryInto(series.cost, series.days, this.datedCosts(cell));
    const market = dated(this.data.market.get(product));
    carryInto(series.marketPrice, series.days, market.length > 0 ? market : dated(this.data.market.get(productType)));
    return competitors.length > 0 ? { ...series, competitors } : series;
  }

  /** The merchant's own of a day after everyone's, so that it is the one that is carried. */
  private datedCosts({ merchant, product }: CellName): { readonly day: number; readonly value: number }[] {
    const of = (owner: string | null) => dated(this.data.costs.get(JSON.stringify([owner, product])));
    return [...of(null), ...of(merchant)].sort((a, b) => a.day - b.day);
  }

  private covariatesOf(merchant: string, rows: readonly MergedDay[]): Covariate[] {
    const names = new Set(rows.flatMap(({ covariates }) => Object.keys(covariates ?? {})));
    const isKnown = (name: string): boolean =>
      [merchant, null].some((owner) => this.data.known.get(JSON.stringify([owner, name])) !== undefined);
    const all = [...names].map((name) => ({
      name,
      knownAhead: isKnown(name),
      values: Float64Array.from(rows, ({ covariates }) => covariates?.[name] ?? Number.NaN),
    }));
    fillIndicators(all);
    return all;
  }
}

function dated(prices: ReadonlyMap<number, number> = new Map()): { readonly day: number; readonly value: number }[] {
  return [...prices].map(([day, value]) => ({ day, value })).sort((a, b) => a.day - b.day);
}

function coverageOf(cell: CellRows): CellCoverage {
  const { merchant, product, unit, frequency } = cell;
  const months = new Map<string, { month: string; rows: number; soldOut: number }>();
  for (const [day, { soldOut }] of cell.rows) {
    const month = new Date(day * 86_400_000).toISOString().slice(0, 7);
    const found = months.get(month) ?? { month, rows: 0, soldOut: 0 };
    months.set(month, { month, rows: found.rows + 1, soldOut: found.soldOut + Number(soldOut) });
  }
  const sorted = [...months.values()].sort((a, b) => compareText(a.month, b.month));
  return { merchant, product, unit, frequency, months: sorted };
}
