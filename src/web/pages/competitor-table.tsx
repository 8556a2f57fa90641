/** What competitors ask, beside the own price. */

import type { CompetitorItem } from '../../contract/competitors.ts';
import { OnPhone } from '../parts/on-phone.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

type Seen = CompetitorItem['competitors'][number];

/** The competitors of one product, the cheapest first. */
export function CompetitorTable({ item }: { readonly item: CompetitorItem }) {
  const { t, f } = useSession();
  const columns: readonly Column<Seen>[] = [
    {
      id: 'competitor',
      head: t('competitor'),
      namesRow: true,
      cell: ({ competitor, promo }) => (
        <>
          {competitor} {promo && <span class="badge accent">{t('competitorOffer')}</span>}
        </>
      ),
    },
    { id: 'price', head: t('competitorAsks'), num: true, cell: ({ price }) => f.price(price) },
    {
      id: 'difference',
      head: t('competitorDifference'),
      num: true,
      cell: ({ difference }) => (
        <OnPhone label={t('competitorDifference')}>
          <b class={difference < 0 ? 'bad' : 'good'}>{signedPercent({ f }, difference)}</b>
        </OnPhone>
      ),
    },
    {
      id: 'seen',
      head: t('competitorSeen'),
      cell: ({ date, stale }) => (
        <>
          {f.date(date)} {stale && <span class="badge warn">{t('competitorStale')}</span>}
        </>
      ),
    },
  ];
  return (
    <div class="table-wrap">
      <Table
        class="card-rows compact"
        columns={columns}
        rows={item.competitors}
        caption={`${t('competitorsTitle')}: ${item.product}`}
        keyOf={({ competitor }) => competitor}
      />
    </div>
  );
}

type Session = Pick<ReturnType<typeof useSession>, 't' | 'f'>;

export function signedPercent({ f }: Pick<Session, 'f'>, share: number): string {
  return `${share > 0 ? '+' : ''}${f.percent(share, 0)}`;
}

/** Nearer than half a percent is the same. */
const SAME = 0.005;

/** Who is cheapest, in one sentence. */
export function cheapestText({ cheapest, competitors }: CompetitorItem, { t, f }: Session): string {
  const [least] = competitors.filter(({ stale }) => !stale);
  if (least === undefined) return t('competitorsAllStale');
  const share = f.percent(Math.abs(least.difference), 0);
  if (Math.abs(least.difference) < SAME) return t('competitorSame');
  return cheapest === null
    ? t('competitorWeCheaper', { share })
    : t('competitorCheaper', { competitor: cheapest, share });
}
