/**
 * The encoding of a text file, from all of its bytes: UTF-8 where they are valid UTF-8, else the encoding in which its
 * letters are letters.
 */

import { isAscii, isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { DemandaError } from '../../errors/demanda-error.ts';

export type EncodingGround =
  | { readonly by: 'told' }
  /** A byte order mark, or the NULs of UTF-16. */
  | { readonly by: 'mark' }
  /** All bytes are below 128. */
  | { readonly by: 'ascii' }
  /** All bytes are valid UTF-8. */
  | { readonly by: 'utf-8' }
  /** What its letters are; the line of the first one, and the text as read. */
  | { readonly by: 'letters'; readonly line: number; readonly text: string };

export interface EncodingUnderstanding {
  /** As iconv-lite names it. */
  readonly encoding: string;
  readonly ground: EncodingGround;
}

/** Bytes of lines with letters beyond ASCII that are looked at where the text is no UTF-8. */
const MOST_LOOKED_AT = 262_144;
/** Most of a line that is looked at. */
const LONGEST_LINE = 4_096;
/** Encodings of Latin letters of one byte, the usual one first. */
const LATIN = ['windows-1252', 'cp850', 'macintosh', 'windows-1250'] as const;
/** Confidence, of 100, from which a guess of an alphabet is taken where most letters are beyond ASCII. */
const SURE = 20;

const [UTF16_LITTLE, UTF16_BIG, UTF8_MARK] = [
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xfe, 0xff]),
  Buffer.from([0xef, 0xbb, 0xbf]),
];

/**
 * @param chunks all bytes of the file, unpacked @param told the user's `--encoding`; @throws DemandaError
 * IMPORT_ENCODING, IMPORT_ENCODING_MIXED, IMPORT_ENCODING_UNCLEAR, IMPORT_ENCODING_WRONG
 */
export async function encodingOf(
  chunks: AsyncIterable<Buffer>,
  told: string | null,
  file: string,
): Promise<EncodingUnderstanding> {
  if (told !== null) checkEncoding(told, file);
  const bytes = new TextBytes();
  for await (const chunk of chunks) {
    if (!bytes.add(chunk)) break;
  }
  bytes.end();
  const utf8 = bytes.firstInvalid === null;
  if (told !== null) {
    if (/^utf-?8$/i.test(told) && !utf8)
      throw new DemandaError('IMPORT_ENCODING_WRONG', { file, encoding: told, line: bytes.firstInvalid as number });
    return { encoding: told, ground: { by: 'told' } };
  }
  if (bytes.utf16 !== null) return { encoding: bytes.utf16, ground: { by: 'mark' } };
  if (utf8) {
    const ground = bytes.marked ? 'mark' : bytes.firstLetter === null ? 'ascii' : 'utf-8';
    return { encoding: 'utf-8', ground: { by: ground } };
  }
  if (bytes.multibyte > 0)
    throw new DemandaError('IMPORT_ENCODING_MIXED', { file, line: bytes.firstInvalid as number });
  const line = bytes.firstInvalid as number;
  const encoding = lettersEncoding(bytes.lines, file, line);
  return { encoding, ground: { by: 'letters', line, text: firstLine(bytes.lines, encoding) } };
}

/** UTF-16 by its mark, or by its NULs: every second byte of ASCII is one; null for anything else. */
export function utf16Of(start: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (start.subarray(0, 2).equals(UTF16_LITTLE)) return 'utf-16le';
  if (start.subarray(0, 2).equals(UTF16_BIG)) return 'utf-16be';
  const sample = start.subarray(0, 256);
  const [even, odd] = [0, 1].map((at) => sample.filter((byte, i) => i % 2 === at && byte === 0).length);
  if (odd > sample.length / 4 && even === 0) return 'utf-16le';
  return even > sample.length / 4 && odd === 0 ? 'utf-16be' : null;
}

function checkEncoding(encoding: string, file: string): void {
  if (!iconv.encodingExists(encoding))
    throw new DemandaError('IMPORT_ENCODING', { file, encoding: String(encoding).slice(0, 40) });
}

/** What the bytes of a text tell, taken piece by piece. */
class TextBytes {
  /** Line of the first byte that is no UTF-8, counted from 1; null while there is none. */
  firstInvalid: number | null = null;
  /** Line of the first letter beyond ASCII. */
  firstLetter: number | null = null;
  /** Lines with sequences of several bytes that are valid UTF-8, once one that is not was met or before it. */
  multibyte = 0;
  marked = false;
  utf16: 'utf-16le' | 'utf-16be' | null = null;
  private looked: Buffer[] = [];
  private lookedBytes = 0;
  private line = 1;
  private held: Buffer = Buffer.alloc(0);
  private started = false;

  /** False when no further byte matters. */
  add(chunk: Buffer): boolean {
    if (!this.started) this.start(chunk);
    if (this.utf16 !== null) return false;
    const text = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    const end = Math.max(text.lastIndexOf(10), text.lastIndexOf(13)) + 1;
    // A line that is not ended waits; one that is too long for a line of sales is looked at in pieces.
    const whole = end > 0 ? end : text.length > LONGEST_LINE * 16 ? text.length : 0;
    this.held = text.subarray(whole);
    this.look(text.subarray(0, whole));
    return true;
  }

