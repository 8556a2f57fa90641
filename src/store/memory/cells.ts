/** Cells in memory: what lists show is put together anew whenever they are asked for. */

import type { OverviewSort } from '../../contract/api.ts';
import { type CellName, cellKey } from '../../contract/cell-name.ts';
import { foldedText } from '../../contract/folded-text.ts';
import type {
  CellBin,
  CellFilter,
  CellGroup,
  CellStore,
  CellSummary,
  NameKind,
  OverviewChoice,
  OverviewDistribution,
  OverviewRecord,
  OverviewTotals,
} from '../../contract/store/cells.ts';
import type { Cursor, Page, PageAsked } from '../../contract/store/page.ts';
import { isUntold } from '../../core/pricing/reasons.ts';
import { CELL_STATES, type CellState, PRICE_STAGES, type PriceStage, type SortOrder } from '../../core/vocabulary.ts';
import { cellState } from '../../rules/cell-state.ts';
import { heldPriceDays } from '../../rules/held-values.ts';
import { type LastPrice, lastPrice } from '../../rules/last-price.ts';
import type { MergedDay } from '../../rules/merge-tickets.ts';
import { priceStage } from '../../rules/price-stage.ts';
import { compareCells, compareText } from '../../rules/text-order.ts';
import { horizonColumns } from '../../rules/workflow-records.ts';
import {
  type Bins,
  binNumber,
  DOUBT_BINS,
  ELASTICITY_BINS,
  ERROR_BINS,
  filledBins,
  horizonsOf,
  MOST_GROUPS,
  mapBin,
  type OverviewGroup,
  refusalsOf,
} from '../overview-totals.ts';
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
    const stages = Object.fromEntries(PRICE_STAGES.map((stage) => [stage, 0])) as Record<PriceStage, number>;
    for (const { stage } of rows) stages[stage]++;
    const changes = rows.filter(({ stage }) => stage === 'change');
    const inForce = rows.filter(({ stage }) => stage === 'in-force').map((row) => row.priceSince);
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
      stages,
      ...refusalsOf(rows.map((row) => ({ ...row, cells: 1 }))),
      horizons: horizonsOf(rows.map((row) => ({ ...row, ...this.horizonOf(row) }))),
      changes: changes.length,
      gain: sum(changes.map((row) => row.gain ?? 0)),
      inForceFrom: smallest(inForce),
      inForceTo: largest(inForce),
      warnings: rows.filter((row) => row.reasons.length > 0).length,
      meanWape: wapes.length === 0 ? null : sum(wapes) / wapes.length,
      lastDay: largest(rows.map((row) => row.lastDay)),
      horizonDays: largest(rows.map((row) => row.horizonDays)),
      leastHorizonDays: smallest(rows.map((row) => row.horizonDays)),
      merchants: choice.merchant === undefined ? namesOf(all, 'merchant').slice(0, MOST_NAMES) : [choice.merchant],
      // A product without a type is its own, which nobody needs to choose it by.
      productTypes: namesOf(
        all.filter(({ product, productType }) => product !== productType),
        'productType',
      ).slice(0, MOST_NAMES),
    };
  }

  async distribution(choice: OverviewChoice): Promise<OverviewDistribution> {
    const rows = this.chosen(choice);
    const modelled = rows.filter((row) => row.elasticity !== null);
    const binned = (values: readonly (number | null)[], bins: Bins): CellBin[] => {
      const counts = Map.groupBy(
        values.filter((value) => value !== null),
        (value) => binNumber(value, bins),
      );
      return filledBins(
        bins,
        [...counts].map(([bin, found]) => ({ bin, cells: found.length })),
      );
    };
    const bins = Map.groupBy(modelled, (row) => {
      const doubt = ((row.elasticityHigh as number) - (row.elasticityLow as number)) / 2;
      return JSON.stringify([binNumber(row.elasticity as number, ELASTICITY_BINS), binNumber(doubt, DOUBT_BINS)]);
    });
    const map = [...bins].map(([key, found]) => {
      const [elasticity, doubt] = JSON.parse(key) as [number, number];
      return { elasticity, doubt, cells: found.length };
    });
    return {
      error: binned(
        rows.map(({ wape }) => wape),
        ERROR_BINS,
      ),
      elasticity: binned(
        rows.map(({ elasticity }) => elasticity),
        ELASTICITY_BINS,
      ),
      map: map.sort((a, b) => a.elasticity - b.elasticity || a.doubt - b.doubt).map(mapBin),
      productTypes: groupsOf(modelled, ({ productType }) => productType),
      merchants: groupsOf(modelled, ({ merchant }) => merchant),
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

  /** Rows of the overview, in no order. */
  chosen(choice: OverviewChoice): OverviewRecord[] {
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
          (choice.stage === undefined || row.stage === choice.stage) &&
          (choice.status === undefined || row.recommendationStatus === choice.status) &&
          (choice.recommended === undefined || row.recommended === choice.recommended) &&
          (choice.reason === undefined || (row.reasons as readonly string[]).includes(choice.reason)) &&
          rangesHold(row, choice) &&
          words.every((word) => names.some((name) => name.includes(word)))
        );
      });
  }

  private horizonOf(cell: CellName): Pick<OverviewGroup, 'horizonCount' | 'horizonUnit'> {
    const document = this.data.shown.get(cellKey(cell))?.recommendation?.document;
    const [horizonCount, horizonUnit] = document ? horizonColumns(document) : [null, null];
    return { horizonCount, horizonUnit };
  }

  private lastPriceOf(cell: CellName, sales: Pick<CellRows, 'rows'>): LastPrice | null {
    const odd = heldPriceDays(this.data.held.get(cellKey(cell)) ?? []);
    const days = sortedDays(sales);
    const rows = days.map((day) => sales.rows.get(day) as MergedDay);
    const columns = {
      ...{ days, quantity: rows.map((row) => row.quantity) },
      ...{ price: rows.map((row) => row.price), promo: rows.map((row) => row.promo) },
    };
    return lastPrice(columns, (day) => odd.has(day));
  }

  private recordOf(shown: ShownCell): OverviewRecord {
    const { merchant, product, productType, unit, recommendation } = shown;
    const cell = { merchant, product };
    const sales = this.data.cells.get(cellKey(cell)) ?? { rows: new Map<number, MergedDay>() };
    const days = sortedDays(sales);
    const paid = this.lastPriceOf(cell, sales);
    const facts = versionFacts(this.data, cell);
    const live = modelsOf(this.data, cell).find((model) => model.version === facts.live);
    const newest = this.data.runs
      .values()
      .filter((run) => cellKey(run) === cellKey(cell))
      .sort((a, b) => b.number - a.number)[0];
    const run = newest ? statusNow(this.data, newest) : null;
    const kept = recommendation && this.data.recommendations.get(String(recommendation.id));
    const document = recommendation?.document;
    const stands = {
      ...{ rows: days.length, lastDay: days.at(-1) ?? null, recommended: document?.recommended ?? false },
      ...{ lastPrice: paid?.price ?? null, priceSince: paid?.since ?? null },
      currentPrice: document?.current.price ?? null,
      recommendedPrice: recommendation?.recommendedPrice ?? null,
    };
    const stage = priceStage({
      ...{ ...stands, ...shown.priced, ...shown.exported, modelId: live?.modelId ?? null },
      ...{ status: kept?.status ?? null, isUntold: isUntold(document?.reasons ?? []) },
    });
    return {
      ...{ merchant, product, productType, unit, ...stands, stage },
      wape: live?.wape ?? null,
      elasticity: live?.elasticity ?? null,
      elasticityLow: live?.elasticityLow ?? null,
      elasticityHigh: live?.elasticityHigh ?? null,
      trainedAt: live?.trainedAt ?? null,
      state: cellState({ run, hasLive: live !== undefined, hasCandidate: facts.candidate !== null }),
      gain: recommendation?.gain ?? null,
      probabilityBetter: recommendation?.probabilityBetter ?? null,
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

function groupsOf(rows: readonly OverviewRecord[], nameOf: (row: OverviewRecord) => string): CellGroup[] {
  const mean = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return [...Map.groupBy(rows, nameOf)]
    .map(([name, found]) => ({
      ...{ name, cells: found.length, wape: mean(found.map((row) => row.wape)) },
      elasticity: mean(found.map((row) => row.elasticity)) as number,
      elasticityLow: mean(found.map((row) => row.elasticityLow)) as number,
      elasticityHigh: mean(found.map((row) => row.elasticityHigh)) as number,
    }))
    .sort((a, b) => b.cells - a.cells || compareText(a.name, b.name))
    .slice(0, MOST_GROUPS);
}

/** What RANGES of ../overview-totals.ts say in SQL. */
function rangesHold(row: OverviewRecord, choice: OverviewChoice): boolean {
  const { elasticity, elasticityLow, elasticityHigh, wape } = row;
  const doubt = elasticity === null ? null : ((elasticityHigh as number) - (elasticityLow as number)) / 2;
  const least = (value: number | null, from: number | undefined): boolean =>
    from === undefined || (value !== null && value >= from);
  const below = (value: number | null, to: number | undefined): boolean =>
    to === undefined || (value !== null && value < to);
  return (
    least(row.stage === 'change' ? row.gain : null, choice.minGain) &&
    least(row.probabilityBetter, choice.minProbability) &&
    least(wape, choice.errorFrom) &&
    below(wape, choice.errorTo) &&
    least(elasticity, choice.elasticityFrom) &&
    below(elasticity, choice.elasticityTo) &&
    least(doubt, choice.doubtFrom) &&
    below(doubt, choice.doubtTo)
  );
}
