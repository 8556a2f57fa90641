import type { Outcome } from '../../src/core/outcome.ts';

/** The value of an outcome that a test takes for granted. @throws Error with the code of any other */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`outcome is ${outcome.code}`);
  return outcome.value;
}
