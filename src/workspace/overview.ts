/** Every cell at a glance, and the lists beside it: from summary columns only, whatever the number of models. */

import type {
  CoverageList,
  CoverageSort,
  HistoryDocument,
  OverviewDistribution,
  OverviewFilter,
  OverviewRow,
  OverviewSort,
  OverviewSummary,
  RunGroups,
  RunItem,
  RunSort,
  TriedSettings,
  VersionItem,
} from '../contract/api.ts';
import { cellKey } from '../contract/cell-name.ts';
import type { DocumentHeader, HeldItem, ModelDocumentItem } from '../contract/documents.ts';
import type { OverviewChoice, OverviewRecord } from '../contract/store/cells.ts';
import type { RunChoice, RunSummary } from '../contract/store/runs.ts';
import type { CellCoverage } from '../contract/store/sales.ts';
import type { Store } from '../contract/store/store.ts';
import { DEFAULT_HORIZON } from '../core/series/periods.ts';
import type { CellState, RunGrouping, SortOrder } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { isoDate } from './dates.ts';
import { heldItem } from './held-values.ts';
import { intervalsOf } from './intervals.ts';
import { type ListDocument, listDocument, listOf, type PageQuery, pageAsked } from './pages.ts';
import { groupRuns } from './run-groups.ts';
import { PLACE_PARTS, sortedRuns } from './run-order.ts';
import { settingsOfRuns } from './setting-importance.ts';

interface CoverageChoice {
  readonly merchant?: string;
  readonly product?: string;
  readonly search?: string;
  readonly sort?: CoverageSort;
  readonly order?: SortOrder;
}

export class Overview {
  private readonly store: Store;
  private readonly header: () => Promise<DocumentHeader>;

  constructor(store: Store, header: () => Promise<DocumentHeader>) {
    this.store = store;
    this.header = header;
  }

  async list(
    filter: OverviewFilter,
    sort: OverviewSort,
    order: SortOrder,
    page: PageQuery,
  ): Promise<ListDocument<OverviewRow>> {
    const asked = pageAsked(page, sort === 'merchant' || sort === 'product' ? 2 : 3);
    return listOf(this.header(), this.store.cells.overview(choiceOf(filter), sort, order, asked), rowOf);
  }

  async summary(filter: OverviewFilter): Promise<OverviewSummary> {
    const { gain, lastDay, inForceFrom, inForceTo, states, stages, horizons, merchants, productTypes, ...rest } =
      await this.store.cells.totals(choiceOf(filter));
    const { horizonDays, leastHorizonDays, ...totals } = rest;
    return {
      ...(await this.header()),
      ...totals,
      stages: { ...stages },
      horizons: [...horizons],
      inForceFrom: inForceFrom === null ? null : isoDate(inForceFrom),
      inForceTo: inForceTo === null ? null : isoDate(inForceTo),
      states: states as Record<CellState, number>,
      merchants: [...merchants],
      productTypes: [...productTypes],
      expectedGain: gain,
      lastDay: lastDay === null ? null : isoDate(lastDay),
      horizonDays: horizonDays ?? DEFAULT_HORIZON.daily.count,
      leastHorizonDays: leastHorizonDays ?? horizonDays ?? DEFAULT_HORIZON.daily.count,
    };
  }

  /** How the models of cells differ: counted by the store, whatever their number. */
  async distribution(filter: OverviewFilter): Promise<OverviewDistribution> {
    const { error, elasticity, map, productTypes, merchants } = await this.store.cells.distribution(choiceOf(filter));
    const lists = { error: [...error], elasticity: [...elasticity], map: [...map] };
    const groups = { productTypes: [...productTypes], merchants: [...merchants] };
    return {
      ...(await this.header()),
      ...lists,
      ...groups,
      intervals: await intervalsOf(this.store, choiceOf(filter)),
    };
  }

  /** See RunStore.endDead: for whoever shows the overview to ask now and then. */
  endDeadTrainings(): Promise<void> {
    return this.store.runs.endDead();
  }

  /** See CellStore.revision. */
  revision(merchant: string, product: string): Promise<number | null> {
    return this.store.cells.revision({ merchant, product });
  }

  async merchants(
    merchant: string | null,
    page: PageQuery,
  ): Promise<ListDocument<{ merchant: string; products: number }>> {
    const asked = pageAsked(page, 1);
    return listOf(this.header(), this.store.cells.merchants(merchant, asked), (item) => ({ ...item }));
  }

