/**
 * Sales, costs and market prices from any supported file. The whole file is looked at before a row of it is taken: what
 * its values can mean is settled by all of them, or asked.
 */

import type { FileUnderstanding } from '../contract/file-understanding.ts';
import { OPTIONAL_COLUMNS, type OptionalColumn, type SaleTicket } from '../contract/import-rows.ts';
import type { READ_FILE } from '../contract/options/import.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import type { CostRow, MarketPriceRow } from '../contract/store/sales.ts';
import type { StockRow } from '../contract/store/stock.ts';
import type { Frequency, ImportKind, Lang, Period } from '../core/vocabulary.ts';
import { DemandaError, sentenceOf } from '../errors/demanda-error.ts';
import { columnIndex, type MatchedColumns, matchColumns } from './columns.ts';
import type { ReadLimits } from './read-limits.ts';
import { type Categories, indicatorsOf, isNearlyEmpty, wordsOf } from './reading/categories.ts';
import type { PeriodCount } from './reading/date-numbers.ts';
import { dateFormatNamed, dateTextOf } from './reading/date-text.ts';
import { describeTable } from './reading/describe.ts';
import { type Header, headerOf } from './reading/fields.ts';
import { columnsOfKind, kindOf, missingColumns, missingFields, undatedNotes } from './reading/missing.ts';
import type { DecimalMark } from './reading/number-column.ts';
import { RowRefusal } from './reading/row-refusal.ts';
import type { ReadCompetitorRow } from './reading/row-shapes.ts';
import { RowReader } from './reading/rows.ts';
import {
  type CovariateStudy,
  type FieldColumns,
  isTotalRow,
  nameColumns,
  PriceStudy,
  repeats,
  TableStudy,
} from './reading/study.ts';
import { type TableForm, tableForm, tableRows } from './reading/table.ts';
import { headerText, type Note, type TableReading, understand } from './reading/understand.ts';
import { type Unit, unitNamed } from './reading/units.ts';
import { zoneNamed } from './reading/zone-days.ts';
import { charactersOf, type FileRecord } from './records.ts';
import type { Cell } from './values.ts';

export interface ReadOptions extends Omit<OptionsOf<typeof READ_FILE>, 'unit' | 'knownCovariates'> {
  /** What the file may hold: as on the user's own machine unless told. */
  readonly limits?: ReadLimits;
  /** Today's day number: no sale is later. */
  readonly today: number;
  readonly lang: Lang;
  /** The name of the file in what is said of its rows; the path unless told. */
  readonly fileName?: string;
  /** The file's table, where it was looked at before with the same options. */
  readonly form?: TableForm;
  /** Of every amount of the workspace; amounts in another one are refused. */
  readonly currency?: string;
  /** Options that were said of an earlier file: what this one holds wins over them, and is asked. */
  readonly remembered?: ReadonlySet<string>;
  /** Rows of any other merchant are refused. */
  readonly onlyMerchant?: string;
  /** Former names of that merchant. */
  readonly formerMerchants?: readonly string[];
  /** Hears of the rows so far, as the whole file is looked at. */
  readonly onStudied?: (rows: number) => void;
  /** Rows of others are passed over. */
  readonly merchants?: ReadonlySet<string>;
}

