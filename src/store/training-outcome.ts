/** What a training brought, counted by a database of the states of its cells. */

import type { TrainingOutcome } from '../contract/api.ts';
import { SAME_ERROR_SHARE } from '../contract/same-error.ts';

export type OutcomeRow = { readonly [name in keyof TrainingOutcome]: number | null };

/** Of a table `cell` with columns state, error, before and share. */
export const OUTCOME_OF_CELLS = `, compared AS (
    SELECT error, before FROM cell WHERE state = 'done' AND error IS NOT NULL AND before IS NOT NULL)
  SELECT (SELECT count(*) FROM cell) AS begun,
    (SELECT sum(share) FROM cell WHERE state = 'running' OR state = 'stopped') AS unfinished,
    count(*) AS compared,
    sum(CASE WHEN error < before * ${1 - SAME_ERROR_SHARE} THEN 1 ELSE 0 END) AS better,
    sum(CASE WHEN error > before * ${1 + SAME_ERROR_SHARE} THEN 1 ELSE 0 END) AS worse,
    avg(error) AS error, avg(before) AS "errorBefore" FROM compared`;

/** Databases answer whole numbers as they like, and sums of nothing with null. */
export function outcomeOf(row: OutcomeRow): TrainingOutcome {
  const count = (value: number | null): number => Number(value ?? 0);
  const share = (value: number | null): number | null => (value === null ? null : Number(value));
  const [compared, better, worse] = [count(row.compared), count(row.better), count(row.worse)];
  return {
    begun: count(row.begun),
    unfinished: count(row.unfinished),
    compared,
    better,
    same: compared - better - worse,
    worse,
    error: share(row.error),
    errorBefore: share(row.errorBefore),
  };
}
