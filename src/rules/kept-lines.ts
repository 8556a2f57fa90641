/** Where what ties the prices of a merchant's products is kept, and what becomes of it when names change. */

import type { NameChange } from '../contract/store/names.ts';

const LINES = 'lines:';

/** The setting that keeps the lines of a merchant. */
export function linesKey(merchant: string): string {
  return LINES + JSON.stringify([merchant]);
}

/** The merchant whose lines a setting keeps; null where it keeps none. */
export function merchantOfLines(key: string): string | null {
  return key.startsWith(LINES) ? ((JSON.parse(key.slice(LINES.length)) as [string])[0] as string) : null;
}

/** Names that change. */
type Renaming = Omit<NameChange, 'how' | 'dryRun'>;

/** A kept row, as far as it holds names. */
interface Row {
  readonly product: string;
  readonly below: string | null;
}

/**
 * Settings that change with a name: lines go with their merchant, or stay behind where it is joined to one that has its
 * own; their products are called as they are now. Of joined products the row of the one that stays is kept.
 *
 * @param settings of the workspace; @returns null: the setting goes
 */
export function linesAfter(
  settings: Readonly<Record<string, string>>,
  change: Renaming,
): Readonly<Record<string, string | null>> {
  const changes: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(settings)) {
    const merchant = merchantOfLines(key);
    if (merchant === null) continue;
    if (change.kind === 'merchant') {
      if (!change.from.includes(merchant)) continue;
      changes[key] = null;
      const to = linesKey(change.into);
      if (settings[to] === undefined && changes[to] === undefined) changes[to] = value;
    } else if (change.merchant === null || change.merchant === merchant) {
      const after = JSON.stringify(renamedRows(JSON.parse(value) as Row[], change));
      if (after !== value) changes[key] = after;
    }
  }
  return changes;
}

function renamedRows(rows: readonly Row[], { from, into }: Renaming): Row[] {
  const now = (name: string): string => (from.includes(name) ? into : name);
  // Of rows that become one, that of the name which they get counts, else the first.
  const names = [into, ...from];
  const stays = names.find((name) => rows.some(({ product }) => product === name));
  return rows.flatMap((row) => {
    if (names.includes(row.product) && row.product !== stays) return [];
    const [product, below] = [now(row.product), row.below === null ? null : now(row.below)];
    return [{ ...row, product, below: below === product ? null : below }];
  });
}
