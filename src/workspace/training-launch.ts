/** Starting the process of a training. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openLog } from './training-log.ts';

/**
 * Starts the process of a training, of its own session: it goes on when whoever started it ends.
 *
 * @param onFailed hears why the process could not be started, at once or later
 */
export function launchTraining(folder: string, trainingId: string, onFailed: (error: unknown) => void): void {
  const entry = fileURLToPath(
    new URL(`./training-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
  );
  const log = openLog(folder, trainingId);
  const output = log?.descriptor ?? 'ignore';
  try {
    const child = spawn(process.execPath, [entry, folder, trainingId], {
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.on('error', onFailed);
    child.unref();
  } catch (error) {
    onFailed(error);
  } finally {
    log?.close();
  }
}
