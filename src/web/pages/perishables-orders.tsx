/** What to order today: the quantity, the demand that it is for, what of it goes off and what is missed. */

import type { OrderItem } from '../../contract/stock.ts';
import { unitWord } from '../../i18n/code-words.ts';
import { CardHead } from '../parts/card-head.tsx';
import { LikelyFigure } from '../parts/figures.tsx';
import { useListView } from '../parts/list-view.tsx';
import { modelPath } from '../parts/model-path.ts';
import { OnPhone } from '../parts/on-phone.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { TableDownload } from '../parts/table-download.tsx';
import { useSession } from '../session.tsx';
import { Doubts } from './perishables-doubts.tsx';

interface OrdersProps {
  readonly orders: readonly OrderItem[];
  readonly asked: {
    readonly merchant: string;
    readonly daysUntilDelivery?: number;
    readonly shelfLife?: number;
    readonly serviceLevel?: number;
  };
}

export function OrdersCard({ orders, asked }: OrdersProps) {
  const { t, f } = useSession();
  const columns = useColumns();
  const view = useListView({ rows: orders, columns, name: 'orders', textOf: ({ product }) => product });
  const [first] = orders;
  const { merchant, ...rest } = asked;
  const query = { merchant, ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, String(value)])) };
  const lasts = orders.map(({ to }) => to).sort();
  return (
    <section class="card">
      <CardHead
        title={t('shelfOrders')}
        lead={first ? t('shelfOrdersLead', { from: f.weekday(first.from), to: f.weekday(lasts.at(-1) as string) }) : ''}
      >
        <TableDownload address="/api/tables/orders" query={query} />
      </CardHead>
      {view.tools && <div class="pad">{view.tools}</div>}
      <div class="table-wrap">
        <Table
          class="card-rows together shelf"
          columns={columns}
          rows={view.rows}
          sorting={view.sorting}
          caption={t('shelfOrders')}
          keyOf={({ product }) => product}
        />
      </div>
      <Doubts items={orders} />
    </section>
  );
}

function useColumns(): readonly Column<OrderItem>[] {
  const { t, f, lang } = useSession();
  const outcome = useOutcomeColumns();
  const units = (value: number, unit: string): string =>
    `${f.number(value, Number.isInteger(value) ? 0 : 1)} ${unitWord(unit, value, lang)}`;
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
      id: 'order',
      head: t('shelfOrder'),
      num: true,
      sortBy: ({ quantity }) => quantity,
      cell: ({ quantity, unit }) => (
        <OnPhone label={t('shelfOrder')}>
          {quantity === null ? '–' : quantity > 0 ? <b>{units(quantity, unit)}</b> : t('shelfNothing')}
        </OnPhone>
      ),
    },
    {
      id: 'hand',
      head: t('shelfOnHand'),
      num: true,
      sortBy: ({ onHand }) => onHand,
      cell: ({ onHand, unit, notes }) => (
        <OnPhone label={t('shelfOnHand')}>
          {notes.includes('STOCK_UNKNOWN') || notes.includes('STOCK_OLD') ? t('shelfUncounted') : units(onHand, unit)}
        </OnPhone>
      ),
    },
    {
      id: 'demand',
      head: t('shelfDemand'),
      num: true,
      sortBy: ({ expectedDemand }) => expectedDemand.value,
      cell: ({ expectedDemand: { value, low, high }, unit, to }) => (
        <>
          <OnPhone label={t('shelfDemand')}>{units(value, unit)}</OnPhone>
          <small>
            {t('testSpan', { from: f.number(low), to: f.number(high) })} · {t('shelfTo', { date: f.weekday(to) })}
          </small>
        </>
      ),
    },
    ...outcome,
  ];
}

function useOutcomeColumns(): readonly Column<OrderItem>[] {
  const { t, f } = useSession();
  const figure = (id: 'wasted' | 'lost', head: string): Column<OrderItem> => ({
    ...{ id, head, num: true, sortBy: ({ outcome }) => outcome?.[id] ?? null },
    cell: ({ outcome }) => <OnPhone label={head}>{outcome === null ? '–' : f.number(outcome[id], 1)}</OnPhone>,
  });
  return [
    figure('wasted', t('shelfGoesOff')),
    figure('lost', t('shelfMissed')),
    {
      id: 'enough',
      head: t('shelfEnough'),
      sortBy: ({ outcome }) => outcome?.inStock ?? null,
      cell: ({ outcome }) => (
        <OnPhone label={t('shelfEnough')}>{outcome === null ? '–' : <LikelyFigure share={outcome.inStock} />}</OnPhone>
      ),
    },
  ];
}
