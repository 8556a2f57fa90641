/** The iteration kernel's twin: the same iterations in plain TypeScript, to check the kernel against and to read. */

import { MOST_DRAWS } from '../../src/core/checks.ts';
import { FAMILY } from '../../src/core/families/table.ts';
import { MAX_LINEAR } from '../../src/core/kernel/glm-kernel.ts';
import {
  drawnRows,
  type IterationKernel,
  type IterationSet,
  PRICE_COLUMN,
  PRICE_QUANTILES,
  PRICES_PER_ROW,
  stepSize,
} from '../../src/core/kernel/iteration-kernel.ts';
import { mix, Xoshiro128 } from '../../src/core/math/random.ts';

/** As in assembly/iteration.ts. */
const AVERAGE_POWER = 3;
const MAX_MOVE = 0.25;

export function plainIterationKernel(): IterationKernel {
  let set!: IterationSet;
  let beta = new Float64Array(0);
  let average = new Float64Array(0);
  const addRow = (
    gradient: Float64Array,
    design: Float64Array,
    row: number,
    extra: number,
    h: number,
    y: number,
    w: number,
  ): void => {
    const { columns } = set;
    let linear = extra;
    for (let j = 0; j < columns; j++) linear += design[row * columns + j] * beta[j];
    linear = Math.min(MAX_LINEAR, Math.max(-MAX_LINEAR, linear));
    const mu = Math.exp(linear);
    const score = w * FAMILY[set.family].score(y, mu, set);
    for (let j = 0; j < columns; j++) gradient[j] = gradient[j] + score * design[row * columns + j];
    gradient[PRICE_COLUMN] = gradient[PRICE_COLUMN] + score * h;
  };
  const iterate = (iteration: number): void => {
    const { columns, ownRows, batch, simulatorRows, tau, dispersion } = set;
    const random = new IterationStream(set.seed, iteration);
    const gradient = Float64Array.from(beta, (b, j) => set.ridge[j] * (set.priorMean[j] - b));
    const all = ownRows <= batch;
    const taken = all ? ownRows : batch;
    for (let i = 0; i < taken; i++) {
      const row = all ? i : random.below(ownRows);
      const w = (ownRows / (taken * dispersion)) * set.weight[row];
      addRow(gradient, set.design, row, set.offset[row], 0, set.response[row], w);
    }
    const drawn = drawnRows(set);
    for (let i = 0; i < drawn; i++) {
      const { row, quantiles } = random.calendarRow(simulatorRows);
      for (const quantile of quantiles) {
        const h = set.priceTerm[quantile];
        let y = set.simulatorMean[row] * set.priceFactor[quantile];
        if (set.noise) {
          const shape = (y * y) / (dispersion * FAMILY[set.family].variance(y, set));
          y *= random.gamma(shape) / shape;
        }
        const extra = set.simulatorOffset + beta[PRICE_COLUMN] * h;
        addRow(gradient, set.simulatorDesign, row, extra, h, y, tau / (PRICES_PER_ROW * drawn * dispersion));
      }
    }
    const age = iteration - set.restart;
    const step = stepSize(set.step, age);
    const share = (AVERAGE_POWER + 1) / (age + AVERAGE_POWER);
    const next = new Float64Array(columns);
    for (let j = 0; j < columns; j++) {
      let move = 0;
      for (let l = 0; l < columns; l++) move += set.preconditioner[j * columns + l] * gradient[l];
      next[j] = beta[j] + Math.min(MAX_MOVE, Math.max(-MAX_MOVE, step * move));
      average[j] = average[j] + share * (next[j] - average[j]);
    }
    beta = next;
  };
  return {
    load(given) {
      set = given;
      beta = Float64Array.from(given.coefficients);
      average = Float64Array.from(given.average);
    },
    run(from, to) {
      for (let iteration = from + 1; iteration <= to; iteration++) iterate(iteration);
    },
    state: () => ({ coefficients: beta.slice(), average: average.slice() }),
  };
}

/**
 * The random numbers of one iteration; they depend on seed and iteration alone, so that any iteration can be run
 * without the ones before it.
 */
export class IterationStream {
  private readonly lanes: readonly Xoshiro128[];
  private readonly noise: Xoshiro128;
  private taken = 0;

  constructor(seed: number, iteration: number) {
    const state = mix(mix(0x9e3779b9 ^ seed) + iteration);
    this.lanes = [0, 1, 2, 3].map(
      (lane) =>
        new Xoshiro128(mix(state + 1 + lane), mix(state + 5 + lane), mix(state + 9 + lane), mix(state + 13 + lane) | 1),
    );
    this.noise = new Xoshiro128(mix(state + 17), mix(state + 18), mix(state + 19), mix(state + 20) | 1);
  }

  /** Rows are drawn from four streams in turn: the kernel runs them side by side. */
  private bits(): number {
    return (this.lanes[this.taken++ % 4] as Xoshiro128).bits();
  }

  below(n: number): number {
    return share(this.bits(), n);
  }

  /**
   * A row of the calendar and the quantiles of its prices, one of each quarter: one number tells the row, each byte of
   * the next a price.
   */
  calendarRow(rows: number): { readonly row: number; readonly quantiles: readonly number[] } {
    const row = this.below(rows);
    const prices = this.bits();
    const quarter = PRICE_QUANTILES / PRICES_PER_ROW;
    return {
      row,
      quantiles: Array.from({ length: PRICES_PER_ROW }, (_, k) => k * quarter + ((prices >>> (8 * k)) & (quarter - 1))),
    };
  }

  private uniform(): number {
    return (this.noise.bits() + 0.5) / 4_294_967_296;
  }

  private normal(): number {
    for (let drawn = 0; drawn < MOST_DRAWS; drawn++) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const s = x * x + y * y;
      if (s < 1 && s > 0) return x * Math.sqrt((-2 * Math.log(s)) / s);
    }
    return Number.NaN;
  }

  /**
   * Gamma with mean and variance `shape` (Marsaglia & Tsang 2000), from a stream of its own; NaN for a shape that is no
   * finite number above 0: no draw would ever be accepted.
   */
  gamma(shape: number): number {
    if (!(shape > 0 && shape < Number.POSITIVE_INFINITY)) return Number.NaN;
    const boost = shape < 1 ? this.uniform() ** (1 / shape) : 1;
    const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (let drawn = 0; drawn < MOST_DRAWS; drawn++) {
      const z = this.normal();
      const v = (1 + c * z) ** 3;
      if (v <= 0) continue;
      if (Math.log(this.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return boost * d * v;
    }
    return Number.NaN;
  }
}

/** 0 … n − 1 by the high bits of 32. */
function share(bits: number, n: number): number {
  return Number((BigInt(bits) * BigInt(n)) >> 32n);
}
