/** Which cells of the overview a choice means, as conditions. */

import pg from 'pg';
import { foldedText } from '../../contract/folded-text.ts';
import type { NameKind, OverviewChoice } from '../../contract/store/cells.ts';
import { RANGES } from '../overview-totals.ts';
import { Conditions } from './conditions.ts';
import type { PostgresConnection, Value } from './connection.ts';

const COLUMNS: Readonly<Record<NameKind, string>> = {
  merchant: 'merchant',
  product: 'product',
  productType: 'product_type',
};
/** So many cells are sorted in a few milliseconds. */
const FEW_CELLS = 2_000;
/** How long a count stands, and how many do. */
const COUNTED_MS = 30_000;
const MOST_COUNTED = 1_000;
/** So many names are looked up in a table of them; fewer are looked for by an index. */
const MANY_NAMES = 50;
const KINDS = Object.keys(COLUMNS) as NameKind[];

export class OverviewChoices {
  private readonly connection: PostgresConnection;
  /** Folded text by name. */
  private readonly names: Readonly<Record<NameKind, Map<string, string>>> = {
    merchant: new Map(),
    product: new Map(),
    productType: new Map(),
  };
  /** Choices whose cells were counted, by their conditions. */
  private readonly counted = new Map<string, { readonly isFew: boolean; readonly at: number }>();
  /** The oldest transaction that was still under way when names were read last. */
  private seen = '0';

  constructor(connection: PostgresConnection) {
    this.connection = connection;
  }

  /**
   * A page's statement. Where few cells are chosen they are found before they are put in order; else the cells are
   * walked in the order that is asked for, as a page is full long before all that are chosen would be sorted. The cells
   * of a merchant lie together whatever the order.
   *
   * @param select up to the word FROM, of a table `o`
   * @param asked.part a condition on the column that is sorted by, which may leave few of many: null for none
   * @param asked.behind a condition that leaves what comes behind the page before, with its values: null for none
   * @param asked.tail what stands behind the conditions
   */
  async page(
    choice: OverviewChoice,
    select: string,
    asked: {
      readonly part: string | null;
      readonly behind: readonly [string, readonly Value[]] | null;
      readonly tail: string;
    },
  ): Promise<{ readonly sql: string; readonly values: readonly Value[] }> {
    const conditions = await this.conditions(choice);
    const isEverything = conditions.where === '';
    if (asked.part !== null) conditions.add(asked.part);
    const chosen = conditions.where;
    const given = [...conditions.values];
    if (asked.behind) conditions.add(asked.behind[0], ...asked.behind[1]);
    const { where, values } = conditions;
    const isWalked = isEverything || choice.merchant !== undefined || !(await this.isFew(chosen, given));
    // Without OFFSET the planner would walk all cells in order after all.
    const cells = isWalked ? 'demanda.overview' : `(SELECT * FROM demanda.overview ${chosen} OFFSET 0)`;
    return { sql: `${select} ${cells} o ${where} ${asked.tail}`, values };
  }

  /**
   * Whether few cells are chosen, as it was when that was counted last: the count costs more than the page, and what it
   * decides is the way to the rows, not which they are.
   */
  private async isFew(chosen: string, values: readonly Value[]): Promise<boolean> {
    const key = JSON.stringify([chosen, values]);
    const known = this.counted.get(key);
    if (known && Date.now() - known.at < COUNTED_MS) return known.isFew;
    const found = await this.connection.one<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT FROM demanda.overview ${chosen} LIMIT ${FEW_CELLS}) c`,
      ...values,
    );
    const isFew = (found?.n ?? 0) < FEW_CELLS;
    if (this.counted.size >= MOST_COUNTED) this.counted.clear();
    this.counted.set(key, { isFew, at: Date.now() });
    return isFew;
  }

  async conditions({
    merchant,
    productType,
    state,
    stage,
    status,
    recommended,
    reason,
    search = '',
    ...ranges
  }: OverviewChoice): Promise<Conditions> {
    const conditions = new Conditions().equal('merchant', merchant).equal('product_type', productType);
    // Words of closed sets stand in the statement's text: a plan that is kept knows then how many cells have them.
    for (const [column, word] of Object.entries({ state, stage, recommendation_status: status }))
      if (word !== undefined) conditions.plain(`${column} = ${pg.escapeLiteral(word)}`);
    if (recommended !== undefined) conditions.plain(recommended ? 'recommended' : 'NOT recommended');
    if (reason !== undefined) conditions.plain(`reasons @> ARRAY[${pg.escapeLiteral(reason)}::text COLLATE "C"]`);
    for (const [name, condition] of Object.entries(RANGES)) {
      const value = ranges[name as keyof typeof RANGES];
      if (value !== undefined) conditions.add(condition, value);
    }
    const words = search.split(/\s+/).filter((word) => word !== '');
    if (words.length > 0) await this.readNames();
    for (const word of words) this.addWord(conditions, foldedText(word));
    return conditions;
  }

  /**
   * Cells one of whose names holds a word, whatever its case and accents. Nothing to ask where every merchant, product
   * or type does.
   */
  private addWord(conditions: Conditions, wanted: string): void {
    const found = KINDS.map((kind) => {
      const all = this.names[kind];
      const hits = [...all].filter(([, text]) => text.includes(wanted)).map(([name]) => name);
      return { column: COLUMNS[kind], hits, every: hits.length === all.size && all.size > 0 };
    });
    if (found.some(({ every }) => every)) return;
    const some = found.filter(({ hits }) => hits.length > 0);
    if (some.length === 0) conditions.add('false');
    else
      conditions.add(
        `(${some.map(({ column, hits }) => `${column} ${hits.length > MANY_NAMES ? 'IN (SELECT unnest(?::text[]))' : '= ANY (?)'}`).join(' OR ')})`,
        ...some.map(({ hits }) => hits),
      );
  }

  /** Only what was added since the last look, or by who had not ended then. */
  private async readNames(): Promise<void> {
    const rows = await this.connection.all<{ kind: NameKind; name: string; seen: string }>(
      `SELECT kind, name, pg_snapshot_xmin(pg_current_snapshot())::text AS seen FROM demanda.overview_name
       WHERE added >= $1::text::xid8`,
      this.seen,
    );
    for (const { kind, name } of rows) if (!this.names[kind].has(name)) this.names[kind].set(name, foldedText(name));
    const [first] = rows;
    if (first) this.seen = first.seen;
  }
}
