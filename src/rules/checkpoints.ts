/** Which checkpoint a training goes on from. */

import type { RunStatus } from '../core/vocabulary.ts';

/**
 * Whether the newest run of a cell by iterations may be gone on with. One that ended with a model, or was begun anew,
 * gives the interrupted ones before it up.
 */
export function goesOn(status: RunStatus): boolean {
  return status !== 'done';
}

/**
 * Whether a readable checkpoint stands in for a damaged newer one. The summary, written with every checkpoint, knows of
 * one whose record itself is gone; a run that failed wrote where it failed, without a checkpoint.
 *
 * @param found.age 0 for the newest of the records that are there
 */
export function standsIn(
  found: { readonly age: number; readonly iteration: number },
  run: { readonly status: RunStatus; readonly iterations: number },
): boolean {
  return found.age > 0 || (run.status !== 'failed' && found.iteration < run.iterations);
}
