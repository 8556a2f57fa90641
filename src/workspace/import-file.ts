/** One file: read, checked and taken over. */

import { basename } from 'node:path';
import type { ImportDocument } from '../contract/documents.ts';
import type { ImportChoice, ImportQuestion, RememberedMapping } from '../contract/file-understanding.ts';
import type { READ_FILE, READ_OWN_FILE } from '../contract/options/import.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import type { Deed } from '../contract/store/deed.ts';
import type { ImportSummary, PriceCommit, PriceImportSummary, SalesCommit } from '../contract/store/sales.ts';
import type { Store } from '../contract/store/store.ts';
import type { Lang } from '../core/vocabulary.ts';
import { type CheckedFile, type ReadOptions, type RowIssue, readSales } from '../data/read-sales.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { isNamed } from '../rules/categories.ts';
import { CommandDays } from './command-days.ts';
import { dateOrNull, isoDate } from './dates.ts';
import { heldIssues, heldItem } from './held-values.ts';
import { noteIn, placingOf, salesNotes } from './import-notes.ts';
import { Rejects } from './rejected-rows.ts';
import { mappingText } from './remembered-mapping.ts';

export interface ImportOptions
  extends OptionsOf<typeof READ_FILE>,
    OptionsOf<typeof READ_OWN_FILE>,
    Pick<ReadOptions, 'limits' | 'fileName' | 'onlyMerchant' | 'form'> {
  readonly onProgress?: (rows: number) => void;
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
  /** Writes its rows, all or nothing. */
  commit(): Promise<ImportedFile>;
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
  const { store, lang, earlier, remembered } = context;
  const read = await readSales(file, readOptions(context, options));
  const staged = await store.sales.beginImport(read.kind);
  const rejects = options.skipBad && !options.dryRun ? new Rejects(file, read.headers) : null;
  const drop = async (): Promise<void> => {
    read.close();
    await rejects?.drop();
    await staged.abort();
  };
  const own = new CommandDays();
  const troubles = new Troubles();
  const counts = { rows: 0, rejected: 0, returned: 0 };
  try {
    for await (const batch of read.batches) {
      counts.rows += batch.rows.length + batch.issues.length;
      counts.rejected += batch.issues.length;
      troubles.add(batch.issues);
      if (batch.kind === 'sales') {
        for (const { quantity } of batch.rows) if (quantity < 0) counts.returned++;
        if (earlier !== null) own.add(batch.rows);
      }
      await rejects?.add(batch.rejects);
      await staged.add(batch.rows);
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
    const placing = placingOf(file, options, earlier?.sharedWith(own) ?? null);
    earlier?.join(own);
    const commit = async (): Promise<ImportedFile> => {
      const summary = await staged.commit(commitOf(context, file, options, read, { ...counts, addTo: placing.addTo }));
      await rejects?.keep();
      const { understanding, kind } = read;
      const notes = [...rememberedNotes(context), ...read.notes, ...placing.notes.map((note) => noteIn(note, lang))];
      const { issues } = troubles;
      const base = { file, kind, rows, accepted: rows - rejected, rejected, issues, understanding, notes, remembered };
      if ('names' in summary) return importedPrices(base, summary);
      return importedSales(
        { ...base, notes: [...notes, ...salesNotes(summary, counts.returned, lang)] },
        summary,
        lang,
      );
    };
    return { commit, drop };
  } catch (error) {
    await drop();
    throw error;
  }
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
    today: Math.floor(Date.now() / 86_400_000),
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

/** What the store is told; of market prices and costs the columns of sales say nothing. */
function commitOf(
  { usualUnit, deed }: ImportContext,
  file: string,
  options: ImportOptions,
  { kind, columns, unit, covariates }: CheckedFile,
  { rows, rejected, addTo }: { readonly rows: number; readonly rejected: number; readonly addTo: SalesCommit['addTo'] },
): SalesCommit & PriceCommit {
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
    // The audit entry, once it is known whose rows they are and how many were there before.
    deed: ({ onlyMerchant, replaced }: { readonly onlyMerchant: string | null; readonly replaced: number }) =>
      deed(options.onlyMerchant ?? onlyMerchant, {
        file: basename(options.fileName ?? file),
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
    added: summary.added,
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

/** Of market prices or of costs, which have one column. */
function importedPrices(base: ImportBase, { replaced, names, firstDay, lastDay }: PriceImportSummary): ImportedFile {
  return {
    ...base,
    kept: {},
    emptied: {},
    differing: {},
    frequencies: {},
    unsold: { cells: 0, periods: 0 },
    heldCount: 0,
    held: [],
    releasedCount: 0,
    released: [],
    replaced,
    added: 0,
    merchants: 0,
    products: names,
    from: dateOrNull(firstDay),
    to: dateOrNull(lastDay),
  };
}
