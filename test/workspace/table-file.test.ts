import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import Papa from 'papaparse';
import readXlsxFile from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import type { DataTable } from '../../src/contract/data-table.ts';
import { fileNameOf, tableFile, tableFormatOf, writeTable } from '../../src/workspace/table-file.ts';
import { temporaryFolder } from '../support/temporary.ts';

const table: DataTable = {
  title: 'Precios / junio',
  currency: 'EUR',
  columns: [
    { key: 'product', title: 'Producto', kind: 'text' },
    { key: 'date', title: 'Fecha', kind: 'date' },
    { key: 'price', title: 'Precio', kind: 'price' },
    { key: 'profit', title: 'Beneficio', kind: 'money' },
    { key: 'share', title: 'Seguridad', kind: 'share' },
    { key: 'kept', title: 'Guardado', kind: 'flag' },
  ],
  rows: [
    ['Peña; "la buena"', '2025-09-17', 23.92, 2736.522332737053, 0.98123456789, true],
    ['=1+1', '2025-12-31', 0.0125, -3.005, null, false],
    ['007', null, null, null, null, null],
  ],
};
const text = async (style: 'spreadsheet' | 'machine', lang: 'es' | 'en'): Promise<string> =>
  Buffer.from((await tableFile(table, 'csv', style, lang)).bytes).toString('utf8');

describe('a table as CSV', () => {
  it('in Spanish has a mark, semicolons, decimal commas, ISO dates and Spanish heads with their money', async () => {
    expect((await text('spreadsheet', 'es')).split('\r\n')).toEqual([
      '\uFEFF"Producto";"Fecha";"Precio (EUR)";"Beneficio (EUR)";"Seguridad";"Guardado"',
      '"Peña; ""la buena""";2025-09-17;23,92;2736,52;0,9812;true',
      '"\'=1+1";2025-12-31;0,0125;-3;;false',
      '"007";;;;;',
      '',
    ]);
  });
  it('for machines is the same in every language', async () => {
    const es = await text('machine', 'es');
    expect(es).toBe(await text('machine', 'en'));
    const rows = Papa.parse<Record<string, string>>(es, { header: true, skipEmptyLines: true }).data;
    expect(rows[0]).toEqual({
      product: 'Peña; "la buena"',
      date: '2025-09-17',
      price: '23.92',
      profit: '2736.52',
      share: '0.9812',
      kept: 'true',
    });
  });
});

describe('a table as a workbook', () => {
  it('has real dates and numbers, texts as texts, heads in the language, and a sheet of its name', async () => {
    const { bytes } = await tableFile(table, 'xlsx', 'spreadsheet', 'es');
    const [sheet] = (await readXlsxFile(Buffer.from(bytes))) as unknown as { sheet: string; data: unknown[][] }[];
    expect(sheet?.sheet).toBe('Precios   junio');
    const [heads, first, second, third] = (sheet as { data: unknown[][] }).data;
    expect(heads).toEqual(['Producto', 'Fecha', 'Precio (EUR)', 'Beneficio (EUR)', 'Seguridad', 'Guardado']);
    expect(first).toEqual(['Peña; "la buena"', new Date('2025-09-17'), 23.92, 2736.52, 0.9812, true]);
    expect(second?.slice(0, 3)).toEqual(['=1+1', new Date('2025-12-31'), 0.0125]);
    expect(third?.[0]).toBe('007');
  });
  it.skipIf(spawnSync('soffice', ['--version']).status !== 0)(
    'opens in a spreadsheet program (soffice, where it is installed) as it was written',
    async () => {
      const folder = temporaryFolder();
      await writeTable(join(folder, 'table.xlsx'), table, { format: 'xlsx', style: 'spreadsheet', lang: 'es' });
      spawnSync('soffice', ['--headless', '--convert-to', 'csv', '--outdir', folder, join(folder, 'table.xlsx')]);
      const lines = readFileSync(join(folder, 'table.csv'), 'utf8').split('\n');
      expect(lines[1]).toBe('"Peña; ""la buena""",17/09/2025,23.9200,"2,736.52",98.1%,TRUE');
    },
  );
  it('of more rows than a sheet takes is refused with what to do', async () => {
    const long = { ...table, rows: Array.from({ length: 1_048_576 }, () => ['x', null, null, null, null, null]) };
    await expect(tableFile(long, 'xlsx', 'machine', 'en')).rejects.toThrow(/1048576 rows.*\.csv or \.parquet/);
  });
});

describe('a table as Parquet and JSON', () => {
  it('has its types and keys', async () => {
    const { bytes } = await tableFile(table, 'parquet', 'spreadsheet', 'es');
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    expect(rows[0]).toEqual({
      product: 'Peña; "la buena"',
      date: new Date('2025-09-17'),
      price: 23.92,
      profit: 2736.52,
      share: 0.9812,
      kept: true,
    });
    expect(rows[2]?.date ?? null).toBeNull();
    const json = JSON.parse(Buffer.from((await tableFile(table, 'json', 'machine', 'es')).bytes).toString());
    expect([json.schema, json.currency, json.rows[1].product, json.rows[1].profit]).toEqual([1, 'EUR', '=1+1', -3]);
  });
});

describe('the name of a file', () => {
  it('says what, when and whose, in letters that every system takes', () => {
    expect(fileNameOf(['Precios', '2025-09-17', 'Carnicería Núñez'], 'xlsx')).toBe(
      'Precios 2025-09-17 Carnicería Núñez.xlsx',
    );
    expect(fileNameOf(['Precios', null, '../a\\b:c*?'], 'csv')).toBe('Precios .. a b c.csv');
    expect(fileNameOf(['x'.repeat(300)], 'csv')).toHaveLength(104);
  });
  it('chooses the format, and one without an ending is refused before any work', () => {
    expect(['a.csv', 'b.XLSX', 'c.parquet', 'd.json'].map(tableFormatOf)).toEqual(['csv', 'xlsx', 'parquet', 'json']);
    expect(() => tableFormatOf('prices.xls')).toThrow(/prices\.xls.*\.csv, \.xlsx, \.parquet, \.json/);
  });
  it('is written whole', async () => {
    const file = join(temporaryFolder(), 'table.csv');
    writeFileSync(file, 'before');
    await writeTable(file, table, { format: 'csv', style: 'machine', lang: 'en' });
    expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(5);
  });
});
