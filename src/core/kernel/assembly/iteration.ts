// Hot loop of the stochastic solver: iterations of one parameter set, each on a mini-batch of own rows and freshly
// simulated rows. All pointers are byte offsets into the module's memory, given as the fields of a block of f64 (see
// IterationBlock in iteration-kernel.ts).

import { lanesSum, NEGATIVE_BINOMIAL, scores } from './lanes';

/**
 * As in iteration-kernel.ts: each drawn row of the calendar is sold at a price of every quarter of the quantiles, each
 * told by a byte.
 */
const PRICES_PER_ROW: u32 = 4;
const QUARTER_BYTES: usize = 256 << 4;
/**
 * No coefficient moves by more in one iteration: a row of a rare column that the mini-batch happens to hold would
 * otherwise throw log demand so far that exp overflows. Effects are log multipliers, so a quarter is large; steps of
 * the later iterations never come near it.
 */
const MAX_MOVE: f64 = 0.25;
/**
 * Weights of the running average grow with the cube of the iteration (Shamir & Zhang 2013, ICML, eq. 3 with η = 3):
 * early iterates are forgotten.
 */
const AVERAGE_POWER: f64 = 3;

let s0: u32 = 0;
let s1: u32 = 0;
let s2: u32 = 0;
let s3: u32 = 0;

function mix(x: u32): u32 {
  let h = x;
  h ^= h >>> 16;
  h *= 0x85ebca6b;
  h ^= h >>> 13;
  h *= 0xc2b2ae35;
  h ^= h >>> 16;
  return h;
}

/** Where the numbers of an iteration begin: any iteration can be run again without the ones before it. */
// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function seedOf(seed: u32, iteration: u32): u32 {
  return mix(mix(0x9e3779b9 ^ seed) + iteration);
}

// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function fourSeeds(state: u32, first: u32): v128 {
  const two = i32x4.replace_lane(i32x4.splat(mix(state + first)), 1, mix(state + first + 1));
  return i32x4.replace_lane(i32x4.replace_lane(two, 2, mix(state + first + 2)), 3, mix(state + first + 3));
}

/** Writes 32-bit numbers, to a multiple of four: four streams side by side, each with seeds of its own, take turns. */
function fillBits(state: u32, out: usize, count: u32): void {
  let a = fourSeeds(state, 1);
  let b = fourSeeds(state, 5);
  let c = fourSeeds(state, 9);
  let d = v128.or(fourSeeds(state, 13), i32x4.splat(1));
  const end = out + ((<usize>count) << 2);
  for (let at = out; at < end; at += 16) {
    const five = i32x4.add(b, i32x4.shl(b, 2));
    const turned = v128.or(i32x4.shl(five, 7), i32x4.shr_u(five, 25));
    v128.store(at, i32x4.add(turned, i32x4.shl(turned, 3)));
    const t = i32x4.shl(b, 9);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    b = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, t);
    d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
  }
}

/** The fifth stream, of drawn demand. */
function seedNoise(state: u32): void {
  s0 = mix(state + 17);
  s1 = mix(state + 18);
  s2 = mix(state + 19);
  s3 = mix(state + 20) | 1;
}

function bits(): u32 {
  const result = rotl<u32>(s1 * 5, 7) * 9;
  const t = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= t;
  s3 = rotl<u32>(s3, 11);
  return result;
}

/** 0 … n − 1 by the high bits of 32. */
// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function share(drawn: u32, n: u32): usize {
  return <usize>(((<u64>drawn) * (<u64>n)) >> 32);
}

function uniform(): f64 {
  return (<f64>bits() + 0.5) * 2.3283064365386963e-10;
}

/** Draws of a rejection sampler before it gives up, as in checks.ts. */
const MOST_DRAWS: u32 = 1000;

function normal(): f64 {
  for (let drawn: u32 = 0; drawn < MOST_DRAWS; drawn++) {
    const x = 2 * uniform() - 1;
    const y = 2 * uniform() - 1;
    const s = x * x + y * y;
    if (s < 1 && s > 0) return x * Math.sqrt((-2 * Math.log(s)) / s);
  }
  return NaN;
}

/**
 * Gamma with mean and variance `shape` (Marsaglia & Tsang 2000); NaN for a shape that is no finite number above 0: no
 * draw would ever be accepted.
 */
