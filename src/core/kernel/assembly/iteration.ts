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

/** Gamma with mean and variance `shape` (Marsaglia & Tsang 2000); NaN for a shape that is no finite number above 0: no draw would ever be accepted. */
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

/** w · μ^(1−k)(y − μ), or w (y − μ)/(1 + αμ): the scores of two rows along their linear predictor. */
// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function scores(linear: v128, y: v128, w: v128, power: f64, inverseSize: f64): v128 {
  const eta = f64x2.min(f64x2.splat(MAX_LINEAR), f64x2.max(f64x2.splat(-MAX_LINEAR), linear));
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

/** Adds four rows' scores to the gradient. scratch: 4 row pointers (u32), then from byte 32 on 4 each of extra, y, w, h, score. */
// biome-ignore lint/suspicious/noTsIgnore: an AssemblyScript decorator
// @ts-ignore: decorator
@inline
function addFour(scratch: usize, stride: usize, beta: usize, gradient: usize, power: f64, inverseSize: f64): void {
  const r0: usize = load<u32>(scratch);
  const r1: usize = load<u32>(scratch, 4);
  const r2: usize = load<u32>(scratch, 8);
  const r3: usize = load<u32>(scratch, 12);
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  for (let j: usize = 0; j < stride; j += 16) {
    const b = v128.load(beta + j);
    a0 = f64x2.add(a0, f64x2.mul(b, v128.load(r0 + j)));
    a1 = f64x2.add(a1, f64x2.mul(b, v128.load(r1 + j)));
    a2 = f64x2.add(a2, f64x2.mul(b, v128.load(r2 + j)));
    a3 = f64x2.add(a3, f64x2.mul(b, v128.load(r3 + j)));
  }
  const first = scores(f64x2.add(lanesSum(a0, a1), v128.load(scratch, 32)), v128.load(scratch, 64), v128.load(scratch, 96), power, inverseSize);
  const second = scores(f64x2.add(lanesSum(a2, a3), v128.load(scratch, 48)), v128.load(scratch, 80), v128.load(scratch, 112), power, inverseSize);
  const price = f64x2.add(f64x2.mul(first, v128.load(scratch, 128)), f64x2.mul(second, v128.load(scratch, 144)));
  const e0 = v128.shuffle<f64>(first, first, 0, 0);
  const e1 = v128.shuffle<f64>(first, first, 1, 1);
  const e2 = v128.shuffle<f64>(second, second, 0, 0);
  const e3 = v128.shuffle<f64>(second, second, 1, 1);
  for (let j: usize = 0; j < stride; j += 16) {
    const left = f64x2.add(f64x2.mul(e0, v128.load(r0 + j)), f64x2.mul(e1, v128.load(r1 + j)));
    const right = f64x2.add(f64x2.mul(e2, v128.load(r2 + j)), f64x2.mul(e3, v128.load(r3 + j)));
    v128.store(gradient + j, f64x2.add(v128.load(gradient + j), f64x2.add(left, right)));
  }
  store<f64>(gradient + 8, load<f64>(gradient + 8) + f64x2.extract_lane(price, 0) + f64x2.extract_lane(price, 1));
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
  const response = <usize>field(block, 1);
  const weight = <usize>field(block, 2);
  const offset = <usize>field(block, 3);
  const ownRows = <u32>field(block, 4);
  const batch = <i32>field(block, 5);
  const simDesign = <usize>field(block, 6);
  const simMean = <usize>field(block, 7);
  const simRows = <u32>field(block, 8);
  const priceTerm = <usize>field(block, 9);
  const priceFactor = <usize>field(block, 10);
  const simulated = <i32>field(block, 11);
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
  const scratch = <usize>field(block, 30);
  const allOwn = ownRows <= <u32>batch;
  const taken = allOwn ? <i32>ownRows : batch;
  const ownScale = taken > 0 ? <f64>ownRows / (<f64>taken * dispersion) : 0;
  const simScale = simulated > 0 ? tau / (<f64>simulated * dispersion) : 0;
  const withSimulated = simulated > 0 && tau > 0;

  for (let iteration = from + 1; iteration <= to; iteration++) {
    seedIteration(seed, <u32>iteration);
    for (let j: usize = 0; j < stride; j += 8) store<f64>(gradient + j, load<f64>(ridge + j) * (load<f64>(priorMean + j) - load<f64>(beta + j)));
    for (let i = 0; i < taken; i += 4) {
      for (let r = 0; r < 4; r++) {
        const lane = (<usize>r) << 3;
        const inside = i + r < taken;
        const row: usize = inside ? (allOwn ? <usize>(i + r) : <usize>below(ownRows)) : 0;
        store<u32>(scratch + ((<usize>r) << 2), <u32>(design + row * stride));
        store<f64>(scratch + lane, load<f64>(offset + (row << 3)), 32);
        store<f64>(scratch + lane, load<f64>(response + (row << 3)), 64);
        store<f64>(scratch + lane, inside ? ownScale * load<f64>(weight + (row << 3)) : 0, 96);
        store<f64>(scratch + lane, 0, 128);
      }
      addFour(scratch, stride, beta, gradient, power, inverseSize);
    }
    if (withSimulated) {
      const slope = load<f64>(beta, 8);
      for (let i = 0; i < simulated; i += 4) {
        for (let r = 0; r < 4; r++) {
          const lane = (<usize>r) << 3;
          const inside = i + r < simulated;
          const row: usize = inside ? <usize>below(simRows) : 0;
          const quantile: usize = inside ? <usize>(bits() & PRICE_MASK) : 0;
          const h = load<f64>(priceTerm + (quantile << 3));
          let y = load<f64>(simMean + (row << 3)) * load<f64>(priceFactor + (quantile << 3));
          if (noise && inside) {
            const variance = dispersion * (inverseSize > 0 ? y + inverseSize * y * y : Math.pow(y, power));
            const shape = (y * y) / variance;
            y *= gamma(shape) / shape;
          }
          store<u32>(scratch + ((<usize>r) << 2), <u32>(simDesign + row * stride));
          store<f64>(scratch + lane, simOffset + slope * h, 32);
          store<f64>(scratch + lane, y, 64);
          store<f64>(scratch + lane, inside ? simScale : 0, 96);
          store<f64>(scratch + lane, h, 128);
        }
        addFour(scratch, stride, beta, gradient, power, inverseSize);
      }
    }
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
