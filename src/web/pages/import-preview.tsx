/** A file as it was understood, before any of it is kept: its columns, its first rows, what is wrong with it. */

import type { ImportBody, ImportPreview } from '../../contract/api.ts';
import { IMPORT_KINDS, type ImportKind } from '../../core/vocabulary.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { Select } from '../parts/select.tsx';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { RejectedRows, SampleTable, useFieldWord } from './import-tables.tsx';
import type { FileImport } from './use-import.ts';

const KIND_WORDS: Readonly<Record<ImportKind, WebKey>> = {
  sales: 'kindSales',
  market: 'kindMarket',
  costs: 'kindCosts',
};

interface ImportPreviewCardProps {
  readonly preview: ImportPreview;
  readonly file: FileImport;
}

export function ImportPreviewCard({ preview, file }: ImportPreviewCardProps) {
  const { t, f } = useSession();
  const { options, busy, skipBad, change, setSkipBad } = file;
  return (
    <div class="card" aria-busy={busy !== null}>
      <PreviewHead preview={preview} file={file} />
      <div class="pad stack">
        {preview.problem && (
          <Note tone="warn" icon="warning">
            {preview.problem.message}
            <PlaceButtons preview={preview} file={file} />
          </Note>
        )}
        {preview.sameAs !== null && <Note>{t('importSameFile', { id: preview.sameAs })}</Note>}
        <SampleTable
          preview={preview}
          onMap={(column, field) => change({ ...options, map: mapped(preview, options, column, field) })}
        />
        {preview.kind !== 'market' && preview.kind !== 'costs' && (
          <WholeFile preview={preview} options={options} onChange={change} />
        )}
        {preview.rejected > 0 && <RejectedRows preview={preview} skip={skipBad} onSkip={setSkipBad} />}
        {preview.replaced > 0 && <p class="muted">{t('importReplaces', { replaced: f.number(preview.replaced) })}</p>}
        <ColumnNotes preview={preview} />
        <PreviewActions preview={preview} file={file} />
      </div>
    </div>
  );
}

/** What becomes of days that are there already. */
const PLACES = [
  ['replace', 'importPlaceReplace'],
  ['add', 'importPlaceAdd'],
] as const satisfies readonly (readonly [keyof ImportBody, WebKey])[];

function PlaceButtons({ preview, file: { options, busy, change } }: ImportPreviewCardProps) {
  const { t } = useSession();
  const open = PLACES.filter(([place]) => preview.choices.some(({ option }) => option === place));
  if (open.length === 0) return null;
  return (
    <p class="row">
      {open.map(([place, words]) => (
        <button
          type="button"
          class="button small"
          key={place}
          disabled={busy !== null}
          onClick={() => change({ ...options, [place]: true })}
        >
          {t(words)}
        </button>
      ))}
    </p>
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

/** What each field is read from, once this column is read as this field; '' reads it as none. */
function mapped(preview: ImportPreview, options: ImportBody, column: string, field: string): Record<string, string> {
  const others = Object.entries({ ...preview.mapping, ...options.map }).filter(
    ([name, other]) => other !== column && name !== field,
  );
  return Object.fromEntries(field === '' ? others : [...others, [field, column]]);
}

function PreviewHead({ preview, file: { options, change } }: ImportPreviewCardProps) {
  const { t, f } = useSession();
  const range =
    preview.from && preview.to ? t('importRange', { from: f.date(preview.from), to: f.date(preview.to) }) : '';
  return (
    <div class="card-head">
      <div>
        <h2>{preview.fileName}</h2>
        <p class="muted">
          {t('importCounts', {
            rows: f.number(preview.rows),
            merchants: f.number(preview.merchants),
            products: f.number(preview.products),
          })}{' '}
          {range}
        </p>
      </div>
      <Select
        label={t('importKind')}
        value={options.kind ?? preview.kind ?? 'sales'}
        choices={IMPORT_KINDS.map((kind) => ({ value: kind, label: t(KIND_WORDS[kind]) }))}
        onChoose={(kind) => change({ ...options, kind: kind as ImportKind })}
      />
    </div>
  );
}

function PreviewActions({ preview, file: { busy, skipBad, commit, cancel } }: ImportPreviewCardProps) {
  const { t, f } = useSession();
  const blocked = preview.problem !== null || preview.accepted === 0 || (preview.rejected > 0 && !skipBad);
  return (
    <div class="row">
      <button type="button" class="button primary" disabled={blocked || busy !== null} onClick={commit}>
        {t(busy === 'commit' ? 'importing' : preview.accepted === 1 ? 'importCommitOne' : 'importCommit', {
          accepted: f.number(preview.accepted),
        })}
      </button>
      <button type="button" class="button" disabled={busy !== null} onClick={cancel}>
        {t('cancel')}
      </button>
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
  const missing = (['merchant', 'product', 'productType', 'unit'] as const).filter(
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
