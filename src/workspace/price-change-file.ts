/** A batch of price changes as a file for a till or a spreadsheet, or as labels for the shelves. */

import type { Batch } from '../contract/api.ts';
import { csvCell, csvText } from '../contract/csv.ts';
import type { BatchFileFormat } from '../core/vocabulary.ts';
import { TABLE_WORDS } from '../i18n/catalogue.ts';
import { labelSheet } from './label-sheet.ts';
import { fileNameOf, type TableFile, tableFile } from './table-file.ts';
import { type BatchItem, batchTable } from './tables/price-tables.ts';
import type { TableView } from './tables/table-spec.ts';

/** How a batch is written. */
export interface BatchFileView extends Pick<TableView, 'style' | 'lang'> {
  readonly format: BatchFileFormat;
}

const ENDINGS: Readonly<Record<BatchFileFormat, string>> = {
  csv: 'csv',
  xlsx: 'xlsx',
  parquet: 'parquet',
  json: 'json',
  till: 'txt',
  labels: 'html',
};

/**
 * @param items those of the batch, with the lowest prices before them
 * @returns the bytes, their media type and the file's name; texts are texts in every format, whatever they begin with
 */
export async function priceChangeFile(
  batch: Batch,
  items: readonly BatchItem[],
  { format, style, lang }: BatchFileView,
): Promise<TableFile & { readonly name: string }> {
  const merchants = new Set(items.map(({ merchant }) => merchant));
  const { titles } = TABLE_WORDS[lang];
  const only = merchants.size === 1 ? ([...merchants][0] as string) : null;
  const name = fileNameOf([titles.price_changes, batch.activationDate, only], ENDINGS[format]);
  return { ...(await bytesOf(batch, items, { format, style, lang })), name };
}

async function bytesOf(batch: Batch, items: readonly BatchItem[], view: BatchFileView): Promise<TableFile> {
  const { format, style, lang } = view;
  const { currency, activationDate } = batch;
  if (format === 'json') return { type: 'application/json', bytes: Buffer.from(JSON.stringify({ ...batch, items })) };
  if (format === 'till') return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(tillLines(items)) };
  if (format === 'labels') {
    const page = labelSheet({ items, currency, activationDate }, lang);
    return { type: 'text/html; charset=utf-8', bytes: Buffer.from(page) };
  }
  return tableFile(batchTable(batch, items, { style, lang, currency }), format, style, lang);
}

/** Product and price, a line each, and the shop before them where there are several: what any till takes. */
function tillLines(items: readonly BatchItem[]): string {
  const several = new Set(items.map(({ merchant }) => merchant)).size > 1;
  return items
    .map(({ merchant, product, price }) =>
      [...(several ? [csvText(merchant)] : []), csvText(product), csvCell(price)].join(';'),
    )
    .map((line) => `${line}\r\n`)
    .join('');
}
