import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { LANGS } from '../../src/core/vocabulary.ts';
import { DemandaError, type ErrorCode, sentenceOf } from '../../src/errors/demanda-error.ts';
import { errors } from '../../src/errors/table.ts';
import { READING_WORDS, WEB_WORDS } from '../../src/i18n/catalogue.ts';
import { PAGE_HINTS } from '../../src/i18n/page-hints.ts';
import { pageText } from '../../src/i18n/page-text.ts';
import { documentOnPage, noteOnPage, refusalOnPage } from '../../src/workspace/page-sentences.ts';

const CODES = Object.keys(errors) as ErrorCode[];
const COMMANDS = [
  ...new Set(LANGS.flatMap((lang) => buildProgram(lang).commands.flatMap((one) => [one.name(), ...one.aliases()]))),
];
const OF_COMMAND_LINE = new RegExp(`\\bdemanda (?:${COMMANDS.join('|')})\\b|(?<![\\w-])--[a-z]|DEMANDA_[A-Z]`);

describe.each(LANGS)('on the page, in %s,', (lang) => {
  it('no refusal and no note names a command or an option, and each still says what was wrong', () => {
    const ofCommands = CODES.filter((code) => OF_COMMAND_LINE.test(sentenceOf(code, lang, {})));
    // Of every part of the program: were the table not read, nothing would be proved.
    expect(ofCommands.length).toBeGreaterThan(80);
    const wrong: string[] = [];
    for (const code of CODES) {
      const refusal = new DemandaError(code, {} as never);
      const said = refusal.messageIn(lang);
      const note = noteOnPage({ line: 0, column: null, code, message: said }, lang).message;
      const told = refusalOnPage(refusal, lang);
      expect(note, code).toBe(told);
      if (OF_COMMAND_LINE.test(told)) wrong.push(`${code}: ${told}`);
      // What is left is a sentence, not a rest of one.
      if (said.length > 25 && (told.length < 25 || /\(\)|``|: *\.|[:;,]$|undefined| \.$/.test(told)))
        wrong.push(`${code}: ${told}`);
      if (!ofCommands.includes(code) && !/`|\{option\}/.test(said)) expect(told, code).toBe(said);
    }
    expect(wrong).toEqual([]);
  });

  it('every hint fits its sentence, and names what the dashboard has', () => {
    for (const [code, hints] of Object.entries(PAGE_HINTS))
      for (const [said, instead] of hints[lang]) {
        expect(sentenceOf(code as ErrorCode, lang, {}), code).toContain(said);
        for (const [, key] of instead.matchAll(/\{(\w+)\}/g)) expect(Object.keys(WEB_WORDS[lang])).toContain(key);
      }
  });

  it('words of the dashboard itself name none either', () => {
    // The demo is begun where the program is begun, and a terminal alone says that --unit says another.
    const { emptyDemo: _, ...web } = WEB_WORDS[lang];
    const { unitOther: __, ...reading } = READING_WORDS[lang];
    const wrong = [...Object.entries(web), ...Object.entries(reading)].filter(([, words]) =>
      OF_COMMAND_LINE.test(words),
    );
    expect(wrong).toEqual([]);
  });
});

it('where a page does what a command does, it is named', () => {
  const cell = { merchant: 'Centro', product: 'Pollo' };
  expect(refusalOnPage(new DemandaError('MODEL_MISSING', cell), 'es')).toBe(
    'Centro / Pollo no tiene modelo: entrénelo en la página «Entrenar».',
  );
  expect(refusalOnPage(new DemandaError('MODEL_MISSING', cell), 'en')).toBe(
    'Centro / Pollo has no model: train it on the page “Train”.',
  );
  expect(refusalOnPage(new DemandaError('WORKSPACE_EMPTY', { folder: 'precios' }), 'es')).toBe(
    'El espacio de trabajo precios no tiene ventas: empiece en la página «Datos».',
  );
  expect(refusalOnPage(new DemandaError('ALERT_MAIL_PARTS', {}), 'en')).toBe(
    'E-mail needs a server, a sender and a receiver: give “SMTP server”, “Sender” and “E-mail to”.',
  );
});

it('what no page can mend is left to whoever runs the server', () => {
  const refusal = new DemandaError('STORE_DAMAGED', { file: 'demanda.sqlite', detail: 'malformed' });
  expect(refusalOnPage(refusal, 'en')).toBe(
    'The store demanda.sqlite is damaged (its content is destroyed): no backup was made. ' +
      'Whoever runs the server can mend it.',
  );
});

it('a sentence that was kept is mended too, in whichever language it was kept', () => {
  const message = sentenceOf('CHECKPOINT_EXISTS', 'es', { merchant: 'Centro', product: 'Pollo', iteration: 40 });
  const kept = { items: [{ runId: 'a', failure: { code: 'CHECKPOINT_EXISTS', message } }], nextCursor: null };
  const told = documentOnPage(kept, 'en');
  expect(told.items[0]?.failure.message).toContain('siga con “Go on” o empiece otro');
  expect(told.items[0]?.runId).toBe('a');
  const untouched = { items: [{ message: 'Un guion -- y otro.', points: [null, 3] }] };
  expect(documentOnPage(untouched, 'es')).toBe(untouched);
  // Of a list, only what had to change is another object; what was handed in stays as it was.
  const mixed = { items: [{ message: 'Sin nada.' }, ...kept.items, null], nextCursor: null };
  const changed = documentOnPage(mixed, 'en');
  expect(changed.items[0]).toBe(mixed.items[0]);
  expect(changed.items[1]).toEqual(told.items[0]);
  expect(mixed.items[1]).toBe(kept.items[0]);
  expect(kept.items[0]?.failure.message).toBe(message);
});

it('a column is named as the page has it, whatever its name', () => {
  const told = { file: 'a.csv', column: 'Importe, total (€)' };
  expect(pageText('IMPORT_LINE_TOTALS', sentenceOf('IMPORT_LINE_TOTALS', 'es', told), 'es')).toContain(
    '«Importe de la línea» sobre la columna «Importe, total (€)»',
  );
  expect(pageText('IMPORT_LINE_TOTALS', sentenceOf('IMPORT_LINE_TOTALS', 'en', told), 'en')).toContain(
    '“Line total” above the column “Importe, total (€)”',
  );
});

it('what was said of an earlier file is listed beside, by the names of its fields, and not in the sentence', () => {
  const told = { last: 'marzo: caja 1.csv', date: '2026-03-01', options: 'dateFormat mdy map "date=Día: mes"' };
  const problem = 'ventas.csv: la columna Día está escrita de otro modo.';
  const refusal = new DemandaError('IMPORT_REMEMBERED', { problem, ...told });
  expect(refusalOnPage(refusal, 'es')).toBe(
    'ventas.csv: la columna Día está escrita de otro modo. Se leyó como se indicó para un archivo anterior con los ' +
      'mismos títulos: indique lo que vale ahora, o pulse «Leerlo de nuevo y olvidar eso».',
  );
  const note = new DemandaError('IMPORT_NOTE_REMEMBERED', { file: 'march.csv', ...told } as never);
  expect(refusalOnPage(note, 'en')).toMatch(/^Read as told for march\.csv on [^:]*2026\.$/);
});
