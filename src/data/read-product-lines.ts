/** Reads what ties prices of products together: a row a product, from any file that sales may come in. */

import { foldedText } from '../contract/folded-text.ts';
import { nameOf } from '../contract/name-form.ts';
import { typedNumber, typedShare } from '../contract/typed-number.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { FILE_LIMITS } from './read-limits.ts';
import { givenOf } from './reading/study.ts';
import { tableForm, tableRows } from './reading/table.ts';

/** What a file says of a product. */
export interface ProductLine {
  /** Line of the file. */
  readonly at: number;
  /** Null: every merchant. */
  readonly merchant: string | null;
  readonly product: string;
  /** Products of a family move by the same share. */
  readonly family: string | null;
  /** Packs of a line: a unit of a larger one is not dearer than one of a smaller. */
  readonly line: string | null;
  /** Of a pack, in the unit of its line, > 0. */
  readonly size: number | null;
  /** A product that it must be cheaper than, by at least and at most these shares of its price. */
  readonly below: string | null;
  readonly leastGap: number;
  readonly mostGap: number | null;
  /** How much of its profit counts: above 1 for what is to draw people in by a low price, which then earns less. */
  readonly weight: number | null;
}

/** The same without a file: what is not given does not tie. */
export type GivenLine = { readonly product: string } & Partial<Omit<ProductLine, 'at' | 'merchant' | 'product'>>;

const HEADERS = {
  merchant: ['merchant', 'store', 'shop', 'comerciante', 'comercio', 'tienda'],
  product: ['product', 'item', 'sku', 'producto', 'articulo'],
  family: ['family', 'familia'],
  line: ['line', 'linea'],
  size: ['size', 'tamano', 'contenido'],
  below: ['below', 'cheaper than', 'por debajo de', 'mas barato que'],
  leastGap: ['least gap', 'diferencia minima'],
  mostGap: ['most gap', 'diferencia maxima'],
  weight: ['weight', 'peso'],
} as const;

type Field = keyof typeof HEADERS;

const MOST_ROWS = 100_000;
const LARGEST_SIZE = 1e12;
const MOST_WEIGHT = 100;

/**
 * @param called as messages name the file; @throws DemandaError LINES_COLUMNS for a file without a product column or anything that ties, LINES_VALUE of the
 * first value that is wrong, LINES_TWICE */
export async function readProductLines(file: string, called = file): Promise<ProductLine[]> {
  const form = await tableForm(file);
  const names = form.headers.map((header) =>
    foldedText(header)
      .replace(/[_\s]+/g, ' ')
      .trim(),
  );
  const columns = new Map<Field, number>();
  for (const field of Object.keys(HEADERS) as Field[]) {
    const at = names.findIndex((name) => (HEADERS[field] as readonly string[]).includes(name));
    if (at >= 0) columns.set(field, at);
  }
  const ties = (['family', 'below', 'weight'] as const).some((field) => columns.has(field));
  if (!columns.has('product') || !(ties || (columns.has('line') && columns.has('size'))))
    throw new DemandaError('LINES_COLUMNS', { file: called, columns: form.headers.join(', ') });
  const lines: ProductLine[] = [];
  for await (const batch of tableRows(file, form, FILE_LIMITS).batches)
    for (const { line, cells } of batch) {
      if (cells.every((cell) => givenOf(cell) === null)) continue;
      if (lines.length === MOST_ROWS) throw new DemandaError('PLAN_TOO_LONG', { file: called, limit: MOST_ROWS });
      lines.push(
        lineOf(
          line,
          (field) => {
            const value = columns.has(field) ? givenOf(cells[columns.get(field) as number]) : null;
            return value === null ? null : String(value).trim();
          },
          (field, value) => {
            const column = form.headers[columns.get(field) as number] ?? field;
            throw new DemandaError('LINES_VALUE', { file: called, line, column, value: value.slice(0, 40) });
          },
        ),
      );
    }
  requireOneValue(lines, called);
  return lines;
}

/**
 * A product has one weight and, of a line, one size: of two that differ nobody knows which is meant.
 *
 * @throws DemandaError LINES_TWICE
 */
