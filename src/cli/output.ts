/** Everything that the command line prints goes through here: names from files act on no terminal. */

import fastStringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';
import { visibleJson, visibleLines } from '../contract/visible-text.ts';
import { piecesOf, Spool } from '../workspace/spool.ts';

/** Items and lines that are written at once. */
const WRITTEN_AT_ONCE = 100;

/** Results, to standard output. */
export function say(text: string): void {
  process.stdout.write(fittedTo(process.stdout, visibleLines(text)));
}

/** Notes and errors, to standard error. */
export function tell(text: string): void {
  process.stderr.write(fittedTo(process.stderr, visibleLines(text)));
}

/** A terminal breaks lines inside words; a file or a pipe has them whole. */
function fittedTo(stream: NodeJS.WriteStream, text: string): string {
  return stream.isTTY ? wrappedLines(text, stream.columns ?? 80) : text;
}

/** Lines broken between words, each going on as far in as it began; those that fit stay as they are. */
export function wrappedLines(text: string, columns: number): string {
  if (!Number.isFinite(columns)) return text;
  return text
    .split('\n')
    .map((line) => {
      if (fastStringWidth(line) <= columns) return line;
      const [indent = ''] = /^ *(· )?/.exec(line) ?? [];
      const room = Math.max(columns - indent.length, 20);
      const lines = wrapAnsi(line.slice(indent.length), room, { trim: true }).split('\n');
      return lines.map((one, i) => (i === 0 ? indent : ' '.repeat(indent.length)) + one).join('\n');
    })
    .join('\n');
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
