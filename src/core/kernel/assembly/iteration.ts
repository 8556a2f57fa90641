// Hot loop of the stochastic solver: iterations of one parameter set, each on a mini-batch of own rows and freshly simulated rows.
// All pointers are byte offsets into the module's memory, given as the fields of a block of f64 (see IterationBlock in iteration-kernel.ts).

const MAX_LINEAR: f64 = 20;
const PRICE_MASK: u32 = 4095;
/** As in iteration-kernel.ts. */
const MAX_MOVE: f64 = 0.25;
/** Weights of the running average grow with the cube of the iteration (Shamir & Zhang 2013, ICML, eq. 3 with η = 3): early iterates are forgotten. */
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

/** A stream of its own for every iteration: any iteration can be run again without the ones before it. */
function seedIteration(seed: u32, iteration: u32): void {
  const state = mix(mix(0x9e3779b9 ^ seed) + iteration);
  s0 = mix(state + 1);
  s1 = mix(state + 2);
  s2 = mix(state + 3);
  s3 = mix(state + 4) | 1;
}

// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
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

// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function below(n: u32): u32 {
  return <u32>((<u64>bits() * <u64>n) >> 32);
}

function uniform(): f64 {
  return (<f64>bits() + 0.5) * 2.3283064365386963e-10;
}

function normal(): f64 {
  while (true) {
    const x = 2 * uniform() - 1;
    const y = 2 * uniform() - 1;
    const s = x * x + y * y;
    if (s < 1 && s > 0) return x * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

/** Gamma with mean and variance `shape` (Marsaglia & Tsang 2000). */
function gamma(shape: f64): f64 {
  let boost: f64 = 1;
  let a = shape;
  if (a < 1) {
    boost = Math.pow(uniform(), 1 / a);
    a += 1;
  }
  const d = a - 1.0 / 3.0;
  const c = 1 / Math.sqrt(9 * d);
  while (true) {
    const z = normal();
    const v = (1 + c * z) * (1 + c * z) * (1 + c * z);
    if (v <= 0) continue;
    if (Math.log(uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return boost * d * v;
  }
}

/** exp of two lanes: 2^n · polynomial of degree 11 on [−ln 2 / 2, ln 2 / 2], relative error below 1e-14. */
// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function exp2lanes(x: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  let f = f64x2.sub(x, f64x2.mul(n, f64x2.splat(0.6931471803691238)));
  f = f64x2.sub(f, f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)));
  let p = f64x2.splat(2.505210838544172e-8);
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(2.755731922398589e-7));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(2.7557319223985893e-6));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(2.48015873015873e-5));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(1.984126984126984e-4));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(1.388888888888889e-3));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(8.333333333333333e-3));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(4.1666666666666664e-2));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(0.16666666666666666));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(0.5));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(1));
  p = f64x2.add(f64x2.mul(p, f), f64x2.splat(1));
  // 1.5 · 2^52 leaves n in the low bits; shifted by 52 it adds to the exponent.
  const exponent = i64x2.shl(f64x2.add(n, f64x2.splat(6755399441055744)), 52);
  return i64x2.add(p, exponent);
}

/** w · μ^(1−k)(y − μ), or w (y − μ)/(1 + αμ): the scores of two rows along their linear predictor. Not-a-number stays what it is. */
// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function scores(linear: v128, y: v128, w: v128, power: f64, inverseSize: f64): v128 {
  const eta = f64x2.pmin(f64x2.pmax(linear, f64x2.splat(-MAX_LINEAR)), f64x2.splat(MAX_LINEAR));
  const mu = exp2lanes(eta);
  const raw = f64x2.mul(w, f64x2.sub(y, mu));
  if (inverseSize > 0) return f64x2.div(raw, f64x2.add(f64x2.splat(1), f64x2.mul(f64x2.splat(inverseSize), mu)));
  if (power == 1) return raw;
  if (power == 2) return f64x2.div(raw, mu);
  return f64x2.mul(raw, exp2lanes(f64x2.mul(f64x2.splat(1 - power), eta)));
}

// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function lanesSum(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
}

