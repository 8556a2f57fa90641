/** Explicit random streams: the same seed and stream numbers give the same draws on every machine and thread. */

import { MOST_DRAWS, NotFiniteError } from '../checks.ts';

/**
 * {@link Xoshiro128} with 53-bit uniforms, seeded by mixing the seed and any stream numbers
 * with the finaliser of MurmurHash3; streams with different numbers are independent for practical purposes.
 *
 * @example new RandomStream(1, 42).normal()
 */
export class RandomStream {
  private readonly generator: Xoshiro128;
  private spare: number | null = null;

  constructor(seed: number, ...streams: readonly number[]) {
    let state = 0x9e3779b9;
    for (const part of [seed, ...streams]) {
      state = mix(state ^ (part | 0));
      state = mix(state + Math.floor(part / 4_294_967_296) + 0x85ebca6b);
    }
    this.generator = new Xoshiro128(mix(state + 1), mix(state + 2), mix(state + 3), mix(state + 4) | 1);
    for (let i = 0; i < 8; i++) this.generator.bits();
  }

  /** Uniform on [0, 1), 53 bits. */
  uniform(): number {
    return ((this.generator.bits() >>> 5) * 67_108_864 + (this.generator.bits() >>> 6)) / 9_007_199_254_740_992;
  }

  /** Uniform integer in [0, n). @param n 1 … 2^31 */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (polar method: Marsaglia & Bray 1964). */
  normal(): number {
    if (this.spare !== null) {
      const z = this.spare;
      this.spare = null;
      return z;
    }
    for (let drawn = 0; drawn < MOST_DRAWS; drawn++) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      this.spare = y * scale;
      return x * scale;
    }
    throw new NotFiniteError('no normal was drawn');
  }

  /**
   * A normal draw truncated to below 0: by rejection while that is likely, else by an exponential tail (Robert 1995,
   * Statistics and Computing 5(2)).
   *
   * @param mean, deviation of the normal before truncation, finite; deviation ≥ 0
   */
  negativeNormal(mean: number, deviation: number): number {
    const bound = -mean / deviation;
    // A normal without width that lies at 0 or above, or further above than a square holds: all that is left of it is
    // 0.
    if (deviation === 0 || bound * bound === Number.POSITIVE_INFINITY) return Math.min(mean, 0);
    if (bound > -1) {
      for (let drawn = 0; drawn < MOST_DRAWS; drawn++) {
        const z = this.normal();
        if (z < bound) return mean + deviation * z;
      }
      throw new NotFiniteError('no normal below 0 was drawn');
    }
    // Tail z < bound ≤ −1: exponential proposal with rate α = (a + √(a² + 4))/2, a = −bound.
    const a = -bound;
    const rate = (a + Math.sqrt(a * a + 4)) / 2;
    for (let drawn = 0; drawn < MOST_DRAWS; drawn++) {
      const z = a - Math.log(1 - this.uniform()) / rate;
      if (this.uniform() <= Math.exp(-0.5 * (z - rate) ** 2)) return mean - deviation * z;
    }
    throw new NotFiniteError('no normal below 0 was drawn');
  }

  /**
   * Gamma with mean and variance `shape` (Marsaglia & Tsang 2000). @param shape > 0; a shape that is no finite number
   * gives NaN
   */
  gamma(shape: number): number {
    // No draw would ever be accepted.
    if (!(shape > 0 && shape < Number.POSITIVE_INFINITY)) return Number.NaN;
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (let drawn = 0; drawn < MOST_DRAWS; drawn++) {
      const z = this.normal();
      const v = (1 + c * z) ** 3;
      if (v <= 0) continue;
      if (Math.log(1 - this.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
    }
    return Number.NaN;
  }

  /**
   * Poisson counts: inversion below a mean of 30, gamma reduction above (Ahrens & Dieter 1974). @param mean 0 … 2^53;
   * NaN for any other
   */
  poisson(mean: number): number {
    if (!(mean >= 0 && mean <= Number.MAX_SAFE_INTEGER)) return Number.NaN;
    let count = 0;
    let rest = mean;
    // Each round takes at least an eighth of what is left, or returns.
    while (rest >= 30) {
      const m = Math.floor(rest * 0.875);
      const g = this.gamma(m);
      if (g > rest) {
        for (let i = 0; i < m - 1; i++) if (this.uniform() * g < rest) count++;
        return count;
      }
      count += m;
      rest -= g;
    }
    let product = this.uniform();
    const floor = Math.exp(-rest);
    for (let drawn = 0; product > floor && drawn < MOST_DRAWS; drawn++) {
      count++;
      product *= this.uniform();
    }
    return count;
  }
}

/** xoshiro128** (Blackman & Vigna 2021, ACM TOMS 47(4)). @param d not 0 where the others are */
export class Xoshiro128 {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(a: number, b: number, c: number, d: number) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  /** A 32-bit number. */
  bits(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result >>> 0;
  }
}

/** MurmurHash3's finaliser: spreads 32 bits. */
export function mix(x: number): number {
  let h = x | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h;
}
