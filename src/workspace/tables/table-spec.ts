/** How lists of documents become tables: a column is a name, a kind and what it takes of an item. */

import type { ColumnKind, DataTable, TableCell, TableStyle } from '../../contract/data-table.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { TABLE_WORDS } from '../../i18n/catalogue.ts';
import type { TableWords } from '../../i18n/en/tables.ts';

export type TableName = keyof TableWords['titles'];
type ColumnKey = keyof TableWords['columns'];

/** For whom a table is made, and in which money. */
export interface TableView {
  readonly style: TableStyle;
  readonly lang: Lang;
  readonly currency: string;
}

export interface ColumnSpec<Item> {
  readonly key: ColumnKey;
  readonly kind: ColumnKind;
  /** As machines read it. */
  readonly of: (item: Item) => TableCell | undefined;
  /** As people read it, where that is other. */
  readonly said?: (item: Item, view: TableView) => string;
}

/** @param items gone through as often as the rows are */
export function tableOf<Item>(
  name: TableName,
  specs: readonly ColumnSpec<Item>[],
  items: Iterable<Item>,
  view: TableView,
): DataTable {
  const { titles, columns } = TABLE_WORDS[view.lang];
  const cell = ({ of, said }: ColumnSpec<Item>, item: Item): TableCell =>
    said !== undefined && view.style === 'spreadsheet' ? said(item, view) : (of(item) ?? null);
  return {
    title: titles[name],
    columns: specs.map(({ key, kind }) => ({ key, title: columns[key], kind })),
    rows: {
      *[Symbol.iterator]() {
        for (const item of items) yield specs.map((spec) => cell(spec, item));
      },
    },
    currency: view.currency,
  };
}
