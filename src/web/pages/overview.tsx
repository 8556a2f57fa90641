/** The first page: what to change today, from which price to which, what it earns and how sure that is; below, every cell. */

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { OverviewSort, OverviewSummary } from '../../contract/api.ts';
import { REASON_WORDS } from '../../contract/words.ts';
import { withQuery } from '../api-client.ts';
import { capital } from '../formats.ts';
import { cellStateKey } from '../parts/badges.tsx';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { Select } from '../parts/select.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { storeChoice, storedChoice, useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { OverviewTable } from './overview-table.tsx';

const FILTERS = ['search', 'merchant', 'productType', 'state', 'reason', 'recommended'] as const;
const STATES = ['live', 'candidate', 'unfinished', 'untrained', 'training', 'failed'] as const;
/** A training or an import elsewhere shows here within so long. */
const REFRESH_MS = 15_000;
/** As long as cells are in training. */
const TRAINING_REFRESH_MS = 2_000;

export function OverviewPage() {
  const { t, f } = useSession();
  const { query, change } = useQuery();
  const filters = Object.fromEntries(FILTERS.map((name) => [name, query[name]]));
  const filtered = FILTERS.some((name) => query[name]);
  const [training, setTraining] = useState(false);
  const all = useResource<OverviewSummary>('/api/overview/summary', training ? TRAINING_REFRESH_MS : REFRESH_MS);
  useEffect(() => setTraining((all.data?.states.training ?? 0) > 0), [all.data]);
  const some = useResource<OverviewSummary>(filtered ? withQuery('/api/overview/summary', filters) : null, REFRESH_MS);
  const sort = (query.sort ?? 'expectedGain') as OverviewSort;
  const order = query.order === 'asc' || query.order === 'desc' ? query.order : sort === 'expectedGain' ? 'desc' : 'asc';
  const summary = all.data;
  const [filtersOpen, setFiltersOpen] = useState(false);

  if (all.problem) {
    return (
      <Page title={t('overviewTitle')}>
        <ProblemNote problem={all.problem} retry={all.reload} />
      </Page>
    );
  }
  if (summary && summary.cells === 0) return <EmptyWorkspace />;
  return (
    <Page title={t('overviewTitle')} lead={summary ? <Headline summary={summary} /> : <span class="skeleton headline-skeleton" />}>
      {summary && summary.models === 0 && (
        <Note icon="train">
          <p class="row between">
            {t('overviewNoModels', { cells: f.number(summary.cells) })}
            <a class="button primary" href="/train">
              {t('navTrain')}
            </a>
          </p>
        </Note>
      )}
      {summary ? <Tiles summary={summary} /> : <Skeleton lines={2} />}
      <div class="stack tight">
        <Views />
        <div class="toolbar">
          <SearchBox value={query.search ?? ''} label={t('overviewSearch')} onSearch={(search) => change({ search })} />
          <SortSelect sort={sort} order={order} />
          <button type="button" class="button phone-only" aria-expanded={filtersOpen} aria-controls="filters" onClick={() => setFiltersOpen(!filtersOpen)}>
            {t('filters')}
          </button>
          <div id="filters" class={filtersOpen ? 'filters open' : 'filters'}>
            {summary && summary.merchants.length > 1 && (
              <Select
                label={t('merchant')}
                value={query.merchant ?? ''}
                choices={[{ value: '', label: t('allMerchants') }, ...summary.merchants.map((value) => ({ value, label: value }))]}
                onChoose={(merchant) => change({ merchant })}
              />
            )}
            {summary && summary.productTypes.length > 1 && (
              <Select
                label={t('productType')}
                value={query.productType ?? ''}
                choices={[{ value: '', label: t('allTypes') }, ...summary.productTypes.map((value) => ({ value, label: value }))]}
                onChoose={(productType) => change({ productType })}
              />
            )}
            <Select
              label={t('state')}
              value={query.state ?? ''}
              choices={[{ value: '', label: t('allStates') }, ...STATES.map((value) => ({ value, label: t(cellStateKey(value)) }))]}
              onChoose={(state) => change({ state })}
            />
            <ReasonFilter value={query.reason ?? ''} byReason={summary?.byReason ?? {}} onChoose={(reason) => change({ reason })} />
          </div>
        </div>
      </div>
      <OverviewTable
        address={withQuery('/api/overview', { ...filters, sort, order })}
        count={(filtered ? some.data : summary)?.cells ?? null}
        version={summary === null ? null : JSON.stringify([summary.states, summary.expectedGain])}
        sort={sort}
        order={order}
      />
    </Page>
  );
}

/** The page in one sentence. */
function Headline({ summary }: { readonly summary: OverviewSummary }) {
  const { t, f } = useSession();
  if (summary.models === 0) return <>{t('headlineNoModels')}</>;
  if (summary.changes === 0) return <>{t('headlineNoChanges', { cells: f.number(summary.cells) })}</>;
  const [before, between, after] = t('headline', { cells: f.number(summary.cells), days: summary.horizonDays }).split('|');
  return (
    <>
      {before}
      <b>{t(summary.changes === 1 ? 'headlineChange' : 'headlineChanges', { changes: f.number(summary.changes) })}</b>
      {between}
      <b class="good">{f.gain(summary.expectedGain)}</b>
      {after}
    </>
  );
}

