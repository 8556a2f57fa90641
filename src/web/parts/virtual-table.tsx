/** A table of any length: only the rows that the window shows are drawn, so that a hundred thousand scroll like ten. */

import type { RefObject, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Cells, type Column, classes, type Sorting, TableHead } from './table.tsx';
import { useVirtualRows } from './virtual-rows.ts';

interface VirtualTableProps<Row> {
  /** The same array as long as they are the same: rows drawn with it are kept. */
  readonly columns: readonly Column<Row>[];
  /** Pixels by column; one without takes what the others leave. */
  readonly widths: Readonly<Record<string, number>>;
  /** The first of the rows, as far as they are here. */
  readonly rows: readonly Row[];
  /** Rows in all. */
  readonly count: number;
  /** Pixels, of every row; the stylesheet holds rows to them. */
  readonly rowHeight: number;
  readonly keyOf: (row: Row) => string;
  /** Called with how many rows will soon be seen. */
  readonly onNeed: (rows: number) => void;
  readonly busy: boolean;
  readonly caption: string;
  readonly class: string;
  readonly sorting: Sorting;
}

/** Rows asked for beyond those that the window shows. */
const AHEAD = 50;

export function VirtualTable<Row>({
  columns,
  widths,
  rows,
  count,
  rowHeight,
  keyOf,
  onNeed,
  busy,
  caption,
  class: more,
  sorting,
}: VirtualTableProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const shown = useVirtualRows(count, rowHeight, useTopOf(body));
  // Another array of rows is another list, which has been asked for nothing yet.
  useEffect(() => onNeed(shown.end + AHEAD), [shown.end, rows]);
  const nodeOf = useDrawnRows(columns, keyOf);
  const indexes = Array.from({ length: shown.end - shown.first }, (_, i) => shown.first + i);
  return (
    <table class={classes('table', more)} aria-rowcount={count + 1} aria-busy={busy}>
      <caption class="hidden-text">{caption}</caption>
      <colgroup>
        {columns.map(({ id }) => (
          <col key={id} style={{ width: widths[id] ? `${widths[id]}px` : 'auto' }} />
        ))}
      </colgroup>
      <TableHead columns={columns} sorting={sorting} />
      <tbody ref={body} onKeyDown={walk}>
        {shown.before > 0 && <Spacer columns={columns.length} height={shown.before} />}
        {indexes.map((index) => {
          const row = rows[index];
          return row ? nodeOf(row, index) : <WaitingRow key={index} columns={columns.length} index={index} />;
        })}
        {shown.after > 0 && <Spacer columns={columns.length} height={shown.after} />}
      </tbody>
    </table>
  );
}

/** Pixels from the top of the document. */
function useTopOf(body: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const now = body.current === null ? 0 : body.current.getBoundingClientRect().top + window.scrollY;
    if (Math.abs(now - top) > 1) setTop(now);
  });
  return top;
}

interface DrawnRow<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly node: VNode;
}

/** The same node means the same row to preact: while scrolling, only rows that come into view are drawn. */
function useDrawnRows<Row>(
  columns: readonly Column<Row>[],
  keyOf: (row: Row) => string,
): (row: Row, index: number) => VNode {
  const drawn = useRef<ReadonlyMap<number, DrawnRow<Row>>>(new Map());
  const before = drawn.current;
  const now = new Map<number, DrawnRow<Row>>();
  drawn.current = now;
  return (row, index) => {
    const known = before.get(index);
    if (known?.row === row && known.columns === columns) {
      now.set(index, known);
      return known.node;
    }
    const node = (
      <tr key={keyOf(row)} aria-rowindex={index + 2}>
        <Cells columns={columns} row={row} />
      </tr>
    );
    now.set(index, { row, columns, node });
    return node;
  };
}

/** Arrow keys walk from the link of a row to that of the next. */
function walk(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const here = (event.target as Element).closest('tr');
  const link = (event.key === 'ArrowDown' ? here?.nextElementSibling : here?.previousElementSibling)?.querySelector(
    'a',
  );
  if (!link) return;
  event.preventDefault();
  link.focus();
}

function Spacer({ columns, height }: { readonly columns: number; readonly height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes focus
    <tr class="spacer" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

function WaitingRow({ columns, index }: { readonly columns: number; readonly index: number }) {
  return (
    <tr aria-rowindex={index + 2} class="waiting">
      <td colSpan={columns}>
        <span class="skeleton" style={{ width: `${40 + ((index * 29) % 45)}%` }} />
      </td>
    </tr>
  );
}
