import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/built.ts';
import { demandas } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { KEYS, NO_TERMINAL, Terminal } from '../support/terminal.ts';

const HEAD = 'date,merchant,product,quantity,price\n';
const JANUARY = `${HEAD}2025-01-01,Ana,Pan,5,2\n2025-01-02,Ana,Pan,7,2\n`;
/** A day that was there whole, one with another figure, and a new one. */
const OVERLAP = `${HEAD}2025-01-01,Ana,Pan,5,2\n2025-01-02,Ana,Pan,9,2\n2025-01-03,Ana,Pan,4,2\n`;
/** The same days and one more. */
const LONGER = `${JANUARY}2025-01-03,Ana,Pan,4,2\n`;

function shop(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  const run = (...args: readonly string[]): string[] =>
    args.map((arg) => (arg in files ? at(arg) : arg)).concat('--workspace', at('ws'));
  const ask = (...args: readonly string[]) => {
    const [ended] = demandas([run(...args)]);
    return ended as { readonly code: number; readonly out: string; readonly err: string };
  };
  const imports = (): { readonly id: string; readonly undoneAt: string | null }[] =>
    JSON.parse(ask('imports', '--json').out).imports;
  return { ask, imports };
}

describe('demanda imports', () => {
  it('lists what was imported, shows one and undoes it, in both languages', () => {
    const { ask, imports } = shop({ 'enero.csv': JANUARY, 'más.csv': LONGER });
    expect(ask('imports', '--lang', 'en').out).toBe('Nothing was imported yet.\n');
    ask('import', 'enero.csv');
    expect(ask('import', 'más.csv', '--lang', 'es').out).toMatch(/Filas que ya estaban tal cual: 2\.\n/);
    const [second, first] = imports();
    const ids = [second?.id as string, first?.id as string] as const;
    expect(ask('importaciones', '--lang', 'es').out).toMatch(new RegExp(`${ids[0]} .*más\\.csv +ventas +3 +2 +0`));
    const shown = ask('imports', 'show', ids[0], '--lang', 'en').out;
    expect(shown).toMatch(/^Replaced +2, of which 2 were the same$/m);
    expect(shown).toMatch(/^Days +Jan 1, 2025 – Jan 3, 2025$/m);
    expect(ask('imports', 'undo', ids[1], '--lang', 'en')).toMatchObject({
      code: 1,
      err: expect.stringMatching(`Undo those first, in this order: ${ids[0]} \\(más\\.csv, `),
    });
    expect(ask('importaciones', 'deshacer', ids[0], '--lang', 'es').out).toBe(
      `Se deshizo la importación ${ids[0]} (más.csv): 1 fila se fue, 2 vuelven a ser lo que eran.\n`,
    );
    expect(JSON.parse(ask('imports', 'undo', ids[1], '--yes', '--json').out)).toMatchObject({
      schema: 1,
      id: ids[1],
      removed: 2,
      restored: 0,
      cellsRemoved: 1,
      models: 0,
    });
    expect(ask('imports', 'undo', ids[1], '--lang', 'en').err).toMatch(/was undone on .*import the file again/);
    expect(ask('imports', 'undo', 'zzzz', '--lang', 'en').err).toContain('There is no import zzzz.');
    expect(ask('imports', 'undo', '--lang', 'en')).toMatchObject({ code: 2, err: 'The option ID is missing.\n' });
    expect(ask('audit', '--lang', 'en').out).toMatch(/Undid an import: enero\.csv/);
  });
  it('say that models were trained with what is gone, and their open recommendations are out of date', () => {
    const days = Array.from({ length: 60 }, (_, i) => {
      const day = new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
      return `${day},Ana,Pan,${20 + ((i * 7) % 5) - (i % 3)},${1 + (i % 3) / 10}`;
    });
    const { ask, imports } = shop({ 'all.csv': `${HEAD}${days.join('\n')}\n` });
    ask('import', 'all.csv');
    ask('train', '--all', '--quiet');
    ask('recommend', '--all', '--propose', '--quiet');
    const undone = ask('imports', 'undo', imports()[0]?.id as string, '--lang', 'en').out;
    expect(undone).toContain('60 rows are gone');
    expect(undone).toContain('1 model was trained with what this import wrote: train again');
    expect(undone).toContain('Open recommendations that are out of date now: 1.');
  });
});

