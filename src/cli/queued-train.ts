/** `demanda train` in a database: on its queue, with its workers. */

import { iterationProgress } from '../charts/iteration-progress.ts';
import { number } from '../charts/number-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { Translate } from '../i18n/messages.ts';
import type { TrainOptions, Workspace } from '../workspace.ts';
import { optionsIn } from './arguments.ts';
import type { Options } from './context.ts';
import { say, sayJson, tell } from './output.ts';
import { clearStatus, interruption, progress, showsProgress } from './progress.ts';
import { wrapped } from './table.ts';

/** Trains where there is a queue, and says what came of it. @returns false where there is none for these cells */
export async function trainOnQueue(
  workspace: Workspace,
  options: TrainOptions,
  o: Options,
  lang: Lang,
  t: Translate,
): Promise<boolean> {
  const stop = interruption();
  const live = showsProgress(o) ? iterationProgress(process.stderr, lang, t, o.verbose === true) : null;
  const started = performance.now();
  const ended = await workspace
    .trainOnQueue(
      {
        ...options,
        signal: stop.signal,
        ...(showsProgress(o) && { onProgress: progress(lang, t) }),
        ...(live && { onIteration: live.report }),
      },
      (news) => {
        if (news.kind === 'lost') tell(`${news.message} ${t('workerWaits')}\n`);
        if (news.kind === 'failed') tell(`${news.message}\n`);
        if (news.kind === 'back') tell(`${t('workerBack')}\n`);
      },
    )
    .finally(() => {
      stop.done();
      clearStatus();
      live?.end();
    });
  if (ended === null) return false;
  const { training, refused, ...header } = ended;
  const { done, failed } = training;
  if (o.json) sayJson({ ...header, training, refused });
  else {
    for (const { message } of refused) if (message !== null) tell(`${optionsIn(message, lang)}\n`);
    if (refused.length === 0 && training.message !== null) tell(`${wrapped(training.message)}\n`);
    const seconds = number(lang, (performance.now() - started) / 1_000, 1);
    say(`${t('trained', { done, failed, seconds })}\n`);
    const next = training.status === 'stopped' ? 'trainQueueStopped' : 'nextRecommend';
    if (!o.quiet && (done > 0 || training.status === 'stopped')) tell(`${wrapped(t(next))}\n`);
  }
  if (stop.signal.aborted) process.exitCode = 130;
  else if (training.status === 'failed') process.exitCode = 1;
  else if (failed > 0 || training.status === 'stopped') process.exitCode = 3;
  return true;
}
