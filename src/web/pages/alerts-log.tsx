/** Alerts that were sent, wait or were given up. */

import type { DeliveryItem } from '../../contract/alerts.ts';
import { watchWords } from '../../i18n/watch-words.ts';
import { useColumns } from '../parts/columns.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { Skeleton } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

/** Alerts that are drawn at once. */
const STEP = 50;
const TONE = { sent: 'good', waiting: 'warn', failed: 'bad' } as const;

export function AlertsLog() {
  const { t, f, lang } = useSession();
  const { time } = useColumns();
  const list = usePagedList<DeliveryItem>('/api/alerts/deliveries');
  const { deliveryStates } = watchWords(lang);
  const columns: readonly Column<DeliveryItem>[] = [
    time('watchWhen', ({ at }) => at),
    {
      id: 'state',
      head: t('alertsState'),
      sortBy: ({ state }) => deliveryStates[state],
      cell: ({ state }) => <span class={`badge ${TONE[state]}`}>{deliveryStates[state]}</span>,
    },
    {
      id: 'channel',
      head: t('alertsWay'),
      sortBy: ({ channel }) => channel,
      cell: ({ channel }) => t(channel === 'webhook' ? 'alertsByWeb' : 'alertsByMail'),
    },
    {
      id: 'message',
      head: t('alertsMessage'),
      cell: ({ messages, failure }) => (
        <>
          {messages.slice(0, 5).map(({ text }) => (
            <span class="block" key={text}>
              {text}
            </span>
          ))}
          {messages.length > 5 && <span class="muted">… {f.number(messages.length - 5)}</span>}
          {failure !== null && <span class="small muted block">{failure}</span>}
        </>
      ),
    },
  ];
  return (
    <section class="card">
      <h2 class="pad">{t('alertsLog')}</h2>
      <ListTable
        list={list}
        name="log"
        step={STEP}
        frame="table-wrap"
        class="card-rows"
        caption={t('alertsLog')}
        columns={columns}
        rows={list.items}
        keyOf={({ id }) => id}
        textOf={({ messages, failure }) => [...messages.map(({ text }) => text), failure].join(' ')}
        waiting={<Skeleton lines={3} />}
        empty={<p class="muted pad">{t('alertsLogNone')}</p>}
      />
    </section>
  );
}
