import { describe, expect, it } from 'vitest';
import { type CrossEvidence, crossEvidence } from '../../../src/core/demand/cross-evidence.ts';
import { invert } from '../../../src/core/math/linear-algebra.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import type { CrossCell } from '../../../src/core/portfolio/cross-cell.ts';
import { groupBelief } from '../../../src/core/portfolio/cross-effects.ts';
import { crossDraws, withinBudget } from '../../../src/core/portfolio/joint-demand.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { cellOf } from '../../support/cells.ts';

const DAYS = 400;

/** Two products whose prices move every week, and a third whose price never does. */
function shopOf(seed: number, cross: number): [CellSeries, CellSeries, CellSeries] {
  const random = new RandomStream(seed, 7);
  const prices = [0, 1].map(() => {
    let now = 0;
    return Array.from({ length: DAYS }, (_, t) => {
      if (t % 7 === 0) now = 0.12 * random.normal();
      return Number((3 * Math.exp(now)).toFixed(2));
    });
  }) as [number[], number[]];
  const sold = (own: number[], other: number[]): number[] =>
    own.map((p, t) => 40 * (p / 3) ** -2 * ((other[t] as number) / 3) ** cross * Math.exp(0.2 * random.normal()));
  const cell = (product: string, quantity: number[], price: number[]): CellSeries =>
    cellOf(quantity, price, { merchant: 'Ana', product });
  return [
    cell('Cod', sold(prices[0], prices[1]), prices[0]),
    cell('Hake', sold(prices[1], prices[0]), prices[1]),
    cell(
      'Salt',
      prices[0].map(() => 20 * Math.exp(0.2 * random.normal())),
      prices[0].map(() => 1),
    ),
  ];
}

const OPTIONS = { holidays: [], market: false };

/** Where the likelihood is highest, with its standard errors. */
function estimateOf({ precision, information }: CrossEvidence): { readonly value: number; readonly error: number }[] {
  const n = information.length;
  const inverse = invert(precision, n);
  return Array.from(information, (_, a) => ({
    value: information.reduce((sum, h, b) => sum + (inverse[a * n + b] as number) * h, 0),
    error: Math.sqrt(inverse[a * n + a] as number),
  }));
}

describe('what rows say of other prices', () => {
  it('is the truth, within its errors: substitutes, complements, and none', () => {
    const squares: number[] = [];
    for (const cross of [0.6, -0.4, 0])
      for (let seed = 1; seed <= 8; seed++) {
        const [cod, hake, salt] = shopOf(seed, cross);
        const evidence = crossEvidence(cod, [hake, salt], OPTIONS) as CrossEvidence;
        expect(evidence.told).toEqual([0]);
        const [own, other] = estimateOf(evidence) as [
          { value: number; error: number },
          { value: number; error: number },
        ];
        squares.push(((own.value + 2) / own.error) ** 2, ((other.value - cross) / other.error) ** 2);
        expect(other.error).toBeLessThan(0.25);
      }
    const mean = squares.reduce((a, b) => a + b, 0) / squares.length;
    // 48 squares of standard normals: 1 ± .2.
    expect(mean).toBeGreaterThan(0.5);
    expect(mean).toBeLessThan(1.6);
  });

  it('is nothing where no price moves: its own, or any other', () => {
    const [cod, , salt] = shopOf(1, 0.5);
    expect(crossEvidence(salt, [cod], OPTIONS)).toBeNull();
    expect(crossEvidence(cod, [salt], OPTIONS)).toBeNull();
    expect(crossEvidence(cod, [], OPTIONS)).toBeNull();
  });

  it('takes prices of days that another does not know from the last that it knows', () => {
    const [cod, hake] = shopOf(3, 0.6);
    const keep = [...hake.days.keys()].filter((i) => i % 7 === 0);
    const sparse = {
      days: Int32Array.from(keep, (i) => hake.days[i] as number),
      price: Float64Array.from(keep, (i) => hake.price[i] as number),
    };
    const [whole, weekly] = [[hake], [sparse]].map((others) => crossEvidence(cod, others, OPTIONS) as CrossEvidence);
    expect(weekly).toEqual(whole);
  });
});

