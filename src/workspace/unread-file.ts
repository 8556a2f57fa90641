/** What a preview says of a file that could not be read. */

import type { ImportPreview } from '../contract/api.ts';
import type { FilePreview } from '../data/preview-file.ts';
import type { DemandaError } from '../errors/demanda-error.ts';

/** Of a file that is no table. */
export const NOTHING_SEEN: FilePreview = {
  headers: [],
  read: [],
  headerLine: null,
  mapping: {},
  fields: [],
  sample: [],
  start: [],
};
/** Of a file that could not be read. */
export const NOTHING_READ = {
  kind: null,
  rows: 0,
  accepted: 0,
  rejected: 0,
  replaced: 0,
  unchanged: 0,
  batchId: null,
  sameAs: null,
  renamed: [],
  added: 0,
  kept: {},
  emptied: {},
  differing: {},
  frequencies: {},
  unsold: { cells: 0, periods: 0 },
  heldCount: 0,
  held: [],
  releasedCount: 0,
  released: [],
  merchants: 0,
  products: 0,
  from: null,
  to: null,
  issues: [],
  understanding: null,
  notes: [],
};

/** Fields whose columns are missing, each with the one that it could be; none of another refusal. */
export function missingOf({ code, parameters }: DemandaError, headers: readonly string[]): ImportPreview['missing'] {
  if (code !== 'IMPORT_MISSING_COLUMN') return [];
  const { field, example } = parameters as { readonly field: string; readonly example: string };
  const pairs = `,${example},`;
  return field.split(', ').map((name) => ({
    field: name,
    suggested: headers.find((header) => header !== '' && pairs.includes(`,${name}=${header},`)) ?? null,
  }));
}
