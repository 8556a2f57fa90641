/** Competitors' prices beside the own, product by product. */

import type { OverviewSummary } from '../../contract/api.ts';
import type { CompetitorItem, CompetitorsDocument } from '../../contract/competitors.ts';
import { withQuery } from '../api-client.ts';
import { MerchantSelect } from '../parts/cell-selects.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { cheapestText, signedPercent } from './competitor-table.tsx';

export function CompetitorsPage() {
  const { t } = useSession();
  const { query, change } = useQuery();
  const summary = useResource<OverviewSummary>('/api/overview/summary');
  const found = useResource<CompetitorsDocument>(withQuery('/api/competitors', { merchant: query.merchant }));
  const { data } = found;
  return (
    <Page title={t('competitorsTitle')} lead={t('competitorsLead')}>
      {(summary.data?.merchants.length ?? 0) > 1 && (
        <div class="toolbar">
          <MerchantSelect
            names={summary.data?.merchants ?? []}
            value={query.merchant ?? ''}
            onChoose={(merchant) => change({ merchant })}
          />
        </div>
      )}
      {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
      {data === null && !found.problem && <Skeleton lines={6} />}
      {data !== null && data.products.length === 0 && (
        <Empty icon="compare" title={t('competitorsNone')}>
          <p>{t('competitorsNoneLead')}</p>
          <a class="button primary" href="/data">
            {t('navData')}
          </a>
        </Empty>
      )}
      {data !== null && data.products.length > 0 && <Products items={data.products} />}
      {data !== null && data.unmatched.length > 0 && (
        <Note tone="warn" icon="warning">
          {t('competitorsUnmatched', {
            count: data.unmatched.length,
            names: data.unmatched
              .slice(0, 10)
              .map(({ product }) => product)
              .join(', '),
          })}
        </Note>
      )}
    </Page>
  );
}

function Products({ items }: { readonly items: readonly CompetitorItem[] }) {
  const { t, f } = useSession();
  const columns: readonly Column<CompetitorItem>[] = [
    {
      id: 'product',
      head: t('product'),
      namesRow: true,
      cell: ({ merchant, product }) => (
        <>
          <a href={modelPath(merchant, product)}>{product}</a>
          <small class="block muted">{merchant}</small>
        </>
      ),
    },
    { id: 'ours', head: t('competitorOurs'), num: true, cell: ({ price }) => f.price(price) },
    {
      id: 'theirs',
      head: t('competitorAsk'),
      cell: ({ competitors }) =>
        competitors.map(({ competitor, price, difference, stale, promo }) => (
          <span key={competitor} class={stale ? 'block muted' : 'block'}>
            {competitor} <b>{f.price(price)}</b> ({signedPercent({ f }, difference)})
            {promo && ` · ${t('competitorOffer')}`}
            {stale && ` · ${t('competitorStale')}`}
          </span>
        )),
    },
    { id: 'cheapest', head: t('competitorCheapest'), cell: (item) => cheapestText(item, { t, f }) },
  ];
  return (
    <section class="card">
      <div class="table-wrap">
        <Table
          class="card-rows"
          columns={columns}
          rows={items}
          caption={t('competitorsTitle')}
          keyOf={({ merchant, product }) => JSON.stringify([merchant, product])}
        />
      </div>
    </section>
  );
}
