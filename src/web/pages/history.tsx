/** Every training of every cell: how it ended, how good it became, and the way to its error history. */

import { useState } from 'preact/hooks';
import type { RunItem } from '../../contract/api.ts';
import { MOST_COMPARED } from '../../contract/limits.ts';
import { RUN_GROUPINGS, RUN_STATUSES, type RunGrouping } from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { withQuery } from '../api-client.ts';
import { RunBadge, runStatusKey } from '../parts/badges.tsx';
import { useColumns } from '../parts/columns.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { SearchBox } from '../parts/search-box.tsx';
import { Select } from '../parts/select.tsx';
import { Empty } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { type QueryState, useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { GROUP_WORDS, RunGroupsTable } from './run-groups.tsx';
import { NoteWords } from './run-note.tsx';
import { SettingsView } from './tried-settings.tsx';

/** Rows that are drawn at once. */
const STEP = 100;
/** Which runs: of the list, the groups and the settings alike. */
const FILTERS = ['merchant', 'product', 'status', 'search'] as const;

export function HistoryPage() {
  const { t } = useSession();
  const { query, change } = useQuery();
  const chosen = Object.fromEntries(FILTERS.map((name) => [name, query[name]]));
  const list = usePagedList<RunItem>(withQuery('/api/histories', chosen));
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
      <HistoryTools query={query} change={change} />
      {query.by === 'settings' && <SettingsView chosen={chosen} />}
      {isGrouping(query.by) && <RunGroupsTable by={query.by} chosen={chosen} />}
      <ListTable
        list={list}
        step={STEP}
        caption={t('historyLead')}
        columns={columns}
        rows={list.items}
        keyOf={(run) => run.runId}
        empty={
          <Empty icon="history" title={t('noRuns')}>
            <p>{t('noRunsLead')}</p>
            <a class="button primary" href="/train">
              {t('navTrain')}
            </a>
          </Empty>
        }
      />
    </Page>
  );
}

/** What of the runs is shown, and how they are put together. */
function HistoryTools({ query, change }: Pick<QueryState, 'query' | 'change'>) {
  const { t } = useSession();
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
      {(query.merchant || query.product) && (
        <a class="chip" href="/history">
          {[query.product, query.merchant].filter(Boolean).join(' · ')} ×
        </a>
      )}
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
      cell: (run) => (
        <>
          {best.cell(run)}
          {run.errorKind === 'simulated' && <small>{t('onSimulated')}</small>}
        </>
      ),
    },
    { id: 'note', head: t('note'), cell: ({ tags, note }) => <NoteWords tags={tags} note={note} /> },
    { id: 'duration', head: t('duration'), num: true, cell: (run) => f.duration(run.seconds) },
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
