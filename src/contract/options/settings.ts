import { LANGS, type SettingName } from '../../core/vocabulary.ts';
import { type Option, oneOf, text } from './option.ts';

/** Settings of a workspace. Countries and currencies are looked up in lists of their own; no unit is one too. */
export const WORKSPACE_SETTINGS = {
  country: text({ flag: '--country', taken: '<code>', help: 'optCountry', usual: 'ES' }),
  currency: text({ flag: '--currency', taken: '<code>', help: 'optCurrency', usual: 'EUR' }),
  unit: text({ flag: '--unit', taken: '<unit>', help: 'optUnit', least: 0, most: 20 }),
  /** IANA zone of the shops, for files with times in UTC; none: days are counted in UTC. */
  timezone: text({ flag: '--timezone', taken: '<zone>', help: 'optSettingTimezone', least: 0, most: 60 }),
  lang: oneOf({ flag: '--lang', taken: `<${LANGS.join('|')}>`, help: 'optLang', of: LANGS }),
} as const satisfies Record<SettingName, Option>;
