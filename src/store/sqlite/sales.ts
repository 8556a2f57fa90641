/** Sales, costs and market prices in SQLite. */

import type { CellName } from '../../contract/cell-name.ts';
import type { CellFilter, CellSummary } from '../../contract/store/cells.ts';
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
import type { Frequency, ImportKind } from '../../core/vocabulary.ts';
import { carryInto } from '../../rules/carried-values.ts';
import { fillIndicators } from '../../rules/categories.ts';
import { withTests } from '../../rules/experiments.ts';
import { withoutHeld } from '../../rules/held-values.ts';
import { type TradedPeriods, unsoldDays, withZeros } from '../../rules/unsold-periods.ts';
import { pageOf } from '../page-of.ts';
import { tradedBy } from './cell-days.ts';
import { cellRows } from './cells.ts';
import { competitorsOf, openCompetitorImport } from './competitors.ts';
import { Conditions, cellConditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';
import { plannedOf } from './experiments.ts';
import { acceptHeld, heldOf, listHeld } from './held-values.ts';
import { openCostImport, openMarketImport } from './price-import.ts';
import { openSalesImport } from './sales-import.ts';
import { openStockImport } from './stock.ts';

/** Figures of a sale row, NULL as NaN. */
const COLUMNS = ['day', 'quantity', 'price', 'cost', 'promo', 'sold_out', 'waste', 'market_price'] as const;

const OPEN_IMPORT: { readonly [K in ImportKind]: (sqlite: SqliteConnection) => Import<K> } = {
  sales: openSalesImport,
  market: openMarketImport,
  costs: openCostImport,
  stock: openStockImport,
  competitors: openCompetitorImport,
};

const ROWS = `SELECT ${COLUMNS.join(', ')}, covariates FROM sale WHERE cell = ? ORDER BY day`;

/** Merchants whose days of trade are kept between reads. */
const MOST_MERCHANTS_KEPT = 500;

type NotedCovariates = { readonly row: number; readonly values: Readonly<Record<string, number>> };

export class SqliteSales implements SaleStore {
  private readonly sqlite: SqliteConnection;
  /** Of the merchants that were read last, as of a version of the sales. */
  private readonly traded = new Map<string, TradedPeriods>();
  private tradedVersion = -1;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async beginImport<K extends ImportKind>(kind: K): Promise<Import<K>> {
    const open: (sqlite: SqliteConnection) => Import<K> = OPEN_IMPORT[kind];
    return this.sqlite.guarded(() => open(this.sqlite));
  }

  async read({ merchant, product }: CellName): Promise<CellSeries | null> {
    for (const cell of cellRows(this.sqlite, { merchant, product })) return this.seriesOf(cell);
    return null;
  }

  async *stream(filter: CellFilter): AsyncIterable<CellSeries> {
    for (const cell of cellRows(this.sqlite, filter)) yield this.seriesOf(cell);
  }

  async marketPricesOn(name: string, days: Int32Array): Promise<Float64Array> {
    const prices = new Float64Array(days.length).fill(Number.NaN);
    carryInto(prices, days, this.datedMarketPrices(name));
    return prices;
  }

  async marketPrices(name: string | null, { limit, after }: PageAsked): Promise<Page<MarketPriceRow>> {
    const conditions = new Conditions().equal('name', name ?? undefined);
    if (after) conditions.add('(name > ? OR (name = ? AND day < ?))', after[0] as string, after[0] as string, after[1]);
    const rows = this.sqlite.all<MarketPriceRow>(
      `SELECT name, day, price FROM market_price ${conditions.where} ORDER BY name, day DESC LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    return pageOf(rows, limit, (last) => [last.name, last.day]);
  }

  async held(choice: HeldChoice, page: PageAsked): Promise<Page<CellHeldValue>> {
    return listHeld(this.sqlite, choice, page);
  }

  async accept(choice: HeldChoice, deed: (count: number) => Deed): Promise<number> {
    return acceptHeld(this.sqlite, choice, deed);
  }

  async coverage(choice: CellFilter, { limit, after }: PageAsked): Promise<Page<CellCoverage>> {
    const conditions = cellConditions(choice);
    if (after) conditions.add('(merchant, product) > (?, ?)', ...after);
    const cells = this.sqlite.all<Omit<CellCoverage, 'months'> & { readonly id: number }>(
      `SELECT id, merchant, product, unit, frequency FROM cell ${conditions.where} ORDER BY merchant, product LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    const page = pageOf(cells, limit, (last) => [last.merchant, last.product]);
    const months = `SELECT strftime('%Y-%m', day * 86400, 'unixepoch') AS month, count(*) AS rows, sum(sold_out) AS soldOut
      FROM sale WHERE cell = ? GROUP BY month ORDER BY month`;
    return {
      next: page.next,
      items: page.items.map(({ id, ...cell }) => ({ ...cell, months: this.sqlite.all(months, id) })),
    };
  }

  private datedMarketPrices(name: string): { readonly day: number; readonly value: number }[] {
    return this.sqlite.all('SELECT day, price AS value FROM market_price WHERE name = ? ORDER BY day', name);
  }

  private seriesOf(cell: CellSummary & { readonly id: number }): CellSeries {
    const columns = Object.fromEntries(COLUMNS.map((name) => [name, []])) as unknown as Record<
      (typeof COLUMNS)[number],
      number[]
    >;
    const lists = COLUMNS.map((name) => columns[name]);
    const noted: NotedCovariates[] = [];
    // One row at a time: rows that are held together outlive collections, and the heap of a long fleet grows by them.
    this.sqlite.each(ROWS, cell.id, (row, i) => {
      for (let c = 0; c < COLUMNS.length; c++) lists[c]?.push(row[c] === null ? Number.NaN : Number(row[c]));
      const covariates = row[COLUMNS.length];
      if (typeof covariates === 'string')
        noted.push({ row: i, values: JSON.parse(covariates) as Record<string, number> });
    });
    const column = (name: (typeof COLUMNS)[number]): Float64Array => Float64Array.from(columns[name]);
    const { merchant, product, productType, unit, frequency } = cell;
    const days = Int32Array.from(columns.day);
    const sold = {
      merchant,
      product,
      productType,
      unit,
      frequency,
      days,
      quantity: column('quantity'),
      price: column('price'),
      cost: column('cost'),
      promo: column('promo'),
      soldOut: Uint8Array.from(columns.sold_out),
      waste: column('waste'),
      marketPrice: column('market_price'),
      covariates: this.covariatesOf(merchant, noted, days.length),
    };
    const zeros = cell.missingDays === 'zero' ? unsoldDays(days, frequency, this.tradedOf(merchant, frequency)) : [];
    const rows = withoutHeld(withZeros(sold, zeros), heldOf(this.sqlite, cell.id));
    const series = withTests(rows, plannedOf(this.sqlite, cell));
    const competitors = competitorsOf(this.sqlite, cell);
    carryInto(series.cost, series.days, this.datedCosts(cell));
    const market = this.datedMarketPrices(product);
    carryInto(series.marketPrice, series.days, market.length > 0 ? market : this.datedMarketPrices(productType));
    return competitors.length > 0 ? { ...series, competitors } : series;
  }

  private tradedOf(merchant: string, frequency: Frequency): TradedPeriods {
    const [{ number }] = this.sqlite.all<{ number: number }>('SELECT number FROM sale_version');
    if (number !== this.tradedVersion || this.traded.size > MOST_MERCHANTS_KEPT) this.traded.clear();
    this.tradedVersion = number;
    const key = JSON.stringify([merchant, frequency]);
    const kept = this.traded.get(key) ?? this.sqlite.guarded(() => tradedBy(this.sqlite.database, merchant, frequency));
    this.traded.set(key, kept);
    return kept;
  }

  /** The merchant's own of a day after everyone's, so that it is the one that is carried. */
  private datedCosts({ merchant, product }: CellName): { readonly day: number; readonly value: number }[] {
    return this.sqlite.all(
      'SELECT day, cost AS value FROM cost WHERE product = ? AND merchant IN (?, ?) ORDER BY day, merchant',
      product,
      merchant,
      '',
    );
  }

  private covariatesOf(merchant: string, noted: readonly NotedCovariates[], rows: number): Covariate[] {
    const known = new Set(
      this.sqlite
        .all<{ name: string }>('SELECT name FROM known_covariate WHERE merchant IN (?, ?)', merchant, '')
        .map(({ name }) => name),
    );
    const covariates = new Map<string, Float64Array>();
    for (const { row, values } of noted) {
      for (const [name, value] of Object.entries(values)) {
        let column = covariates.get(name);
        if (!column) covariates.set(name, (column = new Float64Array(rows).fill(Number.NaN)));
        column[row] = value;
      }
    }
    const all = [...covariates].map(([name, values]) => ({ name, knownAhead: known.has(name), values }));
    fillIndicators(all);
    return all;
  }
}
