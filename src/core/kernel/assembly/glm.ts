// Hot loop of the exact fit: one pass over the rows gives objective, gradient and the lower triangle of the Hessian.
// All pointers are byte offsets into the module's memory; `width` is the column count rounded up to an even number, pad
// columns are 0.

import { lanesSum, NEGATIVE_BINOMIAL, scores } from './lanes';

/** |log μ| is kept within this, as in the plain twin. */
const MAX_LINEAR: f64 = 20;

/**
 * Adds the rows' part of Σ w·nll/φ, of −∇ and of the Hessian. Rows come in fours, so that each element of the Hessian
 * is loaded and stored once for four rows; the caller pads `rows` to a multiple of 4 with rows of weight 0.
 *
 * @returns the objective of the rows
 */
export function accumulate(
  rows: i32,
  width: i32,
  design: usize,
  response: usize,
  weight: usize,
  offset: usize,
  beta: usize,
  family: i32,
  power: f64,
  inverseSize: f64,
  dispersion: f64,
  observed: i32,
  gradient: usize,
  hessian: usize,
  scratch: usize,
): f64 {
  let objective: f64 = 0;
  const stride: usize = (<usize>width) << 3;
  const poisson = power == 1;
  const gamma = power == 2;
  // scratch: 4 curvatures, 4 scores
  for (let i = 0; i < rows; i += 4) {
    const base = design + (<usize>i) * stride;
    for (let r = 0; r < 4; r++) {
      const row = base + (<usize>r) * stride;
      const at = (<usize>(i + r)) << 3;
      const w = load<f64>(weight + at) / dispersion;
      let a = f64x2.splat(0);
      for (let j: usize = 0; j < stride; j += 16) a = f64x2.add(a, f64x2.mul(v128.load(row + j), v128.load(beta + j)));
      let linear = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1) + load<f64>(offset + at);
      linear = Math.min(MAX_LINEAR, Math.max(-MAX_LINEAR, linear));
      const mu = Math.exp(linear);
      const y = load<f64>(response + at);
      let nll: f64;
      let shrink: f64;
      let curvature: f64;
      if (family == NEGATIVE_BINOMIAL) {
        const spread = 1 + inverseSize * mu;
        shrink = 1 / spread;
        nll = (y + 1 / inverseSize) * Math.log1p(inverseSize * mu) - y * linear;
        curvature = observed ? mu * (1 + inverseSize * y) * shrink * shrink : mu * shrink;
      } else {
        shrink = poisson ? 1 : Math.exp((1 - power) * linear);
        nll = poisson ? mu - y * linear : gamma ? linear + y / mu : (y * shrink) / (power - 1) + (mu * shrink) / (2 - power);
        curvature = shrink * (observed ? (2 - power) * mu + (power - 1) * y : mu);
      }
      if (w != 0) objective += w * nll;
      store<f64>(scratch + ((<usize>r) << 3), w * curvature);
      store<f64>(scratch + 32 + ((<usize>r) << 3), w * shrink * (y - mu));
    }
    const row0 = base;
    const row1 = base + stride;
    const row2 = row1 + stride;
    const row3 = row2 + stride;
    const s0 = v128.load64_splat(scratch, 32);
    const s1 = v128.load64_splat(scratch, 40);
    const s2 = v128.load64_splat(scratch, 48);
    const s3 = v128.load64_splat(scratch, 56);
    for (let j: usize = 0; j < stride; j += 16) {
      let g = v128.load(gradient + j);
      g = f64x2.add(g, f64x2.mul(s0, v128.load(row0 + j)));
      g = f64x2.add(g, f64x2.mul(s1, v128.load(row1 + j)));
      g = f64x2.add(g, f64x2.mul(s2, v128.load(row2 + j)));
      g = f64x2.add(g, f64x2.mul(s3, v128.load(row3 + j)));
      v128.store(gradient + j, g);
    }
    const c0 = load<f64>(scratch);
    const c1 = load<f64>(scratch, 8);
    const c2 = load<f64>(scratch, 16);
    const c3 = load<f64>(scratch, 24);
    for (let j: usize = 0; j < stride; j += 8) {
      const w0 = f64x2.splat(c0 * load<f64>(row0 + j));
      const w1 = f64x2.splat(c1 * load<f64>(row1 + j));
      const w2 = f64x2.splat(c2 * load<f64>(row2 + j));
      const w3 = f64x2.splat(c3 * load<f64>(row3 + j));
      const line = hessian + (j >> 3) * stride;
      for (let l: usize = 0; l <= j; l += 16) {
        let h = v128.load(line + l);
        h = f64x2.add(h, f64x2.mul(w0, v128.load(row0 + l)));
        h = f64x2.add(h, f64x2.mul(w1, v128.load(row1 + l)));
        h = f64x2.add(h, f64x2.mul(w2, v128.load(row2 + l)));
        h = f64x2.add(h, f64x2.mul(w3, v128.load(row3 + l)));
        v128.store(line + l, h);
      }
    }
  }
  return objective;
}

/**
 * Adds the rows' part of −∇ alone: what a step along a curvature that is known already asks for. Rows as in
 * {@link accumulate}.
 */
export function slope(
  rows: i32,
  width: i32,
  design: usize,
  response: usize,
  weight: usize,
  offset: usize,
  beta: usize,
  family: i32,
  power: f64,
  inverseSize: f64,
  dispersion: f64,
  gradient: usize,
): void {
  const stride: usize = (<usize>width) << 3;
  const poisson = family != NEGATIVE_BINOMIAL && power == 1;
  const share = f64x2.splat(1 / dispersion);
  let row0 = design;
  for (let i = 0; i < rows; i += 4) {
    const row1 = row0 + stride;
    const row2 = row1 + stride;
    const row3 = row2 + stride;
    let a0 = f64x2.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    for (let j: usize = 0; j < stride; j += 16) {
      const b = v128.load(beta + j);
      a0 = f64x2.add(a0, f64x2.mul(b, v128.load(row0 + j)));
      a1 = f64x2.add(a1, f64x2.mul(b, v128.load(row1 + j)));
      a2 = f64x2.add(a2, f64x2.mul(b, v128.load(row2 + j)));
      a3 = f64x2.add(a3, f64x2.mul(b, v128.load(row3 + j)));
    }
    const at = (<usize>i) << 3;
    const first = f64x2.add(lanesSum(a0, a1), v128.load(offset + at));
    const second = f64x2.add(lanesSum(a2, a3), v128.load(offset + at, 16));
    const w0 = f64x2.mul(share, v128.load(weight + at));
    const w1 = f64x2.mul(share, v128.load(weight + at, 16));
    const e0 = scores(first, v128.load(response + at), w0, poisson, family, power, inverseSize);
    const e1 = scores(second, v128.load(response + at, 16), w1, poisson, family, power, inverseSize);
    const s0 = v128.shuffle<f64>(e0, e0, 0, 0);
    const s1 = v128.shuffle<f64>(e0, e0, 1, 1);
    const s2 = v128.shuffle<f64>(e1, e1, 0, 0);
    const s3 = v128.shuffle<f64>(e1, e1, 1, 1);
    for (let j: usize = 0; j < stride; j += 16) {
      const near = f64x2.add(f64x2.mul(s0, v128.load(row0 + j)), f64x2.mul(s1, v128.load(row1 + j)));
      const far = f64x2.add(f64x2.mul(s2, v128.load(row2 + j)), f64x2.mul(s3, v128.load(row3 + j)));
      v128.store(gradient + j, f64x2.add(v128.load(gradient + j), f64x2.add(near, far)));
    }
    row0 = row3 + stride;
  }
}