export interface RowIssue {
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

interface BatchOf<K extends ImportKind, Row> {
  readonly kind: K;
  readonly rows: Row[];
  readonly issues: RowIssue[];
  readonly rejects: FileRecord[];
}

export type RowBatch =
  | BatchOf<'sales', SaleTicket>
  | BatchOf<'market', MarketPriceRow>
  | BatchOf<'costs', CostRow>
  | BatchOf<'stock', StockRow>
  | BatchOf<'competitors', ReadCompetitorRow>;

export interface CheckedFile {
  readonly kind: ImportKind;
  readonly headers: readonly string[];
  /** What its quantities are kept in; null where the file does not tell. */
  readonly unit: Unit['base'] | null;
  /** Those that the file has, of the columns that sales may lack. */
  readonly columns: readonly OptionalColumn[];
  /** Covariates that the file has; of one that holds words its column and its indicators. */
  readonly covariates: readonly string[];
  readonly understanding: FileUnderstanding;
  /** What is said of the file; whole when its batches have been read. */
  readonly notes: readonly RowIssue[];
  /** Closes the file when it ends or is left. */
  readonly batches: AsyncIterable<RowBatch>;
  /** For who does not read the batches. */
  close(): void;
}

/** Few enough to be gone before they count as old: of five thousand, the heap takes 50 MB more. */
const BATCH_ROWS = 1_000;
/** Text of records that is held at once: no more of them are gathered beyond it. */
const HELD_CHARACTERS = 16 * 1_048_576;

/** All that rows are read by once a table was looked at: it holds for every table with the same columns. */
export interface ReadingPlan {
  readonly kind: ImportKind;
  readonly matched: MatchedColumns;
  readonly reading: TableReading;
  readonly covariates: readonly {
    readonly name: string;
    readonly index: number;
    readonly categories: Categories | null;
    readonly mark: DecimalMark;
  }[];
  /** What quantities are kept in; null where the table does not tell. */
  readonly unit: Unit['base'] | null;
}

/** A file that is looked at, with what its columns are. */
export interface StudiedFile extends ReadingPlan {
  readonly form: TableForm;
  readonly headers: readonly Header[];
  readonly study: TableStudy;
}

/** Opens and checks a file. Whole-file problems throw; problems of rows come with the batches. */
export async function readSales(file: string, options: ReadOptions): Promise<CheckedFile> {
  const studied = await studyFile(file, options);
  const { form, headers, reading } = studied;
  const source = tableRows(file, form, options.limits);
  const noted = (note: Note): RowIssue => ({
    line: note.line,
    column: note.column,
    code: note.code,
    message: sentenceOf(note.code, options.lang, { ...note.params, file: options.fileName ?? file }),
  });
  const notes = [...reading.notes, ...undatedNotes(studied.kind, studied.matched, options.today)].map(noted);
  return {
    kind: studied.kind,
    headers: headers.map(({ text }) => text),
    unit: studied.unit,
    ...plannedColumns(studied),
    understanding: describeTable(studied),
    notes,
    batches: batchesOf(file, studied, source.batches, options, (note) => notes.push(noted(note))),
    close: source.close,
  };
}

/** Columns and covariates that tickets have by a plan. */
export function plannedColumns({ matched, covariates }: ReadingPlan): Pick<CheckedFile, 'columns' | 'covariates'> {
  return {
    columns: OPTIONAL_COLUMNS.filter((field) => matched.columns.has(field)),
    covariates: covariates.flatMap(({ name, categories }) =>
      categories === null ? [name] : [name, ...indicatorsOf(name, categories)],
    ),
  };
}

/** Of the quantities' header, or the one that all of their values or a column of units name. */
function unitOf({ reading, study }: Pick<StudiedFile, 'reading' | 'study'>): Unit['base'] | null {
  if (reading.unit !== null) return reading.unit.base;
  const named = [...study.numbers.quantity.units.keys(), ...study.texts.unit.texts.keys()];
  const bases = new Set(named.map((text) => unitNamed(text)?.base ?? null));
  return bases.size === 1 ? ([...bases][0] ?? null) : null;
}

/** Looks at all rows of a file. @throws DemandaError of the file as a whole, or what must be told first */
export async function studyFile(file: string, options: Omit<ReadOptions, 'lang'>): Promise<StudiedFile> {
  const form = options.form ?? (await tableForm(file, options));
  const headers = form.headers.map(headerOf);
  const found = matchColumns(headers, options.map ?? {}, file);
  const kind = options.kind ?? kindOf(found.columns);
  const matched = columnsOfKind(kind, found);
  const { columns } = matched;
  // A market's prices are everybody's.
  if (kind === 'market' && options.onlyMerchant !== undefined) throw new DemandaError('NOT_ALLOWED_MERCHANT', {});
  const missing = missingFields(kind, matched, options);
  if (missing.length > 0) throw await missingColumns(file, form, headers, matched, missing, options.limits);
  // In an object of values by name it would be the object's prototype, and lost.
  for (const name of options.covariates ?? [])
    if (name === '__proto__') throw new DemandaError('IMPORT_COVARIATE_NAME', { file, name });
  const covariates = (options.covariates ?? []).map((name) => ({ name, index: columnIndex(form.headers, name, file) }));
  const study = new TableStudy(headers, columns, covariates);
  const sort = new RowSort(form, headers, matched, options.only ?? {}, file);
  for await (const batch of tableRows(file, form, options.limits).batches) {
    for (const record of batch) {
      const sorted = sort.of(record);
      if (sorted === 'row') study.take(record);
      else if (sorted === 'total' || sorted === 'header') study.leaveOut(`${sorted}s`, record.line);
      else if (sorted === 'misfit') study.misfit(record.line, record.cells.length);
      else if (sorted === 'other') study.leftOut.others++;
    }
    options.onStudied?.(study.rows);
  }
  if (study.rows === 0) throw noRows(file, headers, study, options.only ?? {});
  const told = {
    decimal: options.decimal ?? null,
    format: options.dateFormat === undefined ? null : dateFormatNamed(options.dateFormat),
    zone: zoneOf(options.timezone, form, columns),
    count: countOf(options),
    today: kind === 'sales' ? options.today : Number.POSITIVE_INFINITY,
    from1904: form.file.form === 'workbook' && form.file.from1904,
    currency: options.currency ?? null,
    remembered: options.remembered ?? new Set<string>(),
  };
  const reading = understand(study, { file, kind, headers, columns }, told);
  const studied = covariates.flatMap(({ name, index }) => {
    const { numbers } = study.covariates.get(name) as CovariateStudy;
    const { categories } = wordsOf(numbers);
    const empty = categories === null && isNearlyEmpty(study.filling[index].filled, study.rows);
    return empty || repeats(study.covariates.get(name) as CovariateStudy)
      ? []
      : [{ name, index, categories, mark: markOf(study, name, options) }];
  });
  const unit = unitOf({ reading, study });
  return { form, headers, matched, kind, covariates: studied, study, reading, unit };
}

/** The shop's zone: as told, or as the file notes it of its dates. @throws DemandaError IMPORT_TIMEZONE */
function zoneOf(told: string | undefined, { file, headers }: TableForm, columns: FieldColumns): string | null {
  if (told !== undefined) return zoneNamed(told);
  const [index] = columns.get('date') ?? [];
  return (file.form === 'parquet' || file.form === 'dataset') && index !== undefined
    ? (file.zones[headers[index]] ?? null)
    : null;
}

/** @throws DemandaError IMPORT_START, OPTION_MISSING */
function countOf({ start, every }: Pick<ReadOptions, 'start' | 'every'>): PeriodCount | null {
  if (start === undefined && every === undefined) return null;
  if (start === undefined || every === undefined)
    throw new DemandaError('OPTION_MISSING', { option: start === undefined ? '--start' : '--every' });
  const date = dateTextOf(start)?.date;
  if (date?.shape !== 'day') throw new DemandaError('IMPORT_START', { start });
  return { start: date.day, every: FREQUENCY_OF[every] };
}

const FREQUENCY_OF = { day: 'daily', week: 'weekly', month: 'monthly' } as const satisfies Record<Period, Frequency>;

function noRows(
  file: string,
  headers: readonly Header[],
  study: TableStudy,
  only: Readonly<Record<string, string>>,
): DemandaError {
  const [misfit] = study.misfits;
  if (misfit) return new DemandaError('IMPORT_FIELDS', { file, ...misfit, ...fieldsOf(misfit.found, headers) });
  const wanted = Object.entries(only).map((pair) => pair.join('='));
  return study.leftOut.others > 0
    ? new DemandaError('IMPORT_ONLY_NONE', { file, wanted: wanted.join(',') })
    : new DemandaError('IMPORT_NO_ROWS', { file });
}

const isEmpty = (cell: Cell): boolean => cell === null || cell === undefined || cell === '';

/** What a record is, before it is read. */
type Sorted = 'row' | 'blank' | 'total' | 'header' | 'misfit' | 'other';

class RowSort {
  private readonly names: readonly number[];
  private readonly headers: readonly Header[];
  private readonly only: readonly { readonly index: number; readonly value: string }[];
  private readonly counted: boolean;
  private readonly dateColumn: number;