function requireOneValue(lines: readonly ProductLine[], file: string): void {
  const seen = new Map<string, ProductLine[]>();
  for (const row of lines) {
    const key = foldedText(row.product);
    const before = seen.get(key) ?? [];
    for (const other of before) {
      // A row without a merchant is of all of them.
      const isSame = row.merchant === null || other.merchant === null;
      if (!isSame && foldedText(row.merchant as string) !== foldedText(other.merchant as string)) continue;
      const column = twiceIn(row, other);
      if (column === null) continue;
      const [product, first, second] = [row.product, String(other[column]), String(row[column])];
      throw new DemandaError('LINES_TWICE', { file, product, column, first, second, line: other.at, again: row.at });
    }
    seen.set(key, [...before, row]);
  }
}

function twiceIn(row: ProductLine, other: ProductLine): 'weight' | 'size' | null {
  const differ = (a: number | null, b: number | null): boolean => a !== null && b !== null && a !== b;
  if (differ(row.weight, other.weight)) return 'weight';
  return row.line !== null && row.line === other.line && differ(row.size, other.size) ? 'size' : null;
}

/**
 * Lines given as data, of whatever merchant is asked for. @throws DemandaError LINES_VALUE of the first wrong value,
 * LINES_TWICE
 */
export function productLines(given: readonly GivenLine[]): ProductLine[] {
  const lines = given.map(givenLine);
  requireOneValue(lines, 'lines');
  return lines;
}

function givenLine({ product, ...line }: GivenLine, i: number): ProductLine {
  const at = i + 1;
  const check = (column: keyof GivenLine, value: unknown, holds: boolean): void => {
    if (!holds)
      throw new DemandaError('LINES_VALUE', { file: 'lines', line: at, column, value: String(value).slice(0, 40) });
  };
  const { leastGap = 0, mostGap = null, size = null, weight = null } = line;
  const isShare = (value: number | null): boolean => value === null || (value >= 0 && value < 1);
  check('product', product, nameOf(product) !== '');
  check('size', size, size === null ? (line.line ?? null) === null : size > 0 && size < LARGEST_SIZE);
  check('below', line.below, line.below == null || nameOf(line.below) !== nameOf(product));
  check('leastGap', leastGap, isShare(leastGap));
  check('mostGap', mostGap, isShare(mostGap) && (mostGap === null || mostGap >= leastGap));
  check('weight', weight, weight === null || (weight > 0 && weight <= MOST_WEIGHT));
  const name = (value: string | null | undefined): string | null => (value == null ? null : nameOf(value) || null);
  return {
    ...{ at, merchant: null, product: nameOf(product), size, leastGap, mostGap, weight },
    ...{ family: name(line.family), line: name(line.line), below: name(line.below) },
  };
}

function lineOf(
  at: number,
  text: (field: Field) => string | null,
  refuse: (field: Field, value: string) => never,
): ProductLine {
  const name = (field: Field): string | null => {
    const value = text(field);
    return value === null ? null : nameOf(value) || null;
  };
  const number = (field: Field, read: (value: string) => number, holds: (value: number) => boolean): number | null => {
    const value = text(field);
    if (value === null) return null;
    const found = read(value);
    return holds(found) ? found : refuse(field, value);
  };
  const share = (field: Field): number | null => number(field, typedShare, (value) => value >= 0 && value < 1);
  const product = name('product') ?? refuse('product', '');
  const [line, size] = [name('line'), number('size', typedNumber, (value) => value > 0 && value < LARGEST_SIZE)];
  if (line !== null && size === null) refuse('size', '');
  const [leastGap, mostGap] = [share('leastGap') ?? 0, share('mostGap')];
  if (name('below') === product) refuse('below', product);
  if (mostGap !== null && mostGap < leastGap) refuse('mostGap', String(text('mostGap')));
  return {
    ...{ at, product, line, size, leastGap, mostGap },
    merchant: name('merchant'),
    family: name('family'),
    below: name('below'),
    weight: number('weight', typedNumber, (value) => value > 0 && value <= MOST_WEIGHT),
  };
}
