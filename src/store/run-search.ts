/** Which runs a search finds, in every store alike. */

import { foldedText } from '../contract/folded-text.ts';
import type { RunChoice, RunSummary } from '../contract/store/runs.ts';

/** Whether a choice asks for more than a database's columns say. */
export function isSearch({ search, tag }: RunChoice): boolean {
  return tag !== undefined || (search ?? '').trim() !== '';
}

export function isFound({ merchant, product, tags, note }: RunSummary, { search = '', tag }: RunChoice): boolean {
  if (tag !== undefined && !tags.includes(tag)) return false;
  const text = foldedText([merchant, product, ...tags, note].join('\n'));
  return search
    .split(/\s+/)
    .filter((word) => word !== '')
    .every((word) => text.includes(foldedText(word)));
}
