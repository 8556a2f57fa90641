/** Cells in memory: what lists show is put together anew whenever they are asked for. */

import type { OverviewSort } from '../../contract/api.ts';
import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type {
  CellFilter,
  CellStore,
  CellSummary,
  NameKind,
  OverviewChoice,
  OverviewRecord,
  OverviewTotals,
} from '../../contract/store/cells.ts';
import type { Cursor, Page, PageAsked } from '../../contract/store/page.ts';
import { CELL_STATES, type CellState, type SortOrder } from '../../core/vocabulary.ts';
import { cellState } from '../../rules/cell-state.ts';
import { foldedText } from '../../rules/folded-text.ts';
import { compareCells, compareText } from '../../rules/text-order.ts';
import { sortedDays } from './cell-days.ts';
import { type CellRows, chosenBy, type MemoryData, type ShownCell } from './data.ts';
import { modelsOf, versionFacts } from './models.ts';
import { pageBy } from './pages.ts';
import { statusNow } from './runs.ts';

const MOST_NAMES = 500;

export class MemoryCells implements CellStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async count(filter: CellFilter): Promise<number> {
    return this.data.cells.values().filter(chosenBy(filter)).length;
  }

  async *list(filter: CellFilter): AsyncIterable<CellSummary> {
    for (const cell of this.data.cells.values().filter(chosenBy(filter)).sort(compareCells))
      yield summaryOf(this.data.cells.get(cellKey(cell)) as CellRows);
  }

  async names(kind: NameKind, merchant?: string): Promise<string[]> {
    const chosen = this.data.cells.values().filter((cell) => merchant === undefined || cell.merchant === merchant);
    return namesOf(chosen, kind);
  }

  async unsold(): ReturnType<CellStore['unsold']> {
    const found = new Map<string, CellName & { readonly productType: string }>();
    for (const { merchant, product } of [...this.data.runs.values(), ...this.data.versions.values()]) {
      const cell = { merchant, product };
      if (this.data.cells.get(cellKey(cell))) continue;
      const types = modelsOf(this.data, cell).map((model) => model.productType);
      found.set(cellKey(cell), { ...cell, productType: types.sort(compareText).at(-1) ?? product });
    }
    return [...found.values()].sort(compareCells);
  }

  async span(merchant?: string): ReturnType<CellStore['span']> {
    const days = this.data.cells
      .values()
      .filter((cell) => merchant === undefined || cell.merchant === merchant)
      .flatMap(sortedDays);
    const sorted = days.sort((a, b) => a - b);
    return { firstDay: sorted[0] ?? null, lastDay: sorted.at(-1) ?? null };
  }

  async overview(
    choice: OverviewChoice,
    sort: OverviewSort,
    order: SortOrder,
    page: PageAsked,
  ): Promise<Page<OverviewRecord>> {
    const keysOf = (row: OverviewRecord): Cursor => {
      if (sort === 'merchant') return [row.merchant, row.product];
      if (sort === 'product') return [row.product, row.merchant];
      return [sort === 'expectedGain' ? row.gain : row[sort], row.merchant, row.product];
    };
    return pageBy(this.chosen(choice), keysOf, { order, without: 'asc' }, page);
  }

  async totals(choice: OverviewChoice): Promise<OverviewTotals> {
    const rows = this.chosen(choice);
    const all = this.chosen(choice.merchant === undefined ? {} : { merchant: choice.merchant });
    const states = Object.fromEntries(CELL_STATES.map((state) => [state, 0])) as Record<CellState, number>;
    const byReason: Record<string, number> = {};
    for (const { state, reasons } of rows) {
      states[state]++;
      for (const code of reasons) byReason[code] = (byReason[code] ?? 0) + 1;
    }
    const recommended = rows.filter((row) => row.recommended);
    const wapes = rows.flatMap(({ wape }) => (wape === null ? [] : [wape]));
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const largest = (values: readonly (number | null)[]): number | null =>
      values.reduce((most, value) => (value === null ? most : Math.max(most ?? value, value)), null);
    const smallest = (values: readonly (number | null)[]): number | null =>
      values.reduce((least, value) => (value === null ? least : Math.min(least ?? value, value)), null);
    return {
      cells: rows.length,
      total: all.length,
      models: rows.filter((row) => row.trainedAt !== null).length,
      states,
      byReason,
      changes: recommended.filter((row) => row.recommendedPrice !== row.currentPrice).length,
      gain: sum(recommended.map((row) => row.gain ?? 0)),
      warnings: rows.filter((row) => row.reasons.length > 0).length,
      meanWape: wapes.length === 0 ? null : sum(wapes) / wapes.length,
      lastDay: largest(rows.map((row) => row.lastDay)),
      horizonDays: largest(rows.map((row) => row.horizonDays)),
      leastHorizonDays: smallest(rows.map((row) => row.horizonDays)),
      merchants: choice.merchant === undefined ? namesOf(all, 'merchant').slice(0, MOST_NAMES) : [choice.merchant],
      productTypes: namesOf(all, 'productType').slice(0, MOST_NAMES),
    };
  }

  async revision(cell: CellName): Promise<number | null> {
    const shown = this.data.shown.get(cellKey(cell));
    return shown ? shown.revision + this.data.last('prices') : null;
  }

  async merchants(merchant: string | null, page: PageAsked): ReturnType<CellStore['merchants']> {
    const cells = this.ofMerchant(merchant);
    const items = namesOf(cells, 'merchant').map((name) => ({
      merchant: name,
      products: cells.filter((cell) => cell.merchant === name).length,
    }));
    return pageBy(items, (item) => [item.merchant], { order: 'asc' }, page);
  }

  async products(merchant: string | null, page: PageAsked): ReturnType<CellStore['products']> {
    const cells = this.ofMerchant(merchant);
    const items = namesOf(cells, 'product').map((product) => {
      const having = cells.filter((cell) => cell.product === product).sort(compareCells);
      const [{ productType, unit }] = having;
      return { product, productType, unit, merchants: having.length };
    });
    return pageBy(items, (item) => [item.product], { order: 'asc' }, page);
  }

  private ofMerchant(merchant: string | null): ShownCell[] {
    return this.data.shown.values().filter((cell) => merchant === null || cell.merchant === merchant);
  }

  private chosen(choice: OverviewChoice): OverviewRecord[] {
    const words = (choice.search ?? '')
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(foldedText);
    return this.data.shown
      .values()
      .map((cell) => this.recordOf(cell))
      .filter((row) => {
        const names = [row.merchant, row.product, row.productType].map(foldedText);
        return (
          (choice.merchant === undefined || row.merchant === choice.merchant) &&
          (choice.productType === undefined || row.productType === choice.productType) &&
          (choice.state === undefined || row.state === choice.state) &&
          (choice.status === undefined || row.recommendationStatus === choice.status) &&
          (choice.recommended === undefined || row.recommended === choice.recommended) &&
          (choice.reason === undefined || (row.reasons as readonly string[]).includes(choice.reason)) &&
          words.every((word) => names.some((name) => name.includes(word)))
        );
      });
  }

  private recordOf({ merchant, product, productType, unit, recommendation }: ShownCell): OverviewRecord {
    const cell = { merchant, product };
    const days = sortedDays(this.data.cells.get(cellKey(cell)) ?? { rows: new Map() });
    const facts = versionFacts(this.data, cell);
    const live = modelsOf(this.data, cell).find((model) => model.version === facts.live);
    const newest = this.data.runs
      .values()
      .filter((run) => cellKey(run) === cellKey(cell))
      .sort((a, b) => b.number - a.number)[0];
    const run = newest ? statusNow(this.data, newest) : null;
    const kept = recommendation && this.data.recommendations.get(String(recommendation.id));
    const document = recommendation?.document;
    return {
      ...{ merchant, product, productType, unit },
      rows: days.length,
      lastDay: days.at(-1) ?? null,
      wape: live?.wape ?? null,
      elasticity: live?.elasticity ?? null,
      elasticityLow: live?.elasticityLow ?? null,
      elasticityHigh: live?.elasticityHigh ?? null,
      trainedAt: live?.trainedAt ?? null,
      state: cellState({ run, hasLive: live !== undefined, hasCandidate: facts.candidate !== null }),
      currentPrice: document?.current.price ?? null,
      recommendedPrice: recommendation?.recommendedPrice ?? null,
      gain: recommendation?.gain ?? null,
      probabilityBetter: recommendation?.probabilityBetter ?? null,
      recommended: document?.recommended ?? false,
      horizonDays: document?.horizonDays ?? null,
      reasons: document?.reasons ?? [],
      recommendationId: recommendation?.id ?? null,
      recommendationStatus: kept?.status ?? null,
      recommendationRevision: kept?.revision ?? null,
    };
  }
}

function summaryOf(cell: CellRows): CellSummary {
  const { merchant, product, productType, unit, frequency, missingDays } = cell;
  const days = sortedDays(cell);
  const span = { firstDay: days[0], lastDay: days.at(-1) as number };
  return { merchant, product, productType, unit, frequency, missingDays, rows: days.length, ...span };
}

function namesOf(cells: readonly (CellName & { readonly productType: string })[], kind: NameKind): string[] {
  return [...new Set(cells.map((cell) => cell[kind]))].sort(compareText);
}
