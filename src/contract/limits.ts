/** Limits that the API keeps and the pages tell of. */

/** Models or runs that are compared at once. */
export const MOST_COMPARED = 20;
/**
 * Rows of a workbook's sheet that are counted in a preview: enough to tell a sheet of totals from one of sales, and soon
 * counted. Of a longer one only that it is longer is known.
 */
export const COUNTED_ROWS = 10_000;
