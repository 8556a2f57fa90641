/** `--export`: what a command shows, as a file that opens right where it is opened. */

import type { Command } from 'commander';
import type { DataTable, TableStyle } from '../contract/data-table.ts';
import type { Lang, TableFormat } from '../core/vocabulary.ts';
import type { Translate } from '../i18n/messages.ts';
import { tableFormatOf, writeTable } from '../workspace/table-file.ts';
import type { TableView } from '../workspace/tables/table-spec.ts';
import { tell } from './output.ts';

interface WantedFile {
  readonly file: string;
  readonly format: TableFormat;
  readonly style: TableStyle;
}

export function tableOptions(command: Command, t: Translate): Command {
  return command.option('--export <file>', t('optExport')).option('--for-machines', t('optForMachines'));
}

/** The file that was asked for, looked at before the work that it is for. @throws DemandaError TABLE_FORMAT */
export function wantedFile(o: Readonly<Record<string, unknown>>): WantedFile | null {
  return typeof o.export === 'string' ? { file: o.export, format: tableFormatOf(o.export), style: styleOf(o) } : null;
}

/** As {@link wantedFile}; `--csv` is a table too, whatever its file is called. */
export function wantedCsv(o: Readonly<Record<string, unknown>>): WantedFile | null {
  return wantedFile(o) ?? (typeof o.csv === 'string' ? { file: o.csv, format: 'csv', style: styleOf(o) } : null);
}

function styleOf(o: Readonly<Record<string, unknown>>): TableStyle {
  return o.forMachines === true ? 'machine' : 'spreadsheet';
}

/** Writes the file that was asked for, if any, and says so. */
export async function exportTable(
  wanted: WantedFile | null,
  tableIn: (view: TableView) => DataTable,
  { currency, lang, t }: { readonly currency: string; readonly lang: Lang; readonly t: Translate },
): Promise<void> {
  if (wanted === null) return;
  const { file, format, style } = wanted;
  await writeTable(file, tableIn({ style, lang, currency }), { format, style, lang });
  tell(`${t('written', { file })}\n`);
}
