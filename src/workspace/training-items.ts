/** A training as it is kept and as it is shown. */

import type { CellProgress, TrainingItem } from '../contract/api.ts';
import type { Deed } from '../contract/store/deed.ts';
import type { KeptCellProgress, KeptTraining } from '../contract/store/trainings.ts';
import type { Lang, TrainingOrigin } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { onlyMerchant } from '../rules/trainings.ts';
import { systemFailure } from '../store/system-failure.ts';
import type { DeedMaker } from './actors.ts';
import { lastWords, logFile } from './training-log.ts';

/** A process that has not written for so long is gone, whoever has its number now. */
const SILENT_MS = 10 * 60_000;
/** A process that was started must have come up by then. */
const STARTING_MS = 60_000;

/** Of the kinds of actors; whoever else begins one came in through the server. */
const ORIGINS: Readonly<Record<string, TrainingOrigin>> = {
  command: 'terminal',
  library: 'library',
  schedule: 'schedule',
};

/**
 * @param folder of the workspace, whose logs say why a process is gone; null where a queue finds another worker for
 * what one left (but not for what a process trains by itself, which has a holder)
 */
export function itemOf(folder: string | null, training: KeptTraining): TrainingItem {
  const { trainingId, stage, cells, done, failed, startedAt, endedAt, startedBy, startedByName, merchant } = training;
  const ended = training.status === 'done' || training.status === 'failed' || training.status === 'stopped';
  // One whose process is gone without a word was stopped by whatever ended it.
  const lost = (folder !== null || training.holderId !== null) && !ended && !isRunning(training);
  const status = lost ? 'stopped' : training.status;
  return {
    trainingId,
    origin: ORIGINS[startedBy.slice(0, startedBy.indexOf(':'))] ?? 'dashboard',
    status,
    stage,
    cells,
    done,
    failed,
    options: training.options as TrainingItem['options'],
    startedAt,
    endedAt,
    startedBy,
    startedByName,
    merchant,
    canResume:
      // A queue has nothing of what a process trained by itself.
      !(folder === null && training.holderId !== null) &&
      (status === 'stopped' || (status === 'failed' && done + failed < cells)),
    message: lost ? wordsOfLost(folder, training) : training.message,
  };
}

/** What the log of a process has that ended without telling the store. */
function wordsOfLost(folder: string | null, { trainingId, lang }: KeptTraining): string {
  const words = folder === null ? null : lastWords(folder, trainingId);
  const lost =
    words === null || folder === null
      ? new DemandaError('TRAINING_LOST', {})
      : new DemandaError('TRAINING_DIED', { words, log: logFile(folder, trainingId) });
  return lost.messageIn(lang);
}

/** Whether its process is at work, or may still come up. */
export function isRunning({ status, holderId, holderLives, beatAt }: KeptTraining): boolean {
  const silentMs = Date.now() - Date.parse(beatAt);
  if (status === 'starting' || (status === 'stopping' && holderId === null)) return silentMs < STARTING_MS;
  if ((status !== 'running' && status !== 'stopping') || holderId === null || silentMs >= SILENT_MS) return false;
  return holderLives;
}

export function progressOf({ merchant, product, seq, progress }: KeptCellProgress): CellProgress {
  // Earlier versions knew nothing of the version before.
  return { seq, merchant, product, ...{ modelError: null, errorBefore: null, runBefore: null }, ...progress };
}

/** What ended a training, as it is shown with it. */
export function wordsOf(error: unknown, lang: Lang): string {
  return systemFailure(error)?.messageIn(lang) ?? (error instanceof Error ? error.message : String(error));
}

/** What is done to a training, for the log of its merchant. */
export function trainingDeed(
  deed: DeedMaker,
  action: 'training.start' | 'training.stop' | 'training.resume' | 'training.retry' | 'training.end',
  { trainingId, merchant, chosen }: Pick<KeptTraining, 'trainingId' | 'merchant' | 'chosen'>,
  detail: Readonly<Record<string, unknown>> = {},
): Deed {
  return deed(action, merchant ?? onlyMerchant(chosen ?? []), { trainingId, ...detail });
}
