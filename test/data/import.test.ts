import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { ImportOptions } from '../../src/workspace.ts';
import { Workspace } from '../../src/workspace.ts';
import { temporaryFolder } from '../support/temporary.ts';

const HEAD = 'fecha;tienda;producto;tipo;kg;precio\n';
const GOOD = `${HEAD}13/02/2024;Ana;Tomate;Verdura;12,5;1.234,50\n14/02/2024;Ana;Tomate;Verdura;10;2,10\n`;

async function importing(content: string | Buffer, options: ImportOptions = {}, name = 'ventas.csv') {
  const folder = temporaryFolder();
  const file = join(folder, name);
  writeFileSync(file, content);
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  try {
    const document = await workspace.importFiles([file], options);
    const again = await workspace.importFiles([file], options);
    return {
      first: document.files[0] as (typeof document.files)[number],
      again: again.files[0] as (typeof again.files)[number],
      file,
    };
  } finally {
    await workspace.close();
  }
}

async function refusal(
  content: string | Buffer,
  options: ImportOptions = {},
  name = 'ventas.csv',
): Promise<{ code: string; message: string }> {
  try {
    await importing(content, options, name);
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message };
  }
  throw new RangeError('the import was accepted');
}

describe('import of honest files', () => {
  it('reads Spanish headers, decimal commas and dd/mm/yyyy, and is idempotent', async () => {
    const { first, again } = await importing(GOOD);
    expect(first).toMatchObject({
      kind: 'sales',
      accepted: 2,
      rejected: 0,
      replaced: 0,
      merchants: 1,
      products: 1,
      from: '2024-02-13',
      to: '2024-02-14',
    });
    expect(again).toMatchObject({ accepted: 0, replaced: 0, sameAs: first.batchId });
  });
  it('reads Windows-1252, a byte order mark, gzip and JSON lines', async () => {
    const text = 'fecha,comerciante,artículo,cantidad,precio\n2024-01-01,Peña,Piña,3,2.5\n';
    for (const [bytes, name] of [
      [iconv.encode(text, 'windows-1252'), 'a.csv'],
      [Buffer.from(`\uFEFF${text}`), 'b.csv'],
      [gzipSync(text), 'c.csv.gz'],
      [Buffer.from('{"date":"2024-01-01","merchant":"Peña","product":"Piña","quantity":3,"price":2.5}\n'), 'd.jsonl'],
      [Buffer.from('[{"date":"2024-01-01","merchant":"Peña","product":"Piña","quantity":3,"price":2.5}]'), 'e.json'],
    ] as const) {
      expect((await importing(bytes, {}, name)).first, name).toMatchObject({ accepted: 1, rejected: 0 });
    }
  });
  it('adds tickets of one day up, with the quantity-weighted price', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'tickets.csv');
    writeFileSync(
      file,
      'date,merchant,product,quantity,price,sold out\n2024-01-01,A,B,1,2,no\n2024-01-01,A,B,3,4,yes\n',
    );
    const workspace = await Workspace.open(join(folder, 'ws'));
    await workspace.importFiles([file]);
    await workspace.train({});
    const { observed } = await workspace.show('A', 'B');
    await workspace.close();
    expect(observed).toEqual([{ date: '2024-01-01', price: 3.5, quantity: 4 }]);
  });
  it('takes a product whose type has another name since', async () => {
    const folder = temporaryFolder();
    const workspace = await Workspace.open(join(folder, 'ws'));
    const types: (string | null)[] = [];
    for (const type of ['Verdura', 'Fruta', 'Verdura']) {
      writeFileSync(join(folder, 'v.csv'), `fecha;tienda;producto;tipo;kg;precio\n13/02/2024;Ana;Tomate;${type};1;2\n`);
      await workspace.importFiles([join(folder, 'v.csv')]);
      types.push((await workspace.overview.products(null, { limit: 1 })).items[0]?.productType ?? null);
    }
    await workspace.close();
    expect(types).toEqual(['Verdura', 'Fruta', 'Verdura']);
  });
  it('writes nothing on a dry run', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'v.csv');
    writeFileSync(file, GOOD);
    const workspace = await Workspace.open(join(folder, 'ws'));
    expect((await workspace.importFiles([file], { dryRun: true })).files[0]).toMatchObject({ accepted: 2 });
    await expect(workspace.recommend({})).rejects.toMatchObject({ code: 'WORKSPACE_EMPTY' });
    await workspace.close();
  });
  it('imports the good rows with skipBad and writes the others to a file', async () => {
    const { first, file } = await importing(`${GOOD}15/02/2024;Ana;Tomate;Verdura;uno;2\n`, { skipBad: true });
    expect(first).toMatchObject({ accepted: 2, rejected: 1 });
    expect(first.issues[0]).toMatchObject({ line: 4, column: 'kg', code: 'IMPORT_NUMBER_INVALID' });
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(`${file}.rejected.csv`, 'utf8')).toContain('15/02/2024');
  });
});

