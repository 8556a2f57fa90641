import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, runProgram } from '../support/built.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { KEYS, NO_TERMINAL, Terminal } from '../support/terminal.ts';
import { text, zipOf } from '../support/workbooks.ts';

if (NO_TERMINAL) console.log(`not run: imports in a terminal, as ${NO_TERMINAL}`);

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
type Rows = readonly (readonly string[])[];

/** A workbook of two sheets, all of whose cells are text, as some tills write them. */
function workbook(file: string, sales: Rows, returned: Rows): string {
  const sheet = (rows: Rows): string => {
    const cells = rows.map((row, r) =>
      row.map((value, c) => (value === '' ? '' : text(`${'ABCDEFG'[c]}${r + 1}`, value))).join(''),
    );
    return `<?xml version="1.0"?><worksheet><sheetData>${cells.map((row, r) => `<row r="${r + 1}">${row}</row>`).join('')}</sheetData></worksheet>`;
  };
  const relation = (n: number): string =>
    `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`;
  writeFileSync(
    file,
    zipOf({
      'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships>${relation(1)}${relation(2)}</Relationships>`,
      'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns:r="${RELATIONS}"><workbookPr/><sheets><sheet name="Ventas" sheetId="1" r:id="rId1"/><sheet name="Devoluciones" sheetId="2" r:id="rId2"/></sheets></workbook>`,
      'xl/worksheets/sheet1.xml': sheet(sales),
      'xl/worksheets/sheet2.xml': sheet(returned),
    }),
  );
  return file;
}

const HEADERS = ['Fecha', 'Tienda', 'Artículo', 'Uds.', 'PVP', 'Cajero'];
const spanish = (value: number): string => value.toFixed(2).replace('.', ',');

/** Half a year of a till whose bread sells less at a higher price, with titles above and a total below. */
function till(file: string, firstMonth: number, days: number): string {
  const rows = Array.from({ length: days }, (_, i) => {
    const date = new Date(Date.UTC(2025, firstMonth - 1, 1 + i)).toISOString().slice(0, 10).split('-').reverse();
    const price = [1.5, 1.65, 1.5, 1.35, 1.8][i % 5];
    const sold = Math.round(60 * (price / 1.5) ** -2 * (1 + 0.1 * Math.sin(i * 1.7)));
    return [date.join('/'), 'Horno Sur', 'Barra', String(sold), `${spanish(price)} €`, 'Lola'];
  });
  const titles = [['TPV EL CORRAL'], ['Ventas por artículo'], []];
  return workbook(file, [...titles, HEADERS, ...rows, ['TOTAL', '', '', '9.999']], [HEADERS, ...rows.slice(0, 3)]);
}

it.skipIf(NO_TERMINAL !== null).each([
  ['es', '¿qué hoja contiene los datos?', 'coma decimal, EUR: lo aclara «1,50 €» en la línea 5'],
  ['en', 'which sheet holds the data?', 'decimal comma, EUR: "1,50 €" on line 5 settles it'],
] as const)(
  'a messy workbook comes to a price in two commands and one answer, and next month in none (%s)',
  async (lang, question, read) => {
    const folder = temporaryFolder();
    const started = performance.now();
    till(join(folder, 'enero.xlsx'), 1, 150);
    const command = `"${process.execPath}" "${join(ROOT, 'bin/demanda.js')}" import enero.xlsx --lang ${lang}`;
    const terminal = new Terminal(command, folder, { DEMANDA_WORKSPACE: join(folder, '.demanda') }, 140);
    await terminal.read(question);
    await terminal.read('Devoluciones');
    terminal.press(KEYS.enter);
    const shown = await terminal.read('npx demanda ');
    expect(await terminal.exitCode()).toBe(0);
    expect(shown).toContain('150 ');
    expect(shown).toContain(read);
    expect(shown).toContain('Cajero');
    expect(runProgram('demanda', ['train', '--all', '--lang', lang], folder).code).toBe(0);
    const priced = runProgram('demanda', ['recommend', '--all', '--json'], folder);
    const [{ price, unit }] = JSON.parse(priced.out).recommendations;
    expect(price).toBeGreaterThan(1.2);
    // "Uds." says what is counted.
    expect(unit).toBe('ud');
    expect(performance.now() - started).toBeLessThan(180_000);

    till(join(folder, 'junio.xlsx'), 6, 30);
    const next = runProgram('demanda', ['import', 'junio.xlsx', '--lang', lang], folder);
    expect(next.out).toContain('enero.xlsx');
    expect(next.out).toContain(lang === 'es' ? '--hoja Ventas' : '--sheet Ventas');
    expect(next.code).toBe(0);
  },
  200_000,
);

it.skipIf(NO_TERMINAL !== null)(
  'what is remembered is asked about where a file says otherwise',
  async () => {
    const folder = temporaryFolder();
    const sales = (name: string, dates: readonly string[]): void => {
      const rows = dates.map((date) => `${date};A;Pan;3;1,5`);
      writeFileSync(join(folder, name), `fecha;tienda;producto;uds;precio\n${rows.join('\n')}\n`);
    };
    sales('marzo.csv', ['01/03/2025', '04/03/2025', '07/03/2025', '11/03/2025']);
    sales('abril.csv', ['04/25/2025', '04/26/2025']);
    const settled = runProgram('demanda', ['importar', 'marzo.csv', '--formato-fecha', 'dd/mm/aaaa'], folder);
    expect(settled.code).toBe(0);
    const command = `"${process.execPath}" "${join(ROOT, 'bin/demanda.js')}" importar abril.csv --lang es`;
    const terminal = new Terminal(command, folder, { DEMANDA_WORKSPACE: join(folder, '.demanda') }, 160);
    await terminal.read('¿Cómo se lee?');
    await terminal.read('dejarlo aquí');
    terminal.press(KEYS.enter);
    await terminal.read('del 25 abr 2025 al 26 abr 2025');
    expect(await terminal.exitCode()).toBe(0);
  },
  60_000,
);
