/** The hot loop of the stochastic solver: one contract, a WebAssembly SIMD kernel and its plain TypeScript twin. */

import type { FamilyShape } from '../families/family.ts';
import { FAMILY } from '../families/table.ts';
import type { FamilyName } from '../vocabulary.ts';
import { instantiateKernel, layOut } from './kernel-module.ts';

/** Simulated prices are drawn from this many equally likely quantiles of their distribution. */
export const PRICE_QUANTILES = 1024;
/**
 * Each drawn row of the calendar is simulated at this many prices, one from each part of the quantiles (a stratified
 * sample in two stages, Cochran 1977, §5.2 and §10.3): the price coefficient, which matters most, sees the whole range
 * in every iteration, and a row is multiplied once for all of them.
 */
export const PRICES_PER_ROW = 4;
/** Column of the price term in every design. */
export const PRICE_COLUMN = 1;

/** One parameter set in training: its rows, its simulator, its step sizes. Matrices are row-major, `columns` wide. */
export interface IterationSet extends FamilyShape {
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
  readonly family: FamilyName;
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

/** Step size of an iteration of a set. */
export function stepSize(step: IterationSet['step'], age: number): number {
  return step.first * (1 + age / step.hold) ** -step.power;
}

/** The kernel. */
export function wasmIterationKernel(): IterationKernel {
  const kernel = instantiateKernel();
  let columns = 0;
  let starts: Starts | null = null;
  const view = (start: number, length: number): Float64Array => new Float64Array(kernel.memory.buffer, start, length);
  return {
    load(set) {
      columns = set.columns;
      const blocks = blocksOf(set);
      const names = Object.keys(blocks) as (keyof Starts)[];
      const laid = layOut(
        kernel,
        names.map((name) => blocks[name].size),
      );
      const at = Object.fromEntries(names.map((name, i) => [name, laid[i]])) as Record<keyof Starts, number>;
      for (const name of names) {
        const target = view(at[name], blocks[name].size).fill(0);
        blocks[name].fill(target);
      }
      view(at.block, BLOCK_FIELDS).set(fieldsOf(set, at));
      starts = at;
    },
    run(from, to) {
      kernel.iterate((starts as Starts).block, from, to);
    },
    state() {
      const { beta, average } = starts as Starts;
      return {
        coefficients: Float64Array.from(view(beta, columns)),
        average: Float64Array.from(view(average, columns)),
      };
    },
  };
}

/** A part of the kernel's memory: how many values, and what fills them; they are 0 before. */
interface Block {
  readonly size: number;
  fill(target: Float64Array): void;
}

/** Byte offset of every block. */
type Starts = Readonly<Record<keyof ReturnType<typeof blocksOf>, number>>;

/** Blocks of memory in the order of layout. The hot loops take four columns and four rows at a time; pads are 0. */
function blocksOf(set: IterationSet) {
  const { columns } = set;
  const width = fours(columns);
  const own = fours(Math.max(1, set.ownRows));
  const calendar = fours(Math.max(1, set.simulatorRows));
  const draws = drawnRows(set);
  const batch = fours(Math.min(set.batch, set.ownRows));
  const places = fours(batch + draws);
  const matrix = (size: number, values: Float64Array, count: number): Block => ({
    size,
    fill(target) {
      for (let i = 0; i < count; i++) target.set(values.subarray(i * columns, (i + 1) * columns), i * width);
    },
  });
  const vector = (size: number, values: Float64Array, count: number): Block => ({
    size,
    fill: (target) => target.set(values.subarray(0, count)),
  });
  const empty = (size: number): Block => ({ size, fill: () => {} });
  return {
    design: matrix(own * width, set.design, set.ownRows),
    rowFacts: { size: 4 * own, fill: (target: Float64Array) => fillRowFacts(target, set) },
    simDesign: matrix(calendar * width, set.simulatorDesign, set.simulatorRows),
    prices: { size: 2 * PRICE_QUANTILES, fill: (target: Float64Array) => fillPrices(target, set) },
    means: vector(calendar, set.simulatorMean, set.simulatorRows),
    beta: vector(width, set.coefficients, columns),
    average: vector(width, set.average, columns),
    gradient: empty(width),
    preconditioner: matrix(width * width, set.preconditioner, columns),
    ridge: vector(width, set.ridge, columns),
    priorMean: vector(width, set.priorMean, columns),
    list: empty(places),
    linear: empty(places),
    score: empty(places),
    ownResponse: empty(batch),
    ownWeight: empty(batch),
    ownOffset: empty(batch),
    term: empty(PRICES_PER_ROW * draws),
    demand: empty(PRICES_PER_ROW * draws),
    numbers: empty(fours(set.batch + 2 * draws)),
    block: empty(BLOCK_FIELDS),
  } satisfies Record<string, Block>;
}

/** Of each own row: response, weight times how many rows a drawn one stands for over φ, offset, 0. */
function fillRowFacts(target: Float64Array, set: IterationSet): void {
  const drawn = Math.min(set.batch, set.ownRows);
  for (let i = 0; i < set.ownRows; i++) {
    target[4 * i] = set.response[i];
    target[4 * i + 1] = (set.weight[i] * set.ownRows) / (drawn * set.dispersion);
    target[4 * i + 2] = set.offset[i];
  }
}

function fillPrices(target: Float64Array, set: IterationSet): void {
  for (let q = 0; q < set.priceTerm.length; q++) {
    target[2 * q] = set.priceTerm[q];
    target[2 * q + 1] = set.priceFactor[q];
  }
}

/** The fields of the block, in the order in which assembly/iteration.ts reads them. */
function fieldsOf(set: IterationSet, s: Starts): number[] {
  return [
    s.design,
    s.rowFacts,
    set.ownRows,
    set.batch,
    s.simDesign,
    set.simulatorRows,
    s.prices,
    s.means,
    drawnRows(set),
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
    fours(set.columns),
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
    FAMILY[set.family].kernel,
  ];
}

/** Rows of the calendar that an iteration draws. */
export function drawnRows(set: IterationSet): number {
  return set.simulatorRows > 0 && set.tau > 0 ? Math.ceil(set.simulatedRows / PRICES_PER_ROW) : 0;
}

/** Numbers that the block holds, and room to a multiple of four. */
const BLOCK_FIELDS = 40;

function fours(count: number): number {
  return (count + 3) & ~3;
}
