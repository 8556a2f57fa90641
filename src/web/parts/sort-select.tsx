/** The order of a list on a phone, where there is no head of the table to press. */

import { useSession } from '../session.tsx';
import { Select } from './select.tsx';
import { type Column, isSortable, type Sorting } from './table.tsx';

export function SortSelect<Row>({
  columns,
  sorting: { by, order, onSort },
}: {
  readonly columns: readonly Column<Row>[];
  readonly sorting: Sorting;
}) {
  const { t } = useSession();
  const choices = columns
    .filter(isSortable)
    .flatMap(({ id, head }) => [
      { value: `${id} asc`, label: `${head} ↑` },
      { value: `${id} desc`, label: `${head} ↓` },
    ]);
  return (
    <Select
      label={t('sort')}
      value={by === '' ? '' : `${by} ${order}`}
      choices={by === '' ? [{ value: '', label: t('sort') }, ...choices] : choices}
      onChoose={(value) => {
        const [column = '', way] = value.split(' ');
        if (column !== '') onSort(column, way === 'desc' ? 'desc' : 'asc');
      }}
    />
  );
}
