/** Runs every test that this machine can run and says what it measured, and which it could not run, and why. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** A table of the lines `figure: name: text` that tests wrote (test/support/figure.ts), by name. */
function printFigures(file: string): void {
  if (!existsSync(file)) return;
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => /^figure: (.+?): (.+)$/.exec(line))
    .filter((found) => found !== null)
    .map(([, name = '', text = '']) => ({ name, text }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, text } of rows) console.log(`figure: ${name.padEnd(width)}  ${text}`);
}

const folder = mkdtempSync(join(tmpdir(), 'demanda-tests-'));
const [output, figures] = [join(folder, 'report.json'), join(folder, 'figures')];
const run = spawnSync(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${output}`, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: { ...process.env, DEMANDA_FIGURES: figures },
  },
);
if (run.error || !existsSync(output)) {
  printFigures(figures);
  console.log(`vitest ended without a report: ${run.error?.message ?? run.signal ?? `code ${run.status}`}`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
const skipped = report.testResults.flatMap((file) =>
  file.assertionResults.filter((a) => a.status === 'skipped' || a.status === 'pending').map((a) => a.fullName),
);
for (const name of skipped) console.log(`not run: ${name}`);
printFigures(figures);
rmSync(folder, { recursive: true });
// A file that fails to load, or before its first test, has no failed test: it counts as one failure.
const broken = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
);
for (const { name } of broken) console.log(`failed before its tests: ${name}`);
const failed = report.numFailedTests + broken.length;
console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = run.status ?? 1;
