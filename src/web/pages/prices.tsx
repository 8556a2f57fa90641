/** Prices in force: the calendar of changes, and one product's prices with what may be announced as a reduction. */

import type { CellName } from '../../contract/cell-name.ts';
import type { PlannedPriceItem, PriceCalendarDocument, PriceHistoryDocument } from '../../contract/price-log.ts';
import { deciderWords } from '../../i18n/audit-words.ts';
import { apiPath, withQuery } from '../api-client.ts';
import { useColumns } from '../parts/columns.tsx';
import { FilterChips, nameFilters } from '../parts/filter-chips.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Page } from '../parts/page.tsx';
import { usePeriod } from '../parts/period-switch.tsx';
import { Empty, Note } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { TableDownload } from '../parts/table-download.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

export function PricesPage() {
  const { query } = useQuery();
  const { merchant, product } = query;
  return merchant && product ? <OneProduct merchant={merchant} product={product} /> : <Calendar />;
}

const pricesPath = ({ merchant, product }: CellName): string => withQuery('/prices', { merchant, product });

function Calendar() {
  const { t } = useSession();
  const { query } = useQuery();
  const period = usePeriod(['month', 'quarter', 'year']);
  const asked = { from: period.from, merchant: query.merchant };
  const list = useResource<PriceCalendarDocument>(withQuery('/api/price-calendar', asked));
  const columns = useCalendarColumns();
  const items = list.data?.items ?? [];
  return (
    <Page
      title={t('pricesTitle')}
      lead={t('pricesLead')}
      actions={<TableDownload address="/api/tables/price_calendar" query={asked} />}
    >
      <div class="toolbar">
        {period.control}
        <FilterChips filters={nameFilters(query)} />
      </div>
      {items.some(({ isReduction }) => isReduction === false) && <Note>{t('noReductionNote')}</Note>}
      <ListTable
        list={list}
        textOf={({ merchant, product }) => `${product} ${merchant}`}
        class="card-rows"
        caption={t('pricesLead')}
        columns={columns}
        rows={items.toReversed()}
        keyOf={({ date, kind, merchant, product }) => JSON.stringify([date, kind, merchant, product])}
        empty={
          <Empty icon="recommendations" title={t('pricesNone')}>
            <p>{t('pricesNoneLead')}</p>
            <a class="button primary" href="/recommendations">
              {t('navRecommendations')}
            </a>
          </Empty>
        }
      />
      {list.data?.left && <Note>{t('pricesLeft')}</Note>}
    </Page>
  );
}

function Lowest({ lowest30Days, isReduction }: Pick<PlannedPriceItem, 'lowest30Days' | 'isReduction'>) {
  const { t, f } = useSession();
  if (lowest30Days === null) return null;
  return (
    <>
      {f.price(lowest30Days)}
      <small class={isReduction ? '' : 'bad'}>{t(isReduction ? 'isReduction' : 'isNoReduction')}</small>
    </>
  );
}

function useCalendarColumns(): readonly Column<PlannedPriceItem>[] {
  const { t, f, lang } = useSession();
  const { cell } = useColumns();
  return [
    cell(pricesPath),
    {
      id: 'date',
      head: t('priceFrom'),
      cellClass: 'nowrap',
      sortBy: ({ date }) => date,
      cell: ({ date, toCome }) => (
        <>
          {f.date(date)}
          {toCome && <small>{t('priceToCome')}</small>}
        </>
      ),
    },
    {
      id: 'change',
      head: t('change'),
      num: true,
      sortBy: ({ priceBefore, price }) => (priceBefore === null ? null : price / priceBefore),
      cell: ({ priceBefore, price }) => (
        <>
          {priceBefore !== null && `${f.price(priceBefore)} → `}
          {f.price(price)}
        </>
      ),
    },
    {
      id: 'lowest',
      head: t('lowest30'),
      num: true,
      sortBy: ({ lowest30Days }) => lowest30Days,
      cell: (item) => <Lowest {...item} />,
    },
    {
      id: 'who',
      head: t('whoDecided'),
      sortBy: (of) => deciderWords(of, lang),
      cell: ({ kind, experimentId, ...decided }) => (
        <>
          {deciderWords(decided, lang) ?? '–'}
          {kind === 'test' && (
            <small>
              <a href={`/tests/${experimentId}`}>{t('priceOfTest')}</a>
            </small>
          )}
        </>
      ),
    },
  ];
}

/** Prices of a product that are drawn at first, and that each press adds. */
const SPANS_SHOWN = 60;

type Span = PriceHistoryDocument['spans'][number];

function OneProduct(cell: CellName) {
  const { t, f } = useSession();
  const list = useResource<PriceHistoryDocument>(apiPath('models', cell.merchant, cell.product, 'prices'));
  const columns = useSpanColumns(list.data?.reductions ?? []);
  const lowest = list.data?.lowest30Days ?? null;
  return (
    <Page
      title={cell.product}
      lead={cell.merchant}
      actions={
        <>
          <a class="button" href="/prices">
            {t('pricesAll')}
          </a>
          <TableDownload address={`${apiPath('models', cell.merchant, cell.product, 'prices')}/file`} query={{}} />
        </>
      }
    >
      {lowest !== null && <Note>{t('lowestNow', { price: f.price(lowest) })}</Note>}
      <ListTable
        // All of it is there: only as much is drawn as is looked at.
        list={{ ...list, complete: true, need: () => undefined }}
        step={SPANS_SHOWN}
        class="card-rows"
        caption={t('pricesLead')}
        columns={columns}
        rows={(list.data?.spans ?? []).toReversed()}
        keyOf={({ from }) => from}
        empty={<Empty icon="recommendations" title={t('pricesNone')} />}
      />
    </Page>
  );
}

function useSpanColumns(reductions: PriceHistoryDocument['reductions']): readonly Column<Span>[] {
  const { t, f, lang } = useSession();
  const reductionAt = new Map(reductions.map((reduction) => [reduction.from, reduction]));
  return [
    {
      id: 'from',
      head: t('priceFrom'),
      cellClass: 'nowrap',
      sortBy: ({ from }) => from,
      cell: ({ from, to, charged }) => (
        <>
          {to === null || to === from ? f.date(from) : `${f.date(from)} – ${f.date(to)}`}
          {!charged && <small>{t('priceNotSeen')}</small>}
        </>
      ),
    },
    {
      id: 'price',
      head: t('price'),
      num: true,
      sortBy: ({ price }) => price,
      cell: ({ price, promo }) => (
        <>
          {f.price(price)}
          {promo && <small>{t('pricePromo')}</small>}
        </>
      ),
    },
    {
      id: 'lowest',
      head: t('lowest30'),
      num: true,
      cell: ({ from, promo, charged }) => {
        const found = reductionAt.get(from);
        if (!found || found.lowest30Days === null) return '';
        const announced = promo || !charged;
        return (
          <>
            {f.price(found.lowest30Days)}
            {(found.isReduction || announced) && (
              <small class={found.isReduction ? '' : 'bad'}>
                {t(found.isReduction ? 'isReduction' : 'isNoReduction')}
              </small>
            )}
          </>
        );
      },
    },
    {
      id: 'who',
      head: t('whoDecided'),
      sortBy: (of) => deciderWords(of, lang),
      cell: (span) => deciderWords(span, lang) ?? '–',
    },
  ];
}
