/** What tests of the queue reach into a workspace for. */

import { randomUUID } from 'node:crypto';
import type { Deed } from '../../src/contract/store/deed.ts';
import type { TrainingQueue } from '../../src/contract/store/queue.ts';
import type { Store } from '../../src/contract/store/store.ts';
import type { WorkspaceContext } from '../../src/workspace/context.ts';
import type { Workspace } from '../../src/workspace.ts';

export function contextOf(workspace: Workspace): WorkspaceContext {
  return Reflect.get(workspace, 'context') as WorkspaceContext;
}

export function queueOf(workspace: Workspace): TrainingQueue<Store> {
  return contextOf(workspace).store.queue as TrainingQueue<Store>;
}

export const DEED: Deed = {
  at: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'command', id: 'tester', name: 'tester' },
  action: 'training.start',
  merchant: null,
  detail: {},
};

/** A training that waits to be learned from. @returns its id */
export async function addTraining(queue: TrainingQueue<Store>, cells: number): Promise<string> {
  const trainingId = randomUUID();
  await queue.add(
    {
      trainingId,
      ...{ merchant: null, chosen: null, status: 'starting', cells, options: {}, lang: 'en' },
      ...{ startedAt: DEED.at, startedBy: 'command:tester', startedByName: 'tester', beatAt: DEED.at },
    },
    DEED,
  );
  return trainingId;
}
