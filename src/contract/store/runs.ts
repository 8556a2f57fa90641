/** Runs, one training of one cell each: who holds the cell, how far the run is, and what it ended with. */

import type { ErrorHistory } from '../../core/training/history.ts';
import type { RunStatus, StopReason } from '../../core/vocabulary.ts';
import type { CellName } from '../cell-name.ts';
import type { CellFilter } from './cells.ts';
import type { Deed } from './deed.ts';
import type { ModelSummary, NewModel } from './models.ts';
import type { Page, PageAsked } from './page.ts';

/** Figures of a run's error history, kept beside it so that lists need not read it. */
export interface HistoryFigures {
  readonly points: number;
  readonly errorKind: ErrorHistory['errorKind'] | null;
  readonly firstError: number | null;
  readonly bestError: number | null;
  readonly bestIteration: number | null;
  readonly lastError: number | null;
}

/** What people write of a run: its model version carries it too. */
export interface RunNote {
  /** Each once, as they were given. */
  readonly tags: readonly string[];
  readonly note: string;
}

/** What a run took of its machine; null of the exact solver's, and of runs before it was measured. */
export interface MachineFigures {
  /** Of the thread that trained, since the run was begun or gone on with. */
  readonly cpuSeconds: number | null;
  /** Bytes: most that its process, with all its threads, had in memory so far. */
  readonly peakMemory: number | null;
}

/** One training of one cell as it is kept: lists read these columns only. */
export interface RunSummary extends HistoryFigures, RunNote, MachineFigures {
  readonly runId: string;
  /** Of the cell; empty for one without sales. */
  readonly unit: string;
  readonly merchant: string;
  readonly product: string;
  /** `running` while its holder holds the cell; a run whose holder is gone is `stopped`, interrupted. */
  readonly status: RunStatus;
  readonly stopReason: StopReason;
  /**
   * What the stopping rule found (see DemandModel); null while it runs, where it failed and of runs before it was
   * measured.
   */
  readonly converged: boolean | null;
  readonly iterations: number;
  readonly simulatedRowsPerIteration: number;
  readonly ownRows: number;
  readonly wape: number | null;
  readonly rmse: number | null;
  readonly rmsse: number | null;
  /** ISO 8601 instant, by the clock of the machine that trained. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly seed: number;
  /** The training that it belongs to; null of the exact solver's in earlier versions. */
  readonly trainingId: string | null;
  readonly modelId: string | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
}

/** A training by iterations that begins. */
export interface StartedRun {
  readonly runId: string;
  readonly merchant: string;
  readonly product: string;
  /** ISO 8601 instant. */
  readonly startedAt: string;
  readonly simulatedRowsPerIteration: number;
  readonly ownRows: number;
  readonly seed: number;
  /** Who holds the cell: see {@link Holder}. */
  readonly holderId: string;
  /** As {@link RunSummary.trainingId}. */
  readonly trainingId?: string;
  /** Everything that the training starts from besides its rows, and a fingerprint of those; plain data. */
  readonly inputs: unknown;
}

/** A state to go on from. */
export interface Checkpoint extends HistoryFigures {
  readonly runId: string;
  /** Which going-on of the run writes: a write by one that was overtaken is refused. */
  readonly attempt: number;
  readonly iteration: number;
  /** Of training so far, over all attempts. */
  readonly seconds: number;
  /**
   * Plain data with typed arrays as `stateBytes` of contract/training-state.ts makes it: whoever trains does, so that the
   * thread that writes has nothing to encode. It has the run's {@link ErrorHistory} so far under `history`.
   */
  readonly state: Uint8Array;
}

/** The newest readable checkpoint of a run. */
export interface FoundCheckpoint {
  readonly run: RunSummary;
  readonly attempt: number;
  readonly iteration: number;
  readonly inputs: unknown;
  readonly state: unknown;
  /** The newest checkpoint was damaged, and this is the one before it. */
  readonly damaged: boolean;
}

/** Something that happened within a run: a search round, a fold. */
export interface RunEvent {
  readonly iteration: number;
  /** `checkpoints`: of a training by iterations, `detail.every` iterations apart. */
  readonly kind: 'search' | 'fold' | 'checkpoints';
  readonly detail: Readonly<Record<string, unknown>>;
}

/** How a run ended. */
export interface FinishedRun {
  readonly run: Omit<RunSummary, 'modelId' | 'unit' | 'trainingId' | keyof RunNote | keyof MachineFigures>;
  /** Of a training by iterations. */
  readonly machine?: MachineFigures;
  /** Of a run that was not started, as the exact solver's: the training of many cells that it belongs to. */
  readonly trainingId?: string;
  /** Of a training by iterations; its checkpoints are then no longer kept, but for a run that may go on. */
  readonly history?: ErrorHistory;
  readonly attempt?: number;
  /** They take the place of those that an earlier end of the same run had. */
  readonly events: readonly RunEvent[];
  /** Null when the run failed. */
  readonly model: NewModel | null;
}

