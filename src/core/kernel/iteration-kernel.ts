/** The hot loop of the stochastic solver: one contract, a WebAssembly SIMD kernel and its plain TypeScript twin. */

import { mix, Xoshiro128 } from '../math/random.ts';
import { MAX_LINEAR } from './glm-kernel.ts';
import { instantiateKernel, layOut } from './kernel-module.ts';

/** Simulated prices are drawn from this many equally likely quantiles of their distribution. */
export const PRICE_QUANTILES = 1024;
/**
 * Each drawn row of the calendar is simulated at this many prices, one from each part of the quantiles (a stratified sample in two stages, Cochran 1977,
 * §5.2 and §10.3): the price coefficient, which matters most, sees the whole range in every iteration, and a row is multiplied once for all of them.
 */
export const PRICES_PER_ROW = 4;
/** Column of the price term in every design. */
export const PRICE_COLUMN = 1;

/** One parameter set in training: its rows, its simulator, its step sizes. Matrices are row-major, `columns` wide. */
export interface IterationSet {
  readonly columns: number;
  readonly ownRows: number;
  readonly design: Float64Array;
  readonly response: Float64Array;
  readonly weight: Float64Array;
  readonly offset: Float64Array;
  /** Own rows drawn each iteration; all of them, once each, when there are no more than this. */
  readonly batch: number;
  /** Rows of the simulator's calendar, the price column 0. */
  readonly simulatorRows: number;
  readonly simulatorDesign: Float64Array;
  /** Expected scaled demand of each calendar row at the reference price, level included. */
  readonly simulatorMean: Float64Array;
  /** Price term h and the simulator's factor exp(slope · h) at each of {@link PRICE_QUANTILES} prices. */
  readonly priceTerm: Float64Array;
  readonly priceFactor: Float64Array;
  /** Simulated rows drawn each iteration, rounded up to a multiple of {@link PRICES_PER_ROW}; 0 for none. */
  readonly simulatedRows: number;
  /** Total weight τ of the simulated rows, ≥ 0. */
  readonly tau: number;
  /** Added to the linear predictor of simulated rows: log level of the last training row. */
  readonly simulatorOffset: number;
  readonly dispersion: number;
  readonly variancePower: number;
  readonly inverseSize: number;
  readonly ridge: Float64Array;
  readonly priorMean: Float64Array;
  /** columns × columns: a step is this matrix times the gradient. */
  readonly preconditioner: Float64Array;
  readonly seed: number;
  /** Iteration after which step sizes and the running average start again. */
  readonly restart: number;
  /** Step size `first` · (1 + age/`hold`)^−`power`. */
  readonly step: { readonly first: number; readonly hold: number; readonly power: number };
  /** Draws simulated demand from a gamma around its mean; else the mean itself, whose gradient has the same mean. */
  readonly noise: boolean;
  readonly coefficients: Float64Array;
  readonly average: Float64Array;
}

export interface IterationState {
  readonly coefficients: Float64Array<ArrayBuffer>;
  readonly average: Float64Array<ArrayBuffer>;
}

/** Iterations of a loaded set; `load` copies everything. Random numbers depend on seed and iteration alone. */
export interface IterationKernel {
  load(set: IterationSet): void;
  /** Runs iterations from + 1 … to. */
  run(from: number, to: number): void;
  state(): IterationState;
}

/** Weights of the running average grow with the cube of the iteration (Shamir & Zhang 2013, ICML: polynomial-decay averaging, η = 3). */
const AVERAGE_POWER = 3;

/**
 * No coefficient moves by more in one iteration: a row of a rare column that the mini-batch happens to hold would otherwise throw log demand so far that
 * exp overflows. Effects are log multipliers, so a quarter is large; steps of the later iterations never come near it.
 */
const MAX_MOVE = 0.25;

/** Step size of an iteration of a set. */
export function stepSize(step: IterationSet['step'], age: number): number {
  return step.first * (1 + age / step.hold) ** -step.power;
}

