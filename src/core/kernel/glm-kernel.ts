/** The hot loop of the exact fit: one contract, a WebAssembly SIMD kernel and its plain TypeScript twin. */

import type { FamilyShape } from '../families/family.ts';
import { FAMILY } from '../families/table.ts';
import type { FamilyName } from '../vocabulary.ts';
import { instantiateKernel, layOut } from './kernel-module.ts';

/** The rows of one regression. Arrays have length rows, `design` is row-major rows × columns. */
export interface GlmRows extends FamilyShape {
  readonly rows: number;
  readonly columns: number;
  readonly design: Float64Array;
  readonly response: Float64Array;
  /** ≥ 0; rows of weight 0 add nothing. */
  readonly weight: Float64Array;
  readonly offset: Float64Array | null;
  readonly family: FamilyName;
}

/** What the rows add to a fit at given coefficients. */
export interface GlmSums {
  /** Σ w·nll/φ, up to terms without coefficients. */
  readonly objective: number;
  /** Σ w·∂(−nll)/∂β / φ; length columns. */
  readonly gradient: Float64Array<ArrayBuffer>;
  /** Row-major columns × columns, lower triangle; the upper is undefined. */
  readonly hessian: Float64Array<ArrayBuffer>;
}

/** Sums over loaded rows. `load` copies the rows once; `sums` may then be asked at any number of coefficients. */
export interface GlmKernel {
  load(rows: GlmRows): void;
  /** @param observed the observed Hessian, else the expected one */
  sums(coefficients: Float64Array, observed: boolean): GlmSums;
  /** The gradient of {@link GlmSums} alone, which takes a fraction of the time. */
  gradient(coefficients: Float64Array): Float64Array<ArrayBuffer>;
}

/** |log μ| is kept within this: e^±20 of the mean is no demand, and exp must not overflow. */
export const MAX_LINEAR = 20;

/** The twin: the same sums in plain TypeScript, to check the kernel against and to read. */
export function plainKernel(): GlmKernel {
  let loaded: GlmRows | null = null;
  return {
    load(rows) {
      loaded = rows;
    },
    sums(coefficients, observed) {
      const given = loaded as GlmRows;
      const { rows, columns, design, response, weight, offset, dispersion } = given;
      const family = FAMILY[given.family];
      const gradient = new Float64Array(columns);
      const hessian = new Float64Array(columns * columns);
      let objective = 0;
      for (let i = 0; i < rows; i++) {
        const w = weight[i] / dispersion;
        if (w === 0) continue;
        const at = i * columns;
        let linear = offset ? offset[i] : 0;
        for (let j = 0; j < columns; j++) linear += design[at + j] * coefficients[j];
        linear = Math.min(MAX_LINEAR, Math.max(-MAX_LINEAR, linear));
        const mu = Math.exp(linear);
        const y = response[i];
        objective += w * family.nll(y, mu, given);
        const score = w * family.score(y, mu, given);
        const curvature = w * (observed ? family.observedCurvature(y, mu, given) : family.expectedCurvature(mu, given));
        for (let j = 0; j < columns; j++) {
          const x = design[at + j];
          gradient[j] = gradient[j] + score * x;
          const scaled = curvature * x;
          for (let l = 0; l <= j; l++) hessian[j * columns + l] = hessian[j * columns + l] + scaled * design[at + l];
        }
      }
      return { objective, gradient, hessian };
    },
    gradient(coefficients) {
      return this.sums(coefficients, false).gradient;
    },
  };
}

/** Blocks of the kernel's memory, in their order. */
const BLOCKS = ['design', 'response', 'weight', 'offset', 'beta', 'gradient', 'hessian', 'scratch'] as const;

/** A kernel with a memory of its own, which grows to the largest rows it has seen. */
export function wasmKernel(): GlmKernel {
  const kernel = instantiateKernel();
  let loaded: GlmRows | null = null;
  let width = 0;
  let padded = 0;
  let memory = new Float64Array(0);
  let at = Object.fromEntries(BLOCKS.map((name) => [name, 0])) as Record<(typeof BLOCKS)[number], number>;
  /** Rows, coefficients and family, as both loops take them. */
  const given = () => {
    const { family, variancePower, inverseSize, dispersion } = loaded as GlmRows;
    const rows = [padded, width, at.design, at.response, at.weight, at.offset, at.beta] as const;
    return [...rows, FAMILY[family].kernel, variancePower, inverseSize, dispersion] as const;
  };
  /** Writes the coefficients, and 0 over what sums are added to. */
  const begin = (coefficients: Float64Array, sums: number): void => {
    memory.fill(0, at.beta / 8, at.beta / 8 + 2 * width + sums);
    memory.set(coefficients, at.beta / 8);
  };
  const gradientFound = (columns: number): Float64Array<ArrayBuffer> =>
    memory.slice(at.gradient / 8, at.gradient / 8 + columns);
  return {
    load(rows) {
      const again = loaded !== null && sameDesign(loaded, rows);
      loaded = rows;
      width = rows.columns + (rows.columns & 1);
      padded = (rows.rows + 3) & ~3;
      const starts = layOut(kernel, [padded * width, padded, padded, padded, width, width, width * width, 8]);
      at = Object.fromEntries(BLOCKS.map((name, i) => [name, starts[i]])) as typeof at;
      if (memory.buffer !== kernel.memory.buffer) memory = new Float64Array(kernel.memory.buffer);
      if (!again) fillDesign(memory.subarray(at.design / 8, at.design / 8 + padded * width), rows, width);
      for (const name of ['response', 'weight', 'offset'] as const) {
        const from = at[name] / 8;
        const values = rows[name];
        if (values) memory.set(values.subarray(0, rows.rows), from);
        memory.fill(0, from + (values ? rows.rows : 0), from + padded);
      }
    },
    sums(coefficients, observed) {
      const { columns } = loaded as GlmRows;
      begin(coefficients, width * width);
      const objective = kernel.accumulate(...given(), observed ? 1 : 0, at.gradient, at.hessian, at.scratch);
      const hessian = new Float64Array(columns * columns);
      const from = at.hessian / 8;
      for (let j = 0; j < columns; j++)
        for (let l = 0; l <= j; l++) hessian[j * columns + l] = memory[from + j * width + l];
      return { objective, gradient: gradientFound(columns), hessian };
    },
    gradient(coefficients) {
      const { columns } = loaded as GlmRows;
      begin(coefficients, 0);
      kernel.slope(...given(), at.gradient);
      return gradientFound(columns);
    },
  };
}

/** Whether the design stands in the memory already: rows are fitted several times on other levels. */
function sameDesign(one: GlmRows, other: GlmRows): boolean {
  return one.design === other.design && one.rows === other.rows && one.columns === other.columns;
}

/** Rows of `width` columns, of which a pad column and pad rows are 0. */
function fillDesign(target: Float64Array, { rows, columns, design }: GlmRows, width: number): void {
  if (width === columns) {
    target.set(design.subarray(0, rows * width));
    target.fill(0, rows * width);
    return;
  }
  target.fill(0);
  for (let i = 0; i < rows; i++) target.set(design.subarray(i * columns, (i + 1) * columns), i * width);
}
