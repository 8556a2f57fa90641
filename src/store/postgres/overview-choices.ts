/** Which cells of the overview a choice means, as conditions. */

import { foldedText } from '../../contract/folded-text.ts';
import type { NameKind, OverviewChoice } from '../../contract/store/cells.ts';
import { RANGES } from '../overview-totals.ts';
import { Conditions } from './conditions.ts';
import type { PostgresConnection } from './connection.ts';

const COLUMNS: Readonly<Record<NameKind, string>> = {
  merchant: 'merchant',
  product: 'product',
  productType: 'product_type',
};
/** So many cells are sorted in a few milliseconds. */
const FEW_CELLS = 2_000;
const KINDS = Object.keys(COLUMNS) as NameKind[];

export class OverviewChoices {
  private readonly connection: PostgresConnection;
  /** Folded text by name. */
  private readonly names: Readonly<Record<NameKind, Map<string, string>>> = {
    merchant: new Map(),
    product: new Map(),
    productType: new Map(),
  };
  /** The oldest transaction that was still under way when names were read last. */
  private seen = '0';

  constructor(connection: PostgresConnection) {
    this.connection = connection;
  }

  /**
   * The conditions of a choice, and what to select from. Where few cells are chosen they are found before they are put
   * in order; else the cells are walked in the order that is asked for, as a page is full long before all that are chosen
   * would be sorted. The cells of a merchant lie together whatever the order.
   *
   * @param part a condition on the column that is sorted by, which may leave few of many: null for none
   */
  async source(
    choice: OverviewChoice,
    part: string | null,
  ): Promise<{ readonly conditions: Conditions; readonly source: string }> {
    const conditions = await this.conditions(choice);
    const isEverything = conditions.where === '';
    if (part !== null) conditions.add(part);
    const { where, values } = conditions;
    if (isEverything || choice.merchant !== undefined) return { conditions, source: 'demanda.overview' };
    const found = await this.connection.one<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT FROM demanda.overview ${where} LIMIT ${FEW_CELLS}) o`,
      ...values,
    );
    // Without OFFSET the planner would walk all cells in order after all.
    const few = `(SELECT * FROM demanda.overview ${where} OFFSET 0)`;
    return { conditions, source: found && found.n < FEW_CELLS ? few : 'demanda.overview' };
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
    const conditions = new Conditions()
      .equal('merchant', merchant)
      .equal('product_type', productType)
      .equal('state', state)
      .equal('stage', stage)
      .equal('recommendation_status', status)
      .equal('recommended', recommended);
    if (reason !== undefined) conditions.add('reasons @> ARRAY[?::text COLLATE "C"]', reason);
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
        `(${some.map(({ column }) => `${column} = ANY (?)`).join(' OR ')})`,
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
