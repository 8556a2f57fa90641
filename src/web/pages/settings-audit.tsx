/** What was done, by whom and when: approvals, keys, settings. */

import type { AuditEntry } from '../../contract/api.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import { withQuery } from '../api-client.ts';
import { ListTable } from '../parts/list-table.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { SearchBox } from '../parts/search-box.tsx';
import type { Column } from '../parts/table.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { auditWords } from './audit-words.ts';

/** Entries that are drawn at once. */
const STEP = 100;

export function AuditSection() {
  const { t, f, lang } = useSession();
  const { query, change } = useQuery();
  const search = query.search ?? '';
  const list = usePagedList<AuditEntry>(withQuery('/api/audit', { search }));
  const columns: readonly Column<AuditEntry>[] = [
    { id: 'when', head: t('when'), cellClass: 'nowrap', cell: ({ at }) => f.time(at) },
    { id: 'who', head: t('who'), cell: ({ actor, actorName }) => actorWords(actor, actorName, lang) },
    { id: 'what', head: t('what'), cell: (entry) => auditWords(entry, lang) },
    { id: 'merchant', head: t('merchant'), cell: ({ merchant }) => merchant ?? '–' },
  ];
  return (
    <section class="stack">
      <div class="toolbar">
        <SearchBox value={search} label={t('searchList')} onSearch={(text) => change({ search: text })} />
      </div>
      <ListTable
        list={list}
        step={STEP}
        class="compact"
        caption={t('sectionAudit')}
        columns={columns}
        rows={list.items}
        keyOf={(entry) => entry.id}
        empty={<p class="muted card pad">{t(search === '' ? 'auditNone' : 'noMatches')}</p>}
      />
    </section>
  );
}
