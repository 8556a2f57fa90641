/**
 * What a row of the overview tells of its cell: prices, gain, how sure, error, elasticity, and what speaks against a
 * change.
 */

import { useMemo } from 'preact/hooks';
import type { OverviewRow, OverviewSort, OverviewSummary } from '../../contract/api.ts';
import type { PriceStage } from '../../core/vocabulary.ts';
import { codeWords, unitWord } from '../../i18n/code-words.ts';
import type { WebTranslate } from '../../i18n/web-messages.ts';
import { capital, type Formats } from '../formats.ts';
import { CellBadge } from '../parts/badges.tsx';
import { ElasticityFigure, LikelyFigure } from '../parts/figures.tsx';
import { Icon } from '../parts/icon.tsx';
import { modelPath } from '../parts/model-path.ts';
import type { Column } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

type OverviewColumn = Column<OverviewRow> & { readonly id: OverviewSort };

const NONE = <span class="muted">–</span>;

/** A change that is worth telling: one to decide on, or one that was decided on and is not charged yet. */
function changes(
  row: OverviewRow,
): row is OverviewRow & { readonly recommendedPrice: number; readonly probabilityBetter: number } {
  return (
    (row.stage === 'change' || row.stage === 'waiting') &&
    row.recommendedPrice !== null &&
    row.probabilityBetter !== null
  );
}

/** The price that is charged: as it was sold last; of a cell without sales as it was calculated with. */
const todayOf = (row: OverviewRow): number | null => row.lastPrice ?? row.currentPrice;

export interface ShownColumns {
  /** Ids in their order; null: as the list comes. */
  readonly chosen: readonly string[] | null;
  /** Without figures in any row they are left out. */
  readonly summary: OverviewSummary | null;
}

/** Every column of the overview, in the order in which the list comes. The same array until the language changes. */
export function useOverviewColumns({ chosen, summary }: ShownColumns): {
  readonly all: readonly Column<OverviewRow>[];
  readonly shown: readonly Column<OverviewRow>[];
} {
  const { t, f } = useSession();
  const several = (summary?.merchants.length ?? 2) > 1;
  const hasModels = summary === null || summary.models > 0;
  const hasNotes = summary === null || summary.warnings > 0 || summary.stages.change < summary.cells;
  const all = useMemo(() => overviewColumns(t, f, several), [t, f, several]);
  const shown = useMemo(() => {
    if (chosen !== null) return chosen.flatMap((id) => all.find((column) => column.id === id) ?? []);
    const ofModels = ['recommendedPrice', 'expectedGain', 'probabilityBetter', 'wape', 'elasticity'];
    return all.filter(
      ({ id }) => !EXTRA.has(id) && (hasModels || !ofModels.includes(id)) && (hasNotes || id !== 'stage'),
    );
  }, [all, chosen?.join(), hasModels, hasNotes]);
  return { all, shown };
}

/** Shown when they are chosen. */
const EXTRA: ReadonlySet<string> = new Set(['merchant', 'lastDay', 'trainedAt']);

