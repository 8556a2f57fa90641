/** Tickets into cells in memory, by rules/merge-tickets.ts. */

import { indicatedColumn } from '../../contract/category-name.ts';
import { type CellName, cellKey } from '../../contract/cell-name.ts';
import { OPTIONAL_COLUMNS, type OptionalColumn, type SaleTicket } from '../../contract/import-rows.ts';
import type { Import, ImportSummary, SalesCommit } from '../../contract/store/sales.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import {
  ASSUMED_UNIT,
  type CellSettings,
  contradiction,
  type FigureColumn,
  isSameRow,
} from '../../rules/import-batches.ts';
import { CovariateMerge, covariatesAfter, type MergedDay, mergeTickets } from '../../rules/merge-tickets.ts';
import { netReturns } from '../../rules/net-returns.ts';
import { twinNames } from '../../rules/twin-names.ts';
import { settleFrequencies, unendedOf, unsoldOf } from './cell-days.ts';
import { type CellRows, compareCells, compareText, type MemoryData } from './data.ts';
import { costlyOf, judgeCells } from './held-values.ts';
import { Batch, writersKey } from './import-batches.ts';
import { applyAliases } from './names.ts';
import { Staged, spanOf } from './price-import.ts';

/** Differences and names that are told. */
const MOST_NAMED = 20;

type Given = Omit<SalesCommit, 'dryRun' | 'deed'> & Required<Pick<SalesCommit, 'columns' | 'covariates'>>;

/** What an import has of one cell. */
interface StagedCell {
  readonly merchant: string;
  readonly product: string;
  /** The last that it is given. */
  productType: string | null;
  readonly tickets: Map<number, SaleTicket[]>;
}

export function openSalesImport(data: MemoryData): Import<'sales'> {
  const staged = new Staged<SaleTicket>();
  const work = (tickets: readonly SaleTicket[], { dryRun, deed: deedOf, ...told }: SalesCommit): ImportSummary => {
    const covariates = new Set(tickets.flatMap((ticket) => Object.keys(ticket.covariates ?? {})));
    const given = { columns: OPTIONAL_COLUMNS, covariates: [...covariates], ...told };
    const batch = new Batch(data, 'sales');
    const importId = dryRun ? null : batch.id;
    const summary = { importId, accepted: tickets.length, ...takeOver(data, tickets, given, batch) };
    const deed = deedOf(summary);
    batch.end(deed, told.source, summary);
    data.log(deed);
    return summary;
  };
  return {
    add: async (tickets) => staged.add(tickets),
    commit: async (told) => staged.commit(data, told.dryRun, (tickets) => work(tickets, told)),
    tryOut: async (told) => staged.tryOut(data, (tickets) => work(tickets, { ...told, dryRun: true })),
    abort: async () => staged.end(),
  };
}

function takeOver(
  data: MemoryData,
  said: readonly SaleTicket[],
  given: Given,
  batch: Batch,
): Omit<ImportSummary, 'accepted' | 'importId'> {
  const { rows: tickets, renamed } = applyAliases(
    data,
    said,
    (ticket) => ticket,
    (ticket, names) => ({ ...ticket, ...names }),
  );
  for (const name of given.knownCovariates) batch.knows(JSON.stringify([given.knownFor, name]));
  const replaced = new Replaced(given);
  const cells = [...cellsOf(tickets).values()];
  const added = addStored(data, cells, given.addTo);
  const writers = new Map(cells.map((cell) => [cellKey(cell), data.writers.get(writersKey('sales', cellKey(cell)))]));
  let uncovered = 0;
  const isNamed = given.unit !== '' || Boolean(given.usualUnit);
  const unnamed = isNamed ? 0 : cells.filter((cell) => !data.cells.get(cellKey(cell))?.unit).length;
  const merged = cells.map((cell) => {
    const merged = [...cell.tickets].map(([day, of]) => ({ day, ...mergeTickets(of) })).sort((a, b) => a.day - b.day);
    uncovered += netReturns(merged);
    const days = new Map(merged.map(({ day, ...row }) => [day, row]));
    putCell(data, cell, days, given, { replaced, batch });
    return { ...cell, days };
  });
  if (given.mayReplace === false && given.addTo !== 'all')
    replaced.requireAgreement(given.source?.file ?? '', (key, day) => idOf(data, writers.get(key)?.get(day)));
  const rows = merged.flatMap(({ merchant, product, days }) =>
    [...days].map(([day, row]) => ({ merchant, product, day, row })),
  );
  const merchants = new Set(cells.map(({ merchant }) => merchant));
  for (const merchant of merchants) settleFrequencies(data, merchant);
  const written = merged.map(({ merchant, product, days }) => ({ merchant, product, days: new Set(days.keys()) }));
  const judged = judgeCells(data, written, given.accept === true);
  return {
    rows: rows.length,
    merchants: merchants.size,
    products: new Set(cells.map(({ product }) => product)).size,
    ...spanOf(rows),
    onlyMerchant: merchants.size === 1 ? ([...merchants][0] as string) : null,
    ...replaced.counts(added),
    added,
    renamed,
    uncovered,
    twins: twinsOf(data, cells, given.knownFor),
    ...differencesOf(cells),
    ...judged,
    costly: costlyOf(rows),
    ...unendedOf(data, written, given.today),
    unnamed,
    ...unsoldOf(
      data,
      cells.map((cell) => data.cells.get(cellKey(cell)) as CellRows),
    ),
  };
}

