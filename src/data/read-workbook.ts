/**
 * Rows of a workbook's sheet (XLSX), as its XML streams: memory goes with a row and the texts that cells share,
 * whatever places cells claim.
 */

import { posix } from 'node:path';
import { DemandaError } from '../errors/demanda-error.ts';
import { readFailure } from './read-failure.ts';
import { MAX_COLUMNS, type ReadLimits, RowCount } from './read-limits.ts';
import { type FileRecord, inBatches, type RecordSource } from './records.ts';
import { type Cell, cellOf } from './values.ts';
import { attribute, WorkbookParts } from './workbook-parts.ts';
import { readDateStyles } from './workbook-styles.ts';

/**
 * The grid of a sheet. What a sheet says of its own extent and of merged cells is not read: it would only be believed.
 */
const GRID_ROWS = 1_048_576;
const GRID_COLUMNS = 16_384;
/** Texts that cells share are held: they are names, and repeat. */
const MAX_TEXTS = 4_000_000;
const MAX_TEXT_CHARACTERS = 64 * 1_048_576;

interface Workbook {
  /** Sheet's name → its part. */
  readonly sheets: ReadonlyMap<string, string>;
  readonly texts: string;
  readonly styles: string;
  /** Whether days are counted from 1904, as old Macs do. */
  readonly from1904: boolean;
}

/** Names of a workbook's sheets, in its order, and its calendar. */
export async function workbookSheets(
  file: string,
  limits: ReadLimits,
): Promise<{ readonly sheets: readonly string[]; readonly from1904: boolean }> {
  try {
    const parts = await WorkbookParts.open(file, limits);
    try {
      const format = parts.has('content.xml') ? '.ods' : parts.has('xl/workbook.bin') ? '.xlsb' : null;
      if (format !== null) throw new DemandaError('IMPORT_FORMAT_OTHER', { file, format });
      const { sheets, from1904 } = await readWorkbook(parts);
      if (sheets.size === 0) throw new DemandaError('IMPORT_UNREADABLE', { file });
      return { sheets: [...sheets.keys()], from1904 };
    } finally {
      parts.close();
    }
  } catch (error) {
    throw readFailure(error, file);
  }
}

/** Rows of a sheet that hold something. @throws DemandaError IMPORT_SHEET_UNKNOWN when read */
export function openSheet(file: string, sheet: string, limits: ReadLimits): RecordSource {
  const rows = sheetRows(file, sheet, limits);
  async function* records(): AsyncGenerator<FileRecord> {
    const count = new RowCount(file, limits);
    try {
      for await (const row of rows) {
        count.add(row.cells.length);
        yield row;
      }
    } catch (error) {
      throw readFailure(error, file);
    }
  }
  return { headers: null, batches: inBatches(records()), close: () => void rows.return(undefined).catch(() => {}) };
}

/** Closes the workbook when it ends, however it ends. */
async function* sheetRows(file: string, sheet: string, limits: ReadLimits): AsyncGenerator<FileRecord> {
  const parts = await WorkbookParts.open(file, limits);
  try {
    const workbook = await readWorkbook(parts);
    const part = workbook.sheets.get(sheet);
    if (part === undefined) {
      const sheets = [...workbook.sheets.keys()].slice(0, 20).map((name) => name.slice(0, 40));
      throw new DemandaError('IMPORT_SHEET_UNKNOWN', { file, sheet, sheets: sheets.join(', ') });
    }
    const texts = parts.has(workbook.texts) ? await readTexts(parts, workbook.texts, file) : [];
    const styles = parts.has(workbook.styles) ? await readDateStyles(parts, workbook.styles) : [];
    const reader = new SheetReader(file, texts, styles, workbook.from1904);
    for await (const _ of parts.parse(part, reader)) yield* reader.taken();
    yield* reader.taken();
  } finally {
    parts.close();
  }
}

