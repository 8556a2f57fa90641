/** One file: read, checked and taken over. */

import { type CellName, cellKey, cellOfKey } from '../contract/cell-name.ts';
import type { ImportDocument } from '../contract/documents.ts';
import type {
  FileUnderstanding,
  ImportChoice,
  ImportQuestion,
  RememberedMapping,
} from '../contract/file-understanding.ts';
import type { READ_FILE, READ_OWN_FILE } from '../contract/options/import.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import type { Deed } from '../contract/store/deed.ts';
import type { BatchSource, ImportBatch } from '../contract/store/imports.ts';
import type { NameAlias } from '../contract/store/names.ts';
import type { Import, ImportSummary, PriceCommit, PriceImportSummary, SalesCommit } from '../contract/store/sales.ts';
import type { Store } from '../contract/store/store.ts';
import type { ImportKind, Lang } from '../core/vocabulary.ts';
import { type CheckedFile, type ReadOptions, type RowIssue, readSales } from '../data/read-sales.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { isNamed } from '../rules/categories.ts';
import { ASSUMED_UNIT } from '../rules/import-batches.ts';
import { aliasedBy } from '../rules/name-changes.ts';
import { CommandDays } from './command-days.ts';
import { CompetitorProducts } from './competitor-products.ts';
import { dateOrNull, dayToday, isoDate } from './dates.ts';
import { heldIssues, heldItem } from './held-values.ts';
import { noteIn, placingOf, priceNotes, renamedNotes, requireSamePrices, salesNotes } from './import-notes.ts';
import { sourceOf } from './import-source.ts';
import { Rejects } from './rejected-rows.ts';
import { mappingText } from './remembered-mapping.ts';

export interface ImportOptions
  extends OptionsOf<typeof READ_FILE>,
    OptionsOf<typeof READ_OWN_FILE>,
    Pick<ReadOptions, 'limits' | 'fileName' | 'onlyMerchant' | 'form' | 'onStudied'> {
  readonly onProgress?: (rows: number) => void;
  /** Currency that a dry run reads by in place of the workspace's, which it leaves as it is. */
  readonly currency?: string;
  /** Answers what a file leaves open; null, or no such function, refuses the file. */
  readonly choose?: (question: ImportQuestion) => Promise<ImportChoice | null>;
}

/** What of an import is the same whatever the file holds. */
type ImportBase = Pick<
  ImportedFile,
  'file' | 'kind' | 'rows' | 'accepted' | 'rejected' | 'issues' | 'understanding' | 'notes' | 'remembered'
>;

type ImportedFile = ImportDocument['files'][number];

const MOST_ISSUES = 100;

/** A file that is read and checked, with its rows beside the store. */
export interface StagedFile {
  /**
   * Writes its rows, all or nothing; nothing of a file that an import has written before. @throws DemandaError
   * IMPORT_DAYS_THERE where they contradict rows that are there, until `settle` says which hold
   */
  commit(): Promise<ImportedFile>;
  /** Refuses what `commit` would refuse, now; after it the rows may be written. */
  check(): Promise<void>;
  settle(how: 'add' | 'replace'): void;
  /** Throws the rows away; nothing once they were written. */
  drop(): Promise<void>;
}

export interface ImportContext {
  readonly store: Store;
  readonly lang: Lang;
  /** Of cells that have none. */
  readonly usualUnit: string;
  /** The audit entry of an import. */
  readonly deed: (merchant: string | null, detail: Readonly<Record<string, unknown>>) => Deed;
  /** How messages name an option. */
  readonly optionName: (option: string) => string;
  /** Of the shops, where the import names none; none: ''. */
  readonly timezone: string;
  /** Of every amount of the workspace. */
  readonly currency: string;
  /** By what was said of an earlier file this one is read. */
  readonly remembered: RememberedMapping | null;
  /** Days of the earlier files of the command; null where there is one file. */
  readonly earlier: CommandDays | null;
}