/** Stored rows that the import is added to, among its tickets; how many. */
function addStored(data: MemoryData, cells: readonly StagedCell[], addTo: SalesCommit['addTo']): number {
  let added = 0;
  for (const cell of addTo === undefined ? [] : cells) {
    const key = cellKey(cell);
    const rows = data.cells.get(key)?.rows;
    for (const [day, tickets] of cell.tickets) {
      const row = rows?.get(day);
      if (row === undefined || (addTo !== 'all' && !addTo?.get(key)?.has(day))) continue;
      tickets.push({ ...row, merchant: cell.merchant, product: cell.product, productType: null, day });
      added++;
    }
  }
  return added;
}

function twinsOf(data: MemoryData, cells: readonly StagedCell[], only: string | null): ImportSummary['twins'] {
  const stored = [...data.cells.values()].filter(({ merchant }) => only === null || merchant === only);
  const of = (field: 'merchant' | 'product') =>
    twinNames(new Set(cells.map((cell) => cell[field])), new Set(stored.map((cell) => cell[field]))).slice(
      0,
      MOST_NAMED,
    );
  return { merchant: of('merchant'), product: of('product') };
}

function cellsOf(tickets: readonly SaleTicket[]): ReadonlyMap<string, StagedCell> {
  const cells = new Map<string, StagedCell>();
  for (const ticket of tickets) {
    const { merchant, product, day } = ticket;
    const cell = cells.get(cellKey(ticket)) ?? { merchant, product, productType: null, tickets: new Map() };
    cells.set(cellKey(ticket), cell);
    cell.productType = ticket.productType ?? cell.productType;
    cell.tickets.set(day, [...(cell.tickets.get(day) ?? []), ticket]);
  }
  return cells;
}

function putCell(
  data: MemoryData,
  { merchant, product, productType }: StagedCell,
  days: ReadonlyMap<number, MergedDay>,
  given: Given,
  { replaced, batch }: { readonly replaced: Replaced; readonly batch: Batch },
): void {
  const key = cellKey({ merchant, product });
  const before = data.cells.get(key);
  const rows = new Map(before?.rows);
  for (const [day, row] of days) {
    const was = rows.get(day);
    const after = was ? rowAfter(was, row, given) : row;
    batch.row(key, day, was);
    if (was) replaced.count({ merchant, product, day }, was, row, after);
    rows.set(day, after);
  }
  const told = {
    productType,
    unit: given.unit || null,
    givenFrequency: given.frequency ?? null,
    missingDays: given.missingDays ?? null,
    usualUnit: given.usualUnit || ASSUMED_UNIT,
  };
  const found = { productType: product, unit: '', givenFrequency: null, missingDays: 'zero' } as const;
  batch.cell(key, { merchant, product, created: !before, before: before ? settingsOf(before) : found, told });
  const cell: CellRows = {
    merchant,
    product,
    productType: productType ?? before?.productType ?? product,
    unit: given.unit || before?.unit || given.usualUnit || ASSUMED_UNIT,
    frequency: before?.frequency ?? 'daily',
    givenFrequency: given.frequency ?? before?.givenFrequency ?? null,
    missingDays: given.missingDays ?? before?.missingDays ?? 'zero',
    rows,
  };
  data.cells.set(key, cell);
  data.show(cell, cell, { productType: cell.productType, unit: cell.unit });
}

function settingsOf({ productType, unit, givenFrequency, missingDays }: CellRows): CellSettings {
  return { productType, unit, givenFrequency, missingDays };
}

function idOf(data: MemoryData, number: number | undefined): string | null {
  return data.imports.values().find((kept) => kept.number === number)?.batch.id ?? null;
}

/** A row that is written again takes the columns and covariates that the import has, and keeps the others. */
function rowAfter(before: MergedDay, now: MergedDay, { columns, covariates }: Given): MergedDay {
  const taken = Object.fromEntries(columns.map((column) => [column, now[column]])) as Partial<MergedDay>;
  const after = covariatesAfter(before.covariates, now.covariates, covariates);
  return { ...before, ...taken, quantity: now.quantity, price: now.price, covariates: after };
}

