/**
 * What a file may hold: each bound is checked while the file is read, before anything is allocated for what it claims.
 */

import { DemandaError } from '../errors/demanda-error.ts';

export interface ReadLimits {
  /** Bytes of a text, packed or not, as it is read. */
  readonly unpackedBytes: number;
  /** Bytes of all parts of a workbook, and of all columns of a Parquet file, once unpacked. */
  readonly partBytes: number;
  readonly rows: number;
  readonly cells: number;
  /** Cells of a row group of a Parquet file: it is decoded as one. */
  readonly groupCells: number;
}

const MB = 1_048_576;

/** Of files on the user's own machine: large good ones are read, in bounded memory. */
export const FILE_LIMITS: ReadLimits = {
  unpackedBytes: 100_000 * MB,
  partBytes: 1_024 * MB,
  rows: 200_000_000,
  cells: 2_000_000_000,
  groupCells: 64_000_000,
};
/** Of files that come over the network. */
export const UPLOAD_LIMITS: ReadLimits = {
  unpackedBytes: 256 * MB,
  partBytes: 256 * MB,
  rows: 5_000_000,
  cells: 50_000_000,
  groupCells: 16_000_000,
};

/** No honest line is longer; a file without line ends must not be read into memory. */
export const MAX_RECORD_BYTES = MB;
export const MAX_COLUMNS = 1_000;
const MAX_HEADER_LENGTH = 500;
/** Objects and lists, one inside another, of a JSON record. */
export const MAX_NESTING = 32;
/** Packed sales shrink 5 to 50 times; what shrinks more than this is not sales. */
const MAX_PACKING = 200;
/** Unpacked size below which nobody minds how well a file is packed. */
const PACKING_FREE_BYTES = 16 * MB;

/** Rows and cells read so far. */
export class RowCount {
  private rows = 0;
  private cells = 0;
  private readonly file: string;
  private readonly limits: ReadLimits;

  constructor(file: string, limits: ReadLimits) {
    this.file = file;
    this.limits = limits;
  }

  /** @throws DemandaError IMPORT_TOO_MANY_ROWS, IMPORT_TOO_MANY_CELLS */
  add(cells: number): void {
    if (++this.rows > this.limits.rows)
      throw new DemandaError('IMPORT_TOO_MANY_ROWS', { file: this.file, limit: this.limits.rows });
    this.cells += cells;
    if (this.cells > this.limits.cells)
      throw new DemandaError('IMPORT_TOO_MANY_CELLS', { file: this.file, limit: this.limits.cells });
  }
}

/** @throws DemandaError IMPORT_TOO_MANY_COLUMNS, IMPORT_HEADER_TOO_LONG */
export function checkHeaders(headers: readonly string[], file: string): readonly string[] {
  if (headers.length > MAX_COLUMNS)
    throw new DemandaError('IMPORT_TOO_MANY_COLUMNS', { file, found: headers.length, limit: MAX_COLUMNS });
  const long = headers.findIndex((header) => header.length > MAX_HEADER_LENGTH);
  if (long >= 0) throw new DemandaError('IMPORT_HEADER_TOO_LONG', { file, column: long + 1, limit: MAX_HEADER_LENGTH });
  return headers;
}

/**
 * @param packed and @param unpacked bytes so far, or as declared; @throws DemandaError IMPORT_TOO_LARGE,
 * IMPORT_TOO_PACKED
 */
export function checkUnpacked(file: string, packed: number, unpacked: number, most: number): void {
  if (unpacked > most) throw new DemandaError('IMPORT_TOO_LARGE', { file, limit: most / MB });
  if (unpacked > PACKING_FREE_BYTES && unpacked > packed * MAX_PACKING)
    throw new DemandaError('IMPORT_TOO_PACKED', { file, limit: MAX_PACKING });
}
