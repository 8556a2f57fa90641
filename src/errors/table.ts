/* long: the error table is one list. */
/**
 * The error table: one row is everything about an error but its words in other languages, which stand beside it in a
 * file a language.
 */

import type { OptionalColumn } from '../contract/import-rows.ts';
import type { ActorKind, RecommendationStatus } from '../core/vocabulary.ts';

export interface ErrorEntry {
  readonly kind: 'input' | 'usage' | 'conflict' | 'missing' | 'system';
  /** Exit code of the command line: 1 failed, 2 usage, 3 finished with some cells failed. */
  readonly exit: 1 | 2 | 3;
  /** HTTP status. */
  readonly status: number;
  readonly en: string;
}

export const errors = {
  // --- watch (src/workspace/watch.ts)
  WATCH_RUNNING: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'Another process looks after all models right now: wait until it has ended.',
  },
  // --- alerts (src/alerts)
  ALERT_URL: {
    kind: 'input',
    exit: 2,
    status: 400,
    en: 'The address of the webhook must begin with https:// and hold no user or password: check it (http:// only within the own network, with --allow-private yes).',
  },
  ALERT_HOST_UNKNOWN: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'No address was found for {host}: check the name and the connection.',
  },
  ALERT_HOST_PRIVATE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{host} is an address of this machine or of the own network, which is not called: use one of the internet, or allow it with demanda alerts set --allow-private yes.',
  },
  ALERT_ANSWER: {
    kind: 'system',
    exit: 1,
    status: 502,
    en: '{host} answered {status} instead of 2xx: check the address with whoever receives the messages.',
  },
  ALERT_NO_ANSWER: {
    kind: 'system',
    exit: 1,
    status: 502,
    en: '{host} did not answer ({detail}): it is tried again later.',
  },
  ALERT_MAIL_REFUSED: {
    kind: 'system',
    exit: 1,
    status: 502,
    en: 'The SMTP server {host} did not take the e-mail ({detail}): check server, port, user and password.',
  },
  ALERT_MAIL_PARTS: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'E-mail needs a server, a sender and a receiver: give --smtp-host, --mail-from and --mail-to.',
  },
  ALERT_VALUE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} cannot be "{value}": {rule}.',
  },
  // --- import (src/data)
  IMPORT_NO_FILE: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no file {file}: check its name and folder.',
  },
  IMPORT_DIRECTORY: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} is a folder: name a CSV, XLSX, Parquet or JSON file.',
  },
  DATASET_URL: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      '{input} is an address, which is not read: mount the bucket as a folder (s3fs, a CSI volume), or copy ' +
      'the files that one job reads.',
  },
  DATASET_EMPTY: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: 'There is no Parquet or CSV file in the folder {folder} nor in those below it.',
  },
  DATASET_NO_MATCH: {
    kind: 'missing',
    exit: 2,
    status: 404,
    en: 'No file fits {pattern}: check the folder, and put the pattern between quotes.',
  },
  DATASET_OTHER_FILE: {
    kind: 'input',
    exit: 2,
    status: 422,
    en:
      '{file} is neither Parquet nor CSV: move it out of {folder}, or name the files by a pattern such as ' +
      '"*.parquet".',
  },
  DATASET_NO_SALES: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: '{input} holds costs or market prices, not sales: name the files of sales.',
  },
  KNOWLEDGE_DAMAGED: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: '{file} is not knowledge that `demanda prepare` wrote, or it is damaged: write it again.',
  },
  KNOWLEDGE_DIFFERS: {
    kind: 'input',
    exit: 2,
    status: 422,
    en:
      '{file} was made with {there}, and this is {here}: the results would differ. Run `demanda prepare` here, ' +
      'or train with what it was made with.',
  },
  KNOWLEDGE_COLUMNS: {
    kind: 'input',
    exit: 2,
    status: 422,
    en:
      '{input} has other columns than the files that {file} was learned from, among them {column}: run ' +
      '`demanda prepare` for these files.',
  },
  SHARD_STOPPED: {
    kind: 'system',
    exit: 1,
    status: 503,
    en: '{shard} was stopped before its end and nothing of it was kept: start it again.',
  },
  COLLECT_NOTHING: {
    kind: 'missing',
    exit: 2,
    status: 404,
    en: 'No shard in {folder} is done: name the folder that was given to `demanda train --output`.',
  },
  COLLECT_NO_SALES: {
    kind: 'conflict',
    exit: 2,
    status: 409,
    en: 'The workspace {workspace} has no sales of the cells in {folder}: import them first (`demanda import`).',
  },
  COLLECT_CURRENCY: {
    kind: 'conflict',
    exit: 2,
    status: 409,
    en: 'The prices in {folder} are in {there}, and this workspace is in {here}: collect them into another workspace.',
  },
  SHARD_INVALID: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'There is no shard {value}: of 7 shards the first is 0/7 and the last 6/7.',
  },
  SHARD_COUNT_MISSING: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{variable} tells which shard this is but not of how many: add --shards, or set DEMANDA_SHARDS.',
  },
  SHARD_OTHER_COUNT: {
    kind: 'conflict',
    exit: 2,
    status: 409,
    en: '{folder} holds results of {there} shards, and this is one of {here}: name another folder for --output.',
  },
  SHARD_OTHER_RUN: {
    kind: 'conflict',
    exit: 2,
    status: 409,
    en: '{folder} holds results of other sales, knowledge or options: name another folder for --output.',
  },
  SHARD_KNOWLEDGE_MISSING: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en:
      'Shards need what all products have in common from one file: run `demanda prepare --input {input} ' +
      '--output FILE` once, and give every shard --knowledge FILE.',
  },
  GUARDRAILS_OF_FILES: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en:
      '{option} goes with --input alone: prices of a workspace keep its own limits (`demanda settings {option} ' +
      '…`), or those given to `demanda recommend`.',
  },
  SHARD_DAMAGED: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: '{file} is missing or not what was written: delete the note of its shard in _done and train that shard again.',
  },
  DATASET_MIXED: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: '{file} lacks the column {column}, which {other} has: all files of a dataset must have the same columns.',
  },
  IMPORT_EMPTY: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The file {file} is empty: it must have a line of headers and at least one sale.',
  },
  IMPORT_ONLY_NONE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'No row of {file} has --only {wanted}; check the value, with its capitals and accents.',
  },
  IMPORT_NO_ROWS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The file {file} has headers only: it must have at least one sale.',
  },
  IMPORT_BINARY: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} is not a text file (it holds NUL bytes): export it as CSV, XLSX, Parquet or JSON.',
  },
  IMPORT_ENCODING: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The encoding {encoding} is not known for {file}: try utf-8 or windows-1252.',
  },
  IMPORT_START: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The first day {start} must be a date as 2024-01-01.',
  },
  IMPORT_TIMEZONE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'There is no time zone {timezone}: name one as Europe/Madrid or America/Lima.',
  },
  IMPORT_MOSTLY_NEGATIVE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: most quantities of column {column} are negative: it lists movements of the stock, not sales. Turn their ' +
      'sign round, or take a column that holds what was sold.',
  },
  IMPORT_FILES_OVERLAP: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} shares {days} days with an earlier file of the command and {same} of them are the same: it can be another ' +
      'export of the same sales, or another till. Say which: --replace or --add.',
  },
  IMPORT_DAYS_THERE: {
    kind: 'input',
    exit: 1,
    status: 409,
    en:
      '{file} has other figures for days that are in the workspace already: {days}, most of all {merchant} / {product} on ' +
      '{date}, {figure} {before} there (import {earlier}) and {after} with the file. Say what holds: --replace (the ' +
      'file has these days whole) or --add (more tickets of those days).',
  },
  IMPORT_PRICES_THERE: {
    kind: 'input',
    exit: 1,
    status: 409,
    en:
      '{file} has other costs or market prices for days that are in the workspace already: {days}, most of all {name} on ' +
      '{date}, {before} there (import {earlier}) and {after} with the file. If the file holds, say --replace.',
  },
  IMPORT_PRICES_DIFFER: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} and an earlier file of the command have different costs or market prices for the same days: {days}, the ' +
      'first {name} on {date}, {before} and {after}. Import the file that holds alone, or say --replace: the ' +
      'last one counts.',
  },
  IMPORT_NOTE_PRICES_SEVERAL: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Days for which the file has several values of one product: {days}. Of several costs the last counts, of several ' +
      'market prices their mean.',
  },
  IMPORT_NOTE_PRICE_FAR: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{name} {date}: {value}, where {usual} is usual. It counts until the next one of the list: if it is wrong, import ' +
      'the right one with --replace, or take the import back.',
  },
  IMPORT_NOTE_PRICE_ZERO: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{name} {date}: a cost of 0 (days of the file: {days}). It counts as nothing to pay for: if it is not known, take ' +
      'the import back and leave those rows out.',
  },
  IMPORT_NOTE_UNENDED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Series whose last week or month is not over yet: {cells}, such as {merchant} / {product}, whose row of {date} counts ' +
      'until {to}. What it lacks is read as a fall: leave it out until then, or import it anew with --replace. Rows that are ' +
      'dated by the last day of their week are whole.',
  },
  IMPORT_NOTE_SAME_FILE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} is the same file as import {id} of {date}, read the same way: nothing was written. --add counts it once ' +
      'more, --replace writes it again.',
  },
  IMPORT_BATCH_UNKNOWN: {
    kind: 'input',
    exit: 1,
    status: 404,
    en: 'There is no import {id}. "demanda imports" lists them.',
  },
  IMPORT_BATCH_UNDONE: {
    kind: 'input',
    exit: 1,
    status: 409,
    en: 'Import {id} was undone on {at}. To have its rows again, import the file again.',
  },
  IMPORT_UNDO_LATER: {
    kind: 'input',
    exit: 1,
    status: 409,
    en:
      'Import {id} ({file}) is not undone: later imports wrote the same rows again. Undo those first, in this order: ' +
      '{later}.',
  },
  IMPORT_UNDO_OTHERS: {
    kind: 'input',
    exit: 1,
    status: 409,
    en:
      'Import {id} ({file}) is not undone: an import for several merchants wrote the same rows again. Whoever runs the ' +
      'workspace can undo that one first.',
  },
  IMPORT_NOTE_SAME_DAYS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Days that are the same as in an earlier file of the command: {days}. They count once; with --add they count ' +
      'twice.',
  },
  IMPORT_NOTE_ADDED_UP: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Days that an earlier file of the command has too, with other sales: {days}. Both were added up, as of ' +
      'two tills. With --replace the later file counts alone.',
  },
  IMPORT_NOTE_MENDED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} holds rows that an import had left out: they were added to the days that are there. With --replace they ' +
      'take their place.',
  },
  IMPORT_NOTE_RETURNS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Rows with a negative quantity: {rows}. What came back was taken off the sales ' +
      'of its day, or of the last day with sales before.',
  },
  IMPORT_NOTE_UNCOVERED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{units} units came back for which the file has no sale before: they were left out.',
  },
  IMPORT_NOTE_LOWERED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Days that were there already and have less now: {days}, such as {merchant} / {product} ' +
      '{date}: {before} → {after}. A file takes the place of the days it has; --add adds to them.',
  },
  IMPORT_NOTE_TWINS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Names that differ in capitals, accents or blanks alone are kept apart: {names}. Write them alike if ' +
      'they are one.',
  },
  IMPORT_NOTE_RENAMED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Former names in the file count under the new ones: {names}. Where one is to mean itself again: ' +
      '"demanda products forget NAME", or "demanda merchants forget NAME".',
  },
  IMPORT_NOTE_COPIES: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Lines that are exact copies of another: {count}, the first {file}:{line}. Each counts as a sale of ' +
      'its own. Take them out if the file holds its lines twice.',
  },
  IMPORT_NOTE_BLOCKS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Lines {from} to {to} of {file} say the same as the {rows} lines from {of} on, in the same order, as where a part was ' +
      'pasted twice (such parts: {blocks}, their lines: {all}). Each counts as a sale of its own. Take them out if they ' +
      'are one.',
  },
  CURRENCY_HELD: {
    kind: 'input',
    exit: 1,
    status: 409,
    en:
      'This workspace holds amounts in {held}, and --currency says {currency}: nothing would be converted. Leave --currency ' +
      'out if the file is in {held}, import it into a workspace of its own (--workspace), or say that all that is here is in ' +
      '{currency}: demanda settings --currency {currency}.',
  },
  IMPORT_NOTE_COVARIATE_TEXT: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{count} values of column {column} are words ("{value}", line {line}) among numbers: they count as not given.',
  },
  IMPORT_NOTE_CATEGORIES: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Column {column} holds {all} categories: the {kept} most frequent are told apart, the others count as "other".',
  },
  IMPORT_NOTE_COVARIATE_CONSTANT: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Column {column} is {value} wherever it is given: it has no effect until it differs.',
  },
  IMPORT_NOTE_COVARIATE_COPY: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Column {column} repeats column {other} in every row: left out.',
  },
  IMPORT_NOTE_COVARIATE_EMPTY: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Column {column} has a value in {filled} of {rows} rows, too few to tell anything: left out. If an empty cell ' +
      'means no, write 0 there.',
  },
  IMPORT_WIDE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} seems to have a column for each product or each day ({columns}): write one row for each sale, with columns ' +
      'date, store, product, quantity and price.',
  },
  IMPORT_NOTE_PRICE_TOTAL: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Column {column} is read as the price of a unit, as told; by its name it holds totals of lines: if so, ' +
      '--map "total={column}" divides them by the quantity.',
  },
  IMPORT_NOTE_PROMO_DISCOUNT: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Column {column} is read as a promotion and is not taken off the price; --map "discount={column}" takes ' +
      'it off.',
  },
  IMPORT_NOTE_TOTAL_DIFFERS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Rows in which column {column} is not price × quantity: {rows}, the first {file}:{line}. The price is read from ' +
      '{price}; --map "total={column}" takes what was paid instead.',
  },
  IMPORT_EXTREME: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{merchant} / {product} {date}: {column} {value}, where {usual} is usual. It is held: left out of models, ' +
      'forecasts and prices until it is mended or accepted.',
  },
  IMPORT_EXTREME_DAYS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{merchant} / {product}: {column} of {days} days from {from} to {to} is far from the usual {usual}, the ' +
      'first {value}. They are held: left out of models, forecasts and prices until they are mended or accepted.',
  },
  IMPORT_TOTALS_AMONG_DAYS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{merchant} / {product}: {days} rows from {from} to {to} look like totals of longer periods than the other ' +
      'rows ({value} instead of {usual}). They are held: left out of models and forecasts until they are imported ' +
      'as what they are, or accepted.',
  },
  IMPORT_IMPOSSIBLE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{merchant} / {product} {date}: {column} {value} leaves nothing to reckon with. It is held: taken as not ' +
      'given until it is mended or accepted.',
  },
  IMPORT_IMPOSSIBLE_DAYS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{merchant} / {product}: {column} {value} on {days} days from {from} to {to} leaves nothing to reckon with. ' +
      'They are held: taken as not given until they are mended or accepted.',
  },
  IMPORT_NOTE_RELEASED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Values that were held and count from now on, as what followed bears them out: {values}, the first ' +
      '{merchant} / {product} {date}.',
  },
  IMPORT_NOTE_COST_ABOVE_PRICE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Days whose cost is over three times their price: {days}, the first {merchant} / {product} {date}: {cost} ' +
      'against {price}. Look for the cost of a box, or another unit.',
  },
  IMPORT_PRICE_NEGATIVE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'The price cannot be negative, got "{value}": a discount of its own line is no sale ({file}:{line}, ' +
      'column {column}).',
  },
  PLAN_NOTE_UNKNOWN: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Rows of {file} for merchants or products without a forecast: {rows} ({names}). They were not used.',
  },
  PLAN_NOTE_PAST: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Rows of {file} for days up to the last sale: {rows}, the first {date}. They were not used.',
  },
  PLAN_NOTE_BESIDE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Rows of {file} for days that the prices are not for: {rows}, the first {date}. They lie beyond the horizon (see ' +
      '--horizon), or the shop does not trade then; they were not used.',
  },
  PLAN_NOTE_PRICES: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The prices of {file} were not used: which price to charge is what is asked here.',
  },
  PLAN_NOTE_TWICE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Days that {file} plans more than once: {rows}, such as {date}. The last row of each counts.',
  },
  PLAN_NOTE_COLUMNS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Columns of {file} that no model knows: {columns}. They have no effect.',
  },
  PLAN_NOTE_CATEGORIES: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Categories of {file} that no sales have: {categories}. They have no effect of their own.',
  },
  FORECAST_NOTE_COVARIATES: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Known ahead, but given for none of these days: {columns}. Their last values stand for all of them; --plan ' +
      'gives their own.',
  },
  FORECAST_NOTE_UNTRIED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Prices that were never charged, with those that were in brackets: {names}. No sales tell what is sold at ' +
      'them: the forecast only carries the price effect on, and its interval does not know how wrong that is.',
  },
  PLAN_NOTE_WITHOUT: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} plans nothing for: {names}. They have no forecast here.',
  },
  IMPORT_NOTE_LINE_TOTALS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'The values of column {column} grow with the quantity, unit for unit, as totals of lines do; they were read ' +
      'as prices, as told.',
  },
  IMPORT_LINE_TOTALS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: the values of column {column} grow with the quantity, unit for unit: they are totals of lines, and ' +
      'no prices. Map them: --map "total={column}", or --map "price={column}" if they are prices.',
  },
  IMPORT_UNIT_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The unit must be kg, g, lb, oz, l, ml or units, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_UNIT_MIXED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'A product has one unit: "{value}" is in {second}, before it was in {first}; give each a product of ' +
      'its own ({file}:{line}, column {column}).',
  },
  IMPORT_NAME_DAMAGED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'The name has letters that were lost before (�), got "{value}": export it again in UTF-8 ' +
      '({file}:{line}, column {column}).',
  },
  IMPORT_DATE_FUTURE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'A sale cannot be after today, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_TWIN_COLUMNS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} has two columns called {column} (#{first} and #{second}): say which with --map, by its place, for ' +
      'example --map price=#{second}.',
  },
  IMPORT_NOTE_REMEMBERED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Read as told for {file} on {date}: {options}. --forget-mapping reads it anew and forgets that.',
  },
  IMPORT_REMEMBERED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{problem} It was read as told for {last} on {date}: {options}. Give the option that holds now, or ' +
      '--forget-mapping to read it anew.',
  },
  IMPORT_OTHERWISE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file}: column {column} is written {found} here ("{value}", line {line}), not {remembered}.',
  },
  IMPORT_CURRENCY_OTHER: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} holds amounts in {currency} ("{value}" in column {column}, line {line}), and this workspace is in ' +
      '{expected}. If all of its amounts are in {currency}, say so in the settings (demanda settings --currency); ' +
      'otherwise convert them, or import the file into a workspace of its own (--workspace).',
  },
  IMPORT_NOTE_UTC: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'The times of column {column} are in UTC ("{value}", line {line}): days are counted in UTC; --timezone ' +
      "gives the shop's own, and demanda settings --timezone that of every import.",
  },
  IMPORT_NOTE_STOCK_TODAY: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'No column says when the stock was counted: it counts as of today, {date}.',
  },
  IMPORT_NOTE_STOCK_UNSOLD: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Stock of products without sales here: {count}, the first {merchant} / {product}. Check the names.',
  },
  IMPORT_NOTE_COMPETITOR_UNKNOWN: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Products that nobody sells here: {count} ({names}). Their prices are kept, and compare with ' +
      'nothing: say which of ' +
      "yours each is in a column 'our product'.",
  },
  IMPORT_NOTE_COMPETITOR_NAMES: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'As an earlier file said: {names}.',
  },
  IMPORT_NOTE_COMPETITOR_UNIT: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Prices of another unit than the product is sold in, left out: {count} ({names}). Check unit and pack size.',
  },
  IMPORT_COMPETITOR_MISSING: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Every row must name a competitor, got none ({file}:{line}, column {column}).',
  },
  IMPORT_COMPETITOR_FUTURE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'A competitor\'s price cannot be seen after today, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_PACK_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'A pack size must be above 0, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_NOTE_THREE_DECIMALS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'The numbers of column {column} have exactly three digits behind "{mark}", as a scale writes kilos: ' +
      '"{value}" (line {line}) is read with three decimals; --decimal says otherwise.',
  },
  IMPORT_UNIT_UNKNOWN: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file}: the unit of "{value}" in column {column} (line {line}) is not known: kg, g, lb, l, ml and units are.',
  },
  IMPORT_SHARE_MONEY: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: "{value}" in column {column} (line {line}) is neither yes, no, a share nor a percentage: it looks ' +
      'like money. Leave the column out, or map it with --map discount={column}.',
  },
  IMPORT_PERCENT: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file}: "{value}" in column {column} (line {line}) is a percentage, and neither a quantity nor a price.',
  },
  IMPORT_CURRENCIES: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} holds prices in {first} and in {second} ("{value}" in column {column}, line {line}): import one ' +
      'currency at a time, for example with --only.',
  },
  IMPORT_DECIMAL_UNCLEAR: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: "{value}" in column {column} (line {line}) can be {byComma} or {byPoint}, and no other row ' +
      'tells which. Give the decimal mark: --decimal , ({byComma}) or --decimal . ({byPoint}).',
  },
  IMPORT_NOT_COUNTED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: --start and --every are for a date column of whole numbers that count; column {column} ' +
      'holds "{value}" (line {line}).',
  },
  IMPORT_NO_DATES: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: column {column} holds no dates ("{value}", line {line}). Name the column that does with --map ' +
      'date=COLUMN.',
  },
  IMPORT_DATE_INDEX: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: column {column} counts days or weeks ("{value}", line {line}) and does not say from when. Give the ' +
      'first day and the step: --start 2024-01-01 --every week.',
  },
  IMPORT_DATE_SWAPPED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: the sheet\'s own dates in column {column} all have days up to 12 and "{value}" (row {line}) is ' +
      'text: day and month were exchanged when the sheet was made. Export it again with dates as yyyy-mm-dd.',
  },
  IMPORT_DATE_MIXED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: column {column} writes its dates in more than one way: "{value}" (line {line}) does not fit the ' +
      'others. Write them all alike, as yyyy-mm-dd.',
  },
  IMPORT_DATE_UNCLEAR: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: "{value}" in column {column} (line {line}) can be {firstDay} ({first}) or {secondDay} ' +
      '({second}), and no other row tells which. Give it: --date-format {first} or --date-format {second}.',
  },
  IMPORT_SHEETS_DIFFER: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} has several sheets that could be meant: {sheets}. Name one with --sheet.',
  },
  IMPORT_FORMAT_OTHER: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} is a {format} file: open it in a spreadsheet and save it as XLSX or CSV.',
  },
  IMPORT_FIELDS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'A row must have as many fields as there are headers ({expected}), got {found}: a delimiter inside a ' +
      'value needs quotes ({file}:{line}, column {column}).',
  },
  IMPORT_QUOTE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'A quote opens on line {line} of {file} and is not closed there: the lines behind it would be lost. Close ' +
      'it, or take it out.',
  },
  IMPORT_ENCODING_WRONG: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Line {line} of {file} is not {encoding}: leave --encoding out, or give the one that the file was saved in.',
  },
  IMPORT_ENCODING_UNCLEAR: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file}: line {line} can be "{first}" ({firstEncoding}) or "{second}" ({secondEncoding}): say which with ' +
      '--encoding.',
  },
  IMPORT_ENCODING_MIXED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} mixes UTF-8 with another encoding: line {line} is not UTF-8 and other lines are. Save it in one ' +
      'encoding, or give --encoding.',
  },
  OPTION_SWITCH: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} must be true or false, got "{value}".',
  },
  OPTION_TEXT: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} must be a text of {least} to {most} characters.',
  },
  IMPORT_LINE_TOO_LONG: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'A line of {file} is longer than {limit} bytes: check that the file has line ends.',
  },
  IMPORT_TOO_MANY_COLUMNS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} has {found} columns and the most is {limit}: keep the ones that are needed.',
  },
  IMPORT_TOO_LARGE: {
    kind: 'input',
    exit: 1,
    status: 413,
    en: '{file} unpacks to more than {limit} MB: split it or export it as CSV.',
  },
  IMPORT_UNREADABLE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{file} cannot be read: it is damaged or not of the format it claims; check that it opens in its program ' +
      'and export or copy it again.',
  },
  IMPORT_CUT_SHORT: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} ends too early: it was not copied whole; copy or export it again.',
  },
  IMPORT_NO_ACCESS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Reading {file} is not allowed: check its permissions.',
  },
  IMPORT_TOO_PACKED: {
    kind: 'input',
    exit: 1,
    status: 413,
    en: '{file} unpacks to more than {limit} times its size: sales never do; unpack it and check what it holds.',
  },
  IMPORT_TOO_MANY_ROWS: {
    kind: 'input',
    exit: 1,
    status: 413,
    en: '{file} has more than {limit} rows: split it and import the parts.',
  },
  IMPORT_TOO_MANY_CELLS: {
    kind: 'input',
    exit: 1,
    status: 413,
    en: '{file} has more than {limit} cells: keep only the columns that are needed, or split it.',
  },
  IMPORT_TOO_DEEP: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file}:{line} is nested deeper than {limit} levels: export one plain object a sale.',
  },
  IMPORT_BLANK: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} has more than {limit} MB in a row with nothing written: check what it holds and export it again.',
  },
  IMPORT_HEADER_TOO_LONG: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'The header of column {column} of {file} has more than {limit} characters: check that the first line holds ' +
      'the headers.',
  },
  IMPORT_CELL_OUTSIDE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'The cell {cell} of {file} lies beyond what is read ({rows} rows, {columns} columns): delete what stands ' +
      'there and save the workbook again.',
  },
  IMPORT_CELL_DAMAGED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'The cell {cell} of {file} is damaged: its place, text or format does not exist in the workbook; open it ' +
      'and save it again.',
  },
  IMPORT_TEXTS_TOO_LARGE: {
    kind: 'input',
    exit: 1,
    status: 413,
    en: 'The texts of {file} take more than {limit} MB: split it or export it as CSV.',
  },
  IMPORT_HEADER_ROW: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'Nothing stands in line {line} of {file}: name the line of the column titles, or 0 if there are none.',
  },
  IMPORT_SHEET_UNKNOWN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{file} has no sheet "{sheet}"; it has: {sheets}.',
  },
  IMPORT_ROW_GROUP_TOO_LARGE: {
    kind: 'input',
    exit: 1,
    status: 413,
    en: 'A row group of {file} has more than {limit} cells: write it again with smaller row groups.',
  },
  IMPORT_TOO_SLOW: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Reading {file} took more than {seconds} s and was stopped: nothing was imported; split it or check that it ' +
      'is not damaged.',
  },
  IMPORT_TOO_MUCH_MEMORY: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Reading {file} needs more than {limit} MB of memory and was stopped: nothing was imported; split it or ' +
      'check that it is not damaged.',
  },
  IMPORT_STOPPED: {
    kind: 'conflict',
    exit: 1,
    status: 503,
    en: 'The server stopped during the import: nothing was imported; repeat it when it is back.',
  },
  IMPORT_JSON_SHAPE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} must be a JSON list of objects, one a sale.',
  },
  IMPORT_JSON_ROW: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file}:{line} must be a JSON object, with one value a column.',
  },
  IMPORT_JSON_DAMAGED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file}:{line} is not valid JSON: check its quotes and commas, or export it again.',
  },
  IMPORT_MAP_FIELD: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '--map names the field {field}, which does not exist; the nearest is {nearest}. Fields: {fields}.',
  },
  IMPORT_MAP_COLUMN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{file} has no column "{column}"; the nearest is "{nearest}".',
  },
  IMPORT_MISSING_COLUMN: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'No column of {file} is known as {field}. Name them: --map "{example}". Columns: {columns}.',
  },
  IMPORT_DATE_FORMAT: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The date format {format} must name day, month and year, as dd/mm/yyyy.',
  },
  IMPORT_DATE_MISSING: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The date is missing ({file}:{line}, column {column}).',
  },
  IMPORT_DATE_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The date must exist, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_DATE_RANGE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The date must lie between 1970 and a year from now, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_PRODUCT_MISSING: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The product is missing ({file}:{line}, column {column}).',
  },
  IMPORT_MERCHANT_MISSING: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The merchant is missing ({file}:{line}, column {column}).',
  },
  IMPORT_QUANTITY_MISSING: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The quantity is missing ({file}:{line}, column {column}).',
  },
  IMPORT_NUMBER_TOO_LARGE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'It must be below 10^12, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_NAME_TOO_LONG: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The name must have at most 500 characters, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_NUMBER_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'It must be a number, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_PRICE_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The price must be above 0 when something was sold, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_COST_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The cost must be a number of 0 or more, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_STOCK_NEGATIVE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Stock on hand must be 0 or more, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_STOCK_FUTURE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Stock cannot be counted after today, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_SHARE_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'It must be yes or no, a share from 0 to 1 or a percentage, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_MERCHANT_OTHER: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The merchant must be the one of this key, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no import {importId}: uploaded files are kept for a day.',
  },
  IMPORT_ENDED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'This import has already ended: begin another one.',
  },
  IMPORT_COVARIATE_NAME: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'A covariate cannot be called "{name}" ({file}): give its column another header.',
  },
  IMPORT_COVARIATE_DIFFERS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{merchant} / {product} {date}: the tickets of the day differ in {covariate}; their mean is taken, weighted ' +
      'by quantity.',
  },
  IMPORT_REJECTED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{rejected} of {rows} rows of {file} are not valid: {first} Nothing was imported: mend them or ' +
      'use --skip-bad.',
  },
  // --- store (src/store)
  STORE_NEWER: {
    kind: 'conflict',
    exit: 2,
    status: 409,
    en:
      'The store {file} was made by a newer version of the program (schema {found}; this one knows up to ' +
      '{known}): update demanda.',
  },
  STORE_BUSY: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'Another process has been writing to {file} for more than {seconds} s: wait until it ends and repeat the ' +
      'command.',
  },
  STORE_DISK_FULL: {
    kind: 'system',
    exit: 1,
    status: 507,
    en: 'The disk has no room left for {file}: this step was not saved; free some space and repeat the command.',
  },
  STORE_WRITE_FAILED: {
    kind: 'system',
    exit: 1,
    status: 500,
    en:
      'The disk failed while {file} was written ({detail}): this step was not saved and everything before it is ' +
      'safe; check the disk and repeat the command.',
  },
  STORE_UNREADABLE: {
    kind: 'system',
    exit: 1,
    status: 500,
    en:
      'The store {file} cannot be opened ({detail}): check the folder and its permissions, or name another with ' +
      '--workspace.',
  },
  STORE_DAMAGED: {
    kind: 'system',
    exit: 1,
    status: 500,
    en: 'The store {file} is damaged ({detail}): no backup was made; restore an earlier one with `demanda restore`.',
  },
  DATABASE_ADDRESS: {
    kind: 'usage',
    exit: 2,
    status: 500,
    en:
      'The address of the database is none: write it as postgres://user:password@host:port/database in ' +
      'DEMANDA_DATABASE_URL or --database, and signs such as @, : and / of a password as %40, %3A and %2F.',
  },
  DATABASE_UNREACHABLE: {
    kind: 'system',
    exit: 1,
    status: 503,
    en:
      'The database {database} does not answer ({detail}): nothing of this step was saved; see that the server runs ' +
      'and can be reached, and repeat the command.',
  },
  DATABASE_LOGIN: {
    kind: 'usage',
    exit: 2,
    status: 500,
    en: 'The database {database} refuses the user or the password: mend DEMANDA_DATABASE_URL or --database.',
  },
  DATABASE_MISSING: {
    kind: 'usage',
    exit: 2,
    status: 500,
    en: 'There is no database {database}: create it (`createdb`), or name another with --database.',
  },
  DATABASE_RIGHTS: {
    kind: 'usage',
    exit: 2,
    status: 500,
    en:
      'The user of {database} lacks a right that demanda needs ({detail}): let its owner grant it, as ' +
      'docs/guide/en/database.md says.',
  },
  DATABASE_CONNECTIONS: {
    kind: 'system',
    exit: 1,
    status: 503,
    en:
      'The database {database} takes no more connections: end some, raise its max_connections, or put a pooler ' +
      'before it.',
  },
  DATABASE_POOLER: {
    kind: 'usage',
    exit: 2,
    status: 500,
    en:
      'The pooler before {database} does not keep prepared statements: add ?prepared=off to the address, or use ' +
      'PgBouncer 1.21 or newer.',
  },
  TRAINING_OVERTAKEN: {
    kind: 'system',
    exit: 1,
    status: 409,
    en: 'Another worker goes on with piece {number} of the training {trainingId}: nothing of this one was saved.',
  },
  TRAINING_CELL_LOST: {
    kind: 'system',
    exit: 1,
    status: 500,
    en:
      '{merchant}:{product} was given up: {attempts} workers ended without a word at work on it; see what ended them ' +
      '(often memory), then retry it.',
  },
  TRAINING_BATCH_LOST: {
    kind: 'system',
    exit: 1,
    status: 500,
    en:
      'Piece {number} of the training was given up: {attempts} workers ended without a word at work on it; see what ' +
      'ended them (often memory), then retry it.',
  },
  TRAINING_NONE_LOST: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'The training {trainingId} has nothing that was given up.',
  },
  SCHEDULE_CRON: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: '"{cron}" is no time: write minute, hour, day, month and weekday, as "0 3 * * *" for three every night.',
  },
  SCHEDULE_TIMEZONE: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: 'There is no time zone {timezone}: write one such as Europe/Madrid.',
  },
  SCHEDULE_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no schedule {id}: `demanda schedule list` names those there are.',
  },
  QUEUE_MISSING: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: 'A workspace in a folder has no queue: name a PostgreSQL database with --database or DEMANDA_DATABASE_URL.',
  },
  STORE_UNFINISHED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'What {from} holds is being taken to {place}, and that has not ended: repeat `demanda migrate-store`, which goes ' +
      'on where it was.',
  },
  TRANSFER_TARGET_USED: {
    kind: 'conflict',
    exit: 2,
    status: 409,
    en: '{place} holds something already, and nothing is written over it: name an empty folder or database with --to.',
  },
  TRANSFER_OTHER: {
    kind: 'conflict',
    exit: 2,
    status: 409,
    en:
      'What {from} holds is being taken to {place}, and that has not ended: go on with it, or name another place with ' +
      '--to.',
  },
  TRANSFER_PLACE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} is missing: name a folder or a postgres:// address, or set DEMANDA_DATABASE_URL.',
  },
  TRANSFER_SAME: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{place} cannot be taken to itself: name two places with --from and --to.',
  },
  TRANSFER_NOTHING: {
    kind: 'missing',
    exit: 2,
    status: 404,
    en: 'There is no workspace in {place}: name the place that is to be taken with --from.',
  },
  TRANSFER_CHANGED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'Table {table} is not the same in both places: {place} changed meanwhile. End what writes to it and repeat the ' +
      'command, which begins anew.',
  },
  BACKUP_DATABASE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      'The workspace lies in the database {database}: back it up with pg_dump and put it back with pg_restore; ' +
      'backups of demanda are of folders.',
  },
  BACKUP_NOTHING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is nothing to back up in {folder}: name the folder of the workspace with --workspace.',
  },
  BACKUP_EXISTS: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: '{file} is there already: choose another name, or replace it with --force.',
  },
  BACKUP_INSIDE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      '{file} lies inside the workspace {folder} or is its own store: keep backups in another folder, better on ' +
      'another disk.',
  },
  BACKUP_MISSING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no file {file}: name a backup that was made with `demanda backup`.',
  },
  BACKUP_NO_STORE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} is no backup of demanda: name a file that was made with `demanda backup`. Nothing was changed.',
  },
  BACKUP_DAMAGED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The backup {file} is damaged ({detail}): nothing was changed; use another one.',
  },
  WORKSPACE_IN_USE: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'Another process has the workspace {folder} open (a server, a training or another command): end it or wait ' +
      'for it. Nothing was changed.',
  },
  // --- what the system refuses, to whichever part
  DISK_FULL: {
    kind: 'system',
    exit: 1,
    status: 507,
    en: 'The disk of {folder} has no room left for {file}: it was not saved; free some space and repeat the command.',
  },
  TEMP_DISK_FULL: {
    kind: 'system',
    exit: 1,
    status: 507,
    en:
      'The temporary folder {folder} has no room left: nothing was saved; free some space or name another folder ' +
      'by the variable TMPDIR, and repeat the command.',
  },
  FILE_UNWRITABLE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} cannot be written ({detail}): check its name, its folder and the permissions.',
  },
  FILES_TOO_MANY: {
    kind: 'system',
    exit: 1,
    status: 503,
    en:
      'The system lets this process have {limit} files open at once, which is not enough: raise the limit (ulimit ' +
      '-n 1024) or use fewer processes with --workers.',
  },
  THREAD_UNAVAILABLE: {
    kind: 'system',
    exit: 1,
    status: 503,
    en:
      'The system lets no other thread start ({detail}): free some memory, raise the limit of processes (ulimit ' +
      '-u) or use fewer with --workers.',
  },
  EXECUTOR_ENDED: {
    kind: 'system',
    exit: 1,
    status: 503,
    en:
      'The thread that calculates ended by itself ({detail}), and the command with it: what was done before is ' +
      'kept. Free some memory or use fewer with --workers, and repeat the command.',
  },
  OUTPUT_UNWRITABLE: {
    kind: 'system',
    exit: 1,
    status: 500,
    en:
      'The output could not be written ({detail}): what was written is incomplete and of no use; check the disk ' +
      'and repeat the command.',
  },
  TRAINING_LOST: {
    kind: 'system',
    exit: 1,
    status: 500,
    en:
      'The process of the training ended without notice: the system killed it or the machine was switched off. ' +
      'What was done is kept: resume it.',
  },
  TRAINING_DIED: {
    kind: 'system',
    exit: 1,
    status: 500,
    en: 'The process of the training ended early: {words} (log: {log}). What was done is kept: resume it.',
  },
  MODEL_CORRUPT: {
    kind: 'system',
    exit: 1,
    status: 500,
    en:
      'Model {version} of {merchant} / {product} is damaged: train again or move to another version with `demanda ' +
      'models rollback`.',
  },
  MODEL_VERSION_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: '{merchant} / {product} has no version {version}: see those there are with `demanda models`.',
  },
  CHECKPOINT_EXISTS: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      '{merchant} / {product} has a training interrupted at iteration {iteration}: go on with `--resume`, or ' +
      'begin anew with `--fresh`.',
  },
  CHECKPOINT_INTERVAL: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: '`--checkpoint-every` must be at most the number of iterations ({iterations}), got {every}.',
  },
  EVALUATION_INTERVAL: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: '`--evaluate-every` must be at least {least}, so that the history has at most {most} points, got {every}.',
  },
  TRAIN_NOT_FINITE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{merchant} / {product}: the arithmetic stopped giving finite numbers at iteration {iteration}; look for ' +
      'quantities and prices out of all proportion. The earlier model and the last checkpoint are kept.',
  },
  TRAIN_UNEXPECTED: {
    kind: 'system',
    exit: 1,
    status: 500,
    en:
      '{merchant} / {product}: the calculation ended in an error that should not be ({detail}); the other ' +
      'products go on. Please report it, with what NODE_DEBUG=demanda prints. The earlier model and the last ' +
      'checkpoint are kept.',
  },
  TRAIN_INVALID_VALUE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{merchant} / {product}: {date} has {value} in {column}, a value that no sale can have; correct it and ' +
      'import that day again.',
  },
  HISTORY_MISSING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: '{merchant} / {product} has no error history: train it with `--iterations`.',
  },
  COMPARE_TOO_FEW: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: 'A comparison needs at least two models, got {count}. Example: `--models "MyShop:Meat,MyShop:Fish"`.',
  },
  COMPARE_TOO_MANY: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: 'At most {most} models can be compared, got {count}.',
  },
  CHECKPOINT_OVERTAKEN: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: '{merchant} / {product}: another process has gone on with this training; what this one did is not kept.',
  },
  CHECKPOINT_DAMAGED: {
    kind: 'system',
    exit: 1,
    status: 500,
    en: '{merchant} / {product}: no checkpoint can be read (their checksums differ); train again with `--fresh`.',
  },
  CHECKPOINT_MISSING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: '{merchant} / {product} has no interrupted training to go on with; train it without `--resume`.',
  },
  CHECKPOINT_DATA_CHANGED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      '{merchant} / {product}: sales have changed since the checkpoint of iteration {iteration}; train again with ' +
      '`--fresh`.',
  },
  RESUME_OPTION_DIFFERS: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      '{merchant} / {product}: the interrupted training began with {option} {kept}, not {given}: go on without ' +
      'that option, or begin anew with `--fresh`.',
  },
  HISTORY_DAMAGED: {
    kind: 'system',
    exit: 1,
    status: 500,
    en: 'The history of run {runId} cannot be read: its checksum differs.',
  },
  RUN_HELD_BY_OTHER: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: '{merchant} / {product} is being trained by another process (pid {pid}, since {since}).',
  },
  // --- training and fleet (src/core, src/fleet)
  TRAIN_NO_OWN_SALES: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{merchant} / {product} has no sales: import some before training.',
  },
  TRAIN_NOTHING_SOLD: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{merchant} / {product} never sold anything (every quantity is 0): there is no demand to learn.',
  },
  TRAIN_NO_PRICE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{merchant} / {product} has no price at all: add the price column and import again.',
  },
  // --- recommendations, the API and its door (src/store, src/workspace, src/api)
  RECOMMENDATION_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no recommendation number {id}.',
  },
  RECOMMENDATION_CHANGED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'The recommendation for {merchant} / {product} has changed meanwhile (status "{status}", by {by} ({kind}), ' +
      '{at}): look at it again before you decide.',
  },
  RECOMMENDATIONS_MOVED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: '{count} recommendations were chosen, and what matches has changed since ({found} by now): look at the list again before you decide.',
  },
  VIEWS_FULL: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'There are {most} saved views already: remove one that nobody needs.',
  },
  RECOMMENDATION_STEP: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'The recommendation for {merchant} / {product} is "{status}" and cannot become "{to}".',
  },
  RECOMMENDATION_STALE: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'The model of {merchant} / {product} changed after its price was approved: reopen the recommendation and ' +
      'recalculate the prices before you export it.',
  },
  RECOMMENDATION_REASON: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: 'To reject a recommendation or to override its price a reason is needed.',
  },
  RECOMMENDATION_PRICE: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: 'A price of your own is for one recommendation that is approved or reviewed, got {count} to become "{to}".',
  },
  EXPERIMENT_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no experiment number {id}: "demanda experiment list" shows those that there are.',
  },
  EXPERIMENT_ENDED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'Experiment {id} was ended before; its last day that counts is {date}.',
  },
  EXPERIMENT_OVERLAPS: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      '{merchant} / {product} has experiment {id} from {from} to {to}: begin after it with --from, or stop it ' +
      '(demanda experiment stop {id}).',
  },
  EXPERIMENT_REFUSED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'No experiment was started with {merchant} / {product}: {why}.',
  },
  EXPERIMENT_SHOPS: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'A test across shops needs at least two that sell {product} and that a test suits; there are {count}: test one ' +
      'with --design switchback.',
  },
  EXPERIMENT_FROM: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'An experiment begins after the last day with sales, and within a year of it: --from {from} does not fit sales ' +
      'up to {lastDay}.',
  },
  HOLDOUT_FEW_SHOPS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'A holdout takes at least two shops whose sales reach far enough back and go on to now. Shops that are ' +
      'left: {count}; shops that are left out: {left}. With one shop, see what each of its changes earned ' +
      '(demanda outcomes).',
  },
  HOLDOUT_SHOPS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The shops that are named are all that are compared (shops: {count}): at least one must go on getting recommended prices.',
  },
  HOLDOUT_NOT_COMPARED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'These shops cannot be compared, as their sales begin too late, have ended or have gaps: {shops}. Leave them out of --shops.',
  },
  HOLDOUT_FROM: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'A holdout begins after the last day with sales, and within a year of it: --from {from} does not fit sales ' +
      'up to {lastDay}.',
  },
  HOLDOUT_RUNNING: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'Shops are held out since {from} already. Keep what that told (demanda holdout show --json) and stop it ' +
      '(demanda holdout stop); then begin another.',
  },
  HOLDOUT_NONE: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en:
      'No shop is held out. See which ones to hold out (demanda holdout propose), or compare with shops that ' +
      'stayed as they were (demanda holdout show --shops A,B --from 2026-07-01).',
  },
  HOLDOUT_STOPPED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'The holdout was stopped already; its last day is {date}.',
  },
  HOLDOUT_OPTIONS: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'Comparing with shops that nobody held out takes both --shops and --from.',
  },
  HOLDOUT_NOTE_REVENUE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'Sales are compared, not profit: no cost is known of {percent}% of the sales (products: {cells}). Import ' +
      'the costs to compare profit.',
  },
  HOLDOUT_NOTE_UNCOSTED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Left out of the profit, as no cost is known: {percent}% of the sales (products: {cells}).',
  },
  HOLDOUT_NOTE_FILLED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Periods in which a shop sold nothing at all, taken as the others went: {count}.',
  },
  HOLDOUT_NOTE_ONE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'One shop alone is held out: whatever happens to it looks like the work of prices. Two or more tell much ' +
      'better.',
  },
  HOLDOUT_NOTE_CHANGED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Prices that were changed in held-out shops since the start: {count}. What the others earned more looks smaller by that.',
  },
  HOLDOUT_NOTE_CHOSEN: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'These shops were chosen, not drawn by lot: they may differ from the others by more than their prices.',
  },
  EXPERIMENT_ABORT: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'Experiment {id} was aborted: with a chance of {percent}% it cost {merchant} / {product} more than {limit}% ' +
      'of the profit or of the sales. Put the price back to {price}.',
  },
  BATCH_DIFFERENT: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'The batch {batchId} was exported with other contents: use another id.',
  },
  TABLE_FORMAT: {
    kind: 'input',
    exit: 2,
    status: 400,
    en: '{file} has no ending that a table is written with: {formats}.',
  },
  TABLE_TOO_LONG: {
    kind: 'input',
    exit: 2,
    status: 400,
    en: 'The table has {rows} rows and a sheet takes {most}: write it as .csv or .parquet.',
  },
  BATCH_OF_SEVERAL: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'Several merchants have a batch {batchId}: say whose with ?merchant= ({merchants}).',
  },
  BATCH_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no batch {batchId}.',
  },
  IDEMPOTENCY_DIFFERENT: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'The idempotency key "{key}" was used for another request: use a new one.',
  },
  IDEMPOTENCY_UNDER_WAY: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'The request with the key "{key}" is still being worked on: wait for its answer, or repeat it in {seconds} s.',
  },
  IDEMPOTENCY_OUTCOME_UNKNOWN: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'This request was begun before and whether it was done is not known; to repeat it might do it twice: look ' +
      'at how things stand, and ask under another key.',
  },
  CURSOR_INVALID: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The cursor must be the "nextCursor" of the page before, of the same list.',
  },
  RUN_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no run {runId}.',
  },
  RUN_NOTE: {
    kind: 'input',
    exit: 2,
    status: 400,
    en: 'A run must have at most {tags} tags of at most {letters} letters each and a note of at most {note} letters: shorten them.',
  },
  TRAINING_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no training {trainingId}.',
  },
  TRAINING_ENDED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'The training {trainingId} has ended.',
  },
  TRAINING_RUNNING: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'The training {trainingId} is running.',
  },
  TOKEN_INVALID: {
    kind: 'usage',
    exit: 2,
    status: 401,
    en:
      'The link was used or has expired, or the key is not valid: start `demanda serve` again for a new link, or ' +
      'ask for another key.',
  },
  KEY_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no key {id} in force.',
  },
  CELL_AMBIGUOUS: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '"{target}" can be read in several ways: {readings}. Name the product with --merchant and --product.',
  },
  KEY_MADE_BEFORE: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'This request was done already, and the secret that it made was shown then, once (of an API key, {id}): if ' +
      'it was lost, make another, and revoke the key.',
  },
  KEY_NAME_TAKEN: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'There is a key "{name}" in force (accents, capitals and blanks make no difference): give another name, or ' +
      'revoke that one.',
  },
  KEY_NAME_RESERVED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'A key cannot be called "{name}": it would pass for the owner or the program itself. Use the name of who ' +
      'will hold it, such as "till 2".',
  },
  KEY_NAME_UNSEEN: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      'The name of the key holds a character that is not seen or that turns the text around ({character}): write ' +
      'it without.',
  },
  KEY_EXPIRY_PAST: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The key would expire at {instant}, which is past: give an instant to come, or none.',
  },
  SESSION_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no session {id} open.',
  },
  CELL_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no {merchant} / {product}.',
  },
  SIGN_IN_NEEDED: {
    kind: 'usage',
    exit: 2,
    status: 401,
    en: 'Sign in first: open the link that `demanda serve` printed, or send a key in the Authorization header.',
  },
  NOT_ALLOWED: {
    kind: 'usage',
    exit: 2,
    status: 403,
    en: 'This key or session may not do this: it needs the scope "{scope}".',
  },
  NOT_ALLOWED_MERCHANT: {
    kind: 'usage',
    exit: 2,
    status: 403,
    en: 'This concerns the whole workspace, and this key is for one merchant only.',
  },
  CSRF_INVALID: {
    kind: 'usage',
    exit: 2,
    status: 403,
    en:
      'The header x-csrf-token with the value that /api/session gives is missing or of another session: load the ' +
      'page again.',
  },
  REQUEST_INVALID: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The request is not valid at "{where}": {rule}.',
  },
  REQUEST_UNREADABLE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The request cannot be read ({detail}).',
  },
  REQUEST_MEDIA_TYPE: {
    kind: 'usage',
    exit: 2,
    status: 415,
    en: 'The request must carry JSON (Content-Type: application/json), or a file as multipart/form-data to import.',
  },
  REQUEST_MULTIPART: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      'The file did not arrive whole or the request is not well formed: send one file as multipart/form-data, ' +
      'with its "boundary".',
  },
  REQUEST_FILES_MANY: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The request brings more than one file, and none was taken: send each in a request of its own.',
  },
  REQUEST_TOO_LARGE: {
    kind: 'input',
    exit: 1,
    status: 413,
    en: 'The request is larger than {limit} MB.',
  },
  REQUESTS_TOO_MANY: {
    kind: 'conflict',
    exit: 1,
    status: 429,
    en: 'Too many requests: wait {seconds} s.',
  },
  SIGN_IN_TOO_MANY: {
    kind: 'conflict',
    exit: 1,
    status: 429,
    en: 'Too many attempts to sign in failed from this address: wait {seconds} s.',
  },
  HOST_UNKNOWN: {
    kind: 'usage',
    exit: 2,
    status: 421,
    en:
      'This server does not answer to the name "{host}": if it is yours, start `demanda serve` with --allow-host ' +
      '{host}.',
  },
  ROUTE_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is nothing at {path}: /openapi.json describes what there is.',
  },
  UNEXPECTED: {
    kind: 'system',
    exit: 1,
    status: 500,
    en: 'Something failed in the server; its terminal says what ({id}).',
  },
  SERVE_HOST: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'Cannot listen on {host}, port {port}: check that the address is of this machine and that the port is allowed.',
  },
  SERVE_PORT_BUSY: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en: 'The port {port} is taken: use another with --port.',
  },
  SERVE_ALLOW_HOST: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      '--allow-host {value} is neither a name nor an address: give the name alone, such as prices.example.com, ' +
      'without http:// or port.',
  },
  SERVE_TRUST_PROXY: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      '--trust-proxy {value} is not a list of addresses: use addresses or networks parted by commas, such as ' +
      '10.0.0.5,172.16.0.0/12.',
  },
  SERVE_TLS_FILE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      '{option} {file}: it cannot be read, or does not hold what is needed as PEM without a password; check the ' +
      'file and its permissions.',
  },
  SERVE_TLS_PAIR: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The key {key} is not that of the certificate {cert}: give the two files of one pair.',
  },
  SERVE_PLAIN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      'Not encrypted: on the network of {host}, API keys, sessions, sales, costs and prices can be read and ' +
      'copied. Use --tls-cert and --tls-key, or a proxy with TLS and --trust-proxy.',
  },
  // --- command line and workspace (src/cli, src/workspace.ts)
  OPTION_TOO_LARGE: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: '{option} must be at most {most}, got {value}.',
  },
  OPTION_HORIZON: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: '{option} must be days, weeks or months such as 14d, 8w or 3m, got {value}.',
  },
  FROM_BEFORE_LAST_SALE: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: '{merchant} · {product} has sales until {lastDay}: the first day must be after that, got {from}.',
  },
  FROM_TOO_FAR: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en:
      'Nothing is known of {from}: the last sale of {merchant} is of {lastDay}, and the first day must lie ' +
      'within a year of it.',
  },
  OPTIONS_CONFLICT: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: '{first} and {second} do not go together: use one of them.',
  },
  MENU_NO_TERMINAL: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: 'The menu needs a terminal; without one, use a command: "demanda --help" shows them.',
  },
  TRAINING_FAILED: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The training did not end well: {reason}',
  },
  PICTURE_FORMAT: {
    kind: 'usage',
    exit: 2,
    status: 422,
    en: 'The file of a picture must end in .svg, .png, .html or .csv, got {file}.',
  },
  OPTION_WHOLE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} must be a whole number of {least} or more, got "{value}".',
  },
  OPTION_SHARE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} must be a share from 0 to below 100%, such as 15% or 0.15, got "{value}".',
  },
  OPTION_POSITIVE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} must be a number above 0, got "{value}".',
  },
  OPTION_NOT_NEGATIVE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} must be a number of 0 or more, got "{value}".',
  },
  DELIVERY_UNTOLD: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'Say when the next delivery comes: {days} or {until}.',
  },
  DELIVERY_TOO_EARLY: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The next delivery ({until}) must come after the first day that is ordered for ({from}) and within {most} days.',
  },
  STOCK_ONE_PRODUCT: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} is the stock of one product: name the merchant and the product.',
  },
  EXPIRY_UNTOLD: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'Say how many days the stock can still be sold: {days}.',
  },
  DISPLAY_UNKNOWN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'No sales have a column {column} that could say what was on display; they have: {known}. Import it with --covariates.',
  },
  BLOCKED_DATES: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} takes days such as 2026-12-24 or 2026-12-20..2026-12-31, not {value}.',
  },
  DAY_SHARES_SUM: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The parts of the day must add to 100%, got {sum}%.',
  },
  SALVAGE_NOT_BELOW: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'What goes off must bring less than it costs: {salvage} is not below {cost} ({merchant} / {product}).',
  },
  GUARDRAILS_CONTRADICT: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'No price can keep both {least} and {most}: change one of them, or set it to off.',
  },
  PRICE_ENDING_COIN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'A price in {currency} cannot end in {ending}, its coin is larger: choose 90, 990 or 10, or off.',
  },
  OPTION_CHOICE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{option} must be one of: {allowed}, got "{value}".',
  },
  OPTION_MAP: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      '{option} must be written name=value,name=value, got "{value}"; a column may also be named by its place: ' +
      'date=#1.',
  },
  OPTION_MISSING: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The option {option} is missing.',
  },
  MODELS_NONE: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'None of these products has a model yet: train them with `demanda train --all`, then ask again.',
  },
  WORKSPACE_EMPTY: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'The workspace {folder} has no sales: start with `demanda import sales.csv`.',
  },
  MERCHANT_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no merchant "{name}"; the nearest is "{nearest}".',
  },
  PRODUCT_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no product "{name}"; the nearest is "{nearest}".',
  },
  NAME_ITSELF: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '"{name}" cannot be joined to itself or renamed to itself: give two different names.',
  },
  NAME_EMPTY: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'A name must have at least one visible character.',
  },
  NAME_TAKEN: {
    kind: 'input',
    exit: 1,
    status: 409,
    en: 'There is "{name}" already. To make one of both, join them: "merge" in place of "rename".',
  },
  NAME_AMBIGUOUS: {
    kind: 'input',
    exit: 1,
    status: 409,
    en: '"{name}" may be any of these: {names}. Write the one that is meant with its capitals.',
  },
  NAME_UNITS_DIFFER: {
    kind: 'input',
    exit: 1,
    status: 409,
    en:
      '"{product}" of "{merchant}" is sold by {unit}, and "{otherProduct}" of "{otherMerchant}" by {otherUnit}: they are ' +
      'not joined. If one of the units is wrong, import its sales again with the right one (--unit, --replace).',
  },
  NAME_NOT_ALIAS: {
    kind: 'input',
    exit: 1,
    status: 409,
    en: '"{name}" means no other name. "demanda products aliases" and "demanda merchants aliases" list those that do.',
  },
  IMPORT_UNDO_JOINED: {
    kind: 'input',
    exit: 1,
    status: 409,
    en:
      'Import {id} ({file}) is not undone: on {date} "{name}" was joined to "{target}", and which of their rows it wrote ' +
      'is not known any more. Import a file with the right rows with --replace, or restore a backup.',
  },
  PRODUCT_TYPE_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no product type "{name}"; the nearest is "{nearest}".',
  },
  PRODUCT_IS_TYPE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '"{product}" is a type of several products: choose one of them ({products}) or use --product-type.',
  },
  PORTFOLIO_SPANS: {
    kind: 'input',
    exit: 2,
    status: 422,
    en:
      'Products of {merchant} are not priced for the same days: {first} and {second} have rows of different periods, such ' +
      'as days and weeks, and their profits cannot be added. Ask for one product type at a time.',
  },
  LINES_COLUMNS: {
    kind: 'input',
    exit: 2,
    status: 422,
    en:
      '{file} does not say which products belong together: it needs a column product and at least one of family, line ' +
      'with size, below, or weight; found: {columns}.',
  },
  LINES_VALUE: {
    kind: 'input',
    exit: 2,
    status: 422,
    en:
      'Not a value for column {column}: “{value}” ({file}:{line}). Sizes and weights are numbers above 0, gaps are ' +
      'shares such as 0.1 or 10%, the most not below the least; every row names its product.',
  },
  LINES_TWICE: {
    kind: 'input',
    exit: 2,
    status: 422,
    en:
      '{product} stands in rows {line} and {again} of {file} with two values of {column}: {first} and {second}. Keep the ' +
      'right one.',
  },
  LINES_GIVEN: {
    kind: 'input',
    exit: 2,
    status: 400,
    en: 'Give the rules of {merchant} as lines or as the text of a file (csv), one of both.',
  },
  LINES_NOTE_KEPT: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Rules kept in the workspace hold for {merchants}. A file (--lines) takes their place.',
  },
  LINES_NOTE_UNKNOWN: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Products of {file} that no merchant asked for sells: {names}. Their rules were not used.',
  },
  TOTALS_NOTE_UNKNOWN: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'Prices of products that are in no total were not used: {names}.',
  },
  PRICES_COLUMNS: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: '{file} needs the columns product and price; found: {columns}.',
  },
  PRICES_VALUE: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: 'Not a value for column {column}: “{value}” ({file}:{line}). Each row has a product and a price above 0.',
  },
  PRICES_TWICE: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: '{product} has a second price ({file}:{line}): leave one of them.',
  },
  SCENARIO_PRICE: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: 'Not a price for {product}: {price}. Give a number above 0.',
  },
  SCENARIO_PRODUCT: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: '{merchant} has no {product} with a model, so nobody knows what it sells at another price: check the name, or train it.',
  },
  TOTALS_TWICE: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: 'There are two planned prices of {product}: leave one of them.',
  },
  SCENARIO_TWICE: {
    kind: 'input',
    exit: 2,
    status: 422,
    en: 'The plan has two prices of {product} of {merchant}: leave one of them.',
  },
  SCENARIO_NOTE_NO_COMPETITORS: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{merchant}: no plan in which competitors follow: what their prices do to demand is not known of any product.',
  },
  SCENARIO_NOTE_REACTION: {
    kind: 'input',
    exit: 1,
    status: 422,
    en:
      '{merchant}: whether competitors follow our prices cannot be known from theirs; --competitor-follows 50% ' +
      'shows plans in which they follow half of every change.',
  },
  SCENARIO_PLAN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no plan named “{name}” among those given.',
  },
  SCENARIO_LIMIT: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    en:
      'The plan “{name}” is not proposed: the limits do not allow its prices of {products}. Plan others, change the ' +
      'guardrails, or decide on these prices one by one with a reason.',
  },
  PLAN_TOO_LONG: {
    kind: 'input',
    exit: 1,
    status: 413,
    en: 'The plan {file} has more than {limit} rows: split it.',
  },
  PLAN_NO_CELL: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: 'The plan {file} has no row after the last sale of the chosen products: check dates and names.',
  },
  CURRENCY_UNKNOWN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The currency must be an ISO 4217 code, such as EUR or MXN, got "{currency}".',
  },
  COLD_START_NO_PRICE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      'There are no sales of {merchant} / {product} and no reference price for that name: give --price and ' +
      '--cost, or import its sales.',
  },
  COLD_START_HAS_SALES: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      '{merchant} / {product} has sales: --price, --cost and --daily-quantity serve only without them; import ' +
      'costs with `demanda import`.',
  },
  INSTRUMENT_UNKNOWN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en:
      'The instrument must be "cost" or a column imported with --covariates; "{instrument}" is in none of the ' +
      'chosen sales (there are: {columns}).',
  },
  MODEL_NO_EARLIER: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no version before {version} of {merchant} / {product} to go back to.',
  },
  MODEL_FILE_MISSING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: 'There is no file {file}: check its name and folder.',
  },
  MODEL_FILE_TOO_LARGE: {
    kind: 'input',
    exit: 1,
    status: 413,
    en: '{file} is larger than {limit} MB: it is no model exported with `demanda models export`.',
  },
  MODEL_FILE_UNREADABLE: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} must be a model exported with `demanda models export` and cannot be read ({detail}).',
  },
  MODEL_FILE_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    en: '{file} is no valid model: {path}: {rule}. Export it again with `demanda models export`.',
  },
  MODEL_MISSING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    en: '{merchant} / {product} has no model: train it with `demanda train`.',
  },
  DATE_INVALID: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The date must exist and be written yyyy-mm-dd, got "{value}".',
  },
  COUNTRY_UNKNOWN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: 'The country must be a two-letter code with a holiday calendar, such as ES or MX, got "{country}".',
  },
  USAGE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    en: '{detail}',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