  end(): void {
    this.look(this.held);
    this.held = Buffer.alloc(0);
  }

  /** Lines with letters beyond ASCII. */
  get lines(): Buffer {
    return Buffer.concat(this.looked);
  }

  private start(chunk: Buffer): void {
    this.started = true;
    this.marked = chunk.subarray(0, 3).equals(UTF8_MARK);
    this.utf16 = utf16Of(chunk);
  }

  private look(text: Buffer): void {
    const settled = this.firstInvalid !== null && this.lookedBytes >= MOST_LOOKED_AT && this.multibyte > 0;
    if (settled || text.length === 0) return;
    // Most pieces of most files are plain: only the others are looked at line by line.
    if (isUtf8(text) && (this.firstLetter !== null || isAscii(text)) && this.firstInvalid === null) {
      if (this.firstLetter !== null && !isAscii(text)) this.multibyte++;
      this.line += linesIn(text);
      return;
    }
    for (let at = 0; at < text.length; ) {
      let end = text.indexOf(10, at);
      if (end < 0) end = text.indexOf(13, at);
      end = end < 0 ? text.length : end + 1;
      this.lookAtLine(text.subarray(at, end));
      at = end;
    }
  }

  private lookAtLine(line: Buffer): void {
    if (!isAscii(line)) {
      this.firstLetter ??= this.line;
      if (isUtf8(line)) this.multibyte++;
      else {
        this.firstInvalid ??= this.line;
        if (this.lookedBytes < MOST_LOOKED_AT) {
          const piece = line.subarray(0, LONGEST_LINE);
          this.looked.push(Buffer.from(piece));
          this.lookedBytes += piece.length;
        }
      }
    }
    this.line++;
  }
}

function linesIn(bytes: Buffer): number {
  const mark = bytes.includes(10) ? 10 : 13;
  let lines = 0;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) lines++;
  return lines;
}

/** Alphabets in which nearly every letter is beyond ASCII; in Latin ones few are. */
const OTHER_ALPHABET = /^(?:windows-125[135-8]|ISO-8859-[5-8]|KOI8|Shift_JIS|EUC|Big5|GB|ISO-2022)/i;

/** Encodings whose texts are as good as each other's. */
const TIE = 0.05;

/**
 * Encoding in which the letters of words are letters. Of Latin ones the usual one where none is better. @throws
 * DemandaError IMPORT_ENCODING_UNCLEAR
 */
function lettersEncoding(lines: Buffer, file: string, line: number): string {
  const scores = LATIN.map((encoding) => lettersShare(iconv.decode(lines, encoding)));
  const highest = Math.max(...scores);
  const tied = LATIN.filter((_, i) => scores[i] >= highest - TIE);
  const text = iconv.decode(lines, tied[0]);
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const beyond = text.match(/[^\0-\x7f]/g)?.length ?? 0;
  if (beyond * 2 >= letters) {
    const guess = analyse(lines).find(({ name }) => OTHER_ALPHABET.test(name) && iconv.encodingExists(name));
    if (guess && guess.confidence >= SURE) return guess.name;
  }
  const [first, second] = tied.map((encoding) => firstLine(lines, encoding));
  if (tied[0] !== LATIN[0] && tied.length > 1 && first !== second)
    throw new DemandaError('IMPORT_ENCODING_UNCLEAR', {
      file,
      line,
      first,
      firstEncoding: tied[0],
      second,
      secondEncoding: tied[1],
    });
  return tied[0];
}

function firstLine(lines: Buffer, encoding: string): string {
  const [text] = iconv.decode(lines.subarray(0, 200), encoding).split(/\r?\n|\r/, 1) as [string];
  return text.slice(0, 60);
}

/** Letters beyond ASCII that texts of shops are full of, and those that they hold now and then. */
const COMMON = /[áéíóúüñçàèâêôãõäößÁÉÍÓÚÜÑÇÀÈÂÊÔÃÕÄÖ]/u;
const SELDOM = /[ìòùîûïëåæøœÌÒÙÎÛÏËÅÆØŒąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůýžČĎĚŇŘŠŤŮÝŽőűŐŰășțşţ]/u;
const SIGNS = /[¿¡ªº°€£´’‘“”–—·½¼¾®™²³×\u00a0]/u;

/** How much of a text beyond ASCII is what shops write where it stands, 0-1. */
function lettersShare(text: string): number {
  let [usual, all] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 128) continue;
    all++;
    usual += usualness(text[i], text[i - 1] ?? '', text[i + 1] ?? '');
  }
  return all === 0 ? 1 : usual / all;
}

function usualness(letter: string, before: string, after: string): number {
  if (SIGNS.test(letter)) {
    // "ja³mon": a sign does not stand within a word, but for an apostrophe.
    return /\p{L}/u.test(before) && /\p{L}/u.test(after) && !/[’·]/.test(letter) ? 0 : 1;
  }
  // "JamÓn", "1á234": neither a capital stands behind a small letter, nor a letter beside a digit.
  if ((/\p{Lu}/u.test(letter) && /\p{Ll}/u.test(before)) || /\d/.test(before + after)) return 0;
  return COMMON.test(letter) ? 1 : SELDOM.test(letter) ? 0.6 : 0;
}
