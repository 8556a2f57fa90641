/** Sales, costs and market prices in PostgreSQL. */

import type { CellName } from '../../contract/cell-name.ts';
import type { CellFilter, CellSummary } from '../../contract/store/cells.ts';
import type { CompetitorPrice } from '../../contract/store/competitors.ts';
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
import { competitorsOf, openCompetitorImport } from './competitors.ts';
import { Conditions, cellConditions } from './conditions.ts';
import type { PostgresConnection } from './connection.ts';
import { acceptHeld, listHeld } from './held-values.ts';
import { openCostImport, openMarketImport } from './price-import.ts';
import { covariateColumns, figuresOf, numbersOf, type SaleArrays, selectArrays } from './sale-arrays.ts';
import { openSalesImport } from './sales-import.ts';
import { openStockImport } from './stock.ts';
import { type HeldJson, heldJson, heldOfJson } from './stored-cells.ts';

const OPEN_IMPORT: { readonly [K in ImportKind]: (connection: PostgresConnection) => Import<K> } = {
  sales: openSalesImport,
  market: openMarketImport,
  costs: openCostImport,
  stock: openStockImport,
  competitors: openCompetitorImport,
};

/** Merchants whose days of trade are kept between reads. */
const MOST_MERCHANTS_KEPT = 500;
/** Cells that are read at once: a way to the server and back takes longer than reading one. */
const CELLS_AT_ONCE = 50;

/** A cell with its rows, as a query gives it. */
interface CellRow extends SaleArrays, Pick<CellSummary, 'merchant' | 'product' | 'productType' | 'unit' | 'frequency'> {
  readonly missing: CellSummary['missingDays'];
  readonly held: readonly HeldJson[] | null;
  readonly planned: readonly (readonly [day: number, price: number, base: number])[] | null;
  readonly known: readonly string[] | null;
  /** Of all sales, when it was read. */
  readonly version: number;
}

/** Prices by day, ascending. */
type Dated = readonly { readonly day: number; readonly value: number }[];

/** Costs of several cells, and market prices of their products and types. */
interface Prices {
  costsOf(merchant: string, product: string): Dated;
  marketOf(name: string): Dated;
  competitorsOf(cell: CellName): readonly CompetitorPrice[];
}

export class PostgresSales implements SaleStore {
  private readonly connection: PostgresConnection;
  /** Of the merchants that were read last, as of a version of the sales. */
  private readonly traded = new Map<string, TradedPeriods>();
  private tradedVersion = -1;

  constructor(connection: PostgresConnection) {
    this.connection = connection;
  }

  async beginImport<K extends ImportKind>(kind: K): Promise<Import<K>> {
    const open: (connection: PostgresConnection) => Import<K> = OPEN_IMPORT[kind];
    return open(this.connection);
  }

  async read({ merchant, product }: CellName): Promise<CellSeries | null> {
    const rows = await this.rows(new Conditions().equal('merchant', merchant).equal('product', product), 1);
    const [row] = rows;
    return row ? this.seriesOf(row, await this.prices(rows)) : null;
  }

  async *stream(filter: CellFilter): AsyncIterable<CellSeries> {
    for (let after: CellName | null = null; ; ) {
      const conditions = cellConditions(filter);
      if (after) conditions.add('(merchant, product) > (?, ?)', after.merchant, after.product);
      const rows = await this.rows(conditions, CELLS_AT_ONCE);
      const prices = await this.prices(rows);
      for (const row of rows) yield this.seriesOf(row, prices);
      if (rows.length < CELLS_AT_ONCE) return;
      after = rows.at(-1) as CellRow;
    }
  }

  async marketPricesOn(name: string, days: Int32Array): Promise<Float64Array> {
    const prices = new Float64Array(days.length).fill(Number.NaN);
    const dated = await this.connection.all<{ day: number; value: number }>(
      'SELECT day, price AS value FROM demanda.market_price WHERE name = $1 ORDER BY day',
      name,
    );
    carryInto(prices, days, dated);
    return prices;
  }

