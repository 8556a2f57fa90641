/** Values of sales that are held: what an import says of them, their list, and accepting them. */

import type { HeldDocument, HeldItem, ImportIssue } from '../contract/documents.ts';
import type { CellHeldValue, HeldChoice, ImportSummary } from '../contract/store/sales.ts';
import type { HeldColumn, Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { fieldWord } from '../i18n/reading-words.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';
import { dayOf, isoDate } from './dates.ts';
import type { CellChoice } from './names.ts';

/** Which held values are meant; all where it says nothing. */
export interface HeldAsked extends Pick<CellChoice, 'merchant' | 'product'> {
  /** ISO date. */
  readonly date?: string;
  readonly column?: HeldColumn;
  /** Names stand as they are: of cells whose names only look alike none is meant. */
  readonly exact?: boolean;
}

/** Values that a list shows at most. */
const MOST_LISTED = 10_000;

export function heldItem({ merchant, product, day, column, value, usual, reason }: CellHeldValue): HeldItem {
  return { merchant, product, date: isoDate(day), column, value, usual, reason };
}

export async function listHeld(context: WorkspaceContext, asked: HeldAsked): Promise<HeldDocument> {
  const page = { limit: MOST_LISTED, after: null };
  const { items } = await context.store.sales.held(await chosen(context, asked), page);
  return { ...(await header(context)), held: items.map(heldItem) };
}

/** How many values they were; models know of them once they are trained again. */
export async function acceptHeld(context: WorkspaceContext, asked: HeldAsked): Promise<number> {
  const choice = await chosen(context, asked);
  const { merchant = null, product } = choice;
  return context.store.sales.accept(choice, (count) =>
    deedNow(context, 'sales.accept', merchant, {
      ...(product !== undefined && { product }),
      ...(asked.date !== undefined && { date: asked.date }),
      values: count,
    }),
  );
}

async function chosen(
  context: WorkspaceContext,
  { merchant, product, date, column, exact = false }: HeldAsked,
): Promise<HeldChoice> {
  const cells = { ...(merchant !== undefined && { merchant }), ...(product !== undefined && { product }) };
  if (exact && (await context.store.cells.count(cells)) === 0)
    throw new DemandaError('CELL_UNKNOWN', { merchant: merchant ?? '–', product: product ?? '–' });
  const named = Object.keys(cells).length === 0 ? {} : await context.names.sold(cells);
  return {
    ...(named.merchant !== undefined && { merchant: named.merchant }),
    ...(named.product !== undefined && { product: named.product }),
    ...(date !== undefined && { day: dayOf(date) }),
    ...(column !== undefined && { column }),
  };
}

/** What is said of values that an import holds: each one, or many of a cell, column and reason together. */
export function heldIssues({ held }: Pick<ImportSummary, 'held'>, lang: Lang): ImportIssue[] {
  const groups = Map.groupBy(held.values, (one) => JSON.stringify([one.merchant, one.product, one.column, one.reason]));
  return [...groups.values()].flatMap((values) =>
    values.length > 3 ? [severalHeld(values, lang)] : values.map((value) => oneHeld(value, lang)),
  );
}

function oneHeld(held: CellHeldValue, lang: Lang): ImportIssue {
  const { merchant, product, day, column, value, usual } = held;
  const told = { merchant, product, date: isoDate(day), column: fieldWord(column, lang), value: shown(value, lang) };
  const error =
    usual === null
      ? new DemandaError('IMPORT_IMPOSSIBLE', told)
      : new DemandaError('IMPORT_EXTREME', { ...told, usual: shown(usual, lang) });
  return { line: 0, column, code: error.code, message: error.messageIn(lang) };
}

function severalHeld(values: readonly CellHeldValue[], lang: Lang): ImportIssue {
  const { merchant, product, column, value, usual, reason, day } = values[0] as CellHeldValue;
  const told = {
    merchant,
    product,
    days: values.length,
    from: isoDate(day),
    to: isoDate((values.at(-1) as CellHeldValue).day),
    column: fieldWord(column, lang),
    value: shown(value, lang),
  };
  const error =
    usual === null
      ? new DemandaError('IMPORT_IMPOSSIBLE_DAYS', told)
      : new DemandaError(reason === 'period' ? 'IMPORT_TOTALS_AMONG_DAYS' : 'IMPORT_EXTREME_DAYS', {
          ...told,
          usual: shown(usual, lang),
        });
  return { line: 0, column, code: error.code, message: error.messageIn(lang) };
}

/** What is said of values that are used from now on. */
export function releasedNotes({ released }: Pick<ImportSummary, 'released'>): DemandaError[] {
  const [first] = released.values;
  if (first === undefined) return [];
  const { merchant, product, day } = first;
  return [new DemandaError('IMPORT_NOTE_RELEASED', { values: released.count, merchant, product, date: isoDate(day) })];
}

export function shown(value: number, lang: Lang): string {
  return value.toLocaleString(lang, { maximumSignificantDigits: 6 });
}
