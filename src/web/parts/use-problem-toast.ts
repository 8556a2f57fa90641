/** Telling, beside the page, that the server refused. */

import { ApiProblem } from '../api-client.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { problemText } from './states.tsx';

/** @returns to be called with what was caught; what is not the server's refusal is thrown again */
export function useProblemToast(): (error: unknown) => void {
  const { t } = useSession();
  return (error) => {
    if (!(error instanceof ApiProblem)) throw error;
    showToast(problemText(error, t('unreachable')));
  };
}
