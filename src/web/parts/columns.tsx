/** Columns that several tables have in common. */

import type { CellName } from '../../contract/cell-name.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { useSession } from '../session.tsx';
import type { Column } from './table.tsx';

export interface SharedColumns {
  /** The product as a link, its merchant below. */
  readonly cell: <Row extends CellName>(href: (row: Row) => string) => Column<Row>;
  readonly time: <Row>(label: WebKey, of: (row: Row) => string) => Column<Row>;
  /** Iterations of a training; 0 are those of the exact solver. */
  readonly iterations: <Row extends { readonly iterations: number }>() => Column<Row>;
  /** An error as a share; a dash where there is none. */
  readonly error: <Row>(label: WebKey, of: (row: Row) => number | null) => Column<Row>;
  readonly count: <Row>(label: WebKey, of: (row: Row) => number) => Column<Row>;
  readonly price: <Row>(label: WebKey, of: (row: Row) => number) => Column<Row>;
}

export function useColumns(): SharedColumns {
  const { t, f } = useSession();
  const figure = <Row,>(
    label: WebKey,
    sortBy: NonNullable<Column<Row>['sortBy']>,
    cell: Column<Row>['cell'],
  ): Column<Row> => ({ id: label, head: t(label), num: true, sortBy, cell });
  return {
    cell: (href) => ({
      id: 'product',
      head: t('product'),
      sortBy: (row) => row.product,
      cell: (row) => (
        <>
          <a class="name" href={href(row)}>
            {row.product}
          </a>
          <small>{row.merchant}</small>
        </>
      ),
    }),
    time: (label, of) => ({
      id: label,
      head: t(label),
      cellClass: 'nowrap',
      sortBy: of,
      cell: (row) => f.time(of(row)),
    }),
    iterations: () =>
      figure(
        'iterations',
        (row) => row.iterations,
        ({ iterations }) => (iterations === 0 ? t('exactSolver') : f.number(iterations)),
      ),
    error: (label, of) =>
      figure(label, of, (row) => {
        const error = of(row);
        return error === null ? '–' : f.percent(error, 1);
      }),
    count: (label, of) => figure(label, of, (row) => f.number(of(row))),
    price: (label, of) => figure(label, of, (row) => f.price(of(row))),
  };
}