  async products(
    merchant: string | null,
    page: PageQuery,
  ): Promise<ListDocument<{ product: string; productType: string; unit: string; merchants: number }>> {
    const asked = pageAsked(page, 1);
    return listOf(this.header(), this.store.cells.products(merchant, asked), (item) => ({ ...item }));
  }

  /** Months of cells with sales, in the order of an overview of them. */
  async coverage(
    { search = '', sort = 'merchant', order = 'asc', ...choice }: CoverageChoice,
    page: PageQuery,
  ): Promise<ListDocument<CoverageList['items'][number]>> {
    const listed = ({ months, ...cell }: CellCoverage) => ({ ...cell, months: [...months] });
    if (search === '' && sort === 'merchant' && order === 'asc')
      return listOf(this.header(), this.store.sales.coverage(choice, pageAsked(page, 2)), listed);
    const { merchant, product } = choice;
    const filter = { search, ...(merchant !== undefined && { merchant }) };
    const asked = pageAsked(page, sort === 'lastDay' ? 3 : 2);
    const { items: cells, next } = await this.store.cells.overview(filter, sort, order, asked);
    const sold = { ...(product !== undefined && { product }), cells };
    const { items } = await this.store.sales.coverage(sold, { limit: Math.max(1, cells.length), after: null });
    const found = new Map(items.map((item) => [cellKey(item), item]));
    const inOrder = cells.flatMap((cell) => found.get(cellKey(cell)) ?? []);
    return listDocument(await this.header(), { items: inOrder, next }, listed);
  }

  /** Values that are held, in order of merchant, product, day and column. */
  async held(
    choice: { readonly merchant?: string; readonly product?: string },
    page: PageQuery,
  ): Promise<ListDocument<HeldItem>> {
    return listOf(this.header(), this.store.sales.held(choice, pageAsked(page, 4)), heldItem);
  }

  async marketPrices(
    name: string | null,
    page: PageQuery,
  ): Promise<ListDocument<{ name: string; date: string; price: number }>> {
    const found = await this.store.sales.marketPrices(name, pageAsked(page, 2));
    return listDocument(await this.header(), found, (item) => ({
      name: item.name,
      date: isoDate(item.day),
      price: item.price,
    }));
  }

  /** Runs that have an error history, newest first. */
  async runs(choice: RunChoice, page: PageQuery): Promise<ListDocument<RunItem>> {
    const asked = pageAsked(page, 1);
    return listOf(this.header(), this.store.runs.page(choice, asked), runItem);
  }

  /** The same in another order. */
  async sortedRuns(
    choice: RunChoice,
    by: { readonly sort: RunSort; readonly order: SortOrder },
    page: PageQuery,
  ): Promise<ListDocument<RunItem>> {
    const found = await sortedRuns(this.store, choice, by, pageAsked(page, PLACE_PARTS));
    return listDocument(await this.header(), found, runItem);
  }

  /** Every run together with those that share something */
  async runGroups(choice: RunChoice, by: RunGrouping): Promise<RunGroups> {
    return { ...(await this.header()), by, groups: await groupRuns(this.store, choice, by) };
  }

  /** Versions with what people wrote of the runs that they come from; nothing of one that came in a file. */
  async withNotes(models: readonly ModelDocumentItem[]): Promise<VersionItem[]> {
    return Promise.all(
      models.map(async (model) => {
        const run = await this.store.runs.read(model.runId);
        return { ...model, aliases: [...model.aliases], tags: [...(run?.tags ?? [])], note: run?.note ?? null };
      }),
    );
  }

  /** Which settings moved the error, by what the cells' own searches tried. */
  async settingsTried(choice: RunChoice): Promise<TriedSettings> {
    return { ...(await this.header()), ...(await settingsOfRuns(this.store, choice)) };
  }

  /** A run of the merchant, or of anyone where `merchant` is null. @throws DemandaError RUN_UNKNOWN */
  async run(runId: string, merchant: string | null): Promise<RunItem> {
    const run = await this.store.runs.read(runId);
    if (!run || (merchant !== null && run.merchant !== merchant)) throw new DemandaError('RUN_UNKNOWN', { runId });
    return runItem(run);
  }

