/** A file as it stands: the sheets of a workbook, and the first lines, of which one holds the titles. */

import type { ImportBody, ImportPreview } from '../../contract/api.ts';
import { COUNTED_ROWS } from '../../contract/limits.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import type { AskedProps } from './import-questions.tsx';
import { ColumnHead, fieldsOfColumns } from './import-tables.tsx';
import { withOption } from './import-words.ts';

/** The sheets of a workbook that has several, which of them are read, and a way to read another. */
export function Sheets({ preview, options, onChange }: AskedProps) {
  const { t, f } = useSession();
  const { sheets } = preview;
  if (sheets.length < 2) return null;
  const several = sheets.filter(({ read }) => read).length > 1;
  return (
    <section class="stack tight">
      <h3>{t('importSheets')}</h3>
      <ul class="sheets">
        {sheets.map(({ name, rows, columns, read }) => (
          <li key={name} class={read ? 'read' : ''}>
            <span>
              <span class="strong block">
                {name} {read && <span class="badge">{t('importSheetRead')}</span>}
              </span>
              <span class="muted small">
                {t(rows < COUNTED_ROWS ? 'importSheetRows' : 'importSheetMore', {
                  rows: f.number(rows),
                  columns: f.number(columns),
                })}
              </span>
            </span>
            {(several || !read) && (
              <button
                type="button"
                class="button small"
                onClick={() => onChange({ ...ofAnotherTable(options), sheet: name })}
              >
                {t('importSheetOnly')}
                <span class="hidden-text"> {name}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {options.sheet !== undefined && (
        <p>
          <button
            type="button"
            class="button small"
            onClick={() => onChange(withOption(ofAnotherTable(options), 'sheet', ''))}
          >
            {t('importSheetFound')}
          </button>
        </p>
      )}
    </section>
  );
}

type Line = ImportPreview['start'][number];

interface FirstLinesProps extends AskedProps {
  /** Called with a column and the field that it is. */
  readonly onMap: (column: string, field: string) => void;
}

/** The first lines with their numbers: a click on one says that it holds the titles. */
export function FirstLines({ preview, options, onChange, onMap }: FirstLinesProps) {
  const { t, f } = useSession();
  const { headers, headerLine, start, fields } = preview;
  const fieldOf = fieldsOfColumns(preview, options);
  const width = Math.max(headers.length, ...start.map(({ cells }) => cells.length));
  const tone = (line: Line): string =>
    line.line === headerLine ? 'titles' : line.line < (headerLine ?? 0) ? 'muted' : '';
  const columns: readonly Column<Line>[] = [
    {
      id: 'line',
      head: t('line'),
      num: true,
      cellClass: tone,
      cell: ({ line }) =>
        line === headerLine ? (
          <>
            {f.number(line)} <span class="badge">{t('importTitles')}</span>
          </>
        ) : (
          <button
            type="button"
            class="line-number"
            title={t('importTakeLine', { line })}
            onClick={() => onChange({ ...ofAnotherTable(options), headerRow: line })}
          >
            <span aria-hidden="true">{f.number(line)}</span>
            <span class="hidden-text">{t('importTakeLine', { line })}</span>
          </button>
        ),
    },
    ...Array.from({ length: width }, (_, c): Column<Line> => {
      const name = headers[c] ?? '';
      return {
        id: `${c}`,
        head: name && <ColumnHead column={name} field={fieldOf.get(name) ?? ''} fields={fields} onMap={onMap} />,
        cellClass: (line) => `${tone(line)}${fieldOf.has(name) ? '' : ' muted'}`,
        cell: ({ cells }) => cells[c] ?? '',
        cellTitle: ({ cells }) => cells[c] ?? '',
      };
    }),
  ];
  return (
    <ScrollBox label={t('importSample')} class="sample lines">
      <Table class="compact" columns={columns} rows={start} keyOf={({ line }) => line} />
    </ScrollBox>
  );
}

/** What holds of another sheet, or below other titles: nothing that was said of columns and their titles. */
function ofAnotherTable({
  map: _,
  covariates: __,
  knownCovariates: ___,
  headerRow: ____,
  only: _____,
  ...options
}: ImportBody): ImportBody {
  return options;
}