function gamma(shape: f64): f64 {
  if (!(shape > 0 && shape < Infinity)) return NaN;
  let boost: f64 = 1;
  let a = shape;
  if (a < 1) {
    boost = Math.pow(uniform(), 1 / a);
    a += 1;
  }
  const d = a - 1.0 / 3.0;
  const c = 1 / Math.sqrt(9 * d);
  for (let drawn: u32 = 0; drawn < MOST_DRAWS; drawn++) {
    const z = normal();
    const v = (1 + c * z) * (1 + c * z) * (1 + c * z);
    if (v <= 0) continue;
    if (Math.log(uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return boost * d * v;
  }
  return NaN;
}

/**
 * linear[i] = row i · β for a multiple of four rows, given by their pointers (u32). Strides are multiples of 32 bytes.
 */
function dots(list: usize, rows: usize, stride: usize, beta: usize, linear: usize): void {
  const end = beta + stride;
  const whole = beta + (stride & ~63);
  for (let i: usize = 0; i < rows; i += 4) {
    const at = list + (i << 2);
    let r0: usize = load<u32>(at);
    let r1: usize = load<u32>(at, 4);
    let r2: usize = load<u32>(at, 8);
    let r3: usize = load<u32>(at, 12);
    let a0 = f64x2.splat(0);
    let a1 = f64x2.splat(0);
    let a2 = f64x2.splat(0);
    let a3 = f64x2.splat(0);
    let b = beta;
    for (; b < whole; b += 64) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      const b2 = v128.load(b, 32);
      const b3 = v128.load(b, 48);
      a0 = f64x2.add(a0, f64x2.add(f64x2.mul(b0, v128.load(r0)), f64x2.mul(b1, v128.load(r0, 16))));
      a0 = f64x2.add(a0, f64x2.add(f64x2.mul(b2, v128.load(r0, 32)), f64x2.mul(b3, v128.load(r0, 48))));
      a1 = f64x2.add(a1, f64x2.add(f64x2.mul(b0, v128.load(r1)), f64x2.mul(b1, v128.load(r1, 16))));
      a1 = f64x2.add(a1, f64x2.add(f64x2.mul(b2, v128.load(r1, 32)), f64x2.mul(b3, v128.load(r1, 48))));
      a2 = f64x2.add(a2, f64x2.add(f64x2.mul(b0, v128.load(r2)), f64x2.mul(b1, v128.load(r2, 16))));
      a2 = f64x2.add(a2, f64x2.add(f64x2.mul(b2, v128.load(r2, 32)), f64x2.mul(b3, v128.load(r2, 48))));
      a3 = f64x2.add(a3, f64x2.add(f64x2.mul(b0, v128.load(r3)), f64x2.mul(b1, v128.load(r3, 16))));
      a3 = f64x2.add(a3, f64x2.add(f64x2.mul(b2, v128.load(r3, 32)), f64x2.mul(b3, v128.load(r3, 48))));
      r0 += 64;
      r1 += 64;
      r2 += 64;
      r3 += 64;
    }
    if (b < end) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      a0 = f64x2.add(a0, f64x2.add(f64x2.mul(b0, v128.load(r0)), f64x2.mul(b1, v128.load(r0, 16))));
      a1 = f64x2.add(a1, f64x2.add(f64x2.mul(b0, v128.load(r1)), f64x2.mul(b1, v128.load(r1, 16))));
      a2 = f64x2.add(a2, f64x2.add(f64x2.mul(b0, v128.load(r2)), f64x2.mul(b1, v128.load(r2, 16))));
      a3 = f64x2.add(a3, f64x2.add(f64x2.mul(b0, v128.load(r3)), f64x2.mul(b1, v128.load(r3, 16))));
    }
    v128.store(linear + (i << 3), lanesSum(a0, a1));
    v128.store(linear + (i << 3), lanesSum(a2, a3), 16);
  }
}

/** gradient += Σ score[i] · row i for a multiple of four rows. */
function spread(list: usize, rows: usize, stride: usize, score: usize, gradient: usize): void {
  const end = gradient + stride;
  for (let i: usize = 0; i < rows; i += 4) {
    const at = list + (i << 2);
    let r0: usize = load<u32>(at);
    let r1: usize = load<u32>(at, 4);
    let r2: usize = load<u32>(at, 8);
    let r3: usize = load<u32>(at, 12);
    const e0 = v128.load64_splat(score + (i << 3));
    const e1 = v128.load64_splat(score + (i << 3), 8);
    const e2 = v128.load64_splat(score + (i << 3), 16);
    const e3 = v128.load64_splat(score + (i << 3), 24);
    for (let g = gradient; g < end; g += 32) {
      const first = f64x2.add(
        f64x2.add(f64x2.mul(e0, v128.load(r0)), f64x2.mul(e1, v128.load(r1))),
        f64x2.add(f64x2.mul(e2, v128.load(r2)), f64x2.mul(e3, v128.load(r3))),
      );
      const second = f64x2.add(
        f64x2.add(f64x2.mul(e0, v128.load(r0, 16)), f64x2.mul(e1, v128.load(r1, 16))),
        f64x2.add(f64x2.mul(e2, v128.load(r2, 16)), f64x2.mul(e3, v128.load(r3, 16))),
      );
      v128.store(g, f64x2.add(v128.load(g), first));
      v128.store(g, f64x2.add(v128.load(g, 16), second), 16);
      r0 += 32;
      r1 += 32;
      r2 += 32;
      r3 += 32;
    }
  }
}

// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function field(block: usize, index: usize): f64 {
  return load<f64>(block + (index << 3));
}

/** Runs iterations from + 1 … to of the set described by the block. */
export function iterate(block: usize, from: i32, to: i32): void {
  const design = <usize>field(block, 0);
  /** Of each own row: response, weight times how many rows a drawn one stands for over φ, offset, 0. */
  const rowFacts = <usize>field(block, 1);
  const ownRows = <u32>field(block, 2);
  const batch = <u32>field(block, 3);
  const simDesign = <usize>field(block, 4);
  const simRows = <u32>field(block, 5);
  const prices = <usize>field(block, 6);
  /** Expected demand of each calendar row. */
  const means = <usize>field(block, 7);
  /** Calendar rows drawn in an iteration. */
  const simulated = <u32>field(block, 8);
  const tau = field(block, 9);
  const dispersion = field(block, 10);
  const power = field(block, 11);
  const inverseSize = field(block, 12);
  const simOffset = f64x2.splat(field(block, 13));
  const beta = <usize>field(block, 14);
  const average = <usize>field(block, 15);
  const gradient = <usize>field(block, 16);
  const preconditioner = <usize>field(block, 17);
  const ridge = <usize>field(block, 18);
  const priorMean = <usize>field(block, 19);
  const stride = (<usize>field(block, 20)) << 3;
  const seed = <u32>field(block, 21);
  const restart = <i32>field(block, 22);
  const stepFirst = field(block, 23);
  const stepHold = field(block, 24);
  const stepPower = field(block, 25);
  const noise = field(block, 26) != 0;
  /** Of the rows of an iteration: pointers (u32), linear predictors, scores. */
  const list = <usize>field(block, 27);
  const linear = <usize>field(block, 28);
  const score = <usize>field(block, 29);
  /** Of the drawn own rows: response, weight, offset. Of the simulated rows: price term, demand. */
  const ownResponse = <usize>field(block, 30);
  const ownWeight = <usize>field(block, 31);
  const ownOffset = <usize>field(block, 32);
  const term = <usize>field(block, 33);
  const demand = <usize>field(block, 34);
  const numbers = <usize>field(block, 35);
  const family = <i32>field(block, 36);
  const allOwn = ownRows <= batch;
  const taken = allOwn ? ownRows : batch;
  const ownPlaces = (taken + 3) & ~3;
  const draws: u32 = tau > 0 ? simulated : 0;
  const simScale = f64x2.splat(draws > 0 ? tau / (<f64>(draws * PRICES_PER_ROW) * dispersion) : 0);
  const places: usize = ownPlaces + draws;
  const poisson = family != NEGATIVE_BINOMIAL && power == 1;

  const drawnOwn: u32 = allOwn ? 0 : taken;
  const drawnSimulated = numbers + ((<usize>drawnOwn) << 2);
  if (allOwn) {
    for (let i: usize = 0; i < taken; i++) {
      store<u32>(list + (i << 2), <u32>(design + i * stride));
      const own = rowFacts + (i << 5);
      store<f64>(ownResponse + (i << 3), load<f64>(own));
      store<f64>(ownWeight + (i << 3), load<f64>(own, 8));
      store<f64>(ownOffset + (i << 3), load<f64>(own, 16));
    }
  }
  for (let i: usize = taken; i < ownPlaces; i++) {
    store<u32>(list + (i << 2), <u32>design);
    store<f64>(ownWeight + (i << 3), 0);
  }

  // Rows to a multiple of four, whose score stays 0.
  for (let i: usize = places; i & 3; i++) store<u32>(list + (i << 2), <u32>design);
  for (let i: usize = places; i & 3; i++) store<f64>(score + (i << 3), 0);

  for (let iteration = from + 1; iteration <= to; iteration++) {
    const state = seedOf(seed, <u32>iteration);
    fillBits(state, numbers, drawnOwn + 2 * draws);
    for (let i: usize = 0; i < drawnOwn; i++) {
      const row = share(load<u32>(numbers + (i << 2)), ownRows);
      const own = rowFacts + (row << 5);
      store<u32>(list + (i << 2), <u32>(design + row * stride));
      store<f64>(ownResponse + (i << 3), load<f64>(own));
      store<f64>(ownWeight + (i << 3), load<f64>(own, 8));
      store<f64>(ownOffset + (i << 3), load<f64>(own, 16));
    }
    for (let i: usize = 0; i < draws; i++) {
      // Two numbers tell a row of the calendar and its four prices.
      const drawn = drawnSimulated + (i << 3);
      const row = share(load<u32>(drawn), simRows);
      store<u32>(list + ((<usize>ownPlaces + i) << 2), <u32>(simDesign + row * stride));
      const mean = v128.load64_splat(means + (row << 3));
      const p0 = v128.load(prices + ((<usize>load<u8>(drawn, 4)) << 4));
      const p1 = v128.load(prices + QUARTER_BYTES + ((<usize>load<u8>(drawn, 5)) << 4));
      const p2 = v128.load(prices + 2 * QUARTER_BYTES + ((<usize>load<u8>(drawn, 6)) << 4));
      const p3 = v128.load(prices + 3 * QUARTER_BYTES + ((<usize>load<u8>(drawn, 7)) << 4));
      const four = i << 5;
      v128.store(term + four, v128.shuffle<f64>(p0, p1, 0, 2));
      v128.store(term + four, v128.shuffle<f64>(p2, p3, 0, 2), 16);
      v128.store(demand + four, f64x2.mul(mean, v128.shuffle<f64>(p0, p1, 1, 3)));
      v128.store(demand + four, f64x2.mul(mean, v128.shuffle<f64>(p2, p3, 1, 3)), 16);
    }
    if (noise) {
      seedNoise(state);
      for (let i: usize = 0; i < draws * PRICES_PER_ROW; i++) {
        const y = load<f64>(demand + (i << 3));
        const variance = dispersion * (family == NEGATIVE_BINOMIAL ? y + inverseSize * y * y : Math.pow(y, power));
        const shape = (y * y) / variance;
        store<f64>(demand + (i << 3), (y * gamma(shape)) / shape);
      }
    }
    dots(list, places, stride, beta, linear);

    for (let i: usize = 0; i < ownPlaces; i += 2) {
      const lane = i << 3;
      const eta = f64x2.add(v128.load(linear + lane), v128.load(ownOffset + lane));
      v128.store(score + lane, scores(eta, v128.load(ownResponse + lane), v128.load(ownWeight + lane), poisson, family, power, inverseSize));
    }
    const slope = v128.load64_splat(beta, 8);
    let price = f64x2.splat(0);
    for (let i: usize = 0; i < draws; i++) {
      const four = i << 5;
      const at = (<usize>ownPlaces + i) << 3;
      const known = f64x2.add(v128.load64_splat(linear + at), simOffset);
      const h0 = v128.load(term + four);
      const h1 = v128.load(term + four, 16);
      const e0 = scores(f64x2.add(known, f64x2.mul(slope, h0)), v128.load(demand + four), simScale, poisson, family, power, inverseSize);
      const e1 = scores(f64x2.add(known, f64x2.mul(slope, h1)), v128.load(demand + four, 16), simScale, poisson, family, power, inverseSize);
      price = f64x2.add(price, f64x2.add(f64x2.mul(e0, h0), f64x2.mul(e1, h1)));
      const e = f64x2.add(e0, e1);
      store<f64>(score + at, f64x2.extract_lane(e, 0) + f64x2.extract_lane(e, 1));
    }

    for (let j: usize = 0; j < stride; j += 16) {
      v128.store(gradient + j, f64x2.mul(v128.load(ridge + j), f64x2.sub(v128.load(priorMean + j), v128.load(beta + j))));
    }
    store<f64>(gradient + 8, load<f64>(gradient + 8) + f64x2.extract_lane(price, 0) + f64x2.extract_lane(price, 1));
    spread(list, places, stride, score, gradient);

    const age = <f64>(iteration - restart);
    const step = stepFirst * Math.pow(1 + age / stepHold, -stepPower);
    const share = (AVERAGE_POWER + 1) / (age + AVERAGE_POWER);
    for (let j: usize = 0; j < stride; j += 8) {
      const line = preconditioner + (j >> 3) * stride;
      let a = f64x2.splat(0);
      for (let l: usize = 0; l < stride; l += 16) a = f64x2.add(a, f64x2.mul(v128.load(line + l), v128.load(gradient + l)));
      const move = step * (f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1));
      const next = load<f64>(beta + j) + Math.min(MAX_MOVE, Math.max(-MAX_MOVE, move));
      store<f64>(beta + j, next);
      const kept = load<f64>(average + j);
      store<f64>(average + j, kept + share * (next - kept));
    }
  }
}
