/** Sequential tests for a change at an unknown time. */

/** Where a statistic first crossed its threshold, and what it was. */
export interface Crossing {
  /** Of the watched rows. */
  readonly at: number;
  /** The onset that explains the rows up to it best, at most `at`, and the size that does. */
  readonly onset: number;
  readonly size: number;
}

/** What a change of unit size from a row on makes of the errors of all rows. */
export type SignatureFrom = (onset: number) => Float64Array;

/**
 * The Shiryaev-Roberts statistic of a change of one of some sizes: R_t = Σ over onsets τ ≤ t of the mean over sizes δ of
 * exp(Σ η(δ h_s z_s − δ² h_s²/2)), z the standardised errors, h the signature of an onset. Of independent standard
 * normal scores R_t − t is a martingale, so that the mean time to a false alarm is at least the threshold (Pollak 1985,
 * Annals of Statistics 13(1); as an e-detector for any scores whose factors have a mean of at most 1: Shin, Ramdas &
 * Rinaldo 2024, New England Journal of Statistics in Data Science 2(2)).
 *
 * @param scores NaN of rows that tell nothing; @param evidence η, share of the evidence of a row that counts
 * @param sizes in the unit of the signature
 * @returns null where it never crossed
 */
export function changeCrossing(
  scores: Float64Array,
  signatureFrom: SignatureFrom,
  sizes: readonly number[],
  { evidence, threshold }: { readonly evidence: number; readonly threshold: number },
): Crossing | null {
  /** Sums of log factors of every onset and size over the rows up to one, one by one. */
  const run = (last: number, told: (t: number, log: number, onset: number, size: number) => void): void => {
    for (let onset = 0; onset <= last; onset++) {
      const made = signatureFrom(onset);
      for (const size of sizes) {
        let log = 0;
        for (let t = onset; t <= last; t++) {
          const z = scores[t];
          if (!Number.isNaN(z)) log += evidence * size * made[t] * (z - (size * made[t]) / 2);
          told(t, log, onset, size);
        }
      }
    }
  };
  const statistic = new Float64Array(scores.length);
  run(scores.length - 1, (t, log) => {
    statistic[t] = statistic[t] + Math.exp(log) / sizes.length;
  });
  const at = statistic.findIndex((r) => r >= threshold);
  if (at < 0) return null;
  // What came after the crossing does not say when it began.
  let best = { log: Number.NEGATIVE_INFINITY, onset: 0, size: 0 };
  run(at, (t, log, onset, size) => {
    if (t === at && log > best.log) best = { log, onset, size };
  });
  return { at, onset: best.onset, size: best.size };
}

/**
 * The same statistic where a change multiplies each row's likelihood by a factor of its own. @param logFactors by kind of
 * change, a log factor a row
 */
export function factorCrossing(logFactors: readonly Float64Array[], threshold: number): Omit<Crossing, 'size'> | null {
  const rows = logFactors[0]?.length ?? 0;
  const sums = logFactors.map(() => 0);
  for (let t = 0; t < rows; t++) {
    let statistic = 0;
    logFactors.forEach((factors, k) => {
      sums[k] = (1 + (sums[k] as number)) * Math.exp(factors[t]);
      statistic += (sums[k] as number) / logFactors.length;
    });
    if (statistic >= threshold) return { at: t, onset: onsetOf(logFactors, t) };
  }
  return null;
}

/** The row from which on the factors up to another explain it best, by the kind of change that does. */
function onsetOf(logFactors: readonly Float64Array[], at: number): number {
  let best = { log: Number.NEGATIVE_INFINITY, onset: at };
  for (const factors of logFactors)
    for (let onset = at, log = 0; onset >= 0; onset--) {
      log += factors[onset];
      if (log > best.log) best = { log, onset };
    }
  return best.onset;
}