/** Evidence of cross elasticities alone: rows tell nothing of them by way of the own one. */
function evidenceOf(estimates: readonly number[], errors: readonly number[]): CrossEvidence {
  const n = estimates.length + 1;
  const precision = new Float64Array(n * n);
  precision[0] = 25;
  errors.forEach((error, k) => {
    precision[(k + 1) * n + k + 1] = 1 / error ** 2;
  });
  return {
    told: estimates.map((_, k) => k),
    precision,
    information: Float64Array.of(-2.5 * 25, ...estimates.map((value, k) => value / (errors[k] as number) ** 2)),
  };
}

function cellWith(product: string, of: readonly string[], evidence: CrossEvidence): CrossCell {
  return {
    ...{ product, of, evidence },
    own: { value: -2.4, variance: 0.04 },
    shares: Float64Array.from(of, (_, k) => (k + 1) / ((of.length * (of.length + 1)) / 2)),
    others: of.length,
  };
}

function determinant(given: Float64Array, n: number): number {
  const a = given.slice();
  let product = 1;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++)
      if (Math.abs(a[r * n + c] as number) > Math.abs(a[pivot * n + c] as number)) pivot = r;
    if (pivot !== c) {
      product = -product;
      for (let j = 0; j < n; j++)
        [a[c * n + j], a[pivot * n + j]] = [a[pivot * n + j] as number, a[c * n + j] as number];
    }
    product *= a[c * n + c] as number;
    for (let r = c + 1; r < n; r++) {
      const factor = (a[r * n + c] as number) / (a[c * n + c] as number);
      for (let j = c; j < n; j++) a[r * n + j] = (a[r * n + j] as number) - factor * (a[c * n + j] as number);
    }
  }
  return product;
}

