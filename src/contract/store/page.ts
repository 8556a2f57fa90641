/** Pages of lists, whatever they hold. */

/** A page of a list in a stable order; `next` starts the page after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: Cursor | null;
}
/** Sort values of the last item, as plain data. */
export type Cursor = readonly (string | number | null)[];
export interface PageAsked {
  readonly limit: number;
  readonly after: Cursor | null;
}
