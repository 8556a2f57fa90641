/** What was done, by whom and when: approvals, keys, settings. */

import { useState } from 'preact/hooks';
import type { AuditEntry } from '../../contract/api.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import { usePagedList } from '../parts/paged-list.ts';
import { ShowMore } from '../parts/show-more.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { auditWords } from './audit-words.ts';

const STEP = 100;

export function AuditSection() {
  const { t, f, lang } = useSession();
  const list = usePagedList<AuditEntry>('/api/audit');
  const [rows, setRows] = useState(STEP);
  const columns: readonly Column<AuditEntry>[] = [
    { id: 'when', head: t('when'), cellClass: 'nowrap', cell: ({ at }) => f.time(at) },
    { id: 'who', head: t('who'), cell: ({ actor, actorName }) => actorWords(actor, actorName, lang) },
    { id: 'what', head: t('what'), cell: (entry) => auditWords(entry, lang) },
    { id: 'merchant', head: t('merchant'), cell: ({ merchant }) => merchant ?? '–' },
  ];
  if (list.problem) return <ProblemNote problem={list.problem} retry={list.reload} />;
  if (list.loading && list.items.length === 0) return <Skeleton lines={5} />;
  return (
    <section class="card table-wrap">
      {list.items.length === 0 ? (
        <p class="muted pad">{t('auditNone')}</p>
      ) : (
        <Table class="compact" columns={columns} rows={list.items.slice(0, rows)} keyOf={(entry) => entry.id} />
      )}
      <ShowMore list={list} count={list.items.length} rows={rows} step={STEP} onRows={setRows} />
    </section>
  );
}
