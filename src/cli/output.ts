/** Everything that the command line prints goes through here: names from files act on no terminal. */

import { visibleJson, visibleLines } from '../contract/visible-text.ts';

/** Results, to standard output. */
export function say(text: string): void {
  process.stdout.write(visibleLines(text));
}

/** Notes and errors, to standard error. */
export function tell(text: string): void {
  process.stderr.write(visibleLines(text));
}

/** A document, to standard output. */
export function sayJson(document: unknown): void {
  process.stdout.write(`${visibleJson(document)}\n`);
}
