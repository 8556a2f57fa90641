/** What every engine and process says alike of a training. */

import type { Actor } from '../contract/store/deed.ts';
import type { KeptTraining } from '../contract/store/trainings.ts';

/**
 * In whose name a training works. @param training null where it is not known by whom it was started
 */
export function trainingActor(
  trainingId: string,
  training: Pick<KeptTraining, 'startedBy' | 'startedByName'> | null,
): Actor {
  return { kind: 'training', id: trainingId, name: training?.startedByName ?? training?.startedBy ?? '–' };
}

/** The merchant whose cells they all are; null where there are several or none. */
export function onlyMerchant(cells: readonly { readonly merchant: string }[]): string | null {
  const [first] = cells;
  return first && cells.every(({ merchant }) => merchant === first.merchant) ? first.merchant : null;
}
