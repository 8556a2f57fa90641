/** Models or runs side by side: curves over one another, and what differs, against a baseline. */

import { useMemo } from 'preact/hooks';
import { DARK, LIGHT, type Palette } from '../../charts/chart-base.ts';
import { compareCharts, compareConvergenceChart } from '../../charts/compare-charts.ts';
import { distinctNames } from '../../charts/distinct-names.ts';
import type { RunItem } from '../../contract/api.ts';
import type { CompareDocument } from '../../contract/documents.ts';
import { MOST_COMPARED } from '../../contract/limits.ts';
import { withQuery } from '../api-client.ts';
import { AxesSwitch } from '../parts/axes-switch.tsx';
import { cellParam, readCells } from '../parts/cell-names.ts';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { Page } from '../parts/page.tsx';
import { ReportButton } from '../parts/report-button.tsx';
import { SmoothingSwitch } from '../parts/smoothing-switch.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useChartView } from '../parts/use-chart-view.ts';
import { type Converged, useHistories } from '../parts/use-histories.ts';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { ComparedList } from './compare-choice.tsx';
import { Differences } from './compare-differences.tsx';

export function ComparePage() {
  const { t, f, dark, lang } = useSession();
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
  const found = compared.data;
  const overlaid = useMemo(
    () => (count < 2 ? [] : (histories ?? []).filter((history) => history !== null)),
    [count < 2, histories],
  );
  return (
    <Page
      title={t('navCompare')}
      lead={t('compareLead', { most: MOST_COMPARED })}
      actions={found && <ReportButton title={t('navCompare')} draw={() => compareCharts(found, lang, LIGHT)} />}
    >
      <ComparedList
        cells={cells}
        runs={runs}
        most={MOST_COMPARED}
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

/** Nothing, as long as there is no curve. */
function ConvergenceOverlay({
  histories,
  palette,
}: {
  readonly histories: readonly Converged[];
  readonly palette: Palette;
}) {
  const { lang } = useSession();
  const { window, setWindow, switched, toggle, smoothing, setSmoothing } = useChartView();
  const [logX, logY] = [switched.has('x'), switched.has('error')];
  const chart = useMemo(() => {
    if (histories.every(({ convergence }) => convergence.length === 0)) return null;
    const names = histories.map(({ label }) => label);
    return compareConvergenceChart(histories, names, lang, palette, { logX, logY, smoothing });
  }, [histories, logX, logY, smoothing, lang, palette]);
  if (!chart) return null;
  return (
    <ChartFigure
      chart={chart}
      palette={palette}
      height={400}
      window={window}
      onWindow={setWindow}
      controls={
        <>
          <AxesSwitch axis="x" logarithmic={logX} onToggle={() => toggle('x')} />
          <AxesSwitch axis="y" logarithmic={logY} onToggle={() => toggle('error')} />
          <SmoothingSwitch weight={smoothing} onChoose={setSmoothing} />
        </>
      }
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

/** Names that tell runs apart: without what all share, with the time where nothing else does. */
function namesOf(runs: readonly RunItem[], time: (iso: string) => string): readonly string[] {
  return distinctNames(
    runs.map(({ product, merchant, startedAt, runId }) => ({ product, merchant, trained: time(startedAt), id: runId })),
  );
}
