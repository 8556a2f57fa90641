import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainKernel } from '../../../src/core/kernel/glm-kernel.ts';
import { logGamma, logUpperGamma } from '../../../src/core/math/gamma-tail.ts';
import { cholesky, choleskySolve } from '../../../src/core/math/linear-algebra.ts';
import { logNegativeBinomialTail, negativeBinomialSize } from '../../../src/core/math/negative-binomial.ts';
import { fitGlm, type GlmProblem, sumsAt } from '../../../src/core/regression/glm.ts';

interface Golden {
  rows: number;
  columns: number;
  design: number[];
  offset: number[];
  weight: number[];
  cases: {
    name: string;
    power: number;
    y: number[];
    offset: boolean;
    weight: boolean;
    coefficients: number[];
    standardErrors: number[];
  }[];
}
interface Estimates {
  coefficients: number[];
  standardErrors: number[];
}
interface GoldenR {
  poisson: Estimates;
  weighted: Estimates;
  gamma: Estimates & { dispersion: number };
  negativeBinomial: Estimates & { counts: number[]; size: number };
  tail: { n: number[]; mean: number; size: number; logTail: number[] };
}
const goldenR = JSON.parse(readFileSync(new URL('../../golden/glm_r.json', import.meta.url), 'utf8')) as GoldenR;
const golden = JSON.parse(readFileSync(new URL('../../golden/glm.json', import.meta.url), 'utf8')) as Golden;

function intercept(
  response: number[],
  weight: number[],
  ridge = 0,
  priorMean = 0,
  extra: Partial<GlmProblem> = {},
): GlmProblem {
  const rows = response.length;
  return {
    rows,
    columns: 1,
    design: new Float64Array(rows).fill(1),
    response: Float64Array.from(response),
    weight: Float64Array.from(weight),
    family: 'power',
    variancePower: 1,
    inverseSize: 0,
    dispersion: 1,
    ridge: Float64Array.of(ridge),
    priorMean: Float64Array.of(priorMean),
    ...extra,
  };
}

describe('the exact solver against statsmodels', () => {
  for (const c of golden.cases) {
    it(`agrees on ${c.name}`, () => {
      const problem: GlmProblem = {
        rows: golden.rows,
        columns: golden.columns,
        design: Float64Array.from(golden.design),
        response: Float64Array.from(c.y),
        weight: c.weight ? Float64Array.from(golden.weight) : new Float64Array(golden.rows).fill(1),
        offset: c.offset ? Float64Array.from(golden.offset) : null,
        family: 'power',
        variancePower: c.power,
        inverseSize: 0,
        dispersion: 1,
        ridge: new Float64Array(golden.columns),
        priorMean: new Float64Array(golden.columns),
      };
      const fit = fitGlm(problem);
      expect(fit.converged).toBe(true);
      // 1e-6 relative is the contract; both sides stop below 1e-8.
      c.coefficients.forEach((b, j) => expect(fit.coefficients[j]).toBeCloseTo(b, 6));
      if (c.power === 1) {
        // Poisson is canonical: observed and expected information are the same, so the errors must agree too.
        const { hessian } = sumsAt(problem, fit.coefficients, 'observed');
        const factor = cholesky(hessian, golden.columns) as Float64Array<ArrayBuffer>;
        c.standardErrors.forEach((se, j) => {
          const unit = new Float64Array(golden.columns);
          unit[j] = 1;
          expect(Math.sqrt(choleskySolve(factor, golden.columns, unit)[j])).toBeCloseTo(se, 6);
        });
      }
    });
  }
});

