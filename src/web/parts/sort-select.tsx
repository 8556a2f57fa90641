/** The order of a list on a phone, where there is no head of the table to press. */

import { useSession } from '../session.tsx';
import { Select } from './select.tsx';
import { type Column, isSortable, type Sorting } from './table.tsx';

interface SortSelectProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sorting: Sorting;
}

export function SortSelect<Row>({ columns, sorting }: SortSelectProps<Row>) {
  const { t } = useSession();
  const { by, order, onSort } = sorting;
  const choices = columns
    .filter((column) => isSortable(column, sorting))
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
