/** Imports as batches: their ids, what contradicts what is there, and settings of cells when one is taken back. */

import type { ImportBatch } from '../contract/store/imports.ts';
import type { Frequency, MissingDays } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Covariates, MergedDay } from './merge-tickets.ts';

/** Of quantities whose unit nobody names. */
export const ASSUMED_UNIT = 'kg';

/** Digits of an id while there is room. */
const SHORTEST_ID = 4;

/**
 * The shortest beginning of a random number that no other import has. @param random hexadecimal digits, at least 8
 * @returns all of it where every beginning is taken
 */
export function freeImportId(random: string, isTaken: (id: string) => boolean): string {
  for (let digits = SHORTEST_ID; digits < random.length; digits++) {
    const id = random.slice(0, digits);
    if (!isTaken(id)) return id;
  }
  return random;
}

/** Share of two figures that the order of adding up may differ by. */
export const SAME_FIGURE = 1e-9;

const COLUMNS = ['quantity', 'price', 'cost', 'promo', 'soldOut', 'waste', 'marketPrice'] as const;
export type FigureColumn = (typeof COLUMNS)[number];

/** Whether a figure says otherwise than the one that is there; one where there was none does not. */
export function contradicts(before: number | null, now: number | null): boolean {
  if (before === null) return false;
  return now === null || Math.abs(before - now) > SAME_FIGURE * Math.max(Math.abs(before), Math.abs(now), 1e-6);
}

/**
 * The first column in which a row says otherwise than the one that is there; `covariates` where only those do; null
 * where
 * it repeats it or fills in what it lacked. That a day was not sold out is no figure.
 *
 * @param after the row as it would be
 */
export function contradiction(before: MergedDay, after: MergedDay): FigureColumn | 'covariates' | null {
  for (const column of COLUMNS) {
    if (column === 'soldOut') {
      if (before.soldOut && !after.soldOut) return column;
    } else if (contradicts(before[column], after[column])) return column;
  }
  return covariatesContradict(before.covariates, after.covariates) ? 'covariates' : null;
}

/** Whether covariates that were there have another value now, or none. */
export function covariatesContradict(before: Covariates | null, after: Covariates | null): boolean {
  return Object.entries(before ?? {}).some(([name, value]) => contradicts(value, after?.[name] ?? null));
}

/** Whether an import writes exactly what was there. */
export function isSameRow(before: MergedDay, after: MergedDay): boolean {
  return (
    COLUMNS.every((column) => before[column] === after[column]) &&
    (before.covariates === after.covariates ||
      JSON.stringify(sorted(before.covariates)) === JSON.stringify(sorted(after.covariates)))
  );
}

function sorted(covariates: Covariates | null): readonly (readonly [string, number])[] {
  return Object.entries(covariates ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A cost or market price that is there, and what an import would make of it. */
export interface OtherPrice {
  /** Whose cost; null: everyone's, or a market price. */
  readonly merchant: string | null;
  readonly name: string;
  readonly day: number;
  readonly before: number;
  readonly after: number;
}

/** @param days how many there are; @param most the one that changes most; @param earlier id of the import that wrote it */
export function pricesThere(
  file: string,
  days: number,
  { merchant, name, day, before, after }: OtherPrice,
  earlier: string | null,
): DemandaError {
  return new DemandaError('IMPORT_PRICES_THERE', {
    ...{ file, days, before, after },
    name: merchant === null ? name : `${merchant} / ${name}`,
    date: new Date(day * 86_400_000).toISOString().slice(0, 10),
    earlier: earlier ?? '–',
  });
}

/** What imports settle of a cell besides its rows. */
export interface CellSettings {
  readonly productType: string;
  readonly unit: string;
  readonly givenFrequency: Frequency | null;
  readonly missingDays: MissingDays;
}

/** What one import said of them; null: nothing. */
export type ToldSettings = { readonly [K in keyof CellSettings]: CellSettings[K] | null } & {
  /** Of a cell that has no unit by then. */
  readonly usualUnit: string;
};

/** A cell's settings after an import that finds `before`. */
export function settingsAfter(before: CellSettings, told: ToldSettings): CellSettings {
  return {
    productType: told.productType ?? before.productType,
    unit: told.unit ?? (before.unit || told.usualUnit),
    givenFrequency: told.givenFrequency ?? before.givenFrequency,
    missingDays: told.missingDays ?? before.missingDays,
  };
}

/**
 * A cell's settings as they would be had an import never been. @param before as that import found them; @param later
 * what each import after it said, the oldest first
 *
 * @returns what each of the later ones would have found, and what holds now
 */
export function settingsWithout(
  before: CellSettings,
  later: readonly ToldSettings[],
): { readonly found: readonly CellSettings[]; readonly now: CellSettings } {
  const found: CellSettings[] = [];
  let now = before;
  for (const told of later) {
    found.push(now);
    now = settingsAfter(now, told);
  }
  return { found, now };
}

/** Names that were joined after an import wrote rows of one of them. */
export interface JoinedSince {
  readonly at: string;
  readonly name: string;
  readonly target: string;
}

/**
 * Why an import is not taken back; null where nothing stands against it.
 *
 * @param later imports that wrote rows of it again, the oldest first; @param merchant of the caller, who hears of no
 * others; null: the whole workspace; @param joined names whose rows nothing tells apart any more
 */
export function undoRefusal(
  { id, file, undoneAt }: ImportBatch,
  later: readonly ImportBatch[],
  merchant: string | null,
  joined: JoinedSince | null = null,
): DemandaError | null {
  if (undoneAt !== null) return new DemandaError('IMPORT_BATCH_UNDONE', { id, at: undoneAt.slice(0, 10) });
  if (joined !== null) {
    const { name, target } = joined;
    return new DemandaError('IMPORT_UNDO_JOINED', { id, file, date: joined.at.slice(0, 10), name, target });
  }
  if (later.length === 0) return null;
  const seen = later.filter((batch) => merchant === null || batch.merchant === merchant);
  if (seen.length < later.length) return new DemandaError('IMPORT_UNDO_OTHERS', { id, file });
  const named = seen.map((batch) => `${batch.id} (${batch.file}, ${batch.at.slice(0, 10)})`).reverse();
  return new DemandaError('IMPORT_UNDO_LATER', { id, file, later: named.join(', ') });
}
