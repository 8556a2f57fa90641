/** What the import of a file is told to have done. */

import { number } from '../charts/number-text.ts';
import type { ImportDocument } from '../contract/documents.ts';
import type { OPTIONAL_COLUMNS } from '../contract/import-rows.ts';
import { FREQUENCIES, type Frequency, type Lang } from '../core/vocabulary.ts';
import type { MessageKey, Translate } from '../i18n/messages.ts';

type ImportedFile = ImportDocument['files'][number];

const COLUMN_WORDS = {
  price: 'price',
  cost: 'columnCost',
  promo: 'columnPromo',
  soldOut: 'columnSoldOut',
  waste: 'columnWaste',
  marketPrice: 'columnMarketPrice',
} as const satisfies Record<(typeof OPTIONAL_COLUMNS)[number] | 'price', MessageKey>;

const FREQUENCY_WORDS = {
  daily: 'frequencyDaily',
  weekly: 'frequencyWeekly',
  monthly: 'frequencyMonthly',
} as const satisfies Record<Frequency, MessageKey>;

const SPAN_WORDS = {
  daily: 'spanDaily',
  weekly: 'spanWeekly',
  monthly: 'spanMonthly',
} as const satisfies Record<Frequency, MessageKey>;

/** What is said of a file of each kind. */
const IMPORTED = {
  sales: 'imported',
  market: 'importedPrices',
  costs: 'importedPrices',
  stock: 'importedStock',
  competitors: 'importedCompetitors',
} as const satisfies Record<ImportedFile['kind'], MessageKey>;

/** Lines about a file: how many rows, and what rows that were there already kept and lost. */
export function importText(file: ImportedFile, dryRun: boolean, lang: Lang, t: Translate): string {
  // Its one note says so.
  if (file.sameAs !== null) return file.notes.map(({ message }) => message).join('\n');
  const key: MessageKey = dryRun ? 'wouldImport' : IMPORTED[file.kind];
  const { accepted, replaced, rejected, merchants, products } = file;
  const lines = [
    t(key, {
      file: file.file,
      accepted,
      replaced,
      rejected,
      merchants,
      products,
      from: file.from ?? '–',
      to: file.to ?? '–',
    }),
  ];
  const told = (note: MessageKey, counts: Readonly<Record<string, number>>, each: MessageKey): void => {
    const columns = Object.entries(counts).map(([name, rows]) =>
      t(each, { column: columnWord(name, t), rows, shown: number(lang, rows, 0) }),
    );
    if (columns.length > 0) lines.push(`  ${t(note, { columns: columns.join(', ') })}`);
  };
  if (file.unchanged > 0) lines.push(`  ${t('importUnchanged', { shown: number(lang, file.unchanged, 0) })}`);
  told(dryRun ? 'wouldKeep' : 'importKept', file.kept, 'inRows');
  told(dryRun ? 'wouldEmpty' : 'importEmptied', file.emptied, 'inRows');
  told('importDiffering', file.differing, 'onDays');
  const series = FREQUENCIES.flatMap((frequency) => {
    const n = file.frequencies[frequency] ?? 0;
    return n === 0 ? [] : [t('seriesOf', { n, frequency: t(FREQUENCY_WORDS[frequency], { n }) })];
  });
  if (series.length > 0) lines.push(`  ${t('importFrequencies', { series: series.join(', ') })}`);
  const { cells, periods } = file.unsold;
  const [only, ...others] = FREQUENCIES.filter((frequency) => (file.frequencies[frequency] ?? 0) > 0);
  const span = t(only === undefined || others.length > 0 ? 'spanMixed' : SPAN_WORDS[only], { n: periods });
  if (periods > 0) lines.push(`  ${t('importUnsold', { cells, periods, span, shown: number(lang, periods, 0) })}`);
  if (file.batchId !== null) lines.push(`  ${t('importBatch', { id: file.batchId })}`);
  return lines.join('\n');
}

/** A column's name; covariates have that of the file. */
function columnWord(name: string, t: Translate): string {
  return Object.hasOwn(COLUMN_WORDS, name) ? t(COLUMN_WORDS[name as keyof typeof COLUMN_WORDS]) : name;
}
