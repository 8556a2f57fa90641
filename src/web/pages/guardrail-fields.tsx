/** The settings of the guardrails, each with what it does. */

import { useEffect, useState } from 'preact/hooks';
import type { GuardrailsDocument } from '../../contract/api.ts';
import type { NumberKind } from '../../contract/options/option.ts';
import { GUARDRAIL_OPTIONS, type NumberGuardrail } from '../../contract/options/price.ts';
import { typedNumber } from '../../contract/typed-number.ts';
import { type Lang, PRICE_ENDINGS, type PriceEnding } from '../../core/vocabulary.ts';
import { GUARDRAIL_FIELDS } from '../../i18n/catalogue.ts';
import type { WebTranslate } from '../../i18n/web-messages.ts';
import { Select } from '../parts/select.tsx';
import { useSession } from '../session.tsx';

type Settings = GuardrailsDocument['effective'];

/** In the order of the form. */
const NUMBER_SETTINGS = (Object.keys(GUARDRAIL_OPTIONS) as (keyof typeof GUARDRAIL_OPTIONS)[]).filter(
  (name): name is NumberGuardrail =>
    GUARDRAIL_OPTIONS[name].kind !== 'one of' && GUARDRAIL_OPTIONS[name].kind !== 'text',
);

/** How a figure is shown: what stands behind its label, and how many of it one is. */
const SHOWN: Readonly<Record<NumberKind, { readonly unit: (currency: string) => string; readonly scale: number }>> = {
  share: { unit: () => ' (%)', scale: 100 },
  amount: { unit: (currency) => ` (${currency})`, scale: 1 },
  whole: { unit: () => '', scale: 1 },
};

function textOf(value: number | null, kind: NumberKind, lang: Lang): string {
  if (value === null) return '';
  const figure = new Intl.NumberFormat(lang, { maximumFractionDigits: 10, useGrouping: false });
  return figure.format(value * SHOWN[kind].scale);
}

/** What the field's text stands for, with either decimal mark and with or without the sign; null is off. */
function typedOf(text: string, kind: NumberKind): number | null {
  const typed = text.trim();
  if (typed === '') return null;
  return typedNumber(kind === 'share' ? typed.replace(/\s?%$/, '') : typed) / SHOWN[kind].scale;
}

const ENDING_WORDS: Readonly<Record<PriceEnding, (t: WebTranslate, lang: Lang) => string>> = {
  '.99': (_, lang) => `…${lang === 'es' ? ',' : '.'}99`,
  '.49': (_, lang) => `…${lang === 'es' ? ',' : '.'}49`,
  '0.05': (t) => t('railEndingSteps'),
  '90': () => '…90',
  '990': () => '…990',
  '10': (t) => t('railEndingTens'),
};

interface GuardrailFieldsProps {
  readonly settings: Settings;
  /** What is set for this merchant and type alone. */
  readonly own: GuardrailsDocument['own'];
  readonly onChange: (next: Partial<Settings>) => void;
}

export function GuardrailFields({ settings, own, onChange }: GuardrailFieldsProps) {
  const { t, lang } = useSession();
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={settings.neverBelowCost}
          onChange={(event) => onChange({ neverBelowCost: event.currentTarget.checked })}
        />
        {t('railCost')}
      </label>
      <div class="option-grid">
        {NUMBER_SETTINGS.map((setting) => (
          <NumberField
            key={setting}
            setting={setting}
            value={settings[setting]}
            isOwn={own[setting] !== undefined}
            onChange={(value) => onChange({ [setting]: value })}
          />
        ))}
        <Select
          labelled
          label={t('railEnding')}
          value={settings.priceEnding ?? ''}
          choices={[
            { value: '', label: t('railEndingNone') },
            ...PRICE_ENDINGS.map((value) => ({ value, label: ENDING_WORDS[value](t, lang) })),
          ]}
          onChoose={(value) => onChange({ priceEnding: value === '' ? null : (value as PriceEnding) })}
        />
        <ReferenceField
          value={settings.competitorReference}
          isOwn={own.competitorReference !== undefined}
          onChange={(competitorReference) => onChange({ competitorReference })}
        />
      </div>
    </>
  );
}

interface ReferenceFieldProps {
  readonly value: string | null;
  readonly isOwn: boolean;
  readonly onChange: (value: string | null) => void;
}

/** Whose price limits beside competitors are measured from. */
function ReferenceField({ value, isOwn, onChange }: ReferenceFieldProps) {
  const { t } = useSession();
  const words = { cheapest: t('railCheapest'), mean: t('railMean') } as const;
  const known = value === null ? 'cheapest' : value;
  return (
    <label class="field">
      <span>
        {t('railReference')}
        {isOwn && <span class="badge accent">{t('railOwn')}</span>}
      </span>
      <input
        class="input"
        list="competitor-references"
        autocomplete="off"
        value={Object.hasOwn(words, known) ? words[known as keyof typeof words] : known}
        onChange={({ currentTarget: field }) => {
          const typed = field.value.trim();
          const [word] = Object.entries(words).find(([, text]) => text.toLowerCase() === typed.toLowerCase()) ?? [
            typed,
          ];
          onChange(word === '' || word === 'cheapest' ? null : word);
        }}
      />
      <datalist id="competitor-references">
        {Object.values(words).map((text) => (
          <option key={text} value={text} />
        ))}
      </datalist>
      <span class="hint">{t('railReferenceHint')}</span>
    </label>
  );
}

interface NumberFieldProps {
  readonly setting: NumberGuardrail;
  /** Null is off. */
  readonly value: number | null;
  readonly isOwn: boolean;
  readonly onChange: (value: number | null) => void;
}

function NumberField({ setting, value, isOwn, onChange }: NumberFieldProps) {
  const { t, lang, session } = useSession();
  const { label, hint } = GUARDRAIL_FIELDS[lang][setting];
  const { kind } = GUARDRAIL_OPTIONS[setting];
  const { unit } = SHOWN[kind];
  const [typed, setTyped] = useState(() => textOf(value, kind, lang));
  // Discarded or undone from outside; what is being typed stands as it is: "12," is on its way to a number.
  useEffect(() => {
    if (!Object.is(typedOf(typed, kind), value)) setTyped(textOf(value, kind, lang));
  }, [value]);
  return (
    <label class="field">
      <span>
        {label}
        {unit(session.currency)}
        {isOwn && <span class="badge accent">{t('railOwn')}</span>}
      </span>
      <input
        class="input"
        inputMode="decimal"
        autocomplete="off"
        placeholder={t('railOff')}
        value={typed}
        onInput={({ currentTarget: field }) => {
          const next = typedOf(field.value, kind);
          setTyped(field.value);
          const isOther = next !== null && !(kind === 'share' ? next < 1 : next > 0);
          field.setCustomValidity(isOther ? t(kind === 'share' ? 'railPercentOnly' : 'railNumberOnly') : '');
          onChange(next);
        }}
      />
      <span class="hint">{hint}</span>
    </label>
  );
}
