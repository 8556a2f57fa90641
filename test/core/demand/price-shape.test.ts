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

const SHAPES = PRIOR_SHARES.map((_, s) => s);

/** Cells that are certain of a shape: its place in the order of λ. */
const certain = (shape: number, count: number): ShapeEvidence[] =>
  Array.from({ length: count }, () => SHAPES.map((s) => (s === shape ? 0 : -500)));

function expectShares(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expected.forEach((share, s) => expect(Math.abs(found[s] - share)).toBeLessThan(tolerance));
}

describe('shares of the shapes among the cells of a market', () => {
  // The grid of tenths is coarser than the Dirichlet distribution that it stands for: by a hundredth as a rule, by
  // four after two certain cells.
  const GRID = 0.045;
  it('are the prior ones before any cell is seen, and after cells that know nothing', () => {
    expect(PRIOR_SHARES.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expectShares(new MarketShapes([]).shares([]), PRIOR_SHARES, GRID);
    expectShares(new MarketShapes(new Array(50).fill(SHAPES.map(() => 0))).shares([]), PRIOR_SHARES, GRID);
  });
  for (const cells of [1, 3, 10]) {
    it(`have their closed form after ${cells} cells that are certain of λ = ½`, () => {
      // Half of the prior on the corners, its share of that on this one; half a Dirichlet in proportion to the prior,
      // the smallest parameter 1, whose E[s^n] is Π (a + i)/(A + i), and whose posterior has a + n in its place.
      const parameters = PRIOR_SHARES.map((share) => share / Math.min(...PRIOR_SHARES));
      const [a, all] = [parameters[1], parameters.reduce((sum, p) => sum + p, 0)];
      let inner = 1;
      for (let i = 0; i < cells; i++) inner *= (a + i) / (all + i);
      const corner = PRIOR_SHARES[1] / (PRIOR_SHARES[1] + inner);
      const expected = parameters.map((parameter, s) =>
        s === 1 ? ((1 - corner) * (a + cells)) / (all + cells) + corner : ((1 - corner) * parameter) / (all + cells),
      );
      expectShares(new MarketShapes(certain(1, cells)).shares([]), expected, GRID);
    });
  }
  it('are a mixture once two cells are certain of different shapes: no corner is left', () => {
    const found = new MarketShapes([...certain(0, 1), ...certain(2, 1)]).shares([]);
    const parameters = PRIOR_SHARES.map((share, s) => share / Math.min(...PRIOR_SHARES) + (s === 0 || s === 2 ? 1 : 0));
    const all = parameters.reduce((sum, p) => sum + p, 0);
    expectShares(
      found,
      parameters.map((p) => p / all),
      GRID,
    );
  });
  it('come near the truth of a simulated mixture of cells that hardly know their own', () => {
    const random = new RandomStream(41, 1);
    const truth = [0.2, 0.1, 0.7, 0, 0];
    const cells = Array.from({ length: 600 }, () => {
      const u = random.uniform();
      const shape = u < 0.2 ? 0 : u < 0.3 ? 1 : 2;
      // A cell's log likelihood of each shape: that of one draw of three, each normal around its own mean, two
      // deviations apart.
      const x = 2 * shape + random.normal();
      return SHAPES.map((s) => -0.5 * (x - 2 * s) ** 2);
    });
    // Standard error of a share of 600 cells with such evidence is about 0.025: three of those, and the grid.
    expectShares(new MarketShapes(cells).shares([]), truth, 0.1);
  });
  it('of a group are expected to be half what is believed of any, half what the other cells have', () => {
    const group = certain(0, 4);
    const others = certain(3, 40);
    const all = new MarketShapes([...group, ...others]);
    const alone = new MarketShapes(others).shares([]);
    expectShares(
      all.priorOf(group),
      PRIOR_SHARES.map((share, s) => (share + alone[s]) / 2),
      1e-6,
    );
    // Cells of one group that know nothing take it.
    const unsure = new MarketShapes([SHAPES.map(() => 0)], all.priorOf(group)).shares([]);
    expectShares(unsure, all.priorOf(group), GRID);
  });
  it('show a cell the market without itself', () => {
    const evidence = fc.tuple(...SHAPES.map(() => fc.double({ min: -20, max: 20, noNaN: true })));
    fc.assert(
      fc.property(fc.array(evidence, { minLength: 1, maxLength: 12 }), (cells) => {
        const without = new MarketShapes(cells.slice(1)).shares([]);
        expectShares(new MarketShapes(cells).shares([cells[0] as ShapeEvidence]), without, 1e-6);
      }),
      { numRuns: 50 },
    );
  });
  it('do not depend on the order of the cells, nor on the zero of their evidence', () => {
    const cells = [
      [0, 1, 2, 0, -2],
      [0, -3, 0.5, 1, 1],
      [1, 1, -1, -4, 0],
    ];
    const shares = new MarketShapes(cells).shares([]);
    expectShares(new MarketShapes(cells.toReversed()).shares([]), shares, 1e-9);
    expectShares(new MarketShapes(cells.map((c) => c.map((e) => e + 7))).shares([]), shares, 1e-9);
  });
});

describe('weights of a cell’s shapes', () => {
  const THREE = [0.5, 0.25, 0.25];
  it('are shares times the exponential of the evidence, adding to 1', () => {
    expectShares(shapeWeights([0, 0, 0], THREE), THREE, 1e-12);
    expectShares(shapeWeights([0, Math.LN2, Math.log(4)], THREE), [0.5 / 2, 0.5 / 2, 1 / 2], 1e-12);
  });
  it('stand evidence of any size', () => {
    expect(shapeWeights([-2000, 0, -1500], THREE)).toEqual([0, 1, 0]);
    expectShares(shapeWeights([2000, 2000, -2000], THREE), [2 / 3, 1 / 3, 0], 1e-12);
  });
});

it('evidence is against the first shape', () => {
  expect(shapeEvidence([-120, -118, -126].map((logEvidence) => ({ logEvidence })))).toEqual([0, 2, -6]);
});
