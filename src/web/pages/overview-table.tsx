/** Every cell as a row of a table, drawn as far as the window shows it: a hundred thousand rows scroll like ten. On a phone each row is a card. */

import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { OverviewRow, OverviewSort } from '../../contract/api.ts';
import { REASON_WORDS } from '../../contract/words.ts';
import { capital } from '../formats.ts';
import { CellBadge } from '../parts/badges.tsx';
import { ElasticityFigure, Meter } from '../parts/figures.tsx';
import { Icon } from '../parts/icon.tsx';
import { modelPath } from '../parts/model-path.ts';
import { usePagedList } from '../parts/paged-list.ts';
import { Empty, ProblemNote } from '../parts/states.tsx';
import { useMedia } from '../parts/use-media.ts';
import { useQuery } from '../parts/use-query.ts';
import { useVirtualRows } from '../parts/virtual-rows.ts';
import { useSession } from '../session.tsx';

interface OverviewTableProps {
  readonly address: string;
  /** Rows in all; null while unknown. */
  readonly count: number | null;
  /** Changes when cells did; null while unknown. */
  readonly version: string | null;
  readonly sort: OverviewSort;
  readonly order: 'asc' | 'desc';
}

/** Pixels; the stylesheet holds rows to them. */
const ROW_HEIGHT = 62;
const CARD_HEIGHT = 124;

const COLUMNS: readonly {
  readonly sort: OverviewSort;
  readonly label: 'product' | 'priceToday' | 'priceBest' | 'gain' | 'howSure' | 'error' | 'elasticity';
  readonly num?: true;
}[] = [
  { sort: 'product', label: 'product' },
  { sort: 'currentPrice', label: 'priceToday', num: true },
  { sort: 'recommendedPrice', label: 'priceBest', num: true },
  { sort: 'expectedGain', label: 'gain', num: true },
  { sort: 'probabilityBetter', label: 'howSure' },
  { sort: 'wape', label: 'error', num: true },
  { sort: 'elasticity', label: 'elasticity' },
];

export function OverviewTable({ address, count, version, sort, order }: OverviewTableProps) {
  const { t } = useSession();
  const { change } = useQuery();
  const list = usePagedList<OverviewRow>(address);
  const phone = useMedia('(max-width: 860px)');
  const body = useRef<HTMLTableSectionElement>(null);
  const nodes = useRef<ReadonlyMap<number, { readonly row: OverviewRow; readonly node: VNode }>>(new Map());
  const [top, setTop] = useState(0);
  const rows = list.complete ? list.items.length : Math.max(count ?? 0, list.items.length);
  const shown = useVirtualRows(rows, phone ? CARD_HEIGHT : ROW_HEIGHT, top);
  useLayoutEffect(() => {
    const now = body.current === null ? 0 : body.current.getBoundingClientRect().top + window.scrollY;
    if (Math.abs(now - top) > 1) setTop(now);
  });
  useEffect(() => list.need(shown.end + 50), [shown.end]);
  const seen = useRef<string | null>(null);
  useEffect(() => {
    // A list of which all is here is read anew; in a longer one, rows that are being read would jump.
    if (seen.current !== null && seen.current !== version && list.complete) list.reload();
    seen.current = version;
  }, [version]);

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
  /** Arrow keys walk from product to product. */
  function walk(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const here = (event.target as Element).closest('tr');
    const link = (event.key === 'ArrowDown' ? here?.nextElementSibling : here?.previousElementSibling)?.querySelector('a');
    if (!link) return;
    event.preventDefault();
    link.focus();
  }
  // The same node means the same row to preact: while scrolling, only rows that come into view are drawn.
  const before = nodes.current;
  const drawn = new Map<number, { readonly row: OverviewRow; readonly node: VNode }>();
  nodes.current = drawn;
  const nodeOf = (row: OverviewRow, index: number): VNode => {
    const known = before.get(index);
    const node = known?.row === row ? known.node : <Row key={`${row.merchant}\u0000${row.product}`} row={row} index={index} />;
    drawn.set(index, { row, node });
    return node;
  };
  const indexes = Array.from({ length: shown.end - shown.first }, (_, i) => shown.first + i);
  return (
    <div class="card">
      <table class="table sticky fixed overview" aria-rowcount={rows + 1} aria-busy={list.loading}>
        <caption class="hidden-text">{t('overviewCaption')}</caption>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th
                scope="col"
                key={column.sort}
                class={`col-${column.sort} ${column.num ? 'num' : ''}`}
                {...(sort === column.sort && { 'aria-sort': order === 'asc' ? ('ascending' as const) : ('descending' as const) })}
              >
                <button
                  type="button"
                  class="sort"
                  onClick={() => change({ sort: column.sort, order: sort === column.sort ? (order === 'asc' ? 'desc' : 'asc') : column.num ? 'desc' : 'asc' })}
                >
                  {t(column.label)}
                  <span class="arrow" aria-hidden="true">
                    {order === 'asc' ? '↑' : '↓'}
                  </span>
                </button>
              </th>
            ))}
            <th scope="col" class="col-state">
              {t('notes')}
            </th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={walk}>
          {shown.before > 0 && <Spacer height={shown.before} />}
          {indexes.map((index) => {
            const row = list.items[index];
            return row ? nodeOf(row, index) : <EmptyRow key={index} index={index} />;
          })}
          {shown.after > 0 && <Spacer height={shown.after} />}
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ height }: { readonly height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes focus
    <tr class="spacer" aria-hidden="true">
      <td colSpan={COLUMNS.length + 1} style={{ height: `${height}px` }} />
    </tr>
  );
}

