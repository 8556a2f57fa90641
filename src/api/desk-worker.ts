/** The thread that does a server's work; see desk.ts. It opens the workspace for itself. */

import { workerData } from 'node:worker_threads';
import { visibleLines } from '../contract/visible-text.ts';
import { Workspace, type WorkspaceLocation } from '../workspace.ts';
import { type DeskAnswer, type DeskOrder, perform } from './desk.ts';

// A promise of a library that nobody waits for must not end the thread, and the server with it.
process.on('unhandledRejection', (error) =>
  process.stderr.write(visibleLines(`${error instanceof Error ? error.stack : String(error)}\n`)),
);
const { folder, database } = workerData as WorkspaceLocation;
const workspace = await Workspace.open(database ?? folder, { folder });

export default (order: DeskOrder): Promise<DeskAnswer> => perform(workspace, order);
