/** A curve without its jitter. */

/**
 * Exponentially weighted mean of the values so far, without the pull of an arbitrary start (Kingma & Ba 2015, §3: bias
 * correction).
 *
 * @param weight of the past, 0-1: the value itself counts 1 − weight; 0 leaves all as they are
 */
export function smoothed(values: readonly (number | null)[], weight: number): (number | null)[] {
  let sum = 0;
  let total = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return sum / total;
  });
}
