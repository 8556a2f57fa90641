/** Many cells through the stages of training or backtesting: market and search first, then every cell for itself. */

import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { CellSummary } from '../contract/store/cells.ts';
import type { Outcome } from '../core/outcome.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { TrainingStage } from '../core/vocabulary.ts';
import type { Executor } from './executor.ts';
import { inParallel } from './in-parallel.ts';
import { type FitOptions, type KnowledgeId, knowledgeBytes, knowledgeId, type MarketKnowledge } from './knowledge.ts';
import type { BacktestForecast, BacktestInput, Done, TrainedOutcome, WorkFailure, WorkKind, WorkMap } from './work.ts';

/** What is known of a cell without a look at its sales. */
export type NamedCell = Pick<CellSummary, 'merchant' | 'product' | 'productType' | 'frequency'>;

/** How a fleet's cells are read: again from the start at every stage, so that no stage holds them. */
export interface FleetSource {
  /** Number of cells that `cells()` yields. */
  readonly count: number;
  cells(): AsyncIterable<CellSeries>;
  /** The same cells in the same order, without their sales. */
  named(): AsyncIterable<NamedCell>;
  /** A cell's rows as `cells()` yields them; null where it has none any more. */
  read(cell: CellName): Promise<CellSeries | null>;
  /**
   * Cells that pooling may learn from (all of the workspace, whatever is trained), at most {@link MAX_POOLED_CELLS}.
   */
  pooled(limit: number): AsyncIterable<CellSeries>;
}

export interface FleetOptions extends FitOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
}

export interface FleetProgress {
  readonly stage: TrainingStage | 'backtest';
  readonly done: number;
  readonly total: number;
}

/** Cells, who works on them, and how. */
export interface Fleet {
  readonly source: FleetSource;
  readonly executor: Executor;
  readonly options: FleetOptions;
}

export interface FleetTraining extends Fleet {
  readonly knowledge: MarketKnowledge;
  /** @param seconds that the cell was under way */
  readonly onCell: (series: CellSeries, outcome: TrainedOutcome, seconds: number) => void | Promise<void>;
  /** Milliseconds, for seconds of training. */
  readonly now: () => number;
}

export interface FleetBacktest extends Fleet {
  readonly knowledge: MarketKnowledge;
  /** What is asked of a cell. */
  readonly protocolOf: (series: CellSeries) => Omit<BacktestInput, 'series'>;
  readonly onCell: (
    series: CellSeries,
    forecasts: Outcome<readonly BacktestForecast[], WorkFailure>,
  ) => void | Promise<void>;
}

/** Kinds of work that take a moment, and know what all cells share. */
type ShortKind = {
  [K in WorkKind]: WorkMap[K]['knowledge'] extends KnowledgeId ? K : never;
}[WorkKind];

/** Pieces handed over for each that is done at the same time: one at work, one that waits for it to end. */
const HANDED_OVER = 2;

/** Trains every cell of a source; a cell that cannot be trained is a value for `onCell`, never the end of the fleet. */
export async function trainFleet({ onCell, now, ...fleet }: FleetTraining): Promise<void> {
  const { source, options } = fleet;
  let done = 0;
  const started = new Map<CellSeries, number>();
  await runCells('train', fleet, {
    cells: source.cells(),
    input: (series) => {
      started.set(series, now());
      return { series };
    },
    onDone: async (series, trained) => {
      const seconds = (now() - (started.get(series) as number)) / 1000;
      started.delete(series);
      await onCell(series, trained.ok ? trained.value : trained, seconds);
      options.onProgress?.({ stage: 'train', done: ++done, total: source.count });
    },
  });
}

/** Backtests every cell of a source, with the specs that the knowledge keeps for its type. */
export async function backtestFleet({ protocolOf, onCell, ...fleet }: FleetBacktest): Promise<void> {
  const { source, options } = fleet;
  let done = 0;
  await runCells('backtest', fleet, {
    cells: source.cells(),
    input: (series) => ({ series, ...protocolOf(series) }),
    onDone: async (series, forecasts) => {
      await onCell(series, forecasts);
      options.onProgress?.({ stage: 'backtest', done: ++done, total: source.count });
    },
  });
}

/** Hands cells to the executor, one short piece of work each, after what they know in common. */
export async function runCells<K extends ShortKind>(
  kind: K,
  { executor, options, knowledge }: Pick<FleetTraining, 'executor' | 'options' | 'knowledge'>,
  pieces: {
    readonly cells: AsyncIterable<CellSeries>;
    readonly input: (series: CellSeries) => WorkMap[K]['input'];
    readonly onDone: (series: CellSeries, done: Done<K>) => void | Promise<void>;
  },
): Promise<void> {
  const bytes = knowledgeBytes(knowledge);
  const id = knowledgeId(bytes);
  await executor.share(id, bytes);
  await inParallel(
    pieces.cells,
    executor.concurrency * HANDED_OVER,
    (series) => executor.run({ kind, id: cellKey(series), knowledge: id, input: pieces.input(series) }),
    pieces.onDone,
    options.signal,
  );
}
