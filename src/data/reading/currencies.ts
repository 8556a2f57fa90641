/** Amounts of a file are of one currency, and of the one that all others are in. */

import { DemandaError } from '../../errors/demanda-error.ts';
import type { Seen } from './number-column.ts';
import { isCurrency } from './number-text.ts';
import type { FieldColumns, TableStudy } from './study.ts';

/**
 * Prices of two currencies are no prices of one column, nor those of another one beside the workspace's; percentages are
 * none at all. @param expected the workspace's currency; null: any
 */
export function checkMoney(
  study: TableStudy,
  columns: FieldColumns,
  { file, headerOf }: { readonly file: string; readonly headerOf: (field: string) => string },
  expected: string | null,
): void {
  const all = new Map<string, Seen & { readonly column: string }>();
  for (const field of ['price', 'total', 'cost', 'marketPrice'] as const) {
    if (!columns.has(field)) continue;
    for (const [currency, seen] of study.numbers[field].currencies)
      if (!all.has(currency)) all.set(currency, { ...seen, column: headerOf(field) });
    const { percent } = study.numbers[field];
    if (percent !== null)
      throw new DemandaError('IMPORT_PERCENT', {
        file,
        column: headerOf(field),
        value: percent.value,
        line: percent.line,
      });
  }
  for (const [text, line] of study.texts.currency.texts)
    if (!all.has(text.toUpperCase())) all.set(text.toUpperCase(), { value: text, line, column: headerOf('currency') });
  const { percent } = study.numbers.quantity;
  if (percent !== null)
    throw new DemandaError('IMPORT_PERCENT', {
      file,
      column: headerOf('quantity'),
      value: percent.value,
      line: percent.line,
    });
  const named = [...all].filter(([currency]) => !SHARED_SIGNS.has(currency));
  const signs = [...all].filter(([currency]) => SHARED_SIGNS.has(currency));
  // "$" beside "MXN" is the same money; two of either kind are not.
  const [first, second] = named.length > 1 ? named : signs.length > 1 ? signs : [];
  if (second === undefined) {
    checkCurrency(named[0] ?? signs[0], expected, file);
    return;
  }
  const { column, line, value } = second[1];
  throw new DemandaError('IMPORT_CURRENCIES', { file, first: first[0], second: second[0], column, line, value });
}

/** @throws DemandaError IMPORT_CURRENCY_OTHER where the amounts are surely in another currency than all others */
function checkCurrency(
  found: readonly [currency: string, seen: Seen & { readonly column: string }] | undefined,
  expected: string | null,
  file: string,
): void {
  if (found === undefined || expected === null) return;
  const [currency, { column, line, value }] = found;
  const shared = SHARED_SIGNS.get(currency);
  if (shared === undefined ? currency === expected || !isCurrency(currency) : shared.includes(expected)) return;
  throw new DemandaError('IMPORT_CURRENCY_OTHER', {
    file,
    currency,
    column,
    line,
    value: value.slice(0, 40),
    expected,
  });
}

/** Signs of more than one currency. */
const SHARED_SIGNS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    '$',
    'USD MXN ARS CLP COP UYU DOP CUP CAD AUD NZD SGD HKD TWD NAD BBD BSD BZD BMD FJD GYD JMD KYD LRD SBD SRD TTD XCD BRL NIO'.split(
      ' ',
    ),
  ],
  ['¥', ['JPY', 'CNY']],
  ['kr', ['SEK', 'NOK', 'DKK', 'ISK']],
  ['Bs', ['BOB', 'VES', 'VED']],
]);