/** A row that says otherwise than the one that is there. */
interface Against extends CellName {
  readonly day: number;
  readonly column: FigureColumn | 'covariates';
  readonly before: MergedDay;
  readonly after: MergedDay;
}

/** What rows that are written again keep and lose. */
class Replaced {
  private readonly given: Given;
  private replaced = 0;
  private unchanged = 0;
  private readonly against: Against[] = [];
  private lowered = 0;
  private mostLowered: ImportSummary['mostLowered'] = null;
  private readonly kept = new Map<string, number>();
  private readonly emptied = new Map<string, number>();

  constructor(given: Given) {
    this.given = given;
  }

  /** @param after the row as it will be */
  count(of: CellName & { day: number }, before: MergedDay, now: MergedDay, after: MergedDay): void {
    this.replaced++;
    if (isSameRow(before, after)) this.unchanged++;
    const { addTo } = this.given;
    const column = contradiction(before, after);
    const isAdded = addTo === 'all' || addTo?.get(cellKey(of))?.has(of.day) === true;
    if (column !== null && !isAdded) this.against.push({ ...of, column, before, after });
    if (now.quantity < before.quantity) {
      this.lowered++;
      const most = this.mostLowered;
      if (most === null || before.quantity - now.quantity > most.before - most.after)
        this.mostLowered = { ...of, before: before.quantity, after: now.quantity };
    }
    if (before.price !== null && now.price === null) this.add(this.emptied, 'price');
    for (const column of OPTIONAL_COLUMNS) {
      if (!this.given.columns.includes(column)) {
        if (hasValue(before, column)) this.add(this.kept, column);
      } else if (before[column] !== null && now[column] === null) this.add(this.emptied, column);
    }
    for (const name of Object.keys(before.covariates ?? {})) {
      const column = indicatedColumn(name);
      // Another category of its column has taken its place.
      if (now.covariates?.[name] !== undefined || (column !== null && this.given.covariates.includes(column))) continue;
      this.add(this.given.covariates.includes(name) ? this.emptied : this.kept, name);
    }
  }

  /** @throws DemandaError IMPORT_DAYS_THERE, naming the row whose quantity changes most */
  requireAgreement(file: string, writerOf: (key: string, day: number) => string | null): void {
    const change = ({ before, after }: Against): number => Math.abs(before.quantity - after.quantity);
    const [most] = [...this.against].sort((a, b) => change(b) - change(a));
    if (most === undefined) return;
    const { merchant, product, day, column } = most;
    const figure = (row: MergedDay): string | number => {
      const value = row[column];
      return typeof value === 'object' ? JSON.stringify(value) : Number(value);
    };
    throw new DemandaError('IMPORT_DAYS_THERE', {
      file,
      days: this.against.length,
      merchant,
      product,
      date: new Date(day * 86_400_000).toISOString().slice(0, 10),
      figure: column,
      before: figure(most.before),
      after: figure(most.after),
      earlier: writerOf(cellKey(most), day) ?? '–',
    });
  }

  /** @param added rows that were added to, not replaced */
  counts(
    added: number,
  ): Pick<ImportSummary, 'replaced' | 'unchanged' | 'lowered' | 'mostLowered' | 'kept' | 'emptied'> {
    const { lowered, mostLowered, unchanged } = this;
    const replaced = this.replaced - added;
    return {
      replaced,
      unchanged,
      lowered,
      mostLowered,
      kept: Object.fromEntries(this.kept),
      emptied: Object.fromEntries(this.emptied),
    };
  }

  private add(to: Map<string, number>, name: string): void {
    to.set(name, (to.get(name) ?? 0) + 1);
  }
}

/** A day is sold out or not: that it was is a value, that it was not is none. */
function hasValue(row: MergedDay, column: OptionalColumn): boolean {
  return column === 'soldOut' ? row.soldOut : row[column] !== null;
}

function differencesOf(cells: readonly StagedCell[]): Pick<ImportSummary, 'differing' | 'differences'> {
  const differences: ImportSummary['differences'][number][] = [];
  const differing = new Map<string, number>();
  for (const { merchant, product, tickets } of cells) {
    for (const [day, of] of tickets) {
      const merge = new CovariateMerge();
      for (const { covariates, quantity } of of) merge.add(covariates, Math.max(0, quantity));
      for (const covariate of merge.differing()) {
        differing.set(covariate, (differing.get(covariate) ?? 0) + 1);
        differences.push({ merchant, product, day, covariate });
      }
    }
  }
  differences.sort((a, b) => compareCells(a, b) || a.day - b.day || compareText(a.covariate, b.covariate));
  return { differing: Object.fromEntries(differing), differences: differences.slice(0, MOST_NAMED) };
}
