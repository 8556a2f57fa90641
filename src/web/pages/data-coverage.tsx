/** How many rows of sales there are of each cell, month by month. */

import { useState } from 'preact/hooks';
import type { CoverageList } from '../../contract/api.ts';
import { cellKey } from '../../contract/cell-name.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { withQuery } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { modelPath } from '../parts/model-path.ts';
import { usePagedList } from '../parts/paged-list.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { Select } from '../parts/select.tsx';
import { ShowMore } from '../parts/show-more.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';

type CoverageRow = CoverageList['items'][number];
type Level = 0 | 1 | 2 | 3;
/** Of a month, from no rows to as many as the fullest month has. */
const LEVEL_WORDS = ['coverageNone', 'coverageFew', 'coverageMost', 'coverageFull'] as const;
/** Orders that the server knows, the usual one first. */
const SORTS = [
  ['merchant asc', 'sortMerchant'],
  ['product asc', 'sortProduct'],
  ['lastDay asc', 'sortUnsold'],
] as const satisfies readonly (readonly [string, WebKey])[];
/** Rows that are seen at once: a search among them is of no use. */
const FEW = 8;
/** Cells that are drawn at once. */
const STEP = 40;
/** Months that fit beside a name. */
const MONTHS = 24;

export function Coverage() {
  const { t } = useSession();
  const { query, change } = useQuery();
  const search = query.coverageSearch ?? '';
  const [sort = '', order] = (query.coverageSort ?? SORTS[0][0]).split(' ');
  const list = usePagedList<CoverageRow>(withQuery('/api/coverage', { search, sort, order }));
  const [drawn, setDrawn] = useState(STEP);
  const rows = list.items.slice(0, drawn);
  const columns = useCoverageColumns(lastMonths(rows));
  if (list.problem) return <ProblemNote problem={list.problem} retry={list.reload} />;
  if (list.complete && list.items.length === 0 && search === '') return null;
  const isLong = search !== '' || list.items.length > FEW;
  return (
    <section class="card">
      <CardHead title={t('coverageTitle')} lead={t('coverageLead')}>
        <ul class="row small muted coverage-key" aria-hidden="true">
          {LEVEL_WORDS.map((words, level) => (
            <li class="row" key={words}>
              <span class={`coverage-cell level-${level}`} /> {t(words)}
            </li>
          ))}
        </ul>
      </CardHead>
      {isLong && (
        <div class="toolbar pad">
          <SearchBox value={search} label={t('searchList')} onSearch={(text) => change({ coverageSearch: text })} />
          <Select
            label={t('sort')}
            value={`${sort} ${order}`}
            choices={SORTS.map(([value, words]) => ({ value, label: t(words) }))}
            onChoose={(value) => change({ coverageSort: value })}
          />
          {list.complete && list.items.length === 0 && <p class="muted">{t('noMatches')}</p>}
        </div>
      )}
      {list.loading && list.items.length === 0 && (
        <div class="pad">
          <Skeleton lines={5} />
        </div>
      )}
      {rows.length > 0 && (
        <ScrollBox label={t('coverageTitle')}>
          <Table class="compact coverage" columns={columns} rows={rows.map(countedRow)} keyOf={cellKey} />
        </ScrollBox>
      )}
      <ShowMore list={list} count={list.items.length} rows={drawn} step={STEP} onRows={setDrawn} />
    </section>
  );
}

type Month = CoverageRow['months'][number];

interface CountedRow extends Pick<CoverageRow, 'merchant' | 'product'> {
  readonly byMonth: ReadonlyMap<string, Month>;
  /** Rows of its fullest month: shops rest on different days, and rows may be weekly. */
  readonly full: number;
  readonly total: number;
}

function countedRow({ merchant, product, months }: CoverageRow): CountedRow {
  return {
    merchant,
    product,
    byMonth: new Map(months.map((month) => [month.month, month])),
    full: Math.max(1, ...months.map(({ rows }) => rows)),
    total: months.reduce((sum, { rows }) => sum + rows, 0),
  };
}

function levelOf(month: Month | undefined, full: number): Level {
  const share = (month?.rows ?? 0) / full;
  if (share === 0) return 0;
  return share < 0.5 ? 1 : share < 0.9 ? 2 : 3;
}

function useCoverageColumns(months: readonly string[]): readonly Column<CountedRow>[] {
  const { t, f } = useSession();
  return [
    {
      id: 'product',
      head: t('product'),
      namesRow: true,
      cell: ({ merchant, product }) => (
        <>
          <a class="name" href={modelPath(merchant, product)}>
            {product}
          </a>{' '}
          <span class="muted">{merchant}</span>
        </>
      ),
    },
    ...months.map(
      (month, i): Column<CountedRow> => ({
        id: month,
        head: <MonthHead month={month} first={i === 0} />,
        headClass: 'coverage-month',
        cellTitle: ({ byMonth }) => {
          const { rows = 0, soldOut = 0 } = byMonth.get(month) ?? {};
          return t('coverageCell', { month: f.month(month), rows, soldOut });
        },
        cell: ({ byMonth, full }) => (
          <>
            <span class={`coverage-cell level-${levelOf(byMonth.get(month), full)}`} />
            <span class="hidden-text">{byMonth.get(month)?.rows ?? 0}</span>
          </>
        ),
      }),
    ),
    { id: 'rows', head: t('rows'), num: true, cell: ({ total }) => f.number(total) },
  ];
}

/** The year stands above its January, and above the first month of all. */
function MonthHead({ month, first }: { readonly month: string; readonly first: boolean }) {
  const { f } = useSession();
  return (
    <>
      <span class="hidden-text">{f.month(month)}</span>
      {(first || month.endsWith('-01')) && <span aria-hidden="true">{month.slice(0, 4)}</span>}
    </>
  );
}

/** The last two years that any of these cells has rows in, oldest first. */
function lastMonths(rows: readonly CoverageRow[]): string[] {
  const found = rows.flatMap(({ months }) => months.map(({ month }) => month)).sort();
  const [first = '', last = ''] = [found[0], found.at(-1)];
  const months: string[] = [];
  for (let month = last; month !== '' && month >= first && months.length < MONTHS; month = monthBefore(month))
    months.unshift(month);
  return months;
}

/** @param name 2026-01 @returns 2025-12 */
function monthBefore(name: string): string {
  const [year, month] = name.split('-').map(Number) as [number, number];
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
}