function overviewColumns(t: WebTranslate, f: Formats, several: boolean): readonly Column<OverviewRow>[] {
  const figure = { num: true, sortable: true } as const;
  const columns: readonly OverviewColumn[] = [
    {
      id: 'product',
      head: t('product'),
      sortable: true,
      cellTitle: (row) => `${row.product} · ${row.merchant}`,
      cell: (row) => <CellLink row={row} withMerchant={several} />,
    },
    { id: 'lastPrice', head: t('priceToday'), ...figure, cell: (row) => <PriceToday row={row} /> },
    { id: 'recommendedPrice', head: t('priceBest'), ...figure, cell: (row) => <PriceBest row={row} /> },
    {
      id: 'expectedGain',
      head: t('gain'),
      ...figure,
      cell: (row) =>
        changes(row) && row.expectedGain !== null ? <span class="good strong">{f.gain(row.expectedGain)}</span> : NONE,
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
      ...figure,
      cell: (row) => (row.wape === null ? NONE : f.percent(row.wape, 1)),
    },
    {
      id: 'elasticity',
      head: t('elasticity'),
      sortable: true,
      cell: (row) => (row.elasticity === null ? NONE : <ElasticityFigure elasticity={row.elasticity} />),
    },
    { id: 'stage', head: t('notes'), sortable: true, cell: (row) => <Notes row={row} /> },
    { id: 'merchant', head: t('merchant'), sortable: true, cell: (row) => row.merchant },
    {
      id: 'lastDay',
      head: t('lastSale'),
      sortable: true,
      cell: (row) => (row.lastDay === null ? NONE : f.date(row.lastDay)),
    },
    {
      id: 'trainedAt',
      head: t('trainedAt'),
      sortable: true,
      cell: (row) => (row.trainedAt === null ? NONE : f.date(row.trainedAt)),
    },
  ];
  return columns.map((column) => ({ ...column, class: `col-${column.id}` }));
}

function CellLink({ row, withMerchant }: { readonly row: OverviewRow; readonly withMerchant: boolean }) {
  return (
    <>
      <a class="name two-lines" href={modelPath(row.merchant, row.product)}>
        {row.product}
      </a>
      {withMerchant && <small class="one-line">{row.merchant}</small>}
    </>
  );
}

function PriceToday({ row }: { readonly row: OverviewRow }) {
  const { t, f, lang } = useSession();
  const today = todayOf(row);
  if (today === null) return NONE;
  return (
    <>
      {f.price(today)}
      <wbr />
      <span class="small muted">{row.unit === '' ? '' : `/${unitWord(row.unit, 1, lang)}`}</span>
      {row.priceSince !== null && <small>{t('inForceSince', { date: f.date(row.priceSince) })}</small>}
    </>
  );
}

function PriceBest({ row }: { readonly row: OverviewRow }) {
  const { t, f } = useSession();
  const isTold = row.stage === 'keep' || row.stage === 'in-force';
  if (!changes(row)) return <span class="muted">{isTold ? t('keep') : '–'}</span>;
  const today = todayOf(row);
  return (
    <>
      <span class="new-price">
        <span class="phone-only" aria-hidden="true">
          →{' '}
        </span>
        {f.price(row.recommendedPrice)}
      </span>
      {today !== null && <small>{f.change(row.recommendedPrice / today - 1)}</small>}
    </>
  );
}

const STAGE_TONES: Readonly<Partial<Record<PriceStage, string>>> = {
  outdated: 'warn',
  uncalculated: 'warn',
  waiting: 'accent',
  'in-force': 'good',
};

/** What a change or a reason says already needs no badge. */
const STAGES_SAID: ReadonlySet<PriceStage> = new Set([
  'unsold',
  'untrained',
  'uncalculated',
  'outdated',
  'waiting',
  'in-force',
]);

/** The state where it is not the usual one, then what speaks against a change, in plain words. */
function Notes({ row }: { readonly row: OverviewRow }) {
  const { t, lang } = useSession();
  const words = row.reasons.map((code) => capital(codeWords(lang).reasons[code]));
  return (
    <div class="notes" title={words.join('\n')}>
      {row.state !== 'live' && row.state !== 'untrained' && <CellBadge state={row.state} />}
      {STAGES_SAID.has(row.stage) && (
        <span class={`badge ${STAGE_TONES[row.stage] ?? ''}`}>{codeWords(lang).stages[row.stage].badge}</span>
      )}
      {words.length > 0 && (
        <span class={`small muted reason ${STAGES_SAID.has(row.stage) ? 'one-line' : 'two-lines'}`}>
          {row.recommended && <Icon name="info" />}
          {words[0]}
        </span>
      )}
      {words.length > 1 && <span class="small muted nowrap more">{t('andMore', { count: words.length - 1 })}</span>}
    </div>
  );
}
