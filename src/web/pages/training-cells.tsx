/** The cells of a training, those in training first. */

import type { CellProgress } from '../../contract/api.ts';
import { cellKey } from '../../contract/cell-name.ts';
import { comparedErrors } from '../../contract/same-error.ts';
import { RunBadge } from '../parts/badges.tsx';
import { useColumns } from '../parts/columns.tsx';
import { useListView } from '../parts/list-view.tsx';
import { LiveCurve } from '../parts/live-curve.tsx';
import { modelPath } from '../parts/model-path.ts';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

interface TrainingCellsProps {
  readonly cells: readonly CellProgress[];
  /** The cell whose curve is drawn large. */
  readonly shown: CellProgress | undefined;
  /** Called with the key of a cell whose curve shall be. */
  readonly onFollow: (key: string) => void;
}

/** Rows that are drawn; the newest of more. */
const MOST_ROWS = 200;

export function TrainingCells({ cells, shown, onFollow }: TrainingCellsProps) {
  const { t } = useSession();
  const before = cells.some(({ errorBefore }) => errorBefore !== null);
  const columns = useProgressColumns(onFollow, before);
  const view = useListView({ rows: cells, columns, textOf: ({ merchant, product }) => `${product} ${merchant}` });
  return (
    <div class="card table-wrap">
      {view.tools && <div class="pad">{view.tools}</div>}
      <Table
        caption={t('progress')}
        columns={columns}
        rows={view.rows.slice(0, MOST_ROWS)}
        sorting={view.sorting}
        keyOf={cellKey}
        isSelected={(cell) => cell === shown}
      />
      {cells.length === 0 && <p class="muted pad">{t('preparing')}</p>}
    </div>
  );
}

/** @param before whether any of the cells had a model before */
function useProgressColumns(
  onFollow: TrainingCellsProps['onFollow'],
  before: boolean,
): readonly Column<CellProgress>[] {
  const { t, f } = useSession();
  const { cell, iterations, error } = useColumns();
  const linked = cell<CellProgress>(
    ({ merchant, product, status }) => `${modelPath(merchant, product)}${status === 'failed' ? '' : '?tab=training'}`,
  );
  const counted = iterations<CellProgress>();
  return [
    {
      ...linked,
      cell: (row) => (row.status === 'running' ? <FollowButton cell={row} onFollow={onFollow} /> : linked.cell(row)),
    },
    {
      id: 'state',
      head: t('state'),
      sortBy: ({ status }) => status,
      cell: ({ status, message }) => (
        <>
          <RunBadge status={status} />
          {message && <small class="bad">{message}</small>}
        </>
      ),
    },
    {
      ...counted,
      cell: ({ iterations: all, iteration, status }) => {
        if (all === 0) return t('exactSolver');
        return status === 'running' ? `${f.number(iteration)} / ${f.number(all)}` : f.number(iteration);
      },
    },
    ...(before ? [error<CellProgress>('errorBefore', (row) => row.errorBefore)] : []),
    {
      ...error<CellProgress>('errorNow', (row) => row.modelError),
      cell: (row) => <ErrorNow cell={row} />,
    },
    error('best', (row) => row.best),
    {
      id: 'curve',
      head: t('curve'),
      cell: ({ points, merchant, product }) =>
        points.length > 1 && (
          <button type="button" class="curve-button" onClick={() => onFollow(cellKey({ merchant, product }))}>
            <LiveCurve points={points} label={t('liveCurve', { product })} />
          </button>
        ),
    },
  ];
}

/** The error now: of the model, or so far; and by how much it differs from before. */
function ErrorNow({ cell }: { readonly cell: CellProgress }) {
  const { f } = useSession();
  const { modelError, error, errorBefore } = cell;
  const shown = modelError ?? error;
  if (shown === null) return '–';
  const change = modelError !== null && errorBefore ? modelError / errorBefore - 1 : null;
  const how = modelError !== null && errorBefore ? comparedErrors(modelError, errorBefore) : 'same';
  const tone = { better: 'good', same: 'muted', worse: 'bad' }[how];
  return (
    <>
      {f.percent(shown, 1)}
      {change !== null && <small class={tone}>{f.change(change)}</small>}
    </>
  );
}

function FollowButton({
  cell,
  onFollow,
}: {
  readonly cell: CellProgress;
  readonly onFollow: TrainingCellsProps['onFollow'];
}) {
  return (
    <>
      <button type="button" class="link-button name" onClick={() => onFollow(cellKey(cell))}>
        {cell.product}
      </button>
      <small>{cell.merchant}</small>
    </>
  );
}
