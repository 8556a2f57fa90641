/**
 * A table of a list that the server gives: what went wrong, the wait, nothing found, the rows, and more of them on
 * demand.
 */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiProblem } from '../api-client.ts';
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
}

export function ListTable<Row>({
  list,
  step = Number.POSITIVE_INFINITY,
  waiting,
  empty,
  frame = 'card table-wrap',
  ...table
}: ListTableProps<Row>) {
  const [drawn, setDrawn] = useState(step);
  const { problem, loading, reload, complete, need } = list;
  const { rows } = table;
  return (
    <>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!problem && rows.length === 0 && (loading ? (waiting ?? <WaitingCard />) : empty)}
      {rows.length > 0 && (
        <div class={frame}>
          <Table {...table} rows={rows.slice(0, drawn)} />
          {complete !== undefined && need && (
            <ShowMore list={{ complete, need }} count={rows.length} rows={drawn} step={step} onRows={setDrawn} />
          )}
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
