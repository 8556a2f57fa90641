/** What holds for the whole workspace: language, currency, unit, holidays, guardrails; who may come in, and what was done. */

import type { ComponentChildren } from 'preact';
import type { SettingsValues } from '../../contract/api.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { ApiProblem, sendJson } from '../api-client.ts';
import { Page } from '../parts/page.tsx';
import { Select } from '../parts/select.tsx';
import { ProblemNote, problemText, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';
import { AuditSection } from './settings-audit.tsx';
import { GuardrailsSection } from './settings-guardrails.tsx';
import { KeysSection } from './settings-keys.tsx';

const SECTIONS = ['general', 'guardrails', 'keys', 'audit'] as const;
const SECTION_WORDS: Readonly<Record<(typeof SECTIONS)[number], WebKey>> = {
  general: 'sectionGeneral',
  guardrails: 'guardrails',
  keys: 'sectionKeys',
  audit: 'sectionAudit',
};

export function SettingsPage() {
  const { t, may } = useSession();
  const { query, hrefWith } = useQuery();
  const section = SECTIONS.find((name) => name === query.section) ?? 'general';
  const shown = SECTIONS.filter((name) => may('admin') || (name !== 'keys' && name !== 'audit'));
  return (
    <Page title={t('navSettings')}>
      <nav class="tabs" aria-label={t('navSettings')}>
        {shown.map((name) => (
          <a key={name} href={hrefWith({ section: name === 'general' ? null : name })} {...(name === section && { 'aria-current': 'page' })}>
            {t(SECTION_WORDS[name])}
          </a>
        ))}
      </nav>
      {section === 'general' && <GeneralSection />}
      {section === 'guardrails' && <GuardrailsSection />}
      {section === 'keys' && <KeysSection />}
      {section === 'audit' && <AuditSection />}
    </Page>
  );
}

/** Countries whose holidays the calendar of the package knows, in the reader's language. */
const COUNTRIES =
  'AD AR AT AU BE BO BR CA CH CL CO CR CU DE DK DO EC ES FI FR GB GR GT HN IE IT JP KR LU MX NI NL NO NZ PA PE PL PT PY RO SE SV US UY VE ZA'.split(' ');
const CURRENCIES = 'EUR USD GBP CHF MXN ARS CLP COP PEN UYU BOB PYG BRL CAD AUD NZD SEK NOK DKK PLN RON CZK HUF JPY CRC GTQ HNL NIO DOP VES'.split(' ');

function GeneralSection() {
  const { t, lang, may } = useSession();
  const settings = useResource<{ readonly settings: SettingsValues }>('/api/settings');
  if (settings.problem) return <ProblemNote problem={settings.problem} retry={settings.reload} />;
  if (!settings.data) return <Skeleton lines={5} />;
  const values = settings.data.settings;
  const names = new Intl.DisplayNames(lang, { type: 'region' });
  const currencies = new Intl.DisplayNames(lang, { type: 'currency' });
  const withCurrent = (all: readonly string[], current: string): readonly string[] => (all.includes(current) ? all : [current, ...all]);

  async function change(next: Partial<SettingsValues>): Promise<void> {
    try {
      await sendJson('PUT', '/api/settings', next);
      showToast(t('saved'));
      forgetSeen();
      settings.reload();
      // Currency and language are part of the session: the whole page speaks them.
      if (next.currency !== undefined) location.reload();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      showToast(problemText(error, t('unreachable')));
    }
  }
  return (
    <fieldset class="card pad stack settings" disabled={!may('admin')}>
      <Setting hint={t('settingLangHint')}>
        <Select
          labelled
          label={t('settingLang')}
          value={values.lang ?? ''}
          choices={[
            { value: 'es', label: 'Español' },
            { value: 'en', label: 'English' },
            ...(values.lang === null ? [{ value: '', label: t('automatic') }] : []),
          ]}
          onChoose={(value) => change({ lang: value as 'es' | 'en' })}
        />
      </Setting>
      <Setting hint={t('settingCurrencyHint')}>
        <Select
          labelled
          label={t('settingCurrency')}
          value={values.currency}
          choices={withCurrent(CURRENCIES, values.currency).map((value) => ({ value, label: `${value} · ${currencies.of(value) ?? value}` }))}
          onChoose={(currency) => change({ currency })}
        />
      </Setting>
      <Setting hint={t('settingCountryHint')}>
        <Select
          labelled
          label={t('settingCountry')}
          value={values.country}
          choices={withCurrent(COUNTRIES, values.country)
            .map((value) => ({ value, label: names.of(value) ?? value }))
            .sort((a, b) => a.label.localeCompare(b.label, lang))}
          onChoose={(country) => change({ country })}
        />
      </Setting>
      <Setting hint={t('settingUnitHint')}>
        <label class="field">
          <span>{t('settingUnit')}</span>
          <input class="input" maxLength={20} value={values.unit} placeholder="kg" onChange={(event) => change({ unit: event.currentTarget.value.trim() })} />
        </label>
      </Setting>
      {!may('admin') && <p class="muted">{t('settingsReadOnly')}</p>}
    </fieldset>
  );
}

function Setting({ hint, children }: { readonly hint: string; readonly children: ComponentChildren }) {
  return (
    <div class="setting">
      {children}
      <p class="muted small">{hint}</p>
    </div>
  );
}
