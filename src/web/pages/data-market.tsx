/** The market prices that were imported, of all products or of one. */

import { useState } from 'preact/hooks';
import type { MarketPriceList } from '../../contract/api.ts';
import { withQuery } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useColumns } from '../parts/columns.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { ProblemNote } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

type MarketPrice = MarketPriceList['items'][number];
/** Prices that are shown. */
const MOST = 100;

export function MarketPrices() {
  const { t, f } = useSession();
  const { price } = useColumns();
  const [name, setName] = useState('');
  const prices = useResource<MarketPriceList>(withQuery('/api/market-prices', { name, limit: MOST }));
  if (prices.problem) return <ProblemNote problem={prices.problem} retry={prices.reload} />;
  const items = prices.data?.items ?? [];
  const severalNames = new Set(items.map((item) => item.name)).size > 1;
  const columns: readonly Column<MarketPrice>[] = [
    {
      id: 'product',
      head: t('product'),
      cell: (item) => (severalNames ? <NameButton name={item.name} onChoose={setName} /> : item.name),
    },
    { id: 'date', head: t('date'), cell: ({ date }) => f.date(date) },
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
      {prices.data && items.length === 0 && <p class="muted pad">{t('marketNone')}</p>}
      {items.length > 0 && (
        <ScrollBox label={t('marketTitle')} class="market">
          <Table class="compact" columns={columns} rows={items} keyOf={(item) => `${item.name} ${item.date}`} />
        </ScrollBox>
      )}
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
