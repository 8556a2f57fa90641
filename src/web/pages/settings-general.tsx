/** What holds for the whole workspace: language, currency, holidays of which country, unit. */

import type { ComponentChildren } from 'preact';
import type { SettingsValues } from '../../contract/api.ts';
import { LANGS, type Lang } from '../../core/vocabulary.ts';
import { sendJson } from '../api-client.ts';
import { languageName } from '../formats.ts';
import { Select } from '../parts/select.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';

/** Countries whose holidays the calendar of the package knows. */
const COUNTRIES =
  'AD AR AT AU BE BO BR CA CH CL CO CR CU DE DK DO EC ES FI FR GB GR GT HN IE IT JP KR LU MX NI NL NO NZ PA PE PL PT PY RO SE SV US UY VE ZA'.split(
    ' ',
  );
const CURRENCIES =
  'EUR USD GBP CHF MXN ARS CLP COP PEN UYU BOB PYG BRL CAD AUD NZD SEK NOK DKK PLN RON CZK HUF JPY CRC GTQ HNL NIO DOP VES'.split(
    ' ',
  );

export function GeneralSection() {
  const { t, may } = useSession();
  const tellProblem = useProblemToast();
  const settings = useResource<{ readonly settings: SettingsValues }>('/api/settings');
  if (settings.problem) return <ProblemNote problem={settings.problem} retry={settings.reload} />;
  if (!settings.data) return <Skeleton lines={5} />;

  async function change(next: Partial<SettingsValues>): Promise<void> {
    try {
      await sendJson('PUT', '/api/settings', next);
      showToast(t('saved'));
      forgetSeen();
      settings.reload();
      // Currency and language are part of the session: the whole page speaks them.
      if (next.currency !== undefined) location.reload();
    } catch (error) {
      tellProblem(error);
    }
  }
  return (
    <fieldset class="card pad stack settings" disabled={!may('admin')}>
      <GeneralFields values={settings.data.settings} onChange={change} />
      {!may('admin') && <p class="muted">{t('settingsReadOnly')}</p>}
    </fieldset>
  );
}

interface GeneralFieldsProps {
  readonly values: SettingsValues;
  readonly onChange: (next: Partial<SettingsValues>) => void;
}

function GeneralFields({ values, onChange }: GeneralFieldsProps) {
  const { t, lang } = useSession();
  const regions = new Intl.DisplayNames(lang, { type: 'region' });
  const currencies = new Intl.DisplayNames(lang, { type: 'currency' });
  const languages = LANGS.map((value) => ({ value, label: languageName(value) }));
  return (
    <>
      <Setting hint={t('settingLangHint')}>
        <Select
          labelled
          label={t('settingLang')}
          value={values.lang ?? ''}
          choices={values.lang === null ? [...languages, { value: '', label: t('automatic') }] : languages}
          onChoose={(value) => onChange({ lang: value as Lang })}
        />
      </Setting>
      <Setting hint={t('settingCurrencyHint')}>
        <Select
          labelled
          label={t('settingCurrency')}
          value={values.currency}
          choices={withCurrent(CURRENCIES, values.currency).map((value) => ({
            value,
            label: `${value} · ${currencies.of(value) ?? value}`,
          }))}
          onChoose={(currency) => onChange({ currency })}
        />
      </Setting>
      <Setting hint={t('settingCountryHint')}>
        <Select
          labelled
          label={t('settingCountry')}
          value={values.country}
          choices={withCurrent(COUNTRIES, values.country)
            .map((value) => ({ value, label: regions.of(value) ?? value }))
            .sort((a, b) => a.label.localeCompare(b.label, lang))}
          onChoose={(country) => onChange({ country })}
        />
      </Setting>
      <TimezoneSetting values={values} onChange={onChange} />
      <Setting hint={t('settingUnitHint')}>
        <label class="field">
          <span>{t('settingUnit')}</span>
          <input
            class="input"
            maxLength={20}
            value={values.unit}
            placeholder="kg"
            onChange={(event) => onChange({ unit: event.currentTarget.value.trim() })}
          />
        </label>
      </Setting>
    </>
  );
}

function TimezoneSetting({ values, onChange }: GeneralFieldsProps) {
  const { t } = useSession();
  return (
    <Setting hint={t('settingTimezoneHint')}>
      <label class="field">
        <span>{t('settingTimezone')}</span>
        <input
          class="input"
          maxLength={60}
          list="time-zones"
          value={values.timezone}
          placeholder="Europe/Madrid"
          onChange={(event) => onChange({ timezone: event.currentTarget.value.trim() })}
        />
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </label>
    </Setting>
  );
}

/** A workspace may have one that the list does not know. */
function withCurrent(all: readonly string[], current: string): readonly string[] {
  return all.includes(current) ? all : [current, ...all];
}

function Setting({ hint, children }: { readonly hint: string; readonly children: ComponentChildren }) {
  return (
    <div class="setting">
      {children}
      <p class="muted small">{hint}</p>
    </div>
  );
}
