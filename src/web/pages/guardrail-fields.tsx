/** The settings of the guardrails, each with what it does. */

import type { GuardrailsDocument } from '../../contract/api.ts';
import type { NumberKind } from '../../contract/options/option.ts';
import { GUARDRAIL_OPTIONS, type NumberGuardrail } from '../../contract/options/price.ts';
import { PRICE_ENDINGS, type PriceEnding } from '../../core/vocabulary.ts';
import { GUARDRAIL_FIELDS } from '../../i18n/catalogue.ts';
import type { WebTranslate } from '../../i18n/web-messages.ts';
import { Select } from '../parts/select.tsx';
import { useSession } from '../session.tsx';

type Settings = GuardrailsDocument['effective'];

/** In the order of the form. */
const NUMBER_SETTINGS = (Object.keys(GUARDRAIL_OPTIONS) as (keyof typeof GUARDRAIL_OPTIONS)[]).filter(
  (name): name is NumberGuardrail => GUARDRAIL_OPTIONS[name].kind !== 'one of',
);

/** How a figure is shown: what stands behind its label, and how many of it one is. */
const SHOWN: Readonly<
  Record<NumberKind, { readonly unit: (currency: string) => string; readonly scale: number; readonly step: number }>
> = {
  share: { unit: () => ' (%)', scale: 100, step: 0.5 },
  amount: { unit: (currency) => ` (${currency})`, scale: 1, step: 0.01 },
  whole: { unit: () => '', scale: 1, step: 1 },
};
/** Largest share that the field takes, in per cent. */
const MOST_PERCENT = 99;

const ENDING_WORDS: Readonly<Record<PriceEnding, (t: WebTranslate) => string>> = {
  '.99': () => '…,99',
  '.49': () => '…,49',
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
  const { t } = useSession();
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
            ...PRICE_ENDINGS.map((value) => ({ value, label: ENDING_WORDS[value](t) })),
          ]}
          onChoose={(value) => onChange({ priceEnding: value === '' ? null : (value as PriceEnding) })}
        />
      </div>
    </>
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
  const { unit, scale, step } = SHOWN[kind];
  return (
    <label class="field">
      <span>
        {label}
        {unit(session.currency)}
        {isOwn && <span class="badge accent">{t('railOwn')}</span>}
      </span>
      <input
        class="input"
        type="number"
        min={0}
        max={kind === 'share' ? MOST_PERCENT : undefined}
        step={step}
        placeholder={t('railOff')}
        value={value === null ? '' : Number((value * scale).toPrecision(12))}
        onInput={(event) => {
          const text = event.currentTarget.value;
          onChange(text === '' ? null : Number(text) / scale);
        }}
      />
      <span class="hint">{hint}</span>
    </label>
  );
}