  async marketPrices(name: string | null, { limit, after }: PageAsked): Promise<Page<MarketPriceRow>> {
    const conditions = new Conditions().equal('name', name ?? undefined);
    if (after) conditions.add('(name > ? OR (name = ? AND day < ?))', after[0] as string, after[0] as string, after[1]);
    const rows = await this.connection.all<MarketPriceRow>(
      `SELECT name, day, price FROM demanda.market_price ${conditions.where} ORDER BY name, day DESC
       LIMIT ${conditions.bind(limit + 1)}`,
      ...conditions.values,
    );
    return pageOf(rows, limit, (last) => [last.name, last.day]);
  }

  async held(choice: HeldChoice, page: PageAsked): Promise<Page<CellHeldValue>> {
    return listHeld(this.connection, choice, page);
  }

  async accept(choice: HeldChoice, deed: (count: number) => Deed): Promise<number> {
    return acceptHeld(this.connection, choice, deed);
  }

  async coverage(choice: CellFilter, { limit, after }: PageAsked): Promise<Page<CellCoverage>> {
    const conditions = cellConditions(choice, 'c.');
    if (after) conditions.add('(c.merchant, c.product) > (?, ?)', ...after);
    const rows = await this.connection.all<
      Omit<CellCoverage, 'months'> & { readonly days: string; readonly soldOut: string | null }
    >(
      `SELECT c.merchant, c.product, c.unit, c.frequency, s.days::text AS days, s.sold_out::text AS "soldOut"
       FROM demanda.cell c JOIN demanda.sale s ON s.merchant = c.merchant AND s.product = c.product
       ${conditions.where} ORDER BY c.merchant, c.product LIMIT ${conditions.bind(limit + 1)}`,
      ...conditions.values,
    );
    const page = pageOf(rows, limit, (last) => [last.merchant, last.product]);
    return {
      next: page.next,
      items: page.items.map(({ days, soldOut, ...cell }) => ({ ...cell, months: monthsOf(days, soldOut) })),
    };
  }

  /** @param conditions of the cell table alone */
  private rows(conditions: Conditions, limit: number): Promise<CellRow[]> {
    return this.connection.all<CellRow>(
      `SELECT c.merchant, c.product, c.product_type AS "productType", c.unit, c.frequency, c.missing_days AS missing,
         ${selectArrays('s')}, ${heldJson('c', 'AND NOT h.accepted')} AS held,
         (SELECT json_agg(json_build_array(p.day, p.price, t.base_price) ORDER BY p.day, t.experiment, t.number)
          FROM demanda.experiment_cell t JOIN demanda.experiment e ON e.id = t.experiment
          JOIN demanda.experiment_price p ON p.experiment = t.experiment AND p.number = t.number
          WHERE t.merchant = c.merchant AND t.product = c.product AND p.day <= e.ended_day) AS planned,
         CASE WHEN s.covariates IS NOT NULL THEN (SELECT array_agg(k.name) FROM demanda.known_covariate k
          WHERE k.merchant IN ('', c.merchant)) END AS known,
         (SELECT number FROM demanda.version WHERE what = 'sales') AS version
       FROM (SELECT * FROM demanda.cell ${conditions.where} ORDER BY merchant, product
         LIMIT ${conditions.bind(limit)}) c
       JOIN demanda.sale s ON s.merchant = c.merchant AND s.product = c.product ORDER BY c.merchant, c.product`,
      ...conditions.values,
    );
  }

  private async prices(cells: readonly CellRow[]): Promise<Prices> {
    type Named = { readonly merchant: string; readonly name: string; readonly days: string; readonly prices: string };
    const arrays = (value: string): string =>
      `array_agg(day ORDER BY day)::text AS days, array_agg(${value} ORDER BY day)::text AS prices`;
    const products = [...new Set(cells.map(({ product }) => product))];
    const [costs, market, competitors] = await Promise.all([
      this.connection.all<Named>(
        `SELECT merchant, product AS name, ${arrays('cost')} FROM demanda.cost
         WHERE product = ANY ($1) AND merchant = ANY ($2) GROUP BY merchant, product`,
        products,
        ['', ...new Set(cells.map(({ merchant }) => merchant))],
      ),
      this.connection.all<Named>(
        `SELECT '' AS merchant, name, ${arrays('price')} FROM demanda.market_price WHERE name = ANY ($1) GROUP BY name`,
        [...new Set([...products, ...cells.map(({ productType }) => productType)])],
      ),
      competitorsOf(this.connection, cells),
    ]);
    const keyOf = (merchant: string, name: string): string => JSON.stringify([merchant, name]);
    const dated = (lists: readonly Named[]): ReadonlyMap<string, Dated> =>
      new Map(lists.map(({ merchant, name, days, prices }) => [keyOf(merchant, name), datedOf(days, prices)]));
    const [ownCosts, ownMarket] = [dated(costs), dated(market)];
    return {
      // The merchant's own of a day after everyone's, so that it is the one that is carried.
      costsOf: (merchant, product) =>
        ['', merchant].flatMap((owner) => ownCosts.get(keyOf(owner, product)) ?? []).sort((a, b) => a.day - b.day),
      marketOf: (name) => ownMarket.get(keyOf('', name)) ?? [],
      competitorsOf: competitors,
    };
  }