async function readWorkbook(parts: WorkbookParts): Promise<Workbook> {
  const targets = new Map<string, string>();
  let [texts, styles] = ['xl/sharedStrings.xml', 'xl/styles.xml'];
  await parts.read('xl/_rels/workbook.xml.rels', {
    open(name, attributes) {
      const [id, type, target] = ['Id', 'Type', 'Target'].map((each) => attribute(attributes, each));
      if (name !== 'Relationship' || !id || !type || !target) return;
      const part = target.startsWith('/') ? target.slice(1) : posix.join('xl', target);
      if (type.endsWith('/worksheet')) targets.set(id, part);
      else if (type.endsWith('/sharedStrings')) texts = part;
      else if (type.endsWith('/styles')) styles = part;
    },
  });
  const sheets = new Map<string, string>();
  let from1904: boolean | null = null;
  await parts.read('xl/workbook.xml', {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 ??= ['1', 'true'].includes(attribute(attributes, 'date1904') ?? '');
      const target = name === 'sheet' ? targets.get(attribute(attributes, 'id') ?? '') : undefined;
      const title = unescaped(attribute(attributes, 'name') ?? '');
      if (target !== undefined && !sheets.has(title)) sheets.set(title, target);
    },
  });
  return { sheets, texts, styles, from1904: from1904 ?? false };
}

/** Texts that cells share, by index. @throws DemandaError IMPORT_TEXTS_TOO_LARGE */
async function readTexts(parts: WorkbookParts, part: string, file: string): Promise<readonly string[]> {
  const texts: string[] = [];
  let characters = 0;
  let text: string | null = null;
  let [inText, phonetic] = [false, false];
  await parts.read(part, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') inText = true;
      else if (name === 'rPh') phonetic = true;
    },
    text(value) {
      if (text !== null && inText && !phonetic) text += value;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si' && text !== null) {
        texts.push(unescaped(text));
        characters += text.length;
        text = null;
        if (characters > MAX_TEXT_CHARACTERS || texts.length > MAX_TEXTS) {
          throw new DemandaError('IMPORT_TEXTS_TOO_LARGE', { file, limit: MAX_TEXT_CHARACTERS / 1_048_576 });
        }
      }
    },
  });
  return texts;
}

/** Handlers of a sheet's XML: gathers the cells of a row and gives the row when it ends. */
class SheetReader {
  private readonly file: string;
  private readonly texts: readonly string[];
  private readonly styles: readonly boolean[];
  private readonly from1904: boolean;
  private rows: FileRecord[] = [];
  private inData = false;
  private row = 0;
  private cells: Cell[] = [];
  /** Index of the last cell, -1 before the first. */
  private column = -1;
  private readonly places = new Set<number>();
  private cell: { readonly name: string; readonly type: string; readonly style: string | undefined } | null = null;
  private value: string | null = null;
  private reading = false;
  private phonetic = false;

  constructor(file: string, texts: readonly string[], styles: readonly boolean[], from1904: boolean) {
    this.file = file;
    this.texts = texts;
    this.styles = styles;
    this.from1904 = from1904;
  }

