/** The name of a cell, and the one key that stands for it. */

export interface CellName {
  readonly merchant: string;
  readonly product: string;
}

/** A cell's name as one text: two cells never share it, whatever their names hold, and any database can store it. */
export function cellKey({ merchant, product }: CellName): string {
  return JSON.stringify([merchant, product]);
}

/**
 * Every way to read "merchant:product" as a merchant and a product: either name may hold colons itself. The first is
 * split at the first colon.
 *
 * @returns none when nothing stands on one side of every colon
 */
export function splitTarget(target: string): CellName[] {
  const splits: CellName[] = [];
  for (let at = target.indexOf(':'); at >= 0; at = target.indexOf(':', at + 1)) {
    const merchant = target.slice(0, at).trim();
    const product = target.slice(at + 1).trim();
    if (merchant !== '' && product !== '') splits.push({ merchant, product });
  }
  return splits;
}

/** The cell that a key of {@link cellKey} stands for. */
export function cellOfKey(key: string): CellName {
  const [merchant, product] = JSON.parse(key) as [string, string];
  return { merchant, product };
}
