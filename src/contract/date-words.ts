/** Days and moments as a reader of one language writes them: one shape a language, always with the year. */

import type { Lang } from '../core/vocabulary.ts';

const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/;

const PATTERN = /^[dmy]+([/.-][dmy]+)+$/;

const DAY = { day: 'numeric', month: 'short', year: 'numeric' } as const;

/** @param iso yyyy-mm-dd @example dayWord('2025-11-25', 'es') // '25 nov 2025' */
export function dayWord(iso: string, lang: Lang): string {
  return new Intl.DateTimeFormat(lang, { ...DAY, timeZone: 'UTC' }).format(Date.parse(`${iso}T00:00:00Z`));
}

/** @param iso yyyy-mm, or a day of the month @example monthWord('2026-03', 'es') // 'mar 2026' */
export function monthWord(iso: string, lang: Lang): string {
  const format = new Intl.DateTimeFormat(lang, { month: 'short', year: 'numeric', timeZone: 'UTC' });
  return format.format(Date.parse(`${iso.slice(0, 7)}-01T00:00:00Z`));
}

/** An instant, in this machine's time zone. @example momentWord('2025-11-25T18:36:00Z', 'en') // 'Nov 25, 2025, 6:36 PM' */
export function momentWord(iso: string, lang: Lang): string {
  return new Intl.DateTimeFormat(lang, { ...DAY, hour: 'numeric', minute: '2-digit' }).format(Date.parse(iso));
}

/** The first and the last of days; – for one that is not known. */
export function spanWord(from: string | null | undefined, to: string | null | undefined, lang: Lang): string {
  return [from, to].map((day) => (day == null ? '–' : dayWord(day, lang))).join(' – ');
}

/** A value of a sentence: an ISO day or instant in words, a pattern of dates in the language's letters, every other as it is. */
export function datedWord(value: string | number, lang: Lang): string {
  const text = String(value);
  // 31 February has the form of a day and is none.
  if (ISO_DAY.test(text)) return Number.isNaN(Date.parse(`${text}T00:00:00Z`)) ? text : dayWord(text, lang);
  // How dates are written, as dd/mm/yyyy.
  if (PATTERN.test(text)) return lang === 'es' ? text.replaceAll('y', 'a') : text;
  return ISO_INSTANT.test(text) ? momentWord(text, lang) : text;
}
