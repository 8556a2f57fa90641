/** A file as it was understood, before any of it is kept: its columns, its first rows, what is wrong with it. */

import type { ImportBody, ImportPreview } from '../../contract/api.ts';
import { HELD_CODES } from '../../contract/held-codes.ts';
import { IMPORT_KINDS, type ImportKind } from '../../core/vocabulary.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { Select } from '../parts/select.tsx';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { FirstLines, Sheets } from './import-lines.tsx';
import { isInDoubt, KindInDoubt, MissingFields, WhichShop } from './import-missing.tsx';
import { ReadingOptions } from './import-options.tsx';
import { FileProgress } from './import-progress.tsx';
import { DaysThere, FileProblem, MissingDays, RememberedNote } from './import-questions.tsx';
import { RejectedRows, SampleTable, useFieldWord } from './import-tables.tsx';
import { Understanding } from './import-understanding.tsx';
import { KIND_WORDS, withOption } from './import-words.ts';
import type { FileImport } from './use-import.ts';

/** Held values that are named. */
const HELD_SHOWN = 5;

interface ImportPreviewCardProps {
  readonly preview: ImportPreview;
  readonly file: FileImport;
}

export function ImportPreviewCard({ preview, file }: ImportPreviewCardProps) {
  const { t } = useSession();
  const { options, busy, skipBad, change, setSkipBad } = file;
  const asked = { preview, options, onChange: change };
  const onMap = (column: string, field: string): void => void change(mapped(preview, options, column, field));
  return (
    <div class="card" aria-busy={busy !== null}>
      <PreviewHead preview={preview} file={file} />
      <div class="pad stack">
        <RememberedNote {...asked} />
        <FileProblem {...asked} />
        <Sheets {...asked} />
        <KindInDoubt {...asked} />
        <MissingFields {...asked} />
        <WhichShop {...asked} shops={file.shops} />
        {preview.sameAs !== null && <Note>{t('importSameFile', { id: preview.sameAs })}</Note>}
        <Understanding preview={preview} />
        {preview.headers.length > 0 && (
          <section class="stack tight">
            <h3>{t('importSample')}</h3>
            {preview.start.length > 0 ? (
              <>
                <p class="muted small">{t('importLinesHint')}</p>
                <FirstLines {...asked} onMap={onMap} />
              </>
            ) : (
              <SampleTable preview={preview} options={options} onMap={onMap} />
            )}
          </section>
        )}
        {preview.headers.length > 0 &&
          preview.kind !== 'market' &&
          preview.kind !== 'costs' &&
          preview.kind !== 'stock' &&
          preview.kind !== 'competitors' && <WholeFile preview={preview} options={options} onChange={change} />}
        <MissingDays {...asked} />
        <DaysThere {...asked} />
        <ReadingOptions {...asked} />
        {preview.rejected > 0 && <RejectedRows preview={preview} skip={skipBad} onSkip={setSkipBad} />}
        {preview.heldCount + (options.accept === true ? 1 : 0) > 0 && (
          <HeldOfFile preview={preview} options={options} onChange={change} />
        )}
        <ColumnNotes preview={preview} />
        {preview.problem === null && <Outcome preview={preview} />}
        <PreviewActions preview={preview} file={file} />
      </div>
    </div>
  );
}

/** Values that would be left out, and whether they are to count. */
function HeldOfFile({ preview: { issues, heldCount }, options, onChange }: WholeFileProps) {
  const { t, f } = useSession();
  const held = issues.filter(({ code }) => HELD_CODES.has(code)).slice(0, HELD_SHOWN);
  return (
    <Note tone="warn" icon="warning">
      {heldCount > 0 && <p>{t('importHolds', { held: f.number(heldCount) })}</p>}
      {held.map(({ message }) => (
        <p class="small" key={message}>
          {message}
        </p>
      ))}
      <label class="row">
        <input
          type="checkbox"
          checked={options.accept === true}
          onChange={(event) => onChange({ ...options, accept: event.currentTarget.checked })}
        />
        {t('importAccepts')}
      </label>
    </Note>
  );
}

/** What is said of columns, with the rows that it holds for. */
const COLUMN_NOTES = [
  ['importKeeps', 'kept'],
  ['importEmpties', 'emptied'],
  ['importDiffers', 'differing'],
] as const satisfies readonly (readonly [WebKey, keyof ImportPreview])[];

function ColumnNotes({ preview }: Pick<ImportPreviewCardProps, 'preview'>) {
  const { t, f } = useSession();
  const word = useFieldWord();
  return (
    <>
      {COLUMN_NOTES.map(([note, of]) => {
        const columns = Object.entries(preview[of]).map(([column, rows]) => `${word(column)} (${f.number(rows)})`);
        return (
          columns.length > 0 && (
            <p class="muted" key={note}>
              {t(note, { columns: columns.join(', ') })}
            </p>
          )
        );
      })}
    </>
  );
}

