import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { writeMarketFiles } from '../support/market-files.ts';
import { temporaryFolder } from '../support/temporary.ts';

describe('one interrupted cell', () => {
  it('goes on from its own checkpoint after an earlier training of all', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    writeMarketFiles(folder, 60);
    const workspace = await Workspace.open(join(folder, 'ws'));
    try {
      await workspace.importFiles([join(folder, 'ventas.csv')]);
      expect((await workspace.train({ iterations: 100, fresh: true, workers: 1 })).runs).toMatchObject([
        { status: 'done' },
        { status: 'done' },
      ]);
      const cell = { merchant: 'MiTienda', product: 'Carne' } as const;
      const stop = new AbortController();
      // More iterations than there is time for: the first report ends it.
      const stopped = await workspace.train({
        ...cell,
        iterations: 10_000_000,
        fresh: true,
        signal: stop.signal,
        onIteration: () => stop.abort(),
      });
      expect(stopped.runs).toMatchObject([{ status: 'stopped', stopReason: 'interrupted' }]);
      const iterations = (stopped.runs[0]?.iterations ?? 0) + 100;
      const resumed = await workspace.train({ ...cell, iterations, resume: true });
      expect(resumed.runs).toMatchObject([{ status: 'done', runId: stopped.runs[0]?.runId, iterations }]);
      expect(resumed.runs[0]?.convergence?.resumedAt).toBe(stopped.runs[0]?.iterations);
    } finally {
      await workspace.close();
    }
  });
});
