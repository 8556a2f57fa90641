/**
 * A table of a list that the server gives: what went wrong, the wait, nothing found, the rows, and more of them on
 * demand. Its reader sorts it by the heads of its columns and searches it.
 */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiProblem } from '../api-client.ts';
import { useListView } from './list-view.tsx';
import { ShowMore } from './show-more.tsx';
import { ProblemNote, Skeleton } from './states.tsx';
import { Table, type TableProps } from './table.tsx';

/** What a paged list and a resource have in common. */
interface Listed {
  readonly problem: ApiProblem | null;
  readonly loading: boolean;
  readonly reload: () => void;
  /** Of a paged list alone. */
  readonly complete?: boolean;
  readonly need?: (index: number) => void;
}

interface ListTableProps<Row> extends TableProps<Row> {
  readonly list: Listed;
  /** Rows of a paged list that are drawn at first, and that each press adds. */
  readonly step?: number;
  /** Stands for the rows until the first ones arrive. */
  readonly waiting?: ComponentChildren;
  /** Stands for the rows when there are none. */
  readonly empty: ComponentChildren;
  /** Classes of the box around the table. */
  readonly frame?: string;
  /** What a search looks at; without it, or where the server sorts (`sorting`), the table has none of its own. */
  readonly textOf?: (row: Row) => string;
  /** Tells its part of the address from that of other lists on the page. */
  readonly name?: string;
}

export function ListTable<Row>({
  list,
  step = Number.POSITIVE_INFINITY,
  waiting = <WaitingCard />,
  empty,
  frame = 'card table-wrap',
  textOf,
  name,
  sorting,
  rows: all,
  ...table
}: ListTableProps<Row>) {
  const [drawn, setDrawn] = useState(step);
  const { problem, loading, reload, complete, need } = list;
  const pages = complete !== undefined && need ? { complete, need } : null;
  const view = useListView({
    rows: all,
    columns: sorting ? [] : table.columns,
    ...(textOf && { textOf }),
    ...(name !== undefined && { name }),
    ...(pages && { list: pages }),
  });
  const rows = sorting ? all : view.rows;
  return (
    <>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!problem && all.length === 0 && (loading ? waiting : empty)}
      {view.tools && (frame.includes('card') ? view.tools : <div class="pad">{view.tools}</div>)}
      {view.waiting && waiting}
      {rows.length > 0 && (
        <div class={frame}>
          <Table {...table} rows={rows.slice(0, drawn)} sorting={sorting ?? view.sorting} />
          {pages && <ShowMore list={pages} count={rows.length} rows={drawn} step={step} onRows={setDrawn} />}
        </div>
      )}
    </>
  );
}

function WaitingCard() {
  return (
    <div class="card pad">
      <Skeleton lines={6} />
    </div>
  );
}