function Tiles({ summary }: { readonly summary: OverviewSummary }) {
  const { t, f } = useSession();
  const tiles = [
    { label: t('tileChanges'), value: f.number(summary.changes), note: t('tileOf', { all: f.number(summary.cells) }) },
    { label: t('tileGain', { days: summary.horizonDays }), value: f.gain(summary.expectedGain), tone: summary.expectedGain > 0 ? 'good' : '' },
    { label: t('tileError'), value: summary.meanWape === null ? '–' : f.percent(summary.meanWape, 1), note: t('tileErrorNote') },
    { label: t('tileWarnings'), value: f.number(summary.warnings), note: summary.lastDay === null ? '' : t('tileLastDay', { date: f.date(summary.lastDay) }) },
  ];
  return (
    <dl class="tiles overview-tiles">
      {tiles.map(({ label, value, note, tone }) => (
        <div class="card tile" key={label}>
          <dt>{label}</dt>
          <dd class={tone}>
            {value}
            {note && <span class="small muted block">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ReasonFilter({
  value,
  byReason,
  onChoose,
}: {
  readonly value: string;
  readonly byReason: OverviewSummary['byReason'];
  readonly onChoose: (reason: string) => void;
}) {
  const { t, f, lang } = useSession();
  const choices = Object.entries(byReason).map(([code, count]) => ({
    value: code,
    label: `${capital(REASON_WORDS[code as keyof typeof REASON_WORDS][lang])} (${f.number(count ?? 0)})`,
  }));
  if (choices.length === 0 && value === '') return null;
  return <Select label={t('reason')} value={value} choices={[{ value: '', label: t('allReasons') }, ...choices]} onChoose={onChoose} />;
}

/** On a phone there is no head of the table to press. */
function SortSelect({ sort, order }: { readonly sort: OverviewSort; readonly order: string }) {
  const { t } = useSession();
  const { change } = useQuery();
  const choices = [
    { value: 'expectedGain desc', label: t('sortGain') },
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

interface View {
  readonly name: string;
  readonly query: string;
}

/** Views that everybody needs, and those that this browser has saved. */
function Views() {
  const { t } = useSession();
  const { query } = useQuery();
  const [saved, setSaved] = useState<readonly View[]>(readViews);
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState('');
  const current = new URLSearchParams(query).toString();
  const builtIn: readonly View[] = useMemo(
    () => [
      { name: t('viewAll'), query: '' },
      { name: t('viewChanges'), query: 'recommended=true' },
      { name: t('viewUntrained'), query: 'state=untrained' },
      { name: t('viewFailed'), query: 'state=failed' },
    ],
    [t],
  );
  const keep = (views: readonly View[]): void => {
    setSaved(views);
    storeChoice('views', JSON.stringify(views));
  };
  const known = [...builtIn, ...saved].some((view) => view.query === current);
  return (
    <div class="chips views">
      {[...builtIn, ...saved].map((view) => (
        <span key={`${view.name} ${view.query}`} class="row view">
          <a class="chip" href={view.query === '' ? '/' : `/?${view.query}`} {...(view.query === current && { 'aria-current': 'true' })}>
            {view.name}
          </a>
          {saved.includes(view) && view.query === current && (
            <button
              type="button"
              class="button quiet small"
              aria-label={t('viewForget', { name: view.name })}
              onClick={() => keep(saved.filter((other) => other !== view))}
            >
              <Icon name="close" />
            </button>
          )}
        </span>
      ))}
      {!known && !naming && (
        <button type="button" class="button quiet small" onClick={() => setNaming(true)}>
          {t('viewSave')}
        </button>
      )}
      {naming && (
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '') keep([...saved, { name: name.trim(), query: current }]);
            setNaming(false);
            setName('');
          }}
        >
          <input
            class="input narrow"
            aria-label={t('viewName')}
            placeholder={t('viewName')}
            maxLength={40}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <button type="submit" class="button small">
            {t('save')}
          </button>
        </form>
      )}
    </div>
  );
}

function readViews(): readonly View[] {
  try {
    const stored = JSON.parse(storedChoice('views') ?? '[]') as unknown;
    return Array.isArray(stored) ? stored.filter((view): view is View => typeof view?.name === 'string' && typeof view?.query === 'string') : [];
  } catch {
    return [];
  }
}

function EmptyWorkspace() {
  const { t } = useSession();
  return (
    <Page title={t('overviewTitle')}>
      <Empty icon="upload" title={t('emptyTitle')}>
        <p>{t('emptyLead')}</p>
        <a class="button primary" href="/data">
          {t('emptyImport')}
        </a>
        <p class="small">{t('emptyDemo')}</p>
      </Empty>
    </Page>
  );
}
