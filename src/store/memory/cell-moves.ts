/** A cell takes another name in memory, or becomes one with another. All within a write. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { JoinedCells } from '../../contract/store/names.ts';
import { stateBytes, stateOf } from '../../contract/training-state.ts';
import { type MergedDay, mergeTickets } from '../../rules/merge-tickets.ts';
import { BEFORE_OWN_RUNS, type CellMove, renamedDocument, renamedInputs, typeAfter } from '../../rules/name-changes.ts';
import { AFTER_JOINING } from '../../rules/versions.ts';
import { settleFrequencies } from './cell-days.ts';
import { moveCompetitors } from './competitor-moves.ts';
import type { Before, CellRows, KeptImport, MemoryData, ShownCell, Table } from './data.ts';
import { endTests, renameTests } from './experiments.ts';
import { judgeCells } from './held-values.ts';
import { writersKey } from './import-batches.ts';
import { moveIntervals } from './intervals.ts';
import { modelsOf } from './models.ts';
import { moveStock } from './stock-moves.ts';

const isOpen = (status: string): boolean => status === 'proposed' || status === 'reviewed' || status === 'approved';
const isOf = (cell: CellName) => (row: CellName) => cellKey(row) === cellKey(cell);

/**
 * @param revision of the cell from now on: none that any cell had, as others may have seen the new name before
 * @returns how many rows of sales go with it
 */
export function renameCell(data: MemoryData, move: CellMove, revision: number): number {
  const { from, into } = move;
  const [key, to] = [cellKey(from), cellKey(into)];
  const shown = data.shown.get(key);
  moveKey(data.shown, key, to, (cell: ShownCell) => ({
    ...{ ...cell, ...into, productType: typeAfter(cell.productType, move), revision },
    recommendation: cell.recommendation && {
      ...cell.recommendation,
      document: { ...cell.recommendation.document, ...into },
    },
  }));
  for (const model of modelsOf(data, from)) {
    const productType = typeAfter(model.productType, move);
    const json = JSON.stringify(renamedDocument(JSON.parse(model.json) as object, { ...into, productType }));
    data.models.set(model.modelId, { ...model, ...into, productType, json });
  }
  moveKey(data.versions, key, to, (versions) => ({ ...versions, ...into }));
  for (const run of data.runs.values().filter(isOf(from))) {
    const inputs = run.inputs && stateBytes(renamedInputs(stateOf(run.inputs), move));
    data.runs.set(run.runId, { ...run, ...into, inputs });
  }
  renameRecords(data, move);
  renameTests(data, from, into);
  moveIntervals(data, from, into);
  moveStock(data, from, into);
  moveCompetitors(data, from, into);
  data.holds.delete(key);
  moveKey(data.documents, JSON.stringify(['cold-start', key]), JSON.stringify(['cold-start', to]));
  const cell = data.cells.get(key);
  if (cell === undefined) return 0;
  moveKey(data.cells, key, to, (sold: CellRows) => ({
    ...sold,
    ...into,
    productType: typeAfter(sold.productType, move),
  }));
  moveKey(data.held, key, to);
  moveKey(data.writers, writersKey('sales', key), writersKey('sales', to));
  renameImports(data, move);
  if (shown !== undefined) settleFrequencies(data, into.merchant);
  return cell.rows.size;
}

/** What the imports of a cell found before them. */
function renameImports(data: MemoryData, { from, into }: CellMove): void {
  const [key, to] = [cellKey(from), cellKey(into)];
  for (const [id, kept] of data.imports.entries()) {
    const own = kept.cells.get(key);
    if (own === undefined) continue;
    const productType = own.before.productType === from.product ? into.product : own.before.productType;
    const cells = without(kept.cells, key).set(to, { ...own, ...into, before: { ...own.before, productType } });
    const rows = kept.rows.get(key);
    const moved: KeptImport = { ...kept, cells, rows: rows ? without(kept.rows, key).set(to, rows) : kept.rows };
    data.imports.set(id, moved);
  }
}

