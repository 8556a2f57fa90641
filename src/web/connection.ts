/**
 * Whether the server answers: when it does not, it is asked until it does, and whoever shows its data then asks again.
 */

import { useEffect, useState } from 'preact/hooks';

const RETRY_MS = 1_000;

let lost = false;
const watchers = new Set<(lost: boolean) => void>();

/** Told by every request that the network refused. */
export function reportLost(): void {
  if (lost) return;
  lost = true;
  tell();
  const ask = async (): Promise<void> => {
    try {
      const answer = await fetch('/api/health', { cache: 'no-store' });
      if (answer.ok) {
        lost = false;
        tell();
        return;
      }
    } catch {
      // Still away: the next attempt says more.
    }
    setTimeout(ask, RETRY_MS);
  };
  setTimeout(ask, RETRY_MS);
}

function tell(): void {
  for (const watcher of watchers) watcher(lost);
}

/** @returns true while the server does not answer */
export function useConnectionLost(): boolean {
  const [state, setState] = useState(lost);
  useEffect(() => {
    setState(lost);
    watchers.add(setState);
    return () => {
      watchers.delete(setState);
    };
  }, []);
  return state;
}

/** Calls back each time the server has come back. */
export function onReconnect(callback: () => void): () => void {
  const watcher = (state: boolean): void => {
    if (!state) callback();
  };
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
}

/**
 * Asks again when the server is back, and every so often while the page is looked at. @param everyMs undefined: only when
 * it is back @returns what ends it
 */
export function askedAgain(ask: () => void, everyMs: number | undefined): () => void {
  const stop = onReconnect(ask);
  const timer =
    everyMs === undefined ? undefined : setInterval(() => document.visibilityState === 'visible' && ask(), everyMs);
  return () => {
    stop();
    clearInterval(timer);
  };
}
