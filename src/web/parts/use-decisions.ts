/** Deciding on recommendations: one call for many, told what has changed since, undone where it can be. */

import type { RecommendationItem, Transitioned } from '../../contract/api.ts';
import type { DecisionTarget } from '../../core/vocabulary.ts';
import { sendJson } from '../api-client.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen } from '../use-resource.ts';
import { useProblemToast } from './use-problem-toast.ts';

type Target = DecisionTarget;

interface Decision {
  readonly to: Target;
  readonly reason?: string;
  /** Overrides the recommended price; of one recommendation only. */
  readonly price?: number;
}

const DONE = {
  reviewed: 'doneReviewed',
  approved: 'doneApproved',
  rejected: 'doneRejected',
  proposed: 'doneProposed',
} as const;

export type Decide = (items: readonly RecommendationItem[], decision: Decision) => Promise<void>;

/** @param onChange called when the server has decided, or refused because somebody else did */
export function useDecisions(onChange: () => void): Decide {
  const { t } = useSession();
  const tellProblem = useProblemToast();
  async function decide(items: readonly RecommendationItem[], decision: Decision, isUndo = false): Promise<void> {
    try {
      const { items: after } = await sendJson<Transitioned>('POST', '/api/recommendations/transition', {
        ids: items.map((item) => item.id),
        expectedRevisions: Object.fromEntries(items.map((item) => [item.id, item.revision])),
        ...decision,
      });
      const text = isUndo ? t('undone') : t(DONE[decision.to], { count: items.length });
      const undo = { label: t('undo'), run: () => decide(after, { to: 'proposed' }, true) };
      showToast(text, isUndo || decision.to === 'proposed' ? undefined : undo);
    } catch (error) {
      tellProblem(error);
    }
    forgetSeen();
    onChange();
  }
  return decide;
}

/** Ids in one request, when what was decided on at once is taken back. */
const UNDONE_AT_ONCE = 10_000;

/** Decides on all that match filters, in one step on the server; what was decided can be taken back. */
export function useMatchingDecision(
  onChange: () => void,
): (matching: Readonly<Record<string, string | number | undefined>>, to: Target) => Promise<void> {
  const { t, f } = useSession();
  const tellProblem = useProblemToast();
  async function takeBack(revisions: Readonly<Record<string, number>>): Promise<void> {
    const ids = Object.keys(revisions);
    try {
      for (let at = 0; at < ids.length; at += UNDONE_AT_ONCE) {
        const some = ids.slice(at, at + UNDONE_AT_ONCE);
        const expectedRevisions = Object.fromEntries(some.map((id) => [id, revisions[id]]));
        await sendJson('POST', '/api/recommendations/transition', { ids: some, to: 'proposed', expectedRevisions });
      }
      showToast(t('undone'));
    } catch (error) {
      tellProblem(error);
    }
    forgetSeen();
    onChange();
  }
  return async ({ minGain, minProbability, ...rest }, to) => {
    const figures = { minGain, minProbability };
    const numbers = Object.entries(figures).flatMap(([key, value]) => (value ? [[key, Number(value)]] : []));
    const named = Object.entries(rest).filter(([, value]) => value !== undefined && value !== '');
    try {
      const matching = Object.fromEntries([...named, ...numbers]);
      const { revisions } = await sendJson<Transitioned>('POST', '/api/recommendations/transition', { matching, to });
      const text = t(DONE[to], { count: f.number(Object.keys(revisions).length) });
      showToast(text, to === 'proposed' ? undefined : { label: t('undo'), run: () => takeBack(revisions) });
    } catch (error) {
      tellProblem(error);
    }
    forgetSeen();
    onChange();
  };
}