/** Recommendations, and how far trainings were with the cell. */
function renameRecords(data: MemoryData, { from, into }: CellMove): void {
  for (const [id, row] of data.recommendations.entries())
    if (isOf(from)(row))
      data.recommendations.set(id, {
        ...{ ...row, ...into },
        json: JSON.stringify({ ...(JSON.parse(row.json) as object), ...into }),
      });
  for (const [key, progress] of data.progress.entries()) {
    if (!isOf(from)(progress)) continue;
    const to = JSON.stringify([progress.trainingId, cellKey(into)]);
    if (data.progress.get(to) === undefined) data.progress.set(to, { ...progress, ...into });
    data.progress.delete(key);
  }
}

/**
 * Cells become one with another, which keeps its settings and its models. @param revision of the cell from now on;
 * @param at when, ISO 8601
 */
export function joinCells(
  data: MemoryData,
  { from, into }: { readonly from: readonly CellName[]; readonly into: CellName },
  revision: number,
  at: string,
): JoinedCells {
  const recommendations = [...from, into].reduce((sum, cell) => sum + supersedeOpen(data, cell), 0);
  endTests(data, [...from, into], at);
  const sold = joinSales(data, from, into, at);
  const own = data.versions.get(cellKey(into));
  const retired = sold.rows === 0 || own === undefined || own.live === null ? 0 : 1;
  if (own && retired === 1) data.versions.set(cellKey(into), { ...own, ...AFTER_JOINING });
  let [models, trainings] = [0, 0];
  for (const cell of from) {
    for (const { modelId } of modelsOf(data, cell)) {
      data.models.delete(modelId);
      models++;
    }
    data.versions.delete(cellKey(cell));
    trainings += joinRuns(data, cell, into);
    renameRecords(data, { from: cell, into });
    renameTests(data, cell, into);
    moveIntervals(data, cell, into);
    moveStock(data, cell, into);
    moveCompetitors(data, cell, into);
    data.documents.delete(JSON.stringify(['cold-start', cellKey(cell)]));
    data.holds.delete(cellKey(cell));
    data.shown.delete(cellKey(cell));
  }
  const shown = data.shown.get(cellKey(into));
  if (shown) data.shown.set(cellKey(into), { ...shown, revision });
  return { ...sold, models, retired, trainings, recommendations };
}

function joinSales(
  data: MemoryData,
  from: readonly CellName[],
  into: CellName,
  at: string,
): Pick<JoinedCells, 'rows' | 'sameDays' | 'held'> {
  const others = from.flatMap((cell) => data.cells.get(cellKey(cell)) ?? []);
  const [first] = others;
  if (first === undefined) return { rows: 0, sameDays: 0, held: 0 };
  const to = cellKey(into);
  const own = data.cells.get(to);
  const all = own === undefined ? others : [own, ...others];
  const byDay = new Map<number, MergedDay[]>();
  for (const { rows } of all) for (const [day, row] of rows) byDay.set(day, [...(byDay.get(day) ?? []), row]);
  const shared = new Set([...byDay].filter(([, rows]) => rows.length > 1).map(([day]) => day));
  const rows = new Map([...byDay].map(([day, of]) => [day, of.length > 1 ? mergeTickets(of) : (of[0] as MergedDay)]));
  const kept = new Map<string, NonNullable<ReturnType<MemoryData['held']['get']>>[number]>();
  for (const cell of [...all].reverse())
    for (const value of data.held.get(cellKey(cell)) ?? [])
      if (!shared.has(value.day)) kept.set(`${value.day} ${value.column}`, value);
  noteImports(data, all, from, into, at);
  joinImports(data, all, into, shared);
  for (const cell of others) {
    data.cells.delete(cellKey(cell));
    data.held.delete(cellKey(cell));
  }
  const base = own ?? { ...first, ...into };
  const cell: CellRows = { ...base, rows };
  data.cells.set(to, cell);
  data.held.set(
    to,
    [...kept.values()].sort((a, b) => a.day - b.day),
  );
  data.show(into, cell, { productType: cell.productType, unit: cell.unit });
  settleFrequencies(data, into.merchant);
  const settled = own === undefined ? others.slice(1) : others;
  const days = new Set(settled.flatMap((other) => [...other.rows.keys()]));
  const held = days.size === 0 ? 0 : judgeCells(data, [{ ...into, days }], false).held.count;
  return { rows: others.reduce((sum, other) => sum + other.rows.size, 0), sameDays: shared.size, held };
}

