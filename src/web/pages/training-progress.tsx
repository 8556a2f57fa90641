/** How far a training is, how fast, and how long it still takes. */

import type { CellProgress, TrainingItem, TrainingOutcome } from '../../contract/api.ts';
import type { TrainingStage } from '../../core/vocabulary.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { TrainingBadge } from '../parts/badges.tsx';
import { Meter } from '../parts/figures.tsx';
import { useSession } from '../session.tsx';

interface TrainingProgressProps {
  readonly training: TrainingItem;
  readonly cells: readonly CellProgress[];
  /** Null until the first answer. */
  readonly outcome: TrainingOutcome | null;
  readonly running: boolean;
}

/** What is said of a stage; the products themselves tell of the last one. */
const STAGE_WORDS: Readonly<Record<TrainingStage, WebKey | null>> = {
  market: 'stageMarket',
  search: 'stageSearch',
  trees: 'stageTrees',
  train: null,
};

export function TrainingProgress({ training, cells, outcome, running }: TrainingProgressProps) {
  const { t, f } = useSession();
  const finished = training.done + training.failed;
  const share = shareDone(training, cells, running, outcome);
  return (
    <section class="card pad stack tight" aria-label={t('progress')}>
      <div class="row between">
        <span class="row">
          <TrainingBadge status={training.status} />
          {running && (
            <span class="muted">
              <Doing training={training} cells={cells} />
            </span>
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
        {running && <Pace training={training} cells={cells} />}
        {training.endedAt !== null &&
          t('took', { time: f.duration((Date.parse(training.endedAt) - Date.parse(training.startedAt)) / 1000) })}
      </p>
      {!running && training.canResume && outcome && (
        <p>
          {t('stoppedAt', { share: f.percent(share, 0) })}{' '}
          {t('resumeDoes', {
            open: f.number(outcome.begun - finished),
            rest: f.number(Math.max(0, training.cells - outcome.begun)),
          })}
        </p>
      )}
    </section>
  );
}

/** What is done now. */
function Doing({ training, cells }: Pick<TrainingProgressProps, 'training' | 'cells'>) {
  const { t, f } = useSession();
  const [first, ...more] = inTraining(cells);
  if (first && more.length === 0) return t('trainingNow', { product: first.product, merchant: first.merchant });
  if (first) return t('trainingNowMore', { count: f.number(more.length + 1) });
  const stage = training.stage === null ? null : STAGE_WORDS[training.stage];
  if (stage !== null) return t(stage);
  return training.stage === 'train' && training.done + training.failed === 0 ? t('beginning') : null;
}

/** Iterations a second, and the time left at that rate. */
function Pace({ training, cells }: Pick<TrainingProgressProps, 'training' | 'cells'>) {
  const { t, f } = useSession();
  const rate = inTraining(cells).reduce((sum, cell) => sum + (cell.iterationsPerSecond ?? 0), 0);
  const seconds = timeLeft(training, cells, rate);
  return (
    <>
      {rate > 0 && `${t('rate', { rate: f.number(rate) })} · `}
      {seconds !== null && t('timeLeft', { time: f.duration(seconds) })}
    </>
  );
}

const inTraining = (cells: readonly CellProgress[]): readonly CellProgress[] =>
  cells.filter((cell) => cell.status === 'running');

/** Share 0-1 of the cells that is done, parts of those in training included. */
function shareDone(
  { done, failed, cells: all }: TrainingItem,
  cells: readonly CellProgress[],
  running: boolean,
  outcome: TrainingOutcome | null,
): number {
  if (all === 0) return 0;
  // One that was stopped stands where it stood, also while it waits to go on.
  const part = running
    ? cells
        .filter(({ status }) => status === 'running' || status === 'stopped')
        .reduce((sum, cell) => sum + cell.iteration / Math.max(1, cell.iterations), 0)
    : (outcome?.unfinished ?? 0);
  return Math.min(1, (done + failed + part) / all);
}

/** Seconds until all cells are done, at the rate of those that run now; null while it cannot be told. */
function timeLeft(training: TrainingItem, cells: readonly CellProgress[], rate: number): number | null {
  const budget = training.options.iterations ?? cells.find((cell) => cell.iterations > 0)?.iterations ?? null;
  if (budget === null || rate <= 0) return null;
  const running = inTraining(cells);
  const now = running.reduce((sum, cell) => sum + cell.iterations - cell.iteration, 0);
  const waiting = Math.max(0, training.cells - training.done - training.failed - running.length);
  return (now + waiting * budget) / rate;
}
