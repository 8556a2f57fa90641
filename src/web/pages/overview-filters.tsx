/** Which cells the overview shows, and in which order; kept in its address. */

import { useState } from 'preact/hooks';
import type { OverviewSort, OverviewSummary } from '../../contract/api.ts';
import {
  CELL_STATES,
  type CellState,
  PRICE_STAGES,
  type PriceStage,
  type ReasonCode,
  type SortOrder,
} from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { capital } from '../formats.ts';
import { cellStateKey } from '../parts/badges.tsx';
import { binWord } from '../parts/bin-word.ts';
import { MerchantSelect, ProductTypeSelect } from '../parts/cell-selects.tsx';
import { FilterChips, type HeldFilter } from '../parts/filter-chips.tsx';
import { CertaintySelect, GainField } from '../parts/gain-filters.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { Select } from '../parts/select.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';

interface OverviewFiltersProps {
  /** Null while it is on its way. */
  readonly summary: OverviewSummary | null;
  readonly sort: OverviewSort;
  readonly order: SortOrder;
}

export function OverviewFilters({ summary, sort, order }: OverviewFiltersProps) {
  const { t } = useSession();
  const { query, change } = useQuery();
  /** On a phone they are folded. */
  const [open, setOpen] = useState(false);
  return (
    <div class="toolbar">
      <SearchBox value={query.search ?? ''} label={t('overviewSearch')} onSearch={(search) => change({ search })} />
      <SortSelect sort={sort} order={order} />
      <button
        type="button"
        class="button phone-only"
        aria-expanded={open}
        aria-controls="filters"
        onClick={() => setOpen(!open)}
      >
        {t('filters')}
      </button>
      <div id="filters" class={open ? 'filters open' : 'filters'}>
        {summary && summary.merchants.length > 1 && (
          <MerchantSelect
            names={summary.merchants}
            value={query.merchant ?? ''}
            onChoose={(merchant) => change({ merchant })}
          />
        )}
        {summary && summary.productTypes.length > 1 && (
          <ProductTypeSelect
            names={summary.productTypes}
            value={query.productType ?? ''}
            onChoose={(productType) => change({ productType })}
          />
        )}
        <Select
          label={t('state')}
          value={query.state ?? ''}
          choices={[
            { value: '', label: t('allStates') },
            ...CELL_STATES.map((value) => ({ value, label: t(cellStateKey(value)) })),
          ]}
          onChoose={(state) => change({ state })}
        />
        <StageSelect value={query.stage ?? ''} onChoose={(stage) => change({ stage })} />
        <CertaintySelect value={query.minProbability ?? ''} onChoose={(minProbability) => change({ minProbability })} />
        <GainField value={query.minGain ?? ''} onGain={(minGain) => change({ minGain })} />
        <ReasonSelect
          value={query.reason ?? ''}
          byReason={summary?.byReason ?? {}}
          onChoose={(reason) => change({ reason })}
        />
      </div>
    </div>
  );
}

const isState = (state: string): state is CellState => CELL_STATES.includes(state as CellState);

/** The filters that the list is asked for with: of some only a chart tells, and on a phone all are folded away. */
export function OverviewChips() {
  const { t, f, lang } = useSession();
  const { query } = useQuery();
  const { stages, reasons } = codeWords(lang);
  const named = (words: Readonly<Record<string, string>>, code: string): string => capital(words[code] ?? code);
  const badge = (stage: string): string => stages[stage as PriceStage]?.badge ?? stage;
  /** How each says its value. */
  const words: Readonly<Record<string, (value: string) => string>> = {
    merchant: (name) => name,
    productType: (name) => name,
    state: (state) => (isState(state) ? capital(t(cellStateKey(state))) : state),
    stage: badge,
    reason: (code) => named(reasons, code),
    recommended: (value) => (value === 'true' ? badge('change') : t('priceStays')),
    minGain: (gain) => `${t('filterGain')} ${f.gain(Number(gain))}`,
    minProbability: (share) => capital(t('certaintyFrom', { share: f.percent(Number(share)) })),
  };
  const bins = [
    { name: 'error', label: t('error'), word: (value: number) => f.percent(value) },
    { name: 'elasticity', label: t('elasticity'), word: (value: number) => f.number(value, 2) },
    { name: 'doubt', label: t('fleetDoubt'), word: (value: number) => f.number(value, 2) },
  ];
  const filters: readonly HeldFilter[] = [
    ...Object.entries(words).flatMap(([key, word]) => {
      const value = query[key];
      return value ? [{ label: word(value), keys: [key] }] : [];
    }),
    ...bins.flatMap(({ name, label, word }) => {
      const keys = [`${name}From`, `${name}To`];
      const [from, to] = keys.map((key) => (query[key] ? Number(query[key]) : null));
      if (from === null && to === null) return [];
      return [{ label: `${label}: ${binWord({ from: from ?? null, to: to ?? null }, word, t)}`, keys }];
    }),
  ];
  return <FilterChips filters={filters} />;
}

interface StageSelectProps {
  readonly value: string;
  readonly onChoose: (stage: string) => void;
}

function StageSelect({ value, onChoose }: StageSelectProps) {
  const { t, lang } = useSession();
  const stages = PRICE_STAGES.map((stage) => ({ value: stage, label: codeWords(lang).stages[stage].badge }));
  return (
    <Select
      label={t('filterStage')}
      value={value}
      choices={[{ value: '', label: t('allStages') }, ...stages]}
      onChoose={onChoose}
    />
  );
}

interface ReasonSelectProps {
  readonly value: string;
  readonly byReason: OverviewSummary['byReason'];
  readonly onChoose: (reason: string) => void;
}

function ReasonSelect({ value, byReason, onChoose }: ReasonSelectProps) {
  const { t, f, lang } = useSession();
  const choices = Object.entries(byReason).map(([code, count]) => ({
    value: code,
    label: `${capital(codeWords(lang).reasons[code as ReasonCode])} (${f.number(count ?? 0)})`,
  }));
  if (choices.length === 0 && value === '') return null;
  return (
    <Select
      label={t('reason')}
      value={value}
      choices={[{ value: '', label: t('allReasons') }, ...choices]}
      onChoose={onChoose}
    />
  );
}

/** On a phone there is no head of the table to press. */
function SortSelect({ sort, order }: Pick<OverviewFiltersProps, 'sort' | 'order'>) {
  const { t } = useSession();
  const { change } = useQuery();
  const choices = [
    { value: 'expectedGain desc', label: t('sortGain') },
    { value: 'probabilityBetter desc', label: t('sortSure') },
    { value: 'product asc', label: t('sortProduct') },
    { value: 'merchant asc', label: t('sortMerchant') },
    { value: 'wape desc', label: t('sortError') },
    { value: 'trainedAt asc', label: t('sortOldest') },
  ];
  return (
    <span class="phone-only">
      <Select
        label={t('sort')}
        value={`${sort} ${order}`}
        choices={choices}
        onChoose={(value) => {
          const [by, way] = value.split(' ') as [string, string];
          change({ sort: by, order: way });
        }}
      />
    </span>
  );
}
