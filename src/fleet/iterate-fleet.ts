/** Many cells trained by iterations: each held, started or gone on with, checkpointed, and kept with its history. */

import { debuglog } from 'node:util';
import { cellKey } from '../contract/cell-name.ts';
import type { Store } from '../contract/store/store.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { TrainingOptions } from '../core/training/options.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { begin, type CellToIterate, type IterationPlan } from './begun-run.ts';
import type { Executor } from './executor.ts';
import { inParallel } from './in-parallel.ts';
import { failedResult } from './iterate-cell.ts';
import type { IterateNote, IterateResult, IterationProgress, TrainedOutcome } from './work.ts';

export interface IteratedFleet {
  /** Each already held by this process. */
  readonly cells: AsyncIterable<CellToIterate>;
  readonly executor: Executor;
  readonly store: Store;
  readonly plan: IterationPlan;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((cell: CellSeries, progress: IterationProgress) => void) | undefined;
  readonly onCell: (cell: IteratedCell) => Promise<void>;
  /** A cell whose training did not begin. */
  readonly onFailure: (series: CellSeries, error: DemandaError) => void | Promise<void>;
  /** Milliseconds, for seconds of training. */
  readonly now: () => number;
}

/** How one cell ended. */
export interface IteratedCell {
  readonly series: CellSeries;
  readonly runId: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly seconds: number;
  readonly result: Omit<IterateResult, 'outcome'> & { readonly outcome: TrainedOutcome };
  readonly options: TrainingOptions;
  readonly checkpointEvery: number;
  /** The iteration that it went on from; 0 for a training that began. */
  readonly resumedAt: number;
  /** The newest checkpoint was damaged, and the training went on from the one before. */
  readonly damaged: boolean;
}

/**
 * With NODE_DEBUG=demanda every checkpoint and model is told on stderr once it is on disk: what was told may never be
 * lost.
 */
const log = debuglog('demanda');

/** Trains cells by iterations. A cell that cannot be trained is a value, never the end of the fleet. */
export async function iterateFleet(fleet: IteratedFleet): Promise<void> {
  await inParallel(
    fleet.cells,
    // None waits for another: it would hold its cell for nothing.
    fleet.executor.concurrency,
    async (cell) => {
      try {
        return await iterateOne(cell, fleet);
      } catch (error) {
        // Only a store that cannot be written, or work that nobody does, ends the fleet; a damaged checkpoint is its
        // cell's own trouble.
        if (error instanceof DemandaError && !endsFleet(error)) return error;
        throw error;
      }
    },
    async ({ series }, ended) => {
      if (ended instanceof DemandaError) return fleet.onFailure(series, ended);
      await fleet.onCell(ended);
      log(
        '%s %s %d',
        ended.result.stopReason === 'interrupted' ? 'stopped' : 'ended',
        visibleText(`${series.merchant}:${series.product}`),
        ended.result.iterations,
      );
    },
    fleet.signal,
  );
}

function endsFleet({ code, entry }: DemandaError): boolean {
  return code.startsWith('STORE_') || (entry.kind === 'system' && code !== 'CHECKPOINT_DAMAGED');
}

async function iterateOne(cell: CellToIterate, fleet: IteratedFleet): Promise<IteratedCell> {
  const { executor, store, plan, signal, onProgress, now } = fleet;
  const begun = await begin(cell, store, plan);
  const { runId, attempt, startedAt, resumedAt, damaged, series, inputs, state } = begun;
  const started = now();
  const seconds = (): number => begun.seconds + (now() - started) / 1000;
  const onNote = async (note: IterateNote): Promise<void> => {
    switch (note.kind) {
      case 'progress':
        onProgress?.(cell.series, note.progress);
        return;
      case 'checkpoint': {
        const { iteration, state: bytes, figures } = note.checkpoint;
        await store.runs.saveCheckpoint({ runId, attempt, iteration, seconds: seconds(), state: bytes, ...figures });
        log('checkpoint %s %d', visibleText(`${series.merchant}:${series.product}`), iteration);
      }
    }
  };
  const work = { kind: 'iterate', id: cellKey(series), knowledge: null, input: { series, inputs, state } } as const;
  const done = await executor.run<'iterate'>(work, { signal, onNote });
  return {
    series,
    runId,
    attempt,
    startedAt,
    seconds: seconds(),
    result: done.ok ? done.value : { ...failedResult(done), iterations: resumedAt },
    options: inputs.options,
    checkpointEvery: inputs.checkpointEvery,
    resumedAt,
    damaged,
  };
}
