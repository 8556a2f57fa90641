/** A statistical "no" as a value: results that can fail for a reason of the data carry a code instead of throwing. */

export type Outcome<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: Code; readonly [detail: string]: unknown };

/** The value of a successful outcome; throws RangeError otherwise (for tests and for callers that have already checked). */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new RangeError(`outcome is ${outcome.code}`);
  return outcome.value;
}
