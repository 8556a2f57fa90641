/** Files and functions that have grown too long to be read in one go. */

import { parseSync } from 'vite';

/** Lines, from the first of a file or function to its last. */
const MOST_OF_FILE = 400;
const MOST_OF_FUNCTION = 60;
/** On the first line of a file, or on the first of a function: why it is better in one piece. */
const REASON = /\blong: \S/;

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is SyntaxNode => typeof (value as SyntaxNode | null)?.type === 'string';

/**
 * @param name path, whose ending tells the language
 * @returns one sentence for every file or function that is too long and gives no reason
 * @throws Error when the text is not of that language
 */
export function tooLong(name: string, text: string): string[] {
  const lines = text.split('\n');
  const found: string[] = [];
  const length = text.endsWith('\n') ? lines.length - 1 : lines.length;
  if (length > MOST_OF_FILE && !REASON.test(lines[0]))
    found.push(`${name} has ${length} lines, more than ${MOST_OF_FILE}`);
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const visit = (node: SyntaxNode): void => {
    if (/^(Function|ArrowFunction)/.test(node.type)) {
      const [first, last] = [lineAt(node.start), lineAt(node.end)];
      const length = last - first + 1;
      // A comment behind the opening brace, or alone on the line after it: a formatter may choose.
      if (length > MOST_OF_FUNCTION && !REASON.test(lines[first - 1]) && !REASON.test(lines[first]))
        found.push(`${name}:${first} is a function of ${length} lines, more than ${MOST_OF_FUNCTION}`);
    }
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child);
  };
  const { program, errors } = parseSync(name, text);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`);
  visit(program as unknown as SyntaxNode);
  return found;
}
