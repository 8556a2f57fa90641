/** What a table is, as far as it decides how its bytes become rows: plain data. */

import type { JsonForm } from '../read-json.ts';
import type { Delimiter } from './delimited.ts';
import type { EncodingUnderstanding } from './encoding.ts';

/** What a file is, as far as it decides how its bytes become rows. */
export type FileForm =
  | {
      readonly form: 'csv';
      readonly packed: boolean;
      readonly text: EncodingUnderstanding;
      readonly delimiter: Delimiter;
      readonly skipped: number;
    }
  | {
      readonly form: 'json';
      readonly json: JsonForm;
      readonly text: EncodingUnderstanding;
      readonly keys: readonly string[];
    }
  | {
      readonly form: 'workbook';
      readonly sheets: readonly string[];
      readonly others: readonly string[];
      readonly from1904: boolean;
    }
  | {
      readonly form: 'parquet';
      /** Column → IANA zone in which its times in UTC were made. */
      readonly zones: Readonly<Record<string, string>>;
      readonly rows: number;
    }
  | {
      readonly form: 'dataset';
      readonly parts: readonly TablePart[];
      /** As those of Parquet. */
      readonly zones: Readonly<Record<string, string>>;
    };

/** A file of a dataset. */
export interface TablePart {
  readonly file: string;
  readonly table: TableForm;
  /** Of each column of the dataset, where it stands in the file, or what the folders above the file say. */
  readonly columns: readonly (number | { readonly value: string | null })[];
}

export interface TableForm {
  readonly file: FileForm;
  /** As they stand in the file, trimmed; `#1`, `#2` … where it has none. */
  readonly headers: readonly string[];
  /** Line of the headers; null where the file has none. */
  readonly headerLine: number | null;
  /** Lines above the headers. */
  readonly titles: readonly string[];
}

/** What of a table is wanted: of a dataset the files, of Parquet the columns; all unless told. */
export interface WantedRows {
  readonly parts?: ((part: TablePart) => boolean) | undefined;
  readonly columns?: readonly string[] | undefined;
}
