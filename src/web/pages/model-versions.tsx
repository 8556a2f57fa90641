/** The versions of a cell's model: which is live, which may follow, and the way back. */

import { useState } from 'preact/hooks';
import type { VersionList } from '../../contract/api.ts';
import { MOST_COMPARED } from '../../contract/limits.ts';
import { apiPath, sendJson } from '../api-client.ts';
import { AliasBadge } from '../parts/badges.tsx';
import { useColumns } from '../parts/columns.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useListView } from '../parts/list-view.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';
import type { TabProps } from './model-tab.ts';
import { NoteWords } from './run-note.tsx';

type Version = VersionList['items'][number];

export function VersionsTab({ view, reload }: TabProps) {
  const { t } = useSession();
  const tellProblem = useProblemToast();
  const { merchant, product } = view.show.model;
  const address = apiPath('models', merchant, product);
  const versions = useResource<VersionList>(`${address}/versions`);
  const [next, setNext] = useState<number | null>(null);
  const items = [...(versions.data?.items ?? [])].sort((a, b) => b.version - a.version);
  const live = items.find((item) => item.aliases.includes('live'))?.version ?? null;
  const columns = useVersionColumns(live, setNext);
  const list = useListView({
    rows: items,
    columns,
    name: 'versions',
    textOf: ({ version, tags, note }) => [version, ...tags, note].join(' '),
  });
  if (versions.problem) return <ProblemNote problem={versions.problem} retry={versions.reload} />;
  if (!versions.data) return <Skeleton lines={5} />;

  async function makeLive(version: number, before: number | null): Promise<void> {
    try {
      await sendJson('POST', `${address}/alias`, { alias: 'live', version });
      showToast(
        t('versionNowLive', { version }),
        before === null ? undefined : { label: t('undo'), run: () => makeLive(before, null) },
      );
    } catch (error) {
      tellProblem(error);
    }
    forgetSeen();
    versions.reload();
    reload();
  }
  return (
    <section class="card">
      {items.length > 1 && <CompareVersions items={items} />}
      {list.tools && <div class="pad">{list.tools}</div>}
      <ScrollBox label={t('tabVersions')}>
        <Table columns={columns} rows={list.rows} sorting={list.sorting} keyOf={(item) => item.modelId} />
      </ScrollBox>
      {next !== null && (
        <Dialog
          title={t('makeLiveTitle', { version: next })}
          onClose={() => setNext(null)}
          onSubmit={() => {
            makeLive(next, live);
            setNext(null);
          }}
          submit={t('makeLive')}
        >
          <p>{t('makeLiveLead')}</p>
        </Dialog>
      )}
    </section>
  );
}

/** @param items newest first */
function CompareVersions({ items }: { readonly items: readonly Version[] }) {
  const { t } = useSession();
  const runs = items.slice(0, MOST_COMPARED).map(({ runId }) => runId);
  return (
    <div class="card-head">
      <h2>{t('tabVersions')}</h2>
      <a class="button small" href={`/compare?runs=${encodeURIComponent(runs.reverse().join(','))}`}>
        {t('compareVersions')}
      </a>
    </div>
  );
}

/** @param live version that is live; null without one @param onNext called with the version that shall be */
function useVersionColumns(live: number | null, onNext: (version: number) => void): readonly Column<Version>[] {
  const { t, f, may } = useSession();
  const { time, iterations, count, error } = useColumns();
  return [
    {
      id: 'version',
      head: t('version'),
      sortBy: (item) => item.version,
      cell: (item) => <VersionLink item={item} isLive={item.version === live} />,
    },
    time('trainedAt', (item) => item.trainedAt),
    { id: 'note', head: t('note'), cell: ({ tags, note }) => <NoteWords tags={tags} note={note} /> },
    iterations(),
    count('rows', (item) => item.ownRows),
    error('error', (item) => item.error.wape),
    {
      id: 'elasticity',
      head: t('elasticity'),
      num: true,
      cell: ({ elasticity }) => (elasticity === null ? '–' : f.number(elasticity.value, 2)),
    },
    {
      id: 'actions',
      head: t('actions'),
      headHidden: true,
      cellClass: 'num',
      cell: ({ version }) =>
        version !== live &&
        may('train') && (
          <button type="button" class="button small" onClick={() => onNext(version)}>
            {t(live !== null && version < live ? 'rollback' : 'makeLive')}
          </button>
        ),
    },
  ];
}

function VersionLink({ item, isLive }: { readonly item: Version; readonly isLive: boolean }) {
  const { t } = useSession();
  const { hrefWith } = useQuery();
  return (
    <>
      <a href={hrefWith({ version: isLive ? null : item.modelId, tab: null })}>
        {t('modelVersion', { version: item.version })}
      </a>{' '}
      {item.aliases.map((alias) => (
        <AliasBadge key={alias} alias={alias} />
      ))}
    </>
  );
}
