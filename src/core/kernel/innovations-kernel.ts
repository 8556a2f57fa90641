/**
 * The Kalman filter of a level that walks and noise that lasts, over many columns at once: one contract, a WebAssembly
 * SIMD kernel and its plain TypeScript twin.
 */

import { instantiateKernel, type KernelExports, layOut } from './kernel-module.ts';

/** A walk of the level and a noise, in variances over that of a row's noise. */
export interface Noise {
  /** What the level gains a row. */
  readonly walk: number;
  /** Of the noise that lasts on the next row, 0-1; `block`: all of it within a block of rows, none beyond. */
  readonly correlation: number | 'block';
  /** Of the noise's variance that lasts. */
  readonly share: number;
}

/** Rows as observations of a level. */
export interface ObservedColumns {
  readonly count: number;
  /** What is explained, then columns that explain it; column-major. */
  readonly columns: Float64Array;
  readonly width: number;
  /** Standard deviation of each row's noise over that of a row at the usual mean. */
  readonly scale: Float64Array;
  /** 1 where a block of rows begins; null: noise knows no blocks. */
  readonly starts: Uint8Array | null;
}

export interface Sums {
  /** Σ log of the innovations' variances. */
  readonly logs: number;
  /** Of products of the columns' innovations over those variances; lower triangle, width × width. */
  readonly gram: Float64Array;
}

/**
 * Σ log of the innovations' variances under each noise, and the lower triangle of the sums of products of the columns'
 * innovations over them (the augmented filter of de Jong 1991, Annals of Statistics 19(2), with all columns run through
 * one filter). In the order of the noises.
 */
export type Innovations = (observed: ObservedColumns, noises: readonly Noise[]) => Sums[];

/** The twin: the same sums in plain TypeScript, to check the kernel against and to read. */
export const plainInnovations: Innovations = (observed, noises) => noises.map((noise) => plainSums(observed, noise));

function plainSums(
  { count, columns, width, scale, starts }: ObservedColumns,
  { walk, correlation, share }: Noise,
): Sums {
  const gram = new Float64Array(width * width);
  const level = new Float64Array(width);
  const shock = new Float64Array(width);
  const step = new Float64Array(width);
  // The first row is taken as the level's start, with a row's own noise; the noise that lasts is then at its mean.
  for (let j = 0; j < width; j++) level[j] = columns[j * count];
  let [p11, p12, p22] = [scale[0] ** 2, -scale[0] * share, share];
  let logs = 0;
  for (let i = 1; i < count; i++) {
    const kept = correlation === 'block' ? 1 - (starts?.[i] ?? 1) : correlation;
    p11 += walk;
    p12 *= kept;
    p22 = kept * kept * p22 + (1 - kept * kept) * share;
    const s = scale[i];
    const a = p11 + s * p12;
    const b = p12 + s * p22;
    const f = a + s * b + s * s * (1 - share);
    const k1 = a / f;
    const k2 = b / f;
    logs += Math.log(f);
    for (let j = 0; j < width; j++) {
      const carried = shock[j] * kept;
      const e = columns[j * count + i] - level[j] - s * carried;
      step[j] = e;
      level[j] = level[j] + k1 * e;
      shock[j] = carried + k2 * e;
    }
    for (let j = 0; j < width; j++) {
      const e = step[j] / f;
      for (let l = 0; l <= j; l++) gram[j * width + l] = gram[j * width + l] + e * step[l];
    }
    p11 -= k1 * a;
    p12 -= k1 * b;
    p22 -= k2 * b;
  }
  return { logs, gram };
}

/** Rows that the assembly keeps before it adds them to the sums (assembly/innovations.ts). */
const BLOCK_ROWS = 16;

let shared: KernelExports | null = null;

/** The kernel of this thread; its memory grows to the largest rows it has seen. */
export const innovations: Innovations = (observed, noises) => {
  shared ??= instantiateKernel();
  const kernel = shared;
  const { count, width, columns, scale, starts } = observed;
  const padded = width + (width & 1);
  const rows = count + (count & 1);
  const [columnsAt, scaleAt, withinAt, noiseAt, stateAt, bufferAt, gramAt, outAt] = layOut(kernel, [
    count * padded,
    rows,
    rows,
    8,
    4 * padded,
    4 * BLOCK_ROWS * padded,
    2 * padded * padded,
    2,
  ]) as [number, number, number, number, number, number, number, number];
  const memory = new Float64Array(kernel.memory.buffer);
  const at = columnsAt / 8;
  if (padded > width) for (let i = 0; i < count; i++) memory[at + i * padded + width] = 0;
  for (let j = 0; j < width; j++) for (let i = 0; i < count; i++) memory[at + i * padded + j] = columns[j * count + i];
  memory.set(scale.subarray(0, count), scaleAt / 8);
  for (let i = 0; i < count; i++) memory[withinAt / 8 + i] = 1 - (starts?.[i] ?? 1);
  const found: Sums[] = [];
  for (let k = 0; k < noises.length; k += 2) {
    const pair = [noises[k] as Noise, noises[k + 1] ?? (noises[k] as Noise)] as const;
    pair.forEach(({ walk, correlation, share }, lane) => {
      const block = correlation === 'block';
      memory[noiseAt / 8 + lane] = walk;
      memory[noiseAt / 8 + 2 + lane] = block ? 0 : correlation;
      memory[noiseAt / 8 + 4 + lane] = block ? 1 : 0;
      memory[noiseAt / 8 + 6 + lane] = share;
    });
    const gramFrom = gramAt / 8;
    memory.fill(0, gramFrom, gramFrom + 2 * padded * padded);
    kernel.innovate(count, padded, columnsAt, scaleAt, withinAt, noiseAt, stateAt, bufferAt, gramAt, outAt);
    for (let lane = 0; lane < 2 && k + lane < noises.length; lane++) {
      const gram = new Float64Array(width * width);
      for (let j = 0; j < width; j++)
        for (let l = 0; l <= j; l++) gram[j * width + l] = memory[gramFrom + 2 * (j * padded + l) + lane];
      found.push({ logs: memory[outAt / 8 + lane], gram });
    }
  }
  return found;
};
