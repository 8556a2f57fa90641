import { FILE_LIMITS, type ReadLimits } from '../../src/data/read-limits.ts';
import { tableForm, tableRows } from '../../src/data/reading/table.ts';
import type { FileRecord } from '../../src/data/records.ts';

/** Headers of a file, and its rows one by one. */
export async function openTable(
  file: string,
  limits: ReadLimits = FILE_LIMITS,
): Promise<{ readonly headers: readonly string[]; readonly records: AsyncGenerator<FileRecord> }> {
  const form = await tableForm(file, { limits });
  async function* records(): AsyncGenerator<FileRecord> {
    for await (const batch of tableRows(file, form, limits).batches) yield* batch;
  }
  return { headers: form.headers, records: records() };
}
