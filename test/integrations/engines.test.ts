/** The wrappers for Spark and Ray, against the real engines in local mode: PyPI's, in a folder of the tests. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/built.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

const LONG = process.env.DEMANDA_LONG === '1';
const PACKAGES = ['pyspark==4.3.0', 'ray==2.60.0', 'pyarrow==26.0.1', 'pandas==3.1.1'];
const DEMANDA = [process.execPath, join(ROOT, 'bin/demanda.js')];

const place = mkdtempSync(join(tmpdir(), 'demanda-engines-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A Python that has the engines: the one that DEMANDA_PYTHON names, else one that is made. Else why there is none. */
function python(): { readonly file: string } | { readonly missing: string } {
  if (!LONG) return { missing: 'they take minutes: npm run test:long' };
  const named = process.env.DEMANDA_PYTHON;
  if (named) return { file: named };
  for (const [command, args] of [
    ['python3', ['-m', 'venv', place]],
    [join(place, 'bin/pip'), ['install', '--quiet', ...PACKAGES]],
    ['java', ['-version']],
  ] as const) {
    const ended = spawnSync(command, args, { encoding: 'utf8' });
    if (ended.status !== 0)
      return { missing: `${command} ${args[0]}: ${ended.error?.message ?? ended.stderr.trim().split('\n').at(-1)}` };
  }
  return { file: join(place, 'bin/python') };
}

function lineOf(file: string, script: string, args: readonly string[]): unknown {
  const ended = spawnSync(file, [join(import.meta.dirname, script), ...args], {
    encoding: 'utf8',
    env: { ...process.env, PYSPARK_PYTHON: file, LANG: 'C.UTF-8', RAY_USAGE_STATS_ENABLED: '0' },
  });
  const line = ended.stdout.trim().split('\n').at(-1) ?? '';
  if (ended.status !== 0 || !line.startsWith('{') === !line.startsWith('['))
    throw new Error(`${script} ended with ${ended.status}: ${ended.stderr.slice(-2_000)}`);
  return JSON.parse(line);
}

function demanda(...args: readonly string[]): unknown {
  const ended = spawnSync(process.execPath, [join(ROOT, 'bin/demanda.js'), ...args, '--json'], { encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}

const found = python();
if ('missing' in found) {
  process.stderr.write(`skipped: the engines Spark and Ray: ${found.missing}\n`);
  describe.skip(`the engines Spark and Ray: ${found.missing}`, () => {});
} else {
  describe('the wrapper for Spark', () => {
    it('gives the same prices whatever the partitions, and keeps the other tables', () => {
      const folder = temporaryFolder();
      const [sales, knowledge] = [join(folder, 'sales.csv'), join(folder, 'knowledge')];
      writeSales(sales, 6, 150);
      demanda('prepare', '--input', sales, '--output', knowledge);
      const wrapper = join(ROOT, 'integrations/spark');
      const [one, three] = [1, 3].map((partitions) => {
        const keep = join(folder, `keep-${partitions}`);
        const args = [wrapper, sales, knowledge, String(partitions), keep, ...DEMANDA];
        return { prices: lineOf(found.file, 'spark_prices.py', args) as { merchant: string; product: string }[], keep };
      }) as [{ prices: object[]; keep: string }, { prices: object[]; keep: string }];
      const sorted = (prices: readonly object[]): string[] => prices.map((row) => JSON.stringify(row)).sort();
      expect(one.prices).toHaveLength(6);
      expect(sorted(three.prices)).toEqual(sorted(one.prices));
      expect(readdirSync(three.keep).sort()).toEqual(['failures', 'forecasts', 'models', 'runs']);
      expect(readdirSync(join(one.keep, 'models'))).toEqual(['part-00000.parquet']);
    }, 600_000);
    it('says in its words what demanda refuses', () => {
      const folder = temporaryFolder();
      const sales = join(folder, 'sales.csv');
      writeSales(sales, 1, 100);
      const args = [join(ROOT, 'integrations/spark'), sales, sales, '1', folder, ...DEMANDA];
      expect(() => lineOf(found.file, 'spark_prices.py', args)).toThrow(/DemandaFailed/);
    }, 600_000);
  });
  describe('the wrapper for Ray', () => {
    it('trains every shard, and tells the totals; bad input is refused and not tried again', () => {
      const folder = temporaryFolder();
      const [sales, output] = [join(folder, 'sales'), join(folder, 'run')];
      mkdirSync(sales);
      writeSales(join(sales, 'part-0.csv'), 6, 150);
      const wrapper = join(ROOT, 'integrations/ray');
      const totals = lineOf(found.file, 'ray_prices.py', [wrapper, sales, output, '3', ...DEMANDA]);
      expect(totals).toMatchObject({ shards: 3, cells: 6, failed: 0 });
      const nothing = lineOf(found.file, 'ray_prices.py', [wrapper, join(folder, 'none'), output, '3', ...DEMANDA]);
      expect(nothing).toEqual({ refused: expect.stringContaining('none') });
    }, 600_000);
  });
}