describe('what is believed of a group', () => {
  it('is the mean over all scales, as dense normal algebra has it', () => {
    // Estimates of the shops differ by more than their errors, so that these are not taken to be shared.
    const names = ['b', 'c'];
    const estimates = [
      [0.9, 0.1],
      [-0.2, 0.5],
      [0.6, 0.8],
    ];
    const errors = [0.2, 0.3];
    const products = ['a', 'a', 'd'];
    const cells = estimates.map((one, i) => cellWith(products[i] as string, names, evidenceOf(one, errors)));
    const { cells: beliefs, probability } = groupBelief(cells);
    const total = 6;
    const precision = Float64Array.from({ length: total * total }, (_, at) =>
      Math.floor(at / total) === at % total ? 1 / (errors[at % 2] as number) ** 2 : 0,
    );
    const information = estimates.flat().map((value, k) => value / (errors[k % 2] as number) ** 2);
    let [all, none] = [0, 0];
    const mean = new Float64Array(total);
    const weights: number[] = [];
    for (const spread of ['even', 'share'])
      for (const pair of [0, ...Array.from({ length: 14 }, (_, k) => 0.03 * 10 ** (k / 10))])
        for (const shop of [0, 0.06, 0.12, 0.25]) {
          const m = (k: number): number => (spread === 'even' ? 0.5 : [1 / 3, 2 / 3][k % 2]) as number;
          const prior = Float64Array.from({ length: total * total }, (_, at) => {
            const [a, b] = [Math.floor(at / total), at % total];
            const same = a % 2 === b % 2 && products[a >> 1] === products[b >> 1];
            return 0.25 * m(a) * m(b) + (same ? pair ** 2 : 0) + (a === b ? shop ** 2 : 0);
          });
          // I + S Σ.
          const joined = Float64Array.from({ length: total * total }, (_, at) => {
            const [a, b] = [Math.floor(at / total), at % total];
            return (a === b ? 1 : 0) + (precision[a * total + a] as number) * (prior[a * total + b] as number);
          });
          const inverse = invert(joined, total);
          const solved = Array.from({ length: total }, (_, a) =>
            information.reduce((sum, r, b) => sum + (inverse[a * total + b] as number) * r, 0),
          );
          const value = Array.from({ length: total }, (_, a) =>
            solved.reduce((sum, s, b) => sum + (prior[a * total + b] as number) * s, 0),
          );
          const log =
            -0.5 * Math.log(determinant(joined, total)) +
            0.5 * value.reduce((sum, v, a) => sum + v * (information[a] as number), 0);
          const weight = (0.5 / 120) * Math.exp(log);
          weights.push(weight);
          all += weight;
          value.forEach((v, a) => {
            mean[a] = (mean[a] as number) + weight * v;
          });
        }
    none = 0.5;
    all += none;
    expect(probability).toBeCloseTo(1 - none / all, 6);
    beliefs.forEach((belief, i) => {
      // Hypotheses of less than a ten-thousandth are left out.
      expect(belief.mean[1]).toBeCloseTo((mean[2 * i] as number) / all, 3);
      expect(belief.mean[2]).toBeCloseTo((mean[2 * i + 1] as number) / all, 3);
      expect(belief.mean[0]).toBe(-2.4);
    });
  });

  it('is nothing, nearly, where rows show nothing, and leaves the own elasticity as it was', () => {
    const random = new RandomStream(3, 1);
    const of = ['b', 'c', 'd'];
    const cells = Array.from({ length: 60 }, (_, i) =>
      cellWith(
        `p${i}`,
        of,
        evidenceOf(
          of.map(() => 0.3 * random.normal()),
          of.map(() => 0.3),
        ),
      ),
    );
    const { cells: beliefs, probability } = groupBelief(cells);
    expect(probability).toBeLessThan(0.3);
    for (const { mean, covariance } of beliefs) {
      expect(Math.max(...mean.slice(1).map(Math.abs))).toBeLessThan(0.03);
      expect(mean[0]).toBe(-2.4);
      expect(covariance[0]).toBe(0.04);
    }
  });

  it('knows how wrong it is: squared errors over variances average 1', () => {
    const random = new RandomStream(4, 1);
    const of = ['b', 'c', 'd', 'e'];
    const truths: number[][] = [];
    const cells = Array.from({ length: 200 }, (_, i) => {
      const truth = of.map(() => 0.15 + 0.15 * random.normal());
      truths.push(truth);
      const errors = of.map(() => 0.1 + 0.3 * random.uniform());
      return cellWith(
        `p${i}`,
        of,
        evidenceOf(
          truth.map((value, k) => value + (errors[k] as number) * random.normal()),
          errors,
        ),
      );
    });
    const { cells: beliefs, probability, total } = groupBelief(cells);
    expect(probability).toBeGreaterThan(0.999);
    expect(total).toBeCloseTo(0.6, 1);
    const squares = beliefs.flatMap(({ mean, covariance }, i) =>
      of.map(
        (_, k) =>
          ((mean[k + 1] as number) - (truths[i]?.[k] as number)) ** 2 / (covariance[(k + 1) * 5 + k + 1] as number),
      ),
    );
    const average = squares.reduce((a, b) => a + b, 0) / squares.length;
    expect(average).toBeGreaterThan(0.85);
    expect(average).toBeLessThan(1.15);
  });

  it('moves the own elasticity by what others take of it', () => {
    // Prices that moved together: what rows say of the sum is sure, of its parts not.
    const precision = Float64Array.of(100, 90, 90, 100);
    // Truth −3 and +1: the own one alone seems −3 + .9.
    const information = Float64Array.of(-300 + 90, -270 + 100);
    const cell = {
      ...cellWith('a', ['b'], { told: [0], precision, information }),
      own: { value: -2.1, variance: 0.01 },
    };
    const [belief] = groupBelief([cell]).cells;
    expect(belief?.mean[1]).toBeGreaterThan(0.3);
    expect(belief?.mean[0]).toBeLessThan(-2.35);
    expect(belief?.covariance[0]).toBeGreaterThan(0.01);
    expect(belief?.covariance[1]).toBeLessThan(0);
  });

  it('shops that err alike count as one', () => {
    const of = ['b', 'c'];
    const evidence = evidenceOf([0.5, 0.1], [0.25, 0.25]);
    const one = groupBelief([cellWith('a', of, evidence)]);
    const many = groupBelief(Array.from({ length: 20 }, () => cellWith('a', of, evidence)));
    expect(many.probability).toBeCloseTo(one.probability, 1);
    const random = new RandomStream(5, 1);
    const apart = groupBelief(
      Array.from({ length: 20 }, () =>
        cellWith('a', of, evidenceOf([0.5 + 0.25 * random.normal(), 0.1 + 0.25 * random.normal()], [0.25, 0.25])),
      ),
    );
    expect(apart.probability).toBeGreaterThan(0.95);
    expect(many.probability).toBeLessThan(0.9);
  });
});

