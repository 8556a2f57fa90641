/**
 * Kinds of files and shops that were read or forecast wrongly once, and the test that holds each: none of them may be
 * lost when tests are moved or renamed.
 */

import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Kind {
  readonly kind: string;
  /** Under `test/`, without its ending. */
  readonly file: string;
  /** As it stands in the file; of a table of cases the row, or the title of all. */
  readonly title: string;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'month before day, sorted, the first thousands of rows below 13',
    file: 'cases/reading',
    title: 'of tickets of a month, sorted, are month before day though the first 1,500 would do either way',
  },
  {
    kind: 'days in a row, all of them below 13',
    file: 'data/reading/columns',
    title: 'eleven days in a row are no eleven months',
  },
  {
    kind: 'two tills in two files of one command',
    file: 'data/reading/files',
    title: 'add up where their days differ, and it is said',
  },
  {
    kind: 'a line that says which separator follows',
    file: 'data/reading/files',
    title: 'with the separator that Excel writes',
  },
  { kind: 'titles above the headers', file: 'data/reading/files', title: 'below titles, with totals' },
  {
    kind: 'objects of JSON whose first lacks keys',
    file: 'cases/reading',
    title: 'objects of JSON may have keys that the first lacks',
  },
  {
    kind: 'decimal commas without quotes in a file of commas',
    file: 'data/reading/files',
    title: 'with more fields than headers',
  },
  {
    kind: 'an encoding that only a late letter tells',
    file: 'data/reading/files',
    title: 'in an encoding that only a late line tells is read',
  },
  {
    kind: 'accents of one character or two',
    file: 'cases/reading',
    title: 'written with one character or two are one product',
  },
  {
    kind: 'names in other capitals, with other blanks',
    file: 'cases/reading',
    title: 'that differ in blanks are one, those that differ in capitals are named',
  },
  {
    kind: 'weeks of a year in one column',
    file: 'cases/reading',
    title: 'of a column called yearweek are weeks, below 13 too',
  },
  {
    kind: 'a year and a week in two columns',
    file: 'data/reading/columns',
    title: 'a year and a number beyond 12 are weeks',
  },
  {
    kind: 'a year and a month in two columns',
    file: 'cases/reading',
    title: 'in a column of years and one of months are months',
  },
  { kind: 'month names', file: 'data/reading/columns', title: 'month names' },
  { kind: 'words that only look like dates', file: 'data/reading/columns', title: '%s: %j is not guessed' },
  { kind: 'midnights of a zone in Parquet', file: 'data/read-parquet', title: 'counts times by %s' },
  {
    kind: 'times with an offset, times of twelve hours',
    file: 'cases/reading',
    title: 'with times late in the evening, %s, are those of the shop',
  },
  { kind: 'seconds since 1970', file: 'data/reading/columns', title: 'seconds' },
  {
    kind: 'milliseconds since 1970 in JSON',
    file: 'cases/reading',
    title: 'of JSON as milliseconds of the epoch are the days of UTC, and that is said',
  },
  { kind: 'a workbook with a sheet a month', file: 'cases/reading', title: 'alike sheets of a workbook are all read' },
  {
    kind: 'a workbook that counts from 1904',
    file: 'data/file-limits',
    title: 'gives texts, numbers, flags, dates of both calendars and formulas as their cells show them',
  },
  { kind: 'days as serial numbers', file: 'data/reading/columns', title: 'serial days' },
  { kind: 'codes 007 and 7', file: 'cases/reading', title: '007 and 7 are two codes of a workbook' },
  {
    kind: 'errors and totals in a workbook',
    file: 'cases/reading',
    title: 'an error in a cost is a cost that is not given, and a row of totals is none',
  },
  {
    kind: 'an old workbook, one of another program, HTML in their place',
    file: 'cases/reading',
    title: 'a file that is %s in truth is refused with that word',
  },
  {
    kind: 'lines that end with a carriage return',
    file: 'cases/reading',
    title: 'lines may end with a carriage return alone',
  },
  { kind: 'returns', file: 'data/reading/files', title: 'is taken off %s' },
  { kind: 'NA, NULL and their like in a cost', file: 'cases/reading', title: 'a cost of %s is one that is not given' },
  { kind: 'amounts as each currency is written', file: 'cases/reading', title: 'a price of %s is read' },
  { kind: 'revenue in place of a price', file: 'data/reading/files', title: 'with a line total' },
  {
    kind: 'slow sellers without rows of zero',
    file: 'cases/demand',
    title: 'of slow sellers whose days without a sale have no row are of what they sell',
  },
  {
    kind: 'a shop that is closed on Sundays',
    file: 'cases/demand',
    title: 'of a shop that is closed on Sundays have none',
  },
  { kind: 'Easter', file: 'core/series/feasts', title: 'forecasts it, and the days beside it as ever' },
  { kind: 'prices that follow demand', file: 'cases/demand', title: 'prices after demand' },
  { kind: 'zeros without a price', file: 'cases/demand', title: 'of days without a sale or price count them as zeros' },
  { kind: 'a sale of the future', file: 'data/reading/files', title: 'of the future' },
  { kind: 'a product that is sold no more', file: 'cases/demand', title: 'delisted' },
  {
    kind: 'a currency without cents, prices below a cent',
    file: 'core/pricing/price-lattice',
    title: 'prices are shown in coins, small ones between them with as many decimals as they need',
  },
  {
    kind: 'the same shop in another unit of money',
    file: 'core/pricing/recommendation',
    title: 'is the same in any unit of money',
  },
  {
    kind: 'prices that go out as they can be charged',
    file: 'core/pricing/price-lattice',
    title: 'are hundredths, units or thousandths',
  },
  {
    kind: 'a fair that is known ahead',
    file: 'workspace/event-plan',
    title: 'a recommendation counts the events of a plan: the fair within its days sells four more days',
  },
  {
    kind: 'covariates of words, constants, copies',
    file: 'workspace/categories',
    title:
      'is told apart from numbers with a stray word, a constant, a copy of another column and one that is nearly empty',
  },
  {
    kind: 'names with colons and commas',
    file: 'workspace/names',
    title: 'stands in lists whose names may hold commas',
  },
  {
    kind: 'headers with commas and equals signs',
    file: 'cases/reading',
    title: 'of columns that hold a comma can be told by their place',
  },
  { kind: 'every line twice', file: 'data/reading/files', title: 'that stands twice is counted twice, and told' },
  {
    kind: 'all is wasted',
    file: 'core/pricing/pricing-facts',
    title: 'leave out a row that sold something and wasted all, which cannot be',
  },
  {
    kind: 'costs of nothing',
    file: 'cases/demand',
    title: 'are none where the cost is nothing: that is held, and said',
  },
  {
    kind: 'limits that contradict each other, endings without a coin',
    file: 'core/pricing/guardrails',
    title: 'are a least price above the highest, or no ending between them',
  },
  {
    kind: 'a series without any scatter',
    file: 'cases/demand',
    title: 'a perfect series is drawn without a figure that is none',
  },
  {
    kind: 'a model in a workspace without its sales',
    file: 'cases/demand',
    title: 'of a model that rests on sales are none in a workspace that lacks them',
  },
  {
    kind: 'another order of rows, parted files',
    file: 'cases/reading',
    title: 'rows may be in any order and in any number of files',
  },
  {
    kind: 'another number of threads',
    file: 'workspace/executor',
    title: 'gets the same models and figures to the last bit as with threads',
  },
  {
    kind: 'a trend and a horizon of a year',
    file: 'core/demand/level-drift',
    title: 'widens intervals with the horizon',
  },
  { kind: 'a cost a hundred times its own', file: 'cases/demand', title: 'a cost a hundred times' },
  {
    kind: 'kilos of a scale beside prices with commas',
    file: 'data/reading/columns',
    title: 'a scale beside comma prices',
  },
  {
    kind: 'rejected rows, mended',
    file: 'cases/reading',
    title: 'rows that were mended in the file of rejected ones, with its own separator, join their day',
  },
  {
    kind: 'a day in two exports',
    file: 'data/reading/files',
    title: 'that lowers a day is refused; with replace it says so, with add it adds',
  },
  { kind: 'weekly totals, then days', file: 'rules/extremes', title: 'are held whichever come first' },
  {
    kind: 'a day a hundred times over',
    file: 'cases/demand',
    title: 'do not follow a day a hundred times over, which the import names',
  },
  {
    kind: 'a product that is always on offer',
    file: 'cases/demand',
    title: 'of what is always on offer are by the price that it always had',
  },
  {
    kind: 'a promotion that is planned',
    file: 'cases/demand',
    title: 'of a plan count its promotion on its days and no others',
  },
  {
    kind: 'a shelf that is empty on most days',
    file: 'cases/demand',
    title: 'of a shelf that was empty on most days are of what would have sold',
  },
  {
    kind: 'a shelf that is empty on two days of five',
    file: 'core/demand/uncensored',
    title: 'is forecast near its demand, above what was sold; without the flags at what was sold',
  },
  { kind: 'a price that goes with the season', file: 'cases/demand', title: 'prices of the season' },
  { kind: 'a mean of what several buyers paid', file: 'cases/demand', title: 'members pay less' },
  {
    kind: 'prices that rise with all others',
    file: 'cases/demand',
    title: 'are by what a price does among others that rise with it',
  },
  { kind: 'a price that goes with the weekday', file: 'cases/demand', title: 'prices of the weekday' },
  {
    kind: 'a cell too short for a backtest',
    file: 'workspace/horizons',
    title: 'of none says how many rows there were',
  },
  {
    kind: 'a first day of forecasts in the past, or years ahead',
    file: 'workspace/horizons',
    title: 'starts neither before a last sale nor more than a year after it',
  },
  {
    kind: 'Christmas Eve',
    file: 'core/series/feasts',
    title: 'are the days before a moving feast that sold four times as much every year, and no others',
  },
  { kind: 'a feast of another calendar', file: 'core/series/feasts', title: 'may be a day that no calendar has' },
  {
    kind: 'a training that is stopped and gone on with',
    file: 'safety/signals',
    title:
      'that was stopped on one thread and gone on with on two gives the same bits as one left alone on either, and trains nothing twice',
  },
  {
    kind: 'orders of a web shop',
    file: 'cases/reading',
    title: 'orders with a line a product and a name for the shop',
  },
  {
    kind: 'items of a till with net sales of the line',
    file: 'cases/reading',
    title: 'items with net sales of the line: the price is what one of them cost',
  },
  {
    kind: 'a discount in percent',
    file: 'cases/reading',
    title: 'a discount in percent is taken off the price, and one that is taken for a promotion is said not to be',
  },
  {
    kind: 'months',
    file: 'workspace/horizons',
    title: 'is of 14 days, 8 weeks or 3 months unless told, and says which',
  },
  {
    kind: 'the running week or month',
    file: 'cases/reading',
    title: 'the last %s of a list is named while it is not over',
  },
  {
    kind: 'a second list of costs or market prices',
    file: 'workspace/price-files',
    title: 'of %s that says otherwise is refused, unless told that it holds',
  },
  {
    kind: 'a part of a file that was pasted twice',
    file: 'data/reading/copied-lines',
    title: 'a part of a file that was pasted twice is named with its lines and how many they are',
  },
  {
    kind: 'amounts of another currency than those that are there',
    file: 'cli/imports',
    title: 'are refused where the workspace holds some, naming both, and change nothing',
  },
  {
    kind: 'quantities without a unit',
    file: 'cli/imports',
    title: 'are kilos, which is said once with what says otherwise, in both languages',
  },
  {
    kind: 'Enter at the question about days that are there',
    file: 'cli/imports',
    title: 'stay as they are where Enter answers the question, in %s',
  },
  {
    kind: 'kilos, then grams',
    file: 'cases/reading',
    title: 'in kilos up to a day, and in grams from then on, are held from then on',
  },
  { kind: 'headers of other tills', file: 'cases/reading', title: '%s are headers' },
  {
    kind: 'numbers of versions after a deletion',
    file: 'rules/versions',
    title:
      'whatever is trained, deleted and moved, numbers only grow, aliases name what there is, and a cell with models has a live one',
  },
  {
    kind: 'formulas in names',
    file: 'workspace/price-change-file',
    title: 'holds texts that no spreadsheet runs, and the numbers that were exported',
  },
  {
    kind: 'products as columns',
    file: 'data/reading/files',
    title: 'of which two columns mean one thing, or none means a product, is refused',
  },
  { kind: 'promotions in words and in money', file: 'cases/reading', title: 'a promotion of %s is %s' },
  {
    kind: 'events within the days that a price is for',
    file: 'workspace/event-plan',
    title: 'an event within a week counts for that week',
  },
  {
    kind: 'an import that was wrong',
    file: 'cli/imports',
    title: 'lists what was imported, shows one and undoes it, in both languages',
  },
  {
    kind: 'a live version that is deleted',
    file: 'contracts/keeping',
    title: 'numbers versions, makes the first live and moves the alias on request',
  },
  {
    kind: 'no season before a year has passed',
    file: 'core/series/design',
    title: 'waits until a year of rows has nearly closed, and has then as many waves as the spec asks for',
  },
  { kind: 'weeks', file: 'workspace/horizons', title: 'rounds days up to whole periods' },
  {
    kind: 'ends of months',
    file: 'workspace/horizons',
    title: 'has twelve different months a year, ends of months at ends of months',
  },
  {
    kind: 'gifts, and discounts as lines',
    file: 'cases/reading',
    title: 'gifts and lines of a discount are counted by kind, each with its line',
  },
  { kind: 'units beside quantities', file: 'cases/reading', title: 'a quantity of %s is kept in %s' },
  {
    kind: 'a plan with days of the past and names that nobody sells',
    file: 'workspace/event-plan',
    title: 'says what of the plan was not used, and that a known covariate was not told',
  },
  { kind: 'what a feast does, shown', file: 'core/series/feasts', title: 'says how much it sells' },
];

/** Of a test's file, or of one that several tests share. */
function sourceOf(file: string): string {
  const found = [`test/${file}.test.ts`, `test/${file}.ts`].find((path) => existsSync(path));
  return found === undefined ? '' : readFileSync(found, 'utf8');
}

it('every kind has its test, under the title that the table names', () => {
  const missing = KINDS.filter(({ file, title }) => !sourceOf(file).includes(`'${title}'`));
  expect(missing).toEqual([]);
  expect(new Set(KINDS.map(({ kind }) => kind)).size).toBe(KINDS.length);
});

it('every test of a kind is in the table', () => {
  const titles = globSync('test/cases/*.test.ts')
    .filter((file) => !file.endsWith('kinds.test.ts'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(?:\bit|^ {2}\])\(\s*'([^']+)'/gm)])
    .map(([, title = '']) => title);
  // A table of cases is named by its title or by its rows.
  const named = (title: string): boolean => KINDS.some((kind) => kind.title === title);
  expect(titles.length).toBeGreaterThan(25);
  expect(titles.filter((title) => !named(title) && !title.startsWith('are withheld'))).toEqual([]);
});
