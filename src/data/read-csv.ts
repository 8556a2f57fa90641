/** Delimited text as records, bounded while it streams. */

import { pipeline, type Readable } from 'node:stream';
import { textStreams } from './file-bytes.ts';
import { readFailure } from './read-failure.ts';
import { type ReadLimits, RowCount } from './read-limits.ts';
import { type Delimiter, delimitedRecords, withLineFeeds } from './reading/delimited.ts';
import type { FileRecord, RecordSource } from './records.ts';

export interface TextForm {
  readonly packed: boolean;
  readonly encoding: string;
  readonly delimiter: Delimiter;
  /** Lines above the table that are no records: `sep=;`. */
  readonly skipped: number;
}

/** Text of a file as strings, decoded whole: no letter is cut. */
export function textPieces(
  file: string,
  packed: boolean,
  encoding: string,
  limits: ReadLimits,
): { readonly pieces: AsyncIterable<string>; close(): void } {
  const streams = textStreams(file, packed, encoding, true, limits);
  const last = streams.at(-1) as Readable;
  last.setEncoding('utf8');
  // A failure of any of them ends the last, whose reader is told.
  pipeline(streams, () => {});
  return { pieces: last, close: () => void streams[0].destroy() };
}

export function openCsv(
  file: string,
  { packed, encoding, delimiter, skipped }: TextForm,
  limits: ReadLimits,
): RecordSource {
  const { pieces, close } = textPieces(file, packed, encoding, limits);
  async function* batches(): AsyncGenerator<readonly FileRecord[]> {
    const count = new RowCount(file, limits);
    try {
      for await (const batch of delimitedRecords(withLineFeeds(pieces), delimiter, 1, file)) {
        const records = skipped > 0 ? batch.filter(({ line }) => line > skipped) : batch;
        for (const { cells } of records) count.add(cells.length);
        yield records;
      }
    } catch (error) {
      throw readFailure(error, file);
    } finally {
      close();
    }
  }
  return { headers: null, batches: batches(), close };
}
