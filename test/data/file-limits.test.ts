import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { FILE_LIMITS, type ReadLimits } from '../../src/data/read-limits.ts';
import { tableForm } from '../../src/data/reading/table.ts';
import type { ErrorCode } from '../../src/errors/demanda-error.ts';
import { DemandaError } from '../../src/errors/demanda-error.ts';
import { errors } from '../../src/errors/table.ts';
import { type ImportOptions, Workspace } from '../../src/workspace.ts';
import { parquetSales } from '../support/parquet-files.ts';
import { openTable } from '../support/read-table.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { number, SALES_ROWS, text, workbookOf, workbookParts, zipOf } from '../support/workbooks.ts';

const HEAD = 'date,merchant,product,quantity,price\n';
const ROW = '2025-01-01,Ana,Piña,1,2\n';
const JSON_ROW = '{"date":"2025-01-01","merchant":"Ana","product":"Piña","quantity":1,"price":2}';

interface Read {
  readonly rows: number;
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly megabytes: number;
}

/** Reads a file to its end, as a door with these limits does. */
async function read(name: string, content: string | Buffer, limits: Partial<ReadLimits> = {}): Promise<Read> {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  const before = process.memoryUsage.rss();
  let [rows, peak] = [0, before];
  const told = (code: ErrorCode | null, message = '', params = {}): Read => ({
    rows,
    code,
    message,
    params,
    megabytes: (peak - before) / 1_048_576,
  });
  try {
    const { records } = await openTable(file, { ...FILE_LIMITS, ...limits });
    for await (const _ of records) if (++rows % 1_000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
    return told(null);
  } catch (error) {
    if (!(error instanceof DemandaError)) throw error;
    peak = Math.max(peak, process.memoryUsage.rss());
    expect(error.message).toContain(name);
    return told(error.code, error.message, error.parameters);
  }
}

const ten = (row: string): string => Array.from({ length: 10 }, () => row).join('');

describe('every format has the same bounds, each with its sentence', () => {
  it.each([
    ['a.csv', HEAD + ten(ROW)],
    ['a.csv.gz', gzipSync(HEAD + ten(ROW))],
    ['a.jsonl', Array.from({ length: 10 }, () => JSON_ROW).join('\n')],
    ['a.json', `[${Array.from({ length: 10 }, () => JSON_ROW).join(',')}]`],
    ['a.json.gz', gzipSync(`[${Array.from({ length: 10 }, () => JSON_ROW).join(',')}]`)],
    ['a.jsonl.gz', gzipSync(Array.from({ length: 10 }, () => JSON_ROW).join('\n'))],
    ['a.parquet', parquetSales(10)],
    [
      'a.xlsx',
      workbookOf({
        rows:
          SALES_ROWS +
          [5, 6, 7, 8, 9, 10, 11]
            .map((r) => `<row r="${r}">${text(`A${r}`, '2025-01-01')}${number(`E${r}`, 1)}</row>`)
            .join(''),
      }),
    ],
  ])('%s: rows and cells', async (name, content) => {
    expect((await read(name, content)).rows).toBe(10);
    expect(await read(name, content, { rows: 5 })).toMatchObject({
      code: 'IMPORT_TOO_MANY_ROWS',
      params: { limit: 5 },
    });
    expect(await read(name, content, { cells: 11 })).toMatchObject({
      code: 'IMPORT_TOO_MANY_CELLS',
      params: { limit: 11 },
    });
  });
  it.each([
    ['a.csv', HEAD + ROW.repeat(100_000)],
    ['a.csv.gz', gzipSync(HEAD + ROW.repeat(100_000))],
    ['a.jsonl', `${JSON_ROW}\n`.repeat(30_000)],
    ['a.json.gz', gzipSync(`[${JSON_ROW}${`,${JSON_ROW}`.repeat(30_000)}]`)],
  ])('%s: bytes, unpacked', async (name, content) => {
    expect(await read(name, content, { unpackedBytes: 1_048_576 })).toMatchObject({
      code: 'IMPORT_TOO_LARGE',
      params: { limit: 1 },
    });
  });
  it('parts of workbooks and columns of Parquet: bytes, unpacked; a row group: cells', async () => {
    const sheet = workbookOf({ rows: SALES_ROWS.repeat(1) + '<row/>'.repeat(200_000) });
    expect(await read('a.xlsx', sheet, { partBytes: 1_048_576 })).toMatchObject({ code: 'IMPORT_TOO_LARGE' });
    expect(await read('a.parquet', parquetSales(100_000), { partBytes: 65_536 })).toMatchObject({
      code: 'IMPORT_TOO_LARGE',
    });
    expect(await read('a.parquet', parquetSales(1_000), { groupCells: 5_000 })).toMatchObject({
      code: 'IMPORT_ROW_GROUP_TOO_LARGE',
      params: { limit: 5_000 },
    });
    expect((await read('a.parquet', parquetSales(1_000, { rowGroupSize: 500 }), { groupCells: 5_000 })).rows).toBe(
      1_000,
    );
  });
  it('what shrinks more than sales do is no file of sales', async () => {
    expect(await read('same.csv.gz', gzipSync(HEAD + ROW.repeat(1_500_000)))).toMatchObject({
      code: 'IMPORT_TOO_PACKED',
    });
    expect(await read('blank.csv.gz', gzipSync(HEAD + '\n'.repeat(20_000_000)))).toMatchObject({
      code: 'IMPORT_BLANK',
    });
    expect(await read('blank.csv', HEAD + '\r\n'.repeat(2_000_000))).toMatchObject({ code: 'IMPORT_BLANK' });
  });
  it('rows of another length than the first cost what others do: no error is made of each', async () => {
    const made = vi.spyOn(Error, 'captureStackTrace');
    try {
      const found = await read('ragged.csv', `${HEAD}${'x\n'.repeat(500)}${'1,2,3,4,5,6,7\n'.repeat(500)}${ROW}`);
      expect(found).toMatchObject({ code: null, rows: 1_001 });
      expect(made.mock.calls.length).toBeLessThan(100);
    } finally {
      made.mockRestore();
    }
  });
  it.each([
    ['a.jsonl', `{"date":"${'x'.repeat(30_000_000)}"}`],
    ['a.json', `[{"date":"${'x'.repeat(30_000_000)}"}]`],
    ['a.json', `[${' '.repeat(900_000)}{"date":"${'x'.repeat(30_000_000)}`],
    ['a.csv', `${HEAD}"${'x\n'.repeat(15_000_000)}`, 'IMPORT_QUOTE'],
    ['a.csv', HEAD + 'x'.repeat(30_000_000)],
    [
      'a.xlsx',
      workbookOf({
        rows: `<row r="1">${text(
          'A1',
          'x'.repeat(10_000_000).replace(/x{9}x/g, () => Math.random().toString(36).slice(2, 12).padEnd(10, 'y')),
        )}`,
      }),
    ],
  ])('%s: a record without an end is not gathered', async (name, content, refusal = 'IMPORT_LINE_TOO_LONG') => {
    const { code, megabytes } = await read(name, content);
    expect(code).toBe(refusal);
    expect(megabytes).toBeLessThan(128);
  });
  it.each([
    ['a.json', '['.repeat(5_000_000)],
    ['a.json', `[{"date":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}]`],
    ['a.jsonl', `{"date":${'[['.repeat(100_000)}${']]'.repeat(100_000)}}`],
  ])('%s: objects within objects', async (name, content) => {
    expect(await read(name, content)).toMatchObject({ code: 'IMPORT_TOO_DEEP', params: { line: 1, limit: 32 } });
  });
  it('columns and their headers', async () => {
    const many = Array.from({ length: 1_001 }, (_, i) => `c${i}`);
    const record = JSON.stringify(Object.fromEntries(many.map((header) => [header, 1])));
    for (const [name, content] of [
      ['a.csv', `${many.join(',')}\n1\n`],
      ['a.json', `[${record}]`],
      ['a.jsonl', record],
    ] as const) {
      expect(await read(name, content), name).toMatchObject({
        code: 'IMPORT_TOO_MANY_COLUMNS',
        params: { found: 1_001, limit: 1_000 },
      });
    }
    expect(await read('long.csv', `date,${'x'.repeat(501)}\n1,2\n`)).toMatchObject({
      code: 'IMPORT_HEADER_TOO_LONG',
      params: { column: 2 },
    });
  });
});

describe('JSON that is not a list of sales is told by its place', () => {
  it.each([
    ['null.json', '[null]', 'IMPORT_JSON_ROW', 1],
    ['later.json', `[${JSON_ROW},null]`, 'IMPORT_JSON_ROW', 2],
    ['number.json', `[${JSON_ROW}, ${JSON_ROW}, 7]`, 'IMPORT_JSON_ROW', 3],
    ['list.json', '[[1,2]]', 'IMPORT_JSON_ROW', 1],
    ['text.jsonl', `${JSON_ROW}\n"a"\n`, 'IMPORT_JSON_ROW', 2],
    ['null.jsonl', 'null\n', 'IMPORT_JSON_ROW', 1],
    ['comma.json', `[${JSON_ROW},]`, 'IMPORT_JSON_DAMAGED', 2],
    ['missing.json', `[${JSON_ROW} ${JSON_ROW}]`, 'IMPORT_JSON_DAMAGED', 1],
    ['behind.json', `[${JSON_ROW}] x`, 'IMPORT_JSON_DAMAGED', 1],
    ['quotes.jsonl', `${JSON_ROW}\n\n{"date:1}`, 'IMPORT_JSON_DAMAGED', 3],
  ])('%s', async (name, content, code, line) => {
    expect(await read(name, content)).toMatchObject({ code, params: { line } });
  });
  it('nothing, an object, and a list that was cut', async () => {
    expect((await read('none.json', '[]')).code).toBe('IMPORT_JSON_SHAPE');
    expect((await read('object.json', JSON_ROW)).code).toBe('IMPORT_JSON_SHAPE');
    expect((await read('cut.json', `[${JSON_ROW},`)).code).toBe('IMPORT_CUT_SHORT');
    expect((await read('blank.jsonl', '\n \n')).code).toBe('IMPORT_EMPTY');
  });
  it('a byte order mark, other encodings and packed files are read', async () => {
    for (const [name, content] of [
      ['bom.jsonl', `\uFEFF${JSON_ROW}\n`],
      ['bom.json', `\uFEFF [${JSON_ROW}]`],
      ['sixteen.json', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`[${JSON_ROW}]`, 'utf16le')])],
      ['latin.jsonl', Buffer.from(`${JSON_ROW}\n`, 'latin1')],
      ['packed.jsonl.gz', gzipSync(`${JSON_ROW}\r\n`)],
      ['packed.json.gz', gzipSync(`[${JSON_ROW}]`)],
      ['packed.ndjson.gz', gzipSync(JSON_ROW)],
    ] as const) {
      const file = join(temporaryFolder(), name);
      writeFileSync(file, content);
      const { headers, records } = await openTable(file);
      const found = [];
      for await (const { cells } of records) found.push(cells);
      expect(headers, name).toEqual(['date', 'merchant', 'product', 'quantity', 'price']);
      expect(found, name).toEqual([['2025-01-01', 'Ana', 'Piña', 1, 2]]);
    }
  });
});

