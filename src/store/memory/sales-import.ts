/** Tickets into cells in memory, by rules/merge-tickets.ts. */

import { cellKey } from '../../contract/cell-name.ts';
import { OPTIONAL_COLUMNS, type SaleTicket } from '../../contract/import-rows.ts';
import type { Import, ImportSummary, SalesCommit } from '../../contract/store/sales.ts';
import type { CellSettings } from '../../rules/import-batches.ts';
import { type GivenSales, ImportedCells, settingsBy, toldSettings } from '../../rules/imported-cells.ts';
import { compareCells } from '../../rules/text-order.ts';
import { twinNames } from '../../rules/twin-names.ts';
import { settleFrequencies, unendedOf, unsoldOf } from './cell-days.ts';
import type { CellRows, MemoryData } from './data.ts';
import { judgeCells } from './held-values.ts';
import { Batch, writersKey } from './import-batches.ts';
import { applyAliases } from './names.ts';
import { Staged } from './price-import.ts';

/** Names that are told. */
const MOST_NAMED = 20;

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
  given: GivenSales,
  batch: Batch,
): Omit<ImportSummary, 'accepted' | 'importId'> {
  const { rows: tickets, renamed } = applyAliases(
    data,
    said,
    (ticket) => ticket,
    (ticket, names) => ({ ...ticket, ...names }),
  );
  for (const name of given.knownCovariates) batch.knows(JSON.stringify([given.knownFor, name]));
  const cells = [...cellsOf(tickets).values()].sort(compareCells);
  const writers = new Map(cells.map((cell) => [cellKey(cell), data.writers.get(writersKey('sales', cellKey(cell)))]));
  const isNamed = given.unit !== '' || Boolean(given.usualUnit);
  const unnamed = isNamed ? 0 : cells.filter((cell) => !data.cells.get(cellKey(cell))?.unit).length;
  const imported = new ImportedCells(given);
  const written = cells.map((cell) => {
    const { merchant, product } = cell;
    return { merchant, product, days: putCell(data, cell, given, { imported, batch }) };
  });
  const against = imported.contradicted;
  if (against) throw imported.refusal(idOf(data, writers.get(cellKey(against))?.get(against.day)));
  const merchants = new Set(cells.map(({ merchant }) => merchant));
  for (const merchant of merchants) settleFrequencies(data, merchant);
  const judged = judgeCells(data, written, given.accept === true);
  return {
    merchants: merchants.size,
    products: new Set(cells.map(({ product }) => product)).size,
    onlyMerchant: merchants.size === 1 ? ([...merchants][0] as string) : null,
    ...imported.counts,
    renamed,
    twins: twinsOf(data, cells, given.knownFor),
    ...judged,
    ...unendedOf(data, written, given.today),
    unnamed,
    ...unsoldOf(
      data,
      cells.map((cell) => data.cells.get(cellKey(cell)) as CellRows),
    ),
  };
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

/** @returns the days that are written */
function putCell(
  data: MemoryData,
  { merchant, product, productType, tickets }: StagedCell,
  given: GivenSales,
  { imported, batch }: { readonly imported: ImportedCells; readonly batch: Batch },
): ReadonlySet<number> {
  const key = cellKey({ merchant, product });
  const stored = data.cells.get(key);
  const { written, changed } = imported.add({ merchant, product }, tickets, (day) => stored?.rows.get(day));
  const rows = new Map([...(stored?.rows ?? []), ...changed]);
  for (const day of written.keys()) batch.row(key, day, stored?.rows.get(day));
  const told = toldSettings(productType, given);
  const { before, after } = settingsBy(told, product, stored && settingsOf(stored));
  batch.cell(key, { merchant, product, created: !stored, before, told });
  const cell: CellRows = { merchant, product, ...after, frequency: stored?.frequency ?? 'daily', rows };
  data.cells.set(key, cell);
  data.show(cell, cell, { productType: cell.productType, unit: cell.unit });
  return new Set(written.keys());
}

function settingsOf({ productType, unit, givenFrequency, missingDays }: CellRows): CellSettings {
  return { productType, unit, givenFrequency, missingDays };
}

function idOf(data: MemoryData, number: number | undefined): string | null {
  return data.imports.values().find((kept) => kept.number === number)?.batch.id ?? null;
}
