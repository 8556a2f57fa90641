/** What the coming days bring in: all products, each shop, type and product, as totals that add up. */

import { useMemo } from 'preact/hooks';
import { DARK, LIGHT } from '../../charts/chart-base.ts';
import { totalsChart } from '../../charts/totals-chart.ts';
import { spanWord } from '../../contract/date-words.ts';
import type { TotalRow, TotalsDocument, TotalsOfPeriod } from '../../contract/totals.ts';
import { LEAST_WINDOWS } from '../../core/hierarchy/reconciliation.ts';
import { TOTAL_GAPS, TOTAL_LEVELS } from '../../core/vocabulary.ts';
import { codeWords, unitWord } from '../../i18n/code-words.ts';
import { withQuery } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { ChartFigure } from '../parts/chart-figure.tsx';

import { OnPhone } from '../parts/on-phone.tsx';
import { Page } from '../parts/page.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { TableDownload } from '../parts/table-download.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

/** Days ahead that are offered; periods that sales are kept by are whole in them, or become so. */
const HORIZONS = ['7', '14', '28', '91'];
/** Rows of a table; all of them are in its file. */
const MOST_ROWS = 200;
/** Products that are left out, by reason, that are named. */
const NAMED = 10;

export function TotalsPage() {
  const { t } = useSession();
  const { query, change } = useQuery();
  const horizon = HORIZONS.includes(query.horizon ?? '') ? query.horizon : '14';
  const asked = { horizon };
  const { data, problem, loading, reload } = useResource<TotalsDocument>(withQuery('/api/totals', asked));
  const isMissing = problem?.code === 'MODELS_NONE' || problem?.code === 'WORKSPACE_EMPTY';
  return (
    <Page
      title={t('navTotals')}
      lead={t('totalsLead')}
      actions={<TableDownload address="/api/tables/totals" query={asked} />}
    >
      <Segmented
        label={t('totalsHorizon')}
        value={horizon}
        choices={HORIZONS.map((days) => ({ value: days, label: t('totalsDays', { days: Number(days) }) }))}
        onChoose={(days) => change({ horizon: days === '14' ? null : (days ?? null) })}
      />
      {loading && <Skeleton lines={6} />}
      {isMissing && <NoModels />}
      {problem && !isMissing && <ProblemNote problem={problem} retry={reload} />}
      {data && !isMissing && (
        <div class="stack">
          {data.totals.map((one) => (
            <Totals key={`${one.frequency} ${one.from} ${one.to}`} totals={one} currency={data.currency} />
          ))}
          {data.totals.length > 1 && <Note>{t('totalsAlone')}</Note>}
          <Missing missing={data.missing} />
        </div>
      )}
    </Page>
  );
}

function NoModels() {
  const { t } = useSession();
  return (
    <Empty icon="totals" title={t('togetherEmpty')}>
      <p>{t('totalsEmptyLead')}</p>
      <a class="button primary" href="/train">
        {t('navTrain')}
      </a>
    </Empty>
  );
}

const keyOf = ({ level, merchant, productType, product }: TotalRow): string =>
  JSON.stringify([level, merchant, productType, product]);

function Totals({ totals, currency }: { readonly totals: TotalsOfPeriod; readonly currency: string }) {
  const { t, f, lang, dark } = useSession();
  const { query } = useQuery();
  const palette = dark ? DARK : LIGHT;
  const { rows, from, to, products, windows, reconciled } = totals;
  const top = rows[0] as TotalRow;
  const shown = rows.find((row) => row.periods.length > 0 && keyOf(row) === query.of) ?? top;
  const name = useName();
  const chart = useMemo(
    () => totalsChart(shown, name(shown), currency, lang, palette),
    [shown, currency, lang, palette],
  );
  const columns = useColumns(top.level === 'all');
  const period = spanWord(from, to, lang);
  const [before, amount, after] = t('totalsExpected', {
    ...{ period, products, kept: codeWords(lang).keptBy[totals.frequency] },
    ...{ value: f.money(top.revenue.value), low: f.money(top.revenue.low), high: f.money(top.revenue.high) },
  }).split('|');
  return (
    <>
      <section class="card pad">
        <p class="headline">
          {before}
          <b>{amount}</b>
          {after}
        </p>
        <p class="muted">
          {t(windows < LEAST_WINDOWS ? 'totalsUnknown' : reconciled > 0 ? 'totalsLearned' : 'totalsSums', { windows })}
        </p>
      </section>
      {chart && <ChartFigure chart={chart} palette={palette} height={320} />}
      <section class="card">
        <CardHead title={t('totalsTable')} lead={t('totalsTableLead')} />
        <div class="table-wrap">
          <Table
            class="card-rows totals"
            columns={columns}
            rows={rows.slice(0, MOST_ROWS)}
            caption={t('totalsTable')}
            keyOf={keyOf}
            isSelected={(row) => row === shown}
          />
        </div>
        {rows.length > MOST_ROWS && <p class="pad muted">{t('totalsMore', { count: rows.length - MOST_ROWS })}</p>}
      </section>
    </>
  );
}

/** A type without a name stands as its level. */
function useName(): (row: TotalRow) => string {
  const { t, lang } = useSession();
  return ({ level, merchant, productType, product }) =>
    ({ all: t('totalsAll'), merchant, type: productType, product })[level] || codeWords(lang).totalLevels[level];
}

function useColumns(hasAll: boolean): readonly Column<TotalRow>[] {
  const { t, f, lang } = useSession();
  const { change } = useQuery();
  const name = useName();
  const span = (low: number, high: number, say: (value: number) => string) =>
    t('testSpan', { from: say(low), to: say(high) });
  return [
    {
      id: 'name',
      head: t('totalsOf'),
      namesRow: true,
      cell: (row) => (
        <span class={`level-${TOTAL_LEVELS.indexOf(row.level) - (hasAll ? 0 : 1)}`}>
          {row.periods.length > 0 ? (
            <button type="button" class="link-button name" onClick={() => change({ of: keyOf(row) })}>
              {name(row)}
            </button>
          ) : (
            name(row)
          )}
        </span>
      ),
    },
    {
      id: 'revenue',
      head: t('planRevenue'),
      num: true,
      cell: ({ revenue }) => (
        <>
          {f.money(revenue.value)}
          <small>{span(revenue.low, revenue.high, f.money)}</small>
        </>
      ),
    },
    {
      id: 'quantity',
      head: t('planSold'),
      num: true,
      cell: ({ quantities }) => (
        <OnPhone label={t('planSold')}>
          {quantities.map(({ unit, quantity: { value, low, high } }) => (
            <span key={unit} class="block">
              {f.number(value)} {unitWord(unit, Math.round(value), lang)}
              <small>{span(low, high, f.number)}</small>
            </span>
          ))}
        </OnPhone>
      ),
    },
  ];
}

/** Products that no total counts, by why. */
function Missing({ missing }: Pick<TotalsDocument, 'missing'>) {
  const { t, lang } = useSession();
  return (
    <>
      {TOTAL_GAPS.map((reason) => {
        const of = missing.filter((one) => one.reason === reason);
        if (of.length === 0) return null;
        const named = of.slice(0, NAMED).map(({ merchant, product }) => `${product} · ${merchant}`);
        const said = { reason: codeWords(lang).totalGaps[reason], count: of.length, names: named.join(', ') };
        return (
          <Note key={reason} tone="warn" icon="warning">
            {t('totalsMissing', said)}
          </Note>
        );
      })}
    </>
  );
}
