/** Tickets into cells: gathered by name, then added up cell by cell, some hundred at a time, in one transaction. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import { OPTIONAL_COLUMNS } from '../../contract/import-rows.ts';
import type { CellHeldValue, HeldValues, Import, ImportSummary } from '../../contract/store/sales.ts';
import type { HeldValue } from '../../core/series/cell-series.ts';
import type { JudgedRow } from '../../rules/extremes.ts';
import { DAYS_BEFORE, judgeCell } from '../../rules/held-values.ts';
import type { CellSettings, ToldSettings } from '../../rules/import-batches.ts';
import {
  type GivenSales,
  type ImportedCell,
  ImportedCells,
  settingsBy,
  toldSettings,
} from '../../rules/imported-cells.ts';
import type { MergedDay } from '../../rules/merge-tickets.ts';
import { RenamedRows } from '../../rules/renamed-rows.ts';
import { compareCells } from '../../rules/text-order.ts';
import { twinNames } from '../../rules/twin-names.ts';
import { insertAudit } from './audit.ts';
import { periodsOf, settleFrequencies } from './cell-days.ts';
import type { PostgresConnection, Reader, Transaction } from './connection.ts';
import { beginBatch, endBatch, importIdOf, noteKnown, type OpenBatch } from './import-batches.ts';
import { readAliases } from './name-aliases.ts';
import { openImport } from './open-import.ts';
import { ARRAY_COLUMNS, arrayOf, arraysOf, arrayValues } from './sale-arrays.ts';
import { type StagedName, StagedTickets, type TicketsByDay } from './staged-tickets.ts';
import { putCells, putTexts, type StoredCell, storedCells } from './stored-cells.ts';

/** Cells, and tickets, that are worked on at once. */
const [MOST_CELLS, MOST_TICKETS] = [250, 100_000];
/** Values, and names, that are told. */
const [MOST_VALUES, MOST_NAMED] = [1_000, 20];

export function openSalesImport(connection: PostgresConnection): Import<'sales'> {
  const staged = new StagedTickets(connection);
  return openImport<'sales'>(connection, staged, async (transaction, { dryRun, ...told }) => {
    const given = { columns: OPTIONAL_COLUMNS, covariates: [...staged.covariates], ...told };
    const batch = await beginBatch(transaction, 'sales');
    const importId = dryRun ? null : batch.id;
    const summary = { importId, accepted: staged.accepted, ...(await takeOver(transaction, staged, given, batch)) };
    const deed = told.deed(summary);
    await endBatch(transaction, batch, deed, told.source, summary);
    await insertAudit(transaction, deed);
    return summary;
  });
}

/** A cell of an import, and the names that mean it. */
interface NamedCell extends CellName {
  readonly names: readonly StagedName[];
}

async function takeOver(
  transaction: Transaction,
  staged: StagedTickets,
  given: GivenSales,
  batch: OpenBatch,
): Promise<Omit<ImportSummary, 'accepted' | 'importId'>> {
  const { cells, renamed } = cellsOf(staged, new RenamedRows(await readAliases(transaction)));
  await noteKnown(transaction, batch, given);
  const imported = new ImportedCells(given);
  const [held, released] = [new Named(), new Named()];
  const isNamed = given.unit !== '' || Boolean(given.usualUnit);
  let unnamed = 0;
  const over = new Set<number>();
  for (const piece of piecesOf(cells)) {
    const stored = await storedCells(transaction, piece);
    const tickets = await staged.ticketsOf(
      transaction,
      piece.flatMap(({ names }) => names),
    );
    const written = piece.map((cell) => {
      const before = stored.get(cellKey(cell));
      if (!isNamed && !before?.settings.unit) unnamed++;
      return writtenCell(imported, ticketsOf(cell, tickets), cell, before, { given, batch, held, released });
    });
    await putCells(
      transaction,
      written.map(({ after }) => after),
    );
    for (const number of await noteCells(transaction, batch, written)) over.add(number);
  }
  const against = imported.contradicted;
  if (against) throw imported.refusal(await writerBefore(transaction, batch, against, against.day));
  await noteOver(transaction, batch, over);
  const merchants = [...new Set(cells.map(({ merchant }) => merchant))];
  await settleFrequencies(transaction, merchants);
  await transaction.run("UPDATE demanda.version SET number = number + 1 WHERE what = 'sales'");
  return {
    merchants: merchants.length,
    products: new Set(cells.map(({ product }) => product)).size,
    onlyMerchant: merchants.length === 1 ? (merchants[0] as string) : null,
    ...imported.counts,
    renamed,
    twins: await twinsOf(transaction, cells, given.knownFor),
    held: held.values,
    released: released.values,
    unnamed,
    ...(await periodsOf(transaction, batch.number, given.today)),
  };
}

