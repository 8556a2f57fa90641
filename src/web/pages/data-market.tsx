/** The market prices that were imported, of all products or of one. */

import { useState } from 'preact/hooks';
import type { MarketPriceList } from '../../contract/api.ts';
import { withQuery } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useColumns } from '../parts/columns.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { Skeleton } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

type MarketPrice = MarketPriceList['items'][number];
/** Prices that are drawn at once. */
const STEP = 20;

export function MarketPrices() {
  const { t, f } = useSession();
  const { price } = useColumns();
  const [name, setName] = useState('');
  const prices = usePagedList<MarketPrice>(withQuery('/api/market-prices', { name }));
  const columns: readonly Column<MarketPrice>[] = [
    {
      id: 'product',
      head: t('product'),
      sortBy: (item) => item.name,
      cell: (item) => (name === '' ? <NameButton name={item.name} onChoose={setName} /> : item.name),
    },
    { id: 'date', head: t('date'), sortBy: ({ date }) => date, cell: ({ date }) => f.date(date) },
    price('price', (item) => item.price),
  ];
  return (
    <section class="card">
      <CardHead title={t('marketTitle')} lead={t('marketLead')}>
        {name !== '' && (
          <button type="button" class="chip" onClick={() => setName('')}>
            {name} ×
          </button>
        )}
      </CardHead>
      <ListTable
        list={prices}
        name="market"
        step={STEP}
        frame="table-wrap"
        class="compact"
        caption={t('marketTitle')}
        columns={columns}
        rows={prices.items}
        textOf={(item) => item.name}
        keyOf={(item) => `${item.name} ${item.date}`}
        waiting={<Skeleton lines={3} />}
        empty={<p class="muted pad">{t('marketNone')}</p>}
      />
    </section>
  );
}

function NameButton({ name, onChoose }: { readonly name: string; readonly onChoose: (name: string) => void }) {
  return (
    <button type="button" class="link-button" onClick={() => onChoose(name)}>
      {name}
    </button>
  );
}
