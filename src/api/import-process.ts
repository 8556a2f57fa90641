/** A process that imports files for a server; see import-processes.ts. It opens the workspace for itself. */

import { DemandaError } from '../errors/demanda-error.ts';
import { locationOfProcess } from '../workspace/location.ts';
import { watchProcess } from '../workspace/process-watch.ts';
import { Workspace } from '../workspace.ts';
import { type DeskAnswer, type DeskOrder, perform, refusal } from './desk.ts';

/** What this process says: the name of the file that it begins with, then what became of it. */
export type ImportProcessMessage =
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'answer'; readonly answer: DeskAnswer }
  | { readonly kind: 'failed'; readonly detail: string };

const [, , folder, megabytes] = process.argv as [string, string, string, string];
const say = (message: ImportProcessMessage): void => void process.send?.(message, () => {});
// Ctrl-C in the server's terminal comes here too: the server says when to end.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());

async function answer(workspace: Workspace, order: DeskOrder): Promise<void> {
  try {
    const [importId, merchant] = order.given as readonly [string, string | null];
    const name = await workspace.uploads.fileName(importId, merchant).catch(() => '');
    say({ kind: 'file', name });
    say({ kind: 'answer', answer: await perform(workspace, order) });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  say({ kind: 'failed', detail: String((error as Error)?.stack ?? error) });
}

const workspace = watchProcess({ cpuSeconds: null, megabytes: Number(megabytes) }).then(() =>
  Workspace.open(locationOfProcess(folder).database ?? folder, { folder }),
);
// Whoever asks is told; here it would end the process before that.
workspace.catch(() => {});
process.on('unhandledRejection', fail);
process.on('message', (order: DeskOrder) => {
  workspace.then(
    (opened) => answer(opened, order),
    (error: unknown) => {
      if (error instanceof DemandaError) say({ kind: 'answer', answer: refusal(error) });
      else fail(error);
    },
  );
});
