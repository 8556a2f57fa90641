/** How far a training is, how fast, and how long it still takes. */

import type { CellProgress, TrainingItem } from '../../contract/api.ts';
import type { TrainingStage } from '../../core/vocabulary.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { TrainingBadge } from '../parts/badges.tsx';
import { Meter } from '../parts/figures.tsx';
import { useSession } from '../session.tsx';

interface TrainingProgressProps {
  readonly training: TrainingItem;
  readonly cells: readonly CellProgress[];
  readonly running: boolean;
}

/** What is said of a stage; the products themselves tell of the last one. */
const STAGE_WORDS: Readonly<Record<TrainingStage, WebKey | null>> = {
  market: 'stageMarket',
  search: 'stageSearch',
  train: null,
};

export function TrainingProgress({ training, cells, running }: TrainingProgressProps) {
  const { t, f } = useSession();
  const finished = training.done + training.failed;
  const share = shareDone(training, cells, running);
  const stage = training.stage === null ? null : STAGE_WORDS[training.stage];
  return (
    <section class="card pad stack tight" aria-label={t('progress')}>
      <div class="row between">
        <span class="row">
          <TrainingBadge status={training.status} />
          {running && stage !== null && <span class="muted">{t(stage)}</span>}
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
    </section>
  );
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
): number {
  if (all === 0) return 0;
  const part = running
    ? inTraining(cells).reduce((sum, cell) => sum + cell.iteration / Math.max(1, cell.iterations), 0)
    : 0;
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
