/** One run: its error history point by point, what it says, and what each search round changed. */

import { Fragment } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { DARK, LIGHT } from '../../charts/chart-base.ts';
import { type Convergence, metricChart, TRAINING_METRICS } from '../../charts/convergence-charts.ts';
import type { HistoryDocument } from '../../contract/api.ts';
import type { HistoryAnalysisDocument } from '../../contract/documents.ts';
import { fieldValue, fieldWord } from '../../contract/words.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { apiPath } from '../api-client.ts';
import { RunBadge, STOP_REASON } from '../parts/badges.tsx';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { ConvergenceFigure } from '../parts/convergence-figure.tsx';
import { Icon } from '../parts/icon.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

const ADVICE: Readonly<Record<HistoryAnalysisDocument['advice']['code'], WebKey>> = {
  KEEP_TRAINING: 'adviceKeep',
  ENOUGH: 'adviceEnough',
  NOT_FINITE: 'adviceNotFinite',
  NO_ERROR: 'adviceNoError',
};
/** A run that goes on gains points within so long. */
const REFRESH_MS = 3_000;

export function RunPage() {
  const { runId } = useRoute().params as { runId: string };
  const { t, f, lang, dark } = useSession();
  const palette = dark ? DARK : LIGHT;
  const address = apiPath('histories', runId);
  const [running, setRunning] = useState(false);
  const history = useResource<HistoryDocument>(address, running ? REFRESH_MS : undefined);
  useEffect(() => setRunning(history.data?.run.status === 'running'), [history.data]);
  const analysis = useResource<HistoryAnalysisDocument>(`${address}/analysis`);
  const { data } = history;
  const training = useMemo<Convergence | null>(() => {
    if (!data) return null;
    const error = data.metrics[data.errorKind === 'simulated' ? 'simulatedError' : 'error'] ?? [];
    const train = data.metrics.trainError ?? [];
    return {
      product: data.run.product,
      errorKind: data.errorKind,
      points: data.iterations.map((iteration, i) => ({ iteration, error: error[i] ?? null, trainError: train[i] ?? null })),
      events: data.events as Convergence['events'],
      checkpointEvery: null,
    };
  }, [data]);
  const metrics = useMemo(
    () =>
      data
        ? TRAINING_METRICS.filter((metric) => data.metrics[metric]?.some((value) => value !== null)).map((metric) =>
            metricChart(metric, data.iterations, data.metrics[metric] ?? [], lang, palette),
          )
        : [],
    [data, lang, palette],
  );
  const crumbs = [{ href: '/history', label: t('navHistory') }];
  if (history.problem) {
    return (
      <Page title={t('run')} crumbs={crumbs}>
        <ProblemNote problem={history.problem} retry={history.reload} />
      </Page>
    );
  }
  if (!data || !training) {
    return (
      <Page title={t('run')} crumbs={crumbs}>
        <Skeleton lines={6} />
      </Page>
    );
  }
  const { run } = data;
  const found = analysis.data;
  const facts: readonly (readonly [string, string])[] = [
    [t('startedAt'), f.time(run.startedAt)],
    [t('iterations'), f.number(run.iterations)],
    [t('points'), f.number(run.points)],
    [t('firstError'), run.firstError === null ? '–' : f.percent(run.firstError, 2)],
    [t('best'), found?.bestError == null ? '–' : t('bestAt', { error: f.percent(found.bestError, 2), iteration: f.number(found.bestIteration ?? 0) })],
    [t('lastError'), run.lastError === null ? '–' : f.percent(run.lastError, 2)],
    [t('plateauSince'), found?.plateauSince == null ? '–' : f.number(found.plateauSince)],
    [t('fallPer1000'), found?.improvementPer1000 == null ? '–' : f.percent(found.improvementPer1000, 2)],
    [t('duration'), f.duration(run.seconds)],
    [t('seed'), String(run.seed)],
  ];
  return (
    <Page
      title={`${run.product} · ${run.merchant}`}
      heading={run.product}
      crumbs={[...crumbs, { href: `/history?merchant=${encodeURIComponent(run.merchant)}&product=${encodeURIComponent(run.product)}`, label: run.merchant }]}
      lead={
        <>
          <RunBadge status={run.status} /> {run.status !== 'running' && t(STOP_REASON[run.stopReason])}
        </>
      }
      actions={
        <>
          <a class="button" href={modelPath(run.merchant, run.product)}>
            {t('goModel')}
          </a>
          <a class="button" href={`${address}.csv`} download>
            <Icon name="download" />
            CSV
          </a>
        </>
      }
    >
      {run.failure && (
        <Note tone="bad" icon="warning">
          {run.failure.message}
        </Note>
      )}
      {found && (
        <Note icon={found.advice.code === 'ENOUGH' ? 'check' : 'info'}>
          <p>{t(ADVICE[found.advice.code], { iterations: f.number(found.advice.iterations) })}</p>
        </Note>
      )}
      <ConvergenceFigure training={training} palette={palette} group="run" />
      <div class="columns">
        <section class="card pad stack tight">
          <h2>{t('analysis')}</h2>
          <dl class="facts">
            {facts.map(([name, value]) => (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
        <section class="card pad stack tight">
          <h2>{t('searchRounds')}</h2>
          {found && found.searchRounds.length === 0 && <p class="muted">{t('noSearchRounds')}</p>}
          {found && found.searchRounds.length > 0 && (
            <ul class="rounds">
              {found.searchRounds.map((round) => (
                <li key={round.iteration}>
                  <span class="muted">{t('atIteration', { iteration: f.number(round.iteration) })}</span>
                  <span>
                    {round.adopted
                      ? round.changes
                          .map(
                            (change) =>
                              `${fieldWord(change.field, lang)}: ${fieldValue(change.field, change.from, lang)} → ${fieldValue(change.field, change.to, lang)}`,
                          )
                          .join(', ')
                      : t('nothingAdopted')}
                  </span>
                  {round.adopted && round.errorBefore !== null && round.errorAfter !== null && (
                    <span class="muted nowrap">
                      {f.percent(round.errorBefore, 1)} → {f.percent(round.errorAfter, 1)}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
      <div class="columns">
        {metrics.map((chart) => (
          <ChartFigure key={chart.title} chart={chart} palette={palette} height={240} group="run" />
        ))}
      </div>
    </Page>
  );
}
