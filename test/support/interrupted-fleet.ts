/**
 * A training of all cells that is interrupted once the first one has ended: workspace and iterations as arguments,
 * products and states on stdout.
 */

import { Workspace } from '../../src/workspace.ts';

const [folder, iterations] = process.argv.slice(2) as [string, string];
const workspace = await Workspace.open(folder);
const stop = new AbortController();
const { runs } = await workspace.train({
  iterations: Number(iterations),
  fresh: true,
  workers: 1,
  signal: stop.signal,
  onRun: () => stop.abort(),
});
console.log(JSON.stringify(runs.map(({ product, status }) => [product, status])));
await workspace.close();
