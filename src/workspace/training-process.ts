/**
 * The process of one training: opens the workspace, trains, writes how far it is, and ends. Whoever started it may be
 * gone: what goes wrong is kept.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { type Lang, TRAINING_UNDER_WAY } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { trainingActor } from '../rules/trainings.ts';
import { openStore } from '../store/open.ts';
import { messageOf } from './failure-message.ts';
import { logFailure, removeEmptyLog } from './training-log.ts';
import { Workspace } from './workspace.ts';

/** A store that is busy or a disk that is full may be free again within this time; the log has the reason meanwhile. */
const TRIES = 30;
const BETWEEN_TRIES_MS = 2_000;

const [, , folder, trainingId] = process.argv as [string, string, string, string];
let lang: Lang = 'es';
// A terminal that closes is no reason to stop.
process.on('SIGHUP', () => {});
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.once(event, (error: unknown) => void endBadly(error).finally(() => process.exit(1)));
}
try {
  const store = await openStore(folder);
  const training = await store.trainings.read(trainingId);
  await store.close();
  lang = training?.lang ?? lang;
  const workspace = await Workspace.open(folder, { lang, actor: trainingActor(trainingId, training) });
  try {
    await workspace.trainings.perform(trainingId);
  } finally {
    await workspace.close();
  }
  removeEmptyLog(folder, trainingId);
} catch (error) {
  await endBadly(error);
  process.exitCode = 1;
}

/** To the log at once, and to the training as soon as the store takes it. */
async function endBadly(error: unknown): Promise<void> {
  logFailure(error);
  const { message } = messageOf(error, lang);
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const store = await openStore(folder);
      try {
        const endedAt = new Date().toISOString();
        const training = await store.trainings.read(trainingId);
        const detail = { trainingId, status: 'failed', done: training?.done ?? 0, failed: training?.failed ?? 0 };
        const deed = {
          at: endedAt,
          actor: trainingActor(trainingId, training),
          action: 'training.end',
          merchant: training?.merchant ?? null,
          detail,
        } as const;
        await store.trainings.update(
          trainingId,
          { status: 'failed', endedAt, beatAt: endedAt, message },
          TRAINING_UNDER_WAY,
          deed,
        );
      } finally {
        await store.close();
      }
      return;
    } catch (failure) {
      if (!(failure instanceof DemandaError)) return logFailure(failure);
      await pause(BETWEEN_TRIES_MS);
    }
  }
}
