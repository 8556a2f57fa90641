import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Cells of the table's rows whose first cell matches, as they are printed. */
function cellsOf(out: string, first: RegExp): string[][] {
  return out
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((row) => first.test(row[1] as string));
}

/**
 * In short form: that they run to the end and print figures; what the figures are worth is told by the full form, alone
 * on a machine.
 */
describe('npm run bench:training', () => {
  const rows: readonly [part: string, first: RegExp, figures: number][] = [
    ['iteration', /^demanda$/, 1],
    ['loop', /^demanda$/, 1],
    ['loop', /^\d+ iterations/, 3],
    ['history', /^stored history/, 1],
    ['history', /^checkpoints every/, 1],
    ['fleet', /^\d+$/, 2],
  ];
  const printed = new Map<string, string>();
  it.each(rows)('%s prints %s', (part, first, figures) => {
    if (!printed.has(part)) {
      const run = spawnSync(process.execPath, [join(ROOT, 'bench/training.ts'), part, '--short'], {
        encoding: 'utf8',
        cwd: ROOT,
      });
      expect([run.status, run.status === 0 ? '' : run.stderr]).toEqual([0, '']);
      printed.set(part, run.stdout);
    }
    const found = cellsOf(printed.get(part) as string, first);
    expect(found).toHaveLength(figures);
    for (const row of found) expect(row[2]).toMatch(/^-?\d/);
  });
});
