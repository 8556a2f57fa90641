/** The one form in which names of merchants and products are kept. */

/** Signs that have no width: names that differ in them look alike; and NUL, which no text of a database holds. */
const INVISIBLE = /[\0\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g;

/** A name in one form: composed letters (NFC), one blank between words, nothing invisible. */
export function nameOf(value: unknown): string {
  const text = String(value);
  // Most names are plain.
  if (/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(text)) return text;
  return text.normalize('NFC').replace(INVISIBLE, '').replace(/\s+/g, ' ').trim();
}
