/**
 * What a workspace keeps of trainings by iterations, without clock and attempt: equal for an uninterrupted training and
 * one that was resumed.
 */

import type { RunSummary } from '../../src/contract/store/runs.ts';
import { Workspace } from '../../src/workspace.ts';

export interface Kept {
  readonly name: string;
  /** The exported model. */
  readonly model: string;
  /** The exported history: every column at full precision, NaN as null, and its events. */
  readonly history: string;
  readonly summary: Partial<RunSummary>;
  /** Runs that ended with a model: a finished cell must not be trained again. */
  readonly ended: number;
}

export async function keptOf(
  folder: string,
  cells: readonly { readonly merchant: string; readonly product: string }[],
): Promise<Kept[]> {
  const workspace = await Workspace.open(folder);
  const kept: Kept[] = [];
  for (const { merchant, product } of cells) {
    const { run, history } = await workspace.history(merchant, product);
    const { runId: _, startedAt: __, seconds: ___, modelId: ____, trainingId: _____, ...others } = run;
    const { cpuSeconds: ______, peakMemory: _______, ...summary } = others;
    const { iterations, values, ...rest } = history;
    kept.push({
      name: `${merchant}:${product}`,
      model: JSON.stringify(await workspace.exportModel(merchant, product)),
      history: JSON.stringify({ ...rest, iterations: [...iterations], values: values.map((column) => [...column]) }),
      summary,
      ended: (await workspace.historyList({ merchant, product })).runs.filter((r) => r.status === 'done').length,
    });
  }
  await workspace.close();
  return kept;
}
