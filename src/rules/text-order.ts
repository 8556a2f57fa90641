/** The order of texts in every list: by code points, as UTF-8 bytes compare. */

import type { CellName } from '../contract/cell-name.ts';

/** First of the code units that stand for code points beyond 16 bits, and the first after them. */
const [SURROGATES, AFTER_SURROGATES] = [0xd800, 0xe000];

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return place(left) - place(right);
  }
  return a.length - b.length;
}

/** Halves of code points beyond 16 bits come after all code points within them. */
function place(unit: number): number {
  return unit >= SURROGATES && unit < AFTER_SURROGATES ? unit + 0x10000 : unit;
}

export function compareCells(a: CellName, b: CellName): number {
  return compareText(a.merchant, b.merchant) || compareText(a.product, b.product);
}
