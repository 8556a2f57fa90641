/**
 * Numbers as people type them, on the command line, in the menu, in forms and in addresses: digits, and a comma or a
 * point before decimals. JavaScript's own reading takes more (`0x10`, `1e3`, blanks, nothing as 0), which nobody means.
 */

/** A whole number of digits alone, not below 0; NaN for any other text. */
export function typedWhole(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** A share: a number of either mark, or one followed by a percent sign (`15%`, `15 %`, `0,15`); NaN for any other text. */
export function typedShare(text: string): number {
  const percent = /^(.*?)\s?%$/.exec(text);
  // Divided, not multiplied: 15 / 100 is 0.15 itself.
  return percent ? typedNumber(percent[1] as string) / 100 : typedNumber(text);
}

/** The word of a closed set that a text stands for, `,99` and `0,99` for `.99`; the text itself where there is none. */
export function typedWord(text: string, words: readonly string[]): string {
  return words.find((word) => word === text) ?? words.find((word) => figureOf(word) === figureOf(text)) ?? text;
}

/** A figure with a point and no 0 before it; other texts as they are. */
function figureOf(text: string): string {
  return Number.isNaN(typedNumber(text)) ? text : text.replace(',', '.').replace(/^0(?=\.)/, '');
}

/** A number not below 0, of digits with a comma or a point before decimals; NaN for any other text. */
export function typedNumber(text: string): number {
  return /^(\d+([.,]\d+)?|[.,]\d+)$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}
