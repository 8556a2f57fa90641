/**
 * Which cells of the overview a choice means, as conditions that SQLite walks well: an index serves the one that leaves
 * few, the others are only checked.
 */

import type { SQLInputValue } from 'node:sqlite';
import { foldedText } from '../../contract/folded-text.ts';
import type { NameKind, OverviewChoice } from '../../contract/store/cells.ts';
import { RANGES } from '../overview-totals.ts';
import { Conditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';

/** So many cells are sorted in a few milliseconds. */
const FEW_CELLS = 2_000;

export class OverviewChoices {
  private readonly sqlite: SqliteConnection;
  private readonly names: FoldedNames = { merchant: [], product: [], productType: [] };
  private lastName = 0;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  /**
   * The conditions of a choice. An index serves one of them at most: the one that leaves the fewest cells, where those
   * are few; else the cells are walked in the order that was asked for and the conditions only checked, because a page
   * is full long before all that match would be sorted.
   *
   * @param sortColumn null: no order is asked for
   */
  conditions(choice: OverviewChoice, sortColumn: string | null): Conditions {
    const filters: Filter[] = [];
    const equal = (column: string, value: SQLInputValue | undefined): void => {
      if (value !== undefined) filters.push({ driving: `${column} = ?`, checking: `+${column} = ?`, values: [value] });
    };
    equal('merchant', choice.merchant);
    equal('product_type', choice.productType);
    equal('state', choice.state);
    equal('stage', choice.stage);
    equal('recommendation_status', choice.status);
    equal('recommended', choice.recommended === undefined ? undefined : Number(choice.recommended));
    if (choice.reason !== undefined) {
      filters.push({
        driving: 'o.id IN (SELECT cell FROM overview_reason WHERE code = ?)',
        checking: 'EXISTS (SELECT 1 FROM overview_reason WHERE code = ? AND cell = o.id)',
        values: [choice.reason],
      });
    }
    for (const [name, condition] of Object.entries(RANGES)) {
      const value = choice[name as keyof typeof RANGES];
      if (value !== undefined) filters.push({ driving: condition, checking: condition, values: [value] });
    }
    for (const word of (choice.search ?? '').split(/\s+/).filter((w) => w !== ''))
      filters.push(...this.wordFilters(word));
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

  /**
   * Cells one of whose names holds a word, whatever its case and accents. Nothing to ask where every merchant, product
   * or type does.
   */
  private wordFilters(word: string): Filter[] {
    const wanted = foldedText(word);
    const names = this.foldedNames();
    const found = (['merchant', 'product', 'productType'] as const).map((kind) => {
      const all = names[kind];
      const hits = all.filter(({ text }) => text.includes(wanted)).map(({ name }) => name);
      return {
        column: kind === 'productType' ? 'product_type' : kind,
        hits,
        every: hits.length === all.length && all.length > 0,
      };
    });
    if (found.some(({ every }) => every)) return [];
    const some = found.filter(({ hits }) => hits.length > 0);
    if (some.length === 0) return [{ driving: 'false', checking: 'false', values: [] }];
    const isIn = (plus: '' | '+'): string =>
      `(${some.map(({ column }) => `${plus}${column} IN (SELECT value FROM json_each(?))`).join(' OR ')})`;
    return [{ driving: isIn(''), checking: isIn('+'), values: some.map(({ hits }) => JSON.stringify(hits)) }];
  }

  /** Names with their folded text; only what was added since the last look is read. */
  private foldedNames(): FoldedNames {
    const added = this.sqlite.all<{ id: number; kind: NameKind; name: string }>(
      'SELECT id, kind, name FROM overview_name WHERE id > ? ORDER BY id',
      this.lastName,
    );
    for (const { id, kind, name } of added) {
      this.names[kind].push({ name, text: foldedText(name) });
      this.lastName = id;
    }
    return this.names;
  }

  private countUpTo({ driving, values }: Filter, most: number): number {
    return (
      this.sqlite.all<{ n: number }>(
        `SELECT count(*) AS n FROM (SELECT 1 FROM overview o WHERE ${driving} LIMIT ${most})`,
        ...values,
      )[0]?.n ?? 0
    );
  }
}

/**
 * One condition, as an index may serve it and as it is only checked (a unary plus keeps SQLite from using an index).
 */
interface Filter {
  readonly driving: string;
  readonly checking: string;
  readonly values: readonly SQLInputValue[];
}

type FoldedNames = Readonly<Record<NameKind, { readonly name: string; readonly text: string }[]>>;
