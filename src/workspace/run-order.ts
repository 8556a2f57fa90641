/** Runs in another order than that in which they were begun. */

import type { RunSort } from '../contract/api.ts';
import type { Page, PageAsked } from '../contract/store/page.ts';
import type { RunChoice, RunSummary } from '../contract/store/runs.ts';
import type { Store } from '../contract/store/store.ts';
import type { SortOrder } from '../core/vocabulary.ts';
import { pageBy } from '../store/memory/pages.ts';
import { chosenRuns } from './run-groups.ts';

const KEYS: Readonly<Record<RunSort, (run: RunSummary) => string | number | null>> = {
  startedAt: ({ startedAt }) => startedAt,
  product: ({ product }) => product,
  iterations: ({ iterations }) => iterations,
  firstError: ({ firstError }) => firstError,
  bestError: ({ bestError }) => bestError,
  seconds: ({ seconds }) => seconds,
};

/** Parts of a place in such an order. */
export const PLACE_PARTS = 3;

/** Runs of the choice that have points; those without a figure come last. Every run is read: no store has an index. */
export async function sortedRuns(
  store: Store,
  choice: RunChoice,
  { sort, order }: { readonly sort: RunSort; readonly order: SortOrder },
  page: PageAsked,
): Promise<Page<RunSummary>> {
  const runs: RunSummary[] = [];
  for await (const run of chosenRuns(store, choice)) if (run.points > 0) runs.push(run);
  return pageBy(runs, (run) => [KEYS[sort](run), run.startedAt, run.runId], { order }, page);
}
