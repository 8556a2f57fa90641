/** A batch of price changes as a file for a till or a spreadsheet. */

import type { Batch } from '../contract/api.ts';
import { csvCell, csvText } from '../contract/csv.ts';
import { xmlText } from '../contract/visible-text.ts';

const COLUMNS = [
  'activation_date',
  'merchant',
  'product',
  'unit',
  'price_before',
  'price',
  'expected_gain',
  'reason',
  'batch_id',
] as const;

/** @returns the bytes and their media type; texts are texts in every format, whatever they begin with */
export async function priceChangeFile(
  batch: Batch,
  format: Batch['format'],
): Promise<{ readonly type: string; readonly bytes: Uint8Array }> {
  if (format === 'json') return { type: 'application/json', bytes: Buffer.from(JSON.stringify(batch)) };
  const rows = batch.items.map((item) => [
    batch.activationDate,
    item.merchant,
    item.product,
    item.unit,
    item.priceBefore,
    item.price,
    item.expectedGain ?? '',
    item.reason ?? '',
    batch.batchId,
  ]);
  if (format === 'csv') {
    const cell = (value: unknown): string => (typeof value === 'string' ? csvText(value) : csvCell(value));
    const lines = [COLUMNS, ...rows.map(([day, ...rest]) => [day, ...rest.map(cell)])].map((row) => row.join(','));
    // The mark tells spreadsheets that this is UTF-8.
    return { type: 'text/csv; charset=utf-8', bytes: Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`) };
  }
  const { default: writeExcelFile } = await import('write-excel-file/node');
  const cells = [COLUMNS, ...rows].map((row) =>
    row.map((value) => (typeof value === 'number' ? { type: Number, value } : { type: String, value: xmlText(value) })),
  );
  const bytes = await writeExcelFile(cells as never).toBuffer();
  return { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', bytes };
}