/**
 * Who works. A hold is a lease: its holder renews it in time, and one that is over is free for others to take; until
 * somebody does, its holder keeps it and may renew it. A store that knows that a holder is gone may end its lease at
 * once.
 */
export interface Holder {
  /** Drawn once a process. */
  readonly id: string;
  /** What others are told of who holds a cell: the number of the process. */
  readonly name: string;
  /**
   * ISO 8601 instant, by the store's clock, at most {@link LONGEST_LEASE_MS} ahead: a lease that ends later was given
   * before that clock went back, and is over.
   */
  readonly leaseUntil: string;
}

/** The longest lease, in milliseconds. */
export const LONGEST_LEASE_MS = 5 * 60_000;

/** A cell that somebody else holds. */
export interface HeldCell extends CellName {
  /** The name of its holder. */
  readonly by: string;
  /** ISO 8601 instant. */
  readonly since: string;
}

/** Runs that are asked for. */
export interface RunChoice {
  readonly merchant?: string;
  readonly product?: string;
  readonly status?: RunSummary['status'];
  /** Each of its words stands in merchant, product, a tag or the note, whatever its case and accents. */
  readonly search?: string;
  /** Runs that have it. */
  readonly tag?: string;
}

/**
 * Ids of runs are given by callers, and unique. Runs are in the order in which they were begun, whatever a clock said;
 * those of the exact solver in that of their end. Of those who write one run at the same time one succeeds: a write by
 * an attempt that was overtaken, or by one whose cell another holds by now, is refused with CHECKPOINT_OVERTAKEN and
 * changes nothing.
 */
export interface RunStore {
  /**
   * Takes the cells that nobody else holds, in one step; of two who ask for one at the same time one gets it. Those that
   * the holder has already stay its own under the new lease.
   */
  hold(
    cells: readonly CellName[],
    holder: Holder,
  ): Promise<{ readonly held: readonly CellName[]; readonly byOther: readonly HeldCell[] }>;
  /** Of all cells that it holds. @returns false when that is none: others have taken them */
  renew(holder: Pick<Holder, 'id' | 'leaseUntil'>): Promise<boolean>;
  /** Cells that others hold stay theirs. */
  release(cells: readonly CellName[], holderId: string): Promise<void>;
  /**
   * Begins a training by iterations. Earlier trainings of the cell that have not ended are given up.
   *
   * @throws DemandaError CHECKPOINT_OVERTAKEN when the holder does not hold the cell
   */
  start(run: StartedRun): Promise<void>;
  /**
   * Begins another attempt at a run: writes of the earlier ones are refused from now on.
   *
   * @param trainingId the training of many cells that goes on with it; it stays of the one that it belongs to unless
   * told
   * @returns the attempt's number: of a run that began 1, then one more each time
   * @throws DemandaError CHECKPOINT_OVERTAKEN when the holder does not hold the cell
   */
  takeOver(runId: string, holderId: string, trainingId?: string): Promise<number>;
  /**
   * Checkpoint, history up to it and summary in one step.
   *
   * @throws DemandaError CHECKPOINT_OVERTAKEN when another attempt goes on with the run
   */
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /**
   * Of the cell's newest run by iterations; null when that has ended with a model or has no checkpoint yet.
   *
   * @throws DemandaError CHECKPOINT_DAMAGED when no checkpoint of it can be read
   */
  newestCheckpoint(cell: CellName): Promise<FoundCheckpoint | null>;
  /**
   * Writes runs, their events and models, all or nothing. A run is written once: one that has ended stays as it ended.
   *
   * @param releasedBy id of a {@link Holder}: those of the runs' cells that it holds are released in the same step
   * @returns each run's model, null where it has none
   * @throws DemandaError CHECKPOINT_OVERTAKEN
   */
  finish(finished: readonly FinishedRun[], releasedBy?: string): Promise<(ModelSummary | null)[]>;
  /** Others may write meanwhile, the caller too. */
  list(filter: Omit<CellFilter, 'productType'>): AsyncIterable<RunSummary>;
  /** Runs that have points, those begun last first. */
  page(choice: RunChoice, page: PageAsked): Promise<Page<RunSummary>>;
  /** Writes what people say of a run, and the audit entry, in one step. @returns whether there is such a run */
  annotate(runId: string, note: RunNote, deed: Deed): Promise<boolean>;
  read(runId: string): Promise<RunSummary | null>;
  /** As they were written. */
  events(runId: string): Promise<RunEvent[]>;
  /**
   * The error history of a run, finished or not; null for a run of the exact solver.
   *
   * @throws DemandaError HISTORY_DAMAGED
   */
  history(runId: string): Promise<ErrorHistory | null>;
  /**
   * A run and its error history in one look; null where there is none, or it is another merchant's.
   *
   * @param merchant null: anyone's
   * @throws DemandaError HISTORY_DAMAGED
   */
  readWithHistory(
    runId: string,
    merchant: string | null,
  ): Promise<{ readonly run: RunSummary; readonly history: ErrorHistory | null } | null>;
  /** Cells whose training has lost its holder are no longer in training: the overview says so from now on. */
  endDead(): Promise<void>;
}
