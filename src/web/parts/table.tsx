/** Tables of data: their columns are described once, and head and rows follow. */

import type { ComponentChildren } from 'preact';
import type { SortOrder } from '../../core/vocabulary.ts';

export interface Column<Row> {
  /** Tells the column from the others of its table. */
  readonly id: string;
  readonly head: ComponentChildren;
  /** Only a screen reader hears the head. */
  readonly headHidden?: boolean;
  /** Figures stand to the right, in the head too. */
  readonly num?: boolean;
  /** Of the head and every cell. */
  readonly class?: string;
  /** Of the head alone. */
  readonly headClass?: string;
  /** Of the cells alone. */
  readonly cellClass?: string | ((row: Row) => string);
  /** Shown under the pointer. */
  readonly cellTitle?: (row: Row) => string;
  /** Its cells name their rows: heads to a screen reader. */
  readonly namesRow?: boolean;
  /** Its head is a button that sorts by it: the server does. */
  readonly sortable?: boolean;
  /** The same of a list that is here whole, by this value of a row; null comes last. */
  readonly sortBy?: (row: Row) => string | number | null;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface Sorting {
  /** Columns that the server sorts by, where it does; else each says for itself whether it is sorted by. */
  readonly columns?: readonly string[];
  /** Id of the column that the rows are sorted by. */
  readonly by: string;
  readonly order: SortOrder;
  readonly onSort: (column: string, order: SortOrder) => void;
}

export interface TableProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Tells a row from the others while they come, go and change places. */
  readonly keyOf: (row: Row, index: number) => string | number;
  /** What the table shows, for those who do not see what stands around it. */
  readonly caption?: string;
  /** Beside `table`: compact, and the names of tables that have rules of their own. */
  readonly class?: string;
  /** Rows of a table in which some can be chosen. */
  readonly isSelected?: (row: Row) => boolean;
  readonly sorting?: Sorting;
}

export function Table<Row>({ columns, rows, keyOf, caption, class: more, isSelected, sorting }: TableProps<Row>) {
  return (
    <table class={classes('table', more)}>
      {caption !== undefined && <caption class="hidden-text">{caption}</caption>}
      <TableHead columns={columns} {...(sorting && { sorting })} />
      <tbody>
        {rows.map((row, i) => (
          <tr key={keyOf(row, i)} {...(isSelected && { 'aria-selected': isSelected(row) })}>
            <Cells columns={columns} row={row} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function TableHead<Row>({
  columns,
  sorting,
}: {
  readonly columns: readonly Column<Row>[];
  readonly sorting?: Sorting;
}) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th
            scope="col"
            key={column.id}
            class={classes(column.num && 'num', column.class, column.headClass)}
            {...(sorting?.by === column.id && {
              'aria-sort': sorting.order === 'asc' ? ('ascending' as const) : ('descending' as const),
            })}
          >
            {sorting && isSortable(column, sorting) ? <SortButton column={column} sorting={sorting} /> : headOf(column)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export function isSortable<Row>({ id, sortable, sortBy }: Column<Row>, { columns }: Sorting): boolean {
  return columns ? columns.includes(id) : sortable === true || sortBy !== undefined;
}

function headOf<Row>({ head, headHidden }: Column<Row>): ComponentChildren {
  return headHidden ? <span class="hidden-text">{head}</span> : head;
}

/**
 * The column that rows are sorted by turns round; another one begins with the largest figures, or with the first
 * letters.
 */
function SortButton<Row>({
  column,
  sorting: { by, order, onSort },
}: {
  readonly column: Column<Row>;
  readonly sorting: Sorting;
}) {
  const next = by === column.id ? (order === 'asc' ? 'desc' : 'asc') : column.num ? 'desc' : 'asc';
  return (
    <button type="button" class="sort" onClick={() => onSort(column.id, next)}>
      {headOf(column)}
      <span class="arrow" aria-hidden="true">
        {order === 'asc' ? '↑' : '↓'}
      </span>
    </button>
  );
}

/** The cells of one row, to stand in its `tr`. */
export function Cells<Row>({ columns, row }: { readonly columns: readonly Column<Row>[]; readonly row: Row }) {
  return (
    <>
      {columns.map(({ id, num, class: ofColumn, cellClass, cellTitle, namesRow, cell }) => {
        const given = {
          class: classes(num && 'num', ofColumn, typeof cellClass === 'function' ? cellClass(row) : cellClass),
          ...(cellTitle && { title: cellTitle(row) }),
        };
        return namesRow ? (
          <th scope="row" key={id} {...given}>
            {cell(row)}
          </th>
        ) : (
          <td key={id} {...given}>
            {cell(row)}
          </td>
        );
      })}
    </>
  );
}

/** @returns undefined without any: no empty attribute is written */
export function classes(...names: readonly (string | false | undefined)[]): string | undefined {
  return names.filter(Boolean).join(' ') || undefined;
}
