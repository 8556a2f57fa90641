/** Imports as batches in memory, and how one is taken back. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { ImportBatch, ImportStore, UndoSummary } from '../../contract/store/imports.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { type CellSettings, settingsWithout, undoRefusal } from '../../rules/import-batches.ts';
import type { MergedDay } from '../../rules/merge-tickets.ts';
import { settleFrequencies } from './cell-days.ts';
import { removeCompetitors } from './competitor-moves.ts';
import type { Before, CellRows, KeptImport, MemoryData, Table } from './data.ts';
import { judgeCells } from './held-values.ts';
import { writersKey } from './import-batches.ts';
import { pageBy } from './pages.ts';
import { removeStock } from './stock-moves.ts';

export class MemoryImports implements ImportStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async list(merchant: string | null, page: PageAsked): Promise<Page<ImportBatch>> {
    const own = this.data.imports.values().filter(({ batch }) => isOf(batch, merchant));
    const found = pageBy(own, ({ number }) => [number], { order: 'desc' }, page);
    return { ...found, items: found.items.map(({ batch }) => batch) };
  }

  async find(id: string, merchant: string | null): Promise<ImportBatch | null> {
    const batch = this.data.imports.get(id)?.batch;
    return batch && isOf(batch, merchant) ? batch : null;
  }

  async ofFile(digest: string, options: string): Promise<ImportBatch | null> {
    const same = this.data.imports
      .values()
      .filter(({ batch }) => batch.digest === digest && batch.options === options && batch.undoneAt === null);
    const [newest] = same.sort((a, b) => b.number - a.number);
    return newest && laterOn(this.data, newest).length === 0 ? newest.batch : null;
  }

  async undo(id: string, merchant: string | null, deedOf: (summary: UndoSummary) => Deed): Promise<UndoSummary> {
    const { data } = this;
    return data.write(() => {
      const kept = data.imports.get(id);
      if (!kept || !isOf(kept.batch, merchant)) throw new DemandaError('IMPORT_BATCH_UNKNOWN', { id });
      const refusal = undoRefusal(
        kept.batch,
        laterOn(data, kept).map(({ batch }) => batch),
        merchant,
        kept.joined,
      );
      if (refusal) throw refusal;
      const stale = staleModels(data, touchedBy(data, kept), kept.batch.at);
      const done = undone(data, kept);
      const deed = deedOf({ batch: kept.batch, ...done, ...stale });
      const batch = { ...kept.batch, undoneAt: deed.at, undoneByName: deed.actor.name };
      data.imports.set(id, { ...kept, batch, rows: new Map(), prices: new Map(), cells: new Map(), known: new Map() });
      data.log(deed);
      return { batch, ...done, ...stale };
    });
  }
}

function undone(data: MemoryData, kept: KeptImport): Counts {
  if (kept.batch.kind === 'sales') return undoSales(data, kept);
  if (kept.batch.kind === 'stock') return { removed: removeStock(data, kept.number), restored: 0, cellsRemoved: 0 };
  if (kept.batch.kind === 'competitors')
    return { removed: removeCompetitors(data, kept.number), restored: 0, cellsRemoved: 0 };
  return undoPrices(data, kept);
}

function isOf(batch: ImportBatch, merchant: string | null): boolean {
  return merchant === null || batch.merchant === merchant;
}

/** Imports that hold, of the same kind and after this one, the oldest first. */
function after(data: MemoryData, { number, batch: { kind } }: KeptImport): KeptImport[] {
  const later = data.imports
    .values()
    .filter((of) => of.number > number && of.batch.kind === kind && of.batch.undoneAt === null);
  return later.sort((a, b) => a.number - b.number);
}

/** Those that wrote rows of this one again. */
function laterOn(data: MemoryData, kept: KeptImport): KeptImport[] {
  return after(data, kept).filter(({ rows, prices }) =>
    [...rows.values(), ...prices.values()].some((days) =>
      [...days.values()].some(({ previous }) => previous === kept.number),
    ),
  );
}

type Counts = Pick<UndoSummary, 'removed' | 'restored' | 'cellsRemoved'>;

/** Days without those that the import wrote anew, and as they were where it wrote again. */
function daysBefore<V>(
  data: MemoryData,
  { number, batch: { kind } }: KeptImport,
  name: string,
  days: ReadonlyMap<number, V>,
  before: ReadonlyMap<number, Before<V>> = new Map(),
): { readonly days: Map<number, V>; readonly removed: number } {
  const key = writersKey(kind, name);
  const writers = new Map(data.writers.get(key));
  const left = new Map(days);
  let removed = 0;
  for (const [day, writer] of [...writers]) {
    if (writer !== number) continue;
    const was = before.get(day);
    if (was === undefined) {
      left.delete(day);
      removed++;
    } else left.set(day, was.value);
    if (was === undefined || was.previous === null) writers.delete(day);
    else writers.set(day, was.previous);
  }
  data.writers.set(key, writers);
  return { days: left, removed };
}

