/** The problem that the product's kernel and its peers iterate on, and the rows that the kernel draws. */

import { type IterationSet, PRICE_QUANTILES, PRICES_PER_ROW } from '../src/core/kernel/iteration-kernel.ts';
import { cholesky, choleskySolve } from '../src/core/math/linear-algebra.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { IterationStream } from '../test/support/plain-iteration-kernel.ts';

const COLUMNS = 24;
const CALENDAR = 365;

/**
 * 24 columns, Poisson, 64 of so many own rows and 300 simulated ones an iteration; a set of one stream has nothing in
 * common with those of others but its seed.
 */
export function iterationSet(ownRows: number, stream: number): IterationSet {
  const random = new RandomStream(11, stream);
  const filled = (length: number, of: (i: number) => number): Float64Array =>
    Float64Array.from({ length }, (_, i) => of(i));
  const truth = filled(COLUMNS, (j) => (j === 0 ? 0 : j === 1 ? -1.5 : 0.1 * random.normal()));
  const linear = (design: Float64Array, i: number): number =>
    truth.reduce((sum, b, j) => sum + b * design[i * COLUMNS + j], 0);
  const design = filled(ownRows * COLUMNS, (i) => (i % COLUMNS === 0 ? 1 : 0.3 * random.normal()));
  const simulatorDesign = filled(CALENDAR * COLUMNS, (i) =>
    i % COLUMNS === 0 ? 1 : i % COLUMNS === 1 ? 0 : 0.3 * random.normal(),
  );
  const priceTerm = filled(PRICE_QUANTILES, () => 0.25 * random.normal());
  const set = {
    columns: COLUMNS,
    ownRows,
    design,
    response: filled(ownRows, (i) => (Math.exp(linear(design, i)) * random.gamma(4)) / 4),
    weight: filled(ownRows, () => 0.5 + 0.5 * random.uniform()),
    offset: filled(ownRows, () => 0.1 * random.normal()),
    batch: 64,
    simulatorRows: CALENDAR,
    simulatorDesign,
    simulatorMean: filled(CALENDAR, (i) => Math.exp(linear(simulatorDesign, i))),
    priceTerm,
    priceFactor: priceTerm.map((h) => Math.exp(-1.5 * h)),
    simulatedRows: 300,
    tau: 40,
    simulatorOffset: 0.05,
    family: 'power' as const,
    dispersion: 0.25,
    variancePower: 1,
    inverseSize: 0,
    ridge: new Float64Array(COLUMNS).fill(0.1),
    priorMean: new Float64Array(COLUMNS),
    seed: 3,
    restart: 0,
    // Small enough that no step is clamped: the peers have no clamp.
    step: { first: 0.05, hold: 20, power: 0.6 },
    noise: false,
    coefficients: new Float64Array(COLUMNS),
    average: new Float64Array(COLUMNS),
  };
  return { ...set, preconditioner: preconditionerOf(set) };
}

/** Inverse of the Hessian of the own rows at demand 1, about what a training preconditions by. */
function preconditionerOf({
  design,
  weight,
  ownRows,
  dispersion,
}: Pick<IterationSet, 'design' | 'weight' | 'ownRows' | 'dispersion'>): Float64Array {
  const hessian = new Float64Array(COLUMNS * COLUMNS);
  for (let i = 0; i < ownRows; i++) {
    for (let j = 0; j < COLUMNS; j++) {
      for (let l = 0; l < COLUMNS; l++) {
        const at = j * COLUMNS + l;
        hessian[at] = hessian[at] + (weight[i] / dispersion) * design[i * COLUMNS + j] * design[i * COLUMNS + l];
      }
    }
  }
  const factor = cholesky(hessian, COLUMNS);
  if (!factor) throw new Error('the problem has no positive definite Hessian');
  const inverse = new Float64Array(COLUMNS * COLUMNS);
  for (let j = 0; j < COLUMNS; j++) {
    const unit = new Float64Array(COLUMNS);
    unit[j] = 1;
    inverse.set(choleskySolve(factor, COLUMNS, unit), j * COLUMNS);
  }
  return inverse;
}

/**
 * The own rows, calendar rows and prices of each calendar row that the kernel draws in iterations 1 … n of a set with
 * more own rows than a mini-batch.
 */
export function drawsOf(
  set: IterationSet,
  iterations: number,
): { own: number[][]; rows: number[][]; prices: (readonly number[])[][] } {
  const draws = { own: [] as number[][], rows: [] as number[][], prices: [] as (readonly number[])[][] };
  for (let t = 1; t <= iterations; t++) {
    const random = new IterationStream(set.seed, t);
    draws.own.push(Array.from({ length: set.batch }, () => random.below(set.ownRows)));
    const simulated = Array.from({ length: set.simulatedRows / PRICES_PER_ROW }, () =>
      random.calendarRow(set.simulatorRows),
    );
    draws.rows.push(simulated.map((s) => s.row));
    draws.prices.push(simulated.map((s) => s.quantiles));
  }
  return draws;
}
