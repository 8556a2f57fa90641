/** The overview in SQLite: lists and totals from summary columns, by keyset, never from sales, models or history. */

import type { SQLInputValue } from 'node:sqlite';
import type { CellState, OverviewSort } from '../contract/api.ts';
import type { Cursor, OverviewChoice, OverviewRecord, OverviewStore, OverviewTotals, Page, PageAsked } from '../contract/service-store.ts';
import { stillLives } from './process-identity.ts';
import { Conditions, pageOf, type Sqlite } from './sqlite-connection.ts';

const SORT_COLUMNS: Readonly<Record<OverviewSort, string>> = {
  merchant: 'merchant',
  product: 'product',
  currentPrice: 'current_price',
  recommendedPrice: 'recommended_price',
  expectedGain: 'gain',
  probabilityBetter: 'probability_better',
  wape: 'wape',
  elasticity: 'elasticity',
  lastDay: 'last_day',
  trainedAt: 'trained_at',
};

const SELECT = `SELECT o.id, merchant, product, product_type AS productType, unit, rows, last_day AS lastDay, wape, elasticity, elasticity_low AS elasticityLow,
  elasticity_high AS elasticityHigh, trained_at AS trainedAt, state, current_price AS currentPrice, recommended_price AS recommendedPrice, gain,
  probability_better AS probabilityBetter, recommended, horizon_days AS horizonDays, reasons, recommendation_id AS recommendationId,
  recommendation_status AS recommendationStatus, (SELECT revision FROM recommendation r WHERE r.id = o.recommendation_id) AS recommendationRevision
  FROM overview o`;

const MOST_NAMES = 500;
/** So many cells are sorted in a few milliseconds. */
const FEW_CELLS = 2_000;
const STATES: readonly CellState[] = ['live', 'candidate', 'unfinished', 'untrained', 'training', 'failed'];

export class SqliteOverview implements OverviewStore {
  private readonly sqlite: Sqlite;
  private readonly names: FoldedNames = { merchant: [], product: [], productType: [] };
  private lastName = 0;

  constructor(sqlite: Sqlite) {
    this.sqlite = sqlite;
  }

  async list(choice: OverviewChoice, sort: OverviewSort, order: 'asc' | 'desc', { limit, after }: PageAsked): Promise<Page<OverviewRecord>> {
    const column = SORT_COLUMNS[sort];
    const keys = sort === 'merchant' ? ['merchant', 'product'] : sort === 'product' ? ['product', 'merchant'] : [column, 'merchant', 'product'];
    const cursorOf = (row: OverviewRecord): Cursor =>
      keys.length === 2 ? [row[keys[0] as 'merchant'], row[keys[1] as 'product']] : [sortValue(row, sort), row.merchant, row.product];
    const rows: OverviewRecord[] = [];
    // Cells without a figure come after all others, whichever way the others are sorted.
    const phases = keys.length === 2 ? ['all'] : after?.[0] === null ? ['without'] : ['with', 'without'];
    for (const phase of phases) {
      const left = limit + 1 - rows.length;
      if (left <= 0) break;
      const conditions = this.conditions(choice, column);
      const direction = order === 'desc' && phase !== 'without' ? 'DESC' : 'ASC';
      if (phase === 'with') conditions.add(`${column} IS NOT NULL`);
      if (phase === 'without') conditions.add(`${column} IS NULL`);
      const by = phase === 'without' ? keys.slice(1) : keys;
      const from = after && (phase !== 'without' || after[0] === null) ? (phase === 'without' ? after.slice(1) : after) : null;
      if (from) conditions.add(`(${by.join(', ')}) ${direction === 'DESC' ? '<' : '>'} (${by.map(() => '?').join(', ')})`, ...from);
      rows.push(
        ...this.sqlite.all<OverviewRecord>(
          `${SELECT} ${conditions.where} ORDER BY ${by.map((key) => `${key} ${direction}`).join(', ')} LIMIT ?`,
          ...conditions.values,
          left,
        ),
      );
    }
    return pageOf(rows, limit, cursorOf);
  }