/** linear[i] = row i · β for a multiple of four rows, given by their pointers (u32). Strides are multiples of 32 bytes. */
function dots(list: usize, rows: usize, stride: usize, beta: usize, linear: usize): void {
  const end = beta + stride;
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
    for (let b = beta; b < end; b += 32) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      a0 = f64x2.add(a0, f64x2.add(f64x2.mul(b0, v128.load(r0)), f64x2.mul(b1, v128.load(r0, 16))));
      a1 = f64x2.add(a1, f64x2.add(f64x2.mul(b0, v128.load(r1)), f64x2.mul(b1, v128.load(r1, 16))));
      a2 = f64x2.add(a2, f64x2.add(f64x2.mul(b0, v128.load(r2)), f64x2.mul(b1, v128.load(r2, 16))));
      a3 = f64x2.add(a3, f64x2.add(f64x2.mul(b0, v128.load(r3)), f64x2.mul(b1, v128.load(r3, 16))));
      r0 += 32;
      r1 += 32;
      r2 += 32;
      r3 += 32;
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

/** Number of the iteration as counted by this instance: tells rows of the calendar that it has drawn already from the others. */
let visit: u32 = 0;

/** Runs iterations from + 1 … to of the set described by the block. */
export function iterate(block: usize, from: i32, to: i32): void {
  const design = <usize>field(block, 0);
  const response = <usize>field(block, 1);
  const weight = <usize>field(block, 2);
  const offset = <usize>field(block, 3);
  const ownRows = <u32>field(block, 4);
  const batch = <u32>field(block, 5);
  const simDesign = <usize>field(block, 6);
  const simMean = <usize>field(block, 7);
  const simRows = <u32>field(block, 8);
  const prices = <usize>field(block, 9);
  const visited = <usize>field(block, 10);
  const simulated = <u32>field(block, 11);
  const tau = field(block, 12);
  const dispersion = field(block, 13);
  const power = field(block, 14);
  const inverseSize = field(block, 15);
  const simOffset = field(block, 16);
  const beta = <usize>field(block, 17);
  const average = <usize>field(block, 18);
  const gradient = <usize>field(block, 19);
  const preconditioner = <usize>field(block, 20);
  const ridge = <usize>field(block, 21);
  const priorMean = <usize>field(block, 22);
  const stride = (<usize>field(block, 23)) << 3;
  const seed = <u32>field(block, 24);
  const restart = <i32>field(block, 25);
  const stepFirst = field(block, 26);
  const stepHold = field(block, 27);
  const stepPower = field(block, 28);
  const noise = field(block, 29) != 0;
  /** Of the rows of an iteration: pointers (u32), linear predictors, scores. */
  const list = <usize>field(block, 30);
  const linear = <usize>field(block, 31);
  const score = <usize>field(block, 32);
  /** Of the drawn own rows: response, weight, offset. Of the draws: place of the calendar row in the list (u32), price term, demand. */
  const ownResponse = <usize>field(block, 33);
  const ownWeight = <usize>field(block, 34);
  const ownOffset = <usize>field(block, 35);
  const place = <usize>field(block, 36);
  const term = <usize>field(block, 37);
  const demand = <usize>field(block, 38);
  const allOwn = ownRows <= batch;
  const taken = allOwn ? ownRows : batch;
  const ownPlaces = (taken + 3) & ~3;
  const ownScale = taken > 0 ? <f64>ownRows / (<f64>taken * dispersion) : 0;
  const draws: u32 = tau > 0 ? simulated : 0;
  const simScale = f64x2.splat(draws > 0 ? tau / (<f64>draws * dispersion) : 0);

  for (let iteration = from + 1; iteration <= to; iteration++) {
    seedIteration(seed, <u32>iteration);
    visit++;
    for (let i: u32 = 0; i < ownPlaces; i++) {
      const inside = i < taken;
      const row: usize = inside ? (allOwn ? <usize>i : <usize>below(ownRows)) : 0;
      const lane = (<usize>i) << 3;
      store<u32>(list + ((<usize>i) << 2), <u32>(design + row * stride));
      store<f64>(ownResponse + lane, load<f64>(response + (row << 3)));
      store<f64>(ownWeight + lane, inside ? ownScale * load<f64>(weight + (row << 3)) : 0);
      store<f64>(ownOffset + lane, load<f64>(offset + (row << 3)));
    }
    // Each row of the calendar enters the list once, however often it is drawn.
    let places = ownPlaces;
    const stamp = (<u64>visit) << 32;
    for (let i: u32 = 0; i < draws; i++) {
      // One draw tells both: the row by its high bits, the price by its low ones.
      const drawn = bits();
      const row = <usize>(((<u64>drawn) * (<u64>simRows)) >> 32);
      const price = prices + ((<usize>(drawn & PRICE_MASK)) << 4);
      const known = load<u64>(visited + (row << 3));
      const fresh = known >> 32 != <u64>visit;
      const at = select<u32>(places, <u32>known, fresh);
      store<u64>(visited + (row << 3), stamp | (<u64>at));
      store<u32>(list + ((<usize>places) << 2), <u32>(simDesign + row * stride));
      places += <u32>fresh;
      let y = load<f64>(simMean + (row << 3)) * load<f64>(price, 8);
      if (noise) {
        const variance = dispersion * (inverseSize > 0 ? y + inverseSize * y * y : Math.pow(y, power));
        const shape = (y * y) / variance;
        y *= gamma(shape) / shape;
      }
      store<u32>(place + ((<usize>i) << 2), at);
      store<f64>(term + ((<usize>i) << 3), load<f64>(price));
      store<f64>(demand + ((<usize>i) << 3), y);
    }
    for (; places & 3; places++) store<u32>(list + ((<usize>places) << 2), <u32>design);
    dots(list, places, stride, beta, linear);

    for (let i: usize = 0; i < ownPlaces; i += 2) {
      const lane = i << 3;
      const eta = f64x2.add(v128.load(linear + lane), v128.load(ownOffset + lane));
      v128.store(score + lane, scores(eta, v128.load(ownResponse + lane), v128.load(ownWeight + lane), power, inverseSize));
    }
    for (let i: usize = ownPlaces; i < places; i += 2) v128.store(score + (i << 3), f64x2.splat(0));
    const slope = v128.load64_splat(beta, 8);
    const constant = f64x2.splat(simOffset);
    let price = f64x2.splat(0);
    const even = draws & ~1;
    for (let i: usize = 0; i < even; i += 2) {
      const lane = i << 3;
      const p0 = (<usize>load<u32>(place + (i << 2))) << 3;
      const p1 = (<usize>load<u32>(place + (i << 2), 4)) << 3;
      const h = v128.load(term + lane);
      const known = v128.load64_lane(linear + p1, v128.load64_splat(linear + p0), 1);
      const e = scores(f64x2.add(f64x2.add(known, constant), f64x2.mul(slope, h)), v128.load(demand + lane), simScale, power, inverseSize);
      price = f64x2.add(price, f64x2.mul(e, h));
      store<f64>(score + p0, load<f64>(score + p0) + f64x2.extract_lane(e, 0));
      store<f64>(score + p1, load<f64>(score + p1) + f64x2.extract_lane(e, 1));
    }
    let priceScore = f64x2.extract_lane(price, 0) + f64x2.extract_lane(price, 1);
    if (even < draws) {
      const p = (<usize>load<u32>(place + ((<usize>even) << 2))) << 3;
      const lane = (<usize>even) << 3;
      const h = load<f64>(term + lane);
      const eta = f64x2.splat(load<f64>(linear + p) + simOffset + load<f64>(beta, 8) * h);
      const e = f64x2.extract_lane(scores(eta, v128.load64_splat(demand + lane), simScale, power, inverseSize), 0);
      priceScore += e * h;
      store<f64>(score + p, load<f64>(score + p) + e);
    }

    for (let j: usize = 0; j < stride; j += 16) {
      v128.store(gradient + j, f64x2.mul(v128.load(ridge + j), f64x2.sub(v128.load(priorMean + j), v128.load(beta + j))));
    }
    store<f64>(gradient + 8, load<f64>(gradient + 8) + priceScore);
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
