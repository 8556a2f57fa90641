import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MarketShapes,
  PRIOR_SHARES,
  type ShapeEvidence,
  shapeEvidence,
  shapeWeights,
} from '../../../src/core/demand/price-shape.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

/** Cells that are certain of a shape: 0, 1 or 2 in the order of λ = 0, ½, 1. */
const certain = (shape: number, count: number): ShapeEvidence[] =>
  Array.from({ length: count }, () => [0, 1, 2].map((s) => (s === shape ? 0 : -500)));

function expectShares(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expected.forEach((share, s) => expect(Math.abs(found[s] - share)).toBeLessThan(tolerance));
}

describe('shares of the shapes among the cells of a market', () => {
  // The grid of twentieths is coarser than the Dirichlet distribution that it stands for: by a hundredth as a rule, by
  // two after two certain cells.
  const GRID = 0.025;
  it('are the prior ones before any cell is seen, and after cells that know nothing', () => {
    expect(PRIOR_SHARES).toEqual([0.5, 0.25, 0.25]);
    expectShares(new MarketShapes([]).shares(null), PRIOR_SHARES, GRID);
    expectShares(new MarketShapes(new Array(50).fill([0, 0, 0])).shares(null), PRIOR_SHARES, GRID);
  });
  for (const cells of [1, 3, 10]) {
    it(`have their closed form after ${cells} cells that are certain of λ = ½`, () => {
      // Half of the prior on the corners, a quarter of that on this one; half a Dirichlet of 2, 1, 1, whose E[s^n] is
      // 6/((n + 1)(n + 2)(n + 3)) and whose posterior is a Dirichlet of 2, 1 + n, 1.
      const inner = 6 / ((cells + 1) * (cells + 2) * (cells + 3));
      const corner = 0.25 / (0.25 + inner);
      const within = [2, 1 + cells, 1].map((parameter) => parameter / (4 + cells));
      const expected = within.map((share, s) => (1 - corner) * share + (s === 1 ? corner : 0));
      expectShares(new MarketShapes(certain(1, cells)).shares(null), expected, GRID);
    });
  }
  it('are a mixture once two cells are certain of different shapes: no corner is left', () => {
    const found = new MarketShapes([...certain(0, 1), ...certain(2, 1)]).shares(null);
    // A Dirichlet of 3, 1, 2.
    expectShares(found, [3 / 6, 1 / 6, 2 / 6], GRID);
  });
  it('come near the truth of a simulated mixture of cells that hardly know their own', () => {
    const random = new RandomStream(41, 1);
    const truth = [0.2, 0.1, 0.7];
    const cells = Array.from({ length: 600 }, () => {
      const u = random.uniform();
      const shape = u < 0.2 ? 0 : u < 0.3 ? 1 : 2;
      // A cell's log likelihood of each shape: that of one draw of three, each normal around its own mean, two
      // deviations apart.
      const x = 2 * shape + random.normal();
      return [0, 1, 2].map((s) => -0.5 * (x - 2 * s) ** 2);
    });
    // Standard error of a share of 600 cells with such evidence is about 0.025: three of those, and the grid.
    expectShares(new MarketShapes(cells).shares(null), truth, 0.085);
  });
  it('show a cell the market without itself', () => {
    const evidence = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -20, max: 20, noNaN: true })));
    fc.assert(
      fc.property(fc.array(evidence, { minLength: 1, maxLength: 12 }), (cells) => {
        const without = new MarketShapes(cells.slice(1)).shares(null);
        expectShares(new MarketShapes(cells).shares(cells[0] as ShapeEvidence), without, 1e-6);
      }),
      { numRuns: 50 },
    );
  });
  it('do not depend on the order of the cells, nor on the zero of their evidence', () => {
    const cells = [
      [0, 1, 2],
      [0, -3, 0.5],
      [1, 1, -1],
    ];
    const shares = new MarketShapes(cells).shares(null);
    expectShares(new MarketShapes(cells.toReversed()).shares(null), shares, 1e-9);
    expectShares(new MarketShapes(cells.map((c) => c.map((e) => e + 7))).shares(null), shares, 1e-9);
  });
});

describe('weights of a cell’s shapes', () => {
  it('are shares times the exponential of the evidence, adding to 1', () => {
    expectShares(shapeWeights([0, 0, 0], PRIOR_SHARES), PRIOR_SHARES, 1e-12);
    expectShares(shapeWeights([0, Math.LN2, Math.log(4)], PRIOR_SHARES), [0.5 / 2, 0.5 / 2, 1 / 2], 1e-12);
  });
  it('stand evidence of any size', () => {
    expect(shapeWeights([-2000, 0, -1500], PRIOR_SHARES)).toEqual([0, 1, 0]);
    expectShares(shapeWeights([2000, 2000, -2000], PRIOR_SHARES), [2 / 3, 1 / 3, 0], 1e-12);
  });
});

describe('evidence from fits', () => {
  it('is the difference of their quasi-likelihoods over the dispersion of the first', () => {
    const fits = [-120, -118, -126].map((fitScore, s) => ({ fitScore, dispersion: s === 0 ? 0.5 : 9 }));
    expect(shapeEvidence(fits)).toEqual([0, 4, -12]);
  });
});
