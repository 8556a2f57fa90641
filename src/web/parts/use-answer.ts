/** The answer to a question that is posted: asked again, after a pause, when the question changes. */

import { useEffect, useState } from 'preact/hooks';
import { ApiProblem, sendJson } from '../api-client.ts';

/** Typing pauses so long before the server is asked. */
const PAUSE_MS = 250;

export interface Answer<T> {
  /** The last answer stays until the next is here. */
  readonly document: T | null;
  readonly problem: ApiProblem | null;
  readonly busy: boolean;
  readonly reload: () => void;
}

/** @param asked null: nothing yet */
export function useAnswer<T>(address: string, asked: object | null): Answer<T> {
  const [state, setState] = useState<{ key: string; document: T | null; problem: ApiProblem | null }>({
    ...{ key: '', document: null, problem: null },
  });
  const [again, setAgain] = useState(0);
  const key = asked === null ? '' : JSON.stringify([again, address, asked]);
  useEffect(() => {
    if (asked === null) return;
    let gone = false;
    const answer = (document: T | null, problem: ApiProblem | null): void => {
      if (!gone) setState((before) => ({ key, problem, document: document ?? before.document }));
    };
    const load = (): Promise<void> =>
      sendJson<T>('POST', address, asked).then(
        (document) => answer(document, null),
        (error) => {
          if (!(error instanceof ApiProblem)) throw error;
          answer(null, error);
        },
      );
    const timer = setTimeout(load, state.key === '' ? 0 : PAUSE_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [key]);
  const { document, problem } = state;
  return {
    document,
    problem: state.key === key ? problem : null,
    busy: state.key !== key,
    reload: () => setAgain(again + 1),
  };
}
