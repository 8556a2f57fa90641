/** Models or runs side by side: curves over one another, and what differs, against a baseline. */

import { useMemo, useState } from 'preact/hooks';
import { DARK, LIGHT, type Palette } from '../../charts/chart-base.ts';
import { compareCharts, compareConvergenceCharts } from '../../charts/compare-charts.ts';
import type { RunItem } from '../../contract/api.ts';
import type { CompareDocument } from '../../contract/documents.ts';
import { withQuery } from '../api-client.ts';
import { AxesSwitch } from '../parts/axes-switch.tsx';
import { cellParam, readCells } from '../parts/cell-names.ts';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Converged, useHistories } from '../parts/use-histories.ts';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { ComparedList } from './compare-choice.tsx';
import { Differences } from './compare-differences.tsx';

const MOST = 20;

export function ComparePage() {
  const { t, f, dark } = useSession();
  const { query, change } = useQuery();
  const cells = readCells(query.models);
  const runs = (query.runs ?? '').split(',').filter((run) => run !== '');
  const count = cells.length + runs.length;
  const palette = dark ? DARK : LIGHT;
  const histories = useHistories(cells, runs, (found) => namesOf(found, f.time));
  // Histories are read, curves are computed: what is quick goes first.
  const waiting = count < 2 || histories === null;
  const compared = useResource<CompareDocument>(
    waiting ? null : withQuery('/api/compare', { models: cellParam(cells), runs: runs.join(',') }),
  );
  const overlaid = useMemo(
    () => (count < 2 ? [] : (histories ?? []).filter((history) => history !== null)),
    [count < 2, histories],
  );
  return (
    <Page title={t('navCompare')} lead={t('compareLead', { most: MOST })}>
      <ComparedList
        cells={cells}
        runs={runs}
        most={MOST}
        runName={(i) => histories?.[cells.length + i]?.label}
        onCells={(next) => change({ models: cellParam(next) })}
        onRuns={(next) => change({ runs: next.join(',') })}
      />
      {count < 2 && (
        <Empty icon="compare" title={t('compareEmpty')}>
          <p>{t('compareEmptyLead')}</p>
        </Empty>
      )}
      <ConvergenceOverlay histories={overlaid} palette={palette} />
      {compared.problem &&
        (compared.problem.code === 'MODEL_MISSING' && overlaid.some(({ convergence }) => convergence.length > 0) ? (
          <Note>{t('compareNoModel')}</Note>
        ) : (
          <ProblemNote problem={compared.problem} retry={compared.reload} />
        ))}
      {(compared.loading || histories === null) && count >= 2 && (
        <div class="card pad">
          <Skeleton lines={8} />
        </div>
      )}
      {compared.data && (
        <>
          <Differences document={compared.data} />
          <CurveOverlays document={compared.data} palette={palette} />
        </>
      )}
    </Page>
  );
}

/** Nothing, as long as there is no curve: its axes stay as they were chosen. */
function ConvergenceOverlay({
  histories,
  palette,
}: {
  readonly histories: readonly Converged[];
  readonly palette: Palette;
}) {
  const { lang } = useSession();
  const [logarithmic, setLogarithmic] = useState(false);
  const charts = useMemo(() => {
    const names = histories.map(({ label }) => label);
    return compareConvergenceCharts(histories, names, lang, palette);
  }, [histories, lang, palette]);
  const chart = charts[logarithmic ? 1 : 0];
  if (!chart) return null;
  return (
    <ChartFigure
      chart={chart}
      palette={palette}
      height={400}
      zoom
      controls={<AxesSwitch logarithmic={logarithmic} onChoose={setLogarithmic} />}
    />
  );
}

function CurveOverlays({ document, palette }: { readonly document: CompareDocument; readonly palette: Palette }) {
  const { lang } = useSession();
  const charts = useMemo(() => compareCharts(document, lang, palette), [document, lang, palette]);
  return (
    <div class="columns">
      {/* Demand and profit are the last two. */}
      {charts.slice(-2).map((chart) => (
        <ChartFigure key={chart.title} chart={chart} palette={palette} group="compare" />
      ))}
    </div>
  );
}

/**
 * The shortest names that tell runs apart: product, else with merchant, else with the time, else with the run's own
 * name.
 */
function namesOf(runs: readonly RunItem[], time: (iso: string) => string): readonly string[] {
  const choices = [
    runs.map((run) => run.product),
    runs.map((run) => `${run.product} · ${run.merchant}`),
    runs.map((run) => `${run.product} · ${time(run.startedAt)}`),
    runs.map((run) => `${run.product} · ${run.merchant} · ${time(run.startedAt)}`),
  ];
  return (
    choices.find((names) => new Set(names).size === names.length) ??
    runs.map((run) => `${run.product} · ${run.merchant} · ${run.runId}`)
  );
}
