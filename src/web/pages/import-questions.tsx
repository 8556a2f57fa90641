/** What a file leaves open, as choices; and what is remembered of files like it. */

import type { ImportBody, ImportPreview } from '../../contract/api.ts';
import { PERIOD_UNIT } from '../../core/series/periods.ts';
import { FREQUENCIES, MISSING_DAYS } from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { dateFormatWord } from '../../i18n/reading-words.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { useFieldWord } from './import-tables.tsx';
import { FREQUENCY_WORDS, KIND_WORDS, OPTION_WORDS, withOption } from './import-words.ts';

export interface AskedProps {
  readonly preview: ImportPreview;
  readonly options: ImportBody;
  readonly onChange: (options: ImportBody) => void;
}

interface ChoicesProps {
  readonly name: string;
  readonly legend: string;
  readonly value: string | null;
  readonly choices: readonly { readonly value: string; readonly label: string; readonly hint?: string }[];
  readonly onChoose: (value: string) => void;
}

export function Choices({ name, legend, value, choices, onChoose }: ChoicesProps) {
  return (
    <fieldset class="stack tight">
      <legend class="legend">{legend}</legend>
      <div class="choices">
        {choices.map((choice) => (
          <label class="choice" key={choice.value}>
            <input type="radio" name={name} checked={value === choice.value} onChange={() => onChoose(choice.value)} />
            <span>
              <span class="strong block">{choice.label}</span>
              {choice.hint && <span class="muted small block">{choice.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Why the file cannot be read yet, with the readings that settle it. */
export function FileProblem({ preview: { problem, choices, missing, sheets }, options, onChange }: AskedProps) {
  const { t, f, lang } = useSession();
  // Missing columns are asked for one by one.
  if (problem === null || missing.length > 0) return null;
  // The others have buttons of their own.
  const asked = choices.flatMap(({ option, ...choice }) =>
    ['forgetMapping', 'add', 'replace'].includes(option) || (option === 'sheet' && sheets.length > 1)
      ? []
      : [{ option: option as 'dateFormat' | 'decimal' | 'sheet', ...choice }],
  );
  return (
    <>
      <Note tone="warn" icon="warning">
        <p>{problem.message}</p>
        {problem.code === 'IMPORT_CURRENCY_OTHER' && (
          <a class="button small" href="/settings">
            {t('importOpenSettings')}
          </a>
        )}
      </Note>
      {asked.length > 0 && (
        <Choices
          name="open-question"
          legend={t('importWhichHolds')}
          value={null}
          choices={asked.map(({ option, value, means }) => ({
            value,
            label: option === 'dateFormat' ? f.date(means) : means,
            ...(option !== 'sheet' && {
              hint: `${t(OPTION_WORDS[option])}: ${option === 'dateFormat' ? dateFormatWord(value, lang) : value}`,
            }),
          }))}
          onChoose={(value) => onChange({ ...options, [asked[0].option]: value })}
        />
      )}
    </>
  );
}

/** By what was said of an earlier file this one is read, and a way out of it. */
export function RememberedNote({ preview: { remembered }, options, onChange }: AskedProps) {
  const { t, f } = useSession();
  const word = useOptionWord();
  if (remembered === null || Object.keys(remembered.options).length === 0) return null;
  return (
    <Note icon="history">
      <p>{t('importRemembered', { file: remembered.file, date: f.date(remembered.date) })}</p>
      <ul class="plain-list">
        {Object.entries(remembered.options).map(([option, value]) => (
          <li key={option}>
            <span class="muted">{t(OPTION_WORDS[option as keyof typeof OPTION_WORDS] ?? 'importOption')}:</span>{' '}
            {word(option, value)}
          </li>
        ))}
      </ul>
      <button type="button" class="button small" onClick={() => onChange({ ...options, forgetMapping: true })}>
        {t('importForget')}
      </button>
    </Note>
  );
}

/** @returns what was said of an option, as its field on this page says it; names of columns and the like as they are */
function useOptionWord(): (option: string, value: string) => string {
  const { t, lang } = useSession();
  const fieldWord = useFieldWord();
  const keys: Readonly<Record<string, Readonly<Record<string, WebKey>>>> = {
    kind: KIND_WORDS,
    decimal: { ',': 'decimalComma', '.': 'decimalPoint' },
    frequency: FREQUENCY_WORDS,
    missingDays: { zero: MISSING_WORDS.zero[0], closed: MISSING_WORDS.closed[0] },
    headerRow: { 0: 'importNoTitles' },
  };
  return (option, value) => {
    const key = keys[option]?.[value];
    if (key !== undefined) return t(key);
    if (option === 'dateFormat') return dateFormatWord(value, lang);
    if (option !== 'map') return value;
    // A column's name may hold a comma: a pair begins with a field.
    return value
      .split(/,(?=\w+=)/)
      .map((pair) => {
        const [, field = '', column = pair] = /^(\w+)=(.*)$/.exec(pair) ?? [];
        return field === '' ? column : `${fieldWord(field)}: ${column}`;
      })
      .join(' · ');
  };
}

const MISSING_WORDS = {
  zero: ['missingZero', 'missingZeroHint'],
  closed: ['missingClosed', 'missingClosedHint'],
} as const satisfies Record<(typeof MISSING_DAYS)[number], readonly [WebKey, WebKey]>;

/** What days, weeks or months without a row are, where there are such. */
export function MissingDays({ preview: { unsold, frequencies }, options, onChange }: AskedProps) {
  const { t, f, lang } = useSession();
  if (unsold.periods === 0 && options.missingDays === undefined) return null;
  const [only, ...others] = FREQUENCIES.filter((frequency) => (frequencies[frequency] ?? 0) > 0);
  const span =
    only === undefined || others.length > 0
      ? t('periodsMixed')
      : codeWords(lang).periods[PERIOD_UNIT[only]][unsold.periods === 1 ? 0 : 1];
  return (
    <Choices
      name="missing-days"
      legend={t('importMissing', { cells: f.number(unsold.cells), periods: f.number(unsold.periods), span })}
      value={options.missingDays ?? 'zero'}
      choices={MISSING_DAYS.map((value) => ({
        value,
        label: t(MISSING_WORDS[value][0]),
        hint: t(MISSING_WORDS[value][1]),
      }))}
      onChoose={(value) => onChange({ ...options, missingDays: value as (typeof MISSING_DAYS)[number] })}
    />
  );
}

/** What becomes of days that are there already. */
export function DaysThere({ preview: { replaced, added, problem, sameAs }, options, onChange }: AskedProps) {
  const { t, f } = useSession();
  // Until it is said which holds, the preview refuses the file, or has nothing to write of one that was imported before.
  const ofPrices = problem?.code === 'IMPORT_PRICES_THERE';
  const isOpen = ofPrices || problem?.code === 'IMPORT_DAYS_THERE' || sameAs !== null;
  if (!isOpen && replaced + added === 0) return null;
  const { add: _, replace: __, ...rest } = options;
  return (
    <Choices
      name="days-there"
      legend={isOpen ? t('importWhichHolds') : t('importDaysThere', { rows: f.number(replaced + added) })}
      value={isOpen ? null : options.add === true || (added > 0 && options.replace !== true) ? 'add' : 'replace'}
      choices={[
        { value: 'replace', label: t('placeReplace'), hint: t('placeReplaceHint') },
        ...(ofPrices ? [] : [{ value: 'add', label: t('placeAdd'), hint: t('placeAddHint') }]),
      ]}
      onChoose={(value) => onChange(withOption(rest, value === 'add' ? 'add' : 'replace', true))}
    />
  );
}
