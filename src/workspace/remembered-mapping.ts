/** What was said of a kind of file is remembered by its headers, and holds for the next one. */

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { RememberedMapping } from '../contract/file-understanding.ts';
import type { READ_FILE } from '../contract/options/import.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import { IMPORT_KINDS, type ImportKind } from '../core/vocabulary.ts';
import type { ReadLimits } from '../data/read-limits.ts';
import { normalizedHeader } from '../data/reading/fields.ts';
import { type TableForm, tableForm } from '../data/reading/table.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { deedNow, type WorkspaceContext } from './context.ts';
import { dayToday, isoDate } from './dates.ts';
import { REJECT_COLUMNS } from './rejected-rows.ts';

/**
 * The options that say how a file is read. Which shop it is of, and whether its days are added, are said of one file: two
 * shops' tills write the same headers.
 */
const REMEMBERED = [
  ...['kind', 'map', 'unit', 'covariates', 'knownCovariates', 'decimal', 'encoding', 'dateFormat', 'timezone'],
  ...['frequency', 'missingDays', 'sheet', 'headerRow', 'only'],
] as const;

type ReadAs = OptionsOf<typeof READ_FILE>;

/** What is kept of a kind of file. */
interface KeptMapping {
  readonly file: string;
  /** ISO date. */
  readonly date: string;
  readonly options: ReadAs;
}

/** Kept for the headers of a file: files of sales and of costs may have the same. */
type KeptMappings = Readonly<Partial<Record<ImportKind, KeptMapping>>>;

const DOCUMENTS = 'mapping';

/** A file's headers, and what is kept for them. */
export interface Recalled {
  /** Null where nothing tells this kind of file from others: it has no headers, or is no table. */
  readonly key: string | null;
  /** The table, where the options of the import do not change what it is. */
  readonly form: TableForm | null;
  readonly kept: KeptMappings;
  /** What holds for this import. */
  readonly mapping: KeptMapping | null;
}

export interface RecallOptions extends ReadAs {
  readonly limits?: ReadLimits;
  readonly onlyMerchant?: string;
}

/**
 * Looks for what is kept of files with the headers of this one. Options that are given now win over it. @throws
 * DemandaError of a file that is no table
 */
export async function recall(context: WorkspaceContext, file: string, options: RecallOptions): Promise<Recalled> {
  const { onlyMerchant = '' } = options;
  const form = await formOf(file, options);
  const digest = form === null ? null : digestOf(form);
  if (digest === null) return { key: null, form: null, kept: {}, mapping: null };
  const key = JSON.stringify([onlyMerchant, digest]);
  const kept = ((await context.store.documents.read(DOCUMENTS, key)) ?? {}) as KeptMappings;
  const mapping = options.forgetMapping === true ? null : mappingOf(kept, options.kind);
  const { sheet, encoding, headerRow } = { ...mapping?.options, ...options };
  const told = sheet !== undefined || encoding !== undefined || headerRow !== undefined;
  const same = !told && !(form instanceof DemandaError);
  return { key, form: same ? form : null, kept, mapping };
}

/**
 * The table as it is without any option; the refusal of a workbook whose sheets differ; null of what is a table by an
 * option alone. @throws DemandaError of what is none
 */
async function formOf(
  file: string,
  { limits, encoding, sheet, headerRow }: RecallOptions,
): Promise<TableForm | DemandaError | null> {
  try {
    return await tableForm(file, { limits });
  } catch (error) {
    if (error instanceof DemandaError && error.code === 'IMPORT_SHEETS_DIFFER') return error;
    if (encoding === undefined && sheet === undefined && headerRow === undefined) throw error;
    return null;
  }
}

function digestOf(form: TableForm | DemandaError): string | null {
  const names = form instanceof DemandaError ? ['sheets', String(form.parameters['sheets' as never])] : form.headers;
  if (!(form instanceof DemandaError) && form.headerLine === null && names.every((name) => /^#\d+$/.test(name)))
    return null;
  // Rows that were left out of a file, mended, are of its kind: they have two columns more.
  const last = names.slice(-2).join();
  const own = Object.values(REJECT_COLUMNS).some((columns) => columns.join() === last) ? names.slice(0, -2) : names;
  return createHash('sha256')
    .update(JSON.stringify(own.map(normalizedHeader)))
    .digest('base64url');
}

/** Of several kinds of file with the same headers the one that is asked for, or that needed no word for its kind. */
function mappingOf(kept: KeptMappings, kind: ImportKind | undefined): KeptMapping | null {
  if (kind !== undefined) return kept[kind] ?? null;
  const all = IMPORT_KINDS.flatMap((name) => kept[name] ?? []);
  const candidates = all.length > 1 ? all.filter(({ options }) => options.kind === undefined) : all;
  return candidates.length === 1 ? candidates[0] : null;
}

/** The options of an import with those that hold from an earlier file. */
export async function readAs<O extends RecallOptions>(
  context: WorkspaceContext,
  file: string,
  options: O,
): Promise<{ readonly options: O; readonly remembered: RememberedMapping | null }> {
  const { mapping } = await recall(context, file, options);
  return {
    options: { ...mapping?.options, ...options },
    remembered: mapping === null ? null : shownMapping(mapping, options),
  };
}

/** Keeps what was said of a file, with its audit entry, where that is not what is kept already. */
export async function remember(
  context: WorkspaceContext,
  { key, kept, mapping }: Recalled,
  file: string,
  kind: ImportKind,
  options: RecallOptions,
): Promise<void> {
  if (key === null) return;
  const said: ReadAs = Object.fromEntries(
    REMEMBERED.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  const before = kept[kind];
  const next: ReadAs = { ...mapping?.options, ...said };
  const forgets = options.forgetMapping === true && before !== undefined;
  const nothing = Object.keys(next).length === 0;
  if (JSON.stringify(sorted(next)) === JSON.stringify(sorted(before?.options ?? {}))) return;
  if (nothing && !forgets) return;
  const { [kind]: _, ...others } = kept;
  const date = isoDate(dayToday());
  const after: KeptMappings = nothing ? others : { ...others, [kind]: { file: basename(file), date, options: next } };
  await context.store.documents.keep(
    DOCUMENTS,
    key,
    Object.keys(after).length === 0 ? null : after,
    deedNow(context, nothing ? 'import.forget' : 'import.remember', options.onlyMerchant ?? null, {
      file: basename(file),
      kind,
      ...written(nothing ? (before?.options ?? {}) : next),
    }),
  );
}

/** As it is shown. @param given options that win over it */
export function shownMapping({ file, date, options }: KeptMapping, given: RecallOptions): RememberedMapping {
  const held = REMEMBERED.filter((name) => options[name] !== undefined && given[name] === undefined);
  return { file, date, options: written(Object.fromEntries(held.map((name) => [name, options[name]]))) };
}

/** Options as the command line writes them, without their flags. */
function written(options: ReadAs): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      Array.isArray(value)
        ? value.join(',')
        : typeof value === 'object'
          ? Object.entries(value)
              .map((pair) => pair.join('='))
              .join(',')
          : String(value),
    ]),
  );
}

/** `--date-format dd/mm/yyyy --decimal ,` */
export function mappingText(
  { options }: Pick<RememberedMapping, 'options'>,
  optionName: (option: string) => string,
): string {
  return Object.entries(options)
    .map(([name, value]) => `${optionName(name)} ${/\s/.test(value) ? `"${value}"` : value}`)
    .join(' ');
}

function sorted(options: ReadAs): unknown {
  return Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
}
