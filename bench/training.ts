/** Speed of training by iterations: one iteration and the loop beside the peers, what history and checkpoints cost, a fleet. */

import { benchIteration } from './iteration-speed.ts';

const parts: Readonly<Record<string, (short: boolean) => Promise<void>>> = { iteration: benchIteration };
const short = process.argv.includes('--short');
const named = process.argv.slice(2).filter((argument) => argument !== '--short');
for (const name of named.length > 0 ? named : Object.keys(parts)) await parts[name]?.(short);
