/**
 * What a row of the overview tells of its cell: prices, gain, how sure, error, elasticity, and what speaks against a
 * change.
 */

import { useMemo } from 'preact/hooks';
import type { OverviewRow, OverviewSort } from '../../contract/api.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { capital } from '../formats.ts';
import { CellBadge } from '../parts/badges.tsx';
import { ElasticityFigure, LikelyFigure } from '../parts/figures.tsx';
import { Icon } from '../parts/icon.tsx';
import { modelPath } from '../parts/model-path.ts';
import type { Column } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

type OverviewColumn = Column<OverviewRow> & { readonly id: OverviewSort | 'state' };

const NONE = <span class="muted">–</span>;

/** A change is worth telling when it is recommended and is one. */
function changes(
  row: OverviewRow,
): row is OverviewRow & { readonly recommendedPrice: number; readonly probabilityBetter: number } {
  return (
    row.recommended &&
    row.recommendedPrice !== null &&
    row.probabilityBetter !== null &&
    row.recommendedPrice !== row.currentPrice
  );
}

/** The same array until the language changes. */
export function useOverviewColumns(): readonly Column<OverviewRow>[] {
  const { t, f } = useSession();
  return useMemo(() => {
    const columns: readonly OverviewColumn[] = [
      { id: 'product', head: t('product'), sortable: true, cell: (row) => <CellLink row={row} /> },
      { id: 'currentPrice', head: t('priceToday'), num: true, sortable: true, cell: (row) => <PriceToday row={row} /> },
      {
        id: 'recommendedPrice',
        head: t('priceBest'),
        num: true,
        sortable: true,
        cell: (row) => <PriceBest row={row} />,
      },
      {
        id: 'expectedGain',
        head: t('gain'),
        num: true,
        sortable: true,
        cell: (row) =>
          changes(row) && row.expectedGain !== null ? (
            <span class="good strong">{f.gain(row.expectedGain)}</span>
          ) : (
            NONE
          ),
      },
      {
        id: 'probabilityBetter',
        head: t('howSure'),
        sortable: true,
        cell: (row) => (changes(row) ? <LikelyFigure share={row.probabilityBetter} /> : NONE),
      },
      {
        id: 'wape',
        head: t('error'),
        num: true,
        sortable: true,
        cell: (row) => (row.wape === null ? NONE : f.percent(row.wape, 1)),
      },
      {
        id: 'elasticity',
        head: t('elasticity'),
        sortable: true,
        cell: (row) => (row.elasticity === null ? NONE : <ElasticityFigure elasticity={row.elasticity} />),
      },
      { id: 'state', head: t('notes'), cell: (row) => <Notes row={row} /> },
    ];
    return columns.map((column) => ({ ...column, class: `col-${column.id}` }));
  }, [t, f]);
}

function CellLink({ row }: { readonly row: OverviewRow }) {
  return (
    <>
      <a class="name one-line block" href={modelPath(row.merchant, row.product)}>
        {row.product}
      </a>
      <small class="one-line">{row.merchant}</small>
    </>
  );
}

function PriceToday({ row }: { readonly row: OverviewRow }) {
  const { t, f } = useSession();
  return (
    <>
      {row.currentPrice === null ? '–' : f.price(row.currentPrice)}
      <small>{row.currentPrice === null ? '' : t('perUnit', { unit: row.unit })}</small>
    </>
  );
}

function PriceBest({ row }: { readonly row: OverviewRow }) {
  const { t, f } = useSession();
  if (!changes(row)) return <span class="muted">{row.recommendedPrice === null ? '–' : t('keep')}</span>;
  return (
    <>
      <span class="new-price">
        <span class="phone-only" aria-hidden="true">
          →{' '}
        </span>
        {f.price(row.recommendedPrice)}
      </span>
      <small>{f.change(row.recommendedPrice / (row.currentPrice as number) - 1)}</small>
    </>
  );
}

/** The state where it is not the usual one, then what speaks against a change, in plain words. */
function Notes({ row }: { readonly row: OverviewRow }) {
  const { t, lang } = useSession();
  const words = row.reasons.map((code) => capital(codeWords(lang).reasons[code]));
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
