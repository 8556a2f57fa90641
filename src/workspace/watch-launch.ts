/** Starting a look at all cells in a process of its own. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Actor } from '../contract/store/deed.ts';
import type { Lang } from '../core/vocabulary.ts';
import { environmentFor, type WorkspaceLocation } from './location.ts';
import { openLog } from './training-log.ts';

export const WATCH_LOG = 'watch';

export interface WatchLaunch {
  readonly lang: Lang;
  readonly full: boolean;
  readonly actor: Actor;
}

/** It goes on when whoever started it ends; what goes wrong stands in its log, and the next look begins anew. */
export function launchWatch(location: WorkspaceLocation, asked: WatchLaunch): void {
  const entry = fileURLToPath(
    new URL(`./watch-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
  );
  const log = openLog(location.folder, WATCH_LOG);
  const output = log?.descriptor ?? 'ignore';
  try {
    const child = spawn(process.execPath, [entry, location.folder, JSON.stringify(asked)], {
      detached: true,
      stdio: ['ignore', output, output],
      env: environmentFor(location),
    });
    child.on('error', () => {});
    child.unref();
  } finally {
    log?.close();
  }
}
