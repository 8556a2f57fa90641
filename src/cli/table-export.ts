/** `--export`: what a command shows, as a file that opens right where it is opened. */

import type { Command } from 'commander';
import type { DataTable, TableStyle } from '../contract/data-table.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { Translate } from '../i18n/messages.ts';
import { tableFormatOf, writeTable } from '../workspace/table-file.ts';
import type { TableView } from '../workspace/tables/table-spec.ts';
import { tell } from './output.ts';

interface WantedFile {
  readonly file: string;
  readonly style: TableStyle;
}

export function tableOptions(command: Command, t: Translate): Command {
  return command.option('--export <file>', t('optExport')).option('--for-machines', t('optForMachines'));
}

/** The file that was asked for, looked at before the work that it is for. @throws DemandaError TABLE_FORMAT */
export function wantedFile(o: Readonly<Record<string, unknown>>, option = 'export'): WantedFile | null {
  const file = o[option];
  if (typeof file !== 'string') return null;
  tableFormatOf(file);
  return { file, style: o.forMachines === true ? 'machine' : 'spreadsheet' };
}

/** Writes the file that was asked for, if any, and says so. */
export async function exportTable(
  wanted: WantedFile | null,
  tableIn: (view: TableView) => DataTable,
  { currency, lang, t }: { readonly currency: string; readonly lang: Lang; readonly t: Translate },
): Promise<void> {
  if (wanted === null) return;
  const { file, style } = wanted;
  await writeTable(file, tableIn({ style, lang, currency }), style, lang);
  tell(`${t('written', { file })}\n`);
}
