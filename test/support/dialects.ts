/** One table of sales, written as people's programs would write it. */

import fc from 'fast-check';
import iconv from 'iconv-lite';

export interface TrueSale {
  readonly merchant: string;
  readonly product: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly quantity: number;
  readonly price: number;
}

export interface Dialect {
  readonly dates: (typeof DATES)[number];
  readonly decimal: ',' | '.';
  readonly thousands: '' | 'mark' | 'blank';
  readonly delimiter: ';' | ',' | '\t' | '|';
  readonly encoding: (typeof ENCODINGS)[number];
  readonly language: keyof typeof HEADERS;
  readonly currency: (typeof CURRENCIES)[number];
  readonly weighed: boolean;
  readonly totals: boolean;
  readonly titles: boolean;
  readonly asTotal: boolean;
  readonly lineEnd: '\n' | '\r\n' | '\r';
  readonly quoted: boolean;
  /** Whether 12.50 is written 12.5. */
  readonly trimmed: boolean;
  readonly order: readonly number[];
}

const DATES = ['iso', 'd/m/y', 'm/d/y', 'd.m.yy', 'd-mon-y', 'mon d, y', 'yyyymmdd', 'serial', 'iso time'] as const;
const ENCODINGS = ['utf-8', 'utf-8 bom', 'windows-1252', 'utf-16le', 'macintosh', 'cp850'] as const;
const CURRENCIES = ['', '€ before', '€ behind', '$ before', 'EUR behind', 'S/ before'] as const;

/** Date, merchant, product, quantity, price, total. */
const HEADERS = {
  es: ['Fecha', 'Tienda', 'Artículo', 'Cantidad', 'Precio', 'Importe', 'Total'],
  en: ['Order Date', 'Store', 'Item Name', 'Qty', 'Unit Price', 'Net Sales', 'Grand Total'],
  pt: ['Data', 'Loja', 'Produto', 'Quantidade', 'Preço', 'Valor total', 'Total geral'],
  fr: ['Date de vente', 'Magasin', 'Produit', 'Quantité', 'Prix', 'Montant', 'Total'],
} as const;
const MONTHS = {
  es: ['ene', 'feb', 'mar', 'abr', 'may', 'jun', 'jul', 'ago', 'sep', 'oct', 'nov', 'dic'],
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
  ].concat('December'),
  pt: ['jan', 'fev', 'mar', 'abr', 'mai', 'jun', 'jul', 'ago', 'set', 'out', 'nov', 'dez'],
  fr: ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre'].concat(
    'novembre',
    'décembre',
  ),
} as const;

/** 2019-01-01; forty months from any start are over by 2026. */
const FIRST_DAY = 17_897;

/** Sales of some weeks or years: every day, weeks, months, or any days; counted, weighed or in thousands. */
export const trueSales: fc.Arbitrary<readonly TrueSale[]> = fc
  .record({
    start: fc.integer({ min: 0, max: 1_300 }),
    step: fc.constantFrom('day', 'week', 'month', 'any'),
    count: fc.integer({ min: 1, max: 40 }),
    quantities: fc.constantFrom('counted', 'weighed', 'halves', 'thousands'),
    prices: fc.constantFrom('cents', 'whole', 'large', 'thousandths'),
    merchants: fc.shuffledSubarray(['Ana', 'Señora Núñez', 'Café 21'], { minLength: 1 }),
    products: fc.shuffledSubarray(['Jamón', 'Piña, en rodajas', 'Leche 1,5 l', 'Pan "de pueblo"', '007'], {
      minLength: 1,
    }),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  })
  .map(({ start, step, count, quantities, prices, merchants, products, seed }) => {
    const random = randomOf(seed);
    const below = (most: number): number => Math.floor(random() * most);
    return Array.from({ length: count }, (_, i): TrueSale => {
      const day =
        step === 'day'
          ? i
          : step === 'week'
            ? i * 7
            : step === 'month'
              ? monthStart(start, i) - FIRST_DAY - start
              : below(700);
      return {
        merchant: merchants[below(merchants.length)],
        product: products[below(products.length)],
        day: FIRST_DAY + start + day,
        quantity: {
          counted: 1 + below(60),
          weighed: (1 + below(4_000)) / 1_000,
          halves: (1 + below(40)) / 2,
          thousands: 100 + below(9_000),
        }[quantities],
        price: {
          cents: (1 + below(3_000)) / 100,
          whole: 1 + below(90),
          large: 500 + below(40_000),
          thousandths: (100 + below(9_000)) / 1_000,
        }[prices],
      };
    });
  });

function monthStart(start: number, index: number): number {
  const first = new Date((FIRST_DAY + start) * 86_400_000);
  return Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + index, 1) / 86_400_000;
}