/** Coefficients, and standard errors from the expected information, as R's `summary.glm` takes them. */
function estimate(response: number[], extra: Partial<GlmProblem>): Estimates {
  const { rows, columns } = golden;
  const problem = {
    ...intercept(response, new Array(rows).fill(1)),
    rows,
    columns,
    design: Float64Array.from(golden.design),
    ...extra,
  };
  const fit = fitGlm({ ...problem, ridge: new Float64Array(columns), priorMean: new Float64Array(columns) });
  const kernel = plainKernel();
  kernel.load({ ...problem, offset: problem.offset ?? null });
  const information = cholesky(kernel.sums(fit.coefficients, false).hessian, columns) as Float64Array<ArrayBuffer>;
  return {
    coefficients: Array.from(fit.coefficients),
    standardErrors: Array.from({ length: columns }, (_, j) => {
      const unit = new Float64Array(columns);
      unit[j] = 1;
      return Math.sqrt(choleskySolve(information, columns, unit)[j]);
    }),
  };
}

function expectAgreement(ours: Estimates, theirs: Estimates): void {
  // 1e-6 is the contract; both sides stop below 1e-8.
  theirs.coefficients.forEach((b, j) => expect(Math.abs(ours.coefficients[j] - b)).toBeLessThan(1e-6));
  theirs.standardErrors.forEach((b, j) => expect(Math.abs(ours.standardErrors[j] - b)).toBeLessThan(1e-6));
}

describe('the exact solver against R', () => {
  const y = (name: string): number[] => (golden.cases.find((c) => c.name === name) as Golden['cases'][number]).y;
  it('agrees with glm on a Poisson regression', () => expectAgreement(estimate(y('poisson'), {}), goldenR.poisson));
  it('agrees with glm on a Poisson regression with offset and weights', () =>
    expectAgreement(
      estimate(y('poisson with offset and weights'), {
        offset: Float64Array.from(golden.offset),
        weight: Float64Array.from(golden.weight),
      }),
      goldenR.weighted,
    ));
  it('agrees with glm on a gamma regression', () =>
    expectAgreement(
      estimate(y('gamma with log link'), { variancePower: 2, dispersion: goldenR.gamma.dispersion }),
      goldenR.gamma,
    ));
  it('agrees with MASS::glm.nb on size, coefficients and standard errors', () => {
    const { counts, size: theirs } = goldenR.negativeBinomial;
    let ours = estimate(counts, {});
    let size = 1;
    // Regression and size in turn, as a component refits them.
    for (let turn = 0; turn < 40; turn++) {
      const means = counts.map((_, i) =>
        Math.exp(ours.coefficients.reduce((sum, b, j) => sum + b * golden.design[i * golden.columns + j], 0)),
      );
      size = negativeBinomialSize(counts, means, new Float64Array(counts.length).fill(1), counts.length);
      ours = estimate(counts, { family: 'nb2', inverseSize: 1 / size });
    }
    expect(Math.abs(size - theirs)).toBeLessThan(1e-5);
    expectAgreement(ours, goldenR.negativeBinomial);
  });
  it('agrees with pnbinom on the upper tail', () => {
    const { n, mean, size, logTail } = goldenR.tail;
    n.forEach((pieces, i) => expect(logNegativeBinomialTail(pieces, mean, size)).toBeCloseTo(logTail[i], 10));
    expect(logNegativeBinomialTail(0, mean, size)).toBe(0);
  });
});

describe('the exact solver beside a fit of a like problem', () => {
  const problemOf = (name: string, extra: Partial<GlmProblem>): GlmProblem => ({
    ...intercept((golden.cases.find((c) => c.name === name) as Golden['cases'][number]).y, []),
    weight: new Float64Array(golden.rows).fill(1),
    columns: golden.columns,
    design: Float64Array.from(golden.design),
    ridge: new Float64Array(golden.columns).fill(0.1),
    priorMean: new Float64Array(golden.columns),
    ...extra,
  });
  for (const [name, extra] of [
    ['poisson', {}],
    ['gamma with log link', { variancePower: 2 }],
    ['poisson', { family: 'nb2', inverseSize: 1e-6 }],
    ['poisson', { variancePower: 1.5, censored: Uint8Array.from({ length: 400 }, (_, i) => (i % 9 === 0 ? 1 : 0)) }],
  ] as const) {
    it(`ends at the same minimum of ${name} ${Object.keys(extra).join(' ')}, wherever it starts`, () => {
      const problem = problemOf(name, extra);
      const cold = fitGlm(problem);
      const less = problem.weight.map((w, i) => (i % 20 === 0 ? 0 : w));
      const like = fitGlm({ ...problem, weight: less });
      const warm = fitGlm({ ...problem, start: like.coefficients, startFactor: like.factor });
      // A curvature that is wrong by far, and a start that is: steps along it do not shrink, and Newton's take over.
      const wrong = like.factor.map((value) => value / 10);
      const lost = fitGlm({ ...problem, start: problem.priorMean.map(() => 0.5), startFactor: wrong });
      for (const fit of [warm, lost]) {
        expect(fit.converged).toBe(true);
        // 1e-9: derivatives of tails of sold-out rows are differences.
        fit.coefficients.forEach((b, j) => expect(Math.abs(b - cold.coefficients[j])).toBeLessThan(1e-9));
      }
      expect(warm.iterations).toBeLessThan(cold.iterations);
    });
  }
});

