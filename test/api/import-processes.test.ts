import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskAnswer } from '../../src/api/desk.ts';
import { ImportProcesses } from '../../src/api/import-processes.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const HEAD = 'date,product,quantity,price\n';
/** Takes seconds: each row is refused with a sentence. */
const SLOW = HEAD + '2025-01-01,Piña,doce,2\n'.repeat(600_000);
const QUICK = `${HEAD}2025-01-01,Piña,1,2\n`;

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.open(folder);
});
afterAll(() => workspace.close());

async function upload(merchant: string, content: string): Promise<string> {
  const { importId } = await workspace.uploads.receive(
    'ventas.csv',
    Readable.from([Buffer.from(content)]),
    merchant,
    1e9,
  );
  await workspace.uploads.keep(importId, merchant);
  return importId;
}

async function preview(processes: ImportProcesses, merchant: string, content: string): Promise<DeskAnswer> {
  const id = await upload(merchant, content);
  return processes.run(merchant, {
    asker: { lang: 'en', actor: null, merchant: null },
    task: 'previewImport',
    given: [id, merchant, {}],
  });
}

describe('imports of a server', () => {
  it('are ended after their time and told so by the file’s name; the next one goes on', async () => {
    const processes = new ImportProcesses({ folder, database: null }, { seconds: 2, megabytes: 512 });
    await expect(preview(processes, 'Ana', SLOW)).rejects.toMatchObject({
      code: 'IMPORT_TOO_SLOW',
      parameters: { file: 'ventas.csv', seconds: 2 },
    });
    processes.close();
    const next = new ImportProcesses({ folder, database: null });
    expect(await preview(next, 'Ana', QUICK)).toMatchObject({ ok: true, value: { accepted: 1 } });
    next.close();
  });
  it('are ended when they take too much memory', async () => {
    const processes = new ImportProcesses({ folder, database: null }, { seconds: 60, megabytes: 100 });
    await expect(preview(processes, 'Ana', SLOW)).rejects.toMatchObject({
      code: 'IMPORT_TOO_MUCH_MEMORY',
      parameters: { limit: 100 },
    });
    processes.close();
  });
  it('of one merchant never hold another’s, however many wait', async () => {
    const processes = new ImportProcesses({ folder, database: null });
    const ended: string[] = [];
    const greedy = Array.from({ length: 6 }, () =>
      preview(processes, 'Ana', SLOW).then(
        () => ended.push('Ana'),
        () => {},
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    await Promise.all(
      ['Berta', 'Carla'].map((merchant) => preview(processes, merchant, QUICK).then(() => ended.push(merchant))),
    );
    expect(ended.filter((merchant) => merchant === 'Ana').length).toBeLessThan(2);
    processes.close();
    await Promise.all(greedy);
  });
  it('take turns where more merchants wait than there are processes', async () => {
    const processes = new ImportProcesses({ folder, database: null });
    const ended: string[] = [];
    // Three hold the processes; of those that wait, the merchant with two has the second after everybody’s first.
    // It is a long one: beside it the other's first ends before, on a busy machine too.
    const all = ['A', 'B', 'C', 'D', 'D', 'E'].map(async (merchant, i) => {
      const id = await upload(merchant, 'ABC'.includes(merchant) || i === 4 ? SLOW.slice(0, 2_000_000) : QUICK);
      return () =>
        processes
          .run(merchant, {
            asker: { lang: 'en', actor: null, merchant: null },
            task: 'previewImport',
            given: [id, merchant, {}],
          })
          .then(() => ended.push(merchant));
    });
    await Promise.all((await Promise.all(all)).map((start) => start()));
    const waited = ended.filter((merchant) => 'DE'.includes(merchant));
    expect(waited.slice(0, 2).sort()).toEqual(['D', 'E']);
    processes.close();
  });
  it('end at once when the server closes: those under way and those that wait', async () => {
    const processes = new ImportProcesses({ folder, database: null });
    const stopped = [1, 2, 3].map(() => preview(processes, 'Ana', SLOW).catch((error: { code: string }) => error.code));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const started = performance.now();
    processes.close();
    expect(await Promise.all(stopped)).toEqual(['IMPORT_STOPPED', 'IMPORT_STOPPED', 'IMPORT_STOPPED']);
    expect(performance.now() - started).toBeLessThan(2_000);
    await expect(preview(processes, 'Ana', QUICK)).rejects.toMatchObject({ code: 'IMPORT_STOPPED' });
  });
});