  private async seriesOf(row: CellRow, prices: Prices): Promise<CellSeries> {
    const { merchant, product, productType, unit, frequency, missing } = row;
    const days = Int32Array.from(numbersOf(row.days) as number[]);
    const column = (text: string | null): Float64Array => figuresOf(text, days.length);
    const sold = {
      merchant,
      product,
      productType,
      unit,
      frequency,
      days,
      quantity: column(row.quantity),
      price: column(row.price),
      cost: column(row.cost),
      promo: column(row.promo),
      soldOut: row.soldOut === null ? new Uint8Array(days.length) : Uint8Array.from(numbersOf(row.soldOut) as number[]),
      waste: column(row.waste),
      marketPrice: column(row.marketPrice),
      covariates: covariatesOf(row, days.length),
    };
    const zeros = missing === 'zero' ? unsoldDays(days, frequency, await this.tradedOf(row)) : [];
    const held = heldOfJson(row.held).map(({ accepted: _, ...value }) => value);
    const planned = (row.planned ?? []).map(([day, price, base]) => ({ day, price, base }));
    const series = withTests(withoutHeld(withZeros(sold, zeros), held), planned);
    carryInto(series.cost, series.days, prices.costsOf(merchant, product));
    const market = prices.marketOf(product);
    carryInto(series.marketPrice, series.days, market.length > 0 ? market : prices.marketOf(productType));
    const competitors = prices.competitorsOf(row);
    return competitors.length > 0 ? { ...series, competitors } : series;
  }

  private async tradedOf({ merchant, frequency, version }: CellRow): Promise<TradedPeriods> {
    if (version !== this.tradedVersion || this.traded.size > MOST_MERCHANTS_KEPT) this.traded.clear();
    this.tradedVersion = version;
    const key = keyOfTrade(merchant, frequency);
    const kept = this.traded.get(key) ?? (await tradedBy(this.connection, merchant, frequency));
    this.traded.set(key, kept);
    return kept;
  }
}

function keyOfTrade(merchant: string, frequency: Frequency): string {
  return JSON.stringify([merchant, frequency]);
}

function datedOf(days: string, prices: string): Dated {
  const values = numbersOf(prices) as number[];
  return (numbersOf(days) as number[]).map((day, i) => ({ day, value: values[i] as number }));
}

function covariatesOf({ covariates, known }: CellRow, rows: number): Covariate[] {
  const all = Object.entries(covariateColumns(covariates)).map(([name, values]) => ({
    name,
    knownAhead: known?.includes(name) ?? false,
    values: Float64Array.from({ length: rows }, (_, i) => values[i] ?? Number.NaN),
  }));
  fillIndicators(all);
  return all;
}

function monthsOf(days: string, soldOut: string | null): CellCoverage['months'] {
  const out = soldOut === null ? null : numbersOf(soldOut);
  const months = new Map<string, { month: string; rows: number; soldOut: number }>();
  for (const [i, day] of (numbersOf(days) as number[]).entries()) {
    const month = new Date(day * 86_400_000).toISOString().slice(0, 7);
    const found = months.get(month) ?? { month, rows: 0, soldOut: 0 };
    months.set(month, { month, rows: found.rows + 1, soldOut: found.soldOut + (out?.[i] ?? 0) });
  }
  return [...months.values()];
}
