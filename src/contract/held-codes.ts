/** Codes of what an import says of values that it holds. */
export const HELD_CODES: ReadonlySet<string> = new Set([
  'IMPORT_EXTREME',
  'IMPORT_EXTREME_DAYS',
  'IMPORT_TOTALS_AMONG_DAYS',
  'IMPORT_IMPOSSIBLE',
  'IMPORT_IMPOSSIBLE_DAYS',
]);
