/** What a command that takes long shows while it works, and how it is stopped. */

import { duration } from '../charts/iteration-progress.ts';
import { number } from '../charts/number-text.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { FleetProgress } from '../fleet/fleet-run.ts';
import type { MessageKey, Translate } from '../i18n/messages.ts';
import type { Shared } from './context.ts';

export function showsProgress(o: Shared): boolean {
  return !o.quiet && !o.json && process.stderr.isTTY === true;
}

export function status(text: string): void {
  process.stderr.write(`\r\u001b[2K${visibleText(text)}`);
}

export function clearStatus(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
}

/** One line: stage, bar, count, rate and time left. */
export function progress(lang: Lang, t: Translate): (p: FleetProgress) => void {
  const words: Readonly<Record<FleetProgress['stage'], MessageKey>> = {
    market: 'stageMarket',
    search: 'stageSearch',
    trees: 'stageTrees',
    train: 'stageTrain',
    backtest: 'stageBacktest',
  };
  let stage = '';
  let started = 0;
  return ({ stage: now, done, total }) => {
    if (now !== stage) {
      stage = now;
      started = performance.now();
    }
    const seconds = (performance.now() - started) / 1000;
    const share = Math.min(1, done / Math.max(1, total));
    const filled = Math.round(share * 24);
    const bar = `${t(words[now])} ${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${Math.min(done, total)}/${total}`;
    // Before the first is done nothing tells how long they take.
    const pace =
      share > 0
        ? ` · ${number(lang, done / Math.max(seconds, 0.001), 1)}/s · ${t('timeLeft', { time: duration((seconds / share) * (1 - share)) })}`
        : '';
    status(`${bar}${pace}`);
  };
}

/**
 * Ctrl-C stops reading new cells; a second one ends the process as usual. @returns `done` stops listening: the menu
 * goes on after a command
 */
export function interruption(): { readonly signal: AbortSignal; readonly done: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  // SIGHUP: the terminal was closed.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  return {
    signal: controller.signal,
    done: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
