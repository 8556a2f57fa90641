import { describe, expect, it } from 'vitest';
import { checkEnsemble, predictTrees, type TreeEnsemble } from '../../../src/core/boosting/tree-ensemble.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

const { NaN: MISSING } = Number;

/** Feature 0 up to 1.5: −1; above: feature 1 up to 0: 10, above or missing: 20. Then feature 1 up to 3: 0.5, above: 0. */
const ENSEMBLE: TreeEnsemble = {
  columns: 2,
  base: 100,
  roots: [0, 2],
  feature: [0, 1, 1],
  threshold: [1.5, 0, 3],
  missingLeft: [1, 0, 0],
  left: [-1, -2, -4],
  right: [1, -3, -5],
  value: [-1, 10, 20, 0.5, 0],
};

/** Row by row, node by node. */
function walked(ensemble: TreeEnsemble, row: readonly number[]): number {
  let score = ensemble.base;
  for (const root of ensemble.roots) {
    let node = root;
    while (node >= 0) {
      const value = row[ensemble.feature[node]];
      const left = Number.isNaN(value) ? ensemble.missingLeft[node] === 1 : value <= ensemble.threshold[node];
      node = left ? ensemble.left[node] : ensemble.right[node];
    }
    score += ensemble.value[-1 - node];
  }
  return score;
}

describe('predictions', () => {
  it('are the base and the values of the leaves that a row falls into', () => {
    const features = Float64Array.of(1.5, 2, 2, MISSING, 2, 0, 0, 4, 1, MISSING);
    expect([...predictTrees(ENSEMBLE, features)]).toEqual([99.5, 110.5, 120, 99.5, 120]);
  });

  it('of more rows than a block are those of each row alone', () => {
    const random = new RandomStream(2);
    const rows = 10_000;
    const features = Float64Array.from({ length: 2 * rows }, () =>
      random.uniform() < 0.1 ? MISSING : 1.5 + 2 * random.normal(),
    );
    const expected = Array.from({ length: rows }, (_, i) => walked(ENSEMBLE, [features[i], features[rows + i]]));
    expect([...predictTrees(ENSEMBLE, features)]).toEqual(expected);
  });

  it('of no rows are none', () => {
    expect([...predictTrees(ENSEMBLE, new Float64Array(0))]).toEqual([]);
  });

  it('refuse features that are no whole rows', () => {
    expect(() => predictTrees(ENSEMBLE, new Float64Array(3))).toThrow(
      'features must have a multiple of 2 entries, got 3',
    );
    expect(() => predictTrees(ENSEMBLE, [1, 2] as unknown as Float64Array)).toThrow('features must be a Float64Array');
  });
});

describe('an ensemble from outside', () => {
  it('passes as text and back', () => {
    const read = JSON.parse(JSON.stringify(ENSEMBLE)) as TreeEnsemble;
    expect(() => checkEnsemble('trees', read)).not.toThrow();
    expect(read).toEqual(ENSEMBLE);
  });

  it.each<[string, Partial<TreeEnsemble>]>([
    ['trees.left[1] must be a node after 1 or a leaf, got 0', { left: [-1, 0, -4] }],
    ['trees.right[0] must be between -5 and 2, got -6', { right: [-6, -3, -5] }],
    ['trees.roots[1] must be between 0 and 2, got 3', { roots: [0, 3] }],
    ['trees.feature[0] must be between 0 and 1, got 2', { feature: [2, 1, 1] }],
    ['trees.threshold must have 3 entries, as trees.feature has, got 2', { threshold: [1, 2] }],
    ['trees.missingLeft[2] must be between 0 and 1, got 2', { missingLeft: [1, 0, 2] }],
    ['trees.value[0] must be', { value: [MISSING, 10, 20, 0.5, 0] }],
    ['trees.columns must be', { columns: 0 }],
  ])('is refused: %s', (message, part) => {
    expect(() => checkEnsemble('trees', { ...ENSEMBLE, ...part })).toThrow(message);
  });
});
