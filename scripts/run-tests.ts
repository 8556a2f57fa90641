/** Runs every test that this machine can run and says which it could not, and why. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
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

const output = join(mkdtempSync(join(tmpdir(), 'demanda-tests-')), 'report.json');
const run = spawnSync('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${output}`, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
const skipped = report.testResults.flatMap((file) =>
  file.assertionResults.filter((a) => a.status === 'skipped' || a.status === 'pending').map((a) => a.fullName),
);
for (const name of skipped) console.log(`not run: ${name}`);
// A file that fails to load has no assertions of its own: it counts as one failure.
const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
console.log(`${report.numPassedTests} passed, ${report.numFailedTests + broken} failed, ${skipped.length} skipped`);
process.exitCode = run.status ?? 1;
