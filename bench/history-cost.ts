/** What an error history takes to keep and to read, and what checkpoints cost the loop. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../src/contract/store/store.ts';
import { PRIOR_SHARES } from '../src/core/demand/price-shape.ts';
import { DEFAULT_TRAINING, type TrainingOptions } from '../src/core/training/options.ts';
import { Training } from '../src/core/training/training.ts';
import type { Executor } from '../src/fleet/executor.ts';
import { historyFigures } from '../src/fleet/iterate-cell.ts';
import { HOLDER_ID, holdCell } from '../src/fleet/lease.ts';
import { threadsExecutor } from '../src/fleet/threads.ts';
import type { TrainingInputs } from '../src/fleet/work.ts';
import { openStore } from '../src/store/open.ts';
import { historyBytes } from '../src/store/training-records.ts';
import { cpuSeconds, median } from './measures.ts';
import { BENCH_CONTEXT, benchCell } from './speed-cells.ts';

const DAYS = 730;
/** The product's default. */
const CHECKPOINT_EVERY = 1_000;

/** @param short fewer iterations and turns, for a look */
export async function benchHistory(short: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-history-'));
  const store = await openStore(folder);
  const executor = threadsExecutor(1);
  try {
    console.log('| history and checkpoints | measured | to reach |');
    console.log('|---|---|---|');
    await sizeAndReading(store, short ? 2_000 : 100_000);
    await checkpointCost(store, executor, short);
  } finally {
    await executor.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sizeAndReading(store: Store, iterations: number): Promise<void> {
  const options = { ...DEFAULT_TRAINING, iterations };
  const training = new Training(benchCell(1, DAYS), BENCH_CONTEXT, options);
  training.run(iterations);
  const history = training.history();
  await start(store, 'size', options);
  const started = {
    merchant: 'shop',
    product: 'product',
    startedAt: '2026-01-01T00:00:00.000Z',
    simulatedRowsPerIteration: 300,
    ownRows: DAYS,
    seed: 1,
  };
  const none = { wape: null, rmse: null, rmsse: null, failureCode: null, failureMessage: null };
  await store.runs.finish([
    {
      run: {
        ...started,
        ...none,
        ...historyFigures(history),
        runId: 'size',
        status: 'done',
        stopReason: 'budget used',
        converged: true,
        iterations,
        seconds: 1,
      },
      events: [],
      model: null,
      history,
      attempt: 1,
    },
  ]);
  const reads: number[] = [];
  for (let i = 0; i < 21; i++) {
    const began = performance.now();
    await store.runs.history('size');
    reads.push(performance.now() - began);
  }
  const { iterations: points, metrics, events } = history;
  const bytes = historyBytes(history).bytes.length;
  console.log(
    `| stored history of ${iterations} iterations: ${points.length} points x ${metrics.length} metrics, ${events.length} events | ${(bytes / 1000).toFixed(1)} kB | 35 kB |`,
  );
  console.log(
    `| reading it from the store: median of ${reads.length}, and the first | ${median(reads).toFixed(2)} ms, ${reads[0].toFixed(2)} ms | 5 ms |`,
  );
}

async function start(store: Store, runId: string, options: TrainingOptions): Promise<void> {
  await holdCell(store, { merchant: 'shop', product: runId });
  const started = {
    merchant: 'shop',
    product: runId,
    startedAt: '2026-01-01T00:00:00.000Z',
    simulatedRowsPerIteration: 300,
    ownRows: DAYS,
    seed: 1,
  };
  await store.runs.start({ ...started, runId, holderId: HOLDER_ID, inputs: { options } });
}

/**
 * Whole trainings through the product's executor and store, with the default checkpoints and with none but the last, in
 * turn.
 */
async function checkpointCost(store: Store, executor: Executor, short: boolean): Promise<void> {
  const iterations = short ? 2_000 : 20_000;
  const turns = short ? 1 : 15;
  const options = { ...DEFAULT_TRAINING, iterations };
  const series = benchCell(2, DAYS);
  let runs = 0;
  let written = 0;
  const train = async (checkpointEvery: number): Promise<{ wall: number; cpu: number }> => {
    const runId = `run ${runs++}`;
    await start(store, runId, options);
    const settings = {
      holidays: [],
      market: false,
      specs: BENCH_CONTEXT.specs,
      publishedPrior: {},
      marketShape: PRIOR_SHARES,
    };
    const inputs: TrainingInputs = { priors: [], settings, options, checkpointEvery, assumed: false };
    const [began, cpu] = [performance.now(), cpuSeconds()];
    await executor.run<'iterate'>(
      { kind: 'iterate', id: runId, knowledge: null, input: { series, inputs, state: null } },
      {
        onNote: (note) => {
          if (note.kind !== 'checkpoint') return;
          written++;
          const { iteration, state, figures } = note.checkpoint;
          return store.runs.saveCheckpoint({ runId, attempt: 1, iteration, seconds: 1, state, ...figures });
        },
      },
    );
    return { wall: performance.now() - began, cpu: cpuSeconds() - cpu };
  };
  await train(CHECKPOINT_EVERY);
  const ratios: { wall: number; cpu: number }[] = [];
  written = 0;
  for (let turn = 0; turn < turns; turn++) {
    // Which goes first changes, so that neither profits from the other's warmth.
    const [a, b] = turn % 2 === 0 ? [CHECKPOINT_EVERY, iterations] : [iterations, CHECKPOINT_EVERY];
    const first = await train(a);
    const second = await train(b);
    const [withCheckpoints, without] = turn % 2 === 0 ? [first, second] : [second, first];
    ratios.push({ wall: withCheckpoints.wall / without.wall, cpu: withCheckpoints.cpu / without.cpu });
  }
  const slower = (of: 'wall' | 'cpu'): string => `${((median(ratios.map((r) => r[of])) - 1) * 100).toFixed(1)} %`;
  console.log(
    `| checkpoints every ${CHECKPOINT_EVERY} against the last alone, ${iterations} iterations, ${turns} turns, ${Math.round(written / turns)} written a turn: slower by, CPU of all threads; wall | ${slower('cpu')}; ${slower('wall')} | 2 % |`,
  );
}
