import { expect, it } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { FLAG_WORDS } from '../../src/i18n/catalogue.ts';

/** Typed alike in both languages. */
const ALIKE = ['--json', '--decimal', '--alias', '--svg', '--png', '--html', '--csv', '--plan', '--demo', '--webhook'];

it('every option of every command has a Spanish name', () => {
  const options = new Set(
    buildProgram('es').commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? [])),
  );
  const translated = new Set(Object.values(FLAG_WORDS.es.options));
  expect([...options].filter((flag) => !translated.has(flag) && !ALIKE.includes(flag))).toEqual([]);
});
