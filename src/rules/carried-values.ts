/** Costs and market prices, which are dated, on the days of a cell's rows. */

/**
 * Fills NaN with the latest dated value on or before each day.
 *
 * @param column is filled; @param days ascending; @param dated in order of day; of several of one day the last counts
 */
export function carryInto(
  column: Float64Array,
  days: Int32Array,
  dated: readonly { readonly day: number; readonly value: number }[],
): void {
  let at = -1;
  for (let i = 0; i < days.length; i++) {
    while (at + 1 < dated.length && dated[at + 1].day <= days[i]) at++;
    if (at >= 0 && Number.isNaN(column[i])) column[i] = dated[at].value;
  }
}
