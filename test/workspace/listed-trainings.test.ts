import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('a training of a program stands in the list with its curves, its result, notes, groups and log', {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder();
  writeSales(join(folder, 'sales.csv'), 1, 80);
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  await workspace.importFiles([join(folder, 'sales.csv')]);
  const [direct] = (await workspace.train({})).runs;
  const { runs } = await workspace.train({ iterations: 60, simulatedRows: 20 });
  const [run] = runs;
  const { items } = await workspace.trainings.list(null, { limit: 10 });
  expect(items).toMatchObject([
    { origin: 'library', status: 'done', done: runs.length, failed: 0, canResume: false },
    { origin: 'library', status: 'done' },
  ]);
  const { outcome, progress } = await workspace.trainings.get(items[0]?.trainingId ?? '', null);
  expect(outcome.compared).toBe(runs.length);
  const [cell] = progress;
  // The curve comes from the history, and ends where the training did.
  expect(cell?.points.at(-1)?.[0]).toBe(60);
  expect(cell?.errorBefore).toBe(run?.errorBefore);
  expect(cell?.errorBefore).toBeGreaterThan(0);
  expect(cell?.runBefore).not.toBe(cell?.runId);

  const runId = run?.runId ?? '';
  expect(await workspace.annotateRun(runId, { tags: [' summer ', 'summer'], note: 'New costs' })).toEqual({
    tags: ['summer'],
    note: 'New costs',
  });
  await expect(workspace.annotateRun(runId, { tags: ['x'.repeat(41)] })).rejects.toMatchObject({ code: 'RUN_NOTE' });
  await expect(workspace.annotateRun('none', { note: '' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  expect((await workspace.historyList({ tag: 'summer' })).runs.map((found) => found.runId)).toEqual([runId]);
  expect((await workspace.historyList({ search: 'winter' })).runs).toEqual([]);
  const item = await workspace.overview.run(runId, null);
  expect(item.cpuSeconds).toBeGreaterThan(0);
  expect(item.peakMemory).toBeGreaterThan(1e6);
  expect(item.rowsPerSecond).toBeCloseTo((60 * ((run?.ownRows ?? 0) + 20)) / item.seconds, 6);

  const { groups } = await workspace.overview.runGroups({}, 'spec');
  expect(groups.map(({ group, runs: count }) => [group, count])).toEqual(
    expect.arrayContaining([
      ['exact', runs.length],
      ['60 × 20', runs.length],
    ]),
  );
  // Groups and settings are of the runs that the list's filters let through.
  const found = await workspace.overview.runGroups({ search: 'summer' }, 'spec');
  expect(found.groups.map(({ group, runs: count }) => [group, count])).toEqual([['60 × 20', 1]]);
  expect((await workspace.overview.runGroups({ status: 'failed' }, 'day')).groups).toEqual([]);
  await workspace.annotateRun(direct?.runId ?? '', { note: 'autumn' });
  expect((await workspace.overview.settingsTried({ search: 'winter' })).cells).toBe(0);
  expect((await workspace.overview.settingsTried({ search: 'autumn' })).cells).toBe(1);
  // Page after page in another order, each run once.
  const paged: number[] = [];
  let cursor: string | null = null;
  do {
    const page = { limit: 2, ...(cursor !== null && { cursor }) };
    const part: Awaited<ReturnType<typeof workspace.overview.sortedRuns>> = await workspace.overview.sortedRuns(
      {},
      { sort: 'bestError', order: 'desc' },
      page,
    );
    paged.push(...part.items.map(({ bestError }) => bestError ?? Number.NaN));
    cursor = part.nextCursor;
  } while (cursor !== null);
  expect(paged).toHaveLength(runs.length);
  expect(paged).toEqual(paged.toSorted((a, b) => b - a));

  const log = await workspace.runLog(runId);
  expect(log).toContain('summer');
  expect(log).toContain('iteration 60: error');
  expect(log).toMatch(/machine: .* s of processor/);
  await workspace.close();
});

it('one that was stopped keeps its place, and its targets', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  writeSales(join(folder, 'sales.csv'), 1, 80);
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  await workspace.importFiles([join(folder, 'sales.csv')]);
  const stop = new AbortController();
  await workspace.train({
    iterations: 200_000,
    simulatedRows: 20,
    signal: stop.signal,
    onIteration: () => stop.abort(),
  });
  const [training] = (await workspace.trainings.list(null, { limit: 10 })).items;
  expect(training).toMatchObject({ status: 'stopped', canResume: true });
  const { outcome, progress } = await workspace.trainings.get(training?.trainingId ?? '', null);
  const cell = progress.find(({ status }) => status === 'stopped');
  expect(cell?.iterations).toBe(200_000);
  expect(cell?.iteration).toBeLessThan(200_000);
  expect(outcome.unfinished).toBeCloseTo(
    progress.reduce((sum, { iteration, iterations }) => sum + iteration / Math.max(1, iterations), 0),
    9,
  );
  await workspace.close();
});