describe('draws', () => {
  it('have the mean and the covariance of the belief, given the own elasticity', () => {
    const belief = {
      mean: Float64Array.of(-2, 0.5, 0.2),
      covariance: Float64Array.of(0.09, -0.03, 0.01, -0.03, 0.04, 0.005, 0.01, 0.005, 0.02),
    };
    const random = new RandomStream(6, 1);
    const own = Float64Array.from({ length: 40_000 }, () => -2 + 0.3 * random.normal());
    const draws = [own, ...crossDraws(belief, own, [4, 7], [1, 2]).map(({ elasticity }) => elasticity)];
    expect(crossDraws(belief, own, [4, 7], [1, 2]).map(({ of }) => of)).toEqual([4, 7]);
    const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
    const means = draws.map(mean);
    draws.forEach((a, i) => {
      expect(means[i]).toBeCloseTo(belief.mean[i] as number, 2);
      draws.forEach((b, j) => {
        const product = a.map((value, d) => (value - (means[i] as number)) * ((b[d] as number) - (means[j] as number)));
        expect(mean(product)).toBeCloseTo(belief.covariance[3 * i + j] as number, 2);
      });
    });
  });

  it('hold to what there is to share: a row to its own elasticity, a column to what its product loses', () => {
    const products = [
      {
        own: Float64Array.of(-2, -2),
        revenue: 10,
        cross: [
          { of: 1, elasticity: Float64Array.of(1.5, 0.3) },
          { of: 2, elasticity: Float64Array.of(1.5, -0.5) },
        ],
      },
      { own: Float64Array.of(-1, -3), revenue: 10, cross: [] },
      { own: Float64Array.of(-3, -3), revenue: 100, cross: [{ of: 1, elasticity: Float64Array.of(0.5, 0.2) }] },
    ];
    const kept = withinBudget(products);
    const [first, , third] = kept;
    const at = (list: typeof first, of: number, d: number): number =>
      list?.find((one) => one.of === of)?.elasticity[d] as number;
    // First draw: 1.5 + 1.5 are at most .95 · 2, half each; then what the second loses, 1 · 10, is all that the first
    // (.95 · 10) and the third (.5 · 100) may gain of it.
    expect(at(first, 2, 0)).toBeCloseTo(0.95, 9);
    expect(at(first, 1, 0) * 10 + at(third, 1, 0) * 100).toBeCloseTo(9.5, 9);
    // Second draw: all within, and complements are left alone.
    expect([at(first, 1, 1), at(first, 2, 1), at(third, 1, 1)]).toEqual([0.3, -0.5, 0.2]);
  });
});
