import { writeFile } from 'node:fs/promises';
import { csvCell } from '../contract/csv.ts';
import type { ImportDocument } from '../contract/documents.ts';
import type { Store } from '../contract/store.ts';
import { type ImportKind, type ReadOptions, type RowIssue, readSales } from '../data/read-sales.ts';
import { DemandaError } from '../errors.ts';
import { dateOrNull, isoDate } from './dates.ts';

export interface ImportOptions extends Omit<ReadOptions, 'today' | 'lang'> {
  readonly unit?: string;
  /** Covariates whose future is known ahead; they are read like `covariates`. */
  readonly knownCovariates?: readonly string[];
  readonly dryRun?: boolean;
  /** Imports the good rows and writes the others to `<file>.rejected.csv`. */
  readonly skipBad?: boolean;
  readonly onProgress?: (rows: number) => void;
}

/** Reads, checks and takes over one file; nothing of it is written when one of its rows is bad, unless `skipBad`. @param unit of options: of sales that name none */
export async function importFile(
  store: Store,
  file: string,
  options: ImportOptions & { readonly unit: string },
  lang: 'es' | 'en',
): Promise<ImportDocument['files'][number]> {
  const known = options.knownCovariates ?? [];
  const covariates = [...(options.covariates ?? []), ...known];
  const today = Math.floor(Date.now() / 86_400_000);
  const read = await readSales(file, { ...options, covariates, today, lang });
  const sales = await store.beginImport();
  const market = await store.beginMarketImport();
  const costs = await store.beginCostImport();
  const issues: RowIssue[] = [];
  const rejects: string[] = [];
  let rows = 0;
  let rejected = 0;
  try {
    for await (const batch of read.batches) {
      rows += batch.rows.length + batch.issues.length;
      rejected += batch.issues.length;
      for (const issue of batch.issues) if (issues.length < 100) issues.push(issue);
      if (options.skipBad) for (const reject of batch.rejects) rejects.push(reject.cells.map((c) => csvCell(c)).join(','));
      if (batch.kind === 'sales') sales.add(batch.rows);
      else if (batch.kind === 'market') market.add(batch.rows);
      else costs.add(batch.rows);
      options.onProgress?.(rows);
    }
    if (rejected > 0 && !options.skipBad) {
      throw new DemandaError('IMPORT_REJECTED', { file: options.fileName ?? file, rejected, rows, first: (issues[0] as RowIssue).message });
    }
    const accepted = rows - rejected;
    const base = { file, kind: read.kind as ImportKind, rows, accepted, rejected, issues };
    if (read.kind === 'sales') {
      const summary = await sales.commit({
        dryRun: options.dryRun ?? false,
        unit: options.unit,
        knownCovariates: known,
      });
      for (const extreme of summary.extremes) {
        issues.push({
          line: 0,
          column: extreme.column,
          code: 'IMPORT_EXTREME',
          message: `${extreme.merchant} / ${extreme.product} ${isoDate(extreme.day)}: ${extreme.value}`,
        });
      }
      await writeRejects(file, read.headers, rejects);
      return {
        ...base,
        replaced: summary.replaced,
        merchants: summary.merchants,
        products: summary.products,
        from: dateOrNull(summary.firstDay),
        to: dateOrNull(summary.lastDay),
      };
    }
    const dryRun = options.dryRun ?? false;
    const summary = await (read.kind === 'market' ? market : costs).commit({ dryRun });
    await writeRejects(file, read.headers, rejects);
    const { names, firstDay, lastDay } = summary;
    return { ...base, replaced: summary.replaced, merchants: 0, products: names, from: dateOrNull(firstDay), to: dateOrNull(lastDay) };
  } finally {
    for (const staged of [sales, market, costs]) staged.abort();
  }
}

async function writeRejects(file: string, headers: readonly string[], rejects: readonly string[]): Promise<void> {
  if (rejects.length > 0) await writeFile(`${file}.rejected.csv`, `${headers.map((h) => csvCell(h)).join(',')}\n${rejects.join('\n')}\n`);
}
