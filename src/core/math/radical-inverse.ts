/**
 * Base 2 (van der Corput 1935): numbers that fill (0, 1) evenly, whatever their count, in an order of their own.
 *
 * @param index 1, 2, 3…
 */
export function radicalInverse(index: number): number {
  let [inverse, digit] = [0, 0.5];
  for (let rest = index; rest > 0; rest = Math.floor(rest / 2), digit /= 2) inverse += digit * (rest % 2);
  return inverse;
}
