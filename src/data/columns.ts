/** Which columns of a table are which fields: as the user says, then by their headers. */

import { DemandaError } from '../errors/demanda-error.ts';
import { FIELDS, type Field, fieldsByName, type Header, normalizedHeader, twins } from './reading/fields.ts';
import { FIELD_NAMES } from './reading/header-words.ts';

export interface MatchedColumns {
  /** Field → its columns; several are joined by a blank. */
  readonly columns: Map<Field, readonly number[]>;
  /** Fields whose columns hold logarithms: `--map quantity=exp(logmove)`. */
  readonly exponents: ReadonlySet<Field>;
}

/**
 * Index of a column by its header, or by its position as #1, #2 … where it has none. @throws DemandaError
 * IMPORT_MAP_COLUMN
 */
export function columnIndex(headers: readonly string[], header: string, file: string): number {
  let index = headers.indexOf(header);
  if (index < 0) index = headers.map(normalizedHeader).indexOf(normalizedHeader(header));
  const position = /^#(\d+)$/.exec(header);
  if (position && Number(position[1]) <= headers.length) index = Number(position[1]) - 1;
  if (index < 0)
    throw new DemandaError('IMPORT_MAP_COLUMN', {
      file,
      column: header,
      nearest: nearestName(header, headers) ?? (headers[0] as string),
    });
  return index;
}

/** Field that a `--map` entry names, in any of the field's names. @throws DemandaError IMPORT_MAP_FIELD */
function fieldNamed(name: string): Field {
  const exact = FIELDS.find((field) => field === name);
  if (exact) return exact;
  const normalized = normalizedHeader(name);
  const found = FIELDS.find((field) => FIELD_NAMES[field].includes(normalized));
  if (found) return found;
  const fields = FIELDS.join(', ');
  throw new DemandaError('IMPORT_MAP_FIELD', { field: name, nearest: nearestName(name, FIELDS) ?? FIELDS[0], fields });
}

/** Headers that give the year and the part of it, of a date in several columns. */
const YEARS: readonly string[] = ['ano', 'anio', 'year', 'annee', 'yr'];
const PARTS: readonly (readonly string[])[] = [
  ['mes', 'month', 'mois', 'mes num', 'month num', 'month number'],
  ['semana', 'week', 'week number', 'semana num', 'sem', 'wk', 'semaine', 'week no'],
  ['dia', 'day', 'jour', 'day of month'],
];

/**
 * Field → columns. @param map `--map` entries, field → header; @throws DemandaError IMPORT_MAP_FIELD, IMPORT_MAP_COLUMN,
 * IMPORT_TWIN_COLUMNS
 */
export function matchColumns(
  headers: readonly Header[],
  map: Readonly<Record<string, string>>,
  file: string,
): MatchedColumns {
  const texts = headers.map(({ text }) => text);
  const columns = new Map<Field, readonly number[]>();
  const exponents = new Set<Field>();
  for (const [name, written] of Object.entries(map)) {
    const field = fieldNamed(name);
    const logarithm = texts.includes(written) ? null : /^exp\((.*)\)$/.exec(written);
    if (logarithm) exponents.add(field);
    columns.set(field, columnsNamed(texts, logarithm ? logarithm[1] : written, file));
  }
  const mapped = new Set([...columns.values()].flat());
  for (const [first, second] of twins(headers))
    if (!mapped.has(first) && !mapped.has(second) && !columns.has(fieldOf(headers[first]) as Field))
      throw new DemandaError('IMPORT_TWIN_COLUMNS', {
        file,
        column: texts[first],
        first: first + 1,
        second: second + 1,
      });
  for (const [field, index] of fieldsByName(headers))
    if (!columns.has(field) && !mapped.has(index)) columns.set(field, [index]);
  // Beside the items of an order, its own totals and discounts stand in its first line alone.
  if (headers.some(({ name }) => LINE_ITEM.test(name)))
    for (const field of ['total', 'discount'] as const) {
      const [index] = columns.get(field) ?? [];
      if (index !== undefined && !mapped.has(index) && !LINE_ITEM.test(headers[index].name)) columns.delete(field);
    }
  if (map.date === undefined) {
    const parts = dateParts(headers);
    if (parts) columns.set('date', parts);
  }
  return { columns, exponents };
}

const LINE_ITEM = /^line ?item /;

function fieldOf({ name }: Header): Field | undefined {
  return FIELDS.find((field) => FIELD_NAMES[field].includes(name));
}

/** "Año+Mes" names two columns, unless a column is called so. */
function columnsNamed(headers: readonly string[], written: string, file: string): number[] {
  if (headers.includes(written) || !written.includes('+')) return [columnIndex(headers, written, file)];
  return written.split('+').map((part) => columnIndex(headers, part.trim(), file));
}

/** A year's column and that of its month (and day) or week; null where there is no year. */
function dateParts(headers: readonly Header[]): number[] | null {
  const place = (names: readonly string[]): number => headers.findIndex(({ name }) => names.includes(name));
  const year = place(YEARS);
  if (year < 0) return null;
  const [month, week, day] = PARTS.map(place);
  if (month >= 0) return day >= 0 ? [year, month, day] : [year, month];
  return week >= 0 ? [year, week] : null;
}

/** The candidate with the smallest edit distance; null without candidates. */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let lowest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const d = editDistance(normalizedHeader(name), normalizedHeader(candidate));
    if (d < lowest) {
      lowest = d;
      best = candidate;
    }
  }
  return best;
}

/** The nearest one where it may be a slip of the keys: two letters differ, or a third of them; null otherwise. */
export function nearName(name: string, candidates: readonly string[]): string | null {
  const nearest = nearestName(name, candidates);
  if (nearest === null) return null;
  const [typed, meant] = [normalizedHeader(name), normalizedHeader(nearest)];
  const most = Math.max(2, Math.floor(Math.max(typed.length, meant.length) / 3));
  return editDistance(typed, meant) <= most ? nearest : null;
}

/** Levenshtein distance; long names are compared on their first 64 characters. */
export function editDistance(a: string, b: string): number {
  const left = a.slice(0, 64);
  const right = b.slice(0, 64);
  let previous = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      current[j] = Math.min(
        previous[j] + 1,
        current[j - 1] + 1,
        previous[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1),
      );
    }
    previous = current;
  }
  return previous[right.length];
}
