/** Cells in PostgreSQL: lists and totals from summary columns, by keyset, never from sales, models or history. */

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
import type { SortOrder } from '../../core/vocabulary.ts';
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
import { Conditions, cellConditions, limitFor } from './conditions.ts';
import type { PostgresConnection } from './connection.ts';
import { OverviewChoices } from './overview-choices.ts';

const SELECT = `SELECT merchant, product, product_type AS "productType", unit, rows, last_day AS "lastDay", wape,
  elasticity,   elasticity_low AS "elasticityLow", elasticity_high AS "elasticityHigh", trained_at AS "trainedAt", state,
  current_price AS "currentPrice", recommended_price AS "recommendedPrice", gain,
  probability_better AS "probabilityBetter",   recommended, horizon_days AS "horizonDays", reasons, recommendation_id AS "recommendationId",
  recommendation_status AS "recommendationStatus", stage, last_price AS "lastPrice", price_since AS "priceSince",
  (SELECT revision FROM demanda.recommendation r WHERE r.id = o.recommendation_id) AS "recommendationRevision"
  FROM`;

const MOST_NAMES = 500;
/** Cells that a list reads at once. */
const LISTED = 500;
const NAME_COLUMNS = { merchant: 'merchant', product: 'product', productType: 'product_type' } as const;

export class PostgresCells implements CellStore {
  private readonly connection: PostgresConnection;
  private readonly choices: OverviewChoices;

  constructor(connection: PostgresConnection) {
    this.connection = connection;
    this.choices = new OverviewChoices(connection);
  }

  async count(filter: CellFilter): Promise<number> {
    const { where, values } = cellConditions(filter);
    return this.number(`SELECT count(*) AS n FROM demanda.cell ${where}`, values);
  }

  async *list(filter: CellFilter): AsyncIterable<CellSummary> {
    for (let after: CellName | null = null; ; ) {
      const conditions = cellConditions(filter);
      if (after) conditions.add('(merchant, product) > (?, ?)', after.merchant, after.product);
      const page: CellSummary[] = await this.connection.all<CellSummary>(
        `SELECT merchant, product, product_type AS "productType", unit, frequency, missing_days AS "missingDays", rows,
           first_day AS "firstDay", last_day AS "lastDay" FROM demanda.cell ${conditions.where}
         ORDER BY merchant, product LIMIT ${LISTED}`,
        ...conditions.values,
      );
      yield* page;
      if (page.length < LISTED) return;
      after = page.at(-1) as CellSummary;
    }
  }

  async names(kind: NameKind, merchant?: string): Promise<string[]> {
    const { where, values } = new Conditions().equal('merchant', merchant);
    return this.texts(`SELECT DISTINCT ${NAME_COLUMNS[kind]} AS name FROM demanda.cell ${where} ORDER BY name`, values);
  }

  async unsold(): ReturnType<CellStore['unsold']> {
    return this.connection.all(
      `SELECT merchant, product, coalesce(max(type), product) AS "productType" FROM (
         SELECT merchant, product, product_type AS type FROM demanda.model
         UNION ALL SELECT merchant, product, NULL FROM demanda.run
         UNION ALL SELECT merchant, product, NULL FROM demanda.model_number) t
       WHERE NOT EXISTS (SELECT 1 FROM demanda.cell c WHERE c.merchant = t.merchant AND c.product = t.product)
       GROUP BY merchant, product ORDER BY merchant, product`,
    );
  }

  async span(merchant?: string): ReturnType<CellStore['span']> {
    const { where, values } = new Conditions().equal('merchant', merchant);
    const span = await this.connection.one<{ firstDay: number | null; lastDay: number | null }>(
      // Without OFFSET the cells of all merchants are walked in order of day until one of the merchant's comes.
      `SELECT min(first_day) AS "firstDay", max(last_day) AS "lastDay"
       FROM ${where === '' ? 'demanda.cell' : `(SELECT first_day, last_day FROM demanda.cell ${where} OFFSET 0) c`}`,
      ...values,
    );
    return span ?? { firstDay: null, lastDay: null };
  }

