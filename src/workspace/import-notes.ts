/** What becomes of days that are there already, and what an import says of it. */

import type { ImportIssue } from '../contract/documents.ts';
import type { FarPrice, ImportSummary, PriceImportSummary, SalesCommit } from '../contract/store/sales.ts';
import type { Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { SharedDays } from './command-days.ts';
import type { CommandPrices } from './command-prices.ts';
import { isoDate } from './dates.ts';
import { releasedNotes, shown } from './held-values.ts';

interface PlacingOptions {
  readonly add?: boolean;
  readonly replace?: boolean;
  readonly fileName?: string;
}

interface Placing {
  readonly addTo: SalesCommit['addTo'];
  /** What is said of it. */
  readonly notes: readonly DemandaError[];
}

/** Share of the days of two files that are the same, from which neither two tills nor one export explain them. */
const MOSTLY_SAME = 0.5;

/**
 * Whether a file is added to what is there. Files of one command are tills of a shop where their days differ, one
 * export
 * twice where all are the same.
 *
 * @param shared with the earlier files of the command; null where there are none
 * @throws DemandaError IMPORT_FILES_OVERLAP where it can be either
 */
export function placingOf(
  file: string,
  { add, replace, fileName }: PlacingOptions,
  shared: SharedDays | null,
): Placing {
  if (add === true) return { addTo: 'all', notes: [] };
  if (replace === true) return { addTo: undefined, notes: [] };
  const name = fileName ?? file;
  if (shared !== null && shared.days > 0) {
    const { days, same, cells } = shared;
    if (same === days)
      return { addTo: undefined, notes: [new DemandaError('IMPORT_NOTE_SAME_DAYS', { file: name, days })] };
    if (same > MOSTLY_SAME * days) throw new DemandaError('IMPORT_FILES_OVERLAP', { file: name, same, days });
    return { addTo: cells, notes: [new DemandaError('IMPORT_NOTE_ADDED_UP', { file: name, days })] };
  }
  // Rows that an import left out, mended: the others of their days are in the store.
  if (/\.rejected\.csv$/i.test(name))
    return { addTo: 'all', notes: [new DemandaError('IMPORT_NOTE_MENDED', { file: name })] };
  return { addTo: undefined, notes: [] };
}

/** Refuses a file that says otherwise than an earlier one of its command. @throws DemandaError IMPORT_PRICES_DIFFER */
export function requireSamePrices(file: string, other: ReturnType<CommandPrices['otherThan']>): void {
  if (other === null) return;
  const { merchant, name, day, before, after } = other.first;
  throw new DemandaError('IMPORT_PRICES_DIFFER', {
    ...{ file, days: other.days, before, after },
    name: priced({ merchant, name }),
    date: isoDate(day),
  });
}

const priced = ({ merchant, name }: Pick<FarPrice, 'merchant' | 'name'>): string =>
  merchant === null ? name : `${merchant} / ${name}`;

/** Far prices that are named. */
const MOST_FAR = 20;

/** What is said of costs or market prices once they are in the store: days with several, and what stands alone. */
export function priceNotes({ differing, far }: PriceImportSummary, lang: Lang): ImportIssue[] {
  const notes: DemandaError[] = [];
  if (differing > 0) notes.push(new DemandaError('IMPORT_NOTE_PRICES_SEVERAL', { days: differing }));
  const zeros = Map.groupBy(
    far.values.filter(({ usual }) => usual === null),
    priced,
  );
  for (const [name, values] of zeros) {
    const [{ day }] = values as [FarPrice, ...FarPrice[]];
    notes.push(new DemandaError('IMPORT_NOTE_PRICE_ZERO', { name, date: isoDate(day), days: values.length }));
  }
  for (const { merchant, name, day, value, usual } of far.values) {
    if (usual === null) continue;
    const told = {
      name: priced({ merchant, name }),
      date: isoDate(day),
      value: shown(value, lang),
      usual: shown(usual, lang),
    };
    notes.push(new DemandaError('IMPORT_NOTE_PRICE_FAR', told));
  }
  return notes.slice(0, MOST_FAR).map((note) => noteIn(note, lang));
}

/** Former names that are named. */
const MOST_RENAMED = 20;

/** What is said of former names in a file. */
export function renamedNotes({ renamed }: Pick<ImportSummary, 'renamed'>, lang: Lang): ImportIssue[] {
  if (renamed.length === 0) return [];
  const names = renamed.slice(0, MOST_RENAMED).map(({ name, target, rows }) => `"${name}" → "${target}" (${rows})`);
  if (renamed.length > MOST_RENAMED) names.push('…');
  return [noteIn(new DemandaError('IMPORT_NOTE_RENAMED', { names: names.join(', ') }), lang)];
}

/** What is said of sales once they are in the store. @param returned rows of what came back */
export function salesNotes(
  { lowered, mostLowered, uncovered, twins, costly, released, unended }: ImportSummary,
  returned: number,
  lang: Lang,
): ImportIssue[] {
  const notes: DemandaError[] = [];
  if (returned > 0) notes.push(new DemandaError('IMPORT_NOTE_RETURNS', { rows: returned }));
  if (uncovered > 0) notes.push(new DemandaError('IMPORT_NOTE_UNCOVERED', { units: Number(uncovered.toFixed(3)) }));
  if (mostLowered !== null) {
    const { merchant, product, day, before, after } = mostLowered;
    notes.push(
      new DemandaError('IMPORT_NOTE_LOWERED', { days: lowered, merchant, product, date: isoDate(day), before, after }),
    );
  }
  if (costly !== null) {
    const { merchant, product, day, days, cost, price } = costly;
    notes.push(
      new DemandaError('IMPORT_NOTE_COST_ABOVE_PRICE', { days, merchant, product, date: isoDate(day), cost, price }),
    );
  }
  if (unended !== null) {
    const { merchant, product, cells, day, to } = unended;
    notes.push(
      new DemandaError('IMPORT_NOTE_UNENDED', { cells, merchant, product, date: isoDate(day), to: isoDate(to) }),
    );
  }
  notes.push(...releasedNotes({ released }));
  for (const groups of [twins.merchant, twins.product])
    if (groups.length > 0)
      notes.push(
        new DemandaError('IMPORT_NOTE_TWINS', {
          names: groups.map((group) => group.map((name) => `"${name}"`).join(' / ')).join(', '),
        }),
      );
  return notes.map((note) => noteIn(note, lang));
}

export function noteIn(note: DemandaError, lang: Lang): ImportIssue {
  return { line: 0, column: null, code: note.code, message: note.messageIn(lang) };
}