  async totals(choice: OverviewChoice): Promise<OverviewTotals> {
    // One pass: groups of few states and fewer combinations of reasons, added up here.
    const { where, values } = this.conditions(choice, null);
    const groups = this.sqlite.all<{
      state: CellState;
      reasons: string;
      cells: number;
      models: number;
      changes: number;
      gain: number;
      wapes: number;
      wape: number;
      lastDay: number | null;
      horizonDays: number | null;
    }>(
      `SELECT state, reasons, count(*) AS cells, count(model_id) AS models, sum(recommended = 1 AND recommended_price <> current_price) AS changes,
         coalesce(sum(CASE WHEN recommended = 1 THEN gain END), 0) AS gain, count(wape) AS wapes, coalesce(sum(wape), 0) AS wape,
         max(last_day) AS lastDay, max(horizon_days) AS horizonDays FROM overview o ${where} GROUP BY state, reasons`,
      ...values,
    );
    const sum = (of: (group: (typeof groups)[number]) => number): number => groups.reduce((total, group) => total + of(group), 0);
    const states = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<CellState, number>;
    const byReason: Record<string, number> = {};
    for (const { state, reasons, cells } of groups) {
      states[state] += cells;
      for (const code of reasons.split(',')) if (code !== '') byReason[code] = (byReason[code] ?? 0) + cells;
    }
    const largest = (of: (group: (typeof groups)[number]) => number | null): number | null =>
      groups.reduce<number | null>((most, group) => (of(group) === null ? most : Math.max(most ?? Number.NEGATIVE_INFINITY, of(group) as number)), null);
    const wapes = sum((g) => g.wapes);
    return {
      cells: sum((g) => g.cells),
      total: this.count(new Conditions().equal('merchant', choice.merchant)),
      models: sum((g) => g.models),
      states,
      byReason,
      changes: sum((g) => g.changes),
      gain: sum((g) => g.gain),
      warnings: sum((g) => (g.reasons === '' ? 0 : g.cells)),
      meanWape: wapes === 0 ? null : sum((g) => g.wape) / wapes,
      lastDay: largest((g) => g.lastDay),
      horizonDays: largest((g) => g.horizonDays),
      merchants: choice.merchant === undefined ? this.firstNames('merchant') : [choice.merchant],
      productTypes: choice.merchant === undefined ? this.firstNames('productType') : this.typesOf(choice.merchant),
    };
  }

