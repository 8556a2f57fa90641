import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite-store.ts';
import { temporaryFolder } from '../support/temporary.ts';

interface Line {
  readonly name: string;
  readonly ms?: number;
  readonly outcome?: 'accepted' | 'refused' | 'crash';
  readonly code?: string;
  readonly en?: string;
  readonly es?: string;
  readonly message?: string;
  readonly peakMegabytes?: number;
}

/** A file may take this long and the process this much (the bounds of the project's hostile-input figure). */
const MOST_MS = 2_000;
const MOST_MEGABYTES = 256;
const LONG = process.env.DEMANDA_LONG === '1';

async function importAll(folder: string, first: number, count: number): Promise<Line[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../support/import-hostile.ts'), folder, String(first), String(count)]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data));
  child.stderr.on('data', (data: Buffer) => (err += data));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(err).toBe('');
  expect(code).toBe(0);
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function expectHarmless(lines: readonly Line[]): void {
  const process = lines.at(-1) as Line;
  const files = lines.slice(0, -1);
  expect(files.filter((f) => f.outcome === 'crash')).toEqual([]);
  expect(files.filter((f) => (f.ms as number) > MOST_MS)).toEqual([]);
  for (const refused of files.filter((f) => f.outcome === 'refused')) {
    // Every refusal names its file and leaves no placeholder unfilled; one of rows names line and column.
    expect(refused.en).toContain(refused.name);
    expect(refused.en).not.toMatch(/\{\w+\}|undefined/);
    expect(refused.es).not.toMatch(/\{\w+\}|undefined/);
    if (refused.code === 'IMPORT_REJECTED') expect(refused.en).toMatch(new RegExp(`${refused.name.replaceAll('.', '\\.')}:\\d+, column`));
  }
  expect(process.peakMegabytes).toBeLessThan(MOST_MEGABYTES);
}

async function expectSaneStore(folder: string): Promise<void> {
  const store = await openSqliteStore(join(folder, 'workspace'));
  for await (const series of store.streamSeries({})) {
    for (let i = 0; i < series.days.length; i++) {
      expect(series.quantity[i]).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(series.quantity[i])).toBe(true);
      if ((series.quantity[i] as number) > 0) expect(series.price[i]).toBeGreaterThan(0);
      expect(series.days[i]).toBeGreaterThanOrEqual(0);
    }
  }
  await store.close();
}

describe('hostile sales files', () => {
  it('200 made by hand are imported or refused with file, line, column and code', async () => {
    const folder = temporaryFolder();
    const lines = await importAll(folder, 0, 0);
    expect(lines).toHaveLength(201);
    expectHarmless(lines);
    await expectSaneStore(folder);
  }, 120_000);

  it(
    `${LONG ? '10,000' : '300'} mutations of an honest file neither crash nor hang`,
    async () => {
      const total = LONG ? 10_000 : 300;
      for (let first = 0; first < total; first += 1_000) {
        const folder = temporaryFolder();
        expectHarmless(await importAll(folder, first, Math.min(1_000, total - first)));
        await expectSaneStore(folder);
      }
    },
    LONG ? 3_600_000 : 120_000,
  );
});
