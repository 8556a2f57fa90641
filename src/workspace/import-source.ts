/** Where the rows of an import come from: a file or the files of a dataset, their bytes, and how it was read. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { READ_FILE, READ_OWN_FILE } from '../contract/options/import.ts';
import type { BatchSource } from '../contract/store/imports.ts';
import { datasetParts } from '../data/dataset.ts';
import { fileFailure } from '../store/system-failure.ts';

/** Options that say what becomes of rows, not how a file is read. */
const OF_ROWS: ReadonlySet<string> = new Set(['add', 'replace', 'skipBad', 'dryRun']);

/** Options of an import; those of how it is read count. */
type Given = Readonly<Record<string, unknown>> & { readonly fileName?: string };

/** @throws DemandaError IMPORT_NO_FILE and the others of a file that cannot be read */
export async function sourceOf(
  file: string,
  options: Given,
): Promise<Omit<BatchSource, 'rejected'> & { readonly digest: string }> {
  return {
    file: basename(options.fileName ?? file),
    digest: await digestOf(file),
    options: readingOptions(options),
  };
}

/** Options that change how a file is read, as text that is the same whatever their order. */
function readingOptions(options: Given): string {
  const names = [...Object.keys(READ_FILE), ...Object.keys(READ_OWN_FILE), 'onlyMerchant'];
  const given = names
    .filter((name) => !OF_ROWS.has(name) && options[name] !== undefined)
    .sort()
    .map((name) => [name, options[name]]);
  return JSON.stringify(Object.fromEntries(given));
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for (const part of await datasetParts(file)) {
    try {
      for await (const chunk of createReadStream(part.file)) hash.update(chunk as Buffer);
    } catch (error) {
      throw fileFailure(error, part.file);
    }
  }
  return hash.digest('base64url');
}
