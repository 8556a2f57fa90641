/** What settles a file that can be read in two ways. */

import type { ImportChoice } from '../contract/file-understanding.ts';
import type { DemandaError } from '../errors/demanda-error.ts';

/** The ways in which a file that was refused can be read; none where no choice settles it. */
export function importChoices(refusal: DemandaError): readonly ImportChoice[] {
  const told = refusal.parameters as Readonly<Record<string, string | number>>;
  const choice = (option: ImportChoice['option'], value: string, means: string): ImportChoice => ({
    option,
    value: String(told[value]),
    means: String(told[means]),
  });
  if (refusal.code === 'IMPORT_DATE_UNCLEAR')
    return [choice('dateFormat', 'first', 'firstDay'), choice('dateFormat', 'second', 'secondDay')];
  if (refusal.code === 'IMPORT_DECIMAL_UNCLEAR')
    return [
      { option: 'decimal', value: ',', means: String(told.byComma) },
      { option: 'decimal', value: '.', means: String(told.byPoint) },
    ];
  if (refusal.code === 'IMPORT_SHEETS_DIFFER')
    return String(told.sheets)
      .split(SHEETS_BETWEEN)
      .map((sheet) => ({ option: 'sheet', value: sheet, means: sheet }));
  if (refusal.code === 'IMPORT_REMEMBERED') return [{ option: 'forgetMapping', value: 'true', means: '' }];
  if (refusal.code === 'IMPORT_DAYS_THERE') {
    const { before, after, column } = told;
    const sum = column === 'quantity' ? Number(before) + Number(after) : null;
    return [
      { option: 'replace', value: 'true', means: String(after) },
      { option: 'add', value: 'true', means: sum === null ? '' : String(Number(sum.toPrecision(12))) },
    ];
  }
  if (refusal.code === 'IMPORT_PRICES_THERE' || refusal.code === 'IMPORT_PRICES_DIFFER')
    return [{ option: 'replace', value: 'true', means: String(told.after) }];
  return [];
}

/** No sheet's name holds a slash. */
const SHEETS_BETWEEN = ' / ';
