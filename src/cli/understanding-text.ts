/** What an import says of how it read a file. */

import { styleText } from 'node:util';
import type { ImportDocument } from '../contract/documents.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import { understandingWords } from '../i18n/reading-words.ts';
import { cut, width } from './table.ts';

/** Terminal columns of a header or a sample that are shown. */
const LONGEST = 28;

/** A line for each column that is used, then what was left out and what was assumed. */
export function understandingText({ understanding, notes }: ImportDocument['files'][number], lang: Lang): string {
  const words = understandingWords(understanding, lang);
  const rows = words.columns.map(({ field, header, sample, reading }) => [
    field,
    shortened(header),
    shortened(sample),
    reading,
  ]);
  const widths = [0, 1, 2].map((j) => Math.max(0, ...rows.map((row) => width(row[j]))));
  const lines = rows.map(([field, header, sample, reading]) => {
    const [first, second, third] = [field, header, sample].map((text, j) => text + ' '.repeat(widths[j] - width(text)));
    return `  ${first} ${styleText('dim', '←')} ${second}  ${styleText('dim', third)}  ${reading}`.trimEnd();
  });
  return [
    ...lines,
    ...words.notes.map((note) => `  ${visibleText(note)}`),
    ...notes.map(({ message }) => `  ${message}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function shortened(text: string): string {
  return cut(visibleText(text.replace(/\s+/g, ' ')), LONGEST);
}
