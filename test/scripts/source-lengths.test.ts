import { describe, expect, it } from 'vitest';
import { tooLong } from '../../scripts/source-lengths.ts';

/** A function whose first and last line are so many lines apart. */
const functionOf = (lines: number, first = 'function grown() {'): string =>
  [first, ...Array(lines - 2).fill('  grown();'), '}', ''].join('\n');

describe('source lengths', () => {
  it('refuses a function of 61 lines, and tells where it begins', () => {
    expect(tooLong('src/a.ts', functionOf(60))).toEqual([]);
    expect(tooLong('src/a.ts', `\n\n${functionOf(61)}`)).toEqual([
      'src/a.ts:3 is a function of 61 lines, more than 60',
    ]);
  });

  it('sees functions of every kind, also inside of others and in pages', () => {
    for (const first of [
      'export default async function () {',
      'const grown = async (n: number): Promise<void> => {',
      'const grown = function* () {',
    ])
      expect(tooLong('src/a.ts', functionOf(61, first)), first).toHaveLength(1);
    expect(tooLong('src/a.ts', `class Grown {\n${functionOf(61, 'static async grown() {')}}`)).toHaveLength(1);
    expect(tooLong('src/a.tsx', `const page = <p onClick={${functionOf(61, '() => {')}} />;`)).toHaveLength(1);
    expect(tooLong('src/a.ts', `const outer = () =>\n${functionOf(61, '() => {')};`)).toHaveLength(2);
  });

  it('refuses a file of 401 lines', () => {
    expect(tooLong('src/a.ts', '\n'.repeat(400))).toEqual([]);
    expect(tooLong('src/a.ts', '\n'.repeat(401))).toEqual(['src/a.ts has 401 lines, more than 400']);
  });

  it('takes a reason on the first line, and only a reason', () => {
    expect(
      tooLong('src/a.ts', functionOf(61, 'function grown() { // long: one table, read from top to bottom')),
    ).toEqual([]);
    expect(
      tooLong('src/a.ts', functionOf(61).replace('grown();', '// long: one table, read from top to bottom')),
    ).toEqual([]);
    expect(tooLong('src/a.ts', functionOf(61, 'function grown() { // long:'))).toHaveLength(1);
    expect(tooLong('src/a.ts', `/** long: one list. */\n${'\n'.repeat(400)}`)).toEqual([]);
    expect(tooLong('src/a.ts', `\n/** long: one list. */\n${'\n'.repeat(400)}`)).toHaveLength(1);
  });

  it('counts lines, not bytes: letters of several bytes before a function change nothing', () => {
    expect(tooLong('src/a.ts', `const name = 'añoñ→𝛼';\n${functionOf(61)}`)).toEqual([
      'src/a.ts:2 is a function of 61 lines, more than 60',
    ]);
  });

  it('refuses what it cannot read', () => {
    expect(() => tooLong('src/a.ts', 'function {')).toThrow('src/a.ts');
  });
});
