/** Holds a cell and begins to train it, says so, and waits to be killed. */

import { HOLDER_ID, holdCell } from '../../src/fleet/lease.ts';
import { openStore } from '../../src/store/open.ts';

const cell = { merchant: 'Ana', product: 'Tomate' };
const store = await openStore(process.argv[2] as string);
await holdCell(store, cell);
await store.runs.start({
  ...cell,
  runId: 'r1',
  startedAt: new Date().toISOString(),
  simulatedRowsPerIteration: 1,
  ownRows: 5,
  seed: 1,
  holderId: HOLDER_ID,
  inputs: {},
});
process.stdout.write('held\n');
process.stdin.resume();
