/** Everything that may be said of a file, for those that need it. */

import type { ImportBody, ImportPreview } from '../../contract/api.ts';
import { READ_FILE } from '../../contract/options/import.ts';
import { FREQUENCIES, type Frequency, PERIODS, type Period } from '../../core/vocabulary.ts';
import { dateFormatWord } from '../../i18n/reading-words.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { Select } from '../parts/select.tsx';
import { useSession } from '../session.tsx';
import { FREQUENCY_WORDS, OPTION_WORDS, withOption } from './import-words.ts';

interface OptionFieldsProps {
  readonly preview: ImportPreview;
  readonly options: ImportBody;
  readonly onChange: (options: ImportBody) => void;
}

const PERIOD_CHOICES: Readonly<Record<Period, WebKey>> = { day: 'everyDay', week: 'everyWeek', month: 'everyMonth' };

/** Orders that a date may have; a format that is not among them is typed by nobody. */
const DATE_FORMATS = ['dd/mm/yyyy', 'mm/dd/yyyy', 'yyyy/mm/dd', 'yyyy.mm', 'yyyy.m'] as const;

export function ReadingOptions({ preview, options, onChange }: OptionFieldsProps) {
  const { t, lang } = useSession();
  const set = <K extends keyof ImportBody>(name: K, value: ImportBody[K] | ''): void =>
    onChange(withOption(options, name, value));
  const usual = { value: '', label: t('automatic') };
  return (
    <details>
      <summary>{t('importOptions')}</summary>
      <div class="stack advanced">
        <div class="option-grid">
          <Select
            labelled
            label={t('optionDateFormat')}
            value={options.dateFormat ?? ''}
            choices={[usual, ...DATE_FORMATS.map((value) => ({ value, label: dateFormatWord(value, lang) }))]}
            onChoose={(value) => set('dateFormat', value)}
          />
          <Select
            labelled
            label={t('optionDecimal')}
            value={options.decimal ?? ''}
            choices={[usual, { value: ',', label: t('decimalComma') }, { value: '.', label: t('decimalPoint') }]}
            onChoose={(value) => set('decimal', value as ',' | '.' | '')}
          />
          {(preview.start.length > 0 || options.headerRow !== undefined) && (
            <Select
              labelled
              label={t('optionHeaderRow')}
              value={String(options.headerRow ?? '')}
              choices={[
                usual,
                { value: '0', label: t('importNoTitles') },
                ...preview.start.map(({ line }) => ({ value: `${line}`, label: `${line}` })),
              ]}
              onChoose={(value) => set('headerRow', value === '' ? '' : Number(value))}
            />
          )}
          <Select
            labelled
            label={t('optionFrequency')}
            value={options.frequency ?? ''}
            choices={[usual, ...FREQUENCIES.map((value) => ({ value, label: t(FREQUENCY_WORDS[value]) }))]}
            onChoose={(value) => set('frequency', value as Frequency | '')}
          />
          <TextOption name="timezone" place="Europe/Madrid" options={options} onChange={onChange} />
          <TextOption name="encoding" place="windows-1252" options={options} onChange={onChange} />
          <TextOption name="start" place="2024-01-01" options={options} onChange={onChange} />
          <Select
            labelled
            label={t('optionEvery')}
            value={options.every ?? ''}
            choices={[usual, ...PERIODS.map((value) => ({ value, label: t(PERIOD_CHOICES[value]) }))]}
            onChoose={(value) => set('every', value as Period | '')}
          />
          <OnlyRows preview={preview} options={options} onChange={onChange} />
        </div>
      </div>
    </details>
  );
}

interface TextOptionProps extends Omit<OptionFieldsProps, 'preview'> {
  readonly name: 'timezone' | 'encoding' | 'start';
  readonly place: string;
}

function TextOption({ name, place, options, onChange }: TextOptionProps) {
  const { t } = useSession();
  return (
    <label class="field">
      <span>{t(OPTION_WORDS[name])}</span>
      <input
        class="input"
        maxLength={READ_FILE[name].most}
        value={options[name] ?? ''}
        placeholder={place}
        onChange={(event) => onChange(withOption(options, name, event.currentTarget.value.trim()))}
      />
    </label>
  );
}

/** Rows of one value of one column alone. */
function OnlyRows({ preview, options, onChange }: OptionFieldsProps) {
  const { t } = useSession();
  const [column = '', value = ''] = Object.entries(options.only ?? {})[0] ?? [];
  return (
    <>
      <Select
        labelled
        label={t('optionOnly')}
        value={column}
        choices={[
          { value: '', label: t('importAllRows') },
          ...preview.headers.filter(Boolean).map((name) => ({ value: name, label: name })),
        ]}
        onChoose={(name) => {
          const first = preview.sample[0]?.[preview.headers.indexOf(name)] ?? '';
          onChange(withOption(options, 'only', name === '' ? '' : { [name]: first }));
        }}
      />
      {column !== '' && (
        <label class="field">
          <span>{t('importOnlyValue', { column })}</span>
          <input
            class="input"
            value={value}
            onChange={(event) => onChange({ ...options, only: { [column]: event.currentTarget.value.trim() } })}
          />
        </label>
      )}
    </>
  );
}
