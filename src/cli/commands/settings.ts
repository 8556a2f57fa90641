/** `settings`: what holds for the whole workspace, or for one merchant or kind of product. */

import { CELLS } from '../../contract/options/cells.ts';
import { GUARDRAIL_OPTIONS } from '../../contract/options/price.ts';
import { WORKSPACE_SETTINGS } from '../../contract/options/settings.ts';
import { visibleText } from '../../contract/visible-text.ts';
import type { MessageKey, Translate } from '../../i18n/messages.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';

const { lang: _, ...WITHOUT_LANG } = WORKSPACE_SETTINGS;
const { product: __, ...SCOPE } = CELLS;

export function addSettings({ command, t, withWorkspace }: CommandContext): void {
  const made = command('settings', 'ajustes', 'cmdSettings');
  addOptions(made, { ...WITHOUT_LANG, ...SCOPE, ...GUARDRAIL_OPTIONS }, t).action((o: Options) =>
    withWorkspace(o, async (workspace) => {
      const guardrails = readOptions(GUARDRAIL_OPTIONS, o);
      await workspace.setSettings(readOptions(WORKSPACE_SETTINGS, o));
      if (Object.keys(guardrails).length > 0) await workspace.setGuardrails(readOptions(SCOPE, o), guardrails);
      const settings = await workspace.settings();
      if (o.json) return sayJson({ schema: 1, currency: settings.currency, settings });
      for (const [key, value] of Object.entries(settings)) say(`${settingText(key, String(value), t)}\n`);
    }),
  );
}

const WORDS: Readonly<Record<string, MessageKey>> = {
  country: 'settingCountry',
  currency: 'settingCurrency',
  lang: 'settingLang',
  timezone: 'settingTimezone',
  unit: 'settingUnit',
};

/** A setting in words; one of a later version by its own name. */
function settingText(key: string, value: string, t: Translate): string {
  const name = Object.hasOwn(WORDS, key) ? t(WORDS[key] as MessageKey) : key;
  const language = key !== 'lang' ? null : value === 'es' ? t('langEs') : value === 'en' ? t('langEn') : null;
  return `${name}: ${language ?? visibleText(value)}`;
}
