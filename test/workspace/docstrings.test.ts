import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PublicMethod, publicMethods } from '../../scripts/public-methods.ts';
import { errors } from '../../src/errors/table.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = join(import.meta.dirname, '../..');

const methods = publicMethods(readFileSync(join(root, 'src/workspace/workspace.ts'), 'utf8'));

/** Type-checks files of examples, each in a function that has a workspace. @returns what the compiler has to say */
function compiled(files: Readonly<Record<string, readonly Pick<PublicMethod, 'name' | 'example'>[]>>): string[] {
  const folder = temporaryFolder();
  for (const [file, examples] of Object.entries(files)) {
    const functions = examples.map(({ name, example }) => `async function ${name}_(): Promise<void> {\n${example}}\n`);
    const entry = JSON.stringify(join(root, 'src/index.ts'));
    writeFileSync(
      join(folder, file),
      `import { Workspace } from ${entry};\ndeclare const workspace: Workspace;\n${functions.join('\n')}`,
    );
  }
  const compilerOptions = {
    noUnusedLocals: false,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const given = [...Object.keys(files), join(root, 'src/charts/asciichart.d.ts')];
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files: given, include: [] }),
  );
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--singleThreaded'], { encoding: 'utf8' });
  return stdout.trim().split('\n');
}

describe('public methods of the workspace', () => {
  it('are found, all of them', async () => {
    const { Workspace } = await import('../../src/workspace/workspace.ts');
    const own = (holder: object): string[] =>
      Object.entries(Object.getOwnPropertyDescriptors(holder)).flatMap(([name, { value }]) =>
        typeof value === 'function' ? [name] : [],
      );
    const all = [...own(Workspace), ...own(Workspace.prototype)].filter((name) => name !== 'constructor');
    expect(methods.map(({ name }) => name).sort()).toEqual(all.sort());
  });

  it.each(methods)('$name says what it does, with an example', ({ docstring, example }) => {
    expect(docstring.split('\n')[0]).toMatch(/^[A-Z].{20,}/);
    expect(example).toMatch(/\bworkspace\.|\bWorkspace\./i);
  });

  it.each(methods)('$name names errors that there are', ({ docstring }) => {
    const codes = docstring.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [];
    expect(codes.filter((code) => !(code in errors))).toEqual([]);
  });

  it('have examples that compile, where one that does not is told', { timeout: 120_000 }, () => {
    const wrong = { name: 'wrong', example: "await workspace.show({ merchant: 'MyShop' });\n" };
    expect(compiled({ 'examples.mts': methods, 'wrong.mts': [wrong] })).toEqual([
      expect.stringMatching(/wrong\.mts\(4,\d+\): error TS2554: Expected 2-3 arguments/),
    ]);
  });
});