describe('days that are there already', () => {
  it('are not changed by a file that says otherwise, unless told which holds', () => {
    const { ask, imports } = shop({ 'a.csv': JANUARY, 'b.csv': OVERLAP, 'c.csv': LONGER });
    ask('import', 'a.csv');
    const refused = ask('import', 'b.csv', '--lang', 'en');
    expect([refused.code, imports()]).toMatchObject([1, [{ undoneAt: null }]]);
    expect(refused.err).toMatch(
      /^b\.csv has other figures for days .*: 1, most of all Ana \/ Pan on Jan 2, 2025, quantity 7 .*9 with the file/,
    );
    expect(ask('import', 'b.csv', '--lang', 'es').err).toMatch(/Ana \/ Pan el 2 ene 2025, cantidad 7 allí/);
    expect(ask('import', 'b.csv', '--dry-run').code).toBe(1);
    // Neither is anything of a command written one of whose files contradicts what is there.
    expect(ask('import', 'c.csv', 'b.csv').code).toBe(1);
    expect(imports()).toHaveLength(1);
    expect(JSON.parse(ask('import', 'b.csv', '--add', '--json').out).files).toMatchObject([{ added: 2 }]);
    expect(JSON.parse(ask('import', 'c.csv', '--replace', '--json').out).files).toMatchObject([
      { replaced: 3, unchanged: 1 },
    ]);
    expect(imports()).toHaveLength(3);
  });
  it.skipIf(NO_TERMINAL !== null).each(['en', 'es'])(
    'stay as they are where Enter answers the question, in %s',
    async (lang) => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'a.csv'), JANUARY);
      writeFileSync(join(folder, 'b.csv'), OVERLAP);
      const told = ['--workspace', join(folder, 'ws')];
      demandas([['import', join(folder, 'a.csv'), ...told]]);
      const command = `"${process.execPath}" "${join(ROOT, 'bin/demanda.js')}" import b.csv --lang ${lang}`;
      const terminal = new Terminal(command, folder, { DEMANDA_WORKSPACE: join(folder, 'ws') }, 160);
      await terminal.read(lang === 'es' ? '› de ningún modo: dejarlo aquí' : '› not at all: stop here');
      await terminal.read(lang === 'es' ? 'se suman' : 'they are added');
      terminal.press(KEYS.enter);
      expect(await terminal.exitCode()).toBe(1);
      const [listed] = demandas([['imports', '--json', ...told]]);
      expect(JSON.parse(listed?.out ?? '').imports).toHaveLength(1);
    },
  );
  it('of the very same file write nothing and end well, for a job of every night', () => {
    const { ask, imports } = shop({ 'a.csv': JANUARY });
    ask('import', 'a.csv');
    const id = imports()[0]?.id as string;
    const again = ask('import', 'a.csv', '--lang', 'en');
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringContaining(`is the same file as import ${id} of `),
    });
    expect(JSON.parse(ask('import', 'a.csv', '--json').out).files).toMatchObject([
      { rows: 2, accepted: 0, batchId: null, sameAs: id },
    ]);
    expect(imports()).toHaveLength(1);
    // Told what to do it does so, and so it does when the first was undone, or it is read in another way.
    expect(JSON.parse(ask('import', 'a.csv', '--add', '--json').out).files).toMatchObject([{ added: 2, sameAs: null }]);
    ask('imports', 'undo', imports()[0]?.id as string);
    ask('imports', 'undo', id);
    expect(JSON.parse(ask('import', 'a.csv', '--json').out).files).toMatchObject([{ accepted: 2, sameAs: null }]);
    expect(JSON.parse(ask('import', 'a.csv', '--unit', 'kg', '--json').out).files).toMatchObject([{ unchanged: 2 }]);
  });
});

describe('amounts in another currency', () => {
  it('are refused where the workspace holds some, naming both, and change nothing', () => {
    const { ask, imports } = shop({ 'a.csv': JANUARY, 'b.csv': JANUARY.replaceAll('2025-01', '2025-02') });
    // Nothing is held yet: what is said of the first file is the workspace's.
    expect(ask('import', 'a.csv', '--currency', 'USD').code).toBe(0);
    const refused = ask('import', 'b.csv', '--currency', 'mxn', '--lang', 'en');
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(
      /^This workspace holds amounts in USD, and --currency says MXN: nothing would be converted/,
    );
    expect(ask('import', 'b.csv', '--currency', 'MXN', '--lang', 'es').err).toMatch(/USD, y --moneda dice MXN/);
    expect(JSON.parse(ask('settings', '--json').out).settings.currency).toBe('USD');
    expect(imports()).toHaveLength(1);
    expect(ask('import', 'b.csv', '--currency', 'usd').code).toBe(0);
    for (const { id } of imports()) ask('imports', 'undo', id);
    expect(ask('import', 'a.csv', '--currency', 'MXN').code).toBe(0);
  });
});

describe('a dry run', () => {
  it('reads by the settings that it is told, and keeps none of them', () => {
    const { ask } = shop({ 'a.csv': JANUARY });
    const settings = () => JSON.parse(ask('settings', '--json').out);
    const before = settings();
    const tried = ask('import', 'a.csv', '--dry-run', '--currency', 'mxn', '--country', 'MX', '--json');
    expect(JSON.parse(tried.out)).toMatchObject({ currency: 'MXN', files: [{ accepted: 2 }] });
    expect(ask('import', 'a.csv', '--dry-run', '--currency', 'XXQ').code).toBe(2);
    expect(settings()).toEqual(before);
    ask('import', 'a.csv', '--currency', 'mxn', '--country', 'MX');
    expect(settings()).not.toEqual(before);
  });
});

describe('quantities whose unit nobody names', () => {
  it('are kilos, which is said once with what says otherwise, in both languages', () => {
    const { ask } = shop({ 'a.csv': JANUARY, 'b.csv': JANUARY.replaceAll('2025-01', '2025-02') });
    expect(ask('import', 'a.csv', '--dry-run', '--lang', 'es').out).toContain(
      'se supone kg, pues no se nombra unidad: --unidad dice otra',
    );
    expect(ask('import', 'a.csv', '--dry-run', '--unit', 'ud', '--lang', 'en').out).not.toContain('assumed');
    const quiet = ask('import', 'a.csv', '--dry-run', '--quiet', '--lang', 'en');
    expect(quiet.err).toContain('kg is assumed, as no unit is named: --unit says another');
    expect(quiet.out).not.toContain('assumed');
    expect(ask('import', 'a.csv', '--dry-run', '--quiet', '--unit', 'ud', '--lang', 'en').err).toBe('');
    const { files } = JSON.parse(ask('import', 'a.csv', '--json').out);
    expect(files[0].understanding.columns[3].reading).toEqual({ assumedUnit: 'kg' });
    expect(ask('import', 'b.csv', '--lang', 'en').out).not.toContain('assumed');
  });
});
