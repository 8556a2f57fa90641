/** Values into CSV cells, safe to open in a spreadsheet, whichever sign parts its cells. */

/**
 * Text for a CSV cell; a text that a spreadsheet would run as a formula gets a quote before it. Numbers stay numbers.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
  const safe = unrunnable(text);
  // Where ; or a tab parts cells, the rest of an unquoted text would be a cell of its own.
  return /[",;\t\n\r]/.test(safe) ? quoted(safe) : safe;
}

/**
 * A name or code for a CSV cell, in quotes whatever it holds: "007" and "1e5" stay what they are where quoted fields
 * are read as text.
 */
export function csvText(text: string): string {
  return quoted(unrunnable(text));
}

/**
 * Also the full-width signs, which spreadsheets of East Asia read as formulas, and signs behind blanks that some drop.
 */
function unrunnable(text: string): string {
  return /^[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(text) && !isPlainNumber(text) ? `'${text}` : text;
}

function isPlainNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
