/** The prices of a test by day, as a file for the tills. */

import { csvCell, csvText } from '../contract/csv.ts';
import type { ExperimentDocument } from '../contract/experiments.ts';
import { xmlText } from '../contract/visible-text.ts';
import type { BatchFormat } from '../core/vocabulary.ts';

const COLUMNS = ['date', 'merchant', 'product', 'unit', 'price', 'level', 'experiment'] as const;

/**
 * A row a day and product, in order of day; of a test that was ended up to its last day that counts.
 *
 * @returns the bytes and their media type; texts are texts in every format, whatever they begin with
 */
export async function planFile(
  { id, cells, endedOn, from, to, currency }: ExperimentDocument,
  format: BatchFormat,
): Promise<{ readonly type: string; readonly bytes: Uint8Array; readonly name: string }> {
  const name = `experiment-${id}.${format}`;
  const last = endedOn ?? to;
  const rows = cells
    .flatMap(({ merchant, product, unit, plan }) => plan.map((day) => ({ ...day, merchant, product, unit })))
    .filter(({ date }) => date <= last)
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
    .map(
      ({ date, merchant, product, unit, price, level }) => [date, merchant, product, unit, price, level, id] as const,
    );
  if (format === 'json') {
    const prices = rows.map((row) => Object.fromEntries(COLUMNS.map((column, i) => [column, row[i]])));
    const bytes = Buffer.from(JSON.stringify({ schema: 1, currency, from, to: last, prices }));
    return { type: 'application/json', bytes, name };
  }
  if (format === 'csv') {
    const cell = (value: unknown): string => (typeof value === 'string' ? csvText(value) : csvCell(value));
    const lines = [COLUMNS, ...rows.map(([day, ...rest]) => [day, ...rest.map(cell)])].map((row) => row.join(','));
    // The mark tells spreadsheets that this is UTF-8.
    return { type: 'text/csv; charset=utf-8', bytes: Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`), name };
  }
  const { default: writeExcelFile } = await import('write-excel-file/node');
  const cellsOf = [COLUMNS, ...rows].map((row) =>
    row.map((value) => (typeof value === 'number' ? { type: Number, value } : { type: String, value: xmlText(value) })),
  );
  const bytes = await writeExcelFile(cellsOf as never).toBuffer();
  return { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', bytes, name };
}
