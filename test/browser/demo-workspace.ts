/** The market that `serve --demo` fills a folder with, made once for all files that look at it. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { copyOfMade } from '../support/made-once.ts';
import { serveDashboard } from './served-dashboard.ts';

/** @returns a folder of the caller's own, which it has to remove */
export async function demoFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-web-'));
  await copyOfMade('demo', folder, fillByServing);
  return folder;
}

/** As who tries it does: the server answers with the first model, and trains the others meanwhile. */
async function fillByServing(folder: string): Promise<void> {
  const served = await serveDashboard({ folder, args: ['--demo'] });
  const workspace = await Workspace.open(folder, { lang: 'es' });
  try {
    // Each trained and its price worked out: figures that still move cannot be compared with those of a page.
    await vi.waitFor(
      async () => {
        const { total, stages } = await workspace.overview.summary({});
        expect([total, stages.unsold + stages.untrained + stages.uncalculated + stages.outdated]).toEqual([12, 0]);
      },
      { timeout: 300_000, interval: 500 },
    );
  } finally {
    await workspace.close();
    await served.stop();
  }
}