/** The kernel. */
export function wasmIterationKernel(): IterationKernel {
  const kernel = instantiateKernel();
  let columns = 0;
  let block = 0;
  let at = { beta: 0, average: 0 };
  const view = (start: number, length: number): Float64Array => new Float64Array(kernel.memory.buffer, start, length);
  return {
    load(set) {
      columns = set.columns;
      // The hot loops take four columns and four rows at a time; what is added is 0.
      const width = fours(columns);
      const own = fours(Math.max(1, set.ownRows));
      const calendar = fours(Math.max(1, set.simulatorRows));
      const draws = drawnRows(set);
      const batch = fours(Math.min(set.batch, set.ownRows));
      const places = fours(batch + draws);
      const matrix = (values: Float64Array, count: number) => (target: Float64Array) => {
        for (let i = 0; i < count; i++) target.set(values.subarray(i * columns, (i + 1) * columns), i * width);
      };
      const vector = (values: Float64Array, count: number) => (target: Float64Array) => target.set(values.subarray(0, count));
      const drawn = Math.min(set.batch, set.ownRows);
      const rowFacts = (target: Float64Array): void => {
        for (let i = 0; i < set.ownRows; i++) {
          const weight = ((set.weight[i] as number) * set.ownRows) / (drawn * set.dispersion);
          target[4 * i] = set.response[i] as number;
          target[4 * i + 1] = weight;
          target[4 * i + 2] = set.offset[i] as number;
        }
      };
      const prices = (target: Float64Array): void => {
        for (let q = 0; q < set.priceTerm.length; q++) {
          target[2 * q] = set.priceTerm[q] as number;
          target[2 * q + 1] = set.priceFactor[q] as number;
        }
      };
      const zero = (): void => {};
      // Blocks of memory in the order of layout: how many values, and what fills them.
      const parts = {
        design: [own * width, matrix(set.design, set.ownRows)],
        rowFacts: [4 * own, rowFacts],
        simDesign: [calendar * width, matrix(set.simulatorDesign, set.simulatorRows)],
        prices: [2 * PRICE_QUANTILES, prices],
        means: [calendar, vector(set.simulatorMean, set.simulatorRows)],
        beta: [width, vector(set.coefficients, columns)],
        average: [width, vector(set.average, columns)],
        gradient: [width, zero],
        preconditioner: [width * width, matrix(set.preconditioner, columns)],
        ridge: [width, vector(set.ridge, columns)],
        priorMean: [width, vector(set.priorMean, columns)],
        list: [places, zero],
        linear: [places, zero],
        score: [places, zero],
        ownResponse: [batch, zero],
        ownWeight: [batch, zero],
        ownOffset: [batch, zero],
        term: [PRICES_PER_ROW * draws, zero],
        demand: [PRICES_PER_ROW * draws, zero],
        numbers: [fours(set.batch + 2 * draws), zero],
        block: [BLOCK_FIELDS, zero],
      } as const satisfies Record<string, readonly [number, (target: Float64Array) => void]>;
      const names = Object.keys(parts) as (keyof typeof parts)[];
      const starts = layOut(
        kernel,
        names.map((name) => parts[name][0]),
      );
      const s = Object.fromEntries(names.map((name, i) => [name, starts[i] as number])) as Record<keyof typeof parts, number>;
      for (const name of names) {
        const [size, fill] = parts[name];
        const target = view(s[name], size);
        target.fill(0);
        fill(target);
      }
      block = s.block;
      at = { beta: s.beta, average: s.average };
      // The fields of the block, in the order in which assembly/iteration.ts reads them.
      view(block, BLOCK_FIELDS).set([
        s.design,
        s.rowFacts,
        set.ownRows,
        set.batch,
        s.simDesign,
        set.simulatorRows,
        s.prices,
        s.means,
        draws,
        set.tau,
        set.dispersion,
        set.variancePower,
        set.inverseSize,
        set.simulatorOffset,
        s.beta,
        s.average,
        s.gradient,
        s.preconditioner,
        s.ridge,
        s.priorMean,
        width,
        set.seed >>> 0,
        set.restart,
        set.step.first,
        set.step.hold,
        set.step.power,
        set.noise ? 1 : 0,
        s.list,
        s.linear,
        s.score,
        s.ownResponse,
        s.ownWeight,
        s.ownOffset,
        s.term,
        s.demand,
        s.numbers,
      ]);
    },
    run(from, to) {
      kernel.iterate(block, from, to);
    },
    state() {
      return { coefficients: Float64Array.from(view(at.beta, columns)), average: Float64Array.from(view(at.average, columns)) };
    },
  };
}

/** Rows of the calendar that an iteration draws. */
function drawnRows(set: IterationSet): number {
  return set.simulatorRows > 0 && set.tau > 0 ? Math.ceil(set.simulatedRows / PRICES_PER_ROW) : 0;
}

/** Numbers that the block holds, and room to a multiple of four. */
const BLOCK_FIELDS = 40;

function fours(count: number): number {
  return (count + 3) & ~3;
}

