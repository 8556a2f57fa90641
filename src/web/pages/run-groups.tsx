/** Runs put together by what they share: how many, how good on average, how far apart. */

import type { RunGroups } from '../../contract/api.ts';
import type { RunGrouping } from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import type { WebKey, WebTranslate } from '../../i18n/web-messages.ts';
import { withQuery } from '../api-client.ts';
import { capital, type Formats } from '../formats.ts';
import { useColumns } from '../parts/columns.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Skeleton } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

type Group = RunGroups['groups'][number];

export const GROUP_WORDS: Readonly<Record<RunGrouping, WebKey>> = {
  merchant: 'merchant',
  type: 'productType',
  day: 'groupDay',
  outcome: 'groupOutcome',
  spec: 'depth',
  tag: 'tags',
};

interface RunGroupsTableProps {
  readonly by: RunGrouping;
  /** The filters of the page. */
  readonly chosen: Readonly<Record<string, string | undefined>>;
}

/** `exact`, or `iterations × simulated rows`. */
function depthWord(group: string, t: WebTranslate, f: Formats): string {
  if (group === 'exact') return capital(t('exactSolver'));
  const [iterations, rows] = group.split(' × ').map((count) => f.number(Number(count)));
  return t('groupDepth', { iterations: iterations ?? '', rows: rows ?? '' });
}

export function RunGroupsTable({ by, chosen }: RunGroupsTableProps) {
  const { t } = useSession();
  const groups = useResource<RunGroups>(withQuery('/api/run-groups', { ...chosen, by }));
  const nameOf = useGroupName(by);
  const columns = useGroupColumns(by, nameOf);
  return (
    <ListTable
      list={groups}
      name="groups"
      caption={t('groupBy')}
      columns={columns}
      rows={groups.data?.groups ?? NO_GROUPS}
      keyOf={({ group }) => group}
      textOf={({ group }) => nameOf(group)}
      waiting={<Skeleton lines={4} />}
      // The list below says so.
      empty={null}
    />
  );
}

const NO_GROUPS: readonly Group[] = [];

/** @returns a group as the reader calls it */
function useGroupName(by: RunGrouping): (group: string) => string {
  const { t, f, lang } = useSession();
  const stops = codeWords(lang).stopReasons as Readonly<Record<string, { readonly page: string }>>;
  return (group) => {
    if (by === 'outcome') return capital(stops[group]?.page ?? group);
    if (by === 'day') return f.date(group);
    if (by === 'spec') return depthWord(group, t, f);
    return by === 'tag' && group === '–' ? t('groupNoTag') : group;
  };
}

function useGroupColumns(by: RunGrouping, nameOf: (group: string) => string): readonly Column<Group>[] {
  const { t, f } = useSession();
  const { count } = useColumns();
  const share = (value: number | null): string => (value === null ? '–' : f.percent(value, 1));
  return [
    {
      id: 'group',
      head: t(GROUP_WORDS[by]),
      namesRow: true,
      // Days by the calendar, not by how they are written.
      sortBy: ({ group }) => (by === 'day' ? group : nameOf(group)),
      cell: ({ group }) => nameOf(group),
    },
    count('groupRuns', ({ runs }) => runs),
    count('groupFailed', ({ failed }) => failed),
    {
      id: 'error',
      head: t('groupError'),
      num: true,
      sortBy: ({ error }) => error,
      cell: ({ error, spread }) => (
        <>
          {share(error)}
          {spread !== null && <small>± {share(spread)}</small>}
        </>
      ),
    },
    {
      id: 'range',
      head: t('groupRange'),
      num: true,
      sortBy: ({ lowest }) => lowest,
      cell: ({ lowest, highest }) => `${share(lowest)} – ${share(highest)}`,
    },
    {
      id: 'seconds',
      head: t('duration'),
      num: true,
      sortBy: ({ seconds }) => seconds,
      cell: ({ seconds }) => f.duration(seconds),
    },
  ];
}
