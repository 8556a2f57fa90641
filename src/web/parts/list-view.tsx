/**
 * Lists that are here whole, or soon: their rows as the reader searched and sorted them. Both stand in the address, so
 * that a link brings the same list back.
 */

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { foldedText } from '../../contract/folded-text.ts';
import { useSession } from '../session.tsx';
import type { PagedList } from './paged-list.ts';
import { SearchBox } from './search-box.tsx';
import { SortSelect } from './sort-select.tsx';
import type { Column, Sorting } from './table.tsx';
import { useMedia } from './use-media.ts';
import { useQuery } from './use-query.ts';

interface ListViewAsked<Row> {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** What a search looks at; without it the list cannot be searched. */
  readonly textOf?: (row: Row) => string;
  /** Tells its part of the address from that of other lists on the page. */
  readonly name?: string;
  /** Of a list that comes page by page: all of it is asked for before it is searched or sorted. */
  readonly list?: Pick<PagedList<Row>, 'complete' | 'need'>;
}

export interface ListView<Row> {
  readonly rows: readonly Row[];
  readonly sorting: Sorting;
  /** The search, and on a phone, where tables have no head, the order. Null where there is too little to look for. */
  readonly tools: ComponentChildren;
  /** A search or an order holds, and pages that it needs are still on their way. */
  readonly waiting: boolean;
}

/** Rows that are seen at once: a search among them is of no use. */
const FEW = 8;

export function useListView<Row>({ rows, columns, textOf, name = '', list }: ListViewAsked<Row>): ListView<Row> {
  const { t, lang } = useSession();
  const phone = useMedia('(max-width: 860px)');
  const { query, change } = useQuery();
  const keys = { search: addressKey(name, 'search'), sort: addressKey(name, 'sort'), order: addressKey(name, 'order') };
  const search = textOf === undefined ? '' : (query[keys.search] ?? '');
  const order = query[keys.order] === 'desc' ? 'desc' : 'asc';
  const by = columns.find(({ id, sortBy }) => sortBy !== undefined && id === query[keys.sort]);
  const waiting = (search !== '' || by !== undefined) && list?.complete === false;
  useEffect(() => {
    if (waiting) list?.need(Number.POSITIVE_INFINITY);
  }, [waiting, list?.need]);
  const sorted = useMemo(() => {
    const found = textOf && search !== '' ? rows.filter(matching(search, textOf)) : rows;
    return by?.sortBy === undefined ? found : sortedBy(found, by.sortBy, order === 'asc' ? 1 : -1, lang);
    // Pages are added to the same array.
  }, [rows, rows.length, search, by?.id, order, lang]);
  // While the list is read anew, what was found of it stays.
  const kept = useRef({ asked: '', rows: [] as readonly Row[] });
  const asked = JSON.stringify([search, by?.id, order]);
  if (!waiting) kept.current = { asked, rows: sorted };
  const shown = !waiting ? sorted : kept.current.asked === asked ? kept.current.rows : [];
  const sorting: Sorting = {
    by: by?.id ?? '',
    order,
    onSort: (column, way) => change({ [keys.sort]: column, [keys.order]: way === 'desc' ? way : null }),
  };
  const sorts = phone && rows.length > 1 && columns.some(({ sortBy }) => sortBy !== undefined);
  const searches = textOf !== undefined && (rows.length > FEW || search !== '');
  return {
    rows: shown,
    sorting,
    waiting: waiting && shown.length === 0,
    tools: (searches || sorts) && (
      <div class="toolbar">
        {searches && (
          <SearchBox value={search} label={t('searchList')} onSearch={(text) => change({ [keys.search]: text })} />
        )}
        {sorts && <SortSelect columns={columns} sorting={sorting} />}
        {search !== '' && !waiting && sorted.length === 0 && <p class="muted">{t('noMatches')}</p>}
      </div>
    ),
  };
}

function addressKey(name: string, key: string): string {
  return name === '' ? key : name + key.charAt(0).toUpperCase() + key.slice(1);
}

/** Rows that have every word, whatever its case and accents. */
function matching<Row>(search: string, textOf: (row: Row) => string): (row: Row) => boolean {
  const words = foldedText(search).split(/\s+/);
  return (row) => {
    const text = foldedText(textOf(row));
    return words.every((word) => text.includes(word));
  };
}

/** Rows without a value come last, whichever way the others are sorted; equal ones stay as they stood. */
function sortedBy<Row>(
  rows: readonly Row[],
  keyOf: NonNullable<Column<Row>['sortBy']>,
  sign: 1 | -1,
  lang: string,
): readonly Row[] {
  const { compare } = new Intl.Collator(lang, { numeric: true });
  return rows.toSorted((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (typeof left === 'number' ? left - Number(right) : compare(left, String(right)));
  });
}
