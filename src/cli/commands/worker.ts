/** `demanda worker`: works on the trainings of a database's queue, beside any number of others. */

import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { onOff } from '../../contract/options/option.ts';
import { WORKERS } from '../../contract/options/train.ts';
import type { Translate } from '../../i18n/messages.ts';
import { isPassing, type WorkerNews } from '../../workspace.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, tell } from '../output.ts';
import { interruption } from '../progress.ts';

/** How often a database that is not there yet is asked for. */
const AGAIN_MS = 2_000;

const WORKER = {
  threads: { ...WORKERS, flag: '--threads', help: 'optThreads' },
  once: onOff({ flag: '--once', help: 'optOnce' }),
} as const;

export function addWorker({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(command('worker', 'trabajador', 'cmdWorker'), WORKER, t).action(async (o: Options) => {
    const { threads = availableParallelism(), once = false } = readOptions(WORKER, o);
    const stop = interruption();
    const onNews = o.quiet ? () => {} : newsTold(t);
    let away = false;
    try {
      // A machine that starts together with its database comes up before it.
      while (!stop.signal.aborted) {
        try {
          await withWorkspace(o, async (workspace) => {
            if (away) onNews({ kind: 'back' });
            away = false;
            if (!o.quiet) say(`${t('workerReady', { threads })}\n`);
            await workspace.work({ threads, once, signal: stop.signal, onNews });
          });
          return;
        } catch (error) {
          if (!isPassing(error)) throw error;
          if (!away) onNews({ kind: 'lost', message: error.messageIn(lang) });
          away = true;
          await pause(AGAIN_MS, undefined, { signal: stop.signal }).catch(() => {});
        }
      }
    } finally {
      stop.done();
    }
  });
}

/** A line for each thing that whoever looks at the log of a worker wants to know. */
function newsTold(t: Translate): (news: WorkerNews) => void {
  return (news) => {
    const at = new Date().toISOString();
    switch (news.kind) {
      case 'begun': {
        const { trainingId, number, cells } = news;
        tell(
          `${at} ${number === 0 ? t('workerLearns', { trainingId }) : t('workerTrains', { trainingId, number, cells })}\n`,
        );
        return;
      }
      case 'back':
        tell(`${at} ${t('workerBack')}\n`);
        return;
      case 'lost':
        tell(`${at} ${news.message} ${t('workerWaits')}\n`);
        return;
      case 'failed':
        tell(`${at} ${news.message}\n`);
    }
  };
}
