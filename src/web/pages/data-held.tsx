/** Values that are left out because they are far off those around them, and counting them after all. */

import type { HeldList } from '../../contract/api.ts';
import { ApiProblem, sendJson } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { ProblemNote, problemText } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { useFieldWord } from './import-tables.tsx';

type Held = HeldList['items'][number];
/** Values that are drawn at once. */
const STEP = 20;

export function HeldValues() {
  const { t } = useSession();
  const list = usePagedList<Held>('/api/held-values');
  const columns = useHeldColumns(async (held) => {
    const { merchant, product, date, column } = held;
    try {
      await sendJson('POST', '/api/held-values/accept', { merchant, product, date, column });
      showToast(t('heldAccepted'));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      showToast(problemText(error, t('unreachable')));
    }
    list.reload();
  });
  if (list.problem) return <ProblemNote problem={list.problem} retry={list.reload} />;
  if (list.items.length === 0) return null;
  return (
    <section class="card">
      <CardHead title={t('heldTitle')} lead={t('heldLead')} />
      <ListTable
        list={list}
        name="held"
        step={STEP}
        frame="table-wrap"
        class="compact"
        caption={t('heldTitle')}
        columns={columns}
        rows={list.items}
        textOf={({ merchant, product }) => `${product} ${merchant}`}
        keyOf={({ merchant, product, date, column }) => JSON.stringify([merchant, product, date, column])}
        empty={null}
      />
    </section>
  );
}

function useHeldColumns(accept: (held: Held) => Promise<void>): readonly Column<Held>[] {
  const { t, f, may } = useSession();
  const word = useFieldWord();
  return [
    {
      id: 'product',
      head: t('product'),
      namesRow: true,
      sortBy: ({ product }) => product,
      cell: ({ merchant, product }) => (
        <>
          {product} <span class="muted">{merchant}</span>
        </>
      ),
    },
    { id: 'date', head: t('date'), sortBy: ({ date }) => date, cell: ({ date }) => f.date(date) },
    { id: 'column', head: t('heldColumn'), sortBy: ({ column }) => word(column), cell: ({ column }) => word(column) },
    {
      id: 'value',
      head: t('heldValue'),
      num: true,
      sortBy: ({ value }) => value,
      cell: ({ value }) => f.number(value, 4),
    },
    {
      id: 'usual',
      head: t('heldUsual'),
      num: true,
      sortBy: ({ usual }) => usual,
      cell: ({ usual }) => (usual === null ? '–' : f.number(usual, 4)),
    },
    ...(may('train')
      ? [
          {
            id: 'accept',
            head: <span class="hidden-text">{t('heldAccept')}</span>,
            cell: (held: Held) => (
              <button type="button" class="button small" onClick={() => accept(held)}>
                {t('heldAccept')}
              </button>
            ),
          },
        ]
      : []),
  ];
}
