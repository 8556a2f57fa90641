/** The built WebAssembly module: compiled once a thread, instantiated for every kernel. */

import { KERNEL_BASE64 } from './kernel-bytes.ts';

/** WebAssembly as far as it is used: core's compiler settings know no browser and no Node. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
};
declare function atob(text: string): string;

/** The exports of assembly/glm.ts, assembly/iteration.ts and assembly/innovations.ts. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  accumulate(
    rows: number,
    width: number,
    design: number,
    response: number,
    weight: number,
    offset: number,
    beta: number,
    family: number,
    power: number,
    inverseSize: number,
    dispersion: number,
    observed: number,
    gradient: number,
    hessian: number,
    scratch: number,
  ): number;
  slope(
    rows: number,
    width: number,
    design: number,
    response: number,
    weight: number,
    offset: number,
    beta: number,
    family: number,
    power: number,
    inverseSize: number,
    dispersion: number,
    gradient: number,
  ): void;
  iterate(block: number, from: number, to: number): void;
  innovate(
    count: number,
    width: number,
    columns: number,
    scale: number,
    within: number,
    noise: number,
    state: number,
    buffer: number,
    gram: number,
    out: number,
  ): void;
}

const PAGE_BYTES = 65_536;
/** The stub runtime keeps its constants below; everything above belongs to the rows. */
const FIRST_BYTE = 65_536;

let module: object | null = null;

/** An instance with a memory of its own. */
export function instantiateKernel(): KernelExports {
  module ??= new WebAssembly.Module(Uint8Array.from(atob(KERNEL_BASE64), (c) => c.charCodeAt(0)));
  return new WebAssembly.Instance(module, {}).exports as KernelExports;
}

/**
 * Lays blocks of f64 one behind the other and grows the memory to hold them.
 *
 * @param sizes numbers of values, even, so that every block starts at a multiple of 16 bytes
 * @returns byte offset of each block
 */
export function layOut(kernel: KernelExports, sizes: readonly number[]): number[] {
  const starts: number[] = [];
  let next = FIRST_BYTE;
  for (const size of sizes) {
    starts.push(next);
    next += size * 8;
  }
  const missing = next - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
  return starts;
}
