import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GlmKernel, type GlmRows, plainKernel, wasmKernel } from '../../../src/core/kernel/glm-kernel.ts';
import { FAMILIES } from '../../../src/core/vocabulary.ts';

const powerOf = (variancePower: number) => ({ family: 'power' as const, variancePower, inverseSize: 0 });

/** Relative to the largest entry: the kernels add the same terms in another order. */
const TOLERANCE = 1e-12;

function rowsOf(
  seed: number,
  rows: number,
  columns: number,
  offset: boolean,
  family: Pick<GlmRows, 'family' | 'variancePower' | 'inverseSize'>,
): { rows: GlmRows; coefficients: Float64Array } {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const filled = (length: number, value: () => number): Float64Array => Float64Array.from({ length }, value);
  return {
    rows: {
      rows,
      columns,
      design: filled(rows * columns, () => 2 * uniform() - 1),
      response: filled(rows, () => (uniform() < 0.2 ? 0 : 5 * uniform())),
      weight: filled(rows, () => (uniform() < 0.1 ? 0 : uniform())),
      offset: offset ? filled(rows, () => uniform() - 0.5) : null,
      ...family,
      dispersion: 0.5 + uniform(),
    },
    coefficients: filled(columns, () => uniform() - 0.5),
  };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const scale = Math.max(1e-300, ...Array.from(expected, Math.abs));
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i]) / scale).toBeLessThan(TOLERANCE);
}

/** The sums by their definition, one entry at a time. */
function byDefinition({ rows, coefficients }: ReturnType<typeof rowsOf>): {
  objective: number;
  gradient: number[];
  lower: number[];
} {
  const { columns: p, variancePower: k, inverseSize: a } = rows;
  const row = (i: number): number[] => Array.from(rows.design.subarray(i * p, (i + 1) * p));
  const each = Array.from({ length: rows.rows }, (_, i) => {
    const x = row(i);
    const linear = x.reduce((sum, v, j) => sum + v * coefficients[j], rows.offset?.[i] ?? 0);
    const mu = Math.exp(linear);
    const y = rows.response[i];
    const w = rows.weight[i] / rows.dispersion;
    // Negative binomial: the log-likelihood and its derivatives by log μ (Lawless 1987, eq. 2.2-2.4), up to terms of y
    // alone.
    if (rows.family === 'nb2')
      return {
        x,
        objective: w * ((y + 1 / a) * Math.log(1 + a * mu) - y * Math.log(mu)),
        score: (w * (y - mu)) / (1 + a * mu),
        curvature: (w * mu * (1 + a * y)) / (1 + a * mu) ** 2,
      };
    const objective =
      k === 1 ? mu - y * linear : k === 2 ? linear + y / mu : (y * mu ** (1 - k)) / (k - 1) + mu ** (2 - k) / (2 - k);
    return {
      x,
      objective: w * objective,
      score: (w * (y - mu)) / mu ** (k - 1),
      curvature: w * ((2 - k) * mu ** (2 - k) + (k - 1) * y * mu ** (1 - k)),
    };
  });
  const total = (term: (r: (typeof each)[number]) => number): number => each.reduce((sum, r) => sum + term(r), 0);
  return {
    objective: total((r) => r.objective),
    gradient: Array.from({ length: p }, (_, j) => total((r) => r.score * r.x[j])),
    lower: Array.from({ length: p }, (_, j) =>
      Array.from({ length: j + 1 }, (_, l) => total((r) => r.curvature * r.x[j] * r.x[l])),
    ).flat(),
  };
}

const lowerOf = (hessian: Float64Array, columns: number): number[] =>
  Array.from({ length: columns }, (_, j) => Array.from(hessian.subarray(j * columns, j * columns + j + 1))).flat();

for (const [name, open] of [
  ['WebAssembly', wasmKernel],
  ['plain TypeScript', plainKernel],
] as [string, () => GlmKernel][]) {
  describe(`the ${name} kernel`, () => {
    for (const [variance, family] of [
      ['μ', powerOf(1)],
      ['μ^1.3', powerOf(1.3)],
      ['μ²', powerOf(2)],
      ['μ + 0.7μ²', { family: 'nb2', variancePower: 1, inverseSize: 0.7 }],
    ] as const) {
      it(`adds the sums up as they are defined, variance ${variance}`, () => {
        const problem = rowsOf(7, 41, 5, true, family);
        const kernel = open();
        kernel.load(problem.rows);
        const sums = kernel.sums(problem.coefficients, true);
        const expected = byDefinition(problem);
        expectClose([sums.objective], [expected.objective]);
        expectClose(sums.gradient, expected.gradient);
        expectClose(lowerOf(sums.hessian, 5), expected.lower);
        expectClose(kernel.gradient(problem.coefficients), expected.gradient);
      });
    }

    it('can be loaded again with more rows and with fewer, and keeps nothing of those before', () => {
      const kernel = open();
      for (const [rows, columns] of [
        [9, 3],
        [4_000, 31],
        [5, 2],
      ] as const) {
        const problem = rowsOf(rows, rows, columns, false, powerOf(1));
        kernel.load(problem.rows);
        expectClose(kernel.sums(problem.coefficients, true).gradient, byDefinition(problem).gradient);
      }
    });

    it('gives finite sums where the linear predictor would overflow', () => {
      const problem = rowsOf(1, 8, 2, false, powerOf(1.5));
      const kernel = open();
      kernel.load(problem.rows);
      const sums = kernel.sums(Float64Array.of(5_000, -3_000), false);
      expect([sums.objective, ...sums.gradient, ...lowerOf(sums.hessian, 2)].every(Number.isFinite)).toBe(true);
    });
  });
}

it(`both kernels agree to ${TOLERANCE} on any shape`, () => {
  const wasm = wasmKernel();
  const plain = plainKernel();
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 13 }),
      fc.constantFrom(...FAMILIES),
      fc.constantFrom(1, 1.2, 1.5, 1.9, 2),
      fc.constantFrom(0.1, 3),
      fc.boolean(),
      fc.boolean(),
      (seed, rows, columns, family, variancePower, inverseSize, offset, observed) => {
        const problem = rowsOf(seed, rows, columns, offset, { family, variancePower, inverseSize });
        wasm.load(problem.rows);
        plain.load(problem.rows);
        const a = wasm.sums(problem.coefficients, observed);
        const b = plain.sums(problem.coefficients, observed);
        // A sum near zero is compared at the size of its terms, at least 1e-3 here.
        expectClose([a.objective, 1e-3], [b.objective, 1e-3]);
        expectClose([...a.gradient, 1e-3], [...b.gradient, 1e-3]);
        expectClose([...wasm.gradient(problem.coefficients), 1e-3], [...b.gradient, 1e-3]);
        expectClose([...lowerOf(a.hessian, columns), 1e-3], [...lowerOf(b.hessian, columns), 1e-3]);
      },
    ),
  );
});
