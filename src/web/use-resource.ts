/**
 * Data of the server in a component: what was seen before at once, the newest as soon as it arrives, again when the
 * server comes back.
 */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem, getJson } from './api-client.ts';
import { askedAgain } from './connection.ts';

export interface Resource<T> {
  readonly data: T | null;
  readonly problem: ApiProblem | null;
  /** The first answer is still on its way. */
  readonly loading: boolean;
  /** Asks again; what is shown stays until the answer arrives. */
  readonly reload: () => void;
}

/** The last answers by address; the oldest go first. */
const seen = new Map<string, unknown>();
const MOST_SEEN = 60;

function remember(path: string, data: unknown): void {
  seen.delete(path);
  seen.set(path, data);
  if (seen.size > MOST_SEEN) seen.delete(seen.keys().next().value as string);
}

/** Forgets every answer: after a change that touches many of them. */
export function forgetSeen(): void {
  seen.clear();
}

/** @param path null asks for nothing @param refreshMs asks again after so long, while the page is looked at */
export function useResource<T>(path: string | null, refreshMs?: number): Resource<T> {
  const [, redraw] = useState(0);
  const state = useRef<{ path: string | null; data: T | null; problem: ApiProblem | null; loading: boolean }>({
    path: null,
    data: null,
    problem: null,
    loading: false,
  });
  if (state.current.path !== path) {
    const known = path === null ? undefined : (seen.get(path) as T | undefined);
    state.current = { path, data: known ?? null, problem: null, loading: path !== null && known === undefined };
  }
  const load = useCallback(async () => {
    if (path === null) return;
    let next: Partial<typeof state.current>;
    try {
      const data = await getJson<T>(path);
      remember(path, data);
      next = { data, problem: null };
    } catch (error) {
      // A connection that is lost has its own banner, and what is shown stays.
      if (!(error instanceof ApiProblem)) throw error;
      next = error.status === 0 && state.current.data !== null ? {} : { problem: error };
    }
    if (state.current.path !== path) return;
    state.current = { ...state.current, ...next, loading: false };
    redraw((n) => n + 1);
  }, [path]);
  useEffect(() => {
    load();
    return askedAgain(load, refreshMs);
  }, [load, refreshMs]);
  const { data, problem, loading } = state.current;
  return { data, problem, loading, reload: load };
}