describe('workbooks are read by the cells that are there', () => {
  const behind = (row: string): string => workbookOf({ rows: SALES_ROWS + row }) as unknown as string;
  it.each([
    [
      'a row of a thousand millions',
      `<row r="5">${text('A999999999', 'x')}</row>`,
      'IMPORT_CELL_OUTSIDE',
      'A999999999',
    ],
    ['nine million rows', `<row r="5">${number('A9000000', 1)}</row>`, 'IMPORT_CELL_OUTSIDE', 'A9000000'],
    ['the row after the last', `<row r="1048577">${number('A1048577', 1)}</row>`, 'IMPORT_CELL_OUTSIDE', 'A1048577'],
    ['a row that only claims to be far', '<row r="99999999999"/>', 'IMPORT_CELL_OUTSIDE', 'A99999999999'],
    ['twelve million columns', `<row r="5">${text('ZZZZZ5', 'x')}</row>`, 'IMPORT_CELL_OUTSIDE', 'ZZZZZ5'],
    ['seven letters', `<row r="5">${text('ZZZZZZZ5', 'x')}</row>`, 'IMPORT_CELL_OUTSIDE', 'ZZZZZZZ5'],
    ['both', `<row r="5">${text('ZZZ1000000', 'x')}</row>`, 'IMPORT_CELL_OUTSIDE', 'ZZZ1000000'],
    ['the column after the last', `<row r="5">${number('XFE5', 1)}</row>`, 'IMPORT_CELL_OUTSIDE', 'XFE5'],
    ['column 1,001', `<row r="5">${number('ALM5', 1)}</row>`, 'IMPORT_CELL_OUTSIDE', 'ALM5'],
    ['another row', `<row r="5">${number('A7', 1)}</row>`, 'IMPORT_CELL_DAMAGED', 'A7'],
    ['no place', `<row r="5">${number('5A', 1)}</row>`, 'IMPORT_CELL_DAMAGED', '5A'],
    ['the place of another', `<row r="5">${number('A5', 1)}${number('A5', 2)}</row>`, 'IMPORT_CELL_DAMAGED', 'A5'],
    ['a text that is not there', '<row r="5"><c r="B5" t="s"><v>4294967295</v></c></row>', 'IMPORT_CELL_DAMAGED', 'B5'],
    ['a format that is not there', `<row r="5">${number('B5', 1, ' s="70000"')}</row>`, 'IMPORT_CELL_DAMAGED', 'B5'],
    ['a type that is none', '<row r="5"><c r="B5" t="zz"><v>1</v></c></row>', 'IMPORT_CELL_DAMAGED', 'B5'],
    ['a number that is none', `<row r="5">${number('B5', '1,5')}</row>`, 'IMPORT_CELL_DAMAGED', 'B5'],
  ])('%s is refused by its name, before anything is allocated', async (_, row, code, cell) => {
    const started = performance.now();
    const found = await read('a.xlsx', behind(row));
    expect(found).toMatchObject({ code, params: { cell } });
    expect(found.megabytes).toBeLessThan(64);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
  it('what a sheet claims of its extent and of merged cells takes nothing', async () => {
    const found = await read(
      'a.xlsx',
      workbookOf({
        rows: `${SALES_ROWS}<row r="1048576">${number('E1048576', 1)}<c r="XFD1048576" s="0"/></row>`,
        before: '<dimension ref="A1:ZZZZZ999999999"/>',
        behind: '<mergeCells count="1000000000"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
      }),
    );
    expect(found).toMatchObject({ code: null, rows: 4 });
    expect(found.megabytes).toBeLessThan(64);
  });
  it('gives texts, numbers, flags, dates of both calendars and formulas as their cells show them', async () => {
    const styles = `<numFmts><numFmt numFmtId="170" formatCode="[$-C0A]d\\ mmmm&quot; de &quot;yyyy;@"/><numFmt numFmtId="171" formatCode="#,##0.00 &quot;day&quot;"/></numFmts>
      <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>`;
    const rows = `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row r="4">${number('A4', 45_292, ' s="1"')}${number('B4', 45_292.5, ' s="2"')}${number('C4', 1.5, ' s="3"')}
      <c r="D4" t="b"><v>1</v></c><c r="E4" t="str"><f>A1&amp;"x"</f><v> ax </v></c><c r="G4" t="s"><v>2</v></c><c r="H4"/><c r="I4" t="e"><v>#N/A</v></c></row>`;
    const texts =
      '<si><t>one</t></si><si><r><t>tw</t></r><r><t>o</t></r><rPh><t>dos</t></rPh></si><si><t xml:space="preserve"> a_x000A_b </t></si>';
    const file = join(temporaryFolder(), 'b.xlsx');
    const cellsOf = async (workbook?: string): Promise<unknown> => {
      writeFileSync(file, workbookOf({ rows, styles, texts, ...(workbook !== undefined && { workbook }) }));
      const { headers, records } = await openTable(file);
      expect(headers).toEqual(['one', 'two']);
      const { value } = await records.next();
      await records.return(undefined);
      return value;
    };
    const day = new Date('2024-01-01');
    expect(await cellsOf()).toEqual({
      line: 4,
      cells: [day, new Date('2024-01-01T12:00'.concat('Z')), 1.5, true, 'ax', null, 'a\nb', null, '#N/A'],
    });
    const old = (workbookParts({ rows: '' })['xl/workbook.xml'] as string).replace(
      '<workbookPr/>',
      '<workbookPr date1904="1"/>',
    );
    expect(await cellsOf(old)).toMatchObject({
      cells: [new Date('2028-01-02'), expect.any(Date), 1.5, true, 'ax', null, 'a\nb', null, '#N/A'],
    });
  });
  it('a part that was changed on its way, or of which there are two, is refused', async () => {
    const good = workbookOf({ rows: SALES_ROWS });
    const parts = workbookParts({ rows: SALES_ROWS });
    const crc = Buffer.from(good);
    const directory = crc.lastIndexOf('xl/worksheets/sheet1.xml') - 46;
    crc.writeUInt32LE(1, directory + 16);
    expect((await read('crc.xlsx', crc)).code).toBe('IMPORT_UNREADABLE');
    expect((await read('none.xlsx', zipOf({ ...parts, 'xl/workbook.xml': '<workbook/>' }))).code).toBe(
      'IMPORT_UNREADABLE',
    );
    expect((await read('cut.xlsx', good.subarray(0, good.length - 100))).code).toBe('IMPORT_UNREADABLE');
    expect(
      (
        await read(
          'entity.xlsx',
          zipOf({ ...parts, 'xl/workbook.xml': '<!DOCTYPE w [<!ENTITY a "b">]><workbook>&a;</workbook>' }),
        )
      ).code,
    ).toBe('IMPORT_UNREADABLE');
  });
  it('names the sheets there are', async () => {
    const file = join(temporaryFolder(), 's.xlsx');
    writeFileSync(file, workbookOf({ rows: SALES_ROWS }));
    await expect(tableForm(file, { sheet: 'Enero' })).rejects.toMatchObject({
      code: 'IMPORT_SHEET_UNKNOWN',
      parameters: { sheets: 'Ventas' },
    });
    expect((await tableForm(file, { sheet: 'Ventas' })).headers).toHaveLength(5);
  });
});

describe('rows that are left out', () => {
  const bad = (rows: number): string =>
    HEAD + Array.from({ length: rows }, (_, i) => `2025-01-01,Ana,Piña,x${i},2,${'k'.repeat(200)}\n`).join('') + ROW;
  async function importing(options: ImportOptions): Promise<{ folder: string; files: string[]; rejected: number }> {
    const folder = temporaryFolder();
    const file = join(folder, 'v.csv');
    writeFileSync(file, bad(20_000));
    const workspace = await Workspace.open(join(folder, 'ws'));
    const [done] = (await workspace.importFiles([file], options)).files;
    await workspace.close();
    return {
      folder,
      files: readdirSync(folder).filter((name) => name.startsWith('v.csv.')),
      rejected: done?.rejected ?? 0,
    };
  }
  it('go to their file as they come, all of them, and to none in a dry run', async () => {
    const { folder, files, rejected } = await importing({ skipBad: true });
    expect([files, rejected]).toEqual([['v.csv.rejected.csv'], 20_000]);
    expect(readFileSync(join(folder, 'v.csv.rejected.csv'), 'utf8').split('\n')).toHaveLength(20_002);
    expect(await importing({ skipBad: true, dryRun: true })).toMatchObject({ files: [], rejected: 20_000 });
  });
});

it('no sentence about a file that cannot be read has room for a library’s words', () => {
  for (const [code, { en }] of Object.entries(errors))
    if (code.startsWith('IMPORT_')) expect(en, code).not.toContain('{detail}');
});
