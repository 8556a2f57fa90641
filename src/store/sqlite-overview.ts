/** The overview in SQLite: lists and totals from summary columns, by keyset, never from sales, models or history. */

import type { SQLInputValue } from 'node:sqlite';
import type { CellState, OverviewSort } from '../contract/api.ts';
import type { Cursor, OverviewChoice, OverviewRecord, OverviewStore, OverviewTotals, Page, PageAsked } from '../contract/service-store.ts';
import { isAlive } from './process-alive.ts';
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

/** How long a look at the processes that train holds. */
const LIVENESS_MS = 1_000;
const MOST_NAMES = 500;
const STATES: readonly CellState[] = ['live', 'candidate', 'unfinished', 'untrained', 'training', 'failed'];

export class SqliteOverview implements OverviewStore {
  private readonly sqlite: Sqlite;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(sqlite: Sqlite) {
    this.sqlite = sqlite;
  }

  async list(choice: OverviewChoice, sort: OverviewSort, order: 'asc' | 'desc', { limit, after }: PageAsked): Promise<Page<OverviewRecord>> {
    this.endDeadTrainings();
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
      const conditions = this.conditions(choice);
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
    this.endDeadTrainings();
    const { where, values } = this.conditions(choice);
    const own = choice.merchant === undefined ? {} : { merchant: choice.merchant };
    const all = <T>(sql: string): T[] => this.sqlite.all<T>(sql, ...values);
    const [sums] = all<Omit<OverviewTotals, 'states' | 'byReason' | 'total' | 'merchants' | 'productTypes'>>(
      `SELECT count(*) AS cells, count(model_id) AS models, coalesce(sum(recommended = 1 AND recommended_price <> current_price), 0) AS changes,
         coalesce(sum(CASE WHEN recommended = 1 THEN gain END), 0) AS gain, coalesce(sum(reasons <> ''), 0) AS warnings, avg(wape) AS meanWape,
         max(last_day) AS lastDay, max(horizon_days) AS horizonDays FROM overview o ${where}`,
    ) as [OverviewTotals];
    const states = new Map(
      all<{ state: CellState; n: number }>(`SELECT state, count(*) AS n FROM overview o ${where} GROUP BY state`).map((r) => [r.state, r.n]),
    );
    const byReason: Record<string, number> = {};
    for (const { reasons, n } of all<{ reasons: string; n: number }>(`SELECT reasons, count(*) AS n FROM overview o ${where} GROUP BY reasons`)) {
      for (const code of reasons.split(',')) if (code !== '') byReason[code] = (byReason[code] ?? 0) + n;
    }
    const seen = this.conditions(own);
    const names = (column: 'merchant' | 'product_type'): string[] =>
      this.sqlite
        .all<{ name: string }>(`SELECT DISTINCT ${column} AS name FROM overview o ${seen.where} ORDER BY ${column} LIMIT ${MOST_NAMES}`, ...seen.values)
        .map((row) => row.name);
    const [{ n: total }] = this.sqlite.all<{ n: number }>(`SELECT count(*) AS n FROM overview o ${seen.where}`, ...seen.values) as [{ n: number }];
    return {
      ...sums,
      total,
      states: Object.fromEntries(STATES.map((state) => [state, states.get(state) ?? 0])) as Record<CellState, number>,
      byReason,
      merchants: names('merchant'),
      productTypes: names('product_type'),
    };
  }

  async revision(merchant: string, product: string): Promise<number | null> {
    return this.sqlite.all<{ revision: number }>('SELECT revision FROM overview WHERE merchant = ? AND product = ?', merchant, product)[0]?.revision ?? null;
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
    const rows = this.sqlite.all<{ product: string; productType: string; unit: string; merchants: number }>(
      `SELECT product, max(product_type) AS productType, max(unit) AS unit, count(*) AS merchants FROM overview ${conditions.where}
       GROUP BY product ORDER BY product LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    return pageOf(rows, limit, (last) => [last.product]);
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

  /** A run whose process is gone was interrupted: its row says so from now on. */
  private endDeadTrainings(): void {
    const now = performance.now();
    if (now - this.lookedAt < LIVENESS_MS) return;
    this.lookedAt = now;
    const dead = this.sqlite
      .all<{ pid: number | null }>("SELECT DISTINCT run_pid AS pid FROM overview WHERE state = 'training'")
      .filter(({ pid }) => pid === null || !isAlive(pid));
    if (dead.length === 0) return;
    this.sqlite.write((database) => {
      const end = database.prepare("UPDATE overview SET run_status = 'stopped' WHERE run_status = 'running' AND run_pid IS ?");
      for (const { pid } of dead) end.run(pid);
    });
  }

  private conditions(choice: OverviewChoice): Conditions {
    const conditions = new Conditions()
      .equal('merchant', choice.merchant)
      .equal('product_type', choice.productType)
      .equal('state', choice.state)
      .equal('recommendation_status', choice.status)
      .equal('recommended', choice.recommended === undefined ? undefined : Number(choice.recommended));
    if (choice.reason !== undefined) conditions.add("(',' || reasons || ',') LIKE ?", `%,${choice.reason},%`);
    for (const word of (choice.search ?? '').split(/\s+/).filter((w) => w !== '')) {
      // Trigrams find any part of a name from three letters on; shorter words are looked for one row after another.
      if ([...word].length >= 3) conditions.add('o.id IN (SELECT rowid FROM overview_search WHERE overview_search MATCH ?)', `"${word.replaceAll('"', '""')}"`);
      else {
        const like = `%${word.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
        conditions.add("(merchant LIKE ? ESCAPE '\\' OR product LIKE ? ESCAPE '\\' OR product_type LIKE ? ESCAPE '\\')", like, like, like);
      }
    }
    return conditions;
  }
}

function sortValue(row: OverviewRecord, sort: OverviewSort): Extract<SQLInputValue, string | number | null> {
  return sort === 'expectedGain' ? row.gain : row[sort];
}
