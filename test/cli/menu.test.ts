import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, runProgram } from '../support/built.ts';
import { writeMarketFiles } from '../support/market-files.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { KEYS, NO_TERMINAL, Terminal } from '../support/terminal.ts';

if (NO_TERMINAL) console.log(`not run: the menu in a terminal, as ${NO_TERMINAL}`);

/** What the screen says in each language. */
const WORDS = {
  es: {
    question: '¿Qué quiere hacer?',
    imported: 'filas importadas',
    prices: 'precios o costos importados',
    merchant: 'Comerciante',
    product: 'Producto',
    trained: '1 modelo entrenado',
    iterations: 'Iteraciones',
    rows: 'Ventas simuladas por iteración',
    every: 'Iteraciones entre puntos de control',
    seed: 'Semilla',
    market: '¿Usar datos de mercado?',
    curve: '¿Mostrar la curva',
    advanced: '600 iteraciones en',
    importedMarket: 'precios de mercado importados',
    demand: 'Pescado: demanda según el precio',
    models: 'Modelos, como',
    differences: 'Diferencias',
    analyse: '¿Analizar un modelo?',
    best: 'Mejor error',
    advice: 'Consejo:',
    all: '¿De todos los productos?',
    profit: 'Ganancia',
    marketFile: 'Archivo con precios de mercado',
    salesFile: 'Archivo con ventas',
    change: '¿Cambiarlos?',
    country: 'País',
    currency: 'Moneda',
    unit: 'Unidad',
    cancelled: 'Cancelado: no se hizo nada.',
    whole: 'Debe ser un número entero',
    bye: 'Hasta luego.',
  },
  en: {
    question: 'What shall be done?',
    imported: 'rows imported',
    prices: 'prices or costs imported',
    merchant: 'Merchant',
    product: 'Product',
    trained: '1 model trained',
    iterations: 'Iterations',
    rows: 'Simulated sales an iteration',
    every: 'Iterations between checkpoints',
    seed: 'Seed',
    market: 'Use market data?',
    curve: 'Show the error curve',
    advanced: '600 iterations in',
    importedMarket: 'imported market prices',
    demand: 'Pescado: demand by price',
    models: 'Models, as',
    differences: 'Differences',
    analyse: 'Analyse one model?',
    best: 'Best error',
    advice: 'Advice:',
    all: 'For every product?',
    profit: 'Profit',
    marketFile: 'File with market prices',
    salesFile: 'File with sales',
    change: 'Change them?',
    country: 'Country',
    currency: 'Currency',
    unit: 'Unit',
    cancelled: 'Cancelled: nothing was done.',
    whole: 'Must be a whole number',
    bye: 'Goodbye.',
  },
} as const;

