/**
 * One number as people write it, taken apart: sign, digits with their marks, and what stands around them (currency,
 * unit, percent sign). What its marks mean is settled by its column (number-column.ts).
 */

/** Text between the marks of a number, and what stands beside it. */
export interface NumberText {
  readonly negative: boolean;
  /** Digits with `.` and `,` only: blanks and apostrophes between groups of three are gone. */
  readonly digits: string;
  /** Whether blanks or apostrophes parted groups of three: then a `.` or `,` is a decimal mark. */
  readonly grouped: boolean;
  /** ISO 4217 code, or the sign where several currencies share it (`$`, `kr`, `Bs`, `¥`); null when none is written. */
  readonly currency: string | null;
  /** As written, lower case, without its point; null when none is written. */
  readonly unit: string | null;
  readonly percent: boolean;
}

/** Signs that one currency alone uses, longest first. */
const CURRENCY_SIGNS: readonly (readonly [sign: string, currency: string])[] = [
  ['US$', 'USD'],
  ['U$S', 'USD'],
  ['RD$', 'DOP'],
  ['R$', 'BRL'],
  ['C$', 'NIO'],
  ['S/.', 'PEN'],
  ['S/', 'PEN'],
  ['Bs.', 'Bs'],
  ['Bs', 'Bs'],
  ['B/.', 'PAB'],
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['₡', 'CRC'],
  ['₲', 'PYG'],
  ['₱', 'PHP'],
  ['₹', 'INR'],
  ['₺', 'TRY'],
  ['₩', 'KRW'],
  ['₽', 'RUB'],
  ['₫', 'VND'],
  ['zł', 'PLN'],
  ['Kč', 'CZK'],
  ['Ft', 'HUF'],
  ['lei', 'RON'],
  ['Q', 'GTQ'],
  ['L.', 'HNL'],
  ['¥', '¥'],
  ['$', '$'],
  ['kr.', 'kr'],
  ['kr', 'kr'],
];

const ISO_CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether a text is the code of a currency. */
export function isCurrency(code: string): boolean {
  return ISO_CURRENCIES.has(code);
}

/** Fractions that have a letter of their own. */
const FRACTIONS: Readonly<Record<string, string>> = { '½': '.5', '¼': '.25', '¾': '.75' };

const BLANKS = String.raw`[ \u00a0\u2007\u2009\u202f]`;
const GROUPED = new RegExp(String.raw`^\d{1,3}(?:(?:${BLANKS}|['’])\d{3})+(?:[.,]\d+)?$`);
const AROUND = new RegExp(
  String.raw`^(?<before>[^\d.,½¼¾()+−-]*)(?<sign>[+−-]?)${BLANKS}*(?<inner>[^\d.,½¼¾()+−-]*)` +
    String.raw`(?<digits>[.,]?\d[\d.,'’ \u00a0\u2007\u2009\u202f]*(?:e[+-]?\d{1,3})?[½¼¾]?|[½¼¾])` +
    String.raw`(?<after>(?:[^\d.,½¼¾ \u00a0\u2007\u2009\u202f]|${BLANKS}).*|)$`,
  'i',
);
const PLAIN = /^-?\d+(?:\.\d+)?$/;

/** Null for a text that is no number, whatever its marks mean. */
export function numberTextOf(value: string): NumberText | null {
  const text = value.trim();
  if (PLAIN.test(text)) {
    const negative = text.startsWith('-');
    return { ...NOTHING_BESIDE, negative, digits: negative ? text.slice(1) : text };
  }
  const accounting = /^\((.*)\)$/.exec(text);
  if (accounting) {
    const inner = numberTextOf(accounting[1]);
    return inner && !inner.negative ? { ...inner, negative: true } : null;
  }
  const trailing = /^(.*\d)\s?[-−]$/.exec(text);
  const found = AROUND.exec(trailing ? trailing[1] : text)?.groups;
  if (!found) return null;
  const beside = besideOf([found.before + found.inner, found.after]);
  const body = bodyOf(found.digits);
  if (beside === null || body === null) return null;
  const signed = found.sign === '-' || found.sign === '−';
  return { ...beside, ...body, negative: signed || trailing !== null };
}

const NOTHING_BESIDE = { grouped: false, currency: null, unit: null, percent: false } as const;

function bodyOf(written: string): Pick<NumberText, 'digits' | 'grouped'> | null {
  const fraction = FRACTIONS[written.at(-1) ?? ''];
  if (fraction !== undefined) {
    const whole = written.slice(0, -1).trim();
    return /^\d*$/.test(whole) ? { digits: `${whole}${fraction}`, grouped: true } : null;
  }
  const digits = written.trim();
  if (/^[\d.,]+$/.test(digits) || /^\d+(?:\.\d+)?e[+-]?\d{1,3}$/i.test(digits)) return { digits, grouped: false };
  if (!GROUPED.test(digits)) return null;
  return { digits: digits.replace(new RegExp(`${BLANKS}|['’]`, 'g'), ''), grouped: true };
}

/** What is written before and behind the digits; null where it means nothing known. */
function besideOf(sides: readonly string[]): Pick<NumberText, 'currency' | 'unit' | 'percent'> | null {
  let currency: string | null = null;
  let unit: string | null = null;
  let percent = false;
  for (const side of sides) {
    let rest = side.replace(new RegExp(BLANKS, 'g'), ' ').trim();
    const money = currencyIn(rest);
    if (money) {
      if (currency !== null && currency !== money.currency) return null;
      currency = money.currency;
      rest = money.rest;
    }
    if (rest === '%') {
      percent = true;
      continue;
    }
    // Of a price, "/kg" and "por kg" name what it is for.
    rest = rest.replace(/^(?:\/|por |per )\s*/i, '');
    if (rest === '') continue;
    if (!/^\p{L}{1,12}\.?$/u.test(rest) || unit !== null) return null;
    unit = rest.replace(/\.$/, '').toLowerCase();
  }
  return { currency, unit, percent };
}

function currencyIn(side: string): { readonly currency: string; readonly rest: string } | null {
  for (const [sign, currency] of CURRENCY_SIGNS) {
    const letters = /^\p{L}+$/u.test(sign);
    if (letters ? side === sign || side.startsWith(`${sign}/`) : side.startsWith(sign))
      return { currency, rest: side.slice(sign.length).trim() };
  }
  const code = /^([A-Z]{3})(?![\p{L}])(.*)$/u.exec(side);
  if (!code || !ISO_CURRENCIES.has(code[1])) return null;
  const rest = code[2].trim();
  // "USD $ 3": the sign says no more than the code.
  return { currency: code[1], rest: rest === '$' ? '' : rest };
}

/** Currency that a text names and nothing else: ISO 4217 code, or the sign that several share; null for any other. */
export function currencyOf(text: string): string | null {
  const found = currencyIn(text.trim());
  return found && found.rest === '' ? found.currency : null;
}
