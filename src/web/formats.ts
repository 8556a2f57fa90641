/** Numbers, money, dates and durations as a reader of one language expects them. */

import { momentWord, monthWord } from '../contract/date-words.ts';
import { priceDigits } from '../core/pricing/price-lattice.ts';
import type { Lang } from '../core/vocabulary.ts';

export interface Formats {
  /** A price: in coins of the currency, with more decimals where it is a small one between coins. */
  readonly price: (value: number) => string;
  /** An amount of money: cents only while they matter. */
  readonly money: (value: number) => string;
  /** A difference of money, with its sign. */
  readonly gain: (value: number) => string;
  /** A share 0-1 as a percentage. */
  readonly percent: (share: number, digits?: 0 | 1 | 2 | 3) => string;
  /** A probability: never “100 %”, which nothing is. */
  readonly likely: (share: number) => string;
  /** A difference of shares, with its sign. */
  readonly change: (share: number) => string;
  readonly number: (value: number, digits?: 0 | 1 | 2 | 3 | 4) => string;
  /** A number with two decimals, zeros included: figures of a column line up. */
  readonly decimal: (value: number) => string;
  /** ISO date or instant → day. */
  readonly date: (iso: string) => string;
  /** ISO date → weekday and day of the month. */
  readonly weekday: (iso: string) => string;
  /** ISO instant → day and minute. */
  readonly time: (iso: string) => string;
  /** ISO month (2026-03) → its short name and year. */
  readonly month: (iso: string) => string;
  readonly duration: (seconds: number) => string;
}

/** Amounts from here on are shown without cents. */
const WHOLE_FROM = 10;

/** Formatters are slow to make and cheap to use: one set a language and currency. */
export function makeFormats(lang: Lang, currency: string): Formats {
  const price = new Intl.NumberFormat(lang, { style: 'currency', currency });
  const whole = new Intl.NumberFormat(lang, { style: 'currency', currency, maximumFractionDigits: 0 });
  const signed = new Intl.NumberFormat(lang, { style: 'currency', currency, signDisplay: 'exceptZero' });
  const signedWhole = new Intl.NumberFormat(lang, {
    style: 'currency',
    currency,
    maximumFractionDigits: 0,
    signDisplay: 'exceptZero',
  });
  const numbers = [0, 1, 2, 3, 4].map((digits) => new Intl.NumberFormat(lang, { maximumFractionDigits: digits }));
  const percents = [0, 1, 2, 3].map(
    (digits) =>
      new Intl.NumberFormat(lang, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const decimal = new Intl.NumberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const change = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  const date = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const weekday = new Intl.DateTimeFormat(lang, { weekday: 'short', day: 'numeric', timeZone: 'UTC' });
  return {
    price: priceFormat(lang, currency, price),
    money: (value) => (Math.abs(value) < WHOLE_FROM ? price : whole).format(value),
    gain: (value) => (Math.abs(value) < WHOLE_FROM ? signed : signedWhole).format(value),
    percent: (share, digits = 0) => (percents[digits] as Intl.NumberFormat).format(share),
    likely: (share) => {
      const percent = percents[0] as Intl.NumberFormat;
      if (share > 0.99) return `> ${percent.format(0.99)}`;
      return share < 0.01 ? `< ${percent.format(0.01)}` : percent.format(share);
    },
    change: (share) => change.format(share),
    number: (value, digits = 0) => (numbers[digits] as Intl.NumberFormat).format(value),
    decimal: (value) => decimal.format(value),
    date: (iso) => date.format(Date.parse(iso.length === 10 ? `${iso}T00:00:00Z` : iso)),
    weekday: (iso) => weekday.format(Date.parse(`${iso}T00:00:00Z`)),
    time: (iso) => momentWord(iso, lang),
    month: (iso) => monthWord(iso, lang),
    duration: (seconds) => durationWords(seconds, numbers[1] as Intl.NumberFormat),
  };
}

function priceFormat(lang: Lang, currency: string, inCoins: Intl.NumberFormat): (value: number) => string {
  const coin = inCoins.resolvedOptions().maximumFractionDigits ?? 0;
  return (value) => {
    const digits = priceDigits(value, currency);
    if (digits === coin) return inCoins.format(value);
    return new Intl.NumberFormat(lang, { style: 'currency', currency, minimumFractionDigits: digits }).format(value);
  };
}

function durationWords(seconds: number, format: Intl.NumberFormat): string {
  if (seconds < 60) return `${format.format(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A sentence's first letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A language's name in itself. */
export function languageName(lang: Lang): string {
  return capital(new Intl.DisplayNames(lang, { type: 'language' }).of(lang) ?? lang);
}
