/** A server's clock: looks at all cells that have come due, and alerts that may go now. */

import { visibleLines } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { messageOf } from '../workspace.ts';
import type { DeskPool } from './desk-pool.ts';

const EVERY_MS = 60_000;

/** @returns ends it */
export function keepWatch(desk: DeskPool, lang: Lang): { readonly stop: () => void } {
  let [looking, stopped] = [false, false];
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      await desk.run({ lang, actor: null, merchant: null }, 'keepWatch');
    } catch (error) {
      // A busy store is asked again a minute later.
      if (!stopped && !(error instanceof DemandaError && error.code === 'STORE_BUSY'))
        process.stderr.write(visibleLines(`${messageOf(error, lang).message}\n`));
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), EVERY_MS).unref();
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}
