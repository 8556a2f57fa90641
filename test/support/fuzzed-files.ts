/**
 * Files of every format that sales come in, each an honest one changed by a seeded stream: its bytes, or what it holds
 * before it is packed. The same number gives the same file.
 */

import { gzipSync } from 'node:zlib';
import { RandomStream } from '../../src/core/math/random.ts';
import { HONEST, type HostileFile, mutated } from './hostile-files.ts';
import { parquetSales } from './parquet-files.ts';
import { number, SALES_ROWS, text, workbookParts, zipOf } from './workbooks.ts';

export const FUZZ_SEED = 0x66696c65;

const ROWS = Array.from({ length: 30 }, (_, i) => ({
  date: `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
  merchant: 'Ana',
  product: 'Piña',
  quantity: i + 0.5,
  price: 2.5,
}));
const JSON_LIST = Buffer.from(JSON.stringify(ROWS));
const JSON_LINES = Buffer.from(ROWS.map((row) => JSON.stringify(row)).join('\n'));
const WORKBOOK = workbookParts({
  rows: `${SALES_ROWS}<row r="5">${number('A5', 45_000, ' s="1"')}<c r="B5" t="s"><v>0</v></c>${text('C5', 'Kiwi')}${number('D5', 1)}${number('E5', 2)}</row>`,
  before: '<dimension ref="A1:E5"/>',
  behind: '<mergeCells count="1"><mergeCell ref="G1:H1"/></mergeCells>',
  texts: '<si><t>Ana</t></si><si><r><t>Ber</t></r><r><t>ta</t></r></si>',
  styles:
    '<numFmts><numFmt numFmtId="165" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="165"/></cellXfs>',
});
const PARQUET = [
  parquetSales(120),
  parquetSales(120, { codec: 'UNCOMPRESSED' }),
  parquetSales(120, { rowGroupSize: 30 }),
];

type Draw = (below: number) => number;

/** Claims of places, counts and lengths are what readers believe: digits are drawn more often than other bytes. */
function withOtherDigits(content: Buffer, draw: Draw): Buffer {
  const source = content.toString('latin1');
  const places = [...source.matchAll(/\d+/g)];
  const place = places[draw(places.length)];
  if (!place) return content;
  const claims = [
    '0',
    '-1',
    '9',
    '1048577',
    '9000000',
    '999999999',
    '4294967296',
    '1e9',
    `${'9'.repeat(30)}`,
    `${place[0]}0`,
  ];
  const other = claims[draw(claims.length)] as string;
  return Buffer.from(source.slice(0, place.index) + other + source.slice(place.index + place[0].length), 'latin1');
}

const FORMATS: readonly ((draw: Draw) => { readonly ending: string; readonly content: Buffer })[] = [
  (draw) => ({ ending: 'csv', content: mutated(HONEST, draw) }),
  (draw) => ({ ending: 'json', content: draw(3) === 0 ? withOtherDigits(JSON_LIST, draw) : mutated(JSON_LIST, draw) }),
  (draw) => ({
    ending: 'jsonl',
    content: draw(3) === 0 ? withOtherDigits(JSON_LINES, draw) : mutated(JSON_LINES, draw),
  }),
  (draw) => {
    const [ending, content] = [
      ['csv.gz', HONEST],
      ['json.gz', JSON_LIST],
      ['jsonl.gz', JSON_LINES],
    ][draw(3)] as [string, Buffer];
    return { ending, content: draw(2) === 0 ? gzipSync(mutated(content, draw)) : mutated(gzipSync(content), draw) };
  },
  (draw) => {
    const names = Object.keys(WORKBOOK);
    const name = names[draw(names.length + 2)] ?? 'xl/worksheets/sheet1.xml';
    const part = Buffer.from(WORKBOOK[name] as string);
    const changed = draw(2) === 0 ? withOtherDigits(part, draw) : mutated(part, draw);
    return {
      ending: 'xlsx',
      content: draw(4) === 0 ? mutated(zipOf(WORKBOOK), draw) : zipOf({ ...WORKBOOK, [name]: changed }),
    };
  },
  (draw) => {
    const content = Buffer.from(PARQUET[draw(PARQUET.length)] as Buffer);
    // Few bytes, and the marks at both ends kept: what is changed more is refused before anything of it is believed.
    const changes = 1 + draw(3);
    for (let c = 0; c < changes; c++) content[4 + draw(content.length - 8)] = draw(256);
    return { ending: 'parquet', content: draw(6) === 0 ? mutated(content, draw) : content };
  },
];
/** A Parquet file costs a process: one in nine. */
const TURNS = [0, 4, 1, 3, 0, 2, 4, 3, 5];

export function fuzzedFile(index: number): HostileFile {
  const random = new RandomStream(index, FUZZ_SEED);
  const draw: Draw = (below) => Math.floor(random.uniform() * below);
  const { ending, content } = (FORMATS[TURNS[index % TURNS.length]] as (typeof FORMATS)[number])(draw);
  return { name: `fuzzed-${index}.${ending}`, content };
}