function EmptyRow({ index }: { readonly index: number }) {
  return (
    <tr aria-rowindex={index + 2} class="waiting">
      <td colSpan={COLUMNS.length + 1}>
        <span class="skeleton" style={{ width: `${40 + ((index * 29) % 45)}%` }} />
      </td>
    </tr>
  );
}

/** A change is worth telling when it is recommended and is one. */
function changes(row: OverviewRow): boolean {
  return row.recommended && row.recommendedPrice !== null && row.probabilityBetter !== null && row.recommendedPrice !== row.currentPrice;
}

function Row({ row, index }: { readonly row: OverviewRow; readonly index: number }) {
  const { t, f } = useSession();
  const moves = changes(row);
  const priced = row.currentPrice !== null;
  return (
    <tr aria-rowindex={index + 2}>
      <td class="col-product">
        <a class="name one-line block" href={modelPath(row.merchant, row.product)}>
          {row.product}
        </a>
        <small class="one-line">{row.merchant}</small>
      </td>
      <td class="num col-currentPrice">
        {priced ? f.price(row.currentPrice as number) : '–'}
        <small>{priced ? t('perUnit', { unit: row.unit }) : ''}</small>
      </td>
      <td class="num col-recommendedPrice">
        {moves ? (
          <>
            <span class="new-price">
              <span class="phone-only" aria-hidden="true">
                →{' '}
              </span>
              {f.price(row.recommendedPrice as number)}
            </span>
            <small>{f.change((row.recommendedPrice as number) / (row.currentPrice as number) - 1)}</small>
          </>
        ) : (
          <span class="muted">{row.recommendedPrice === null ? '–' : t('keep')}</span>
        )}
      </td>
      <td class="num col-expectedGain">
        {moves && row.expectedGain !== null ? <span class="good strong">{f.gain(row.expectedGain)}</span> : <span class="muted">–</span>}
      </td>
      <td class="col-probabilityBetter">
        {moves && row.probabilityBetter !== null ? (
          <span class="nowrap">
            <Meter share={row.probabilityBetter} /> {f.likely(row.probabilityBetter)}
          </span>
        ) : (
          <span class="muted">–</span>
        )}
      </td>
      <td class="num col-wape">{row.wape === null ? <span class="muted">–</span> : f.percent(row.wape, 1)}</td>
      <td class="col-elasticity">{row.elasticity === null ? <span class="muted">–</span> : <ElasticityFigure elasticity={row.elasticity} />}</td>
      <td class="col-state">
        <Notes row={row} />
      </td>
    </tr>
  );
}

/** The state where it is not the usual one, then what speaks against a change, in plain words. */
function Notes({ row }: { readonly row: OverviewRow }) {
  const { t, lang } = useSession();
  const words = row.reasons.map((code) => capital(REASON_WORDS[code][lang]));
  return (
    <div class="notes" title={words.join('\n')}>
      {row.state !== 'live' && <CellBadge state={row.state} />}
      {words.length > 0 && (
        <span class="small muted one-line reason">
          {row.recommended && <Icon name="info" />}
          {words[0]}
          {words.length > 1 && <span class="nowrap"> {t('andMore', { count: words.length - 1 })}</span>}
        </span>
      )}
    </div>
  );
}
