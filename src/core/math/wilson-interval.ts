/** What a count says of the share that it comes of. */

/** 97.5 % quantile of the standard normal, to more digits than `normalQuantile` has. */
const Z = 1.959963984540054;

/**
 * The 95 % score interval of a binomial share (Wilson 1927, JASA 22(158)): all shares p whose observed one lies
 * within z standard deviations √(p(1−p)/n) of p. It covers about 95 % of the time from a dozen rows on, at shares
 * near 1 too (Brown, Cai & DasGupta 2001, Statistical Science 16(2)), where rows are independent.
 *
 * @param hits 0 to `rows`; @param rows at least 1
 * @returns both in [0, 1]
 */
export function wilsonInterval(hits: number, rows: number): { readonly low: number; readonly high: number } {
  const share = hits / rows;
  const z2 = Z ** 2 / rows;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (Z * Math.sqrt((share * (1 - share) + z2 / 4) / rows)) / (1 + z2);
  // The ends of no hit and of all hits are 0 and 1, which arithmetic misses by a digit.
  return { low: hits === 0 ? 0 : middle - half, high: hits === rows ? 1 : middle + half };
}