/** Numbers from 0 to below 1 (a linear congruence: the same on every machine). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
}

export const dialects: fc.Arbitrary<Dialect> = fc.record({
  dates: fc.constantFrom(...DATES),
  decimal: fc.constantFrom(',', '.'),
  thousands: fc.constantFrom('', 'mark', 'blank'),
  delimiter: fc.constantFrom(';', ',', '\t', '|'),
  encoding: fc.constantFrom(...ENCODINGS),
  language: fc.constantFrom('es', 'en', 'pt', 'fr'),
  currency: fc.constantFrom(...CURRENCIES),
  weighed: fc.boolean(),
  totals: fc.boolean(),
  titles: fc.boolean(),
  asTotal: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  quoted: fc.boolean(),
  trimmed: fc.boolean(),
  order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
});

/** 2025-03-14, and what is written of it, as the guide shows them. */
const SHOWN_DAY = 20_161;

/** Each way in which a dialect may write something, by example. @param language of months' names and headers */
export function shownDialects(language: 'en' | 'es'): {
  readonly dates: readonly string[];
  readonly numbers: readonly string[];
  readonly amounts: readonly string[];
  readonly encodings: readonly string[];
  readonly headers: readonly string[];
} {
  const plain = { decimal: '.', thousands: '', trimmed: false, encoding: 'utf-8', language } as Dialect;
  const numbers = (['.', ','] as const).flatMap((decimal) =>
    (['', 'mark', 'blank'] as const).map((thousands) => numberText(1_234.5, 2, { ...plain, decimal, thousands })),
  );
  return {
    dates: DATES.map((dates) => dateText(SHOWN_DAY, { ...plain, dates })),
    numbers: [...new Set(numbers)],
    amounts: CURRENCIES.map((currency) => moneyText('12.50', { ...plain, currency })),
    encodings: ENCODINGS,
    headers: Object.values(HEADERS).map((names) => names.slice(0, -1).join(', ')),
  };
}

/** Bytes of a file that holds the sales in a dialect. */
export function written(sales: readonly TrueSale[], dialect: Dialect): Buffer {
  const { language, asTotal, order, delimiter, lineEnd, encoding } = dialect;
  const [date, merchant, product, quantity, price, total, sum] = HEADERS[language];
  const row = (cells: readonly string[]): string =>
    order.map((i) => quotedCell(cells[i] as string, dialect)).join(delimiter);
  const lines = [
    ...(dialect.titles ? [`${sum} 2024`, ''] : []),
    row([date, merchant, product, quantity, asTotal ? total : price]),
    ...sales.map((sale) => row(cellsOf(sale, dialect))),
  ];
  const units = sales.reduce((all, sale) => all + sale.quantity, 0);
  if (dialect.totals) lines.push(row([sum, '', '', numberText(units, 3, dialect), '']));
  const text = lines.join(lineEnd) + lineEnd;
  if (encoding === 'utf-8 bom') return Buffer.from(`\uFEFF${text}`);
  return iconv.encode(text, encoding);
}

function cellsOf({ merchant, product, day, quantity, price }: TrueSale, dialect: Dialect): string[] {
  const money = dialect.asTotal ? quantity * price : price;
  const amount = numberText(money, dialect.asTotal ? 6 : 3, dialect);
  const unit = dialect.weighed ? ' kg' : '';
  return [
    dateText(day, dialect),
    merchant,
    product,
    `${numberText(quantity, 3, dialect)}${unit}`,
    moneyText(amount, dialect),
  ];
}

function moneyText(amount: string, { currency, encoding }: Dialect): string {
  // Old encodings have no sign for the euro.
  const old = encoding === 'cp850' || encoding === 'macintosh';
  const [sign, side] = (old ? currency.replace('€', 'EUR') : currency).split(' ');
  if (side === undefined) return amount;
  return side === 'before' ? `${sign} ${amount}` : `${amount} ${sign}`;
}

function numberText(value: number, most: number, { decimal, thousands, trimmed }: Dialect): string {
  // As many decimals as it has, two at least where programs write cents.
  let [whole, fraction = ''] = value.toFixed(most).split('.') as [string, string?];
  fraction = fraction.replace(/0+$/, '');
  if (!trimmed && fraction.length === 1) fraction += '0';
  const mark = { '': '', mark: decimal === ',' ? '.' : ',', blank: ' ' }[thousands];
  whole = whole.replace(/\B(?=(?:\d{3})+$)/g, mark);
  return fraction === '' ? whole : `${whole}${decimal}${fraction}`;
}

function dateText(day: number, { dates, language }: Dialect): string {
  const at = new Date(day * 86_400_000);
  const iso = at.toISOString().slice(0, 10);
  const [year, month, date] = iso.split('-') as [string, string, string];
  const name = MONTHS[language][at.getUTCMonth()] as string;
  return {
    iso,
    'd/m/y': `${date}/${month}/${year}`,
    'm/d/y': `${Number(month)}/${Number(date)}/${year}`,
    'd.m.yy': `${date}.${month}.${year.slice(2)}`,
    'd-mon-y': `${date}-${name}-${year}`,
    'mon d, y': `${name} ${Number(date)}, ${year}`,
    yyyymmdd: `${year}${month}${date}`,
    serial: String(day + 25_569),
    'iso time': `${iso} ${String(8 + (day % 12)).padStart(2, '0')}:30:00`,
  }[dates];
}

function quotedCell(text: string, { delimiter, quoted }: Dialect): string {
  const needed = quoted || text.includes(delimiter) || text.includes('"') || text.includes('\n');
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}
