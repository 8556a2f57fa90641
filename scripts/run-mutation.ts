/**
 * Mutation testing: changes one expression of the rules and prices at a time and runs the tests that reach it. Those
 * that no test notices are printed, with the share that was noticed; below the one of stryker.config.json it fails.
 *
 * `npm run mutation` takes all files, `npm run mutation -- --changed main` those that differ from a commit, the working
 * tree included.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, matchesGlob, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const { mutate } = JSON.parse(readFileSync(join(root, 'stryker.config.json'), 'utf8')) as {
  readonly mutate: readonly string[];
};

/** Files to mutate: those of the configuration, of these only the changed ones where a commit is given. */
function filesToMutate([option, commit, ...others]: readonly string[]): readonly string[] {
  if (option === undefined) return mutate;
  if (option !== '--changed' || commit === undefined || others.length > 0)
    throw new Error('usage: npm run mutation [-- --changed <commit>]');
  const git = (...given: readonly string[]): string =>
    execFileSync('git', [...given], { cwd: root, encoding: 'utf8' }).trim();
  const changed = [
    git('diff', '--name-only', '--diff-filter=d', git('merge-base', commit, 'HEAD')),
    git('ls-files', '--others', '--exclude-standard'),
  ];
  return changed
    .flatMap((text) => text.split('\n'))
    .filter((file) => mutate.some((pattern) => matchesGlob(file, pattern)));
}

const files = filesToMutate(process.argv.slice(2));
if (files.length === 0) console.log('no file with rules or prices has changed');
else {
  const run = spawnSync('stryker', ['run', '--mutate', files.join(',')], { cwd: root, stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
}
