/** What the days of cells' rows say: frequencies, and periods without a sale. */

import type { CellName } from '../../contract/cell-name.ts';
import type { ImportSummary, UnendedPeriod } from '../../contract/store/sales.ts';
import type { Frequency, MissingDays } from '../../core/vocabulary.ts';
import { cellFrequency, MOST_ROWS_TOLD, merchantFrequency, type Spacing } from '../../rules/frequency.ts';
import { LAST_ROWS, LONGEST_PERIOD, unendedUntil } from '../../rules/unended-periods.ts';
import { type TradedPeriods, tradedPeriods, unsoldDays } from '../../rules/unsold-periods.ts';
import type { Reader, Transaction } from './connection.ts';
import { numbersOf } from './sale-arrays.ts';

/** Merchants that are settled at once. */
const MERCHANTS = 200;

interface SpacedCells extends Spacing {
  readonly merchant: string;
  readonly frequency: Frequency;
}

/** Frequencies of the cells of merchants, some of whose rows have changed. Within a transaction. */
export async function settleFrequencies(transaction: Transaction, merchants: readonly string[]): Promise<void> {
  for (let at = 0; at < merchants.length; at += MERCHANTS) {
    const some = merchants.slice(at, at + MERCHANTS);
    // Cells of one spacing are alike; those of few rows are told by how many they are.
    const groups = await transaction.all<SpacedCells>(
      `SELECT merchant, least(rows, ${MOST_ROWS_TOLD}) AS rows, gap, one_weekday AS "isOneWeekday",
         one_month_day AS "isOneMonthDay", min(frequency) AS frequency
       FROM demanda.cell WHERE merchant = ANY ($1) GROUP BY 1, 2, 3, 4, 5`,
      some,
    );
    const changed: SpacedCells[] = [];
    for (const [merchant, own] of Map.groupBy(groups, (group) => group.merchant)) {
      const usual = await usualFrequency(transaction, merchant, own);
      changed.push(...own.map((group) => ({ ...group, frequency: cellFrequency(group, usual) })));
    }
    await transaction.run(
      `UPDATE demanda.cell c SET frequency = t.frequency
       FROM unnest($1::text[], $2::int[], $3::int[], $4::boolean[], $5::boolean[], $6::text[])
         AS t (merchant, rows, gap, one_weekday, one_month_day, frequency)
       WHERE c.merchant = t.merchant AND least(c.rows, ${MOST_ROWS_TOLD}) = t.rows AND c.gap = t.gap
         AND c.one_weekday = t.one_weekday AND c.one_month_day = t.one_month_day AND c.given_frequency IS NULL
         AND c.frequency <> t.frequency`,
      changed.map(({ merchant }) => merchant),
      changed.map(({ rows }) => rows),
      changed.map(({ gap }) => gap),
      changed.map(({ isOneWeekday }) => isOneWeekday),
      changed.map(({ isOneMonthDay }) => isOneMonthDay),
      changed.map(({ frequency }) => frequency),
    );
  }
}

async function usualFrequency(reader: Reader, merchant: string, cells: readonly Spacing[]): Promise<Frequency> {
  let days: readonly number[] | null = null;
  const found = merchantFrequency(cells, () => (days = [0]));
  if (days === null) return found;
  const rows = await reader.all<{ day: number }>(
    'SELECT DISTINCT unnest(days) AS day FROM demanda.sale WHERE merchant = $1 ORDER BY day',
    merchant,
  );
  return merchantFrequency(cells, () => rows.map(({ day }) => day));
}

/** On which periods a merchant's cells of a frequency sold. */
export async function tradedBy(reader: Reader, merchant: string, frequency: Frequency): Promise<TradedPeriods> {
  return tradedPeriods(
    await reader.all<{ day: number; rows: number; sold: number }>(
      `SELECT u.day, count(*) AS rows, count(*) FILTER (WHERE u.quantity > 0) AS sold
       FROM demanda.cell c JOIN demanda.sale s ON s.merchant = c.merchant AND s.product = c.product,
         unnest(s.days, s.quantity) AS u (day, quantity)
       WHERE c.merchant = $1 AND c.frequency = $2 GROUP BY u.day ORDER BY u.day`,
      merchant,
      frequency,
    ),
  );
}

