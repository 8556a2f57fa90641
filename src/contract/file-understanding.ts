/** What was understood of a file: shown after an import, before one, and in the dashboard. */

export interface ColumnUnderstanding {
  /** Header as in the file; of joined columns, all of them with + between. */
  readonly header: string;
  /** What the column was taken for; null where it is left out. */
  readonly field: string | null;
  /** First value as it stands in the file. */
  readonly sample: string | null;
  /** Rows with a value. */
  readonly filled: number;
  /**
   * How its values are read: `decimal` (`,` or `.`), `dates` (dd/mm/yyyy …), `unit`, `assumedUnit` where nobody named
   * one, `currency`, `scale` (share, percent, amount).
   */
  readonly reading: Readonly<Record<string, string>>;
  /** Why they are read so: a code, with the value and the line that settle it where one does. */
  readonly ground: { readonly by: string; readonly value?: string; readonly line?: number } | null;
}

export interface FileUnderstanding {
  readonly encoding: string | null;
  readonly delimiter: string | null;
  /** Line of the headers, counted from 1; null where the form has none. */
  readonly headerLine: number | null;
  /** Lines above the headers. */
  readonly titles: readonly string[];
  /** Sheets of a workbook that were read, and those that were not. */
  readonly sheets: readonly string[];
  readonly otherSheets: readonly string[];
  readonly columns: readonly ColumnUnderstanding[];
  /** Lines that are sums of others, and repeated headers: left out. */
  readonly totals: readonly number[];
  readonly repeatedHeaders: readonly number[];
}

/** One of the ways in which a file can be read that leaves two of them open. */
export interface ImportChoice {
  /** The option of an import that says so. */
  readonly option: 'dateFormat' | 'decimal' | 'sheet' | 'forgetMapping' | 'add' | 'replace';
  readonly value: string;
  /** What the value that is unclear is then: a day (ISO), a number; of a sheet its name. */
  readonly means: string;
}

/** What was said of an earlier file with the same headers, and holds for this one. */
export interface RememberedMapping {
  /** The earlier file, and the day (ISO date) on which it was imported. */
  readonly file: string;
  readonly date: string;
  /** Option → its value, as the command line writes it. */
  readonly options: Readonly<Record<string, string>>;
}

/** Asked where a file leaves two readings open. */
export interface ImportQuestion {
  readonly file: string;
  readonly code: string;
  /** The refusal that stands without an answer. */
  readonly message: string;
  /** The value that is unclear, its column and line; of sheets none. */
  readonly at: { readonly value: string; readonly column: string; readonly line: number } | null;
  readonly choices: readonly ImportChoice[];
}
