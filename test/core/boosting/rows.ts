/** Small settings and rows for tests of trees. */

import type { TreeRows, TreeSettings } from '../../../src/core/boosting/fit-trees.ts';

/** A tree without shrinkage or penalty, of as many leaves as rows allow. */
export const PLAIN: TreeSettings = {
  loss: { kind: 'squared' },
  trees: 1,
  learningRate: 1,
  leaves: 31,
  leastRows: 1,
  leastHessian: 1e-9,
  ridge: 0,
  columnShare: 1,
  rowShare: 1,
  bins: 255,
  monotone: [0],
  seed: 1,
};

/** Rows of weight 1 and offset 0 unless told. @param columns one list a feature */
export function rowsOf(
  columns: readonly (readonly number[])[],
  response: readonly number[],
  { weight = response.map(() => 1), offset = response.map(() => 0) }: { weight?: number[]; offset?: number[] } = {},
): TreeRows {
  return {
    features: Float64Array.from(columns.flat()),
    response: Float64Array.from(response),
    weight: Float64Array.from(weight),
    offset: Float64Array.from(offset),
  };
}
