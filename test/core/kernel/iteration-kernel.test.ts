import { describe, expect, it } from 'vitest';
import { type IterationSet, PRICE_QUANTILES, wasmIterationKernel } from '../../../src/core/kernel/iteration-kernel.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import type { FamilyName } from '../../../src/core/vocabulary.ts';
import { plainIterationKernel } from '../../support/plain-iteration-kernel.ts';

interface Shape {
  readonly columns: number;
  readonly ownRows: number;
  readonly family?: FamilyName;
  readonly variancePower: number;
  readonly inverseSize: number;
  readonly noise: boolean;
  readonly simulatedRows?: number;
}

function makeSet(
  { columns, ownRows, family = 'power', variancePower, inverseSize, noise, simulatedRows = 300 }: Shape,
  seed = 3,
): IterationSet {
  const random = new RandomStream(seed);
  const filled = (length: number, of: (i: number) => number): Float64Array =>
    Float64Array.from({ length }, (_, i) => of(i));
  const calendar = 101;
  const design = filled(ownRows * columns, (i) => (i % columns === 0 ? 1 : 0.3 * random.normal()));
  const priceTerm = filled(PRICE_QUANTILES, () => 0.3 * random.normal());
  const preconditioner = filled(columns * columns, (i) => (i % (columns + 1) === 0 ? 2e-3 : 1e-5 * random.normal()));
  return {
    columns,
    ownRows,
    design,
    response: filled(ownRows, () => random.gamma(2) / 2),
    weight: filled(ownRows, () => random.uniform()),
    offset: filled(ownRows, () => 0.1 * random.normal()),
    batch: 64,
    simulatorRows: calendar,
    simulatorDesign: filled(calendar * columns, (i) =>
      i % columns === 0 ? 1 : i % columns === 1 ? 0 : 0.3 * random.normal(),
    ),
    simulatorMean: filled(calendar, () => Math.exp(0.2 * random.normal())),
    priceTerm,
    priceFactor: priceTerm.map((h) => Math.exp(-1.5 * h)),
    simulatedRows,
    tau: 40,
    simulatorOffset: 0.05,
    dispersion: 0.3,
    family,
    variancePower,
    inverseSize,
    ridge: filled(columns, () => 0.1),
    priorMean: filled(columns, () => 0.2),
    preconditioner,
    seed,
    restart: 0,
    step: { first: 0.5, hold: 10, power: 0.6 },
    noise,
    coefficients: new Float64Array(columns),
    average: new Float64Array(columns),
  };
}

const SHAPES: readonly (Shape & { readonly name: string })[] = [
  { name: 'Poisson, mini-batches', columns: 24, ownRows: 730, variancePower: 1, inverseSize: 0, noise: false },
  {
    name: 'Tweedie, all rows, odd columns',
    columns: 23,
    ownRows: 50,
    variancePower: 1.5,
    inverseSize: 0,
    noise: false,
  },
  { name: 'gamma with drawn demand', columns: 7, ownRows: 333, variancePower: 2, inverseSize: 0, noise: true },
  {
    name: 'negative binomial with drawn demand',
    columns: 12,
    ownRows: 30,
    family: 'nb2',
    variancePower: 1,
    inverseSize: 0.4,
    noise: true,
  },
  {
    name: 'an odd number of draws, every variance between',
    columns: 8,
    ownRows: 70,
    variancePower: 1.3,
    inverseSize: 0,
    noise: true,
    simulatedRows: 7,
  },
  { name: 'no own rows', columns: 9, ownRows: 0, variancePower: 1, inverseSize: 0, noise: false },
  {
    name: 'no simulated rows',
    columns: 9,
    ownRows: 90,
    variancePower: 1.5,
    inverseSize: 0,
    noise: false,
    simulatedRows: 0,
  },
];

describe.each(SHAPES)('the iteration kernel: $name', (shape) => {
  it('gives what its plain twin gives', () => {
    const [kernel, twin] = [wasmIterationKernel(), plainIterationKernel()];
    for (const k of [kernel, twin]) {
      k.load(makeSet(shape));
      k.run(0, 150);
    }
    // 1e-12: both add the same numbers in another order, and exp differs in the last bits; iterations contract such
    // differences.
    kernel.state().average.forEach((value, j) => {
      expect(Math.abs(value - twin.state().average[j])).toBeLessThan(1e-12);
    });
    expect(kernel.state().average.some((value) => Math.abs(value) > 1e-3)).toBe(true);
  });
  it('ends at the same bits however the iterations are parted', () => {
    const whole = wasmIterationKernel();
    whole.load(makeSet(shape));
    whole.run(0, 100);
    const parted = wasmIterationKernel();
    parted.load(makeSet(shape));
    parted.run(0, 37);
    // Another kernel goes on from the state alone.
    const next = wasmIterationKernel();
    next.load({ ...makeSet(shape), ...parted.state() });
    next.run(37, 100);
    expect(next.state()).toEqual(whole.state());
  });
  it('draws other numbers under another seed', () => {
    const kernels = [1, 2].map((seed) => {
      const kernel = wasmIterationKernel();
      kernel.load({ ...makeSet(shape), seed });
      kernel.run(0, 20);
      return kernel.state().average;
    });
    // Every own row in every iteration and no simulated one leaves nothing to chance.
    if (shape.simulatedRows === 0 && shape.ownRows <= 64) expect(kernels[0]).toEqual(kernels[1]);
    else expect(kernels[0]).not.toEqual(kernels[1]);
  });
});

describe('the iteration kernel', () => {
  it('does not hide a figure that is not finite', () => {
    const kernel = wasmIterationKernel();
    const set = makeSet({ columns: 9, ownRows: 40, variancePower: 1, inverseSize: 0, noise: false });
    set.offset[11] = Number.NaN;
    kernel.load(set);
    kernel.run(0, 1);
    expect(kernel.state().coefficients.some(Number.isNaN)).toBe(true);
  });
});