  async revision(merchant: string, product: string): Promise<number | null> {
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

  async merchants(merchant: string | null, { limit, after }: PageAsked): ReturnType<OverviewStore['merchants']> {
    const conditions = new Conditions().equal('merchant', merchant ?? undefined);
    if (after) conditions.add('merchant > ?', after[0] as string);
    const rows = this.sqlite.all<{ merchant: string; products: number }>(
      `SELECT merchant, count(*) AS products FROM overview ${conditions.where} GROUP BY merchant ORDER BY merchant LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    return pageOf(rows, limit, (last) => [last.merchant]);
  }

  async products(merchant: string | null, { limit, after }: PageAsked): ReturnType<OverviewStore['products']> {
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
        `SELECT product_type AS productType, unit FROM overview ${named.where} LIMIT 1`,
        ...named.values,
      ) as [{ productType: string; unit: string }];
      return { product, ...cell, merchants };
    });
    return { items, next: page.next };
  }

  async coverage(choice: Parameters<OverviewStore['coverage']>[0], { limit, after }: PageAsked): ReturnType<OverviewStore['coverage']> {
    const conditions = new Conditions().equal('merchant', choice.merchant).equal('product', choice.product);
    if (after) conditions.add('(merchant, product) > (?, ?)', ...after);
    const cells = this.sqlite.all<{ id: number; merchant: string; product: string; unit: string; frequency: string }>(
      `SELECT id, merchant, product, unit, frequency FROM cell ${conditions.where} ORDER BY merchant, product LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    const page = pageOf(cells, limit, (last) => [last.merchant, last.product]);
    return {
      next: page.next,
      items: page.items.map(({ id, ...cell }) => ({
        ...cell,
        months: this.sqlite.all(
          `SELECT strftime('%Y-%m', day * 86400, 'unixepoch') AS month, count(*) AS rows, sum(sold_out) AS soldOut FROM sale WHERE cell = ? GROUP BY month ORDER BY month`,
          id,
        ),
      })),
    };
  }

  async marketPrices(name: string | null, { limit, after }: PageAsked): ReturnType<OverviewStore['marketPrices']> {
    const conditions = new Conditions().equal('name', name ?? undefined);
    if (after) conditions.add('(name > ? OR (name = ? AND day < ?))', after[0] as string, after[0] as string, after[1] as number);
    const rows = this.sqlite.all<{ name: string; day: number; price: number }>(
      `SELECT name, day, price FROM market_price ${conditions.where} ORDER BY name, day DESC LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    return pageOf(rows, limit, (last) => [last.name, last.day]);
  }

  async endDeadTrainings(): Promise<void> {
    const dead = this.sqlite
      .all<{ id: number; pid: number | null; identity: string | null }>(
        `SELECT id, run_pid AS pid, (SELECT identity FROM held_cell h WHERE h.merchant = o.merchant AND h.product = o.product AND h.pid = o.run_pid) AS identity
         FROM overview o WHERE state = 'training'`,
      )
      .filter(({ pid, identity }) => pid === null || identity === null || !stillLives(pid, identity));
    if (dead.length === 0) return;
    this.sqlite.write((database) => {
      // Another process may have gone on with the run meanwhile.
      const end = database.prepare("UPDATE overview SET run_status = 'stopped' WHERE id = ? AND run_status = 'running' AND run_pid IS ?");
      for (const { id, pid } of dead) end.run(id, pid);
    });
  }

  /**
   * The conditions of a choice. An index serves one of them at most: the one that leaves the fewest cells, where those are few; else the cells are walked in
   * the order that was asked for and the conditions only checked, because a page is full long before all that match would be sorted.
   *
   * @param sortColumn null: no order is asked for
   */
  private conditions(choice: OverviewChoice, sortColumn: string | null): Conditions {
    const filters: Filter[] = [];
    const equal = (column: string, value: SQLInputValue | undefined): void => {
      if (value !== undefined) filters.push({ driving: `${column} = ?`, checking: `+${column} = ?`, values: [value] });
    };
    equal('merchant', choice.merchant);
    equal('product_type', choice.productType);
    equal('state', choice.state);
    equal('recommendation_status', choice.status);
    equal('recommended', choice.recommended === undefined ? undefined : Number(choice.recommended));
    if (choice.reason !== undefined) {
      filters.push({
        driving: 'o.id IN (SELECT cell FROM overview_reason WHERE code = ?)',
        checking: 'EXISTS (SELECT 1 FROM overview_reason WHERE code = ? AND cell = o.id)',
        values: [choice.reason],
      });
    }
    for (const word of (choice.search ?? '').split(/\s+/).filter((w) => w !== '')) filters.push(...this.wordFilters(word));
    const counts = filters.map((filter) => this.countUpTo(filter, FEW_CELLS));
    const least = Math.min(...counts);
    // The cells of a merchant lie together in the order of their products.
    const inOrder = choice.merchant !== undefined && (sortColumn === 'merchant' || sortColumn === 'product');
    const driver = inOrder ? 0 : least < FEW_CELLS ? counts.indexOf(least) : -1;
    const conditions = new Conditions();
    filters.forEach((filter, i) => {
      conditions.add(i === driver ? filter.driving : filter.checking, ...filter.values);
    });
    return conditions;
  }

  /** Cells one of whose names holds a word, whatever its case and accents. Nothing to ask where every merchant, product or type does. */
  private wordFilters(word: string): Filter[] {
    const wanted = folded(word);
    const names = this.foldedNames();
    const found = (['merchant', 'product', 'productType'] as const).map((kind) => {
      const all = names[kind];
      const hits = all.filter(({ text }) => text.includes(wanted)).map(({ name }) => name);
      return { column: kind === 'productType' ? 'product_type' : kind, hits, every: hits.length === all.length && all.length > 0 };
    });
    if (found.some(({ every }) => every)) return [];
    const some = found.filter(({ hits }) => hits.length > 0);
    if (some.length === 0) return [{ driving: 'false', checking: 'false', values: [] }];
    const isIn = (plus: '' | '+'): string => `(${some.map(({ column }) => `${plus}${column} IN (SELECT value FROM json_each(?))`).join(' OR ')})`;
    return [{ driving: isIn(''), checking: isIn('+'), values: some.map(({ hits }) => JSON.stringify(hits)) }];
  }

  /** Names with their folded text; only what was added since the last look is read. */
  private foldedNames(): FoldedNames {
    const added = this.sqlite.all<{ id: number; kind: keyof FoldedNames; name: string }>(
      'SELECT id, kind, name FROM overview_name WHERE id > ? ORDER BY id',
      this.lastName,
    );
    for (const { id, kind, name } of added) {
      this.names[kind].push({ name, text: folded(name) });
      this.lastName = id;
    }
    return this.names;
  }

  private firstNames(kind: keyof FoldedNames): string[] {
    return this.sqlite.all<{ name: string }>('SELECT name FROM overview_name WHERE kind = ? ORDER BY name LIMIT ?', kind, MOST_NAMES).map(({ name }) => name);
  }

  private typesOf(merchant: string): string[] {
    return this.sqlite
      .all<{ type: string }>('SELECT DISTINCT product_type AS type FROM overview WHERE merchant = ? ORDER BY type LIMIT ?', merchant, MOST_NAMES)
      .map(({ type }) => type);
  }

  private count({ where, values }: Conditions): number {
    return this.sqlite.all<{ n: number }>(`SELECT count(*) AS n FROM overview o ${where}`, ...values)[0]?.n ?? 0;
  }

  private countUpTo({ driving, values }: Filter, most: number): number {
    return this.sqlite.all<{ n: number }>(`SELECT count(*) AS n FROM (SELECT 1 FROM overview o WHERE ${driving} LIMIT ${most})`, ...values)[0]?.n ?? 0;
  }
}

/** One condition, as an index may serve it and as it is only checked (a unary plus keeps SQLite from using an index). */
interface Filter {
  readonly driving: string;
  readonly checking: string;
  readonly values: readonly SQLInputValue[];
}

type FoldedNames = Readonly<Record<'merchant' | 'product' | 'productType', { readonly name: string; readonly text: string }[]>>;

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function sortValue(row: OverviewRecord, sort: OverviewSort): Extract<SQLInputValue, string | number | null> {
  return sort === 'expectedGain' ? row.gain : row[sort];
}
