/**
 * The first page: what to change today, from which price to which, what it earns and how sure that is; below, every
 * cell.
 */

import { useEffect, useState } from 'preact/hooks';
import type { OverviewSort, OverviewSummary } from '../../contract/api.ts';
import type { SortOrder } from '../../core/vocabulary.ts';
import { withQuery } from '../api-client.ts';
import { Page } from '../parts/page.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { type QueryState, useQuery } from '../parts/use-query.ts';
import { useSavedViews } from '../parts/use-saved-views.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { OverviewChips, OverviewFilters } from './overview-filters.tsx';
import { Headline, Stages, Tiles } from './overview-summary.tsx';
import { OverviewTable } from './overview-table.tsx';
import { OverviewViews } from './overview-views.tsx';

const FILTERS = [
  ...['search', 'merchant', 'productType', 'state', 'stage', 'reason', 'recommended', 'minGain', 'minProbability'],
  // Those to which the bars of the page at a glance lead.
  ...['errorFrom', 'errorTo', 'elasticityFrom', 'elasticityTo', 'doubtFrom', 'doubtTo'],
] as const;
/** A training or an import elsewhere shows here within so long. */
const REFRESH_MS = 15_000;
/** As long as cells are in training. */
const TRAINING_REFRESH_MS = 2_000;

export function OverviewPage() {
  const { t } = useSession();
  const { query } = useQuery();
  const [training, setTraining] = useState(false);
  const all = useResource<OverviewSummary>('/api/overview/summary', training ? TRAINING_REFRESH_MS : REFRESH_MS);
  useEffect(() => setTraining((all.data?.states.training ?? 0) > 0), [all.data]);
  const filters = Object.fromEntries(FILTERS.map((name) => [name, query[name]]));
  const filtered = FILTERS.some((name) => query[name]);
  const some = useResource<OverviewSummary>(filtered ? withQuery('/api/overview/summary', filters) : null, REFRESH_MS);
  const summary = all.data;
  const kept = useSavedViews('overview');

  if (all.problem) {
    return (
      <Page title={t('overviewTitle')}>
        <ProblemNote problem={all.problem} retry={all.reload} />
      </Page>
    );
  }
  if (summary?.cells === 0) return <EmptyWorkspace />;
  const { sort, order } = sortingOf(query);
  return (
    <Page
      title={t('overviewTitle')}
      lead={summary ? <Headline summary={summary} /> : <span class="skeleton headline-skeleton" />}
    >
      {summary?.models === 0 && <NoModels cells={summary.cells} />}
      {summary && <Stages summary={summary} onDone={all.reload} />}
      {summary ? <Tiles summary={summary} /> : <Skeleton lines={2} />}
      <div class="stack tight">
        <OverviewViews kept={kept} />
        <OverviewFilters summary={summary} sort={sort} order={order} />
        <OverviewChips />
      </div>
      <OverviewTable
        address={withQuery('/api/overview', { ...filters, sort, order })}
        count={(filtered ? some.data : summary)?.cells ?? null}
        version={summary === null ? null : JSON.stringify([summary.states, summary.stages, summary.expectedGain])}
        summary={summary}
        kept={kept}
        sort={sort}
        order={order}
      />
    </Page>
  );
}

/** The largest gain comes first, and the smallest of anything else, unless the address says so. */
function sortingOf(query: QueryState['query']): { readonly sort: OverviewSort; readonly order: SortOrder } {
  const sort = (query.sort ?? 'expectedGain') as OverviewSort;
  if (query.order === 'asc' || query.order === 'desc') return { sort, order: query.order };
  return { sort, order: sort === 'expectedGain' ? 'desc' : 'asc' };
}

function NoModels({ cells }: { readonly cells: number }) {
  const { t, f } = useSession();
  return (
    <Note icon="train">
      <p class="row between">
        {t('overviewNoModels', { cells: f.number(cells) })}
        <a class="button primary" href="/train">
          {t('navTrain')}
        </a>
      </p>
    </Note>
  );
}

function EmptyWorkspace() {
  const { t } = useSession();
  return (
    <Page title={t('overviewTitle')}>
      <Empty icon="upload" title={t('emptyTitle')}>
        <p>{t('emptyLead')}</p>
        <a class="button primary" href="/data">
          {t('emptyImport')}
        </a>
        <p class="small">{t('emptyDemo')}</p>
      </Empty>
    </Page>
  );
}
