/** What the fleet works on: the chosen cells, the threads, and what is common to all. */

import { availableParallelism } from 'node:os';
import { cellKey } from '../contract/cell-name.ts';
import type { CellFilter } from '../contract/store/cells.ts';
import type { KeptExperiment } from '../contract/store/experiments.ts';
import type { Cursor, Page } from '../contract/store/page.ts';
import type { Store } from '../contract/store/store.ts';
import { withMarketIndex } from '../core/market/market-index.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { TEST_INSTRUMENT } from '../core/series/control-function.ts';
import type { Pooling } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import type { FleetOptions, FleetProgress, FleetSource } from '../fleet/fleet-run.ts';
import { inlineExecutor } from '../fleet/inline.ts';
import { NO_INSTRUMENT } from '../fleet/knowledge.ts';
import { threadsExecutor } from '../fleet/threads.ts';
import { holidaysAround, type WorkspaceContext } from './context.ts';
import type { TrainOptions } from './options.ts';

/** Cells whose columns are looked at for an instrument. */
const MOST_ASKED = 10_000;

export async function executorFor(context: WorkspaceContext, filter: CellFilter, workers?: number): Promise<Executor> {
  const cells = await context.store.cells.count(filter);
  const threads = Math.max(1, Math.min(workers ?? availableParallelism(), cells));
  if (context.executor) return context.executor(threads);
  return threads === 1 ? inlineExecutor() : threadsExecutor(threads);
}

export async function fleetOptionsOf(
  context: WorkspaceContext,
  options: {
    readonly pooling?: Pooling;
    readonly instrument?: string;
    readonly market?: boolean;
    readonly signal?: AbortSignal;
    readonly onProgress?: (p: FleetProgress) => void;
  },
): Promise<FleetOptions> {
  return {
    holidays: await holidaysAround(context),
    market: options.market ?? false,
    pooling: options.pooling ?? 'workspace',
    ...(options.instrument !== undefined && { instrument: options.instrument }),
    ...(options.signal && { signal: options.signal }),
    ...(options.onProgress && { onProgress: options.onProgress }),
  };
}

export async function sourceOf(context: WorkspaceContext, filter: CellFilter, market = false): Promise<FleetSource> {
  const { store } = context;
  const shown = (series: CellSeries): CellSeries => (market ? withMarketIndex(series).series : series);
  return {
    count: await store.cells.count(filter),
    async *cells() {
      for await (const series of store.sales.stream(filter)) yield shown(series);
    },
    named: () => store.cells.list(filter),
    async read({ merchant, product }) {
      const series = await store.sales.read({ merchant, product });
      return series && shown(series);
    },
    async *pooled(limit) {
      // Of the whole workspace, so that the sample does not depend on what is trained.
      for await (const series of evenly(store, {}, limit)) yield shown(series);
    },
  };
}

/** Cells evenly spread over those of a choice, at most so many; sales are read of these only. */
async function* evenly(store: Store, filter: CellFilter, limit: number): AsyncIterable<CellSeries> {
  const every = Math.max(1, (await store.cells.count(filter)) / limit);
  let index = 0;
  let next = 0;
  for await (const { merchant, product } of store.cells.list(filter)) {
    if (index++ < next) continue;
    next += every;
    const series = await store.sales.read({ merchant, product });
    if (series) yield series;
  }
}

/** The cells that are named one by one, or those of a choice. */
export async function filterOf(context: WorkspaceContext, options: TrainOptions): Promise<CellFilter> {
  return options.cells ? { cells: options.cells } : context.names.sold(options);
}

/** Whether one of the chosen cells has drawn prices: of few cells, all of which their tests name. */
async function anyTested({ experiments, sales }: Store, filter: CellFilter): Promise<boolean> {
  const chosen = filter.cells && new Set(filter.cells.map(cellKey));
  for (let after: Cursor | null = null; ; ) {
    const { items, next }: Page<KeptExperiment> = await experiments.list({ merchant: null }, { limit: 100, after });
    for (const cell of items.flatMap(({ cells }) => cells)) {
      if (filter.merchant !== undefined && cell.merchant !== filter.merchant) continue;
      if (filter.product !== undefined && cell.product !== filter.product) continue;
      if (chosen && !chosen.has(cellKey(cell))) continue;
      const series = await sales.read(cell);
      if (series?.test && (filter.productType ?? series.productType) === series.productType) return true;
    }
    if (next === null) return false;
    after = next;
  }
}

/**
 * A cell without the column trains without it; a column that no cell has is a mistake. Of more cells than
 * {@link MOST_ASKED} those are asked that are evenly spread over them.
 */
export async function requireInstrument(
  context: WorkspaceContext,
  { merchant, product, productType, cells }: CellFilter,
  instrument: string,
): Promise<void> {
  if (instrument === NO_INSTRUMENT) return;
  const columns = new Set<string>();
  const filter = {
    ...(cells !== undefined && { cells }),
    ...(merchant !== undefined && { merchant }),
    ...(product !== undefined && { product }),
    ...(productType !== undefined && { productType }),
  };
  if (instrument === TEST_INSTRUMENT && (await anyTested(context.store, filter))) return;
  for await (const series of evenly(context.store, filter, MOST_ASKED)) {
    const found = instrumentColumns(series);
    if (found.includes(instrument)) return;
    for (const name of found) columns.add(name);
  }
  throw new DemandaError('INSTRUMENT_UNKNOWN', { instrument, columns: [...columns].join(', ') || '–' });
}

/** Columns that may serve as an instrument. */
function instrumentColumns(series: CellSeries): string[] {
  return [
    ...(series.cost.some((c) => c > 0) ? ['cost'] : []),
    ...(series.test ? [TEST_INSTRUMENT] : []),
    ...series.covariates.map((c) => c.name),
  ];
}
