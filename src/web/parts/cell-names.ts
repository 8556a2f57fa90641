/** Names of cells in an address: Merchant:Product, each part encoded, separated by commas. */

import type { CellName } from '../../contract/cell-name.ts';

export function cellParam(cells: readonly CellName[]): string {
  return cells
    .map(({ merchant, product }) => `${encodeURIComponent(merchant)}:${encodeURIComponent(product)}`)
    .join(',');
}

/** What cannot be read is left out. */
export function readCells(text: string | undefined): CellName[] {
  return (text ?? '').split(',').flatMap((part) => {
    const [merchant, product, more] = part.split(':');
    if (!merchant || !product || more !== undefined) return [];
    try {
      return [{ merchant: decodeURIComponent(merchant), product: decodeURIComponent(product) }];
    } catch {
      return [];
    }
  });
}