describe('import of bad files says what, where and what to do', () => {
  it.each([
    ['an empty file', '', 'IMPORT_EMPTY', /empty/],
    ['headers only', HEAD, 'IMPORT_NO_ROWS', /headers only/],
    [
      'a missing column',
      'fecha;tienda;producto;bultos;precio\n13/02/2024;A;B;1;2\n',
      'IMPORT_MISSING_COLUMN',
      /quantity=bultos/,
    ],
    ['text in a number', `${HEAD}13/02/2024;A;B;C;doce;2\n`, 'IMPORT_REJECTED', /doce.*:2, column kg/s],
    ['a date that does not exist', `${GOOD}31/02/2024;A;B;C;1;2\n`, 'IMPORT_REJECTED', /31\/02\/2024/],
    ['no date that exists', `${HEAD}31/02/2024;A;B;C;1;2\n`, 'IMPORT_NO_DATES', /31\/02\/2024/],
    ['quantities of which most are negative', `${HEAD}13/02/2024;A;B;C;-1;2\n`, 'IMPORT_MOSTLY_NEGATIVE', /column kg/],
    ['a negative price', `${HEAD}13/02/2024;A;B;C;1;-2\n`, 'IMPORT_REJECTED', /cannot be negative/],
    ['a price of 0', `${HEAD}13/02/2024;A;B;C;1;0\n`, 'IMPORT_REJECTED', /above 0/],
    ['NUL bytes', Buffer.from('fecha,tienda\u0000\n1,2'), 'IMPORT_BINARY', /NUL/],
    ['a line without an end', `${HEAD}${'x'.repeat(2_000_000)}`, 'IMPORT_LINE_TOO_LONG', /line ends/],
    [
      '10,000 columns',
      `${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\n1\n`,
      'IMPORT_TOO_MANY_COLUMNS',
      /10000/,
    ],
    ['a binary', Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 256)), 'IMPORT_BINARY', /text file/],
  ])('%s', async (_, content, code, words) => {
    const found = await refusal(content);
    expect(found.code).toBe(code);
    expect(found.message).toMatch(words);
  });
  it('a folder without a file and a file that is not there', async () => {
    const folder = temporaryFolder();
    const workspace = await Workspace.open(join(folder, 'ws'));
    mkdirSync(join(folder, 'empty'));
    await expect(workspace.importFiles([join(folder, 'empty')])).rejects.toMatchObject({ code: 'DATASET_EMPTY' });
    await expect(workspace.importFiles([join(folder, 'nada.csv')])).rejects.toMatchObject({ code: 'IMPORT_NO_FILE' });
    await workspace.close();
  });
  it('an XLSX bomb, by what it declares and by what it holds', async () => {
    const zeros = deflateRawSync(Buffer.alloc(4_000_000));
    expect(await refusal(zipOf(zeros, 2_000_000_000), {}, 'bomb.xlsx')).toMatchObject({ code: 'IMPORT_TOO_LARGE' });
    expect(await refusal(zipOf(zeros, 1_000), {}, 'liar.xlsx')).toMatchObject({ code: 'IMPORT_UNREADABLE' });
  });
  it('a column name in --map that is not there', async () => {
    expect(await refusal(GOOD, { map: { quantity: 'kgs' } })).toMatchObject({
      code: 'IMPORT_MAP_COLUMN',
      message: expect.stringContaining('"kg"'),
    });
    expect(await refusal(GOOD, { map: { quantitty: 'kg' } })).toMatchObject({
      code: 'IMPORT_MAP_FIELD',
      message: expect.stringContaining('quantity'),
    });
  });
});

/** A zip of one deflated part that declares a size of its own choosing. */
function zipOf(data: Buffer, declared: number): Buffer {
  const name = Buffer.from('xl/worksheets/sheet1.xml');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(declared, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(data.length, 20);
  central.writeUInt32LE(declared, 24);
  central.writeUInt16LE(name.length, 28);
  const start = 30 + name.length + data.length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(start, 16);
  return Buffer.concat([local, name, data, central, name, end]);
}
