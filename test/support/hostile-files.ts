/** Hostile sales files: mutations of an honest one by a seeded stream, and a list made by hand. */

import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { RandomStream } from '../../src/core/math/random.ts';

export interface HostileFile {
  readonly name: string;
  readonly content: Buffer;
}

const HONEST_TEXT = `fecha;tienda;producto;tipo;kg;precio;costo;oferta;agotado;merma
${Array.from({ length: 30 }, (_, i) => `${String(1 + (i % 28)).padStart(2, '0')}/0${1 + Math.floor(i / 28)}/2024;Ana;Tomate;Verdura;${10 + i},5;2,${10 + i};1,10;0;no;0,05`).join('\n')}
`;

export const HONEST = Buffer.from(HONEST_TEXT);

const FRAGMENTS = [
  '',
  ';',
  ',',
  '\t',
  '"',
  "'",
  '\r\n',
  '\n\n',
  '\u0000',
  '\uFEFF',
  '\u2028',
  'NaN',
  'Infinity',
  '-1',
  '1e308',
  '-1e-308',
  '9'.repeat(400),
  '0x10',
  '=1+1',
  '31/02/2024',
  '00/00/0000',
  '2024-13-45',
  '99999-01-01',
  '__proto__',
  'constructor',
  '💥',
  'ñ'.repeat(50),
  '1.234.567,89',
  '1,234,567.89',
  '--',
  '%',
  '€',
  '../../etc',
  '${',
  'true',
  '\\',
  '\u202E',
  '"unclosed',
];

/**
 * One mutation of the honest file: 1 to 8 insertions, deletions, replacements, repetitions or swaps of bytes. The same
 * number gives the same file.
 */
export function mutatedFile(number: number): HostileFile {
  const random = new RandomStream(number, 0x66757a7a);
  const whole = (below: number): number => Math.floor(random.uniform() * below);
  const content = mutated(HONEST, whole);
  const endings = ['csv', 'csv', 'csv', 'csv', 'txt', 'tsv', 'json', 'jsonl', 'xlsx', 'parquet', 'csv.gz'];
  const ending = endings[whole(endings.length)] as string;
  return { name: `mutated-${number}.${ending}`, content };
}

/** @param whole a whole number from 0, below the one given */
export function mutated(bytes: Buffer, whole: (below: number) => number): Buffer {
  const steps = 1 + whole(8);
  for (let s = 0; s < steps; s++) {
    const at = whole(bytes.length + 1);
    const length = whole(1 + whole(40));
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (whole(6)) {
      case 0:
        bytes = Buffer.concat([before, Buffer.from(FRAGMENTS[whole(FRAGMENTS.length)] as string), after]);
        break;
      case 1:
        bytes = Buffer.concat([before, after.subarray(length)]);
        break;
      case 2:
        bytes = Buffer.concat([before, Buffer.from(Array.from({ length }, () => whole(256))), after.subarray(length)]);
        break;
      case 3:
        bytes = Buffer.concat([
          before,
          ...Array.from({ length: 1 + whole(20) }, () => after.subarray(0, length)),
          after,
        ]);
        break;
      case 4:
        bytes = Buffer.concat([
          before,
          Buffer.from(FRAGMENTS[whole(FRAGMENTS.length)] as string),
          after.subarray(length),
        ]);
        break;
      default:
        bytes = Buffer.concat([after.subarray(0, length), before, after.subarray(length)]);
    }
  }
  return bytes;
}

/** 200 files made by hand: twenty kinds of trouble, each in ten ways of writing a file. */
export function handmadeFiles(): HostileFile[] {
  const head = ['fecha', 'tienda', 'producto', 'kg', 'precio'];
  const row = ['2024-01-02', 'Ana', 'Tomate', '3', '2.5'];
  const troubles: Readonly<Record<string, readonly (readonly string[])[]>> = {
    empty: [],
    'header-only': [head],
    'no-date': [head.slice(1), row.slice(1)],
    'no-quantity': [head.toSpliced(3, 1), row.toSpliced(3, 1)],
    'text-in-number': [head, row.with(3, 'tres')],
    'mixed-marks': [head, row.with(3, '1.234,5'), row.with(0, '2024-01-03').with(3, '1,234.5')],
    'impossible-date': [head, row.with(0, '2024-02-31')],
    'far-date': [head, row.with(0, '2999-01-01'), row.with(0, '1850-01-01')],
    negative: [head, row.with(3, '-4')],
    'free-sale': [head, row.with(4, '0')],
    nul: [head, row.with(2, 'To\u0000mate')],
    'formula-names': [head, row.with(2, '=HYPERLINK("http://x")')],
    'prototype-names': [
      [...head, '__proto__', 'constructor'],
      [...row, '1', '2'],
    ],
    'doubled-header': [
      [...head, 'kg'],
      [...row, '9'],
    ],
    'ragged-rows': [head, row.slice(0, 3), [...row, 'x', 'y', 'z']],
    'many-columns': [
      [...head, ...Array.from({ length: 10_000 }, (_, i) => `c${i}`)],
      [...row, ...Array.from({ length: 10_000 }, () => '1')],
    ],
    'huge-numbers': [head, row.with(3, '9'.repeat(309)), row.with(4, '1e999')],
    'not-a-number': [head, row.with(3, 'NaN'), row.with(4, 'Infinity')],
    'long-name': [head, row.with(2, 'T'.repeat(100_000))],
    'right-to-left': [head, row.with(2, '\u202Egnp.exe\u2066')],
  };
  const text = (rows: readonly (readonly string[])[], separator: string, end: string): string =>
    rows
      .map((cells) =>
        cells
          .map((c) => (/["\n]/.test(c) || c.includes(separator) ? `"${c.replaceAll('"', '""')}"` : c))
          .join(separator),
      )
      .join(end);
  const records = (rows: readonly (readonly string[])[]): Record<string, string>[] =>
    rows.slice(1).map((cells) => Object.fromEntries(cells.map((c, i) => [rows[0]?.[i] ?? `x${i}`, c])));
  const files: HostileFile[] = [];
  for (const [trouble, rows] of Object.entries(troubles)) {
    const plain = text(rows, ',', '\n');
    const ways: Readonly<Record<string, Buffer>> = {
      'comma.csv': Buffer.from(plain),
      'semicolon.csv': Buffer.from(text(rows, ';', '\r\n')),
      'tab.tsv': Buffer.from(text(rows, '\t', '\n')),
      'bom.csv': Buffer.from(`\uFEFF${plain}\n\n\n`),
      'latin1.csv': iconv.encode(`${plain}\n`, 'latin1'),
      'utf16.csv': iconv.encode(plain, 'utf16'),
      'gzip.csv.gz': gzipSync(plain),
      'list.json': Buffer.from(JSON.stringify(records(rows))),
      'lines.jsonl': Buffer.from(
        records(rows)
          .map((r) => JSON.stringify(r))
          .join('\n'),
      ),
      'false.xlsx': Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.from(plain)]),
    };
    for (const [way, content] of Object.entries(ways)) files.push({ name: `${trouble}-${way}`, content });
  }
  return files;
}
