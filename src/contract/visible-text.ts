/**
 * Text for people's eyes: characters that a terminal acts on, that turn lines around or that nobody sees are shown as
 * escapes.
 */

/**
 * Controls (C0, C1), formats (bidirectional marks, zero-width characters, tags), line and paragraph separators, lone
 * halves of surrogate pairs, everything else that is drawn as nothing, and code points that are no characters. The two
 * selectors between an emoji and its plain sign stay.
 */
const HIDDEN =
  /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
/** What an XML document cannot hold, with the C1 controls, which act on terminals that show it. */
const NOT_XML = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A name or another value in one line. @example visibleText('a\u001b[31m') // 'a\\u{1b}[31m' */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, escaped);
}

/** Text of several lines: the same, with its line ends. */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN, (char) => (char === '\n' ? char : escaped(char)));
}

/**
 * Text for a cell of a file that is XML inside: only what XML cannot hold is shown as an escape, as the text is data.
 */
export function xmlText(text: string): string {
  return text.replace(NOT_XML, escaped);
}

/**
 * A document as JSON of the same value in which hidden characters are JSON's own escapes: it may be printed on a
 * terminal.
 */
export function visibleJson(document: unknown): string {
  return JSON.stringify(document).replace(HIDDEN, (char) =>
    Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}

function escaped(char: string): string {
  return NAMED[char] ?? `\\u{${(char.codePointAt(0) as number).toString(16)}}`;
}
