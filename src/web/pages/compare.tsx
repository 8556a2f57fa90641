/** Models or runs side by side: curves over one another, and what differs, against a baseline. */

import { useMemo, useState } from 'preact/hooks';
import { DARK, LIGHT } from '../../charts/chart-base.ts';
import { compareCharts, compareConvergenceCharts } from '../../charts/compare-charts.ts';
import type { OverviewRow, RunItem } from '../../contract/api.ts';
import type { CompareDocument } from '../../contract/documents.ts';
import { fieldValue, fieldWord } from '../../contract/words.ts';
import { withQuery } from '../api-client.ts';
import { type CellName, cellParam, readCells } from '../parts/cell-names.ts';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { Icon } from '../parts/icon.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useHistories } from '../parts/use-histories.ts';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

const MOST = 20;

export function ComparePage() {
  const { t, f, lang, dark } = useSession();
  const { query, change } = useQuery();
  const cells = readCells(query.models);
  const runs = (query.runs ?? '').split(',').filter((run) => run !== '');
  const count = cells.length + runs.length;
  const palette = dark ? DARK : LIGHT;
  const histories = useHistories(cells, runs, (found) => namesOf(found, f.time));
  // Histories are read, curves are computed: what is quick goes first.
  const waiting = count < 2 || histories === null;
  const document = useResource<CompareDocument>(waiting ? null : withQuery('/api/compare', { models: cellParam(cells), runs: runs.join(',') }));
  const charts = useMemo(() => (document.data ? compareCharts(document.data, lang, palette) : []), [document.data, lang, palette]);
  const convergences = useMemo(() => {
    const found = (histories ?? []).filter((history) => history !== null);
    return found.length > 0
      ? compareConvergenceCharts(
          found,
          found.map(({ label }) => label),
          lang,
          palette,
        )
      : [];
  }, [histories, lang, palette]);
  const choose = (next: readonly CellName[]): void => change({ models: cellParam(next) });
  const [logAxes, setLogAxes] = useState(false);
  const convergence = count < 2 ? undefined : convergences[logAxes ? 1 : 0];
  return (
    <Page title={t('navCompare')} lead={t('compareLead', { most: MOST })}>
      <div class="stack tight">
        <ul class="chips">
          {cells.map((cell) => (
            <li key={`${cell.merchant}:${cell.product}`}>
              <button
                type="button"
                class="chip"
                aria-label={t('compareRemove', { name: `${cell.product} · ${cell.merchant}` })}
                onClick={() => choose(cells.filter((other) => other !== cell))}
              >
                {cell.product} <span class="count">{cell.merchant}</span> <Icon name="close" />
              </button>
            </li>
          ))}
          {runs.map((run, i) => (
            <li key={run}>
              <button
                type="button"
                class="chip"
                aria-label={t('compareRemove', { name: histories?.[cells.length + i]?.label ?? run })}
                onClick={() => change({ runs: runs.filter((other) => other !== run).join(',') })}
              >
                {histories?.[cells.length + i]?.label ?? t('runShort', { id: run.slice(0, 8) })} <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
        {count < MOST && <Picker chosen={cells} count={count} onChoose={(cell) => choose([...cells, cell])} />}
      </div>
      {count < 2 && (
        <Empty icon="compare" title={t('compareEmpty')}>
          <p>{t('compareEmptyLead')}</p>
        </Empty>
      )}
      {convergence && (
        <ChartFigure
          chart={convergence}
          palette={palette}
          height={400}
          zoom
          controls={
            <fieldset class="segmented" aria-label={t('axesLabel')}>
              {[false, true].map((choice) => (
                <button type="button" key={String(choice)} aria-pressed={logAxes === choice} onClick={() => setLogAxes(choice)}>
                  {t(choice ? 'axesLog' : 'axesEven')}
                </button>
              ))}
            </fieldset>
          }
        />
      )}
      {document.problem &&
        (document.problem.code === 'MODEL_MISSING' && convergence ? (
          <Note>{t('compareNoModel')}</Note>
        ) : (
          <ProblemNote problem={document.problem} retry={document.reload} />
        ))}
      {(document.loading || histories === null) && count >= 2 && (
        <div class="card pad">
          <Skeleton lines={8} />
        </div>
      )}
      {document.data && (
        <>
          <Differences document={document.data} />
          <div class="columns">
            {/* Demand and profit are the last two. */}
            {charts.slice(-2).map((chart) => (
              <ChartFigure key={chart.title} chart={chart} palette={palette} group="compare" />
            ))}
          </div>
        </>
      )}
    </Page>
  );
}

interface PickerProps {
  readonly chosen: readonly CellName[];
  /** Models and runs that are compared already. */
  readonly count: number;
  readonly onChoose: (cell: CellName) => void;
}

/** Finds cells to compare. */
function Picker({ chosen, count, onChoose }: PickerProps) {
  const { t } = useSession();
  const [search, setSearch] = useState('');
  const open = search !== '' || count < 2;
  const found = useResource<{ readonly items: readonly OverviewRow[] }>(
    open ? withQuery('/api/overview', { search, limit: 24, sort: 'expectedGain', order: 'desc' }) : null,
  );
  const free = (found.data?.items ?? []).filter(
    (row) => row.state !== 'untrained' && row.state !== 'failed' && !chosen.some((cell) => cell.merchant === row.merchant && cell.product === row.product),
  );
  return (
    <div class="stack tight">
      <SearchBox value={search} label={t('compareSearch')} onSearch={setSearch} />
      {open && free.length > 0 && (
        <ul class="chips">
          {free.map(({ merchant, product }) => (
            <li key={`${merchant}:${product}`}>
              <button type="button" class="chip add" onClick={() => onChoose({ merchant, product })}>
                + {product} <span class="count">{merchant}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The shortest names that tell runs apart: product, else with merchant, else with the time, else with the run's own name. */
function namesOf(runs: readonly RunItem[], time: (iso: string) => string): readonly string[] {
  const choices = [
    runs.map((run) => run.product),
    runs.map((run) => `${run.product} · ${run.merchant}`),
    runs.map((run) => `${run.product} · ${time(run.startedAt)}`),
    runs.map((run) => `${run.product} · ${run.merchant} · ${time(run.startedAt)}`),
  ];
  return choices.find((names) => new Set(names).size === names.length) ?? runs.map((run) => `${run.product} · ${run.merchant} · ${run.runId}`);
}

/** Every field that differs (or all), each against the baseline. */
function Differences({ document }: { readonly document: CompareDocument }) {
  const { t, f, lang } = useSession();
  const [baseline, setBaseline] = useState(0);
  const [onlyDifferent, setOnlyDifferent] = useState(true);
  const base = Math.min(baseline, document.models.length - 1);
  const different = new Map(document.differences.map(({ field, values }) => [field, values]));
  const always: readonly (readonly [string, readonly (string | number | boolean | null)[]])[] = [
    ['iterations', document.models.map((m) => m.iterations)],
    ['ownRows', document.models.map((m) => m.ownRows)],
    ['wape', document.models.map((m) => m.error.wape)],
    ['elasticity', document.models.map((m) => m.elasticity?.value ?? null)],
    ['currentPrice', document.models.map((m) => m.recommendation.current.price)],
    ['price', document.models.map((m) => m.recommendation.price)],
    ['expectedDemand', document.models.map((m) => m.recommendation.expectedDemand.value)],
    ['expectedProfit', document.models.map((m) => m.recommendation.expectedProfit.value)],
    ['recommended', document.models.map((m) => m.recommendation.recommended)],
  ];
  const figure = (field: string, value: string | number | boolean | null): string => {
    if (typeof value !== 'number') return fieldValue(field, value, lang);
    if (field === 'price' || field === 'currentPrice') return f.price(value);
    if (field === 'expectedProfit') return f.money(value);
    if (field === 'wape') return f.percent(value, 1);
    if (field === 'elasticity') return f.decimal(value);
    return field === 'expectedDemand' ? f.number(value) : fieldValue(field, value, lang);
  };
  const rows = onlyDifferent ? [...different] : [...always, ...[...different].filter(([field]) => !always.some(([name]) => name === field))];
  const delta = (values: readonly (string | number | boolean | null)[], i: number): string | null => {
    const [from, to] = [values[base], values[i]];
    if (i === base || typeof from !== 'number' || typeof to !== 'number' || from === 0) return null;
    return f.change(to / from - 1);
  };
  return (
    <section class="card">
      <div class="card-head">
        <h2>{t('differences')}</h2>
        <label class="check">
          <input type="checkbox" checked={onlyDifferent} onChange={(event) => setOnlyDifferent(event.currentTarget.checked)} />
          {t('onlyDifferences')}
        </label>
      </div>
      <ScrollBox label={t('differences')}>
        <table class="table compact">
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden-text">{t('field')}</span>
              </th>
              {document.models.map((model, i) => (
                <th scope="col" class="num" key={model.modelId}>
                  <a href={modelPath(model.merchant, model.product)}>{model.product}</a>
                  <span class="block muted">{model.merchant}</span>
                  <label class="check small">
                    <input type="radio" name="baseline" checked={base === i} onChange={() => setBaseline(i)} />
                    {t('baseline')}
                  </label>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([field, values]) => (
              <tr key={field}>
                <th scope="row">{fieldWord(field, lang)}</th>
                {values.map((value, i) => (
                  <td class="num" key={i}>
                    {figure(field, value)}
                    {delta(values, i) !== null && <small>{delta(values, i)}</small>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}
