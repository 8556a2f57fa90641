/** The days of a price test in words. */

import type { ExperimentItem } from '../../contract/experiments.ts';
import { useSession } from '../session.tsx';

type Days = Pick<ExperimentItem, 'from' | 'to' | 'endedOn'>;

/** @returns a function: lists ask for many */
export function useTestSpan(): (days: Days) => string {
  const { t, f } = useSession();
  return ({ from, to, endedOn }) =>
    endedOn !== null && endedOn < from
      ? t('testNotBegun')
      : t('testSpan', { from: f.date(from), to: f.date(endedOn ?? to) });
}
