import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demandas } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const HEAD = 'date,merchant,product,quantity,price\n';
const JANUARY = `${HEAD}2025-01-01,Ana,Tomate rama,5,2\n2025-01-02,Ana,Tomate rama,4,2\n2025-01-01,Ana,Tomates rama,5,3\n2025-01-02,Bea,Tomates rama,7,3\n2025-01-01,Ana,--raro,1,1\n`;
const FEBRUARY = `${HEAD}2025-02-01,Ana,Tomates rama,5,2\n2025-02-01,Bea,Tomates rama,4,2\n`;

/** A shop whose commands are given without their workspace. */
function shop(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  return (...args: readonly string[]) => {
    const named = args.map((arg) => (arg in files ? at(arg) : arg));
    const [ended] = demandas([['--workspace', at('ws'), ...named]]);
    return ended as { readonly code: number; readonly out: string; readonly err: string };
  };
}

describe('demanda products', () => {
  it('lists names, and suggests those that look like one', () => {
    const ask = shop({ 'january.csv': JANUARY });
    expect(ask('products', '--lang', 'en').out).toBe('There are no names yet: import sales first.\n');
    ask('import', 'january.csv');
    const { out } = ask('productos', 'listar', '--lang', 'es');
    expect(out).toMatch(/^Tomates rama +2 +2 +1 ene 2025 – 2 ene 2025 +kg$/m);
    expect(out).toMatch(/^ {2}«Tomate rama» · «Tomates rama»$/m);
    expect(JSON.parse(ask('products', '--merchant', 'bea', '--json').out)).toMatchObject({
      schema: 1,
      kind: 'product',
      names: [{ name: 'Tomates rama', cells: 1, rows: 1, from: '2025-01-02', to: '2025-01-02', units: ['kg'] }],
      similar: [],
    });
  });
  it('joins two after a trial that changes nothing, and the next file finds the one that is left', () => {
    const ask = shop({ 'january.csv': JANUARY, 'february.csv': FEBRUARY });
    ask('import', 'january.csv');
    const before = ask('products', '--json').out;
    const tried = ask('productos', 'unir', 'Tomates rama', 'Tomate rama', '--simular', '--lang', 'es');
    expect(tried.out).toMatch(/^«Tomates rama» → «Tomate rama» serían: 2 productos de un comerciante, 2 filas\.$/m);
    expect(tried.err).toBe('No se cambió nada.\n');
    expect(ask('products', '--json').out).toBe(before);
    const joined = ask('products', 'merge', 'Tomates rama', 'Tomate rama', '--lang', 'en');
    expect(joined.out).toMatch(/^ {2}Days on which both were sold, added up as tickets: 1\.$/m);
    expect(joined.err).toMatch(/^Files that say «Tomates rama» mean «Tomate rama» from now on/);
    expect(ask('importar', 'february.csv', '--lang', 'es').out).toContain('"Tomates rama" → "Tomate rama" (2)');
    expect(ask('products', 'aliases', '--lang', 'en').out).toBe('«Tomates rama» → «Tomate rama»\n');
    expect(ask('productos', 'olvidar', 'Tomates rama', '--lang', 'es').code).toBe(0);
    expect(ask('products', 'forget', 'Tomates rama', '--lang', 'en')).toMatchObject({
      code: 1,
      err: expect.stringContaining('means no other name'),
    });
    const [{ id }] = JSON.parse(ask('imports', '--json').out).imports.slice(-1);
    expect(ask('imports', 'undo', id, '--yes', '--lang', 'en')).toMatchObject({
      code: 1,
      err: expect.stringContaining('"Tomates rama" was joined to "Tomate rama"'),
    });
  });
  it('renames whatever a name holds: behind -- it may begin like an option', () => {
    const ask = shop({ 'january.csv': JANUARY });
    ask('import', 'january.csv');
    expect(ask('products', 'rename', '--lang', 'en', '--', '--raro', '--lang')).toMatchObject({
      code: 0,
      out: '«--raro» → «--lang»: products of a merchant 1, 1 row.\n',
    });
    for (const [from, into] of [
      ['--lang', 'a "b"'],
      ['a "b"', "l'olla 🍅"],
      ["l'olla 🍅", 'uno\ndos'],
      ['uno dos', 'x:y,z'],
    ] as const)
      expect(JSON.parse(ask('productos', 'renombrar', '--json', '--', from, into).out)).toMatchObject({
        ...{ renamed: 1, merged: 0, from: [from] },
      });
    expect(JSON.parse(ask('products', '--json').out).names.map(({ name }: { name: string }) => name)).toContain(
      'x:y,z',
    );
  });
  it('refuses, in words that say what to do', () => {
    const ask = shop({ 'january.csv': JANUARY });
    ask('import', 'january.csv');
    const refused = (...args: readonly string[]): string => {
      const { code, err } = ask(...args, '--lang', 'en');
      expect(code, args.join(' ')).toBeGreaterThan(0);
      return err;
    };
    expect(refused('products', 'rename', 'Tomates rama', 'Tomate rama')).toMatch(/"merge" in place of "rename"/);
    expect(refused('products', 'merge', 'Tomate rama', 'tomate rama')).toMatch(/two different names/);
    expect(refused('products', 'merge', 'Tomate ram', 'Tomates rama')).toMatch(
      /no product "Tomate ram"; the nearest is "Tomate rama"/,
    );
    expect(refused('products', 'rename', 'Tomate rama', ' \u200b ')).toMatch(/at least one visible character/);
    expect(refused('products', 'rename', 'Tomate', 'rama', 'Tomates')).toMatch(
      /takes 2 names; «Tomates» is one too many/,
    );
    expect(refused('products', 'merge', 'Tomate rama')).toMatch(/at least 2 names/);
    expect(refused('products', 'renam')).toMatch(/rename/);
    const spanish = ask('productos', 'renombrar', 'Tomates rama', 'Tomate rama', '--lang', 'es');
    expect(spanish.err).toMatch(/«unir» en lugar de «renombrar»/);
  });
});

describe('demanda merchants', () => {
  it('joins merchants, all of whose products go along', () => {
    const ask = shop({ 'january.csv': JANUARY });
    ask('import', 'january.csv');
    expect(JSON.parse(ask('comercios', 'renombrar', 'Bea', 'Beatriz', '--json').out)).toMatchObject({ renamed: 1 });
    expect(JSON.parse(ask('comerciantes', 'unir', 'beatriz', 'Ana', '--json').out)).toMatchObject({
      ...{
        kind: 'merchant',
        how: 'merge',
        from: ['Beatriz'],
        into: 'Ana',
        merged: 1,
        renamed: 0,
        rows: 1,
        sameDays: 0,
      },
    });
    expect(ask('merchants', '--lang', 'en').out).toMatch(/^Ana +3 +5 +Jan 1, 2025 – Jan 2, 2025 +kg$/m);
    expect(ask('comerciantes', 'alias', '--lang', 'es').out).toBe('«Bea» → «Ana»\n«Beatriz» → «Ana»\n');
  });
});
