/** What customers brought back, taken off what they had bought. */

/** A day of a cell: more may have come back than was sold. */
interface NetDay {
  readonly day: number;
  quantity: number;
}

/**
 * Takes days on which more came back than was sold to 0, and the rest off the last days with sales before them. Changes
 * the days.
 *
 * @param days of one cell, in order
 * @returns units that came back and that no day before covers
 */
export function netReturns(days: readonly NetDay[]): number {
  let uncovered = 0;
  for (let i = 0; i < days.length; i++) {
    let owed = -days[i].quantity;
    if (!(owed > 0)) continue;
    days[i].quantity = 0;
    for (let j = i - 1; j >= 0 && owed > 0; j--) {
      const taken = Math.min(owed, days[j].quantity);
      days[j].quantity -= taken;
      owed -= taken;
    }
    uncovered += owed;
  }
  return uncovered;
}