/** Cells that are looked at at once. */
const PAGE = 500;

interface WrittenCell extends CellName {
  readonly frequency: Frequency;
  readonly missing: MissingDays;
  readonly day: number;
  /** Whether the import wrote its last row. */
  readonly isLast: boolean;
  /** Null where no day is missing, or none counts as zero. */
  readonly days: string | null;
  readonly lastDays: readonly number[] | null;
}

/** Of an import, once its cells have their frequencies. @param today the day number of today, where it is known */
export async function periodsOf(
  reader: Reader,
  number: number,
  today: number | undefined,
): Promise<Pick<ImportSummary, 'frequencies' | 'unsold' | 'unended'>> {
  const frequencies: Partial<Record<Frequency, number>> = {};
  const unsold = { cells: 0, periods: 0 };
  const unended: UnendedPeriod[] = [];
  let cells = 0;
  let tradedOf = '';
  const traded = new Map<Frequency, TradedPeriods>();
  for await (const cell of writtenCells(reader, number, today)) {
    const { merchant, product, frequency, day, isLast, days, lastDays } = cell;
    frequencies[frequency] = (frequencies[frequency] ?? 0) + 1;
    if (today !== undefined && isLast && lastDays !== null) {
      const to = unendedUntil(frequency, lastDays, today);
      if (to !== null && cells++ === 0) unended.push({ merchant, product, day, to });
    }
    if (days === null) continue;
    if (tradedOf !== merchant) traded.clear();
    tradedOf = merchant;
    const periods = traded.get(frequency) ?? (await tradedBy(reader, merchant, frequency));
    traded.set(frequency, periods);
    const found = unsoldDays(Int32Array.from(numbersOf(days) as number[]), frequency, periods).length;
    unsold.periods += found;
    if (found > 0) unsold.cells++;
  }
  const [first] = unended;
  return { frequencies, unsold, unended: first === undefined ? null : { ...first, cells } };
}

async function* writtenCells(reader: Reader, number: number, today: number | undefined): AsyncGenerator<WrittenCell> {
  let after: CellName = { merchant: '', product: '' };
  for (;;) {
    const page = await reader.all<WrittenCell>(
      `WITH page AS (
         SELECT c.* FROM demanda.import_cell i JOIN demanda.cell c ON c.merchant = i.merchant AND c.product = i.product
         WHERE i.import = $1 AND (i.merchant, i.product) > ($2, $3) ORDER BY i.merchant, i.product LIMIT ${PAGE}),
       ends AS (
         SELECT c.merchant, c.frequency, max(c.last_day) AS day FROM demanda.cell c
         WHERE c.merchant IN (SELECT merchant FROM page) GROUP BY c.merchant, c.frequency)
       SELECT p.merchant, p.product, p.frequency, p.missing_days AS missing, p.last_day AS day,
         s.imports[cardinality(s.imports)] = $1 AS "isLast",
         CASE WHEN p.missing_days = 'zero' AND p.rows <= e.day - p.first_day THEN s.days::text END AS days,
         CASE WHEN p.frequency <> 'daily' AND p.last_day > $4::int - ${LONGEST_PERIOD}
           THEN s.days[greatest(1, cardinality(s.days) - ${LAST_ROWS - 1}):] END AS "lastDays"
       FROM page p JOIN demanda.sale s ON s.merchant = p.merchant AND s.product = p.product
       JOIN ends e ON e.merchant = p.merchant AND e.frequency = p.frequency
       ORDER BY p.merchant, p.product`,
      number,
      after.merchant,
      after.product,
      today ?? null,
    );
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last;
  }
}
