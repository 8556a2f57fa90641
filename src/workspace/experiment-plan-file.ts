/** The prices of a test by day, as a file for the tills. */

import type { ExperimentDocument } from '../contract/experiments.ts';
import type { TableFormat } from '../core/vocabulary.ts';
import { TABLE_WORDS } from '../i18n/catalogue.ts';
import { fileNameOf, type TableFile, tableFile } from './table-file.ts';
import { planTable } from './tables/price-tables.ts';
import type { TableView } from './tables/table-spec.ts';

/**
 * A row a day and product, in order of day; of a test that was ended up to its last day that counts.
 *
 * @returns the bytes and their media type; texts are texts in every format, whatever they begin with
 */
export async function planFile(
  { id, cells, endedOn, from, to, currency }: ExperimentDocument,
  format: TableFormat,
  { style, lang }: Pick<TableView, 'style' | 'lang'>,
): Promise<TableFile & { readonly name: string }> {
  const name = fileNameOf([TABLE_WORDS[lang].titles.experiment_plan, id], format);
  const last = endedOn ?? to;
  const rows = cells
    .flatMap(({ merchant, product, unit, plan }) => plan.map((day) => ({ ...day, merchant, product, unit })))
    .filter(({ date }) => date <= last)
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  if (format !== 'json')
    return { ...(await tableFile(planTable(id, rows, { style, lang, currency }), format, style, lang)), name };
  const prices = rows.map(({ date, merchant, product, unit, price, level }) => ({
    ...{ date, merchant, product, unit, price, level },
    experiment: id,
  }));
  const bytes = Buffer.from(JSON.stringify({ schema: 1, currency, from, to: last, prices }));
  return { type: 'application/json', bytes, name };
}
