/** The whole loop with five folds beside the same loop in NumPy; its time and memory as iterations grow. */

import { spawnSync } from 'node:child_process';
import { type IterationSet, wasmIterationKernel } from '../src/core/kernel/iteration-kernel.ts';
import { DEFAULT_TRAINING } from '../src/core/training/options.ts';
import { Training } from '../src/core/training/training.ts';
import { peakMemoryKilobytes } from '../test/support/peak-memory.ts';
import { drawsOf, iterationSet } from './iteration-problem.ts';
import { cpuSeconds, largestDifference, median } from './measures.ts';
import { startPeer } from './python-peer.ts';
import { BENCH_CONTEXT, benchCell } from './speed-cells.ts';

const ROWS = 730;
const FOLDS = 5;
const HORIZON = 14;
const FOLLOWED = 20;
const SLICE = 512;

/** Six sets as folds make them: each with rows, design and simulator of its own, random numbers shared. */
function foldSets(): IterationSet[] {
  return Array.from({ length: FOLDS + 1 }, (_, s) => iterationSet(ROWS - HORIZON * (FOLDS - s), s));
}

/** @param short fewer turns and iterations, for a look */
export async function benchLoop(short: boolean): Promise<void> {
  const ratio = await besideNumpy(short);
  const sizes = short ? [300, 1_000, 2_000] : [10_000, 30_000, 100_000];
  const runs = sizes.map((iterations) => ({ iterations, ...trainedApart(iterations) }));
  console.log(
    '\n| training of one cell, 730 days, 300 simulated + 64 own rows, 5 folds, one core | CPU s | µs an iteration | columns | peak MB |',
  );
  console.log('|---|---|---|---|---|');
  for (const { iterations, seconds, columns, megabytes } of runs) {
    console.log(
      `| ${iterations} iterations, evaluations and search rounds included | ${seconds.toFixed(2)} | ${((seconds / iterations) * 1e6).toFixed(1)} | ${columns} | ${megabytes.toFixed(0)} |`,
    );
  }
  const [small, , large] = runs as [(typeof runs)[0], (typeof runs)[0], (typeof runs)[0]];
  console.log(
    `peak memory of ${large.iterations} iterations over that of ${small.iterations}: ${(large.megabytes / small.megabytes).toFixed(2)} (to reach 1.2)`,
  );
  if (ratio !== null) {
    const whole = (large.seconds / large.iterations) * 1e6;
    console.log(
      `NumPy's bare loop over the product's whole training, evaluations and search included: ${(ratio.numpy / whole).toFixed(2)}`,
    );
  }
}

async function besideNumpy(short: boolean): Promise<{ numpy: number } | null> {
  const sets = foldSets();
  const kernels = sets.map((set) => {
    const kernel = wasmIterationKernel();
    kernel.load(set);
    kernel.run(0, FOLLOWED);
    return kernel;
  });
  const followed = kernels.map((kernel) => kernel.state());
  let done = FOLLOWED;
  const ours = (): number => {
    const started = cpuSeconds();
    for (const kernel of kernels) kernel.run(done, done + SLICE);
    done += SLICE;
    return ((cpuSeconds() - started) / SLICE) * 1e6;
  };
  for (let i = 0; i < 10; i++) ours();
  const turns = short ? 5 : 61;
  const peer = await startPeer('fold_loop.py', sets);
  const mine: number[] = [];
  const theirs: number[] = [];
  if (peer) {
    const draws = sets.map((set) => drawsOf(set, FOLLOWED));
    const own = Array.from({ length: FOLLOWED }, (_, t) => draws.map((d) => d.own[t]));
    const state = await peer.ask<{ coefficients: number[][]; average: number[][] }>({
      own,
      rows: draws[0]?.rows,
      prices: draws[0]?.prices,
    });
    const difference = Math.max(
      ...followed.map((set, s) =>
        Math.max(
          largestDifference(set.coefficients, state.coefficients[s] as number[]),
          largestDifference(set.average, state.average[s] as number[]),
        ),
      ),
    );
    console.log(
      `numpy: after ${FOLLOWED} iterations of six sets on the same draws coefficients and averages differ by at most ${difference.toExponential(1)}`,
    );
    // Sums of the same few hundred products in another order.
    if (!(difference < 1e-10)) throw new Error('the NumPy loop does not do the product’s work');
  }
  for (let turn = 0; turn < turns; turn++) {
    mine.push(ours());
    // The first turn warms the peer's caches.
    if (peer) {
      const { seconds } = await peer.ask<{ seconds: number }>({ iterations: SLICE });
      if (turn > 0) theirs.push((seconds / SLICE) * 1e6);
    }
  }
  peer?.close();
  console.log(
    `\n| one iteration of the loop: 5 folds and the whole, 24 columns, one thread (CPU time, median of ${turns} turns) | µs | 100,000 iterations, s |`,
  );
  console.log('|---|---|---|');
  const row = (name: string, us: number, note = ''): void =>
    console.log(`| ${name} | ${us.toFixed(1)} | ${(us / 10).toFixed(1)}${note} |`);
  row('demanda', median(mine));
  if (!peer) return null;
  row('NumPy', median(theirs), `; ${(median(theirs) / median(mine)).toFixed(2)} times demanda (to reach 1.5)`);
  return { numpy: median(theirs) };
}

/** Trains in a process of its own, whose peak memory is then the training's. */
function trainedApart(iterations: number): { seconds: number; megabytes: number; columns: number } {
  const run = spawnSync(process.execPath, [import.meta.filename, String(iterations)], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as ReturnType<typeof trainedApart>;
}

if (import.meta.main) {
  const iterations = Number(process.argv[2]);
  const started = cpuSeconds();
  const training = new Training(benchCell(1, ROWS), BENCH_CONTEXT, { ...DEFAULT_TRAINING, iterations });
  training.run(iterations);
  const seconds = cpuSeconds() - started;
  const columns = training.state().sets.at(-1)?.average.length;
  console.log(JSON.stringify({ seconds, megabytes: peakMemoryKilobytes() / 1024, columns }));
}
