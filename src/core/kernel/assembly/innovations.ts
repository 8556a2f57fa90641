// Hot loop of the likelihoods of a level that walks: the Kalman filter of two noises at a time, one a lane, over many
// columns. All pointers are byte offsets into the module's memory; a pair is a v128 of what the two noises have.

/** Rows whose steps are kept before they are added to the sums: they and the sums then stay in the nearest memory. */
const BLOCK: usize = 16;
/** Rows whose variances are multiplied before a logarithm is taken of them. */
const LOG_ROWS: i32 = 8;

/** Adds the products of the steps of a block, over their variances, to the sums: two lines and two columns at a time. */
function addProducts(steps: usize, over: usize, stride: usize, gram: usize): void {
  const end = BLOCK * stride;
  for (let j: usize = 0; j < stride; j += 32) {
    const line0 = gram + (j >> 4) * stride;
    const line1 = line0 + stride;
    for (let l: usize = 0; l <= j; l += 32) {
      let a00 = v128.load(line0 + l);
      let a01 = v128.load(line0 + l, 16);
      let a10 = v128.load(line1 + l);
      let a11 = v128.load(line1 + l, 16);
      for (let row: usize = 0; row < end; row += stride) {
        const e0 = v128.load(over + row + j);
        const e1 = v128.load(over + row + j, 16);
        const s0 = v128.load(steps + row + l);
        const s1 = v128.load(steps + row + l, 16);
        a00 = f64x2.add(a00, f64x2.mul(e0, s0));
        a01 = f64x2.add(a01, f64x2.mul(e0, s1));
        a10 = f64x2.add(a10, f64x2.mul(e1, s0));
        a11 = f64x2.add(a11, f64x2.mul(e1, s1));
      }
      v128.store(line0 + l, a00);
      v128.store(line0 + l, a01, 16);
      v128.store(line1 + l, a10);
      v128.store(line1 + l, a11, 16);
    }
  }
}

function logs(product: v128): v128 {
  const first = f64x2.splat(Math.log(f64x2.extract_lane(product, 0)));
  return f64x2.replace_lane(first, 1, Math.log(f64x2.extract_lane(product, 1)));
}

/**
 * The filter of two noises; see innovations-kernel.ts.
 *
 * @param count rows; @param width columns, even
 * @param columns row-major count × width f64
 * @param scale f64 of each row; @param within f64 of each row: 0 where a block of rows begins, else 1
 * @param noise pairs: walk, correlation, 1 for one that lasts within blocks, share
 * @param state pairs: width levels, width shocks
 * @param buffer pairs: steps of {@link BLOCK} rows, then the same over their variances
 * @param gram pairs, width × width, 0 before; lower triangle out
 * @param out a pair: Σ log of the variances
 */
export function innovate(
  count: i32,
  width: usize,
  columns: usize,
  scale: usize,
  within: usize,
  noise: usize,
  state: usize,
  buffer: usize,
  gram: usize,
  out: usize,
): void {
  const walk = v128.load(noise);
  const correlation = v128.load(noise, 16);
  const lastsWithin = v128.load(noise, 32);
  const share = v128.load(noise, 48);
  const one = f64x2.splat(1);
  const stride: usize = width << 4;
  const shocks = state + stride;
  const over = buffer + BLOCK * stride;
  // The first row is taken as the level's start, with a row's own noise; the noise that lasts is then at its mean.
  for (let j: usize = 0; j < width; j++) {
    v128.store(state + (j << 4), v128.load64_splat(columns + (j << 3)));
    v128.store(shocks + (j << 4), f64x2.splat(0));
  }
  const first = v128.load64_splat(scale);
  let p11 = f64x2.mul(first, first);
  let p12 = f64x2.mul(f64x2.neg(first), share);
  let p22 = share;
  let total = f64x2.splat(0);
  let product = one;
  let slot: usize = 0;
  for (let i: i32 = 1; i < count; i++) {
    const at = (<usize>i) << 3;
    const kept = f64x2.add(correlation, f64x2.mul(lastsWithin, v128.load64_splat(within + at)));
    const squared = f64x2.mul(kept, kept);
    p11 = f64x2.add(p11, walk);
    p12 = f64x2.mul(p12, kept);
    p22 = f64x2.add(f64x2.mul(squared, p22), f64x2.mul(f64x2.sub(one, squared), share));
    const s = v128.load64_splat(scale + at);
    const a = f64x2.add(p11, f64x2.mul(s, p12));
    const b = f64x2.add(p12, f64x2.mul(s, p22));
    const own = f64x2.mul(f64x2.mul(s, s), f64x2.sub(one, share));
    const f = f64x2.add(f64x2.add(a, f64x2.mul(s, b)), own);
    const inverse = f64x2.div(one, f);
    const k1 = f64x2.mul(a, inverse);
    const k2 = f64x2.mul(b, inverse);
    product = f64x2.mul(product, f);
    if (i % LOG_ROWS == 0) {
      total = f64x2.add(total, logs(product));
      product = one;
    }
    const row = columns + (<usize>i) * (width << 3);
    const step = buffer + slot * stride;
    const stepOver = over + slot * stride;
    for (let j: usize = 0; j < stride; j += 16) {
      const level = v128.load(state + j);
      const carried = f64x2.mul(v128.load(shocks + j), kept);
      const e = f64x2.sub(f64x2.sub(v128.load64_splat(row + (j >> 1)), level), f64x2.mul(s, carried));
      v128.store(step + j, e);
      v128.store(stepOver + j, f64x2.mul(e, inverse));
      v128.store(state + j, f64x2.add(level, f64x2.mul(k1, e)));
      v128.store(shocks + j, f64x2.add(carried, f64x2.mul(k2, e)));
    }
    if (++slot == BLOCK) {
      addProducts(buffer, over, stride, gram);
      slot = 0;
    }
    p11 = f64x2.sub(p11, f64x2.mul(k1, a));
    p12 = f64x2.sub(p12, f64x2.mul(k1, b));
    p22 = f64x2.sub(p22, f64x2.mul(k2, b));
  }
  if (slot > 0) {
    memory.fill(buffer + slot * stride, 0, (BLOCK - slot) * stride);
    memory.fill(over + slot * stride, 0, (BLOCK - slot) * stride);
    addProducts(buffer, over, stride, gram);
  }
  v128.store(out, f64x2.add(total, logs(product)));
}
