/** What a file does not say, asked in place: which column is what, whose sales they are, and what it holds at all. */

import type { ImportPreview } from '../../contract/api.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { type Choice, Select } from '../parts/select.tsx';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { type AskedProps, Choices } from './import-questions.tsx';
import { useFieldWord } from './import-tables.tsx';
import { KIND_WORDS, withOption } from './import-words.ts';

const DOUBT_HINTS: Readonly<Record<ImportKind, WebKey>> = {
  sales: 'importDoubtSales',
  costs: 'importDoubtCosts',
  stock: 'importDoubtStock',
  competitors: 'importDoubtCompetitors',
  market: 'importDoubtMarket',
};

/** A file with prices of what is bought and no known quantity may hold sales as well as prices. */
export function isInDoubt({ missing, mapping }: ImportPreview): boolean {
  const priced = mapping.cost !== undefined || mapping.marketPrice !== undefined;
  return priced && missing.some(({ field }) => field === 'quantity');
}

export function KindInDoubt({ preview, options, onChange }: AskedProps) {
  const { t } = useSession();
  if (options.kind !== undefined || !isInDoubt(preview)) return null;
  const { cost, marketPrice } = preview.mapping;
  const kinds: readonly ImportKind[] = [
    'sales',
    ...(cost === undefined ? [] : (['costs'] as const)),
    ...(marketPrice === undefined ? [] : (['market'] as const)),
  ];
  return (
    <Choices
      name="kind-in-doubt"
      legend={t('importInDoubt')}
      value={null}
      choices={kinds.map((kind) => ({ value: kind, label: t(KIND_WORDS[kind]), hint: t(DOUBT_HINTS[kind]) }))}
      onChoose={(kind) => onChange({ ...options, kind: kind as ImportKind })}
    />
  );
}

/** Fields that no column is known as, each with the columns to choose from. */
export function MissingFields({ preview, options, onChange }: AskedProps) {
  const { t } = useSession();
  const word = useFieldWord();
  const { headers, mapping } = preview;
  // Asked by itself.
  const missing = preview.missing.filter(({ field }) => field !== 'merchant');
  if (missing.length === 0 || (options.kind === undefined && isInDoubt(preview))) return null;
  return (
    <Note tone="warn" icon="warning">
      <p class="asked">{t('importMissingFields')}</p>
      <div class="option-grid">
        {missing.map(({ field, suggested }) => (
          <Select
            key={field}
            labelled
            label={word(field)}
            value=""
            choices={columnChoices(
              preview,
              suggested === null ? headers : [suggested, ...headers],
              t('importMissingColumn'),
            )}
            onChoose={(column) => onChange({ ...options, map: { ...mapping, ...options.map, [field]: column } })}
          />
        ))}
      </div>
      {(mapping.cost ?? mapping.marketPrice) !== undefined && missing.some(({ field }) => field === 'date') && (
        <p class="small">{t('importAddDate')}</p>
      )}
    </Note>
  );
}

/** Columns, each with its first value. */
function columnChoices({ headers, sample }: ImportPreview, columns: readonly string[], none: string): Choice[] {
  const labelOf = (header: string): string => {
    const first = sample[0]?.[headers.indexOf(header)] ?? '';
    return first === '' ? header : `${header} (${first})`;
  };
  const named = [...new Set(columns)].filter((header) => header !== '');
  return [{ value: '', label: none }, ...named.map((value) => ({ value, label: labelOf(value) }))];
}

/** Whose sales they are, where no column says it; the only shop there is was taken, and is named. */
export function WhichShop({ preview, options, shops, onChange }: AskedProps & { readonly shops: readonly string[] }) {
  const { t } = useSession();
  const { missing, mapping, headers } = preview;
  const taken = Object.values(mapping);
  const free = headers.filter((header) => header !== '' && !taken.includes(header));
  const isAsked = missing.some(({ field }) => field === 'merchant');
  if (mapping.merchant !== undefined || (!isAsked && options.merchant === undefined)) return null;
  const only = shops.length === 1 && options.merchant === shops[0];
  return (
    <Note icon="info" {...(isAsked && { tone: 'warn' as const })}>
      <div class="stack tight">
        <label class="field">
          <span>{t('importWhichShop')}</span>
          <input
            class="input shop"
            list="shops"
            value={options.merchant ?? ''}
            onChange={(event) => onChange(withOption(options, 'merchant', event.currentTarget.value.trim()))}
          />
        </label>
        <datalist id="shops">
          {shops.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        {isAsked && free.length > 0 && (
          <Select
            labelled
            label={t('importShopColumn')}
            value=""
            choices={columnChoices(preview, free, t('importMissingColumn'))}
            onChoose={(column) => onChange({ ...options, map: { ...mapping, ...options.map, merchant: column } })}
          />
        )}
        {!isAsked && (
          <p class="muted small">{only ? t('importShopOnly', { merchant: shops[0] }) : t('importShopAsked')}</p>
        )}
      </div>
    </Note>
  );
}
