/**
 * Training by iterations: speed of one iteration and of the loop beside the peers, what history and checkpoints cost, a
 * fleet, and what training buys.
 */

import { benchFleet } from './fleet-speed.ts';
import { benchHistory } from './history-cost.ts';
import { benchIteration } from './iteration-speed.ts';
import { benchLoop } from './loop-speed.ts';
import { benchTrainingValue } from './training-value.ts';

const parts: Readonly<Record<string, (short: boolean) => Promise<void>>> = {
  iteration: benchIteration,
  loop: benchLoop,
  history: benchHistory,
  fleet: benchFleet,
  value: benchTrainingValue,
};
const short = process.argv.includes('--short');
const named = process.argv.slice(2).filter((argument) => argument !== '--short');
for (const name of named.length > 0 ? named : Object.keys(parts)) {
  const part = parts[name];
  if (!part) throw new Error(`no bench is called ${name}: ${Object.keys(parts).join(', ')}`);
  await part(short);
}
