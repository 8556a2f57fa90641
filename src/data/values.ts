/** A cell of a file, whatever form the file has. */
export type Cell = string | number | boolean | Date | null | undefined | bigint;

/**
 * A value that a file's reader gives, as a cell: what has parts becomes its JSON, bytes and a date that is none a
 * question mark.
 */
export function cellOf(value: unknown): Cell {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '?' : value;
  if (typeof value !== 'object' || value === null) return value as Cell;
  if (ArrayBuffer.isView(value)) return '?';
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
}

/** A text to be kept: one cut out of a piece of a file keeps all of that piece in memory. */
export function ownText(text: string): string {
  return text.isWellFormed() ? Buffer.from(text).toString() : text;
}
