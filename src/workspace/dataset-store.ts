/** Sales of a dataset in a store of their own, for as long as they are worked on: read, merged and completed as imported ones. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { READ_FILE } from '../contract/options/import.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import type { Lang } from '../core/vocabulary.ts';
import { batchesOf, plannedColumns, type ReadingPlan } from '../data/read-sales.ts';
import { headerOf } from '../data/reading/fields.ts';
import { type TableForm, tableRows } from '../data/reading/table.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import { isNamed } from '../rules/categories.ts';
import { openStore } from '../store/open.ts';
import { systemUser } from './actors.ts';
import { deedNow, type WorkspaceContext } from './context.ts';
import { type DatasetCells, mayHold } from './dataset-cells.ts';
import { dayToday } from './dates.ts';
import { Names } from './names.ts';

/** How a dataset is read: an import's options, but for what is done to rows that are there already. */
export type DatasetOptions = Omit<
  OptionsOf<typeof READ_FILE>,
  'add' | 'replace' | 'forgetMapping' | 'kind' | 'sheet' | 'headerRow'
>;

/** A dataset that is understood. */
export interface ReadDataset extends DatasetCells {
  readonly input: string;
  readonly form: TableForm;
  readonly plan: ReadingPlan;
  readonly options: DatasetOptions;
}

/** Who works, and with which settings. */
export interface DatasetWork {
  readonly lang: Lang;
  readonly settings: Readonly<Record<string, string>>;
  readonly executor?: ((threads: number) => Executor) | undefined;
}

/**
 * Works on the sales of some merchants: all of theirs, since how often a cell sells is decided from all cells of its
 * merchant.
 *
 * @param merchants in order of name
 */
export async function withDatasetStore<T>(
  dataset: ReadDataset,
  merchants: readonly string[],
  { lang, settings, executor }: DatasetWork,
  work: (context: WorkspaceContext) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'demanda-'));
  try {
    const store = await openStore(folder);
    const actor = systemUser('command');
    const names = new Names(store, folder);
    const context = {
      ...{ location: { folder, database: null }, merchant: null, store, names, lang, actor, executor },
      ...{ optionName: String, calendar: { kept: null } },
    };
    try {
      await store.documents.setSettings({ ...settings }, deedNow(context, 'settings.change', null, {}));
      await takeSales(context, dataset, merchants);
      return await work(context);
    } finally {
      await store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws DemandaError IMPORT_REJECTED when one of the rows is bad */
async function takeSales(context: WorkspaceContext, dataset: ReadDataset, merchants: readonly string[]): Promise<void> {
  const { input, form, plan, options } = dataset;
  const staged = await context.store.sales.beginImport('sales');
  const source = tableRows(input, form, undefined, { parts: mayHold(dataset, merchants) });
  const headers = form.headers.map(headerOf);
  const read = { ...options, lang: context.lang, today: dayToday(), merchants: new Set(merchants) };
  let [rows, rejected] = [0, 0];
  let first = '';
  for await (const batch of batchesOf(input, { ...plan, form, headers }, source.batches, read, () => {})) {
    if (batch.kind !== 'sales') throw new DemandaError('DATASET_NO_SALES', { input });
    rows += batch.rows.length + batch.issues.length;
    rejected += batch.issues.length;
    first ||= batch.issues[0]?.message ?? '';
    await staged.add(batch.rows);
  }
  if (rejected > 0) throw new DemandaError('IMPORT_REJECTED', { file: input, rejected, rows, first });
  const known = options.knownCovariates ?? [];
  const columns = plannedColumns(plan);
  await staged.commit({
    dryRun: false,
    unit: options.unit ?? '',
    usualUnit: plan.unit ?? (await context.store.documents.setting('unit')) ?? '',
    ...(options.frequency !== undefined && { frequency: options.frequency }),
    ...(options.missingDays !== undefined && { missingDays: options.missingDays }),
    accept: options.accept ?? false,
    ...columns,
    knownCovariates: columns.covariates.filter((name) => isNamed(name, known)),
    knownFor: null,
    deed: () => deedNow(context, 'import.commit', null, {}),
  });
}
