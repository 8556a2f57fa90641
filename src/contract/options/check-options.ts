/** Whether values are what their options allow: the library's checks, and the command line's. */

import { horizonOf, mostDays } from '../../core/series/periods.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { LARGEST_AMOUNT, type Option, type Options, type OptionsOf } from './option.ts';

/**
 * Checks what a caller gave; what is not given is left.
 *
 * @throws DemandaError OPTION_WHOLE, OPTION_TOO_LARGE, OPTION_POSITIVE, OPTION_NOT_NEGATIVE, OPTION_SHARE,
 * OPTION_CHOICE, OPTION_TEXT, OPTION_HORIZON, OPTION_SWITCH, naming the option by its key
 */
export function checkOptions<O extends Options>(options: O, given: OptionsOf<O>): void {
  for (const [name, option] of Object.entries(options)) {
    const value: unknown = given[name];
    const refusal = value === undefined ? null : refusalOf(option, value, name);
    if (refusal) throw refusal;
  }
}

/** Why a value is refused; null for one that is not. @param name of the option in the sentence */
export function refusalOf(option: Option, given: unknown, name: string): DemandaError | null {
  if (option.orOff && given === null) return null;
  const value = String(given);
  const isText = (text: unknown, most: number, least = 1): boolean =>
    typeof text === 'string' && text.length >= least && text.length <= most;
  const refusedText = (most: number, least = 1): DemandaError =>
    new DemandaError('OPTION_TEXT', { option: name, least, most });
  switch (option.kind) {
    case 'whole': {
      const { least, most } = option;
      if (!Number.isSafeInteger(given) || (given as number) < least)
        return new DemandaError('OPTION_WHOLE', { option: name, least, value });
      return (given as number) <= most ? null : new DemandaError('OPTION_TOO_LARGE', { option: name, most, value });
    }
    case 'amount':
      return typeof given === 'number' && given > 0 && given < LARGEST_AMOUNT
        ? null
        : new DemandaError('OPTION_POSITIVE', { option: name, value });
    case 'quantity':
      return typeof given === 'number' && given >= 0 && given < LARGEST_AMOUNT
        ? null
        : new DemandaError('OPTION_NOT_NEGATIVE', { option: name, value });
    case 'shares':
      return refusedShares(option, given, name);
    case 'share':
      return typeof given === 'number' && given >= 0 && given < 1
        ? null
        : new DemandaError('OPTION_SHARE', { option: name, value });
    case 'one of':
      return option.of.some((word) => word === given)
        ? null
        : new DemandaError('OPTION_CHOICE', { option: name, allowed: option.of.join(' | '), value });
    case 'text':
      return isText(given, option.most, option.least) ? null : refusedText(option.most, option.least);
    case 'texts':
      if (Array.isArray(given) && given.length > option.mostItems)
        return new DemandaError('OPTION_TOO_LARGE', { option: name, most: option.mostItems, value: given.length });
      return Array.isArray(given) && given.every((text) => isText(text, option.most)) ? null : refusedText(option.most);
    case 'pairs': {
      const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [['', given]];
      const wrong = entries.find(([key, text]) => !isText(key, option.mostName) || !isText(text, option.most, 0));
      return wrong === undefined
        ? null
        : new DemandaError('OPTION_MAP', { option: name, value: wrong.map(String).join('=') });
    }
    case 'periods': {
      const { mostDays: most } = option;
      const horizon = typeof given === 'number' || typeof given === 'string' ? horizonOf(given) : null;
      if (!horizon) return new DemandaError('OPTION_HORIZON', { option: name, value });
      return mostDays(horizon) <= most
        ? null
        : new DemandaError('OPTION_TOO_LARGE', { option: name, most: `${most}d`, value });
    }
    case 'switch':
      return typeof given === 'boolean' ? null : new DemandaError('OPTION_SWITCH', { option: name, value });
  }
}

function refusedShares(
  { mostItems }: Extract<Option, { kind: 'shares' }>,
  given: unknown,
  name: string,
): DemandaError | null {
  if (!Array.isArray(given) || given.length === 0)
    return new DemandaError('OPTION_SHARE', { option: name, value: String(given) });
  if (given.length > mostItems)
    return new DemandaError('OPTION_TOO_LARGE', { option: name, most: mostItems, value: given.length });
  const wrong = given.find((one) => !(typeof one === 'number' && one >= 0 && one < 1));
  return wrong === undefined ? null : new DemandaError('OPTION_SHARE', { option: name, value: String(wrong) });
}
