/** Every cell as a row of a table, drawn as far as the window shows it. On a phone each row is a card. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { OverviewRow, OverviewSort, OverviewSummary } from '../../contract/api.ts';
import { cellKey } from '../../contract/cell-name.ts';
import type { SortOrder } from '../../core/vocabulary.ts';
import { ColumnsDialog } from '../parts/columns-dialog.tsx';
import { type PagedList, usePagedList } from '../parts/paged-list.ts';
import { Empty, ProblemNote } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import type { KeptViews } from '../parts/use-saved-views.ts';
import { VirtualTable } from '../parts/virtual-table.tsx';
import { useSession } from '../session.tsx';
import { useOverviewColumns } from './overview-columns.tsx';
import { useRoom } from './overview-room.ts';

interface OverviewTableProps {
  readonly address: string;
  /** Rows in all; null while unknown. */
  readonly count: number | null;
  /** Changes when cells did; null while unknown. */
  readonly version: string | null;
  readonly sort: OverviewSort;
  readonly order: SortOrder;
  readonly summary: OverviewSummary | null;
  readonly kept: KeptViews;
}

/** Pixels; the stylesheet holds rows to them. */
const ROW_HEIGHT = 62;
const CARD_HEIGHT = 144;
/** Of amounts that find no room beside one another. */
const LONG_CARD_HEIGHT = 200;

export function OverviewTable({ address, count, version, sort, order, summary, kept }: OverviewTableProps) {
  const { t } = useSession();
  const { change } = useQuery();
  const list = usePagedList<OverviewRow>(address);
  const { all, shown } = useOverviewColumns({ chosen: kept.columns, summary });
  const { widths, cards, long, drawn } = useRoom(list.items, shown);
  const columns = useMemo(() => shown.filter(({ id }) => drawn || cards || id !== 'elasticity'), [shown, drawn, cards]);
  const [choosing, setChoosing] = useState(false);
  useReloadOn(version, list);
  const rows = list.complete ? list.items.length : Math.max(count ?? 0, list.items.length);

  if (list.problem) return <ProblemNote problem={list.problem} retry={list.reload} />;
  if (list.complete && rows === 0) {
    return (
      <Empty icon="search" title={t('noMatches')}>
        <a class="button" href="/">
          {t('clearFilters')}
        </a>
      </Empty>
    );
  }
  return (
    <div class="card">
      {kept.mayChange && !cards && (
        <div class="table-tools">
          <button type="button" class="button quiet small" onClick={() => setChoosing(true)}>
            {t('columnsChoose')}
          </button>
        </div>
      )}
      {choosing && (
        <ColumnsDialog
          all={all.map(({ id, head }) => ({ id, head: String(head) }))}
          shown={shown.map(({ id }) => id)}
          first="product"
          onClose={() => setChoosing(false)}
          onChoose={kept.choose}
        />
      )}
      <VirtualTable
        class={`sticky fixed overview ${cards ? 'cards' : ''} ${long ? 'long' : ''}`}
        caption={t('overviewCaption')}
        columns={columns}
        widths={widths}
        rows={list.items}
        count={rows}
        rowHeight={cards ? (long ? LONG_CARD_HEIGHT : CARD_HEIGHT) : ROW_HEIGHT}
        keyOf={cellKey}
        onNeed={list.need}
        busy={list.loading}
        sorting={{ by: sort, order, onSort: (by, way) => change({ sort: by, order: way }) }}
      />
    </div>
  );
}

/**
 * A list of which all is here is read anew when cells have changed; in a longer one, rows that are being read would
 * jump.
 */
function useReloadOn(version: string | null, list: PagedList<OverviewRow>): void {
  const seen = useRef<string | null>(null);
  useEffect(() => {
    if (seen.current !== null && seen.current !== version && list.complete) list.reload();
    seen.current = version;
  }, [version]);
}
