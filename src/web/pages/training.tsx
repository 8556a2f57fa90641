/** One training as it runs: how far, how fast, how good; stopped gently, gone on with later. */

import { useEffect, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { CellProgress, TrainingDetail, TrainingItem } from '../../contract/api.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';
import { reportLost } from '../connection.ts';
import { RunBadge, TrainingBadge } from '../parts/badges.tsx';
import { Meter } from '../parts/figures.tsx';
import { Icon } from '../parts/icon.tsx';
import { LiveCurve } from '../parts/live-curve.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { Note, ProblemNote, problemText, Skeleton } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';

/** Rows that are drawn; the newest of more. */
const MOST_ROWS = 200;

const keyOf = (cell: { readonly merchant: string; readonly product: string }): string => `${cell.merchant}\u0000${cell.product}`;
const isOver = (status: TrainingItem['status']): boolean => status === 'done' || status === 'stopped' || status === 'failed';

export function TrainingPage() {
  const { trainingId } = useRoute().params as { trainingId: string };
  const { t, f, may } = useSession();
  const { route } = useLocation();
  const address = apiPath('trainings', trainingId);
  const detail = useResource<TrainingDetail>(address);
  const [live, setLive] = useState<{ readonly training: TrainingItem | null; readonly cells: ReadonlyMap<string, CellProgress> }>({
    training: null,
    cells: new Map(),
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (!detail.data) return;
    const { training, progress } = detail.data;
    setLive({ training, cells: new Map(progress.map((cell) => [keyOf(cell), cell])) });
  }, [detail.data]);

  const running = live.training !== null && !isOver(live.training.status);
  useEffect(() => {
    if (!running) return;
    // The browser connects again by itself, and says where it left off.
    const events = new EventSource(`${address}/events`);
    const waiting = new Map<string, CellProgress>();
    let frame = 0;
    // Many events a second become one drawing a frame.
    const draw = (): void => {
      frame = 0;
      const news = [...waiting.values()];
      waiting.clear();
      setLive((now) => {
        const cells = new Map(now.cells);
        // A cell that has ended leaves its curve to its history: what was drawn of it stays.
        for (const cell of news) cells.set(keyOf(cell), cell.points.length > 0 ? cell : { ...cell, points: now.cells.get(keyOf(cell))?.points ?? [] });
        return { ...now, cells };
      });
    };
    events.addEventListener('cell', (event) => {
      const cell = JSON.parse((event as MessageEvent<string>).data) as CellProgress;
      waiting.set(keyOf(cell), cell);
      if (frame === 0) frame = requestAnimationFrame(draw);
    });
    events.addEventListener('training', (event) => {
      const training = JSON.parse((event as MessageEvent<string>).data) as TrainingItem;
      setLive((now) => ({ ...now, training }));
      if (isOver(training.status)) {
        events.close();
        forgetSeen();
        detail.reload();
      }
    });
    events.addEventListener('error', () => {
      reportLost();
    });
    return () => {
      cancelAnimationFrame(frame);
      events.close();
    };
  }, [running, address]);

  async function act(what: 'stop' | 'resume'): Promise<void> {
    setBusy(true);
    try {
      const answer = await sendJson<{ trainingId?: string }>('POST', `${address}/${what}`);
      showToast(t(what === 'stop' ? 'stopAsked' : 'resumed'));
      if (answer.trainingId !== undefined && answer.trainingId !== trainingId) route(`/train/${answer.trainingId}`);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      showToast(problemText(error, t('unreachable')));
    }
    setBusy(false);
    detail.reload();
  }

  const training = live.training;
  const title = training ? t('trainingTitle', { date: f.time(training.startedAt) }) : t('training');
  const crumbs = [{ href: '/train', label: t('navTrain') }];
  if (detail.problem) {
    return (
      <Page title={t('training')} crumbs={crumbs}>
        <ProblemNote problem={detail.problem} retry={detail.reload} />
      </Page>
    );
  }
  if (!training) {
    return (
      <Page title={t('training')} crumbs={crumbs}>
        <Skeleton lines={6} />
      </Page>
    );
  }
  const cells = [...live.cells.values()].sort((a, b) => Number(b.status === 'running') - Number(a.status === 'running') || b.seq - a.seq);
  const shown = (chosen !== null && live.cells.get(chosen)) || cells.find((cell) => cell.points.length > 1) || cells[0];
  const finished = training.done + training.failed;
  const part = cells.filter((cell) => cell.status === 'running').reduce((sum, cell) => sum + cell.iteration / Math.max(1, cell.iterations), 0);
  const share = training.cells === 0 ? 0 : Math.min(1, (finished + (running ? part : 0)) / training.cells);
  const rate = cells.reduce((sum, cell) => sum + (cell.status === 'running' ? (cell.iterationsPerSecond ?? 0) : 0), 0);
  const secondsLeft = timeLeft(cells, training, rate);
  return (
    <Page
      title={title}
      crumbs={crumbs}
      actions={
        may('train') && (
          <>
            {running && (
              <button type="button" class="button" disabled={busy || training.status === 'stopping'} onClick={() => act('stop')}>
                <Icon name="stop" />
                {t('stop')}
              </button>
            )}
            {!running && training.canResume && (
              <button type="button" class="button primary" disabled={busy} onClick={() => act('resume')}>
                <Icon name="play" />
                {t('resume')}
              </button>
            )}
          </>
        )
      }
    >
      {training.message && (
        <Note tone={training.status === 'failed' ? 'bad' : 'warn'} icon="warning">
          {training.message}
        </Note>
      )}
      <section class="card pad stack tight" aria-label={t('progress')}>
        <div class="row between">
          <span class="row">
            <TrainingBadge status={training.status} />
            {running && training.stage !== 'train' && training.stage !== null && (
              <span class="muted">{t(training.stage === 'market' ? 'stageMarket' : 'stageSearch')}</span>
            )}
          </span>
          <span>
            <b>{t('cellsOf', { done: f.number(finished), all: f.number(training.cells) })}</b>
            {training.failed > 0 && <span class="bad"> · {t('someFailed', { count: training.failed })}</span>}
          </span>
        </div>
        <progress class="hidden-text" max={1} value={share} aria-label={t('progress')} />
        <Meter share={share} tone="plain" wide />
        <p class="muted">
          {running && rate > 0 && `${t('rate', { rate: f.number(rate) })} · `}
          {running && secondsLeft !== null && t('timeLeft', { time: f.duration(secondsLeft) })}
          {training.endedAt !== null && t('took', { time: f.duration((Date.parse(training.endedAt) - Date.parse(training.startedAt)) / 1000) })}
        </p>
      </section>
      {shown && shown.points.length > 1 && (
        <section class="card pad stack tight">
          <div class="row between">
            <h2>
              {shown.product} <span class="muted">· {shown.merchant}</span>
            </h2>
            <span class="muted">
              {t('iterationOf', { iteration: f.number(shown.iteration), iterations: f.number(shown.iterations) })}
              {shown.best !== null && ` · ${t('bestError', { error: f.percent(shown.best, 1) })}`}
            </span>
          </div>
          <LiveCurve large points={shown.points} label={t('liveCurve', { product: shown.product })} />
        </section>
      )}
      <div class="card table-wrap">
        <table class="table">
          <caption class="hidden-text">{t('progress')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('product')}</th>
              <th scope="col">{t('state')}</th>
              <th scope="col" class="num">
                {t('iterations')}
              </th>
              <th scope="col" class="num">
                {t('error')}
              </th>
              <th scope="col" class="num">
                {t('best')}
              </th>
              <th scope="col">{t('curve')}</th>
            </tr>
          </thead>
          <tbody>
            {cells.slice(0, MOST_ROWS).map((cell) => (
              <tr key={keyOf(cell)} aria-selected={shown === cell}>
                <td>
                  {cell.status === 'running' ? (
                    <button type="button" class="link-button name" onClick={() => setChosen(keyOf(cell))}>
                      {cell.product}
                    </button>
                  ) : (
                    <a
                      class="name"
                      href={cell.status === 'failed' ? modelPath(cell.merchant, cell.product) : `${modelPath(cell.merchant, cell.product)}?tab=training`}
                    >
                      {cell.product}
                    </a>
                  )}
                  <small>{cell.merchant}</small>
                </td>
                <td>
                  <RunBadge status={cell.status} />
                  {cell.message && <small class="bad">{cell.message}</small>}
                </td>
                <td class="num">
                  {cell.iterations === 0
                    ? t('exactSolver')
                    : cell.status === 'running'
                      ? `${f.number(cell.iteration)} / ${f.number(cell.iterations)}`
                      : f.number(cell.iteration)}
                </td>
                <td class="num">{cell.error === null ? '–' : f.percent(cell.error, 1)}</td>
                <td class="num">{cell.best === null ? '–' : f.percent(cell.best, 1)}</td>
                <td>{cell.points.length > 1 && <LiveCurve points={cell.points} label={t('liveCurve', { product: cell.product })} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {cells.length === 0 && <p class="muted pad">{t('preparing')}</p>}
      </div>
    </Page>
  );
}

/** Seconds until all cells are done, at the rate of those that run now; null while it cannot be told. */
function timeLeft(cells: readonly CellProgress[], training: TrainingItem, rate: number): number | null {
  const budget = training.options.iterations ?? cells.find((cell) => cell.iterations > 0)?.iterations ?? null;
  if (budget === null || rate <= 0) return null;
  const now = cells.filter((cell) => cell.status === 'running').reduce((sum, cell) => sum + cell.iterations - cell.iteration, 0);
  const running = cells.filter((cell) => cell.status === 'running').length;
  const waiting = Math.max(0, training.cells - training.done - training.failed - running);
  return (now + waiting * budget) / rate;
}
