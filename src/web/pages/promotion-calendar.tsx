/** The calendar of promotions that earns most, in words and week by week. */

import { csvCell } from '../../contract/csv.ts';
import { spanWord } from '../../contract/date-words.ts';
import type { MerchantPromotions, PromotionCalendarDocument } from '../../contract/promotions.ts';
import { CardHead } from '../parts/card-head.tsx';
import { Icon } from '../parts/icon.tsx';
import { OnPhone } from '../parts/on-phone.tsx';
import { Note } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

type Placed = PromotionCalendarDocument['promotions'][number];

interface PromotionCalendarProps {
  readonly calendar: PromotionCalendarDocument;
  /** What it is of. */
  readonly promotions: MerchantPromotions;
}

export function PromotionCalendarCard({ calendar, promotions }: PromotionCalendarProps) {
  const { t, f, lang } = useSession();
  const { net, spent, probabilityBetter } = calendar;
  const period = spanWord(calendar.from, calendar.to, lang);
  if (probabilityBetter === null) {
    const isTold = promotions.products.some(({ options }) => options.length > 0);
    return <Note>{t(isTold ? 'promotionsNone' : 'promotionsUnknown', { period })}</Note>;
  }
  const [before, amount, after] = t('promotionsGain', {
    ...{ period, gain: f.gain(net.value), low: f.gain(net.low), high: f.gain(net.high) },
    sure: f.likely(probabilityBetter),
  }).split('|');
  return (
    <section class="card">
      <CardHead title={t('promotionsCalendar')} lead={t('promotionsCalendarLead', { spent: f.money(spent) })}>
        <a
          class="button small"
          download="promotions.csv"
          href={`data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(promotions.merchant, calendar))}`}
        >
          <Icon name="download" /> CSV
        </a>
      </CardHead>
      <p class="headline pad">
        {before}
        <b class="good">{amount}</b>
        {after}
      </p>
      <div class="table-wrap">
        <PlacedTable placed={calendar.promotions} />
      </div>
    </section>
  );
}

function PlacedTable({ placed }: { readonly placed: readonly Placed[] }) {
  const { t, f, lang } = useSession();
  const columns: readonly Column<Placed>[] = [
    { id: 'product', head: t('product'), namesRow: true, cell: ({ product }) => <b>{product}</b> },
    { id: 'days', head: t('promotionsDays'), cell: ({ from, to }) => spanWord(from, to, lang) },
    {
      ...{ id: 'price', head: t('promotionsPrice'), num: true },
      cell: ({ price, usualPrice, depth, display }) => (
        <OnPhone label={t('promotionsPrice')}>
          {f.price(price)} <s class="muted">{f.price(usualPrice)}</s> −{f.percent(depth)}
          {display && ` · ${t('promotionsDisplay')}`}
        </OnPhone>
      ),
    },
    {
      ...{ id: 'net', head: t('promotionsNet'), num: true },
      cell: ({ net }) => <OnPhone label={t('promotionsNet')}>{f.gain(net)}</OnPhone>,
    },
  ];
  return (
    <Table
      class="card-rows together"
      columns={columns}
      rows={placed}
      caption={t('promotionsCalendar')}
      keyOf={({ product, from }) => JSON.stringify([product, from])}
    />
  );
}

/** The columns that a file of planned prices has. */
function csvOf(merchant: string, { promotions }: PromotionCalendarDocument): string {
  const rows = promotions.map(({ from, to, product, price }) => [from, to, merchant, product, String(price)]);
  return [['from', 'to', 'merchant', 'product', 'price'], ...rows]
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n');
}
