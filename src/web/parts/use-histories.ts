/**
 * The error histories of models and runs, asked for all at once: they are there long before the models' curves are
 * computed.
 */

import { useEffect, useState } from 'preact/hooks';
import type { HistoryDocument, RunItem, VersionList } from '../../contract/api.ts';
import type { CellName } from '../../contract/cell-name.ts';
import type { ComparedModel } from '../../contract/documents.ts';
import { ApiProblem, apiPath, getJson } from '../api-client.ts';

export type Converged = Pick<ComparedModel, 'label' | 'convergence' | 'errorKind'>;

/** @returns one a cell and run, in their order, null where there is no history; null while they are on their way */
export function useHistories(
  cells: readonly CellName[],
  runs: readonly string[],
  namesOf: (runs: readonly RunItem[]) => readonly string[],
): readonly (Converged | null)[] | null {
  const [found, setFound] = useState<readonly (Converged | null)[] | null>(null);
  const key = JSON.stringify([cells, runs]);
  useEffect(() => {
    let gone = false;
    setFound(null);
    const asked = [...cells.map(async (cell) => historyOf(await liveRun(cell))), ...runs.map((run) => historyOf(run))];
    Promise.all(asked).then((histories) => {
      if (gone) return;
      const names = namesOf(histories.flatMap((history) => (history ? [history.run] : [])));
      let next = 0;
      setFound(
        histories.map(
          (history) =>
            history && { label: names[next++] as string, errorKind: history.errorKind, convergence: pointsOf(history) },
        ),
      );
    });
    return () => {
      gone = true;
    };
  }, [key]);
  return found;
}

/** The run that the live model of a cell comes from. */
async function liveRun({ merchant, product }: CellName): Promise<string | null> {
  const versions = await orNull(getJson<VersionList>(`${apiPath('models', merchant, product)}/versions`));
  return versions?.items.find((version) => version.aliases.includes('live'))?.runId ?? null;
}

async function historyOf(runId: string | null): Promise<HistoryDocument | null> {
  return runId === null
    ? null
    : orNull(getJson<HistoryDocument>(`${apiPath('histories', runId)}?metrics=error,simulatedError`));
}

/** A run without a history has no line here; what is wrong with it, the comparison itself says. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiProblem) return null;
    throw error;
  }
}

function pointsOf({ iterations, metrics, errorKind }: HistoryDocument): Converged['convergence'] {
  const errors = metrics[errorKind === 'simulated' ? 'simulatedError' : 'error'] ?? [];
  return iterations.flatMap((iteration, i) => {
    const error = errors[i] ?? null;
    return error === null ? [] : [{ iteration, error }];
  });
}
