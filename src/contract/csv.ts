/** Values into CSV cells, safe to open in a spreadsheet. */

/** Text for a CSV cell; a text that a spreadsheet would run as a formula gets a quote before it. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
  const safe = unrunnable(text);
  return /[",\n\r]/.test(safe) ? quoted(safe) : safe;
}

/** A name or code for a CSV cell, in quotes whatever it holds: "007" and "1e5" stay what they are where quoted fields are read as text. */
export function csvText(text: string): string {
  return quoted(unrunnable(text));
}

function unrunnable(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