  /**
   * Every point of a run's error history. @param metrics the columns wanted; all without it @throws DemandaError
   * RUN_UNKNOWN, HISTORY_MISSING, HISTORY_DAMAGED
   */
  async history(runId: string, merchant: string | null, metrics?: readonly string[]): Promise<HistoryDocument> {
    const [header, found] = await Promise.all([this.header(), this.store.runs.readWithHistory(runId, merchant)]);
    if (!found) throw new DemandaError('RUN_UNKNOWN', { runId });
    const { run, history } = found;
    if (!history) throw new DemandaError('HISTORY_MISSING', { merchant: run.merchant, product: run.product });
    const kept = run.modelId === null ? null : await this.store.models.summary(run, run.modelId);
    return {
      ...header,
      run: runItem(run),
      model: kept && {
        version: kept.version,
        error: kept.wape,
        elasticity: { value: kept.elasticity, low: kept.elasticityLow, high: kept.elasticityHigh },
      },
      errorKind: history.errorKind,
      iterations: valuesOf(history.iterations),
      metrics: Object.fromEntries(
        history.metrics.flatMap((metric, m) =>
          metrics?.includes(metric) === false ? [] : [[metric, valuesOf(history.values[m] as Float32Array)]],
        ),
      ),
      events: history.events.map((event) => ({ ...event })),
    };
  }
}

/** Null where a value is not finite. Filled by index: an iterator takes ten times as long. */
function valuesOf(column: Int32Array): number[];
function valuesOf(column: Float32Array): (number | null)[];
function valuesOf(column: Int32Array | Float32Array): (number | null)[] {
  const values = new Array<number | null>(column.length);
  for (let i = 0; i < column.length; i++) values[i] = Number.isFinite(column[i]) ? (column[i] as number) : null;
  return values;
}

function choiceOf({ recommended, ...filter }: OverviewFilter): OverviewChoice {
  return { ...filter, ...(recommended !== undefined && { recommended: recommended === 'true' }) };
}

function rowOf(record: OverviewRecord): OverviewRow {
  const { elasticity, elasticityLow, elasticityHigh } = record;
  return {
    merchant: record.merchant,
    product: record.product,
    productType: record.productType,
    unit: record.unit,
    currentPrice: record.currentPrice,
    recommendedPrice: record.recommendedPrice,
    expectedGain: record.gain,
    probabilityBetter: record.probabilityBetter,
    recommended: record.recommended,
    wape: record.wape,
    elasticity:
      elasticity === null ? null : { value: elasticity, low: elasticityLow as number, high: elasticityHigh as number },
    state: record.state,
    reasons: [...record.reasons],
    recommendationId: record.recommendationId === null ? null : String(record.recommendationId),
    recommendationStatus: record.recommendationStatus,
    recommendationRevision: record.recommendationRevision,
    horizonDays: record.horizonDays,
    rows: record.rows,
    lastDay: record.lastDay === null ? null : isoDate(record.lastDay),
    trainedAt: record.trainedAt,
    stage: record.stage,
    lastPrice: record.lastPrice,
    priceSince: record.priceSince === null ? null : isoDate(record.priceSince),
  };
}

/** The exact solver goes through its rows as often as it takes: nothing is said of it. */
function rowsPerSecond({ iterations, ownRows, simulatedRowsPerIteration, seconds }: RunSummary): number | null {
  return iterations > 0 && seconds > 0 ? (iterations * (ownRows + simulatedRowsPerIteration)) / seconds : null;
}

function runItem(run: RunSummary): RunItem {
  const {
    merchant,
    product,
    unit,
    runId,
    status,
    stopReason,
    converged,
    iterations,
    points,
    errorKind,
    firstError,
    bestError,
    lastError,
    startedAt,
    seconds,
    seed,
    tags,
    note,
    cpuSeconds,
    peakMemory,
  } = run;
  return {
    merchant,
    product,
    unit,
    runId,
    status,
    stopReason,
    converged,
    iterations,
    points,
    errorKind,
    firstError,
    bestError,
    lastError,
    startedAt,
    seconds,
    seed,
    tags: [...tags],
    note,
    cpuSeconds,
    peakMemory,
    rowsPerSecond: rowsPerSecond(run),
    modelId: run.modelId,
    failure: run.failureCode === null ? null : { code: run.failureCode, message: run.failureMessage ?? '' },
  };
}
