/** The process of one training: opens the workspace, trains, writes how far it is, and ends. Whoever started it may be gone. */

import { openSqliteStore } from '../store/sqlite-store.ts';
import { Workspace } from '../workspace.ts';

const [, , folder, trainingId] = process.argv as [string, string, string, string];
// A terminal that closes is no reason to stop.
process.on('SIGHUP', () => {});
const store = await openSqliteStore(folder);
const lang = (await store.trainings.read(trainingId))?.lang ?? 'es';
await store.close();
const workspace = await Workspace.open(folder, { lang });
try {
  await workspace.trainings.perform(trainingId);
} finally {
  await workspace.close();
}
