/** The data of a picture, for those who would rather read figures. */

import type { Chart } from '../../charts/chart-base.ts';
import { useSession } from '../session.tsx';
import { ScrollBox } from './scroll-box.tsx';
import { type Column, Table } from './table.tsx';

type Row = Chart['table']['rows'][number];

/** More rows than this make a page heavy: the file has them all. */
const MOST_ROWS = 1_000;

export function ChartTable({ chart: { title, table } }: { readonly chart: Chart }) {
  const { t, f } = useSession();
  const text = (value: Row[number], isShare: boolean): string => {
    if (value === null) return '–';
    if (typeof value === 'string') return value;
    return isShare ? f.percent(value, 2) : f.number(value, Math.abs(value) < 1 ? 4 : 2);
  };
  const columns = table.columns.map(
    (name, i): Column<Row> => ({
      id: name,
      head: name,
      num: i > 0,
      cell: (row) => text(row[i], table.shares?.includes(i) ?? false),
    }),
  );
  const shown = table.rows.slice(0, MOST_ROWS);
  return (
    <ScrollBox label={title} class="chart-table">
      <Table class="compact" columns={columns} rows={shown} keyOf={(_, i) => i} />
      {table.rows.length > shown.length && (
        <p class="muted small pad">{t('chartMoreRows', { shown: shown.length, all: table.rows.length })}</p>
      )}
    </ScrollBox>
  );
}
