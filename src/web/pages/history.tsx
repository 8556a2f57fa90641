/** Every training of every cell: how it ended, how good it became, and the way to its error history. */

import { useState } from 'preact/hooks';
import type { RunItem } from '../../contract/api.ts';
import { MOST_COMPARED } from '../../contract/limits.ts';
import { RUN_GROUPINGS, RUN_STATUSES, type RunGrouping } from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { withQuery } from '../api-client.ts';
import { RunBadge, runStatusKey } from '../parts/badges.tsx';
import { useColumns } from '../parts/columns.tsx';
import { FilterChips, nameFilters } from '../parts/filter-chips.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { SearchBox } from '../parts/search-box.tsx';
import { Select } from '../parts/select.tsx';
import { SortSelect } from '../parts/sort-select.tsx';
import { Empty } from '../parts/states.tsx';
import type { Column, Sorting } from '../parts/table.tsx';
import { useMedia } from '../parts/use-media.ts';
import { type QueryState, useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { GROUP_WORDS, RunGroupsTable } from './run-groups.tsx';
import { NoteWords } from './run-note.tsx';
import { SettingsView } from './tried-settings.tsx';

/** Rows that are drawn at once. */
const STEP = 100;
/** Columns that the server sorts by. */
const SORTED = ['product', 'startedAt', 'iterations', 'firstError', 'bestError', 'seconds'];
/** Which runs: of the list, the groups and the settings alike. */
const FILTERS = ['merchant', 'product', 'status', 'search'] as const;

export function HistoryPage() {
  const { t } = useSession();
  const { query, change } = useQuery();
  const chosen = Object.fromEntries(FILTERS.map((name) => [name, query[name]]));
  const sorting: Sorting = {
    columns: SORTED,
    by: query.sort ?? 'startedAt',
    order: query.sort && query.order !== 'desc' ? 'asc' : 'desc',
    onSort: (sort, order) => change({ sort, order }),
  };
  const list = usePagedList<RunItem>(
    withQuery('/api/histories', { ...chosen, sort: sorting.by, order: sorting.order }),
  );
  const [compared, setCompared] = useState<ReadonlySet<string>>(new Set());
  const columns = useRunColumns(compared, setCompared);
  return (
    <Page
      title={t('navHistory')}
      lead={t('historyLead')}
      actions={
        compared.size > 1 && (
          <a class="button primary" href={`/compare?runs=${encodeURIComponent([...compared].join(','))}`}>
            {t('compareChosen', { count: compared.size })}
          </a>
        )
      }
    >
      <HistoryTools query={query} change={change} columns={columns} sorting={sorting} />
      {query.by === 'settings' && <SettingsView chosen={chosen} />}
      {isGrouping(query.by) && <RunGroupsTable by={query.by} chosen={chosen} />}
      <ListTable
        list={list}
        step={STEP}
        caption={t('historyLead')}
        columns={columns}
        sorting={sorting}
        rows={list.items}
        keyOf={(run) => run.runId}
        empty={<NoRuns filtered={FILTERS.some((name) => query[name])} />}
      />
    </Page>
  );
}

/** Nothing that the filters let through is not nothing at all. */
function NoRuns({ filtered }: { readonly filtered: boolean }) {
  const { t } = useSession();
  if (filtered) {
    return (
      <Empty icon="search" title={t('noMatches')}>
        <a class="button" href="/history">
          {t('clearFilters')}
        </a>
      </Empty>
    );
  }
  return (
    <Empty icon="history" title={t('noRuns')}>
      <p>{t('noRunsLead')}</p>
      <a class="button primary" href="/train">
        {t('navTrain')}
      </a>
    </Empty>
  );
}

interface HistoryToolsProps extends Pick<QueryState, 'query' | 'change'> {
  readonly columns: readonly Column<RunItem>[];
  readonly sorting: Sorting;
}

/** What of the runs is shown, and how they are put together. */
function HistoryTools({ query, change, columns, sorting }: HistoryToolsProps) {
  const { t } = useSession();
  const phone = useMedia('(max-width: 860px)');
  return (
    <div class="toolbar">
      <SearchBox value={query.search ?? ''} label={t('searchRuns')} onSearch={(search) => change({ search })} />
      <Select
        label={t('groupBy')}
        value={query.by ?? ''}
        choices={[
          { value: '', label: t('groupNone') },
          ...RUN_GROUPINGS.map((value) => ({ value, label: t(GROUP_WORDS[value]) })),
          { value: 'settings', label: t('groupSettings') },
        ]}
        onChoose={(by) => change({ by })}
      />
      <Select
        label={t('state')}
        value={query.status ?? ''}
        choices={[
          { value: '', label: t('allStates') },
          ...RUN_STATUSES.map((value) => ({ value, label: t(runStatusKey(value)) })),
        ]}
        onChoose={(status) => change({ status })}
      />
      {phone && <SortSelect columns={columns} sorting={sorting} />}
      <FilterChips filters={nameFilters(query)} />
    </div>
  );
}

function isGrouping(by: string | undefined): by is RunGrouping {
  return RUN_GROUPINGS.includes(by as RunGrouping);
}

function useRunColumns(
  compared: ReadonlySet<string>,
  onCompare: (runs: ReadonlySet<string>) => void,
): readonly Column<RunItem>[] {
  const { t, f } = useSession();
  const { cell, time, iterations, error } = useColumns();
  const toggle = (run: RunItem): void => {
    const next = new Set(compared);
    if (!next.delete(run.runId)) next.add(run.runId);
    onCompare(next);
  };
  const best = error<RunItem>('best', (run) => run.bestError);
  return [
    {
      id: 'choose',
      head: t('choose'),
      headHidden: true,
      cell: (run) =>
        run.points > 0 && (
          <input
            type="checkbox"
            aria-label={t('chooseRow', { product: run.product, merchant: run.merchant })}
            checked={compared.has(run.runId)}
            disabled={!compared.has(run.runId) && compared.size >= MOST_COMPARED}
            onChange={() => toggle(run)}
          />
        ),
    },
    cell((run) =>
      run.points > 0 ? `/history/${encodeURIComponent(run.runId)}` : modelPath(run.merchant, run.product),
    ),
    time('startedAt', (run) => run.startedAt),
    { id: 'state', head: t('state'), cell: (run) => <RunState run={run} /> },
    iterations(),
    error('firstError', (run) => run.firstError),
    {
      ...best,
      id: 'bestError',
      cell: (run) => (
        <>
          {best.cell(run)}
          {run.errorKind === 'simulated' && <small>{t('onSimulated')}</small>}
        </>
      ),
    },
    { id: 'note', head: t('note'), cell: ({ tags, note }) => <NoteWords tags={tags} note={note} /> },
    { id: 'seconds', head: t('duration'), num: true, cell: (run) => f.duration(run.seconds) },
  ];
}

function RunState({ run }: { readonly run: RunItem }) {
  const { lang } = useSession();
  return (
    <>
      <RunBadge status={run.status} />
      <small>
        {run.failure
          ? run.failure.message
          : run.status === 'running'
            ? ''
            : codeWords(lang).stopReasons[run.stopReason].page}
      </small>
    </>
  );
}