function undoSales(data: MemoryData, kept: KeptImport): Counts {
  const counts = { removed: 0, restored: 0, cellsRemoved: 0 };
  const merchants = new Set<string>();
  const later = after(data, kept);
  for (const [key, { merchant, product, created, before }] of kept.cells) {
    const cell = data.cells.get(key) as CellRows;
    const was: ReadonlyMap<number, Before<MergedDay>> | undefined = kept.rows.get(key);
    const { days, removed } = daysBefore(data, kept, key, cell.rows, was);
    const touched = new Set([...cell.rows.keys()].filter((day) => cell.rows.get(day) !== days.get(day)));
    counts.removed += removed;
    counts.restored += was?.size ?? 0;
    merchants.add(merchant);
    const settings = settingsBefore(data, later, key, created, before);
    if (created && days.size === 0) {
      data.cells.delete(key);
      data.held.delete(key);
      counts.cellsRemoved++;
      if (data.versions.get(key) === undefined) {
        data.shown.delete(key);
        data.intervals.delete(key);
      }
    } else {
      const now: CellRows = { ...cell, ...settings, unit: settings.unit || cell.unit, rows: days };
      data.cells.set(key, now);
      data.show({ merchant, product }, now, { productType: now.productType, unit: now.unit });
      if (touched.size > 0) judgeCells(data, [{ merchant, product, days: touched }], false);
    }
  }
  for (const merchant of merchants) settleFrequencies(data, merchant);
  for (const [name, wasNew] of kept.known) {
    if (!wasNew) continue;
    const heir = later.find(({ known }) => known.has(name));
    if (heir === undefined) data.known.delete(name);
    else data.imports.set(heir.batch.id, { ...heir, known: new Map(heir.known).set(name, true) });
  }
  return counts;
}

/** Settings as far as no later import says otherwise; the later ones find what was before this. */
function settingsBefore(
  data: MemoryData,
  later: readonly KeptImport[],
  key: string,
  created: boolean,
  before: CellSettings,
): CellSettings {
  const heirs = later.flatMap(({ batch: { id } }) => {
    const kept = data.imports.get(id) as KeptImport;
    const cell = kept.cells.get(key);
    return cell ? [{ kept, cell }] : [];
  });
  const { found, now } = settingsWithout(
    before,
    heirs.map(({ cell }) => cell.told),
  );
  for (const [i, { kept, cell }] of heirs.entries()) {
    const heir = { ...cell, before: found[i] as CellSettings, created: cell.created || (i === 0 && created) };
    data.imports.set(kept.batch.id, { ...kept, cells: new Map(kept.cells).set(key, heir) });
  }
  return now;
}

function undoPrices(data: MemoryData, kept: KeptImport): Counts {
  const table: Table<ReadonlyMap<number, number>> = kept.batch.kind === 'costs' ? data.costs : data.market;
  const counts = { removed: 0, restored: 0, cellsRemoved: 0 };
  for (const [name, prices] of table.entries()) {
    const before = kept.prices.get(name);
    const { days, removed } = daysBefore(data, kept, name, prices, before);
    counts.removed += removed;
    counts.restored += before?.size ?? 0;
    if (days.size === 0) table.delete(name);
    else table.set(name, days);
  }
  data.next('prices');
  return counts;
}

/** Cells whose sales, costs or market prices an import wrote. */
function touchedBy(data: MemoryData, { number, batch: { kind }, cells }: KeptImport): CellName[] {
  if (kind === 'sales') return [...cells.values()];
  // No model is called out of date by counts of stock and by what competitors ask.
  if (kind === 'stock' || kind === 'competitors') return [];
  const wrote = (name: string): boolean =>
    [...(data.writers.get(writersKey(kind, name))?.values() ?? [])].includes(number);
  return data.shown
    .values()
    .filter(({ merchant, product, productType }) =>
      kind === 'costs'
        ? [null, merchant].some((owner) => wrote(JSON.stringify([owner, product])))
        : [product, productType].some(wrote),
    );
}

/** Open recommendations of models that were trained since are of no live model from now on. */
function staleModels(
  data: MemoryData,
  cells: readonly CellName[],
  since: string,
): Pick<UndoSummary, 'models' | 'recommendations'> {
  const stale = new Set(
    cells.map(cellKey).filter((key) => {
      const live = data.versions.get(key)?.live;
      return data.models
        .values()
        .some((model) => cellKey(model) === key && model.version === live && model.trainedAt >= since);
    }),
  );
  let recommendations = 0;
  for (const [id, row] of data.recommendations.entries()) {
    const isOpen = row.status === 'proposed' || row.status === 'reviewed' || row.status === 'approved';
    if (!isOpen || row.modelId === null || !stale.has(cellKey(row))) continue;
    data.recommendations.set(id, { ...row, modelId: null });
    recommendations++;
  }
  return { models: stale.size, recommendations };
}
