/** What a cell or a sum takes in and sells. */

export interface Span {
  readonly value: number;
  /** 90 %. */
  readonly low: number;
  readonly high: number;
}

export interface PlaceTotal {
  readonly revenue: Span;
  /** By unit; quantities of different units do not add. */
  readonly quantity: ReadonlyMap<string, Span>;
  /** What the forecasts of its cells add up to before they are reconciled. */
  readonly unreconciled: number;
  /** Correlation of the errors of what adds up to it; 0 of cells. */
  readonly shared: number;
  /** By period ahead, of sums alone. */
  readonly periods: readonly { readonly revenue: Span; readonly quantity: ReadonlyMap<string, Span> }[];
}
