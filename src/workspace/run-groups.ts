/** Runs put together by what they share, with the mean and the spread of their errors. */

import type { RunGroups } from '../contract/api.ts';
import { cellKey } from '../contract/cell-name.ts';
import type { RunChoice, RunSummary } from '../contract/store/runs.ts';
import type { Store } from '../contract/store/store.ts';
import type { RunGrouping } from '../core/vocabulary.ts';
import { isFound } from '../store/run-search.ts';

type Group = RunGroups['groups'][number];

/** Sums from which mean and spread follow, without the runs themselves (Welford 1962, Technometrics 4(3)). */
interface Sums {
  runs: number;
  failed: number;
  seconds: number;
  errors: number;
  mean: number;
  squares: number;
  lowest: number;
  highest: number;
}

/** Every run of the choice that has ended; a run with several tags stands in the group of each. */
export async function groupRuns(store: Store, choice: RunChoice, by: RunGrouping): Promise<Group[]> {
  const types = new Map<string, string>();
  const cells = cellsOf(choice);
  if (by === 'type') for await (const cell of store.cells.list(cells)) types.set(cellKey(cell), cell.productType);
  const groups = new Map<string, Sums>();
  for await (const run of chosenRuns(store, choice)) {
    if (run.status === 'running') continue;
    for (const name of groupsOf(run, by, types)) {
      const sums = groups.get(name) ?? nothing();
      groups.set(name, sums);
      add(sums, run);
    }
  }
  return [...groups].map(([group, sums]) => groupOf(group, sums)).sort((a, b) => b.runs - a.runs || compare(a, b));
}

/** The runs of a choice, in the order in which they were begun, those of the exact solver among them. */
export async function* chosenRuns(store: Store, choice: RunChoice): AsyncIterable<RunSummary> {
  for await (const run of store.runs.list(cellsOf(choice)))
    if ((choice.status === undefined || run.status === choice.status) && isFound(run, choice)) yield run;
}

function cellsOf({ merchant, product }: RunChoice): { readonly merchant?: string; readonly product?: string } {
  return { ...(merchant !== undefined && { merchant }), ...(product !== undefined && { product }) };
}

function compare(a: Group, b: Group): number {
  return a.group < b.group ? -1 : 1;
}

/** The groups that a run belongs to; `spec` names solver and depth: what of a spec a run is begun with. */
function groupsOf(run: RunSummary, by: RunGrouping, types: ReadonlyMap<string, string>): readonly string[] {
  const of: Readonly<Record<RunGrouping, () => readonly string[]>> = {
    merchant: () => [run.merchant],
    type: () => [types.get(cellKey(run)) ?? '–'],
    day: () => [run.startedAt.slice(0, 10)],
    outcome: () => [run.stopReason],
    spec: () => [run.points === 0 ? 'exact' : `${run.iterations} × ${run.simulatedRowsPerIteration}`],
    tag: () => (run.tags.length === 0 ? ['–'] : run.tags),
  };
  return of[by]();
}

function nothing(): Sums {
  return {
    runs: 0,
    failed: 0,
    seconds: 0,
    errors: 0,
    mean: 0,
    squares: 0,
    lowest: Number.POSITIVE_INFINITY,
    highest: Number.NEGATIVE_INFINITY,
  };
}

function add(sums: Sums, { status, seconds, wape }: RunSummary): void {
  sums.runs++;
  sums.seconds += seconds;
  if (status === 'failed') sums.failed++;
  if (wape === null) return;
  sums.errors++;
  const step = wape - sums.mean;
  sums.mean += step / sums.errors;
  sums.squares += step * (wape - sums.mean);
  sums.lowest = Math.min(sums.lowest, wape);
  sums.highest = Math.max(sums.highest, wape);
}

function groupOf(group: string, { runs, failed, seconds, errors, mean, squares, lowest, highest }: Sums): Group {
  return {
    group,
    runs,
    failed,
    error: errors > 0 ? mean : null,
    spread: errors > 1 ? Math.sqrt(squares / (errors - 1)) : null,
    lowest: errors > 0 ? lowest : null,
    highest: errors > 0 ? highest : null,
    seconds: seconds / runs,
  };
}
