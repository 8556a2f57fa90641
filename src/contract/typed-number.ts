/**
 * Numbers as people type them, on the command line, in the menu, in forms and in addresses: digits, and a comma or a
 * point before decimals. JavaScript's own reading takes more (`0x10`, `1e3`, blanks, nothing as 0), which nobody means.
 */

/** A whole number of digits alone, not below 0; NaN for any other text. */
export function typedWhole(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** A number not below 0, of digits with a comma or a point before decimals; NaN for any other text. */
export function typedNumber(text: string): number {
  return /^(\d+([.,]\d+)?|[.,]\d+)$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}