/** In order of merchant and product. */
function cellsOf(
  staged: StagedTickets,
  renamed: RenamedRows,
): { readonly cells: readonly NamedCell[]; readonly renamed: ImportSummary['renamed'] } {
  const cells = new Map<
    string,
    { readonly merchant: string; readonly product: string; readonly names: StagedName[] }
  >();
  for (const name of staged.all()) {
    const { merchant, product } = renamed.cellOf(name, name.tickets);
    const key = cellKey({ merchant, product });
    const there = cells.get(key);
    if (there) there.names.push(name);
    else cells.set(key, { merchant, product, names: [name] });
  }
  return { cells: [...cells.values()].sort(compareCells), renamed: renamed.found };
}

function* piecesOf(cells: readonly NamedCell[]): Generator<readonly NamedCell[]> {
  let piece: NamedCell[] = [];
  let tickets = 0;
  for (const cell of cells) {
    const own = cell.names.reduce((sum, name) => sum + name.tickets, 0);
    if (piece.length >= MOST_CELLS || (piece.length > 0 && tickets + own > MOST_TICKETS)) {
      yield piece;
      piece = [];
      tickets = 0;
    }
    piece.push(cell);
    tickets += own;
  }
  if (piece.length > 0) yield piece;
}

function ticketsOf({ names }: NamedCell, tickets: ReadonlyMap<StagedName, TicketsByDay>): TicketsByDay {
  const [first, ...others] = names.map((name) => tickets.get(name) as TicketsByDay);
  const all = first as TicketsByDay;
  for (const other of others) for (const [day, of] of other) all.set(day, [...(all.get(day) ?? []), ...of]);
  return all;
}

/** A cell as it is after the import, and what the import wrote over. */
interface WrittenCell {
  readonly after: StoredCell;
  readonly stored: StoredCell | undefined;
  readonly before: CellSettings;
  readonly told: ToldSettings;
  readonly imported: ImportedCell;
}

function writtenCell(
  cells: ImportedCells,
  tickets: TicketsByDay,
  { merchant, product, names }: NamedCell,
  stored: StoredCell | undefined,
  { given, batch, held, released }: { given: GivenSales; batch: OpenBatch; held: Named; released: Named },
): WrittenCell {
  const cell = { merchant, product };
  const imported = cells.add(cell, tickets, stored?.rows ?? new Map<number, MergedDay>());
  const told = toldSettings(lastType(names), given);
  const { before, after: settings } = settingsBy(told, product, stored?.settings);
  const days = new Set(imported.written.keys());
  const outcome = judgeCell(judgedRows(imported.rows, days), days, stored?.held ?? [], given.accept === true);
  held.add(cell, outcome.held);
  released.add(cell, outcome.released);
  const writers = new Map(stored?.writers);
  for (const day of days) writers.set(day, batch.number);
  const frequency = stored?.frequency ?? 'daily';
  const after = { ...cell, settings, frequency, rows: imported.rows, writers, held: outcome.kept };
  return { after, stored, before, told, imported };
}

function lastType(names: readonly StagedName[]): string | null {
  const typed = names.filter(({ type }) => type !== null);
  return (
    typed.reduce<StagedName | null>((last, name) => (last && last.typedAt > name.typedAt ? last : name), null)?.type ??
    null
  );
}

/** In order of day, those that say what is usual on the days that were written. */
export function judgedRows(rows: ReadonlyMap<number, MergedDay>, written: ReadonlySet<number>): JudgedRow[] {
  let first = Number.POSITIVE_INFINITY;
  for (const day of written) first = Math.min(first, day);
  const judged: JudgedRow[] = [];
  for (const [day, { quantity, price, cost, promo, soldOut, waste }] of rows)
    if (day >= first - DAYS_BEFORE) judged.push({ day, quantity, price, cost, promo, soldOut, waste });
  return judged.sort((a, b) => a.day - b.day);
}

