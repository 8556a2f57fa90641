/** What is on hand, batch by batch: until when it can be sold, and when the next delivery comes. */

import type { StockDocument, StockItem } from '../../contract/stock.ts';
import { unitWord } from '../../i18n/code-words.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useListView } from '../parts/list-view.tsx';
import { modelPath } from '../parts/model-path.ts';
import { OnPhone } from '../parts/on-phone.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { TableDownload } from '../parts/table-download.tsx';
import { useSession } from '../session.tsx';
import { Doubts } from './perishables-doubts.tsx';

interface StockProps {
  readonly merchant: string;
  readonly document: StockDocument;
}

export function StockCard({ merchant, document: { stock, uncounted } }: StockProps) {
  const { t } = useSession();
  const columns = useColumns();
  const view = useListView({ rows: stock, columns, name: 'stock', textOf: ({ product }) => product });
  return (
    <section class="card">
      <CardHead title={t('shelfStock')} lead={t('shelfStockLead')}>
        <div class="row">
          {stock.length > 0 && <TableDownload address="/api/tables/stock" query={{ merchant }} />}
          <a class="button" href="/data">
            {t('shelfImport')}
          </a>
        </div>
      </CardHead>
      {stock.length === 0 && <p class="pad">{t('shelfNoStock')}</p>}
      {view.tools && <div class="pad">{view.tools}</div>}
      {stock.length > 0 && (
        <div class="table-wrap">
          <Table
            class="card-rows together shelf"
            columns={columns}
            rows={view.rows}
            sorting={view.sorting}
            caption={t('shelfStock')}
            keyOf={({ product }) => product}
          />
        </div>
      )}
      {stock.length > 0 && uncounted > 0 && (
        <p class="pad muted small">{t('shelfUncountedSome', { count: uncounted })}</p>
      )}
      <Doubts items={stock} />
    </section>
  );
}

function useColumns(): readonly Column<StockItem>[] {
  const { t, f, lang } = useSession();
  return [
    {
      id: 'product',
      head: t('product'),
      sortBy: ({ product }) => product,
      cell: ({ merchant, product }) => (
        <a class="name" href={modelPath(merchant, product)}>
          {product}
        </a>
      ),
    },
    {
      id: 'hand',
      head: t('shelfOnHand'),
      num: true,
      sortBy: ({ onHand }) => onHand,
      cell: ({ onHand, unit }) => (
        <OnPhone label={t('shelfOnHand')}>
          {f.number(onHand, 1)} {unitWord(unit, onHand, lang)}
        </OnPhone>
      ),
    },
    {
      id: 'batches',
      head: t('shelfBatches'),
      // What goes off soonest.
      sortBy: ({ batches }) => batches.find(({ daysLeft }) => daysLeft !== 0)?.lastDay ?? null,
      cell: (item) => <Batches item={item} />,
    },
    {
      id: 'delivery',
      head: t('shelfDelivery'),
      sortBy: ({ nextDelivery }) => nextDelivery,
      cell: ({ nextDelivery }) => (
        <OnPhone label={t('shelfDelivery')}>{nextDelivery === null ? '–' : f.weekday(nextDelivery)}</OnPhone>
      ),
    },
    {
      id: 'counted',
      head: t('shelfCounted'),
      sortBy: ({ counted }) => counted,
      cell: ({ counted }) => <OnPhone label={t('shelfCounted')}>{f.date(counted)}</OnPhone>,
    },
  ];
}

/** Each with the day that it can be sold until: what has one day left stands out. */
function Batches({ item: { batches, unit } }: { readonly item: StockItem }) {
  const { t, f, lang } = useSession();
  return (
    <ul class="batches">
      {batches.map(({ quantity, lastDay, daysLeft }) => (
        <li key={String(lastDay)} class={daysLeft === 0 ? 'gone' : daysLeft === 1 ? 'soon' : undefined}>
          {f.number(quantity, 1)} {unitWord(unit, quantity, lang)}{' '}
          <small>
            {lastDay === null
              ? t('shelfNoLastDay')
              : t(daysLeft === 0 ? 'shelfGone' : 'shelfBatch', { date: f.weekday(lastDay), days: daysLeft ?? 0 })}
          </small>
        </li>
      ))}
    </ul>
  );
}
