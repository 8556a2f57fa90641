import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/demanda-error.ts';
import { errors } from '../../src/errors/table.ts';
import { openStore } from '../../src/store/open.ts';
import { deedOf } from '../support/deeds.ts';
import { figure } from '../support/figure.ts';
import { FUZZ_SEED } from '../support/fuzzed-files.ts';
import { childrenMegabytes } from '../support/peak-memory.ts';
import { temporaryFolder } from '../support/temporary.ts';

interface Line {
  readonly name: string;
  readonly ms?: number;
  /** Of the importing process; one that decodes Parquet bounds its own. */
  readonly cpuMs?: number;
  readonly outcome?: 'accepted' | 'refused' | 'crash';
  readonly code?: string;
  readonly en?: string;
  readonly es?: string;
  readonly message?: string;
  readonly peakMegabytes?: number;
  readonly unhandled?: number;
}

/** A file may take this long and the process this much (the bounds of the project's hostile-input figure). */
const MOST_MS = 2_000;
const MOST_MEGABYTES = 256;
const LONG = process.env.DEMANDA_LONG === '1';

async function importAll(
  folder: string,
  kind: 'handmade' | 'mutated' | 'fuzzed',
  first: number,
  count: number,
  watch: (pid: number) => void = () => {},
): Promise<Line[]> {
  const child = spawn(process.execPath, [
    // How far the young generation grows before it is collected is the machine's choice (128 MB of garbage on 24 GB):
    // bounded, the peak is of what the imports hold.
    '--max-semi-space-size=16',
    join(import.meta.dirname, '../support/import-hostile.ts'),
    folder,
    kind,
    String(first),
    String(count),
  ]);
  const watching = setInterval(() => watch(child.pid as number), 50);
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data));
  child.stderr.on('data', (data: Buffer) => (err += data));
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watching);
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
    expect(refused.en).not.toMatch(/(?<!\\u)\{\w+\}|undefined/);
    expect(refused.es).not.toMatch(/(?<!\\u)\{\w+\}|undefined/);
    if (refused.code === 'IMPORT_REJECTED')
      expect(refused.en).toMatch(new RegExp(`${refused.name.replaceAll('.', '\\.')}:\\d+, column`));
  }
  expect(process.peakMegabytes).toBeLessThan(MOST_MEGABYTES);
}

async function expectSaneStore(folder: string): Promise<void> {
  const store = await openStore(join(folder, 'workspace'));
  // A figure that is held, as it is so far from the others, stands as none until it is accepted.
  await store.sales.accept({}, () => deedOf('sales.accept'));
  for await (const series of store.sales.stream({})) {
    for (let i = 0; i < series.days.length; i++) {
      expect(series.quantity[i]).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(series.quantity[i])).toBe(true);
      if (series.quantity[i] > 0) expect(series.price[i]).toBeGreaterThan(0);
      expect(series.days[i]).toBeGreaterThanOrEqual(0);
    }
  }
  await store.close();
}

describe('hostile sales files', () => {
  it('200 made by hand are imported or refused with file, line, column and code', async () => {
    const folder = temporaryFolder();
    const lines = await importAll(folder, 'handmade', 0, 0);
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
        expectHarmless(await importAll(folder, 'mutated', first, Math.min(1_000, total - first)));
        await expectSaneStore(folder);
      }
    },
    LONG ? 3_600_000 : 120_000,
  );

  it(
    `${LONG ? '20,000' : '300'} files of all formats, each changed somewhere, neither crash, hang, fill memory nor speak a library’s words`,
    async () => {
      // The machine that runs the short form may be shared: a hang is told by the time computed.
      const [total, mostMs, mostMegabytes] = [LONG ? 20_000 : 300, LONG ? 5_000 : 60_000, 512];
      const hangs = (line: Line): boolean => (line.ms as number) > mostMs || (line.cpuMs as number) > 5_000;
      const outcomes: Record<string, Record<string, number>> = {};
      const lines: Line[] = [];
      const [unhandled, peaks]: [number[], number[]] = [[], []];
      for (let first = 0; first < total; first += 1_000) {
        const folder = temporaryFolder();
        const found = await importAll(folder, 'fuzzed', first, Math.min(1_000, total - first), (pid) =>
          peaks.push(childrenMegabytes(pid)),
        );
        const last = found.pop() as Line;
        peaks.push(last.peakMegabytes as number);
        unhandled.push(last.unhandled as number);
        lines.push(...found);
        await expectSaneStore(folder);
      }
      for (const { name, outcome } of lines) {
        const format = (outcomes[name.replace(/^fuzzed-\d+\./, '')] ??= {});
        format[outcome as string] = (format[outcome as string] ?? 0) + 1;
      }
      const words = lines.filter(
        ({ outcome, code }) => outcome === 'refused' && /\{detail\}/.test(errors[code as ErrorCode].en),
      );
      const figures = {
        seed: FUZZ_SEED,
        files: lines.length,
        crashes: lines.filter(({ outcome }) => outcome === 'crash').length,
        hangs: lines.filter(hangs).length,
        slowestMs: Math.round(Math.max(...lines.map(({ ms }) => ms as number))),
        peakMegabytes: Math.round(Math.max(...peaks)),
        libraryWords: words.length,
        unhandledRejections: unhandled.reduce((a, b) => a + b, 0),
      };
      figure(
        'changed files',
        `${figures.files} (seed ${FUZZ_SEED}), ${figures.crashes} crashes, ${figures.hangs} hangs over 5 s, slowest ${figures.slowestMs} ms, peak ${figures.peakMegabytes} MB, ${figures.libraryWords} sentences of a library, ${figures.unhandledRejections} unhandled rejections`,
      );
      figure('changed files, by format', JSON.stringify(outcomes));
      expect(lines).toHaveLength(total);
      expect(lines.filter(({ outcome }) => outcome === 'crash')).toEqual([]);
      expect(lines.filter(hangs)).toEqual([]);
      expect(words).toEqual([]);
      expect(figures.unhandledRejections).toBe(0);
      expect(figures.peakMegabytes).toBeLessThanOrEqual(mostMegabytes);
      for (const { name, outcome, en, es } of lines)
        if (outcome === 'refused')
          for (const told of [en, es]) expect(told, name).toMatch(/fuzzed-\d+\.(?:[^{}]|\\u\{[\da-f]+\})*$/s);
      // Both ends of every format are tried: what is still read, and what is refused.
      for (const [name, format] of Object.entries(outcomes))
        if (!name.endsWith('.gz'))
          expect(format).toMatchObject({ accepted: expect.any(Number), refused: expect.any(Number) });
    },
    LONG ? 7_200_000 : 900_000,
  );
});