  constructor(
    form: TableForm,
    headers: readonly Header[],
    matched: MatchedColumns,
    only: Readonly<Record<string, string>>,
    file: string,
  ) {
    this.names = nameColumns(matched.columns);
    this.headers = headers;
    // Only a text's rows can have more or fewer fields than its headers.
    const { file: of } = form;
    this.counted =
      of.form === 'csv' || (of.form === 'dataset' && of.parts.some(({ table }) => table.file.form === 'csv'));
    this.only = Object.entries(only).map(([header, value]) => ({
      index: columnIndex(form.headers, header, file),
      value,
    }));
    this.dateColumn = matched.columns.get('date')?.[0] ?? 0;
  }

  of({ cells }: FileRecord): Sorted {
    if (isEmpty(cells[0]) && cells.every(isEmpty)) return 'blank';
    if (isTotalRow(cells, this.names)) return 'total';
    const date = cells[this.dateColumn];
    if (typeof date === 'string' && date.trim() === this.headers[this.dateColumn]?.text && this.isHeader(cells))
      return 'header';
    if (this.counted && cells.length !== this.headers.length && !this.fits(cells)) return 'misfit';
    return this.only.every(({ index, value }) => String(cells[index] ?? '').trim() === value) ? 'row' : 'other';
  }

  private isHeader(cells: FileRecord['cells']): boolean {
    return this.headers.every(({ text }, i) => String(cells[i] ?? '').trim() === text);
  }