/** The twin: the same iterations in plain TypeScript, to check the kernel against and to read. */
export function plainIterationKernel(): IterationKernel {
  let set!: IterationSet;
  let beta = new Float64Array(0);
  let average = new Float64Array(0);
  const addRow = (gradient: Float64Array, design: Float64Array, row: number, extra: number, h: number, y: number, w: number): void => {
    const { columns, variancePower: k, inverseSize } = set;
    let linear = extra;
    for (let j = 0; j < columns; j++) linear += (design[row * columns + j] as number) * (beta[j] as number);
    linear = Math.min(MAX_LINEAR, Math.max(-MAX_LINEAR, linear));
    const mu = Math.exp(linear);
    const score = inverseSize > 0 ? (w * (y - mu)) / (1 + inverseSize * mu) : w * (y - mu) * Math.exp((1 - k) * linear);
    for (let j = 0; j < columns; j++) gradient[j] = (gradient[j] as number) + score * (design[row * columns + j] as number);
    gradient[PRICE_COLUMN] = (gradient[PRICE_COLUMN] as number) + score * h;
  };
  const iterate = (iteration: number): void => {
    const { columns, ownRows, batch, simulatorRows, tau, dispersion, inverseSize, variancePower } = set;
    const random = new IterationStream(set.seed, iteration);
    const gradient = Float64Array.from(beta, (b, j) => (set.ridge[j] as number) * ((set.priorMean[j] as number) - b));
    const all = ownRows <= batch;
    const taken = all ? ownRows : batch;
    for (let i = 0; i < taken; i++) {
      const row = all ? i : random.below(ownRows);
      const w = (ownRows / (taken * dispersion)) * (set.weight[row] as number);
      addRow(gradient, set.design, row, set.offset[row] as number, 0, set.response[row] as number, w);
    }
    const drawn = drawnRows(set);
    for (let i = 0; i < drawn; i++) {
      const { row, quantiles } = random.calendarRow(simulatorRows);
      for (const quantile of quantiles) {
        const h = set.priceTerm[quantile] as number;
        let y = (set.simulatorMean[row] as number) * (set.priceFactor[quantile] as number);
        if (set.noise) {
          const shape = (y * y) / (dispersion * (inverseSize > 0 ? y + inverseSize * y * y : y ** variancePower));
          y *= random.gamma(shape) / shape;
        }
        const extra = set.simulatorOffset + (beta[PRICE_COLUMN] as number) * h;
        addRow(gradient, set.simulatorDesign, row, extra, h, y, tau / (PRICES_PER_ROW * drawn * dispersion));
      }
    }
    const age = iteration - set.restart;
    const step = stepSize(set.step, age);
    const share = (AVERAGE_POWER + 1) / (age + AVERAGE_POWER);
    const next = new Float64Array(columns);
    for (let j = 0; j < columns; j++) {
      let move = 0;
      for (let l = 0; l < columns; l++) move += (set.preconditioner[j * columns + l] as number) * (gradient[l] as number);
      next[j] = (beta[j] as number) + Math.min(MAX_MOVE, Math.max(-MAX_MOVE, step * move));
      average[j] = (average[j] as number) + share * ((next[j] as number) - (average[j] as number));
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

/** The random numbers of one iteration; they depend on seed and iteration alone, so that any iteration can be run without the ones before it. */
export class IterationStream {
  private readonly lanes: readonly Xoshiro128[];
  private readonly noise: Xoshiro128;
  private taken = 0;

  constructor(seed: number, iteration: number) {
    const state = mix(mix(0x9e3779b9 ^ seed) + iteration);
    this.lanes = [0, 1, 2, 3].map((lane) => new Xoshiro128(mix(state + 1 + lane), mix(state + 5 + lane), mix(state + 9 + lane), mix(state + 13 + lane) | 1));
    this.noise = new Xoshiro128(mix(state + 17), mix(state + 18), mix(state + 19), mix(state + 20) | 1);
  }

  /** Rows are drawn from four streams in turn: the kernel runs them side by side. */
  private bits(): number {
    return (this.lanes[this.taken++ % 4] as Xoshiro128).bits();
  }

  below(n: number): number {
    return share(this.bits(), n);
  }

  /** A row of the calendar and the quantiles of its prices, one of each quarter: one number tells the row, each byte of the next a price. */
  calendarRow(rows: number): { readonly row: number; readonly quantiles: readonly number[] } {
    const row = this.below(rows);
    const prices = this.bits();
    const quarter = PRICE_QUANTILES / PRICES_PER_ROW;
    return { row, quantiles: Array.from({ length: PRICES_PER_ROW }, (_, k) => k * quarter + ((prices >>> (8 * k)) & (quarter - 1))) };
  }

  private uniform(): number {
    return (this.noise.bits() + 0.5) / 4_294_967_296;
  }

  private normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const s = x * x + y * y;
      if (s < 1 && s > 0) return x * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  /** Gamma with mean and variance `shape` (Marsaglia & Tsang 2000), from a stream of its own; NaN for a shape that is no finite number above 0: no draw would ever be accepted. */
  gamma(shape: number): number {
    if (!(shape > 0 && shape < Number.POSITIVE_INFINITY)) return Number.NaN;
    const boost = shape < 1 ? this.uniform() ** (1 / shape) : 1;
    const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const z = this.normal();
      const v = (1 + c * z) ** 3;
      if (v <= 0) continue;
      if (Math.log(this.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return boost * d * v;
    }
  }
}

/** 0 … n − 1 by the high bits of 32. */
function share(bits: number, n: number): number {
  return Number((BigInt(bits) * BigInt(n)) >> 32n);
}
