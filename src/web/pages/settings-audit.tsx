/** What was done, by whom and when: approvals, keys, settings. The server sorts it, by time. */

import type { AuditEntry } from '../../contract/api.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import { withQuery } from '../api-client.ts';
import { ListTable } from '../parts/list-table.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { SearchBox } from '../parts/search-box.tsx';
import { SortSelect } from '../parts/sort-select.tsx';
import type { Column, Sorting } from '../parts/table.tsx';
import { useMedia } from '../parts/use-media.ts';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { auditWords } from './audit-words.ts';

/** Entries that are drawn at once. */
const STEP = 100;

export function AuditSection() {
  const { t, f, lang } = useSession();
  const { query, change } = useQuery();
  const phone = useMedia('(max-width: 860px)');
  const search = query.search ?? '';
  const order = query.order === 'asc' ? 'asc' : 'desc';
  const list = usePagedList<AuditEntry>(withQuery('/api/audit', { search, order }));
  const columns: readonly Column<AuditEntry>[] = [
    { id: 'when', head: t('when'), cellClass: 'nowrap', sortable: true, cell: ({ at }) => f.time(at) },
    { id: 'who', head: t('who'), class: 'who', cell: ({ actor, actorName }) => actorWords(actor, actorName, lang) },
    { id: 'what', head: t('what'), cell: (entry) => auditWords(entry, lang) },
    { id: 'merchant', head: t('merchant'), cell: ({ merchant }) => merchant ?? '–' },
  ];
  const sorting: Sorting = {
    by: 'when',
    order,
    onSort: (_, way) => change({ order: way === 'asc' ? way : null }),
  };
  return (
    <section class="stack">
      <div class="toolbar">
        <SearchBox value={search} label={t('searchList')} onSearch={(text) => change({ search: text })} />
        {phone && <SortSelect columns={columns} sorting={sorting} />}
      </div>
      <ListTable
        list={list}
        step={STEP}
        class="compact"
        caption={t('sectionAudit')}
        columns={columns}
        rows={list.items}
        sorting={sorting}
        keyOf={(entry) => entry.id}
        empty={<p class="muted card pad">{t(search === '' ? 'auditNone' : 'noMatches')}</p>}
      />
    </section>
  );
}
