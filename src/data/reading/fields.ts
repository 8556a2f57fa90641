/** Which column of a file is which field: by what its header says, in the words of tills, shops and spreadsheets. */

import { SALE_FIELDS, type SaleField } from '../../core/vocabulary.ts';
import { MAX_COLUMNS } from '../read-limits.ts';
import { FIELD_NAMES } from './header-words.ts';
import { currencyOf } from './number-text.ts';
import { unitNamed } from './units.ts';

/** What a column can be. */
export const FIELDS = SALE_FIELDS;
export type Field = SaleField;

/** Lower case without accents; runs of anything but letters and digits become one space. */
export function normalizedHeader(header: string): string {
  return header
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}%]+/gu, ' ')
    .replace(/%/g, ' ')
    .trim()
    .replace(/\s+/g, ' ');
}

export interface Header {
  /** As it stands in the file. */
  readonly text: string;
  /** Normalized, without what stands in brackets. */
  readonly name: string;
  /** Unit that the header names ("Cantidad (kg)", "Precio €/kg"); null when none. */
  readonly unit: string | null;
  /** Currency that it names, as number-text.ts gives it; null when none. */
  readonly currency: string | null;
  /** Whether it says that its numbers are percentages. */
  readonly percent: boolean;
}

/** A header apart from what it says of its column's numbers. */
export function headerOf(text: string): Header {
  const said = [...text.matchAll(/[([{]([^)\]}]*)[)\]}]/g)].map((match) => match[1]);
  const bare = text.replace(/[([{][^)\]}]*[)\]}]/g, ' ');
  let [unit, currency] = [null as string | null, null as string | null];
  const kept: string[] = [];
  for (const word of [...said.flatMap((each) => each.split(/[\s/]+|\bpor\b|\bper\b/)), ...bare.split(/[\s/]+/)]) {
    if (word === '' || word === '%') continue;
    const money = currencyOf(word);
    if (money !== null && currency === null && /[^\p{L}]|^[A-Z]{3}$/u.test(word)) currency = money;
    else if (unit === null && unitNamed(word) !== null && said.some((each) => each.includes(word))) unit = word;
    else if (!said.some((each) => each.split(/[\s/]+/).includes(word))) kept.push(word);
  }
  const name = normalizedHeader(kept.join(' '));
  return {
    text,
    name: name === '' ? normalizedHeader(text) : name,
    unit,
    currency,
    percent: /%|porcent|percent|pct/i.test(text),
  };
}

/** Fields by their names alone: field → index of its column. Of two columns of one name neither is taken. */
export function fieldsByName(headers: readonly Header[]): Map<Field, number> {
  const fields = new Map<Field, number>();
  const taken = new Set<number>();
  for (const field of FIELDS) {
    for (const name of FIELD_NAMES[field]) {
      const places = headers.flatMap((header, i) => (header.name === name && !taken.has(i) ? [i] : []));
      if (places.length !== 1) continue;
      fields.set(field, places[0]);
      taken.add(places[0]);
      break;
    }
  }
  return fields;
}

/** Columns of one name that would be taken for a field: which of them is meant, nobody knows. */
export function twins(headers: readonly Header[]): readonly (readonly [first: number, second: number])[] {
  const all: (readonly [number, number])[] = [];
  const names = new Set(FIELDS.flatMap((field) => FIELD_NAMES[field]));
  headers.forEach(({ name }, i) => {
    const first = headers.findIndex((other) => other.name === name);
    if (first < i && names.has(name)) all.push([first, i]);
  });
  return all;
}

/** How many cells of a row are names of fields. */
export function knownNames(cells: readonly string[]): number {
  return fieldsByName(cells.slice(0, MAX_COLUMNS).map(headerOf)).size;
}