  /** Rows that ended since the last call. */
  taken(): FileRecord[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'sheetData') this.inData = true;
    else if (!this.inData) return;
    else if (name === 'c') this.openCell(attributes);
    else if (name === 'row') this.openRow(attribute(attributes, 'r'));
    // A cell's value, or its own text; a formula (f) is not what the cell shows.
    else if (name === 'v' || name === 't') this.reading = this.cell !== null;
    else if (name === 'rPh') this.phonetic = true;
  }

  text(text: string): void {
    if (this.reading && !this.phonetic) this.value = (this.value ?? '') + text;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.reading = false;
    else if (name === 'rPh') this.phonetic = false;
    else if (name === 'c' && this.cell !== null) this.closeCell();
    else if (name === 'row' && this.inData) {
      if (this.cells.length > 0) this.rows.push({ line: this.row, cells: this.cells });
      this.cells = [];
    } else if (name === 'sheetData') this.inData = false;
  }

  private openRow(claimed: string | undefined): void {
    const row = claimed === undefined ? this.row + 1 : Number(claimed);
    if (!/^\d+$/.test(String(row)) || row < 1)
      throw this.damaged(`${(claimed ?? '').slice(0, 20)}:${(claimed ?? '').slice(0, 20)}`);
    if (row > GRID_ROWS) throw this.outside(`A${row}`);
    this.row = row;
    this.column = -1;
    this.places.clear();
  }

  private openCell(attributes: Readonly<Record<string, string>>): void {
    const claimed = attribute(attributes, 'r');
    const name = (claimed ?? `${columnName(this.column + 1)}${this.row}`).slice(0, 20);
    let column = this.column + 1;
    if (claimed !== undefined) {
      const place = /^\$?([A-Za-z]{1,10})\$?(\d{1,15})$/.exec(claimed);
      if (!place) throw this.damaged(name);
      column = columnIndexOf(place[1] as string);
      const row = Number(place[2]);
      if (row > GRID_ROWS || column >= GRID_COLUMNS) throw this.outside(name);
      if (row !== this.row) throw this.damaged(name);
    }
    // Two cells of one place: which of them the sheet shows, nobody knows.
    if (column >= GRID_COLUMNS) throw this.outside(name);
    if (this.places.has(column)) throw this.damaged(name);
    this.places.add(column);
    this.column = column;
    this.cell = { name, type: attribute(attributes, 't') ?? 'n', style: attribute(attributes, 's') };
    this.value = null;
  }

  private closeCell(): void {
    const { name } = this.cell as { readonly name: string };
    const value = this.valueOf();
    this.cell = null;
    this.reading = false;
    if (value === null) return;
    // Empty cells with a format may stand beyond: programs write them for whole rows.
    if (this.column >= MAX_COLUMNS) throw this.outside(name);
    // No holes: an array with holes takes many times the memory.
    while (this.cells.length < this.column) this.cells.push(null);
    this.cells[this.column] = value;
  }

  private valueOf(): Cell {
    const { name, type, style } = this.cell as {
      readonly name: string;
      readonly type: string;
      readonly style: string | undefined;
    };
    const value = this.value;
    if (value === null || value === '') return null;
    switch (type) {
      case 's': {
        const text = /^\d{1,10}$/.test(value.trim()) ? this.texts[Number(value)] : undefined;
        if (text === undefined) throw this.damaged(name);
        return text.trim() || null;
      }
      case 'str':
      case 'inlineStr':
        return unescaped(value).trim() || null;
      case 'b':
        if (value !== '0' && value !== '1') throw this.damaged(name);
        return value === '1';
      case 'e':
        return value;
      case 'd':
        return value.trim();
      case 'n':
        return this.numberOf(value, style);
      default:
        throw this.damaged(name);
    }
  }

  private numberOf(value: string, style: string | undefined): Cell {
    const { name } = this.cell as { readonly name: string };
    const number = Number(value);
    const isDate = style === undefined ? false : this.styles[Number(style)];
    if (Number.isNaN(number) || (isDate === undefined && style !== '0')) throw this.damaged(name);
    return isDate ? cellOf(dateOf(number, this.from1904)) : number;
  }

  private damaged(cell: string): DemandaError {
    return new DemandaError('IMPORT_CELL_DAMAGED', { file: this.file, cell });
  }

  private outside(cell: string): DemandaError {
    return new DemandaError('IMPORT_CELL_OUTSIDE', { file: this.file, cell, rows: GRID_ROWS, columns: MAX_COLUMNS });
  }
}

/** From 0: A is 0, Z 25, AA 26. */
function columnIndexOf(letters: string): number {
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function columnName(index: number): string {
  let name = '';
  for (let at = index + 1; at > 0; at = Math.floor((at - 1) / 26))
    name = String.fromCharCode(65 + ((at - 1) % 26)) + name;
  return name;
}

const DAY_MS = 86_400_000;
/** Day 0 of a workbook on the calendar: 1899-12-30, or 1904-01-01. */
function dateOf(serial: number, from1904: boolean): Date {
  return new Date(Math.floor((serial - (from1904 ? 24_107 : 25_569)) * DAY_MS));
}

/** Characters that XML cannot hold are written _xHHHH_. */
function unescaped(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}