describe.skipIf(NO_TERMINAL)('the menu in a terminal', () => {
  it.each(['es', 'en'] as const)(
    'does everything, by arrow keys and by numbers (%s)',
    { timeout: 240_000 },
    async (lang) => {
      const w = WORDS[lang];
      const folder = temporaryFolder();
      writeMarketFiles(folder, 120);
      const menu = openMenu(folder, lang);
      const answer = async (prompt: string, keys: string): Promise<void> => {
        await menu.read(prompt);
        menu.press(keys);
      };
      // Arrow keys: seven down is the eighth item, import sales; six down the seventh, market data.
      await answer(w.question, KEYS.down.repeat(7) + KEYS.enter);
      await answer(w.salesFile, `ventas.csv${KEYS.enter}`);
      await menu.read(w.imported);
      await answer(w.question, KEYS.down.repeat(6) + KEYS.enter);
      await answer(w.marketFile, `mercado.csv${KEYS.enter}`);
      await menu.read(w.prices);
      // Basic training of the product offered, with nothing but Enter.
      await answer(w.question, '1');
      await answer(w.merchant, KEYS.enter);
      await answer(w.product, KEYS.enter);
      expect(await menu.read(w.trained)).toContain('MiTienda / Carne');
      // Advanced training, by arrow keys; a wrong number is told at once.
      await answer(w.question, KEYS.down + KEYS.enter);
      await answer(w.merchant, KEYS.enter);
      await answer(w.product, `Pescado${KEYS.enter}`);
      await answer(w.iterations, `6x${KEYS.enter}`);
      await answer(w.whole, `\u007f00${KEYS.enter}`);
      await answer(w.rows, `50${KEYS.enter}`);
      await answer(w.every, KEYS.enter);
      await answer(w.seed, `7${KEYS.enter}`);
      await answer(w.market, lang === 'es' ? 's' : 'y');
      await answer(w.curve, KEYS.up + KEYS.enter);
      await menu.read(w.advanced);
      expect(await menu.read(w.trained)).toContain(w.importedMarket);
      // The model trained last is the one offered.
      await answer(w.question, '3');
      await answer(w.merchant, KEYS.enter);
      await answer(w.product, KEYS.enter);
      await menu.read(w.demand);
      await answer(w.question, '4');
      await answer(w.models, KEYS.enter);
      expect(await menu.read(w.differences)).toContain('A MiTienda · Pescado');
      await answer(w.question, '5');
      await answer(w.analyse, 'n');
      await menu.read(w.best);
      await answer(w.question, '5');
      await answer(w.analyse, lang === 'es' ? 's' : 'y');
      await answer(w.merchant, KEYS.enter);
      await answer(w.product, KEYS.enter);
      await menu.read(w.advice);
      await answer(w.question, '6');
      await answer(w.all, lang === 'es' ? 's' : 'y');
      await menu.read(w.profit);
      await answer(w.question, '9');
      await answer(w.change, 'n');
      await menu.read('currency=EUR');
      await answer(w.question, '9');
      await answer(w.change, lang === 'es' ? 's' : 'y');
      await answer(w.country, `PT${KEYS.enter}`);
      await answer(w.currency, KEYS.enter);
      await answer(w.unit, KEYS.enter);
      await menu.read('country=PT');
      await answer(w.question, '0');
      await menu.read(w.bye);
      expect(await menu.exitCode()).toBe(0);
      // A number in braces would be a default that was never filled in; a warning, a listener that every command adds.
      expect(menu.text()).not.toMatch(/\{\w+\}|Warning/);
    },
  );

  it.each(['es', 'en'] as const)(
    'leaves any prompt by Escape and by Ctrl-C, with nothing done (%s)',
    { timeout: 240_000 },
    async (lang) => {
      const w = WORDS[lang];
      const folder = temporaryFolder();
      const menu = openMenu(folder, lang);
      const prompts: readonly [item: string, ...prompts: (readonly [words: string, go: string])[]][] = [
        ['1', [w.merchant, KEYS.enter], [w.product, '']],
        [
          '2',
          [w.merchant, KEYS.enter],
          [w.product, KEYS.enter],
          [w.iterations, KEYS.enter],
          [w.rows, KEYS.enter],
          [w.every, KEYS.enter],
          [w.seed, KEYS.enter],
          [w.market, 'n'],
          [w.curve, ''],
        ],
        ['3', [w.merchant, KEYS.enter], [w.product, '']],
        ['4', [w.models, '']],
        ['5', [w.analyse, 'y'], [w.merchant, KEYS.enter], [w.product, '']],
        ['6', [w.all, 'n'], [w.merchant, KEYS.enter], [w.product, '']],
        ['7', [w.marketFile, '']],
        ['8', [w.salesFile, '']],
        ['9', [w.change, 'y'], [w.country, KEYS.enter], [w.currency, KEYS.enter], [w.unit, '']],
      ];
      let cancelled = 0;
      for (const [item, ...steps] of prompts) {
        for (let stop = 0; stop < steps.length; stop++) {
          await menu.read(w.question);
          menu.press(item);
          for (const [words, go] of steps.slice(0, stop)) {
            await menu.read(words);
            menu.press(go);
          }
          await menu.read((steps[stop] as readonly [string, string])[0]);
          menu.press(cancelled++ % 2 === 0 ? KEYS.escape : KEYS.interrupt);
          await menu.read(w.cancelled);
        }
      }
      expect(cancelled).toBe(25);
      await menu.read(w.question);
      menu.press(KEYS.escape);
      await menu.read(w.bye);
      expect(await menu.exitCode()).toBe(0);
      // Nothing was done: there is nothing to list.
      expect(JSON.parse(runProgram('visualizador_convergencia', ['--listar', '--json'], folder).out).models).toEqual(
        [],
      );
    },
  );

  it('stops a training by Ctrl-C, keeps it, and goes on', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const w = WORDS.es;
    const menu = openMenu(folder, 'es');
    await menu.read(w.question);
    menu.press('2');
    for (const [words, keys] of [
      [w.merchant, KEYS.enter],
      [w.product, KEYS.enter],
      [w.iterations, `5000000${KEYS.enter}`],
      [w.rows, KEYS.enter],
      [w.every, KEYS.enter],
      [w.seed, KEYS.enter],
      [w.market, 'n'],
      [w.curve, 's'],
    ] as const) {
      await menu.read(words);
      menu.press(keys);
    }
    // The bar names rate, time left, present and best error.
    await menu.read('iter./s');
    await menu.read('faltan');
    await menu.read('mejor');
    menu.press(KEYS.interrupt);
    await menu.read('interrumpido');
    await menu.read(w.question);
    menu.press('0');
    await menu.read(w.bye);
    const { runs } = JSON.parse(runProgram('gestor_historial_entrenamiento', ['--listar', '--json'], folder).out);
    expect(runs).toMatchObject([{ status: 'stopped', stopReason: 'interrupted' }]);
  });
});

describe('the menu without a terminal', () => {
  it('refuses in one sentence of either language', () => {
    const folder = temporaryFolder();
    const refused = runProgram('entrenar_masivamente', [], folder);
    expect(refused).toEqual({ code: 2, out: '', err: expect.stringMatching(/^El menú necesita una terminal.*\n$/) });
    expect(runProgram('entrenar_masivamente', ['--lang', 'en'], folder)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^The menu needs a terminal/),
    });
  });
});

function openMenu(folder: string, lang: 'es' | 'en'): Terminal {
  const command = `"${process.execPath}" "${join(ROOT, 'bin/entrenar_masivamente.js')}" --lang ${lang}`;
  return new Terminal(command, folder, { DEMANDA_WORKSPACE: join(folder, '.demanda') });
}
