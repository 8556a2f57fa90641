/** Workbooks and zips, put together part by part so that a test can write what no program would. */

import { crc32, deflateRawSync } from 'node:zlib';

/** A zip of deflated parts. @param declared sizes that the directory claims instead of the true ones */
export function zipOf(
  parts: Readonly<Record<string, string | Buffer>>,
  declared: Readonly<Record<string, number>> = {},
): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const plain = Buffer.from(content as string);
    const packed = deflateRawSync(plain);
    const title = Buffer.from(name);
    const fields = Buffer.alloc(22);
    fields.writeUInt16LE(8, 0);
    fields.writeUInt32LE(crc32(plain), 6);
    fields.writeUInt32LE(packed.length, 10);
    fields.writeUInt32LE(declared[name] ?? plain.length, 14);
    fields.writeUInt16LE(title.length, 18);
    const local = Buffer.concat([
      Buffer.from('PK\u0003\u0004\u0014\u0000\u0000\u0000', 'latin1'),
      fields,
      title,
      packed,
    ]);
    const entry = Buffer.concat([
      Buffer.from('PK\u0001\u0002\u0014\u0000\u0014\u0000\u0000\u0000', 'latin1'),
      fields,
      Buffer.alloc(14),
      title,
    ]);
    entry.writeUInt32LE(at, 42);
    bodies.push(local);
    directory.push(entry);
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
export interface WorkbookContent {
  /** What stands within `<sheetData>`. */
  readonly rows: string;
  /** Before and behind it. */
  readonly before?: string;
  readonly behind?: string;
  readonly texts?: string;
  readonly styles?: string;
  readonly workbook?: string;
}

/** The parts of a workbook of one sheet, "Ventas". */
export function workbookParts({
  rows,
  before = '',
  behind = '',
  texts,
  styles,
  workbook,
}: WorkbookContent): Record<string, string> {
  const relation = (id: string, kind: string, target: string): string =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${kind}" Target="${target}"/>`;
  return {
    'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships>${relation('rId1', 'worksheet', 'worksheets/sheet1.xml')}${relation('rId2', 'sharedStrings', 'sharedStrings.xml')}${relation('rId3', 'styles', 'styles.xml')}</Relationships>`,
    'xl/workbook.xml':
      workbook ??
      `<?xml version="1.0"?><workbook xmlns:r="${RELATIONS}"><workbookPr/><sheets><sheet name="Ventas" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ...(texts !== undefined && { 'xl/sharedStrings.xml': `<sst>${texts}</sst>` }),
    ...(styles !== undefined && { 'xl/styles.xml': `<styleSheet>${styles}</styleSheet>` }),
    'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet>${before}<sheetData>${rows}</sheetData>${behind}</worksheet>`,
  };
}

export function workbookOf(content: WorkbookContent): Buffer {
  return zipOf(workbookParts(content));
}

export const text = (place: string, value: string): string =>
  `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
export const number = (place: string, value: number | string, style = ''): string =>
  `<c r="${place}"${style}><v>${value}</v></c>`;

/** A workbook of several sheets. @param sheets by name: cells of each row; '' stands for none */
export function workbookOfSheets(sheets: Readonly<Record<string, readonly (readonly (string | number)[])[]>>): Buffer {
  const names = Object.keys(sheets);
  const cell = (value: string | number, place: string): string =>
    value === '' ? '' : typeof value === 'number' ? number(place, value) : text(place, value);
  const rowsOf = (rows: readonly (readonly (string | number)[])[]): string =>
    rows
      .map(
        (cells, r) =>
          `<row r="${r + 1}">${cells.map((value, c) => cell(value, `${String.fromCharCode(65 + c)}${r + 1}`)).join('')}</row>`,
      )
      .join('');
  const relations = names.map(
    (_, i) => `<Relationship Id="r${i}" Type="${RELATIONS}/worksheet" Target="worksheets/s${i}.xml"/>`,
  );
  const listed = names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="r${i}"/>`);
  return zipOf({
    'xl/_rels/workbook.xml.rels': `<Relationships>${relations.join('')}</Relationships>`,
    'xl/workbook.xml': `<workbook xmlns:r="${RELATIONS}"><workbookPr/><sheets>${listed.join('')}</sheets></workbook>`,
    ...Object.fromEntries(
      names.map((name, i) => [
        `xl/worksheets/s${i}.xml`,
        `<worksheet><sheetData>${rowsOf(sheets[name])}</sheetData></worksheet>`,
      ]),
    ),
  });
}

/** Headers and three sales, as rows of a sheet. */
export const SALES_ROWS = [
  `<row r="1">${['date', 'merchant', 'product', 'quantity', 'price'].map((header, i) => text(`${'ABCDE'[i]}1`, header)).join('')}</row>`,
  ...[2, 3, 4].map(
    (row) =>
      `<row r="${row}">${text(`A${row}`, `2025-01-0${row}`)}${text(`B${row}`, 'Ana')}${text(`C${row}`, 'Piña')}${number(`D${row}`, row)}${number(`E${row}`, 2.5)}</row>`,
  ),
].join('');
