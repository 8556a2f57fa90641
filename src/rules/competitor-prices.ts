/** Which prices of competitors stand, and what they say on the days of a cell's rows. */

import { foldedText } from '../contract/folded-text.ts';
import type { CompetitorPrice, CompetitorRow } from '../contract/store/competitors.ts';
import { compareText } from './text-order.ts';

/** A row with the import that wrote it; later ones have higher numbers. No merchant: ''. */
export interface KeptCompetitorRow extends Omit<CompetitorRow, 'merchant'> {
  readonly merchant: string;
  readonly import: number;
  /** Its place in the import. */
  readonly line: number;
}

/** What a row of a price says beside its cell. */
export type SeenPrice = Pick<KeptCompetitorRow, 'merchant' | 'competitor' | 'day' | 'import' | 'line'> & {
  readonly price: number;
  readonly promo: boolean | number;
};

/** @param rows of one cell, everyone's among them, in any order @returns in order of competitor and day */
export function standingPrices(rows: readonly SeenPrice[]): CompetitorPrice[] {
  const newest = new Map<string, SeenPrice>();
  // A competitor is one however files spell it, and is called as it was lately.
  const spelled = new Map<string, SeenPrice>();
  for (const row of rows) {
    const name = foldedText(row.competitor);
    const last = spelled.get(name);
    if (last === undefined || (row.import - last.import || row.line - last.line) > 0) spelled.set(name, row);
    const key = JSON.stringify([name, row.day]);
    const before = newest.get(key);
    if (before === undefined || isNewer(row, before)) newest.set(key, row);
  }
  return [...newest.values()]
    .map(({ competitor, day, price, promo }) => ({
      competitor: spelled.get(foldedText(competitor))?.competitor ?? competitor,
      ...{ day, price, promo: Boolean(promo) },
    }))
    .sort((a, b) => compareText(a.competitor, b.competitor) || a.day - b.day);
}

/** The merchant's own before everyone's, then what was written later. */
function isNewer(row: SeenPrice, before: SeenPrice): boolean {
  const own = Number(row.merchant !== '') - Number(before.merchant !== '');
  return (own || row.import - before.import || row.line - before.line) > 0;
}

/** What an import of competitors' prices wrote. */
export interface CompetitorSummary {
  readonly names: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  readonly onlyMerchant: string | null;
}
