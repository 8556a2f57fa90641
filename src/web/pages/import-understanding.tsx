/** How a file was read, column by column, and what was left out and assumed. */

import type { ImportPreview } from '../../contract/api.ts';
import type { SaleField } from '../../core/vocabulary.ts';
import { type ColumnWords, understandingWords } from '../../i18n/reading-words.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { FIELD_WORDS } from './import-tables.tsx';

export function Understanding({ preview }: { readonly preview: ImportPreview }) {
  const { t, lang } = useSession();
  // As above the columns, where a field is chosen.
  const word = (code: string | null): string | null =>
    code !== null && Object.hasOwn(FIELD_WORDS, code) ? t(FIELD_WORDS[code as SaleField]) : null;
  if (preview.understanding === null) return null;
  const words = understandingWords(preview.understanding, lang, 'page');
  const columns: readonly Column<ColumnWords>[] = [
    {
      id: 'field',
      head: t('importField'),
      cell: ({ code, field }) => <span class="strong">{word(code) ?? field}</span>,
    },
    { id: 'header', head: t('column'), cell: ({ header }) => header },
    { id: 'sample', head: t('importFirstValue'), cellClass: 'muted', cell: ({ sample }) => sample },
    { id: 'reading', head: t('importReadAs'), cell: ({ reading }) => reading },
  ];
  // Said above, with a button.
  const notes = preview.notes.filter(({ code }) => code !== 'IMPORT_NOTE_REMEMBERED');
  return (
    <section class="stack tight">
      <h3>{t('importUnderstood')}</h3>
      <ScrollBox label={t('importUnderstood')} class="understanding">
        <Table class="compact" columns={columns} rows={words.columns} keyOf={({ field, header }) => field + header} />
      </ScrollBox>
      {words.notes.length + notes.length > 0 && (
        <ul class="plain-list">
          {words.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
          {notes.map(({ code, line, message }) => (
            <li key={code + line + message}>{message}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
