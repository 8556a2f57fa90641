/** `settings`: what holds for the whole workspace, or for one merchant or kind of product. */

import { CELLS } from '../../contract/options/cells.ts';
import { GUARDRAIL_OPTIONS } from '../../contract/options/price.ts';
import { WORKSPACE_SETTINGS } from '../../contract/options/settings.ts';
import { visibleText } from '../../contract/visible-text.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { GUARDRAIL_FIELDS } from '../../i18n/catalogue.ts';
import { priceWord } from '../../i18n/code-words.ts';
import type { MessageKey, Translate } from '../../i18n/messages.ts';
import { guardrailsKept } from '../../workspace/settings.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { wrapped } from '../table.ts';

const { lang: _, ...WITHOUT_LANG } = WORKSPACE_SETTINGS;
const { product: __, ...SCOPE } = CELLS;

export function addSettings({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = command('settings', 'ajustes', 'cmdSettings');
  addOptions(made, { ...WITHOUT_LANG, ...SCOPE, ...GUARDRAIL_OPTIONS }, t).action((o: Options) =>
    withWorkspace(o, async (workspace) => {
      const guardrails = readOptions(GUARDRAIL_OPTIONS, o);
      await workspace.setSettings(readOptions(WORKSPACE_SETTINGS, o));
      if (Object.keys(guardrails).length > 0) await workspace.setGuardrails(readOptions(SCOPE, o), guardrails);
      const settings = await workspace.settings();
      if (o.json) return sayJson({ schema: 1, currency: settings.currency, settings });
      const words = { lang, t, currency: settings.currency as string };
      for (const [key, value] of Object.entries(settings)) say(`${wrapped(settingText(key, String(value), words))}\n`);
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

type Limits = NonNullable<ReturnType<typeof guardrailsKept>>;

interface Words {
  readonly lang: Lang;
  readonly t: Translate;
  readonly currency: string;
}

/** A setting in words; one of a later version by its own name. */
function settingText(key: string, value: string, words: Words): string {
  const { t } = words;
  const limits = guardrailsKept(key, value);
  if (limits) return limitsText(limits, words);
  const name = Object.hasOwn(WORDS, key) ? t(WORDS[key] as MessageKey) : key;
  const language = key !== 'lang' ? null : value === 'es' ? t('langEs') : value === 'en' ? t('langEn') : null;
  return `${name}: ${language ?? visibleText(value)}`;
}

function limitsText({ scope: { merchant, productType }, own }: Limits, words: Words): string {
  const names = [merchant, productType].filter((name) => name !== undefined).map(visibleText);
  const { t } = words;
  const title = names.length === 0 ? t('settingLimits') : t('settingLimitsOf', { scope: names.join(' · ') });
  const known = Object.entries(own).filter(([name]) => Object.hasOwn(GUARDRAIL_OPTIONS, name));
  return `${title}: ${known.map(([name, value]) => limitText(name as LimitName, value, words)).join('; ')}`;
}

type LimitName = keyof typeof GUARDRAIL_OPTIONS;

function limitText(name: LimitName, value: unknown, { lang, t, currency }: Words): string {
  const label =
    name === 'priceEnding'
      ? t('settingEnding')
      : name === 'competitorReference'
        ? t('settingReference')
        : GUARDRAIL_FIELDS[lang][name].label;
  const { kind } = GUARDRAIL_OPTIONS[name];
  const text =
    value === null
      ? t('settingLimitOff')
      : kind === 'share'
        ? new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 2 }).format(Number(value))
        : kind === 'amount'
          ? `${priceWord(Number(value), currency, lang)} ${currency}`
          : lang === 'es' && kind !== 'text'
            ? String(value).replace('.', ',')
            : String(value);
  return `${lowered(label)} ${text}`;
}

/** As it stands within a sentence. */
function lowered(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}