  /** A line may end in delimiters. */
  private fits(cells: FileRecord['cells']): boolean {
    return cells.length > this.headers.length && cells.slice(this.headers.length).every((cell) => cell === '');
  }
}

export function rowReader(
  { matched, reading, covariates }: Pick<ReadingPlan, 'matched' | 'reading' | 'covariates'>,
  options: Omit<ReadOptions, 'lang'>,
): RowReader {
  return new RowReader(reading, {
    merchant: options.merchant ?? null,
    product: options.product ?? null,
    productType: options.productType ?? null,
    onlyMerchant: options.onlyMerchant ?? null,
    formerMerchants: options.formerMerchants ?? [],
    today: options.today,
    exponents: matched.exponents,
    covariates,
  });
}

/** Tickets of a table's rows, with those that are refused. */
export async function* batchesOf(
  file: string,
  { form, headers, matched, kind, reading, covariates }: ReadingPlan & Pick<StudiedFile, 'form' | 'headers'>,
  source: AsyncIterable<readonly FileRecord[]>,
  options: ReadOptions,
  note: (note: Note) => void,
): AsyncIterable<RowBatch> {
  const sort = new RowSort(form, headers, matched, options.only ?? {}, file);
  const reader = rowReader({ matched, reading, covariates }, options);
  const issueOf = (record: FileRecord, refusal: RowRefusal): RowIssue => {
    const [index] = matched.columns.get(refusal.field) ?? [];
    const column = String(refusal.params.column ?? (index === undefined ? refusal.field : headers[index].text));
    const named = record.file ?? options.fileName ?? file;
    const at = { ...refusal.params, value: refusal.value, file: named, line: record.line, column };
    return { line: record.line, column, code: refusal.code, message: sentenceOf(refusal.code, options.lang, at) };
  };
  let batch = { kind, rows: [] as unknown[], issues: [] as RowIssue[], rejects: [] as FileRecord[] };
  let held = 0;
  const prices = new PriceStudy();
  for await (const records of source) {
    for (const record of records) {
      const sorted = sort.of(record);
      if (sorted !== 'row' && sorted !== 'misfit') continue;
      const merchant = options.merchants && reader.cellOf(record).merchant;
      // A row without a merchant may be anybody's.
      if (merchant && !options.merchants?.has(merchant)) continue;
      const row = sorted === 'row' ? reader.read(record) : misfit(record, headers);
      if (row instanceof RowRefusal) {
        batch.issues.push(issueOf(record, row));
        batch.rejects.push(record);
        held += charactersOf(record);
      } else {
        batch.rows.push(row);
        if ('quantity' in row && 'price' in row && row.price !== null) prices.add(row.product, row.quantity, row.price);
      }
    }
    if (batch.rows.length + batch.issues.length < BATCH_ROWS && held < HELD_CHARACTERS) continue;
    yield batch as RowBatch;
    batch = { kind, rows: [], issues: [], rejects: [] };
    held = 0;
  }
  const { rows: otherRows, line } = reader.otherTotals;
  if (otherRows > 0) {
    const [column, price] = (['total', 'price'] as const).map((f) => headerText(headers, matched.columns.get(f) ?? []));
    note({ code: 'IMPORT_NOTE_TOTAL_DIFFERS', params: { column, price, rows: otherRows, line }, line, column });
  }
  if (prices.areTotals && matched.columns.has('price')) {
    const column = headerText(headers, matched.columns.get('price') ?? []);
    // Who names the column knows it: it is said, and read as told.
    if (options.map?.price === undefined) throw new DemandaError('IMPORT_LINE_TOTALS', { file, column });
    note({ code: 'IMPORT_NOTE_LINE_TOTALS', params: { column }, line: 0, column });
  }
  yield batch as RowBatch;
}

function misfit({ cells }: FileRecord, headers: readonly Header[]): RowRefusal {
  return new RowRefusal('date', 'IMPORT_FIELDS', cells[0], { found: cells.length, ...fieldsOf(cells.length, headers) });
}

/** How many fields a row should have, and the first column that has no field, or no header. */
function fieldsOf(found: number, headers: readonly Header[]): { readonly expected: number; readonly column: string } {
  return { expected: headers.length, column: headers[found]?.text || `#${Math.min(found, headers.length) + 1}` };
}

/** Decimal mark of a covariate's column; what it leaves open is a point, as computers write. */
function markOf(study: TableStudy, name: string, options: Pick<ReadOptions, 'decimal'>): DecimalMark {
  return study.covariates.get(name)?.numbers.understand(options.decimal ?? null, 'other').mark ?? '.';
}