describe('the exact solver against closed forms', () => {
  it('puts the Poisson mode at (Σy + τμ₀)/(n + τ) when simulated rows weigh τ', () => {
    const fit = fitGlm(intercept([3, 5, 7, 4.2], [1, 1, 1, 12]));
    // 12 digits: a single Newton fixed point in double precision.
    expect(Math.exp(fit.coefficients[0])).toBeCloseTo((15 + 12 * 4.2) / 15, 10);
  });
  it('returns the prior mean as its precision grows, and the MLE as it goes to 0', () => {
    expect(fitGlm(intercept([3, 5], [1, 1], 1e9, 0.5)).coefficients[0]).toBeCloseTo(0.5, 6);
    expect(Math.exp(fitGlm(intercept([3, 5], [1, 1], 1e-12, 0.5)).coefficients[0])).toBeCloseTo(4, 9);
  });
  it('raises the mean when a row is known to have sold out', () => {
    const sold = fitGlm(intercept([3, 5, 4, 6], [1, 1, 1, 1], 0, 0, { dispersion: 0.5 }));
    const censored = fitGlm(
      intercept([3, 5, 4, 6], [1, 1, 1, 1], 0, 0, { dispersion: 0.5, censored: Uint8Array.of(0, 0, 0, 1) }),
    );
    expect(censored.converged).toBe(true);
    expect(censored.coefficients[0]).toBeGreaterThan(sold.coefficients[0]);
  });
  it('counts a sold-out row of NB2 in pieces, whatever the unit of the response', () => {
    const counts = [2, 5, 4, 6, 3];
    const logMean = (unit: number) =>
      fitGlm(
        intercept(
          counts.map((c) => c / unit),
          [1, 1, 1, 1, 1],
          0,
          0,
          { family: 'nb2', dispersion: 1 / unit, inverseSize: 0.5 * unit, censored: Uint8Array.of(0, 0, 0, 1, 0) },
        ),
      ).coefficients[0];
    expect(logMean(4) + Math.log(4)).toBeCloseTo(logMean(1), 6);
    expect(Math.exp(logMean(1))).toBeGreaterThan(4);
  });
  it('does not depend on the order of rows nor change its input', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 3, maxLength: 20 }), (y) => {
        fc.pre(y.some((v) => v > 0.01));
        const weight = y.map(() => 1);
        const problem = intercept(y, weight, 0.1);
        const before = problem.response.slice();
        const a = fitGlm(problem).coefficients[0];
        const b = fitGlm(intercept([...y].reverse(), weight, 0.1)).coefficients[0];
        expect(problem.response).toEqual(before);
        // Summing in another order rounds differently, in about the 12th digit.
        expect(a).toBeCloseTo(b, 8);
      }),
    );
  });
});

describe('the gamma tail', () => {
  it('agrees with closed forms', () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 12);
    // Q(1, x) = e^−x and Q(2, x) = (1 + x) e^−x.
    for (const x of [0.1, 1, 5, 40]) {
      expect(logUpperGamma(1, x)).toBeCloseTo(-x, 9);
      expect(logUpperGamma(2, x)).toBeCloseTo(Math.log1p(x) - x, 9);
    }
  });
});
