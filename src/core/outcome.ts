/** A statistical "no" as a value: results that can fail for a reason of the data carry a code instead of throwing. */

import { NotFiniteError } from './checks.ts';

export type Outcome<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: Code; readonly [detail: string]: unknown };

/** What the work ends with, or NOT_FINITE where its arithmetic left the finite numbers; `found` says where. */
export function finiteOutcome<T, Code extends string>(work: () => Outcome<T, Code>): Outcome<T, Code | 'NOT_FINITE'> {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotFiniteError) return { ok: false, code: 'NOT_FINITE', found: error.message };
    throw error;
  }
}
