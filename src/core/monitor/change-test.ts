/** Sequential tests for a change at an unknown time. */

/** Where a statistic first crossed its threshold, and what it was. */
export interface Crossing {
  /** Of the watched rows. */
  readonly at: number;
  /** The onset that explains the rows up to the last best, and the size that does. */
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
  const statistic = new Float64Array(scores.length);
  let best = { log: Number.NEGATIVE_INFINITY, onset: 0, size: 0 };
  for (let onset = 0; onset < scores.length; onset++) {
    const made = signatureFrom(onset);
    for (const size of sizes) {
      let log = 0;
      for (let t = onset; t < scores.length; t++) {
        const z = scores[t];
        if (!Number.isNaN(z)) log += evidence * size * made[t] * (z - (size * made[t]) / 2);
        statistic[t] = statistic[t] + Math.exp(log) / sizes.length;
      }
      if (log > best.log) best = { log, onset, size };
    }
  }
  const at = statistic.findIndex((r) => r >= threshold);
  return at < 0 ? null : { at, onset: best.onset, size: best.size };
}

/**
 * The same statistic where a change multiplies each row's likelihood by a factor of its own. @param logFactors by kind of
 * change, a log factor a row
 */
export function factorCrossing(logFactors: readonly Float64Array[], threshold: number): number | null {
  const rows = logFactors[0]?.length ?? 0;
  const sums = logFactors.map(() => 0);
  for (let t = 0; t < rows; t++) {
    let statistic = 0;
    logFactors.forEach((factors, k) => {
      sums[k] = (1 + (sums[k] as number)) * Math.exp(factors[t]);
      statistic += (sums[k] as number) / logFactors.length;
    });
    if (statistic >= threshold) return t;
  }
  return null;
}
