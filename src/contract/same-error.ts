/** When the errors of two versions of a model are told to be the same. */

/** Share of an error by which another differs from it at least before it is called better or worse. */
export const SAME_ERROR_SHARE = 0.01;

/** How an error stands to the one before, both above 0. */
export function comparedErrors(error: number, before: number): 'better' | 'same' | 'worse' {
  if (error < before * (1 - SAME_ERROR_SHARE)) return 'better';
  return error > before * (1 + SAME_ERROR_SHARE) ? 'worse' : 'same';
}
