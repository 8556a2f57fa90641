import { expect, it } from 'vitest';
import { LANGS } from '../../src/core/vocabulary.ts';
import { type ErrorCode, sentenceOf } from '../../src/errors/demanda-error.ts';
import { errors } from '../../src/errors/table.ts';
import { pageText } from '../../src/i18n/page-text.ts';

const ABOUT_IMPORTS = (Object.keys(errors) as ErrorCode[]).filter((code) => code.startsWith('IMPORT_'));

it.each(LANGS)('no sentence about an import names an option of the command line on the page: %s', (lang) => {
  const named = ABOUT_IMPORTS.filter((code) => /--[a-z]/.test(sentenceOf(code, lang, {})));
  expect(named.length).toBeGreaterThan(20);
  const pages = named.map((code) => pageText(sentenceOf(code, lang, {}), lang));
  expect(pages.filter((sentence) => /--[a-z]|`demanda|demanda (?:ajustes|settings)/.test(sentence))).toEqual([]);
});

it('a column is named as the page has it, whatever its name', () => {
  const told = { file: 'a.csv', column: 'Importe, total (€)' };
  expect(pageText(sentenceOf('IMPORT_LINE_TOTALS', 'es', told), 'es')).toContain(
    '«Importe de la línea» sobre la columna «Importe, total (€)»',
  );
  expect(pageText(sentenceOf('IMPORT_LINE_TOTALS', 'en', told), 'en')).toContain(
    '“Line total” above the column “Importe, total (€)”',
  );
  expect(pageText('Un guion -- y otro --raro se quedan.', 'es')).toBe('Un guion -- y otro --raro se quedan.');
});
