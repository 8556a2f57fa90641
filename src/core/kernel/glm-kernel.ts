/** The hot loop of the exact fit: one contract, a WebAssembly SIMD kernel and its plain TypeScript twin. */

import { instantiateKernel, layOut } from './kernel-module.ts';

/** The rows of one regression. Arrays have length rows, `design` is row-major rows × columns. */
export interface GlmRows {
  readonly rows: number;
  readonly columns: number;
  readonly design: Float64Array;
  readonly response: Float64Array;
  /** ≥ 0; rows of weight 0 add nothing. */
  readonly weight: Float64Array;
  readonly offset: Float64Array | null;
  /** Exponent k of the variance φ·μ^k, 1-2. */
  readonly variancePower: number;
  /** α ≥ 0: above 0 the variance is the negative binomial's φ(μ + αμ²) (NB2) and `variancePower` is not used. */
  readonly inverseSize: number;
  /** φ > 0. */
  readonly dispersion: number;
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
      const { rows, columns, design, response, weight, offset, variancePower: k, inverseSize, dispersion } = loaded as GlmRows;
      const gradient = new Float64Array(columns);
      const hessian = new Float64Array(columns * columns);
      let objective = 0;
      for (let i = 0; i < rows; i++) {
        const w = (weight[i] as number) / dispersion;
        if (w === 0) continue;
        const at = i * columns;
        let linear = offset ? (offset[i] as number) : 0;
        for (let j = 0; j < columns; j++) linear += (design[at + j] as number) * (coefficients[j] as number);
        linear = Math.min(MAX_LINEAR, Math.max(-MAX_LINEAR, linear));
        const mu = Math.exp(linear);
        const y = response[i] as number;
        let nll: number;
        let shrink: number;
        let curvature: number;
        if (inverseSize > 0) {
          const spread = 1 + inverseSize * mu;
          shrink = 1 / spread;
          nll = (y + 1 / inverseSize) * Math.log(spread) - y * linear;
          curvature = w * (observed ? mu * (1 + inverseSize * y) * shrink * shrink : mu * shrink);
        } else {
          shrink = k === 1 ? 1 : Math.exp((1 - k) * linear);
          nll = k === 1 ? mu - y * linear : k === 2 ? linear + y / mu : (y * shrink) / (k - 1) + (mu * shrink) / (2 - k);
          curvature = w * shrink * (observed ? (2 - k) * mu + (k - 1) * y : mu);
        }
        objective += w * nll;
        const score = w * shrink * (y - mu);
        for (let j = 0; j < columns; j++) {
          const x = design[at + j] as number;
          gradient[j] = (gradient[j] as number) + score * x;
          const scaled = curvature * x;
          for (let l = 0; l <= j; l++) hessian[j * columns + l] = (hessian[j * columns + l] as number) + scaled * (design[at + l] as number);
        }
      }
      return { objective, gradient, hessian };
    },
  };
}

/** A kernel with a memory of its own, which grows to the largest rows it has seen. */
export function wasmKernel(): GlmKernel {
  const kernel = instantiateKernel();
  let loaded: GlmRows | null = null;
  let width = 0;
  let padded = 0;
  let at = { design: 0, response: 0, weight: 0, offset: 0, beta: 0, gradient: 0, hessian: 0, scratch: 0 };
  return {
    load(rows) {
      loaded = rows;
      width = rows.columns + (rows.columns & 1);
      padded = (rows.rows + 3) & ~3;
      const starts = layOut(kernel, [padded * width, padded, padded, padded, width, width, width * width, 8]);
      const [design, response, weight, offset, beta, gradient, hessian, scratch] = starts as [number, number, number, number, number, number, number, number];
      at = { design, response, weight, offset, beta, gradient, hessian, scratch };
      const view = (start: number, length: number): Float64Array => new Float64Array(kernel.memory.buffer, start, length);
      const target = view(design, padded * width);
      if (width === rows.columns) {
        target.set(rows.design.subarray(0, rows.rows * width));
        target.fill(0, rows.rows * width);
      } else {
        target.fill(0);
        for (let i = 0; i < rows.rows; i++) target.set(rows.design.subarray(i * rows.columns, (i + 1) * rows.columns), i * width);
      }
      for (const [start, values] of [
        [response, rows.response],
        [weight, rows.weight],
        [offset, rows.offset],
      ] as const) {
        const block = view(start, padded).fill(0);
        if (values) block.set(values.subarray(0, rows.rows));
      }
    },
    sums(coefficients, observed) {
      const { columns, variancePower, inverseSize, dispersion } = loaded as GlmRows;
      const view = (start: number, length: number): Float64Array => new Float64Array(kernel.memory.buffer, start, length);
      view(at.beta, width).fill(0).set(coefficients);
      view(at.gradient, width).fill(0);
      view(at.hessian, width * width).fill(0);
      const objective = kernel.accumulate(
        padded,
        width,
        at.design,
        at.response,
        at.weight,
        at.offset,
        at.beta,
        variancePower,
        inverseSize,
        dispersion,
        observed ? 1 : 0,
        at.gradient,
        at.hessian,
        at.scratch,
      );
      const gradient = Float64Array.from(view(at.gradient, columns));
      const hessian = new Float64Array(columns * columns);
      for (let j = 0; j < columns; j++) hessian.set(view(at.hessian + j * width * 8, columns), j * columns);
      return { objective, gradient, hessian };
    },
  };
}
