/** One training iteration beside NumPy, scikit-learn and PyTorch. */

import { wasmIterationKernel } from '../src/core/kernel/iteration-kernel.ts';
import { drawsOf, iterationSet } from './iteration-problem.ts';
import { cpuSeconds, largestDifference, median } from './measures.ts';
import { startPeer } from './python-peer.ts';

const OWN_ROWS = 730;
/** A slice of work between two turns: the peers draw for 256 iterations at once. */
const SLICE = 512;
/** Steps that are followed in step with the product before anything is timed. */
const FOLLOWED = 50;
const PEERS = [
  { name: 'numpy', label: 'NumPy, the same work', reach: 3.5 },
  {
    name: 'sklearn',
    label: 'scikit-learn `SGDRegressor.partial_fit` (no log link: squared error on log y, no simulation: less work)',
    reach: 8,
  },
  { name: 'torch', label: 'PyTorch (CPU), the same work', reach: 8 },
] as const;

/** @param short few turns, for a look */
export async function benchIteration(short: boolean): Promise<void> {
  const set = iterationSet(OWN_ROWS, 1);
  const kernel = wasmIterationKernel();
  kernel.load(set);
  kernel.run(0, FOLLOWED);
  const followed = kernel.state();
  let done = FOLLOWED;
  const ours = (): number => {
    const started = cpuSeconds();
    kernel.run(done, done + SLICE);
    done += SLICE;
    return ((cpuSeconds() - started) / SLICE) * 1e6;
  };
  for (let i = 0; i < 20; i++) ours();
  const turns = short ? 7 : 61;
  const peer = await startPeer('iteration_speed.py', set);
  const present = PEERS.filter(({ name }) => peer?.peers.includes(name));
  for (const { name, label } of PEERS) {
    if (peer && !peer.peers.includes(name)) console.log(`not run, missing in that Python: ${label}`);
  }
  for (const { name } of present) {
    if (name === 'sklearn') continue;
    const state = await (peer as NonNullable<typeof peer>).ask<{ coefficients: number[]; average: number[] }>({
      peer: name,
      ...drawsOf(set, FOLLOWED),
    });
    const difference = Math.max(
      largestDifference(state.coefficients, followed.coefficients),
      largestDifference(state.average, followed.average),
    );
    console.log(
      `${name}: after ${FOLLOWED} iterations on the same draws coefficients and averages differ by at most ${difference.toExponential(1)}`,
    );
    // Sums of the same few hundred products in another order.
    if (!(difference < 1e-10)) throw new Error(`${name} does not do the product's work`);
  }
  const times: Record<string, number[]> = { ours: [] };
  for (let turn = 0; turn < turns; turn++) {
    (times.ours as number[]).push(ours());
    for (const { name } of present) {
      const { seconds } = await (peer as NonNullable<typeof peer>).ask<{ seconds: number }>({
        peer: name,
        iterations: SLICE,
      });
      // The first turn warms caches and compilers.
      times[name] = [...(times[name] ?? []), ...(turn > 0 ? [(seconds / SLICE) * 1e6] : [])];
    }
  }
  peer?.close();
  const mine = median(times.ours as number[]);
  console.log(
    `\n| one iteration, 300 simulated + 64 own rows, 24 columns, one thread (CPU time, median of ${turns} turns) | µs | times demanda |`,
  );
  console.log('|---|---|---|');
  console.log(`| demanda | ${mine.toFixed(1)} | |`);
  for (const { name, label, reach } of present) {
    const theirs = median(times[name] as number[]);
    console.log(`| ${label} | ${theirs.toFixed(1)} | ${(theirs / mine).toFixed(2)} (to reach ${reach}) |`);
  }
}
