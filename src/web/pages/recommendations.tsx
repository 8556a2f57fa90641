/** Recommendations from proposed to exported, decided one by one or many at once. */

import { useMemo, useState } from 'preact/hooks';
import type { RecommendationItem, RecommendationTotals } from '../../contract/api.ts';
import { RECOMMENDATION_STATUSES, type RecommendationStatus } from '../../core/vocabulary.ts';
import { withQuery } from '../api-client.ts';
import { decisionKey } from '../parts/badges.tsx';
import { OverrideDialog, RejectDialog } from '../parts/decision-dialogs.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Page } from '../parts/page.tsx';
import { type PagedList, usePagedList } from '../parts/paged-list.ts';
import { Empty } from '../parts/states.tsx';
import { TabLinks } from '../parts/tab-links.tsx';
import type { Sorting } from '../parts/table.tsx';
import { type Decide, useDecisions } from '../parts/use-decisions.ts';
import { type QueryState, useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { type Resource, useResource } from '../use-resource.ts';
import { ExportDialog } from './export-dialog.tsx';
import { RecommendationBulk } from './recommendation-bulk.tsx';
import { useRecommendationColumns } from './recommendation-columns.tsx';
import { RecommendationFilters, RefreshButton } from './recommendation-filters.tsx';

/** The tabs, in the order of a decision's way; what another price has superseded has none. */
const TABS: Readonly<Record<RecommendationStatus, number | null>> = {
  proposed: 0,
  reviewed: 1,
  approved: 2,
  exported: 3,
  rejected: 4,
  superseded: null,
};
const STATUSES = RECOMMENDATION_STATUSES.filter((status) => TABS[status] !== null).toSorted(
  (a, b) => Number(TABS[a]) - Number(TABS[b]),
);
/** Rows that are drawn at once; more on demand. */
const STEP = 200;
/** What of the address the list is asked for with, beside its status. */
const FILTERS = ['merchant', 'productType', 'minGain', 'minProbability', 'search'] as const;
/** Columns that the server sorts by. */
const SORTED = ['product', 'expectedGain'];

export function RecommendationsPage() {
  const { t, may } = useSession();
  const { query, hrefWith, change } = useQuery();
  const sorting: Sorting = {
    columns: SORTED,
    by: query.sort ?? 'expectedGain',
    order: query.sort && query.order !== 'desc' ? 'asc' : 'desc',
    onSort: (sort, order) => change({ sort, order }),
  };
  const status = STATUSES.find((name) => name === query.status) ?? 'proposed';
  const found = useRecommendations(status, query, sorting);
  const tabs = STATUSES.map((name) => ({
    name,
    label: t(decisionKey(name)),
    href: hrefWith({ status: name === 'proposed' ? null : name }),
  }));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const again = (): void => {
    setChosen(new Set());
    found.list.reload();
    found.totals.reload();
  };
  return (
    <Page
      title={t('navRecommendations')}
      lead={t('recommendationsLead')}
      actions={may('approve') && <RefreshButton onDone={again} />}
    >
      <TabLinks label={t('status')} tabs={tabs} current={status} />
      <RecommendationFilters status={status} sorting={sorting} />
      <Decisions status={status} sorting={sorting} {...found} chosen={chosen} onChoose={setChosen} onDone={again} />
    </Page>
  );
}

interface DecisionsProps extends Found {
  readonly sorting: Sorting;
  readonly status: RecommendationStatus;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly onDone: () => void;
}

/** The list, and what can be done with what is chosen of it. */
function Decisions({ status, sorting, list, items, filter, totals, chosen, onChoose, onDone }: DecisionsProps) {
  const { t } = useSession();
  const [dialog, setDialog] = useState<'reject' | 'export' | null>(null);
  const [overridden, setOverridden] = useState<RecommendationItem | null>(null);
  const decide = useDecisions(onDone);
  const selected = items.filter((item) => chosen.has(item.id));
  const columns = useRecommendationColumns({
    status,
    items,
    chosen,
    onChoose,
    onDecide: decide,
    onOverride: setOverridden,
  });
  const close = (): void => {
    setDialog(null);
    setOverridden(null);
  };
  return (
    <>
      <ListTable
        list={list}
        step={STEP}
        frame="card table-wrap"
        class="recommendations"
        caption={t('recommendationsCaption', { status: t(decisionKey(status)) })}
        columns={columns}
        sorting={sorting}
        rows={items}
        keyOf={(item) => item.id}
        isSelected={(item) => chosen.has(item.id)}
        empty={<NoRecommendations status={status} filtered={FILTERS.some((name) => filter[name])} />}
      />
      {selected.length === 0 && status === 'approved' && items.length > 0 && (
        <ExportAll items={items} onChoose={onChoose} onExport={() => setDialog('export')} />
      )}
      {selected.length > 0 && (
        <RecommendationBulk
          items={selected}
          status={status}
          onDecide={decide}
          onAsk={setDialog}
          onClear={() => onChoose(new Set())}
          all={totals.data}
          filter={filter}
          onDone={onDone}
        />
      )}
      <Dialogs
        dialog={dialog}
        selected={selected}
        overridden={overridden}
        onDecide={decide}
        onDone={onDone}
        onClose={close}
      />
    </>
  );
}

interface DialogsProps {
  readonly dialog: 'reject' | 'export' | null;
  readonly selected: readonly RecommendationItem[];
  /** The one that is to have another price. */
  readonly overridden: RecommendationItem | null;
  readonly onDecide: Decide;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** What is asked before what is chosen is rejected or exported, or one has another price. */
function Dialogs({ dialog, selected, overridden, onDecide, onDone, onClose }: DialogsProps) {
  return (
    <>
      {dialog === 'reject' && (
        <RejectDialog
          count={selected.length}
          onClose={onClose}
          onReject={(reason) => onDecide(selected, { to: 'rejected', reason })}
        />
      )}
      {dialog === 'export' && <ExportDialog items={selected} onClose={onClose} onDone={onDone} />}
      {overridden && (
        <OverrideDialog
          item={overridden}
          onClose={onClose}
          onOverride={(price, reason) => onDecide([overridden], { to: 'approved', price, reason })}
        />
      )}
    </>
  );
}

interface ExportAllProps extends Pick<DecisionsProps, 'items' | 'onChoose'> {
  readonly onExport: () => void;
}

/** Whoever approved one price after another need not choose them one by one again. */
function ExportAll({ items, onChoose, onExport }: ExportAllProps) {
  const { t, f } = useSession();
  return (
    <p>
      <button
        type="button"
        class="button primary"
        onClick={() => {
          onChoose(new Set(items.map(({ id }) => id)));
          onExport();
        }}
      >
        {t('exportTitle', { count: f.number(items.length) })}
      </button>
    </p>
  );
}

interface NoRecommendationsProps {
  readonly status: RecommendationStatus;
  readonly filtered: boolean;
}

/** Nothing that the filters let through is not nothing at all. */
function NoRecommendations({ status, filtered }: NoRecommendationsProps) {
  const { t } = useSession();
  const { hrefWith } = useQuery();
  if (filtered) {
    return (
      <Empty icon="search" title={t('noMatches')}>
        <a class="button" href={hrefWith(Object.fromEntries(FILTERS.map((name) => [name, null])))}>
          {t('clearFilters')}
        </a>
      </Empty>
    );
  }
  return (
    <Empty icon="recommendations" title={t('noneInStatus', { status: t(decisionKey(status)).toLowerCase() })}>
      <p>{t(status === 'proposed' ? 'noneProposed' : 'noneDecided')}</p>
    </Empty>
  );
}

interface Found {
  readonly list: PagedList<RecommendationItem>;
  /** Those of the list that this status shows. */
  readonly items: readonly RecommendationItem[];
  /** What the list is asked for with, and what all that match come to. */
  readonly filter: Readonly<Record<string, string | undefined>>;
  readonly totals: Resource<RecommendationTotals>;
}

function useRecommendations(status: RecommendationStatus, query: QueryState['query'], sorting: Sorting): Found {
  // Proposals that keep today's price need no decision: they are shown when asked for.
  const every = query.all === '1' || status !== 'proposed';
  const { merchant, productType, minGain, minProbability, search } = query;
  const filter = {
    ...{ status, merchant, productType, minGain, minProbability, search },
    recommended: every ? undefined : 'true',
  };
  const list = usePagedList<RecommendationItem>(
    withQuery('/api/recommendations', { ...filter, sort: sorting.by, order: sorting.order }),
  );
  const totals = useResource<RecommendationTotals>(withQuery('/api/recommendations/totals', filter));
  // A proposal at today's price is no change.
  const items = useMemo(
    () =>
      list.items.filter((item) => item.status === status && (every || item.recommendation.probabilityBetter !== null)),
    [list.items, status, every],
  );
  return { list, items, filter, totals };
}
