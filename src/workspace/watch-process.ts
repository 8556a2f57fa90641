/** The process of one look at all cells: opens the workspace, looks, sends what is to be told, and ends. */

import { locationOfProcess } from './location.ts';
import { logFailure, removeEmptyLog } from './training-log.ts';
import { WATCH_LOG, type WatchLaunch } from './watch-launch.ts';
import { Workspace } from './workspace.ts';

const [, , folder, asked] = process.argv as [string, string, string, string];
// A terminal that closes is no reason to stop.
process.on('SIGHUP', () => {});
try {
  const { lang, full, actor } = JSON.parse(asked) as WatchLaunch;
  const { database } = locationOfProcess(folder);
  const workspace = await Workspace.open(database ?? folder, { folder, lang, actor });
  try {
    await workspace.watch.run({ full });
    await workspace.alerts.flush();
  } finally {
    await workspace.close();
  }
  removeEmptyLog(folder, WATCH_LOG);
} catch (error) {
  logFailure(error);
  process.exitCode = 1;
}
