/** Price tests: which are worth making, and those that were started. */

import type { OverviewSummary } from '../../contract/api.ts';
import type { ExperimentItem } from '../../contract/experiments.ts';
import { EXPERIMENT_STATUSES } from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { withQuery } from '../api-client.ts';
import { TestBadge } from '../parts/badges.tsx';
import { MerchantSelect } from '../parts/cell-selects.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Page } from '../parts/page.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { Select } from '../parts/select.tsx';
import { Empty, Note, Skeleton } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { useTestSpan } from '../parts/test-span.ts';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { TestProposals } from './test-proposals.tsx';

/** Tests that are drawn at once. */
const STEP = 50;
/** Each product takes some tenths of a second: of more than these a shop is asked for first. */
const MOST_PROPOSED = 60;

export function TestsPage() {
  const { t } = useSession();
  const { query, change } = useQuery();
  const { merchant, product } = query;
  const summary = useResource<OverviewSummary>('/api/overview/summary').data;
  return (
    <Page title={t('navTests')} lead={t('testsLead')}>
      {(product || (summary && summary.merchants.length > 1)) && (
        <div class="toolbar">
          {summary && summary.merchants.length > 1 && (
            <MerchantSelect
              names={summary.merchants}
              value={merchant ?? ''}
              onChoose={(name) => change({ merchant: name, product: null })}
            />
          )}
          {product && (
            <a class="chip" href={withQuery('/tests', { merchant })}>
              {product} ×
            </a>
          )}
        </div>
      )}
      {summary === null ? <Skeleton lines={4} /> : <Proposals summary={summary} />}
      {summary !== null && summary.models > 0 && <TestList />}
    </Page>
  );
}

function Proposals({ summary }: { readonly summary: OverviewSummary }) {
  const { t } = useSession();
  const { merchant, product } = useQuery().query;
  if (summary.models === 0) {
    const none = summary.cells === 0;
    return (
      <Empty icon="tests" title={t(none ? 'emptyTitle' : 'headlineNoModels')}>
        <a class="button primary" href={none ? '/data' : '/train'}>
          {t(none ? 'emptyImport' : 'navTrain')}
        </a>
      </Empty>
    );
  }
  if (!merchant && summary.cells > MOST_PROPOSED) return <Note>{t('testsChoose')}</Note>;
  return <TestProposals key={JSON.stringify([merchant, product])} merchant={merchant} product={product} />;
}

function TestList() {
  const { t, lang } = useSession();
  const { query, change } = useQuery();
  const { merchant, product, status } = query;
  const list = usePagedList<ExperimentItem>(withQuery('/api/experiments', { merchant, product, status }));
  const columns = useTestColumns();
  return (
    <section class="stack">
      <h2>{t('testsTitle')}</h2>
      <div class="toolbar">
        <Select
          label={t('status')}
          value={status ?? ''}
          choices={[
            { value: '', label: t('allStates') },
            ...EXPERIMENT_STATUSES.map((value) => ({ value, label: codeWords(lang).experimentStatuses[value] })),
          ]}
          onChoose={(value) => change({ status: value })}
        />
      </div>
      <ListTable
        list={list}
        name="tests"
        textOf={({ merchant, cells }) => [merchant, ...cells.map(({ product }) => product)].join(' ')}
        step={STEP}
        class="card-rows"
        caption={t('testsTitle')}
        columns={columns}
        rows={list.items}
        keyOf={(test) => test.id}
        empty={
          <Empty icon="tests" title={t('testsNone')}>
            <p>{t('testsNoneLead')}</p>
          </Empty>
        }
      />
    </section>
  );
}

function useTestColumns(): readonly Column<ExperimentItem>[] {
  const { t, f } = useSession();
  const span = useTestSpan();
  return [
    {
      id: 'product',
      head: t('product'),
      sortBy: ({ cells: [first] }) => first?.product ?? null,
      cell: ({ id, merchant, cells }) => (
        <>
          <a class="name" href={`/tests/${id}`}>
            {[...new Set(cells.map(({ product }) => product))].join(', ')}
          </a>
          <small>{merchant ?? t('testShops', { count: cells.length })}</small>
        </>
      ),
    },
    {
      id: 'prices',
      head: t('testPrices'),
      num: true,
      cell: ({ cells: [first] }) => first?.levels.map(({ price }) => f.price(price)).join(' / '),
    },
    {
      id: 'when',
      head: t('when'),
      sortBy: ({ from }) => from,
      cell: span,
    },
    {
      id: 'status',
      head: t('status'),
      sortBy: ({ status }) => status,
      cell: ({ status }) => <TestBadge status={status} />,
    },
  ];
}
