/** What was done, by whom and when: approvals, keys, settings. */

import { useState } from 'preact/hooks';
import type { AuditEntry } from '../../contract/api.ts';
import { usePagedList } from '../parts/paged-list.ts';
import { ShowMore } from '../parts/show-more.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { actorWords, auditWords } from './audit-words.ts';

const STEP = 100;

export function AuditSection() {
  const { t, f } = useSession();
  const list = usePagedList<AuditEntry>('/api/audit');
  const [rows, setRows] = useState(STEP);
  if (list.problem) return <ProblemNote problem={list.problem} retry={list.reload} />;
  if (list.loading && list.items.length === 0) return <Skeleton lines={5} />;
  return (
    <section class="card table-wrap">
      {list.items.length === 0 ? (
        <p class="muted pad">{t('auditNone')}</p>
      ) : (
        <table class="table compact">
          <thead>
            <tr>
              <th scope="col">{t('when')}</th>
              <th scope="col">{t('who')}</th>
              <th scope="col">{t('what')}</th>
              <th scope="col">{t('merchant')}</th>
            </tr>
          </thead>
          <tbody>
            {list.items.slice(0, rows).map((entry) => (
              <tr key={entry.id}>
                <td class="nowrap">{f.time(entry.at)}</td>
                <td>{actorWords(entry.actor, t)}</td>
                <td>{auditWords(entry, t)}</td>
                <td>{entry.merchant ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ShowMore list={list} count={list.items.length} rows={rows} step={STEP} onRows={setRows} />
    </section>
  );
}
