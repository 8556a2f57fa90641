/** Runs of trainings by iterations as the store keeps them: begun, gone on with from a checkpoint, read back. */

import { randomUUID } from 'node:crypto';
import type { FoundCheckpoint } from '../contract/store/runs.ts';
import type { Store } from '../contract/store/store.ts';
import { withMarketIndex } from '../core/market/market-index.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { TrainingOptions } from '../core/training/options.ts';
import type { TrainingState } from '../core/training/training.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { trainingOf } from './iterate-cell.ts';
import { HOLDER_ID } from './lease.ts';
import { rowsChecksum } from './rows-checksum.ts';
import type { IterateResult, TrainingInputs } from './work.ts';

/** A cell to train: its rows, and those that stand for them where it has no sale. */
export interface CellToIterate {
  readonly series: CellSeries;
  readonly assumed: boolean;
  readonly inputs: Omit<TrainingInputs, 'options' | 'checkpointEvery' | 'assumed'>;
}

/** Options that a user named beside going on, by the name that the command line gives them. */
export type GivenOptions = Readonly<
  Record<string, { readonly given: unknown; readonly of: (inputs: TrainingInputs) => unknown }>
>;

/** What a training by iterations was asked for. */
export interface IterationPlan {
  /** The training that the runs belong to. */
  readonly trainingId: string;
  readonly options: TrainingOptions;
  readonly checkpointEvery: number;
  /**
   * Goes on from the newest checkpoint of each cell that has one, up to another budget where one is given; what else is
   * given must be as it began. `ofTraining`: only from checkpoints of that training.
   */
  readonly resume: {
    readonly iterations: number | null;
    readonly given: GivenOptions;
    readonly ofTraining: string | null;
  } | null;
}

/** What is kept with the checkpoints of a run. */
interface KeptInputs extends TrainingInputs {
  readonly fingerprint: number;
  /** The rows of a cell without any sale: its calendar must not move while it is trained. */
  readonly assumedSeries: CellSeries | null;
}

export interface BegunRun {
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

/**
 * Begins a run, or goes on from the newest checkpoint where the plan says so.
 *
 * @throws DemandaError RESUME_OPTION_DIFFERS, CHECKPOINT_DATA_CHANGED
 */
export async function begin(cell: CellToIterate, store: Store, plan: IterationPlan): Promise<BegunRun> {
  const { merchant, product } = cell.series;
  const { resume } = plan;
  const found = resume ? await store.runs.newestCheckpoint({ merchant, product }) : null;
  const isMeant = found && (resume?.ofTraining === null || found.run.trainingId === resume?.ofTraining);
  return isMeant ? goOn(found, cell, store, plan) : beginAnew(cell, store, plan);
}

async function goOn(
  found: FoundCheckpoint,
  { series }: CellToIterate,
  store: Store,
  { trainingId, resume }: IterationPlan,
): Promise<BegunRun> {
  const { merchant, product } = series;
  // Before the rows are looked at: market data change them too.
  for (const [option, { given, of }] of Object.entries(resume?.given ?? {})) {
    const kept = of(found.inputs as KeptInputs);
    if (given !== undefined && given !== kept) {
      throw new DemandaError('RESUME_OPTION_DIFFERS', {
        merchant,
        product,
        option,
        kept: String(kept),
        given: String(given),
      });
    }
  }
  const { series: rows, inputs, state } = readKept(found, series);
  // Another budget may be given to a run that goes on; everything else stays as it began.
  const budget = Math.max(resume?.iterations ?? inputs.options.iterations, state.iteration);
  const going = { ...inputs, options: { ...inputs.options, iterations: budget } };
  const attempt = await store.runs.takeOver(found.run.runId, HOLDER_ID, trainingId);
  const { runId, startedAt, seconds } = found.run;
  return {
    runId,
    attempt,
    startedAt,
    seconds,
    series: rows,
    inputs: going,
    state,
    resumedAt: state.iteration,
    damaged: found.damaged,
  };
}

async function beginAnew(
  { series, assumed, inputs: known }: CellToIterate,
  store: Store,
  { trainingId, options, checkpointEvery }: IterationPlan,
): Promise<BegunRun> {
  const { merchant, product } = series;
  const inputs: TrainingInputs = { ...known, options, checkpointEvery, assumed };
  const runId = randomUUID();
  const startedAt = new Date().toISOString();
  const kept: KeptInputs = { ...inputs, fingerprint: rowsChecksum(series), assumedSeries: assumed ? series : null };
  await store.runs.start({
    runId,
    merchant,
    product,
    startedAt,
    simulatedRowsPerIteration: options.simulatedRows,
    ownRows: assumed ? 0 : series.days.length,
    seed: options.seed,
    holderId: HOLDER_ID,
    trainingId,
    inputs: kept,
  });
  return { runId, attempt: 1, startedAt, seconds: 0, series, inputs, state: null, resumedAt: 0, damaged: false };
}

/**
 * What a checkpoint goes on from. @throws DemandaError CHECKPOINT_DATA_CHANGED when the cell's rows are not those it
 * was trained on
 */
function readKept(
  found: FoundCheckpoint,
  series: CellSeries | null,
): { readonly series: CellSeries; readonly inputs: TrainingInputs; readonly state: TrainingState } {
  const { fingerprint, assumedSeries, ...inputs } = found.inputs as KeptInputs;
  const state = found.state as TrainingState;
  const rows = assumedSeries ?? (series && inputs.settings.market ? withMarketIndex(series).series : series);
  if (!rows || rowsChecksum(rows) !== fingerprint) {
    throw new DemandaError('CHECKPOINT_DATA_CHANGED', {
      merchant: found.run.merchant,
      product: found.run.product,
      iteration: found.iteration,
    });
  }
  return { series: rows, inputs, state };
}

/** The model of a checkpoint, as its training would give it there. */
export function modelOfCheckpoint(found: FoundCheckpoint, series: CellSeries | null): IterateResult['outcome'] {
  const kept = readKept(found, series);
  return trainingOf(kept.series, kept.inputs, kept.state).model();
}
