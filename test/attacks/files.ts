/** Files that ask for more time or memory than they are worth, or that no program wrote. */

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { errors } from '../../src/errors/table.ts';
import { parquetSales } from '../support/parquet-files.ts';
import { childrenMegabytes } from '../support/peak-memory.ts';
import { processesOf, SHOWS_PROCESSES } from '../support/processes.ts';
import { text as cell, number, SALES_ROWS, workbookOf, workbookParts, zipOf } from '../support/workbooks.ts';
import { type Attack, expectNoInside, expectRefused, type Site, upload } from './site.ts';

const HEAD = 'date,merchant,product,quantity,price\n';
const ROW = '2025-01-01,Ana,Piña,1,2\n';
const LONG_ROW = `2025-01-01,Ana,Piña,1,2,${'x'.repeat(400)}\n`;
const JSON_ROW = '{"date":"2025-01-01","merchant":"Ana","product":"Piña","quantity":1,"price":2}';
const sheet = (rows: string): Buffer => workbookOf({ rows: SALES_ROWS + rows });
const outside = (place: string): Buffer => sheet(`<row r="5">${number(place, 1)}</row>`);
const wide = Array.from({ length: 1_001 }, (_, i) => `c${i}`);

/** A Parquet file with some bytes changed: in its pages, its names or its footer. */
function changed(places: Readonly<Record<number, number>>, codec: 'SNAPPY' | 'UNCOMPRESSED' = 'SNAPPY'): Buffer {
  const bytes = Buffer.from(parquetSales(120, { codec }));
  for (const [at, by] of Object.entries(places)) bytes[(Number(at) + bytes.length) % bytes.length] = by;
  return bytes;
}

/** In the first place where a text stands in it, another of the same length. */
function renamed(from: string, to: string): Buffer {
  const bytes = Buffer.from(parquetSales(120));
  bytes.write(to, bytes.lastIndexOf(from), 'latin1');
  return bytes;
}

/** Above it a file hangs; the machine may be shared. */
const MOST_CPU_MS = 15_000;

