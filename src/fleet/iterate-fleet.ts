/** Many cells trained by iterations: each held, started or gone on with, checkpointed, and kept with its history. */

import { randomUUID } from 'node:crypto';
import { debuglog } from 'node:util';
import { crc32 } from 'node:zlib';
import type { FoundCheckpoint, Store } from '../contract/store.ts';
import { withMarketIndex } from '../core/market/market-index.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { TrainingOptions, TrainingState } from '../core/training/training.ts';
import { DemandaError } from '../errors.ts';
import type { TrainingExecutor } from './executor.ts';
import { inParallel } from './in-parallel.ts';
import { type IterateResult, type IterationProgress, type TrainingInputs, trainingOf } from './iterate-cell.ts';

/** A cell to train: its rows, and those that stand for them where it has no sale. */
export interface CellToIterate {
  readonly series: CellSeries;
  readonly assumed: boolean;
  readonly inputs: Omit<TrainingInputs, 'options' | 'checkpointEvery' | 'assumed'>;
}

/** Options that a user named beside going on, by the name that the command line gives them. */
export type GivenOptions = Readonly<Record<string, { readonly given: unknown; readonly of: (inputs: TrainingInputs) => unknown }>>;

export interface IterateFleetOptions {
  readonly options: TrainingOptions;
  readonly checkpointEvery: number;
  /** Goes on from the newest checkpoint of each cell that has one, up to another budget where one is given; what else is given must be as it began. */
  readonly resume: { readonly iterations: number | null; readonly given: GivenOptions } | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((cell: CellSeries, progress: IterationProgress) => void) | undefined;
}

/** How one cell ended. */
export interface IteratedCell {
  readonly series: CellSeries;
  readonly runId: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly seconds: number;
  readonly result: IterateResult;
  readonly options: TrainingOptions;
  readonly checkpointEvery: number;
  /** The iteration that it went on from; 0 for a training that began. */
  readonly resumedAt: number;
  /** The newest checkpoint was damaged, and the training went on from the one before. */
  readonly damaged: boolean;
}

/** With NODE_DEBUG=demanda every checkpoint and model is told on stderr once it is on disk: what was told may never be lost. */
const log = debuglog('demanda');

/** What is kept with the checkpoints of a run. */
interface KeptInputs extends TrainingInputs {
  readonly fingerprint: number;
  /** The rows of a cell without any sale: its calendar must not move while it is trained. */
  readonly assumedSeries: CellSeries | null;
}

/**
 * Trains cells by iterations. A cell that cannot be trained is a value for `onFailure`, never the end of the fleet.
 *
 * @param cells each already held by this process; @param now milliseconds, for seconds of training
 */
export async function iterateFleet(
  cells: AsyncIterable<CellToIterate>,
  executor: TrainingExecutor,
  store: Store,
  fleet: IterateFleetOptions,
  onCell: (cell: IteratedCell) => Promise<void>,
  onFailure: (series: CellSeries, error: DemandaError) => void | Promise<void>,
  now: () => number,
): Promise<void> {
  await inParallel(
    cells,
    // One a thread: a training that waits in a queue would hold its cell for nothing.
    executor.concurrency / 2,
    async (cell) => {
      const { series } = cell;
      try {
        const begun = await begin(cell, store, fleet);
        const started = now();
        const seconds = (): number => begun.seconds + (now() - started) / 1000;
        const result = await executor.iterate(
          { kind: 'iterate', series: begun.series, inputs: begun.inputs, state: begun.state },
          {
            signal: fleet.signal,
            onProgress: (progress) => fleet.onProgress?.(series, progress),
            onCheckpoint: async ({ iteration, state, figures }) => {
              const { runId, attempt } = begun;
              await store.saveCheckpoint({ runId, attempt, iteration, seconds: seconds(), state, ...figures });
              log('checkpoint %s:%s %d', series.merchant, series.product, iteration);
            },
          },
        );
        const { runId, attempt, startedAt, resumedAt, damaged } = begun;
        const { options, checkpointEvery } = begun.inputs;
        return { series: begun.series, runId, attempt, startedAt, seconds: seconds(), result, options, checkpointEvery, resumedAt, damaged };
      } catch (error) {
        // Only a store that cannot be written ends the fleet; a damaged checkpoint is its cell's own trouble.
        if (error instanceof DemandaError && !error.code.startsWith('STORE_')) return error;
        throw error;
      }
    },
    async ({ series }, ended) => {
      if (ended instanceof DemandaError) return onFailure(series, ended);
      await onCell(ended);
      log('%s %s:%s %d', ended.result.stopReason === 'interrupted' ? 'stopped' : 'ended', series.merchant, series.product, ended.result.iterations);
    },
    fleet.signal,
  );
}

