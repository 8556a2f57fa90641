/** How the options of an import are called on its page. */

import type { ImportBody } from '../../contract/api.ts';
import type { Frequency, ImportKind } from '../../core/vocabulary.ts';
import type { WebKey } from '../../i18n/web-messages.ts';

export const KIND_WORDS: Readonly<Record<ImportKind, WebKey>> = {
  sales: 'kindSales',
  market: 'kindMarket',
  costs: 'kindCosts',
  stock: 'kindStock',
  competitors: 'kindCompetitors',
};

export const FREQUENCY_WORDS: Readonly<Record<Frequency, WebKey>> = {
  daily: 'everyDay',
  weekly: 'everyWeek',
  monthly: 'everyMonth',
};

export const OPTION_WORDS = {
  kind: 'importKind',
  map: 'optionMap',
  unit: 'unit',
  covariates: 'optionCovariates',
  knownCovariates: 'optionKnownCovariates',
  decimal: 'optionDecimal',
  encoding: 'optionEncoding',
  dateFormat: 'optionDateFormat',
  timezone: 'optionTimezone',
  frequency: 'optionFrequency',
  missingDays: 'optionMissing',
  sheet: 'optionSheet',
  headerRow: 'optionHeaderRow',
  only: 'optionOnly',
  start: 'optionStart',
  every: 'optionEvery',
} as const satisfies Partial<Record<keyof ImportBody, WebKey>>;

/** The options with one that is given, or without it: undefined and '' take it away. */
export function withOption<K extends keyof ImportBody>(
  options: ImportBody,
  name: K,
  value: ImportBody[K] | '' | undefined,
): ImportBody {
  const { [name]: _, ...rest } = options;
  return (value === '' || value === undefined ? rest : { ...rest, [name]: value }) as ImportBody;
}
