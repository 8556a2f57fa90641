/** Runs put together by what they share: how many, how good on average, how far apart. */

import type { RunGroups } from '../../contract/api.ts';
import type { RunGrouping } from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import type { WebKey, WebTranslate } from '../../i18n/web-messages.ts';
import { withQuery } from '../api-client.ts';
import { capital, type Formats } from '../formats.ts';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
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
  const { t, f, lang } = useSession();
  const groups = useResource<RunGroups>(withQuery('/api/run-groups', { ...chosen, by }));
  if (groups.problem) return <ProblemNote problem={groups.problem} retry={groups.reload} />;
  if (!groups.data) return <Skeleton lines={4} />;
  const share = (value: number | null): string => (value === null ? '–' : f.percent(value, 1));
  const stops = codeWords(lang).stopReasons as Readonly<Record<string, { readonly page: string }>>;
  const nameOf = (group: string): string => {
    if (by === 'outcome') return capital(stops[group]?.page ?? group);
    if (by === 'day') return f.date(group);
    if (by === 'spec') return depthWord(group, t, f);
    return by === 'tag' && group === '–' ? t('groupNoTag') : group;
  };
  const columns: readonly Column<Group>[] = [
    {
      id: 'group',
      head: t(GROUP_WORDS[by]),
      namesRow: true,
      cell: ({ group }) => nameOf(group),
    },
    { id: 'runs', head: t('groupRuns'), num: true, cell: ({ runs }) => f.number(runs) },
    { id: 'failed', head: t('groupFailed'), num: true, cell: ({ failed }) => f.number(failed) },
    {
      id: 'error',
      head: t('groupError'),
      num: true,
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
      cell: ({ lowest, highest }) => `${share(lowest)} – ${share(highest)}`,
    },
    { id: 'seconds', head: t('duration'), num: true, cell: ({ seconds }) => f.duration(seconds) },
  ];
  return (
    <div class="card table-wrap">
      <Table caption={t('groupBy')} columns={columns} rows={groups.data.groups} keyOf={({ group }) => group} />
    </div>
  );
}