/** Imports that wrote rows of the cells: whose rows are whose is not known from now on. */
function noteImports(
  data: MemoryData,
  cells: readonly CellName[],
  [from]: readonly CellName[],
  into: CellName,
  at: string,
): void {
  const [name, target] =
    from?.merchant === into.merchant ? [from.product, into.product] : [from?.merchant, into.merchant];
  for (const [id, kept] of data.imports.entries())
    if (kept.joined === null && cells.some((cell) => kept.cells.has(cellKey(cell))))
      data.imports.set(id, { ...kept, joined: { at, name: name ?? '', target } });
}

/** Which import wrote which row last, and what stood there. */
function joinImports(data: MemoryData, cells: readonly CellName[], into: CellName, shared: ReadonlySet<number>): void {
  const to = cellKey(into);
  const writers = new Map<number, number>();
  for (const cell of cells) {
    const key = writersKey('sales', cellKey(cell));
    for (const [day, number] of data.writers.get(key) ?? []) if (!shared.has(day)) writers.set(day, number);
    data.writers.delete(key);
  }
  data.writers.set(writersKey('sales', to), writers);
  for (const [id, kept] of data.imports.entries()) {
    const rows = new Map<number, Before<MergedDay>>();
    for (const cell of cells)
      for (const [day, before] of kept.rows.get(cellKey(cell)) ?? []) if (!rows.has(day)) rows.set(day, before);
    const [all, of] = [new Map(kept.rows), new Map(kept.cells)];
    for (const cell of cells.filter((one) => cellKey(one) !== to)) {
      all.delete(cellKey(cell));
      of.delete(cellKey(cell));
    }
    if (rows.size > 0) all.set(to, rows);
    if (rows.size > 0 || of.size < kept.cells.size) data.imports.set(id, { ...kept, rows: all, cells: of });
  }
}

/** Prices that rest on the sales of one of them alone are nobody's proposal any more. */
function supersedeOpen(data: MemoryData, cell: CellName): number {
  const open = data.recommendations.entries().filter(([, row]) => isOf(cell)(row) && isOpen(row.status));
  for (const [id, row] of open)
    data.recommendations.set(id, { ...row, status: 'superseded', revision: row.revision + 1 });
  return open.length;
}

/** Trainings that ended are history of the cell, before its own; what had not ended is given up. */
function joinRuns(data: MemoryData, cell: CellName, into: CellName): number {
  let unended = 0;
  for (const run of data.runs.values().filter(isOf(cell))) {
    if (run.status === 'running' || run.status === 'stopped') {
      data.runs.delete(run.runId);
      unended++;
    } else data.runs.set(run.runId, { ...run, ...into, number: run.number - BEFORE_OWN_RUNS });
  }
  return unended;
}

function without<V>(map: ReadonlyMap<string, V>, key: string): Map<string, V> {
  const after = new Map(map);
  after.delete(key);
  return after;
}

/** A row gets another key, where there is one. */
export function moveKey<V>(table: Table<V>, from: string, to: string, change: (row: V) => V = (row) => row): void {
  const row = table.get(from);
  if (row === undefined) return;
  table.delete(from);
  table.set(to, change(row));
}
