/** Which column could be a field that no header names: by what the columns hold, and by names that are near. */

import { editDistance } from '../columns.ts';
import type { FileRecord } from '../records.ts';
import { dateTextOf } from './date-text.ts';
import type { Field, Header } from './fields.ts';
import { FIELD_NAMES } from './header-words.ts';
import { numberTextOf } from './number-text.ts';
import { givenOf } from './study.ts';

type Content = 'dates' | 'whole numbers' | 'numbers' | 'texts' | 'mixed';

/** What a field's column holds. */
const HOLDS: Readonly<Record<Field, readonly Content[]>> = {
  date: ['dates'],
  merchant: ['texts'],
  product: ['texts'],
  productType: ['texts'],
  quantity: ['whole numbers', 'numbers'],
  price: ['numbers', 'whole numbers'],
  total: ['numbers', 'whole numbers'],
  discount: ['numbers', 'whole numbers'],
  cost: ['numbers', 'whole numbers'],
  promo: ['texts', 'whole numbers'],
  soldOut: ['texts', 'whole numbers'],
  waste: ['numbers'],
  marketPrice: ['numbers', 'whole numbers'],
  unit: ['texts'],
  currency: ['texts'],
  stock: ['whole numbers', 'numbers'],
  expiry: ['dates'],
  delivery: ['dates'],
  competitor: ['texts'],
  ownProduct: ['texts'],
  packSize: ['numbers', 'whole numbers', 'texts'],
};

/** Share of a name's letters that may differ. */
const NEAR = 0.34;

/** Field → column that it could be; fields that no column fits are left out. */
export function suggestColumns(
  fields: readonly Field[],
  headers: readonly Header[],
  rows: readonly FileRecord[],
  taken: ReadonlySet<number>,
): Map<Field, number> {
  const contents = headers.map((_, i) => contentOf(rows.map(({ cells }) => cells[i])));
  const found = new Map<Field, number>();
  const used = new Set(taken);
  const take = (field: Field, index: number): void => {
    found.set(field, index);
    used.add(index);
  };
  for (const field of fields) {
    const index = nearestColumn(field, headers, (i) => !used.has(i) && HOLDS[field].includes(contents[i]));
    if (index !== null) take(field, index);
  }
  // What no name is near of: the one column left that holds such a thing.
  for (const field of fields) {
    if (found.has(field)) continue;
    const fitting = headers.flatMap((_, i) => (!used.has(i) && contents[i] === HOLDS[field][0] ? [i] : []));
    if (fitting.length === 1) take(field, fitting[0]);
  }
  return found;
}

function nearestColumn(field: Field, headers: readonly Header[], fits: (index: number) => boolean): number | null {
  let [best, lowest] = [null as number | null, NEAR];
  headers.forEach(({ name }, i) => {
    if (!fits(i) || name === '') return;
    for (const known of FIELD_NAMES[field]) {
      // "sales store name" names a store, though most letters differ.
      const within = known.length > 3 && ` ${name} `.includes(` ${known} `);
      const distance = within ? 0.1 : editDistance(name, known) / Math.max(name.length, known.length);
      if (distance < lowest) [best, lowest] = [i, distance];
    }
  });
  return best;
}

function contentOf(cells: FileRecord['cells']): Content {
  const values = cells.map(givenOf).filter((value) => value !== null);
  if (values.length === 0) return 'mixed';
  const share = (is: (value: (typeof values)[number]) => boolean): number => values.filter(is).length / values.length;
  const isNumber = (value: unknown): boolean =>
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    (typeof value === 'string' && numberTextOf(value) !== null);
  const isDate = (value: unknown): boolean =>
    value instanceof Date || (typeof value === 'string' && !isNumber(value) && dateTextOf(value) !== null);
  if (share(isDate) > 0.9) return 'dates';
  if (share(isNumber) > 0.9) return share((value) => /^\d+$/.test(String(value))) > 0.9 ? 'whole numbers' : 'numbers';
  return share((value) => !isNumber(value) && !isDate(value)) > 0.9 ? 'texts' : 'mixed';
}