interface BegunRun {
  readonly runId: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly seconds: number;
  readonly series: CellSeries;
  readonly inputs: TrainingInputs;
  readonly state: TrainingState | null;
  readonly resumedAt: number;
  readonly damaged: boolean;
}

async function begin(cell: CellToIterate, store: Store, { options, checkpointEvery, resume }: IterateFleetOptions): Promise<BegunRun> {
  const { series, assumed } = cell;
  const { merchant, product } = series;
  const found = resume ? await store.newestCheckpoint(merchant, product) : null;
  if (found) {
    // Before the rows are looked at: market data change them too.
    for (const [option, { given, of }] of Object.entries(resume?.given ?? {})) {
      const kept = of(found.inputs as KeptInputs);
      if (given !== undefined && given !== kept) {
        throw new DemandaError('RESUME_OPTION_DIFFERS', { merchant, product, option, kept: String(kept), given: String(given) });
      }
    }
    const { series: rows, inputs, state } = readKept(found, series);
    // Another budget may be given to a run that goes on; everything else stays as it began.
    const budget = Math.max(resume?.iterations ?? inputs.options.iterations, state.iteration);
    const going = { ...inputs, options: { ...inputs.options, iterations: budget } };
    const attempt = await store.takeOver(found.run.runId, process.pid);
    const { runId, startedAt, seconds } = found.run;
    return { runId, attempt, startedAt, seconds, series: rows, inputs: going, state, resumedAt: state.iteration, damaged: found.damaged };
  }
  const inputs: TrainingInputs = { ...cell.inputs, options, checkpointEvery, assumed };
  const runId = randomUUID();
  const startedAt = new Date().toISOString();
  const kept: KeptInputs = { ...inputs, fingerprint: fingerprintOf(series), assumedSeries: assumed ? series : null };
  await store.startRun({
    runId,
    merchant,
    product,
    startedAt,
    simulatedRowsPerIteration: options.simulatedRows,
    ownRows: assumed ? 0 : series.days.length,
    seed: options.seed,
    pid: process.pid,
    inputs: kept,
  });
  return { runId, attempt: 1, startedAt, seconds: 0, series, inputs, state: null, resumedAt: 0, damaged: false };
}

/** What a checkpoint goes on from. @throws DemandaError CHECKPOINT_DATA_CHANGED when the cell's rows are not those it was trained on */
function readKept(
  found: FoundCheckpoint,
  series: CellSeries | null,
): { readonly series: CellSeries; readonly inputs: TrainingInputs; readonly state: TrainingState } {
  const { fingerprint, assumedSeries, ...inputs } = found.inputs as KeptInputs;
  const state = found.state as TrainingState;
  const rows = assumedSeries ?? (series && inputs.settings.market ? withMarketIndex(series).series : series);
  if (!rows || fingerprintOf(rows) !== fingerprint) {
    throw new DemandaError('CHECKPOINT_DATA_CHANGED', { merchant: found.run.merchant, product: found.run.product, iteration: found.iteration });
  }
  return { series: rows, inputs, state };
}

/** The model of a checkpoint, as its training would give it there. */
export function modelOfCheckpoint(found: FoundCheckpoint, series: CellSeries | null): IterateResult['outcome'] {
  const kept = readKept(found, series);
  return trainingOf(kept.series, kept.inputs, kept.state).model();
}

/** A checksum of everything in a cell's rows that training looks at. */
function fingerprintOf(series: CellSeries): number {
  const { days, quantity, price, cost, promo, soldOut, marketPrice, covariates } = series;
  let crc = 0;
  for (const column of [days, quantity, price, cost, promo, soldOut, marketPrice, ...covariates.map((c) => c.values)]) {
    crc = crc32(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), crc);
  }
  return crc;
}
