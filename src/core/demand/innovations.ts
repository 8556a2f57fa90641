/** The Kalman filter of a level that walks and noise that lasts, over many columns at once. */

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
 * The Kalman filter of a level and a noise that lasts: Σ log of the innovations' variances, and the lower triangle of
 * the sums of products of the columns' innovations over them (the augmented filter of de Jong 1991, Annals of
 * Statistics 19(2), with all columns run through one filter).
 */
export function innovations(
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
      if (e === 0) continue;
      for (let l = 0; l <= j; l++) gram[j * width + l] = gram[j * width + l] + e * step[l];
    }
    p11 -= k1 * a;
    p12 -= k1 * b;
    p22 -= k2 * b;
  }
  return { logs, gram };
}