type Code = keyof typeof errors;
/** What a damaged page says of itself may take its reader longer than it is given. */
const DAMAGED = ['IMPORT_UNREADABLE', 'IMPORT_TOO_SLOW'] as const;
/** By name: what it holds, and what it may be answered; none: it is an honest one that must go on being read. */
const HOSTILE: Readonly<Record<string, readonly [content: string | Buffer, ...codes: Code[]]>> = {
  'row-beyond.xlsx': [outside('A1048577'), 'IMPORT_CELL_OUTSIDE'],
  'row-million.xlsx': [outside('A9000001'), 'IMPORT_CELL_OUTSIDE'],
  'row-billion.xlsx': [outside('B888888888'), 'IMPORT_CELL_OUTSIDE'],
  'row-2-to-32.xlsx': [outside('A4294967297'), 'IMPORT_CELL_OUTSIDE'],
  'row-2-to-64.xlsx': [outside('A18446744073709551617'), 'IMPORT_CELL_OUTSIDE', 'IMPORT_CELL_DAMAGED'],
  'column-beyond.xlsx': [outside('XFE5'), 'IMPORT_CELL_OUTSIDE'],
  'column-1001.xlsx': [outside('ALM5'), 'IMPORT_CELL_OUTSIDE'],
  'column-letters.xlsx': [outside('AAAAAAAA5'), 'IMPORT_CELL_OUTSIDE'],
  'column-and-row.xlsx': [outside('YYYY900000000'), 'IMPORT_CELL_OUTSIDE'],
  'row-claimed.xlsx': [sheet('<row r="777777777"/>'), 'IMPORT_CELL_OUTSIDE'],
  'row-zero.xlsx': [outside('A0'), 'IMPORT_CELL_DAMAGED', 'IMPORT_CELL_OUTSIDE'],
  'row-negative.xlsx': [outside('A-5'), 'IMPORT_CELL_DAMAGED'],
  'row-exponent.xlsx': [outside('A1e9'), 'IMPORT_CELL_DAMAGED'],
  'place-missing.xlsx': [outside('5A'), 'IMPORT_CELL_DAMAGED'],
  'place-twice.xlsx': [sheet(`<row r="5">${number('A5', 1)}${number('A5', 2)}</row>`), 'IMPORT_CELL_DAMAGED'],
  'text-missing.xlsx': [sheet('<row r="5"><c r="B5" t="s"><v>99999999</v></c></row>'), 'IMPORT_CELL_DAMAGED'],
  'text-negative.xlsx': [sheet('<row r="5"><c r="B5" t="s"><v>-1</v></c></row>'), 'IMPORT_CELL_DAMAGED'],
  'format-missing.xlsx': [sheet(`<row r="5">${number('B5', 1, ' s="99999"')}</row>`), 'IMPORT_CELL_DAMAGED'],
  'type-none.xlsx': [sheet('<row r="5"><c r="B5" t="proto"><v>1</v></c></row>'), 'IMPORT_CELL_DAMAGED'],
  'entities.xlsx': [
    zipOf({
      ...workbookParts({ rows: SALES_ROWS }),
      'xl/workbook.xml': '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>',
    }),
    'IMPORT_UNREADABLE',
  ],
  'outside-entity.xlsx': [
    zipOf({
      ...workbookParts({ rows: SALES_ROWS }),
      'xl/worksheets/sheet1.xml': '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>',
    }),
    'IMPORT_UNREADABLE',
  ],
  'no-sheet.xlsx': [zipOf({ ...workbookParts({ rows: '' }), 'xl/workbook.xml': '<workbook/>' }), 'IMPORT_UNREADABLE'],
  'no-part.xlsx': [zipOf({ 'a.txt': 'x' }), 'IMPORT_UNREADABLE'],
  'path-part.xlsx': [zipOf({ '../../../../tmp/evil.xml': 'x' }), 'IMPORT_UNREADABLE'],
  'cut.xlsx': [sheet('').subarray(0, 900), 'IMPORT_UNREADABLE', 'IMPORT_CUT_SHORT'],
  'declared.xlsx': [
    zipOf(workbookParts({ rows: SALES_ROWS }), { 'xl/worksheets/sheet1.xml': 4_000_000_000 }),
    'IMPORT_TOO_LARGE',
    'IMPORT_TOO_PACKED',
    'IMPORT_UNREADABLE',
  ],
  'packed.xlsx': [workbookOf({ rows: `${SALES_ROWS}${'<row/>'.repeat(6_000_000)}` }), 'IMPORT_TOO_PACKED'],
  'long-cell.xlsx': [
    sheet(`<row r="5">${cell('A5', 'ab'.repeat(2_000_000))}</row>`),
    'IMPORT_LINE_TOO_LONG',
    'IMPORT_TOO_PACKED',
  ],
  'gap.xlsx': [
    sheet(`<row r="1048576">${cell('A1048576', '2025-01-09')}${cell('B1048576', 'Ana')}</row>`),
    'IMPORT_REJECTED',
  ],
  'blank.csv.gz': [gzipSync(HEAD + '\n'.repeat(4e7)), 'IMPORT_BLANK', 'IMPORT_TOO_PACKED'],
  'blank.csv': [HEAD + '\r\n'.repeat(5e6), 'IMPORT_BLANK'],
  'spaces.csv.gz': [gzipSync(HEAD + ' '.repeat(6e7)), 'IMPORT_LINE_TOO_LONG', 'IMPORT_TOO_PACKED'],
  'same.csv.gz': [gzipSync(HEAD + LONG_ROW.repeat(100_000)), 'IMPORT_TOO_PACKED'],
  'twice.csv.gz': [gzipSync(gzipSync(HEAD + ROW)), 'IMPORT_BINARY', 'IMPORT_UNREADABLE'],
  'cut.csv.gz': [gzipSync(HEAD + ROW).subarray(0, 40), 'IMPORT_CUT_SHORT', 'IMPORT_UNREADABLE'],
  // Told by its bytes, not by its ending.
  'not-packed.csv.gz': [HEAD + ROW],
  'no-end.csv': [HEAD + 'x'.repeat(2e7), 'IMPORT_LINE_TOO_LONG'],
  'open-quote.csv': [`${HEAD}"${'x\n'.repeat(5e6)}`, 'IMPORT_QUOTE'],
  'columns.csv': [`${wide.join()}\n1\n`, 'IMPORT_TOO_MANY_COLUMNS'],
  'header.csv': [`date,${'h'.repeat(501)}\n1,2\n`, 'IMPORT_HEADER_TOO_LONG'],
  'nul.csv': [Buffer.concat([Buffer.from(HEAD), Buffer.alloc(5_000)]), 'IMPORT_BINARY'],
  'no-name.csv': [`,,,,\n${ROW}`, 'IMPORT_MISSING_COLUMN'],
  'quantity-1e308.csv': [`${HEAD}2025-01-01,Ana,Piña,1e308,2\n`, 'IMPORT_REJECTED'],
  'quantity-nan.csv': [`${HEAD}2025-01-01,Ana,Piña,NaN,2\n`, 'IMPORT_REJECTED'],
  'quantity-infinite.csv': [`${HEAD}2025-01-01,Ana,Piña,Infinity,2\n`, 'IMPORT_REJECTED'],
  'quantity-negative.csv': [`${HEAD}2025-01-01,Ana,Piña,-0.0001,2\n`, 'IMPORT_MOSTLY_NEGATIVE'],
  'price-zero.csv': [`${HEAD}2025-01-01,Ana,Piña,1,0\n`, 'IMPORT_REJECTED'],
  'day-none.csv': [`${HEAD}2025-02-30,Ana,Piña,1,2\n`, 'IMPORT_NO_DATES'],
  'day-far.csv': [`${HEAD}9999-12-31,Ana,Piña,1,2\n`, 'IMPORT_REJECTED'],
  'name-long.csv': [`${HEAD}2025-01-01,Ana,${'P'.repeat(501)},1,2\n`, 'IMPORT_REJECTED'],
  'null.json': ['[null]', 'IMPORT_JSON_ROW'],
  'null-later.json': [`[${JSON_ROW},null]`, 'IMPORT_JSON_ROW'],
  'true.json': ['[true]', 'IMPORT_JSON_ROW'],
  'lists.json': ['[[[1]]]', 'IMPORT_JSON_ROW'],
  'object.json': [JSON_ROW, 'IMPORT_JSON_SHAPE'],
  'text.json': ['"sales"', 'IMPORT_JSON_SHAPE'],
  'deep.json': ['['.repeat(2_000_000), 'IMPORT_TOO_DEEP'],
  'deep-value.json': [`[{"date":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}]`, 'IMPORT_TOO_DEEP'],
  'long.json': [`[{"date":"${'x'.repeat(1.5e7)}"}]`, 'IMPORT_LINE_TOO_LONG'],
  'cut.json': [`[${JSON_ROW},`, 'IMPORT_CUT_SHORT', 'IMPORT_JSON_DAMAGED'],
  'wide.json': [`[${JSON.stringify(Object.fromEntries(wide.map((c) => [c, 1])))}]`, 'IMPORT_TOO_MANY_COLUMNS'],
  'proto.json': ['[{"__proto__":{"date":"2025-01-01"}}]', 'IMPORT_MISSING_COLUMN'],
  'null.jsonl': ['null\n', 'IMPORT_JSON_ROW'],
  'number.jsonl': [`${JSON_ROW}\n7\n`, 'IMPORT_JSON_ROW'],
  'long.jsonl': [`{"date":"${'x'.repeat(1.5e7)}"}`, 'IMPORT_LINE_TOO_LONG'],
  'deep.jsonl': [`{"date":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, 'IMPORT_TOO_DEEP'],
  'cut.jsonl.gz': [gzipSync(`${JSON_ROW}\n{"date":`), 'IMPORT_JSON_DAMAGED', 'IMPORT_CUT_SHORT'],
  'page.parquet': [changed({ 60: 0xff, 61: 0xff }), ...DAMAGED, 'IMPORT_REJECTED'],
  'pages.parquet': [changed({ 30: 0xfb, 200: 0xfb, 400: 0xfb, 600: 0xfb }), ...DAMAGED, 'IMPORT_REJECTED'],
  'footer.parquet': [changed({ '-40': 0xff, '-60': 0xff, '-80': 0xff }), ...DAMAGED, 'IMPORT_MISSING_COLUMN'],
  'footer-length.parquet': [changed({ '-8': 0xff, '-7': 0xff, '-6': 0xff, '-5': 0x7f }), 'IMPORT_UNREADABLE'],
  'footer-none.parquet': [changed({ '-8': 0, '-7': 0, '-6': 0, '-5': 0 }), 'IMPORT_UNREADABLE'],
  'name.parquet': [renamed('price', 'p\u00fbice'), 'IMPORT_UNREADABLE', 'IMPORT_MISSING_COLUMN'],
  'mark.parquet': [changed({ 0: 0 }), 'IMPORT_UNREADABLE', 'IMPORT_BINARY'],
  'cut.parquet': [parquetSales(120).subarray(0, 700), 'IMPORT_UNREADABLE', 'IMPORT_CUT_SHORT'],
  'text.parquet': ['PAR1 and then nothing of Parquet PAR1', 'IMPORT_UNREADABLE'],
  'honest.csv': [HEAD + ROW],
  'honest.parquet': [parquetSales(120)],
  'honest.xlsx': [sheet('')],
};

interface Line {
  readonly name: string;
  readonly ms: number;
  readonly cpuMs: number;
  readonly outcome: 'accepted' | 'refused' | 'crash';
  readonly code?: Code;
  readonly en?: string;
  readonly es?: string;
  readonly message?: string;
}
interface Read {
  readonly lines: readonly Line[];
  readonly megabytes: number;
  readonly unhandled: number;
}

let reading: Promise<Read> | null = null;
/** All of them in one process, by the library. */
function read({ folder }: Site): Promise<Read> {
  reading ??= readAll(folder);
  return reading;
}

async function readAll(folder: string): Promise<Read> {
  mkdirSync(join(folder, 'files'));
  for (const [name, [content]] of Object.entries(HOSTILE)) writeFileSync(join(folder, 'files', name), content);
  const child = spawn(process.execPath, [
    join(import.meta.dirname, '../support/import-hostile.ts'),
    folder,
    'given',
    '0',
    '0',
  ]);
  let children = 0;
  const watching = setInterval(() => {
    children = Math.max(children, childrenMegabytes(child.pid as number));
  }, 50);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  clearInterval(watching);
  expect(err).toBe('');
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { peakMegabytes, unhandled } = lines.pop();
  return { lines, megabytes: Math.max(peakMegabytes, children), unhandled };
}

/** Refused in a sentence that names the file, within a few seconds; an honest one is read. */
function byLibrary(name: string, codes: readonly Code[]): Attack {
  return {
    name: `${name}, from the user’s own machine`,
    fails: async (site) => {
      const line = (await read(site)).lines.find((each) => each.name === name) as Line;
      expect(line.outcome, line.message).toBe(codes.length === 0 ? 'accepted' : 'refused');
      expect(line.cpuMs).toBeLessThan(MOST_CPU_MS);
      if (line.outcome === 'accepted') return;
      expect(codes, line.en).toContain(line.code);
      for (const told of [line.en, line.es]) {
        expect(told).toContain(name);
        expect(told).not.toMatch(/undefined|\{\w+\}/);
      }
      // No sentence of a library has a place in it.
      expect(errors[line.code as Code].en).not.toContain('{detail}');
    },
  };
}

/** The same door from the network: no 500, nothing kept, and the next upload works. */
function byUpload(name: string): Attack {
  const [content, ...codes] = HOSTILE[name] as (typeof HOSTILE)[string];
  return {
    name: `${name}, over the network`,
    fails: async ({ aurora }) => {
      const seen = await aurora('POST', '/api/imports', upload(content, name));
      expect(seen.status, seen.text).toBe(201);
      expectNoInside(seen.text);
      const found = seen.json.problem?.code ?? (seen.json.rejected > 0 ? 'IMPORT_REJECTED' : null);
      // Aurora's key takes Aurora's rows only.
      expect([...codes, 'IMPORT_REJECTED']).toContain(found);
      const done = await aurora('POST', `/api/imports/${seen.json.importId}/commit`, {});
      expect([413, 422]).toContain(done.status);
      expectNoInside(done.text);
      expect((await aurora('DELETE', `/api/imports/${seen.json.importId}`)).status).toBe(200);
    },
  };
}

/** What is no upload at all. */
function malformed(what: string, contentType: string, body: string): Attack {
  return {
    name: `an upload with ${what}`,
    fails: async ({ served }) => {
      const key = await served.key(['train'], null);
      const headers = { authorization: `Bearer ${key}`, 'content-type': contentType };
      const answer = await fetch(`${served.url}/api/imports`, { method: 'POST', headers, body });
      const told = await answer.text();
      expect([400, 415], told).toContain(answer.status);
      expectNoInside(told);
    },
  };
}

const FORM = 'multipart/form-data; boundary=abc';
const part = (disposition: string, content: string): string =>
  `--abc\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n--abc--\r\n`;

export const FILES: readonly Attack[] = [
  ...Object.entries(HOSTILE).map(([name, [, ...codes]]) => byLibrary(name, codes)),
  {
    name: 'all of them together, in memory and in promises that nobody waits for',
    fails: async (site) => {
      const { megabytes, unhandled } = await read(site);
      expect(megabytes).toBeLessThan(512);
      expect(unhandled).toBe(0);
    },
  },
  ...['row-billion.xlsx', 'column-and-row.xlsx', 'declared.xlsx', 'packed.xlsx', 'entities.xlsx'].map(byUpload),
  ...['blank.csv.gz', 'same.csv.gz', 'open-quote.csv', 'nul.csv', 'null.json', 'deep.json', 'long.jsonl'].map(byUpload),
  ...['pages.parquet', 'name.parquet', 'footer-length.parquet', 'text.parquet'].map(byUpload),
  {
    name: 'a refused Parquet file that leaves its process behind',
    fails: async ({ aurora, served }) => {
      if (!SHOWS_PROCESSES) return;
      const content = HOSTILE['footer-length.parquet']?.[0] as Buffer;
      const { importId } = (await aurora('POST', '/api/imports', upload(content, 'a.parquet'))).json;
      await aurora('POST', `/api/imports/${importId}/commit`, {});
      const uploads = join(served.folder, 'uploads');
      await expect.poll(() => processesOf('parquet-process', uploads), { timeout: 20_000 }).toEqual([]);
    },
  },
  {
    name: 'a file name that leads out of the folder, or acts',
    fails: async ({ aurora }) => {
      for (const name of ['../../../../etc/cron.d/x.csv', '..\\..\\x.csv', 'a\u001b[31m.csv', '\u202Evsc.csv']) {
        const seen = await aurora('POST', '/api/imports', upload(`fecha,producto,kg,precio\n2026-01-01,P,1,2\n`, name));
        expect(seen.status, seen.text).toBe(201);
        expect(seen.json.fileName).not.toMatch(/[\\/\p{C}]/u);
        await aurora('DELETE', `/api/imports/${seen.json.importId}`);
      }
    },
  },
  {
    name: 'an import id that leads out of the folder',
    fails: async ({ aurora }) => {
      for (const id of ['..', '%2e%2e%2f%2e%2e', '..%2f..%2fdemanda.sqlite', '%00'])
        expect((await aurora('POST', `/api/imports/${id}/commit`, {})).status).toBeLessThan(500);
      expectRefused(await aurora('DELETE', '/api/imports/uploads'), 404, 'IMPORT_UNKNOWN');
    },
  },
  malformed('no boundary', 'multipart/form-data', 'x'),
  malformed('a boundary of 9,000 bytes', `multipart/form-data; boundary=${'b'.repeat(9_000)}`, 'x'),
  malformed(
    'a part that was cut',
    FORM,
    '--abc\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nd',
  ),
  malformed('a field instead of a file', FORM, part('name="file"', 'plain')),
  malformed('a field called __proto__', FORM, part('name="__proto__"; filename="a.csv"', 'x')),
  malformed('no part', FORM, '--abc--\r\n'),
  malformed('text instead of a form', 'text/csv', HEAD + ROW),
];
