/** A field for a whole number within an option's bounds, kept as it was typed. */

import { typedWhole } from '../../contract/typed-number.ts';
import { useSession } from '../session.tsx';

interface WholeFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly bounds: { readonly least: number; readonly most: number };
  readonly value: string;
  readonly onType: (value: string) => void;
  /** What holds without a number, in words; a number is needed unless told. */
  readonly usual?: string;
}

export function WholeField({ label, hint, bounds: { least, most }, value, onType, usual }: WholeFieldProps) {
  const { t } = useSession();
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class={usual === undefined ? 'input narrow' : 'input'}
        type="number"
        min={least}
        max={most}
        required={usual === undefined}
        {...(usual !== undefined && { placeholder: usual })}
        value={value}
        onInput={({ currentTarget: field }) => {
          // A browser takes 1e3 for a number too.
          const isOther = field.value !== '' && Number.isNaN(typedWhole(field.value));
          field.setCustomValidity(isOther ? t('wholeOnly') : '');
          onType(field.value);
        }}
      />
      {hint !== undefined && <span class="hint">{hint}</span>}
    </label>
  );
}
