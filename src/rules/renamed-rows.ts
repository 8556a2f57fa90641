/** Rows of an import that say former names: under which names they are found, and how many said which. */

import type { CellName } from '../contract/cell-name.ts';
import type { NameAlias, RenamedInFile } from '../contract/store/names.ts';
import { aliasedBy } from './name-changes.ts';
import { compareText } from './text-order.ts';

export class RenamedRows {
  private readonly means: ReturnType<typeof aliasedBy>;
  private readonly counts = new Map<string, RenamedInFile>();

  constructor(aliases: readonly NameAlias[]) {
    this.means = aliasedBy(aliases);
  }

  /** What rows mean. @param names as they say them; merchant null: of nobody; @param rows how many say them */
  cellOf({ merchant, product }: { readonly merchant: string | null; readonly product: string }, rows = 1): CellName {
    const { cell, by } = this.means({ merchant: merchant ?? '', product });
    for (const alias of by) {
      const key = JSON.stringify([alias.kind, alias.merchant ?? '', alias.name]);
      this.counts.set(key, { ...alias, rows: (this.counts.get(key)?.rows ?? 0) + rows });
    }
    return cell;
  }

  /** In order of kind, merchant and name. */
  get found(): readonly RenamedInFile[] {
    return [...this.counts].sort(([a], [b]) => compareText(a, b)).map(([, alias]) => alias);
  }
}