/** Parameters of a code, typed from its English template. */
export type ErrorParameters<C extends ErrorCode> = Record<Placeholders<(typeof errors)[C]['en']>, string | number>;

/** Figures of a row of sales that files may say otherwise. */
export type RowFigure = 'quantity' | 'price' | OptionalColumn | 'covariates';

/** Codes that sentences name: of a recommendation's status, of who acted or what did, and of a row's figures. */
type NamedCode = RecommendationStatus | ActorKind | 'computation' | RowFigure;

/** What errors say in a language. */
export interface ErrorWords {
  readonly sentences: Readonly<Record<ErrorCode, string>>;
  readonly codes: Readonly<Record<NamedCode, string>>;
}

export const en: ErrorWords = {
  sentences: Object.fromEntries(Object.entries(errors).map(([code, entry]) => [code, entry.en])) as Readonly<
    Record<ErrorCode, string>
  >,
  codes: {
    proposed: 'proposed',
    reviewed: 'reviewed',
    approved: 'approved',
    rejected: 'rejected',
    exported: 'exported',
    superseded: 'superseded',
    key: 'key',
    session: 'session',
    owner: 'owner',
    command: 'command',
    library: 'library',
    schedule: 'schedule',
    training: 'training',
    address: 'address',
    computation: 'computation',
    quantity: 'quantity',
    price: 'price',
    cost: 'cost',
    promo: 'promotion',
    soldOut: 'sold out',
    waste: 'waste',
    marketPrice: 'market price',
    covariates: 'covariates',
  },
};