  async overview(
    choice: OverviewChoice,
    sort: OverviewSort,
    order: SortOrder,
    { limit, after }: PageAsked,
  ): Promise<Page<OverviewRecord>> {
    const column = SORT_COLUMNS[sort];
    const names = sort === 'product' ? ['product', 'merchant'] : ['merchant', 'product'];
    const isByName = sort === 'merchant' || sort === 'product';
    const keys = isByName ? names : [column, ...names];
    const cursorOf = (row: OverviewRecord): Cursor =>
      isByName
        ? names.map((name) => row[name as 'merchant' | 'product'])
        : [sort === 'expectedGain' ? row.gain : row[sort], row.merchant, row.product];
    const rows: OverviewRecord[] = [];
    // Cells without a figure come after all others, whichever way the others are sorted.
    const phases = isByName ? ['all'] : after?.[0] === null ? ['without'] : ['with', 'without'];
    for (const phase of phases) {
      const left = limit + 1 - rows.length;
      if (left <= 0) break;
      const isWithout = phase === 'without';
      const direction = order === 'desc' && !isWithout ? 'DESC' : 'ASC';
      const by = isWithout ? keys.slice(1) : keys;
      const from = after && (!isWithout || after[0] === null) ? (isWithout ? after.slice(1) : after) : null;
      const beyond = `(${by.join(', ')}) ${direction === 'DESC' ? '<' : '>'} (${by.map(() => '?').join(', ')})`;
      const { sql, values } = await this.choices.page(choice, SELECT, {
        part: isByName ? null : `${column} IS ${isWithout ? '' : 'NOT '}NULL`,
        behind: from && [beyond, from],
        tail: `ORDER BY ${by.map((key) => `${key} ${direction}`).join(', ')} LIMIT ${limitFor(left)}`,
      });
      rows.push(...(await this.connection.all<OverviewRecord>(sql, ...values)));
    }
    return pageOf(rows, limit, cursorOf);
  }

  async totals(choice: OverviewChoice): Promise<OverviewTotals> {
    const { merchant } = choice;
    const totals = totalsOf(await this.groups(choice));
    const isChosen = Object.entries(choice).some(
      ([name, value]) => name !== 'merchant' && value !== undefined && value !== '',
    );
    return {
      ...totals,
      // Nobody counts twice what was just added up.
      total: isChosen ? await this.countAll(merchant) : totals.cells,
      merchants: merchant === undefined ? await this.firstMerchants() : [merchant],
      productTypes: await this.typesOf(merchant),
    };
  }