/** @returns numbers of the imports whose rows were written again */
async function noteCells(
  transaction: Transaction,
  { number }: OpenBatch,
  cells: readonly WrittenCell[],
): Promise<Set<number>> {
  const settings = ['created', 'product_type', 'unit', 'given_frequency', 'missing_days'];
  const said = ['told_type', 'told_unit', 'told_frequency', 'told_missing', 'usual_unit'];
  await putTexts(
    transaction,
    `INSERT INTO demanda.import_cell (import, merchant, product, ${[...settings, ...said].join(', ')})
     SELECT $1::int, t.c0, t.c1, t.c2::boolean, t.c3, t.c4, t.c5, t.c6, t.c7, t.c8, t.c9, t.c10, t.c11 FROM`,
    '',
    cells.map(({ after: { merchant, product }, stored, before, told }) => [
      ...[merchant, product, String(stored === undefined), before.productType, before.unit, before.givenFrequency],
      ...[before.missingDays, told.productType, told.unit, told.givenFrequency, told.missingDays, told.usualUnit],
    ]),
    number,
  );
  const over = new Set<number>();
  const columns = ['same_days', 'same_previous', 'previous'];
  const rows = cells.flatMap(({ stored, imported: { written, same } }) => {
    if (stored === undefined) return [];
    const there = [...written.keys()].filter((day) => stored.rows.has(day));
    if (there.length === 0) return [];
    const previous = (days: readonly number[]): string => arrayOf(days.map((day) => stored.writers.get(day) ?? 0));
    for (const day of there) over.add(stored.writers.get(day) ?? 0);
    const [kept, changed] = [there.filter((day) => same.has(day)), there.filter((day) => !same.has(day))];
    const named = [stored.merchant, stored.product, arrayOf(kept), previous(kept), previous(changed)];
    return [[...named, ...arrayValues(arraysOf(changed, stored.rows))]];
  });
  await putTexts(
    transaction,
    `INSERT INTO demanda.import_sale (import, merchant, product, ${[...columns, ...ARRAY_COLUMNS.map(([column]) => column)].join(', ')})
     SELECT $1::int, t.c0, t.c1, t.c2::int[], t.c3::int[], t.c4::int[],
       ${ARRAY_COLUMNS.map(([, type], i) => `t.c${i + 5}::${type}`).join(', ')} FROM`,
    '',
    rows,
    number,
  );
  over.delete(0);
  return over;
}

async function noteOver(transaction: Transaction, { number }: OpenBatch, over: ReadonlySet<number>): Promise<void> {
  if (over.size > 0)
    await transaction.run(
      'INSERT INTO demanda.import_over (import, previous) SELECT $1::int, * FROM unnest($2::int[])',
      number,
      [...over],
    );
}

/** Id of the import whose row stood where this one wrote; null where it is not known. */
async function writerBefore(
  transaction: Transaction,
  { number }: OpenBatch,
  { merchant, product }: CellName,
  day: number,
): Promise<string | null> {
  const row = await transaction.one<{ previous: number }>(
    `SELECT previous[array_position(days, $4)] AS previous FROM demanda.import_sale
     WHERE import = $1 AND merchant = $2 AND product = $3`,
    ...[number, merchant, product, day],
  );
  return importIdOf(transaction, row?.previous ?? 0);
}

async function twinsOf(
  reader: Reader,
  cells: readonly CellName[],
  only: string | null,
): Promise<ImportSummary['twins']> {
  const of = async (field: 'merchant' | 'product'): Promise<readonly (readonly string[])[]> => {
    const all = await reader.all<{ name: string }>(
      `SELECT DISTINCT ${field} AS name FROM demanda.cell WHERE $1::text IS NULL OR merchant = $1`,
      only,
    );
    const own = new Set(cells.map((cell) => cell[field]));
    return twinNames(
      own,
      all.map(({ name }) => name),
    ).slice(0, MOST_NAMED);
  };
  return { merchant: await of('merchant'), product: await of('product') };
}

/** Counts values, and names the first. */
export class Named {
  private count = 0;
  private readonly named: CellHeldValue[] = [];

  add({ merchant, product }: CellName, values: readonly HeldValue[]): void {
    this.count += values.length;
    for (const { day, column, value, usual, reason } of values)
      if (this.named.length < MOST_VALUES) this.named.push({ merchant, product, day, column, value, usual, reason });
  }

  get values(): HeldValues {
    return { count: this.count, values: this.named };
  }
}
