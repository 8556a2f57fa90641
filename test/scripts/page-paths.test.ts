import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { missingPaths, pathsNamed } from '../../scripts/page-paths.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('paths of a page are those in backticks that begin in a folder of the repository, each once', () => {
  const page =
    '`src/a.ts` and src/not-quoted.ts, `npx vitest run test/b.test.ts test/c`, `src/i18n/{en,es}/cli.ts`,\n' +
    'again `src/a.ts`; `my/src/d.ts` and `run.ts` are none, `src/a.ts`.';
  expect(pathsNamed(page)).toEqual([
    'src/a.ts',
    'test/b.test.ts',
    'test/c',
    'src/i18n/en/cli.ts',
    'src/i18n/es/cli.ts',
  ]);
});

it('a path that is not there is told, files and folders alike', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'src/core'), { recursive: true });
  writeFileSync(join(folder, 'src/core/a.ts'), '');
  expect(missingPaths('`src/core/` `src/core/a.ts` `src/core/b.ts` `src/store/`', folder)).toEqual([
    'src/core/b.ts',
    'src/store/',
  ]);
});