  async distribution(choice: OverviewChoice): Promise<OverviewDistribution> {
    const { where, values } = await this.choices.conditions(choice);
    const and = where === '' ? 'WHERE' : `${where} AND`;
    const binned = async (value: string, bins: Bins): Promise<CellBin[]> =>
      filledBins(
        bins,
        await this.connection.all<{ bin: number; cells: number }>(
          `SELECT ${binOf(value, bins)} AS bin, count(*) AS cells FROM demanda.overview o ${and} ${value} IS NOT NULL GROUP BY 1`,
          ...values,
        ),
      );
    const grouped = (column: string): Promise<CellGroup[]> =>
      this.connection.all<CellGroup>(
        `SELECT ${column} AS name, count(*) AS cells, avg(wape) AS wape, avg(elasticity) AS elasticity,
           avg(elasticity_low) AS "elasticityLow", avg(elasticity_high) AS "elasticityHigh"
         FROM demanda.overview o ${and} elasticity IS NOT NULL GROUP BY ${column}
         ORDER BY cells DESC, ${column} LIMIT ${MOST_GROUPS}`,
        ...values,
      );
    const map = await this.connection.all<{ elasticity: number; doubt: number; cells: number }>(
      `SELECT ${binOf('elasticity', ELASTICITY_BINS)} AS elasticity,
         ${binOf('(elasticity_high - elasticity_low) / 2', DOUBT_BINS)} AS doubt, count(*) AS cells
       FROM demanda.overview o ${and} elasticity IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
      ...values,
    );
    return {
      error: await binned('wape', ERROR_BINS),
      elasticity: filledBins(
        ELASTICITY_BINS,
        map.map(({ elasticity, cells }) => ({ bin: elasticity, cells })),
      ),
      map: map.map(mapBin),
      productTypes: await grouped('product_type'),
      merchants: await grouped('merchant'),
    };
  }

  async revision({ merchant, product }: CellName): Promise<number | null> {
    // Costs and market prices are not of one cell: an import of them counts for all.
    const row = await this.connection.one<{ revision: number }>(
      `SELECT revision + (SELECT number FROM demanda.version WHERE what = 'prices') AS revision
       FROM demanda.overview WHERE merchant = $1 AND product = $2`,
      merchant,
      product,
    );
    return row?.revision ?? null;
  }

  async merchants(merchant: string | null, { limit, after }: PageAsked): ReturnType<CellStore['merchants']> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('merchant > ?', after[0] as string);
    const rows = await this.connection.all<{ merchant: string; products: number }>(
      `${firstOf('merchant', conditions, limit + 1)}
       SELECT name AS merchant, (SELECT count(*) FROM demanda.overview o WHERE o.merchant = f.name) AS products
       FROM found f WHERE name IS NOT NULL ORDER BY name`,
      ...conditions.values,
    );
    return pageOf(rows, limit, (last) => [last.merchant]);
  }

  async products(merchant: string | null, { limit, after }: PageAsked): ReturnType<CellStore['products']> {
    const conditions = new Conditions();
    const own = merchant === null ? '' : ` AND o.merchant = ${conditions.bind(merchant)}`;
    conditions.equal('merchant', merchant ?? undefined);
    if (after) conditions.add('product > ?', after[0] as string);
    const rows = await this.connection.all<{ product: string; productType: string; unit: string; merchants: number }>(
      `${firstOf('product', conditions, limit + 1)}
       SELECT name AS product, first.product_type AS "productType", first.unit, (
         SELECT count(*) FROM demanda.overview o WHERE o.product = f.name${own}) AS merchants
       FROM found f CROSS JOIN LATERAL (
         SELECT product_type, unit FROM demanda.overview o WHERE o.product = f.name${own} ORDER BY merchant LIMIT 1) first
       WHERE name IS NOT NULL ORDER BY name`,
      ...conditions.values,
    );
    return pageOf(rows, limit, (last) => [last.product]);
  }

  /** One pass: groups of few states and fewer combinations of reasons, to be added up. */
  private async groups(choice: OverviewChoice): Promise<OverviewGroup[]> {
    const { where, values } = await this.choices.conditions(choice);
    return this.connection.all<OverviewGroup>(
      `SELECT stage, state, reasons, horizon_unit AS "horizonUnit", horizon_count AS "horizonCount", count(*) AS cells, count(model_id) AS models,
         coalesce(sum(gain) FILTER (WHERE stage = 'change'), 0) AS gain, count(wape) AS wapes,
         coalesce(sum(wape), 0) AS wape, max(last_day) AS "lastDay", max(horizon_days) AS "horizonDays",
         min(horizon_days) AS "leastHorizonDays", min(price_since) AS earliest, max(price_since) AS latest
       FROM demanda.overview o ${where} GROUP BY stage, state, reasons, horizon_unit, horizon_count`,
      ...values,
    );
  }

  private async countAll(merchant: string | undefined): Promise<number> {
    const { where, values } = new Conditions().equal('merchant', merchant);
    return this.number(`SELECT count(*) AS n FROM demanda.overview ${where}`, values);
  }

  private async firstMerchants(): Promise<string[]> {
    return this.texts(
      `SELECT name FROM demanda.overview_name WHERE kind = 'merchant' ORDER BY name LIMIT ${MOST_NAMES}`,
      [],
    );
  }

  /** A product without a type is its own, which nobody needs to choose it by. */
  private async typesOf(merchant: string | undefined): Promise<string[]> {
    if (merchant === undefined)
      // Without OFFSET all cells are gone through; so the first of each type is looked for.
      return this.texts(
        `SELECT n.name FROM demanda.overview_name n WHERE n.kind = 'productType' AND EXISTS (
           SELECT FROM demanda.overview o WHERE o.product_type = n.name AND o.product <> n.name OFFSET 0)
         ORDER BY n.name LIMIT ${MOST_NAMES}`,
        [],
      );
    return this.texts(
      `SELECT DISTINCT product_type AS name FROM demanda.overview WHERE merchant = $1 AND product_type <> product
       ORDER BY name LIMIT ${MOST_NAMES}`,
      [merchant],
    );
  }

  private async number(sql: string, values: Conditions['values']): Promise<number> {
    return (await this.connection.one<{ n: number }>(sql, ...values))?.n ?? 0;
  }

  private async texts(sql: string, values: Conditions['values']): Promise<string[]> {
    return (await this.connection.all<{ name: string }>(sql, ...values)).map(({ name }) => name);
  }
}

/**
 * The first names in order, each found by one look into an index: how many cells have them does not count. As `found
 * (name)`, with a row of null behind the last.
 */
function firstOf(column: 'merchant' | 'product', conditions: Conditions, count: number): string {
  const { where } = conditions;
  const more = where === '' ? 'WHERE' : `${where} AND`;
  return `WITH RECURSIVE found AS (
    (SELECT ${column} AS name, 1 AS number FROM demanda.overview ${where} ORDER BY ${column} LIMIT 1)
    UNION ALL SELECT (
      SELECT ${column} FROM demanda.overview ${more} ${column} > found.name ORDER BY ${column} LIMIT 1), number + 1
    FROM found WHERE name IS NOT NULL AND number < ${conditions.bind(count)})`;
}
