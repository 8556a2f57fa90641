import { FREQUENCIES, IMPORT_KINDS, MISSING_DAYS, PERIODS } from '../../core/vocabulary.ts';
import { CELLS } from './cells.ts';
import { oneOf, onOff, pairs, text, texts, whole } from './option.ts';

/** How a file is read, on every door. */
export const READ_FILE = {
  /** Guessed from its columns unless told. */
  kind: oneOf({ flag: '--kind', taken: '<kind>', help: 'optKind', of: IMPORT_KINDS }),
  /** Field → the file's column. */
  map: pairs({ flag: '--map', help: 'optMap', mostName: 50 }),
  ...CELLS,
  /** Of the quantities of cells that have none. */
  unit: text({ flag: '--unit', taken: '<unit>', help: 'optUnit', least: 0, most: 20 }),
  covariates: texts({ flag: '--covariates', taken: '<columns>', help: 'optCovariates' }),
  /** Covariates whose future is known ahead; they are read like `covariates`. */
  knownCovariates: texts({ flag: '--known-covariates', taken: '<columns>', help: 'optKnown' }),
  decimal: oneOf({ flag: '--decimal', taken: '<mark>', help: 'optDecimal', of: [',', '.'] }),
  /** Sheet of a workbook; those that hold the table unless told. */
  sheet: text({ flag: '--sheet', help: 'optSheet' }),
  /** Line of the headers, of each sheet that is read; 0: there are none. Found by what the rows hold unless told. */
  headerRow: whole({ flag: '--header-row', taken: '<line>', help: 'optHeaderRow', least: 0, most: 1_000 }),
  /** Column → the one value of it whose rows are read. */
  only: pairs({ flag: '--only', help: 'optOnly' }),
  encoding: text({ flag: '--encoding', help: 'optEncoding', least: 0, most: 40 }),
  dateFormat: text({ flag: '--date-format', taken: '<format>', help: 'optDateFormat', least: 0, most: 40 }),
  /** IANA zone of the shop, for times in UTC. */
  timezone: text({ flag: '--timezone', taken: '<zone>', help: 'optTimezone', most: 60 }),
  /** First day (ISO date) of a date column that counts periods, whose number is 1. */
  start: text({ flag: '--start', taken: '<date>', help: 'optStart', most: 10 }),
  /** What such a column counts. */
  every: oneOf({ flag: '--every', taken: '<period>', help: 'optEvery', of: PERIODS }),
  /** To days that are there already the file's tickets are added, as those of another till. */
  add: onOff({ flag: '--add', help: 'optAdd' }),
  /** The file's days take the place of those that are there already. */
  replace: onOff({ flag: '--replace', help: 'optReplace' }),
  /** Values far off those around them count all the same. */
  accept: onOff({ flag: '--accept', help: 'optAccept' }),
  /** How often the file's series come, where their days do not tell. */
  frequency: oneOf({ flag: '--frequency', taken: '<frequency>', help: 'optFrequency', of: FREQUENCIES }),
  /** What days without a row are on which the merchant sold something else: zero unless told. */
  missingDays: oneOf({ flag: '--missing', taken: '<meaning>', help: 'optMissing', of: MISSING_DAYS }),
  /** Reads the file anew, without what is remembered of files with its headers, and forgets that. */
  forgetMapping: onOff({ flag: '--forget-mapping', help: 'optForgetMapping' }),
} as const;

/** What the machine that has the file may ask for too. */
export const READ_OWN_FILE = {
  /** Imports the good rows and writes the others to `<file>.rejected.csv`. */
  skipBad: onOff({ flag: '--skip-bad', help: 'optSkipBad' }),
  dryRun: onOff({ flag: '--dry-run', help: 'optDryRun' }),
} as const;
