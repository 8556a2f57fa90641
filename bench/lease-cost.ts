/** What it costs to hold and release cells beside the write of their runs: one by one, and fifty at a time. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CellName } from '../src/contract/cell-name.ts';
import { type FinishedRun, LONGEST_LEASE_MS } from '../src/contract/store/runs.ts';
import type { Store } from '../src/contract/store/store.ts';
import { openStore } from '../src/store/open.ts';
import { piecesOf } from '../src/workspace/spool.ts';
import { cpuSeconds } from './measures.ts';

const CELLS = Array.from({ length: 2_000 }, (_, i) => ({ merchant: 'm', product: `p${i}` }));
const AT_ONCE = 50;

function ended(cell: CellName): FinishedRun {
  const figures = { firstError: null, bestError: null, bestIteration: null, lastError: null, errorKind: null };
  const errors = { wape: null, rmse: null, rmsse: null, converged: null };
  const how = {
    status: 'failed',
    stopReason: 'failed',
    failureCode: 'TRAIN_TOO_FEW_ROWS',
    failureMessage: '',
  } as const;
  const counts = { iterations: 0, simulatedRowsPerIteration: 0, ownRows: 5, points: 0, seed: 1, seconds: 1 };
  const at = { runId: cell.product, startedAt: '2026-01-01T00:00:00.000Z' };
  return { run: { ...cell, ...at, ...how, ...counts, ...errors, ...figures }, events: [], model: null };
}

function holder(): { id: string; name: string; leaseUntil: string } {
  return { id: 'h', name: '1', leaseUntil: new Date(Date.now() + LONGEST_LEASE_MS / 2).toISOString() };
}

const WAYS: Readonly<Record<string, ({ runs }: Store, cells: readonly CellName[]) => Promise<unknown>>> = {
  'runs alone': ({ runs }, cells) => runs.finish(cells.map(ended)),
  'held and released one by one': async ({ runs }, cells) => {
    for (const cell of cells) await runs.hold([cell], holder());
    await runs.finish(cells.map(ended));
    for (const cell of cells) await runs.release([cell], 'h');
  },
  'held and released fifty at a time': async ({ runs }, cells) => {
    await runs.hold(cells, holder());
    await runs.finish(cells.map(ended), 'h');
  },
};

console.log('| | ms a cell | CPU ms a cell |');
console.log('|---|---|---|');
for (let round = 0; round < 3; round++)
  for (const [name, way] of Object.entries(WAYS)) {
    const folder = mkdtempSync(join(tmpdir(), 'demanda-lease-'));
    const store = await openStore(folder);
    const [started, cpu] = [performance.now(), cpuSeconds()];
    for (const cells of piecesOf(CELLS, AT_ONCE)) await way(store, cells);
    const [took, used] = [performance.now() - started, 1_000 * (cpuSeconds() - cpu)];
    console.log(`| ${name} | ${(took / CELLS.length).toFixed(3)} | ${(used / CELLS.length).toFixed(3)} |`);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
