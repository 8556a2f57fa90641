/** Everything that the command line prints goes through here: names from files act on no terminal. */

import { visibleJson, visibleLines } from '../contract/visible-text.ts';
import { piecesOf, Spool } from '../workspace/spool.ts';

/** Items and lines that are written at once. */
const WRITTEN_AT_ONCE = 100;

/** Results, to standard output. */
export function say(text: string): void {
  process.stdout.write(visibleLines(text));
}

/** Notes and errors, to standard error. */
export function tell(text: string): void {
  process.stderr.write(visibleLines(text));
}

/** Lines of a result, however many, to standard output. */
export function sayLines(lines: Iterable<string>): void {
  for (const piece of piecesOf(lines, WRITTEN_AT_ONCE)) say(`${piece.join('\n')}\n`);
}

/** A document, to standard output; of lists that lie on the disk a piece at a time. */
export function sayJson(document: object): void {
  const { stdout } = process;
  const fields = Object.entries(document).filter(([, value]) => value !== undefined);
  if (!fields.some(([, value]) => value instanceof Spool)) {
    stdout.write(`${visibleJson(document)}\n`);
    return;
  }
  let before = '{';
  for (const [name, value] of fields) {
    stdout.write(`${before}${visibleJson(name)}:`);
    before = ',';
    if (!(value instanceof Spool)) stdout.write(visibleJson(value));
    else {
      let between = '[';
      for (const piece of piecesOf(value, WRITTEN_AT_ONCE)) {
        stdout.write(between + piece.map(visibleJson).join(','));
        between = ',';
      }
      stdout.write(between === '[' ? '[]' : ']');
    }
  }
  stdout.write('}\n');
}
