/** Cells in SQLite: lists and totals from summary columns, by keyset, never from sales, models or history. */

import type { SQLInputValue } from 'node:sqlite';
import type { OverviewSort } from '../../contract/api.ts';
import type { CellName } from '../../contract/cell-name.ts';
import type {
  CellBin,
  CellFilter,
  CellGroup,
  CellStore,
  CellSummary,
  NameKind,
  OverviewChoice,
  OverviewDistribution,
  OverviewRecord,
  OverviewTotals,
} from '../../contract/store/cells.ts';
import type { Cursor, Page, PageAsked } from '../../contract/store/page.ts';
import type { CellState, PriceStage, ReasonCode, RecommendationStatus, SortOrder } from '../../core/vocabulary.ts';
import {
  type Bins,
  binOf,
  DOUBT_BINS,
  ELASTICITY_BINS,
  ERROR_BINS,
  filledBins,
  MOST_GROUPS,
  mapBin,
  type OverviewGroup,
  SORT_COLUMNS,
  totalsOf,
} from '../overview-totals.ts';
import { pageOf } from '../page-of.ts';
import { Conditions, cellConditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';
import { OverviewChoices } from './overview-choices.ts';

/** In the order of {@link Row}. */
const SELECT = `SELECT merchant, product, product_type, unit, rows, last_day, wape, elasticity, elasticity_low,
  elasticity_high, trained_at, state, current_price, recommended_price, gain, probability_better, recommended,
  horizon_days, reasons, recommendation_id, recommendation_status,
  (SELECT revision FROM recommendation r WHERE r.id = o.recommendation_id), stage, last_price, price_since
  FROM overview o`;

type Row = readonly [
  merchant: string,
  product: string,
  productType: string,
  unit: string,
  rows: number,
  lastDay: number | null,
  wape: number | null,
  elasticity: number | null,
  elasticityLow: number | null,
  elasticityHigh: number | null,
  trainedAt: string | null,
  state: CellState,
  currentPrice: number | null,
  recommendedPrice: number | null,
  gain: number | null,
  probabilityBetter: number | null,
  recommended: number,
  horizonDays: number | null,
  reasons: string,
  recommendationId: number | null,
  recommendationStatus: RecommendationStatus | null,
  recommendationRevision: number | null,
  stage: PriceStage,
  lastPrice: number | null,
  priceSince: number | null,
];

const MOST_NAMES = 500;
const NAME_COLUMNS = { merchant: 'merchant', product: 'product', productType: 'product_type' } as const;

export class SqliteCells implements CellStore {
  private readonly sqlite: SqliteConnection;
  private readonly choices: OverviewChoices;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
    this.choices = new OverviewChoices(sqlite);
  }

  async count(filter: CellFilter): Promise<number> {
    const { where, values } = cellConditions(filter);
    return this.sqlite.all<{ n: number }>(`SELECT count(*) AS n FROM cell ${where}`, ...values)[0]?.n ?? 0;
  }

  async *list(filter: CellFilter): AsyncIterable<CellSummary> {
    for (const { id: _, ...cell } of cellRows(this.sqlite, filter)) yield cell;
  }

  async names(kind: NameKind, merchant?: string): Promise<string[]> {
    const { where, values } = new Conditions().equal('merchant', merchant);
    const column = NAME_COLUMNS[kind];
    return this.sqlite
      .all<{ name: string }>(`SELECT DISTINCT ${column} AS name FROM cell ${where} ORDER BY name`, ...values)
      .map(({ name }) => name);
  }

  async unsold(): ReturnType<CellStore['unsold']> {
    return this.sqlite.all(
      `SELECT merchant, product, coalesce(max(type), product) AS productType FROM (
         SELECT merchant, product, product_type AS type FROM model UNION ALL SELECT merchant, product, NULL FROM run
         UNION ALL SELECT merchant, product, NULL FROM model_number) t
       WHERE NOT EXISTS (SELECT 1 FROM cell c WHERE c.merchant = t.merchant AND c.product = t.product)
       GROUP BY merchant, product ORDER BY merchant, product`,
    );
  }

  async span(merchant?: string): ReturnType<CellStore['span']> {
    if (merchant !== undefined) {
      const [own] = this.sqlite.all<{ firstDay: number | null; lastDay: number | null }>(
        'SELECT min(first_day) AS firstDay, max(last_day) AS lastDay FROM cell WHERE merchant = ?',
        merchant,
      );
      return own ?? { firstDay: null, lastDay: null };
    }
    // Each from the end of its own index: asked for together, SQLite would walk all cells.
    const [first] = this.sqlite.all<{ day: number | null }>('SELECT min(first_day) AS day FROM cell');
    const [last] = this.sqlite.all<{ day: number | null }>('SELECT max(last_day) AS day FROM cell');
    return { firstDay: first?.day ?? null, lastDay: last?.day ?? null };
  }

  async overview(
    choice: OverviewChoice,
    sort: OverviewSort,
    order: SortOrder,
    { limit, after }: PageAsked,
  ): Promise<Page<OverviewRecord>> {
    const column = SORT_COLUMNS[sort];
    const keys =
      sort === 'merchant'
        ? ['merchant', 'product']
        : sort === 'product'
          ? ['product', 'merchant']
          : [column, 'merchant', 'product'];
    const cursorOf = (row: OverviewRecord): Cursor =>
      keys.length === 2
        ? [row[keys[0] as 'merchant'], row[keys[1] as 'product']]
        : [sortValue(row, sort), row.merchant, row.product];
    const rows: Row[] = [];
    // Cells without a figure come after all others, whichever way the others are sorted.
    const phases = keys.length === 2 ? ['all'] : after?.[0] === null ? ['without'] : ['with', 'without'];
    for (const phase of phases) {
      const left = limit + 1 - rows.length;
      if (left <= 0) break;
      const conditions = this.choices.conditions(choice, column);
      const direction = order === 'desc' && phase !== 'without' ? 'DESC' : 'ASC';
      if (phase === 'with') conditions.add(`${column} IS NOT NULL`);
      if (phase === 'without') conditions.add(`${column} IS NULL`);
      const by = phase === 'without' ? keys.slice(1) : keys;
      const from =
        after && (phase !== 'without' || after[0] === null) ? (phase === 'without' ? after.slice(1) : after) : null;
      if (from) {
        const marks = by.map(() => '?').join(', ');
        conditions.add(`(${by.join(', ')}) ${direction === 'DESC' ? '<' : '>'} (${marks})`, ...from);
      }
      const ordered = by.map((key) => `${key} ${direction}`).join(', ');
      const sql = `${SELECT} ${conditions.where} ORDER BY ${ordered} LIMIT ?`;
      rows.push(...this.sqlite.rows<Row>(sql, ...conditions.values, left));
    }
    return pageOf(rows.map(recordOf), limit, cursorOf);
  }

  async totals(choice: OverviewChoice): Promise<OverviewTotals> {
    const { merchant } = choice;
    const groups = this.groups(choice).map(({ reasons, ...group }) => ({ ...group, reasons: codesOf(reasons) }));
    return {
      ...totalsOf(groups),
      total: this.countAll(merchant),
      merchants: merchant === undefined ? this.firstMerchants() : [merchant],
      productTypes: this.typesOf(merchant),
    };
  }

  async distribution(choice: OverviewChoice): Promise<OverviewDistribution> {
    const { where, values } = this.choices.conditions(choice, null);
    const and = where === '' ? 'WHERE' : `${where} AND`;
    const binned = (value: string, bins: Bins): CellBin[] =>
      filledBins(
        bins,
        this.sqlite.all<{ bin: number; cells: number }>(
          `SELECT ${binOf(value, bins)} AS bin, count(*) AS cells FROM overview o ${and} ${value} IS NOT NULL GROUP BY bin`,
          ...values,
        ),
      );
    const grouped = (column: string): CellGroup[] =>
      this.sqlite.all<CellGroup>(
        `SELECT ${column} AS name, count(*) AS cells, avg(wape) AS wape, avg(elasticity) AS elasticity,
           avg(elasticity_low) AS elasticityLow, avg(elasticity_high) AS elasticityHigh
         FROM overview o ${and} elasticity IS NOT NULL GROUP BY ${column} ORDER BY cells DESC, name LIMIT ${MOST_GROUPS}`,
        ...values,
      );
    const map = this.sqlite.all<{ elasticity: number; doubt: number; cells: number }>(
      `SELECT ${binOf('elasticity', ELASTICITY_BINS)} AS elasticity,
         ${binOf('(elasticity_high - elasticity_low) / 2', DOUBT_BINS)} AS doubt, count(*) AS cells
       FROM overview o ${and} elasticity IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
      ...values,
    );
    return {
      error: binned('wape', ERROR_BINS),
      elasticity: filledBins(
        ELASTICITY_BINS,
        map.map(({ elasticity, cells }) => ({ bin: elasticity, cells })),
      ),
      map: map.map(mapBin),
      productTypes: grouped('product_type'),
      merchants: grouped('merchant'),
    };
  }

  async revision({ merchant, product }: CellName): Promise<number | null> {
    // Costs and market prices are not of one cell: an import of them counts for all.
    return (
      this.sqlite.all<{ revision: number }>(
        `SELECT revision + coalesce((SELECT json FROM document WHERE kind = 'revision' AND key = 'prices'), 0) AS revision
         FROM overview WHERE merchant = ? AND product = ?`,
        merchant,
        product,
      )[0]?.revision ?? null
    );
  }

  async merchants(merchant: string | null, { limit, after }: PageAsked): ReturnType<CellStore['merchants']> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('merchant > ?', after[0] as string);
    const rows = this.sqlite.all<{ merchant: string; products: number }>(
      `SELECT merchant, count(*) AS products FROM overview ${conditions.where} GROUP BY merchant ORDER BY merchant LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    return pageOf(rows, limit, (last) => [last.merchant]);
  }

  async products(merchant: string | null, { limit, after }: PageAsked): ReturnType<CellStore['products']> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('product > ?', after[0] as string);
    const rows = this.sqlite.all<{ product: string; merchants: number }>(
      `SELECT product, count(*) AS merchants FROM overview ${conditions.where} GROUP BY product ORDER BY product LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    const page = pageOf(rows, limit, (last) => [last.product]);
    const items = page.items.map(({ product, merchants }) => {
      const named = new Conditions().equal('merchant', merchant ?? undefined).equal('product', product);
      const [cell] = this.sqlite.all<{ productType: string; unit: string }>(
        `SELECT product_type AS productType, unit FROM overview ${named.where} ORDER BY merchant LIMIT 1`,
        ...named.values,
      ) as [{ productType: string; unit: string }];
      return { product, ...cell, merchants };
    });
    return { items, next: page.next };
  }

  /** One pass: groups of few states and fewer combinations of reasons, to be added up. */
  private groups(choice: OverviewChoice): Group[] {
    const { where, values } = this.choices.conditions(choice, null);
    return this.sqlite.all<Group>(
      `SELECT stage, state, reasons, horizon_unit AS horizonUnit, horizon_count AS horizonCount, count(*) AS cells, count(model_id) AS models,
         coalesce(sum(CASE WHEN stage = 'change' THEN gain END), 0) AS gain, count(wape) AS wapes,
         coalesce(sum(wape), 0) AS wape, max(last_day) AS lastDay, max(horizon_days) AS horizonDays,
         min(horizon_days) AS leastHorizonDays, min(price_since) AS earliest, max(price_since) AS latest
       FROM overview o ${where} GROUP BY stage, state, reasons, horizon_unit, horizon_count`,
      ...values,
    );
  }

  private countAll(merchant: string | undefined): number {
    const { where, values } = new Conditions().equal('merchant', merchant);
    return this.sqlite.all<{ n: number }>(`SELECT count(*) AS n FROM overview o ${where}`, ...values)[0]?.n ?? 0;
  }

  private firstMerchants(): string[] {
    return this.sqlite
      .all<{ name: string }>(`SELECT name FROM overview_name WHERE kind = 'merchant' ORDER BY name LIMIT ${MOST_NAMES}`)
      .map(({ name }) => name);
  }

  /** A product without a type is its own, which nobody needs to choose it by. */
  private typesOf(merchant: string | undefined): string[] {
    const found =
      merchant === undefined
        ? this.sqlite.all<{ name: string }>(
            `SELECT n.name FROM overview_name n WHERE n.kind = 'productType' AND EXISTS (
               SELECT 1 FROM overview o WHERE o.product_type = n.name AND o.product <> n.name)
             ORDER BY n.name LIMIT ${MOST_NAMES}`,
          )
        : this.sqlite.all<{ name: string }>(
            `SELECT DISTINCT product_type AS name FROM overview WHERE merchant = ? AND product_type <> product
             ORDER BY name LIMIT ${MOST_NAMES}`,
            merchant,
          );
    return found.map(({ name }) => name);
  }
}

/** As {@link OverviewGroup}, with its codes between commas. */
type Group = Omit<OverviewGroup, 'reasons'> & { readonly reasons: string };

/** Cells with sales. Pages by key: a cursor must not stay open while the caller writes. */
export function* cellRows(sqlite: SqliteConnection, filter: CellFilter): Iterable<CellSummary & { id: number }> {
  let after: [string, string] = ['', ''];
  for (;;) {
    const { where, values } = cellConditions(filter).add('(merchant, product) > (?, ?)', ...after);
    const page = sqlite.all<CellSummary & { id: number }>(
      `SELECT id, merchant, product, product_type AS productType, unit, frequency, missing_days AS missingDays, rows, first_day AS firstDay,
         last_day AS lastDay FROM cell ${where} ORDER BY merchant, product LIMIT 500`,
      ...values,
    );
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < 500) return;
    after = [last.merchant, last.product];
  }
}

function recordOf(row: Row): OverviewRecord {
  return {
    merchant: row[0],
    product: row[1],
    productType: row[2],
    unit: row[3],
    rows: row[4],
    lastDay: row[5],
    wape: row[6],
    elasticity: row[7],
    elasticityLow: row[8],
    elasticityHigh: row[9],
    trainedAt: row[10],
    state: row[11],
    currentPrice: row[12],
    recommendedPrice: row[13],
    gain: row[14],
    probabilityBetter: row[15],
    recommended: row[16] === 1,
    horizonDays: row[17],
    reasons: codesOf(row[18]),
    recommendationId: row[19],
    recommendationStatus: row[20],
    recommendationRevision: row[21],
    stage: row[22],
    lastPrice: row[23],
    priceSince: row[24],
  };
}

/** The overview keeps codes between commas. */
function codesOf(reasons: string): ReasonCode[] {
  return reasons === '' ? [] : (reasons.split(',') as ReasonCode[]);
}

function sortValue(row: OverviewRecord, sort: OverviewSort): Extract<SQLInputValue, string | number | null> {
  return sort === 'expectedGain' ? row.gain : row[sort];
}
