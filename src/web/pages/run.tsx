/** One run: its error history point by point, what it says, and what each search round changed. */

import { useEffect, useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { type Chart, DARK, LIGHT, type Palette } from '../../charts/chart-base.ts';
import {
  type Convergence,
  canBeLog,
  convergenceCharts,
  metricChart,
  TRAINING_METRICS,
} from '../../charts/convergence-charts.ts';
import type { HistoryDocument } from '../../contract/api.ts';
import type { HistoryAnalysisDocument } from '../../contract/documents.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { apiPath } from '../api-client.ts';
import { AxesSwitch } from '../parts/axes-switch.tsx';
import { RunBadge } from '../parts/badges.tsx';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { ConvergenceFigure } from '../parts/convergence-figure.tsx';
import { Icon } from '../parts/icon.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { ReportButton } from '../parts/report-button.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { useChartView } from '../parts/use-chart-view.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { RunFacts, SearchRounds } from './run-analysis.tsx';
import { RunNoteCard } from './run-note.tsx';
import { Verdict } from './run-verdict.tsx';

/** A run that goes on gains points within so long. */
const REFRESH_MS = 3_000;

export function RunPage() {
  const { runId } = useRoute().params as { runId: string };
  const { t, lang } = useSession();
  const address = apiPath('histories', runId);
  const [running, setRunning] = useState(false);
  const history = useResource<HistoryDocument>(address, running ? REFRESH_MS : undefined);
  useEffect(() => setRunning(history.data?.run.status === 'running'), [history.data]);
  const analysis = useResource<HistoryAnalysisDocument>(`${address}/analysis`, running ? REFRESH_MS : undefined);
  // Once more when it has ended: the last points came after the last look.
  useEffect(() => {
    if (!running) analysis.reload();
  }, [running, analysis.reload]);
  const crumbs = [{ href: '/history', label: t('navHistory') }];
  if (history.problem || !history.data) {
    return (
      <Page title={t('run')} crumbs={crumbs}>
        {history.problem ? <ProblemNote problem={history.problem} retry={history.reload} /> : <Skeleton lines={6} />}
      </Page>
    );
  }
  const { run } = history.data;
  const { merchant, product, status, stopReason } = run;
  const ofCell = `/history?merchant=${encodeURIComponent(merchant)}&product=${encodeURIComponent(product)}`;
  return (
    <Page
      title={`${product} · ${merchant}`}
      heading={product}
      crumbs={[...crumbs, { href: ofCell, label: merchant }]}
      lead={
        <>
          <RunBadge status={status} /> {status !== 'running' && codeWords(lang).stopReasons[stopReason].page}
        </>
      }
      actions={<RunActions history={history.data} address={address} />}
    >
      <RunHistory history={history.data} analysis={analysis.data} />
    </Page>
  );
}

interface RunHistoryProps {
  readonly history: HistoryDocument;
  /** Null while it is on its way. */
  readonly analysis: HistoryAnalysisDocument | null;
}

function RunHistory({ history, analysis }: RunHistoryProps) {
  const { dark } = useSession();
  const palette = dark ? DARK : LIGHT;
  const training = useMemo(() => convergenceOf(history), [history]);
  return (
    <>
      <Verdict history={history} analysis={analysis} />
      <ConvergenceFigure training={training} palette={palette} group="run" />
      <div class="columns">
        <RunFacts run={history.run} analysis={analysis} />
        <div class="stack">
          <SearchRounds rounds={analysis?.searchRounds ?? null} />
          <RunNoteCard key={history.run.runId} run={history.run} />
        </div>
      </div>
      <MetricFigures history={history} palette={palette} />
    </>
  );
}

function RunActions({ history, address }: { readonly history: HistoryDocument; readonly address: string }) {
  const { t, lang } = useSession();
  const { run } = history;
  return (
    <>
      <a class="button" href={modelPath(run.merchant, run.product)}>
        {t('goModel')}
      </a>
      <a class="button" href={`${address}.csv`} download>
        <Icon name="download" />
        CSV
      </a>
      <a class="button" href={`${address}/log.txt`} download>
        <Icon name="download" />
        {t('runLog')}
      </a>
      <ReportButton title={`${run.product} · ${run.merchant}`} draw={() => reportCharts(history, lang)} />
    </>
  );
}

/** The pictures of a run as a file has them, in light colours. */
function reportCharts(history: HistoryDocument, lang: Lang): readonly Chart[] {
  const { metrics, iterations } = history;
  const kept = TRAINING_METRICS.filter((metric) => metrics[metric]?.some((value) => value !== null));
  return [
    ...convergenceCharts(convergenceOf(history), lang, LIGHT),
    ...kept.map((metric) => metricChart(metric, iterations, metrics[metric] ?? [], lang, LIGHT)),
  ];
}

/** A picture of every figure that was kept of the run. */
function MetricFigures({
  history: { metrics, iterations, model },
  palette,
}: {
  readonly history: HistoryDocument;
  readonly palette: Palette;
}) {
  const { lang } = useSession();
  const { window, setWindow, switched, toggle } = useChartView();
  const logX = switched.has('x');
  const ofModel = model?.elasticity.value ?? null;
  const charts = useMemo(
    () =>
      TRAINING_METRICS.filter((metric) => metrics[metric]?.some((value) => value !== null)).map((metric) => {
        const view = {
          logX,
          logY: switched.has(metric) ? false : null,
          ofModel: metric === 'elasticity' ? ofModel : null,
        };
        return [metric, metricChart(metric, iterations, metrics[metric] ?? [], lang, palette, view)] as const;
      }),
    [metrics, iterations, ofModel, logX, switched, lang, palette],
  );
  return (
    <div class="columns">
      {charts.map(([metric, chart]) => (
        <ChartFigure
          key={metric}
          chart={chart}
          palette={palette}
          height={240}
          group="run"
          window={window}
          onWindow={setWindow}
          controls={
            canBeLog(metric) && (
              <AxesSwitch axis="y" logarithmic={!switched.has(metric)} onToggle={() => toggle(metric)} />
            )
          }
        />
      ))}
    </div>
  );
}

function convergenceOf({ run, model, metrics, iterations, errorKind, events }: HistoryDocument): Convergence {
  const error = metrics[errorKind === 'simulated' ? 'simulatedError' : 'error'] ?? [];
  const train = metrics.trainError ?? [];
  return {
    product: run.product,
    errorKind,
    points: iterations.map((iteration, i) => ({ iteration, error: error[i] ?? null, trainError: train[i] ?? null })),
    events: events as Convergence['events'],
    checkpointEvery: null,
    modelError: model?.error ?? null,
  };
}
