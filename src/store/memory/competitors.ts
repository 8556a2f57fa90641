/** Competitors' prices in memory, and their import. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type {
  CompetitorNaming,
  CompetitorPrice,
  CompetitorProduct,
  CompetitorRow,
  CompetitorStore,
} from '../../contract/store/competitors.ts';
import type { Import } from '../../contract/store/sales.ts';
import { type KeptCompetitorRow, standingPrices } from '../../rules/competitor-prices.ts';
import { NO_PRICES } from '../../rules/stock-counts.ts';
import { compareText } from '../../rules/text-order.ts';
import type { MemoryData } from './data.ts';
import { applyAliases } from './names.ts';
import { openImport } from './price-import.ts';

export class MemoryCompetitors implements CompetitorStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async of(cell: CellName): Promise<readonly CompetitorPrice[]> {
    return competitorsOf(this.data, cell);
  }

  async namings(): Promise<readonly CompetitorNaming[]> {
    const rows = this.data.competitors.values().flat();
    const named = rows.flatMap((row) => (row.theirs === null ? [] : [{ ...row, theirs: row.theirs }]));
    const newest = new Map<string, CompetitorNaming>();
    for (const { competitor, theirs, product } of named.sort((a, b) => a.import - b.import || a.line - b.line))
      newest.set(JSON.stringify([competitor, theirs]), { competitor, theirs, product });
    return [...newest.values()].sort(
      (a, b) => compareText(a.competitor, b.competitor) || compareText(a.theirs, b.theirs),
    );
  }

  async products(): Promise<readonly CompetitorProduct[]> {
    return this.data.competitors
      .values()
      .flatMap((rows) => {
        const [first] = rows;
        if (first === undefined) return [];
        return [{ merchant: first.merchant || null, product: first.product, prices: rows.length }];
      })
      .sort((a, b) => compareText(a.product, b.product) || compareText(a.merchant ?? '', b.merchant ?? ''));
  }
}

/** What stands for a cell, everyone's prices among it. */
export function competitorsOf(data: MemoryData, { merchant, product }: CellName): readonly CompetitorPrice[] {
  return standingPrices(
    ['', merchant].flatMap((owner) => data.competitors.get(cellKey({ merchant: owner, product })) ?? []),
  );
}

export function openCompetitorImport(data: MemoryData): Import<'competitors'> {
  return openImport<CompetitorRow, 'competitors'>(data, 'competitors', (said, { number }) => {
    const { rows, renamed } = applyAliases(
      data,
      said,
      (row) => row,
      (row, { merchant, product }) => ({ ...row, merchant: merchant ?? row.merchant, product }),
    );
    let [replaced, unchanged] = [0, 0];
    const byCell = Map.groupBy(
      rows.map((row, line): KeptCompetitorRow => ({ ...row, merchant: row.merchant ?? '', import: number, line })),
      cellKey,
    );
    for (const [key, own] of byCell) {
      const before = data.competitors.get(key) ?? [];
      for (const row of own) {
        const there = before.filter(({ competitor, day }) => competitor === row.competitor && day === row.day);
        replaced += Math.min(1, there.length);
        unchanged += Number(there.some(({ price, promo }) => price === row.price && promo === row.promo));
      }
      data.competitors.set(key, [...before, ...own]);
    }
    const merchants = new Set(rows.map(({ merchant }) => merchant));
    return {
      ...{ ...NO_PRICES, replaced, unchanged, renamed },
      names: new Set(rows.map(({ product }) => product)).size,
      onlyMerchant: merchants.size === 1 ? ([...merchants][0] as string | null) : null,
    };
  });
}
