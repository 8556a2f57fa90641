/** Stock on hand in batches that go off one after another. */

import { checkList, checkNumber, checkObject, checkWhole } from '../checks.ts';

/** Units that go off together. */
export interface StockBatch {
  /** In the cell's unit, ≥ 0. */
  readonly quantity: number;
  /** Days on which it can be sold, the first one counted: 1 can be sold on the first day only; null: it keeps. */
  readonly daysLeft: number | null;
}

/** @throws TypeError, RangeError naming the batch that is wrong */
export function checkBatches(name: string, batches: readonly StockBatch[]): void {
  checkList(name, batches);
  batches.forEach((batch, i) => {
    checkObject(`${name}[${i}]`, batch);
    checkNumber(`${name}[${i}].quantity`, batch.quantity, 0);
    if (batch.daysLeft !== null) checkWhole(`${name}[${i}].daysLeft`, batch.daysLeft, 0);
  });
}

/** Batches that can be sold on the first day, what goes off first in front. */
export function sellable(batches: readonly StockBatch[]): StockBatch[] {
  return batches
    .filter(({ quantity, daysLeft }) => quantity > 0 && daysLeft !== 0)
    .sort((a, b) => (a.daysLeft ?? Number.POSITIVE_INFINITY) - (b.daysLeft ?? Number.POSITIVE_INFINITY));
}
