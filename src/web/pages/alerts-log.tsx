/** Alerts that were sent, wait or were given up. */

import type { DeliveryItem } from '../../contract/alerts.ts';
import { watchWords } from '../../i18n/watch-words.ts';
import { usePagedList } from '../parts/paged-list.ts';
import { ProblemNote } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

/** The newest. */
const SHOWN = 50;
const TONE = { sent: 'good', waiting: 'warn', failed: 'bad' } as const;

export function AlertsLog() {
  const { t, f, lang } = useSession();
  const list = usePagedList<DeliveryItem>('/api/alerts/deliveries');
  if (list.problem) return <ProblemNote problem={list.problem} retry={list.reload} />;
  const { deliveryStates } = watchWords(lang);
  const columns: readonly Column<DeliveryItem>[] = [
    { id: 'when', head: t('watchWhen'), cellClass: 'nowrap', cell: ({ at }) => f.time(at) },
    {
      id: 'state',
      head: t('alertsState'),
      cell: ({ state }) => <span class={`badge ${TONE[state]}`}>{deliveryStates[state]}</span>,
    },
    {
      id: 'channel',
      head: t('sectionAlerts'),
      cell: ({ channel }) => t(channel === 'webhook' ? 'alertsWebhook' : 'alertsMail'),
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
    <div class="card table-wrap">
      <h2 class="pad">{t('alertsLog')}</h2>
      {list.items.length === 0 ? (
        <p class="muted pad">{t('alertsLogNone')}</p>
      ) : (
        <Table columns={columns} rows={list.items.slice(0, SHOWN)} class="card-rows" keyOf={({ id }) => id} />
      )}
    </div>
  );
}