/** The options once a column is read as a field, as a covariate, or as nothing (''). */
function mapped(preview: ImportPreview, options: ImportBody, column: string, field: string): ImportBody {
  const without = (names: readonly string[] = []): string[] => names.filter((name) => name !== column);
  const covariates = [...without(options.covariates), ...(field === 'covariates' ? [column] : [])];
  const known = [...without(options.knownCovariates), ...(field === 'knownCovariates' ? [column] : [])];
  const others = Object.entries({ ...preview.mapping, ...options.map }).filter(
    ([name, other]) => other !== column && name !== field,
  );
  const isField = preview.fields.includes(field);
  const next = withOption(options, 'covariates', covariates.length === 0 ? '' : covariates);
  return {
    ...withOption(next, 'knownCovariates', known.length === 0 ? '' : known),
    map: Object.fromEntries(isField ? [...others, [field, column]] : others),
  };
}

function PreviewHead({ preview, file: { options, change } }: ImportPreviewCardProps) {
  const { t, f } = useSession();
  const range =
    preview.from && preview.to ? t('importRange', { from: f.date(preview.from), to: f.date(preview.to) }) : '';
  // A kind that nobody has said stands nowhere.
  const doubt = options.kind === undefined && isInDoubt(preview);
  return (
    <div class="card-head">
      <div>
        <h2>{preview.fileName}</h2>
        {preview.problem === null && (
          <p class="muted">
            {t('importCounts', {
              rows: f.number(preview.rows),
              merchants: f.number(preview.merchants),
              products: f.number(preview.products),
            })}{' '}
            {range}
          </p>
        )}
      </div>
      <Select
        label={t('importKind')}
        value={options.kind ?? preview.kind ?? (doubt ? '' : 'sales')}
        choices={[
          ...(doubt ? [{ value: '', label: '–' }] : []),
          ...IMPORT_KINDS.map((kind) => ({ value: kind, label: t(KIND_WORDS[kind]) })),
        ]}
        onChoose={(kind) => change(withOption(options, 'kind', kind as ImportKind))}
      />
    </div>
  );
}

/** What pressing the button does, in sentences. */
function Outcome({ preview }: Pick<ImportPreviewCardProps, 'preview'>) {
  const { t, f } = useSession();
  const { kind, accepted, replaced, added, rejected, understanding, sameAs, mapping } = preview;
  if (kind === null || sameAs !== null) return null;
  const counts: readonly (readonly [WebKey, number])[] = [
    ['importReplaces', replaced],
    ['importAdds', added],
    ['importTotalsOut', understanding?.totals.length ?? 0],
    ['importRejectedOut', rejected],
  ];
  return (
    <p class="outcome">
      <span class="strong">
        {t('importOutcome', { kind: t(KIND_WORDS[kind]).toLowerCase(), rows: f.number(accepted) })}
      </span>
      {counts.map(([key, rows]) => rows > 0 && ` ${t(key, { rows: f.number(rows) })}`)}
      {kind === 'sales' && mapping.cost === undefined && ` ${t('importNoCost')}`}
    </p>
  );
}

function PreviewActions({ preview, file }: ImportPreviewCardProps) {
  const { busy, skipBad, commit, cancel } = file;
  const { t, f } = useSession();
  const blocked = preview.problem !== null || preview.accepted === 0 || (preview.rejected > 0 && !skipBad);
  return (
    <div class="row">
      <button type="button" class="button primary" disabled={blocked || busy !== null} onClick={commit}>
        {t(busy === 'commit' ? 'importing' : preview.accepted === 0 ? 'importCommitNone' : 'importCommit', {
          accepted: f.number(preview.accepted),
        })}
      </button>
      <button type="button" class="button" disabled={busy !== null} onClick={cancel}>
        {t('cancel')}
      </button>
      <FileProgress file={file} />
    </div>
  );
}

interface WholeFileProps {
  readonly preview: ImportPreview;
  readonly options: ImportBody;
  readonly onChange: (options: ImportBody) => void;
}

/** What no column says may hold for the whole file. */
function WholeFile({ preview, options, onChange }: WholeFileProps) {
  const { t } = useSession();
  const missing = (['product', 'productType', 'unit'] as const).filter(
    (field) => field === 'unit' || preview.mapping[field] === undefined,
  );
  return (
    <div class="option-grid">
      {missing.map((field) => (
        <label class="field" key={field}>
          <span>{t(field === 'unit' ? 'unit' : field)}</span>
          <input
            class="input"
            value={options[field] ?? ''}
            placeholder={t('importWholeFile')}
            onChange={(event) => {
              const { [field]: _, ...rest } = options;
              const value = event.currentTarget.value.trim();
              onChange(value === '' ? rest : { ...rest, [field]: value });
            }}
          />
        </label>
      ))}
    </div>
  );
}
