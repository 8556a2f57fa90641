/** Which column of a file is which field, in Spanish and English, whatever the case, accents and separators. */

import { DemandaError } from '../errors.ts';

export type Field = 'date' | 'merchant' | 'product' | 'productType' | 'quantity' | 'price' | 'cost' | 'promo' | 'soldOut' | 'waste' | 'marketPrice';

const NAMES: Readonly<Record<Field, readonly string[]>> = {
  date: ['fecha', 'dia', 'date', 'day'],
  merchant: ['comerciante', 'comercio', 'tienda', 'local', 'sucursal', 'merchant', 'store', 'shop'],
  product: ['producto', 'articulo', 'product', 'item', 'sku'],
  productType: ['tipo', 'tipo producto', 'tipo de producto', 'categoria', 'product type', 'category'],
  quantity: ['cantidad', 'kg', 'kilos', 'unidades', 'ventas', 'quantity', 'qty', 'units', 'sold'],
  price: ['precio', 'precio kg', 'precio unitario', 'price', 'unit price'],
  cost: ['costo', 'coste', 'costo unitario', 'coste unitario', 'cost', 'unit cost'],
  promo: ['promo', 'promocion', 'oferta', 'promotion', 'discount'],
  soldOut: ['agotado', 'sin stock', 'sold out', 'stockout'],
  waste: ['merma', 'waste', 'loss'],
  marketPrice: ['precio mercado', 'precio de mercado', 'market price'],
};

export const FIELDS = Object.keys(NAMES) as readonly Field[];

/** Lower case without accents; runs of anything but letters and digits become one space. */
function normalizedHeader(header: string): string {
  return header
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Index of a column by its header, or by its position as #1, #2 … where it has none. @throws DemandaError IMPORT_MAP_COLUMN */
export function columnIndex(headers: readonly string[], header: string, file: string): number {
  let index = headers.indexOf(header);
  if (index < 0) index = headers.map(normalizedHeader).indexOf(normalizedHeader(header));
  const position = /^#(\d+)$/.exec(header);
  if (position && Number(position[1]) <= headers.length) index = Number(position[1]) - 1;
  if (index < 0) throw new DemandaError('IMPORT_MAP_COLUMN', { file, column: header, nearest: nearestName(header, headers) ?? (headers[0] as string) });
  return index;
}

/** Columns that a date is spread over: "Año+Mes" names two; null where a date has one column. */
export function dateParts(headers: readonly string[], header: string | undefined, file: string): number[] | null {
  if (header === undefined || headers.includes(header) || !header.includes('+')) return null;
  return header.split('+').map((part) => columnIndex(headers, part.trim(), file));
}

/** Field → column index. @param map `--map` entries, field → header; @throws DemandaError IMPORT_MAP_FIELD, IMPORT_MAP_COLUMN */
export function matchColumns(headers: readonly string[], map: Readonly<Record<string, string>>, file: string): Map<Field, number> {
  const normalized = headers.map(normalizedHeader);
  const columns = new Map<Field, number>();
  for (const [field, header] of Object.entries(map)) {
    if (!FIELDS.includes(field as Field)) {
      throw new DemandaError('IMPORT_MAP_FIELD', { field, nearest: nearestName(field, FIELDS) ?? (FIELDS[0] as string), fields: FIELDS.join(', ') });
    }
    const parts = field === 'date' ? dateParts(headers, header, file) : null;
    columns.set(field as Field, parts ? (parts[0] as number) : columnIndex(headers, header, file));
  }
  for (const field of FIELDS) {
    if (columns.has(field)) continue;
    // Earlier names are surer: a file with both "cantidad" and "ventas" means the first.
    for (const name of NAMES[field]) {
      const index = normalized.indexOf(name);
      if (index >= 0 && ![...columns.values()].includes(index)) {
        columns.set(field, index);
        break;
      }
    }
  }
  return columns;
}

/** Header nearest to any known name of a field, for messages. */
export function nearestHeader(field: Field, headers: readonly string[]): string {
  let best = headers[0] ?? '';
  let lowest = Number.POSITIVE_INFINITY;
  for (const header of headers) {
    for (const name of NAMES[field]) {
      const d = editDistance(normalizedHeader(header), name) / Math.max(name.length, 1);
      if (d < lowest) {
        lowest = d;
        best = header;
      }
    }
  }
  return best;
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

/** Levenshtein distance; long names are compared on their first 64 characters. */
function editDistance(a: string, b: string): number {
  const left = a.slice(0, 64);
  const right = b.slice(0, 64);
  let previous = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      current[j] = Math.min((previous[j] as number) + 1, (current[j - 1] as number) + 1, (previous[j - 1] as number) + (left[i - 1] === right[j - 1] ? 0 : 1));
    }
    previous = current;
  }
  return previous[right.length] as number;
}