/** Reads and checks one file; refused when one of its rows is bad, unless `skipBad`. */
export async function stageFile(context: ImportContext, file: string, options: ImportOptions): Promise<StagedFile> {
  const { store, earlier, remembered } = context;
  const aliases = await store.names.aliases(null);
  const means = aliasedBy(aliases);
  const formerMerchants = formerNames(aliases, options.onlyMerchant);
  const read = await readSales(file, { ...readOptions(context, options), formerMerchants });
  const staged = await store.sales.beginImport(read.kind);
  const rejects =
    options.skipBad && !options.dryRun ? new Rejects(file, read.headers, read.understanding, context.lang) : null;
  const drop = async (): Promise<void> => {
    read.close();
    await rejects?.drop();
    await staged.abort();
  };
  const own = new CommandDays();
  const counted = new Set<string>();
  const theirs = read.kind === 'competitors' ? await CompetitorProducts.of(store, aliases, options.onlyMerchant) : null;
  const troubles = new Troubles();
  const counts = { rows: 0, rejected: 0, returned: 0 };
  try {
    for await (const batch of read.batches) {
      counts.rows += batch.rows.length + batch.issues.length;
      counts.rejected += batch.issues.length;
      troubles.add(batch.issues);
      if (batch.kind === 'sales') {
        counts.returned += batch.rows.filter(({ quantity }) => quantity < 0).length;
        if (earlier !== null) own.add(batch.rows.map((row) => ({ ...row, ...means(row).cell })));
      } else if (batch.kind === 'stock') for (const row of batch.rows) counted.add(cellKey(means(row).cell));
      else if (batch.kind !== 'competitors' && earlier !== null) own.addPrices(batch, (cell) => means(cell).cell);
      await rejects?.add(batch.rejects, batch.issues);
      await staged.add(batch.kind === 'competitors' ? (theirs?.rowsOf(batch.rows) ?? []) : batch.rows);
      options.onProgress?.(counts.rows);
    }
    const { rows, rejected } = counts;
    if (rejected > 0 && !options.skipBad)
      throw new DemandaError('IMPORT_REJECTED', {
        file: options.fileName ?? file,
        rejected,
        rows,
        first: troubles.text,
      });
    if (!options.replace) requireSamePrices(options.fileName ?? file, earlier?.prices.otherThan(own.prices) ?? null);
    const placing = placingOf(file, options, earlier?.sharedWith(own) ?? null);
    earlier?.join(own);
    const source = { ...(await sourceOf(file, { ...readOptions(context, options) })), rejected };
    // The same count on another day is another count.
    const isTold = options.add === true || options.replace === true || read.kind === 'stock';
    const before = isTold ? null : await store.imports.ofFile(source.digest, source.options);
    const accepted = rows - rejected - (theirs?.leftOut ?? 0);
    const unsold = theirs?.notes(context.lang) ?? (await unsoldNotes(context, [...counted].map(cellOfKey)));
    const base = { file, kind: read.kind, rows, accepted, rejected, issues: troubles.issues, remembered };
    return {
      ...placedFile({ context, options, read, staged, rejects, ...{ placing, source, before, counts, base, unsold } }),
      drop,
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** What a merchant was called before. */
function formerNames(aliases: readonly NameAlias[], merchant: string | undefined): string[] {
  return aliases.filter(({ kind, target }) => kind === 'merchant' && target === merchant).map(({ name }) => name);
}

/** Stock of cells without sales: their names may be written otherwise. */
async function unsoldNotes({ store, lang }: ImportContext, cells: readonly CellName[]): Promise<RowIssue[]> {
  const count = cells.length === 0 ? 0 : cells.length - (await store.cells.count({ cells }));
  if (count === 0) return [];
  for (const { merchant, product } of cells)
    if ((await store.cells.count({ merchant, product })) === 0)
      return [noteIn(new DemandaError('IMPORT_NOTE_STOCK_UNSOLD', { count, merchant, product }), lang)];
  return [];
}

/** How a file is read with the settings of the workspace. */
function readOptions(
  { lang, currency, timezone: usual, remembered }: ImportContext,
  options: ImportOptions,
): ReadOptions {
  const timezone = options.timezone ?? usual;
  return {
    ...options,
    ...(timezone !== '' && { timezone }),
    covariates: [...(options.covariates ?? []), ...(options.knownCovariates ?? [])],
    today: dayToday(),
    lang,
    currency,
    remembered: new Set(Object.keys(remembered?.options ?? {})),
  };
}

/** By what was said of an earlier file this one is read; nothing where all of that is said anew. */
function rememberedNotes({ remembered, lang, optionName }: ImportContext): RowIssue[] {
  if (remembered === null) return [];
  const { file, date } = remembered;
  const options = mappingText(remembered, optionName);
  return options === '' ? [] : [noteIn(new DemandaError('IMPORT_NOTE_REMEMBERED', { file, date, options }), lang)];
}

/** A file whose rows are staged, and what becomes of them. */
interface FileToPlace {
  readonly context: ImportContext;
  readonly options: ImportOptions;
  readonly read: CheckedFile;
  readonly staged: Import<ImportKind>;
  readonly rejects: Rejects | null;
  readonly placing: ReturnType<typeof placingOf>;
  readonly source: BatchSource;
  /** The import that wrote this very file. */
  readonly before: ImportBatch | null;
  readonly counts: { readonly rows: number; readonly returned: number };
  readonly base: Omit<ImportBase, 'understanding' | 'notes'>;
  /** What is said of stock, and of competitors' prices, of what was never sold. */
  readonly unsold: readonly RowIssue[];
}

function placedFile(of: FileToPlace): Omit<StagedFile, 'drop'> {
  const { context, options, read, staged, rejects, source, before, counts, base, unsold } = of;
  const { lang } = context;
  const { understanding } = read;
  let { placing } = of;
  let mayReplace = options.replace === true;
  const told = () => commitOf(context, options, read, { ...counts, source, addTo: placing.addTo, mayReplace });
  return {
    commit: async () => {
      const name = options.fileName ?? base.file;
      if (before !== null) return unwritten({ ...base, understanding, notes: [] }, name, before, lang);
      const summary = await staged.commit(told());
      await rejects?.keep();
      const notes = [...rememberedNotes(context), ...read.notes, ...placing.notes.map((note) => noteIn(note, lang))];
      notes.push(...renamedNotes(summary, lang), ...unsold);
      if ('names' in summary)
        return importedPrices({ ...base, understanding, notes: [...notes, ...priceNotes(summary, lang)] }, summary);
      const all = [...notes, ...salesNotes(summary, counts.returned, lang)];
      const units = summary.unnamed > 0 ? withAssumedUnit(understanding) : understanding;
      return importedSales({ ...base, understanding: units, notes: all }, summary, lang);
    },
    check: async () => {
      if (before === null) await staged.tryOut(told());
      mayReplace = true;
    },
    settle: (how) => {
      placing = placingOf(base.file, { [how]: true }, null);
      mayReplace = true;
    },
  };
}

/** What was understood, of quantities whose unit nobody named. */
function withAssumedUnit(understanding: FileUnderstanding): FileUnderstanding {
  const columns = understanding.columns.map((column) =>
    column.field === 'quantity' ? { ...column, reading: { ...column.reading, assumedUnit: ASSUMED_UNIT } } : column,
  );
  return { ...understanding, columns };
}

/** Rows that are left out. */
class Troubles {
  /** The first hundred. */
  readonly issues: RowIssue[] = [];
  private readonly kinds = new Map<string, { count: number; readonly message: string }>();

  add(issues: readonly RowIssue[]): void {
    for (const issue of issues) {
      if (this.issues.length < MOST_ISSUES) this.issues.push(issue);
      const known = this.kinds.get(issue.code);
      if (known) known.count++;
      else this.kinds.set(issue.code, { count: 1, message: issue.message });
    }
  }

  /** How many rows have each kind of trouble, with the first. */
  get text(): string {
    return [...this.kinds.values()].map(({ count, message }) => `${count} × ${message}`).join(' ');
  }
}

/** Rows of a file, where they come from and where they go. */
interface Placed {
  readonly rows: number;
  readonly source: BatchSource;
  readonly addTo: SalesCommit['addTo'];
  readonly mayReplace: boolean;
}

/** What the store is told; of market prices and costs the columns of sales say nothing. */
function commitOf(
  { usualUnit, deed }: ImportContext,
  options: ImportOptions,
  { kind, columns, unit, covariates }: CheckedFile,
  { rows, source, addTo, mayReplace }: Placed,
): SalesCommit & PriceCommit {
  const { file, rejected } = source;
  const accepted = rows - rejected;
  return {
    dryRun: options.dryRun ?? false,
    unit: options.unit ?? '',
    ...(options.frequency !== undefined && { frequency: options.frequency }),
    ...(options.missingDays !== undefined && { missingDays: options.missingDays }),
    usualUnit: unit ?? usualUnit,
    accept: options.accept ?? false,
    knownCovariates: covariates.filter((name) => isNamed(name, options.knownCovariates ?? [])),
    knownFor: options.onlyMerchant ?? null,
    columns,
    covariates,
    ...(addTo !== undefined && { addTo }),
    source,
    today: dayToday(),
    mayReplace,
    // The audit entry, once it is known whose rows they are and how many were there before.
    deed: ({ importId, onlyMerchant, replaced }: Pick<ImportSummary, 'importId' | 'onlyMerchant' | 'replaced'>) =>
      deed(options.onlyMerchant ?? onlyMerchant, {
        file,
        ...(importId !== null && { batchId: importId }),
        kind,
        accepted,
        rejected,
        replaced,
      }),
  };
}

/** Of sales, with those rows that are odd. */
function importedSales(base: ImportBase, summary: ImportSummary, lang: Lang): ImportedFile {
  const differing = summary.differences.map(({ merchant, product, day, covariate }) => {
    const differs = new DemandaError('IMPORT_COVARIATE_DIFFERS', { merchant, product, date: isoDate(day), covariate });
    return { line: 0, column: covariate, code: differs.code, message: differs.messageIn(lang) };
  });
  return {
    ...base,
    issues: [...base.issues, ...differing, ...heldIssues(summary, lang)],
    replaced: summary.replaced,
    unchanged: summary.unchanged,
    batchId: summary.importId,
    sameAs: null,
    added: summary.added,
    renamed: summary.renamed,
    kept: summary.kept,
    emptied: summary.emptied,
    differing: summary.differing,
    frequencies: summary.frequencies,
    unsold: summary.unsold,
    heldCount: summary.held.count,
    held: summary.held.values.map(heldItem),
    releasedCount: summary.released.count,
    released: summary.released.values.map(heldItem),
    merchants: summary.merchants,
    products: summary.products,
    from: dateOrNull(summary.firstDay),
    to: dateOrNull(summary.lastDay),
  };
}

/** What a file has nothing of besides its columns. */
const NOTHING = {
  ...{ kept: {}, emptied: {}, differing: {}, frequencies: {}, unsold: { cells: 0, periods: 0 } },
  ...{ renamed: [], added: 0, merchants: 0, heldCount: 0, held: [], releasedCount: 0, released: [] },
} as const;

/** Of a file that was imported before: what it holds is there. */
function unwritten(base: ImportBase, file: string, before: ImportBatch, lang: Lang): ImportedFile {
  const { id, at, merchants, products, firstDay, lastDay } = before;
  const note = noteIn(new DemandaError('IMPORT_NOTE_SAME_FILE', { file, id, date: at.slice(0, 10) }), lang);
  return {
    ...{ ...base, accepted: 0, notes: [note] },
    ...{ ...NOTHING, replaced: 0, unchanged: 0, batchId: null, sameAs: id },
    ...{ merchants, products, from: dateOrNull(firstDay), to: dateOrNull(lastDay) },
  };
}

/** Of market prices or of costs, which have one column. */
function importedPrices(base: ImportBase, summary: PriceImportSummary): ImportedFile {
  const { importId, replaced, unchanged, names, firstDay, lastDay } = summary;
  return {
    ...base,
    ...NOTHING,
    renamed: summary.renamed,
    replaced,
    unchanged,
    batchId: importId,
    sameAs: null,
    products: names,
    from: dateOrNull(firstDay),
    to: dateOrNull(lastDay),
  };
}
