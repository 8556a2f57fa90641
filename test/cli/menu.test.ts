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
    cell: '¿Qué producto?',
    merchant: 'Comerciante',
    product: 'Producto',
    trained: '1 modelo entrenado',
    iterations: 'Iteraciones',
    rows: 'Ventas simuladas por iteración',
    every: 'Iteraciones entre puntos de control',
    seed: 'Semilla',
    market: '¿Con precios de mercado?',
    curve: '¿Qué mostrar mientras entrena?',
    advanced: '600 iteraciones en',
    importedMarket: 'precios de mercado importados',
    demand: 'Pescado: demanda según el precio',
    first: '¿Qué modelo?',
    next: '¿Con cuál compararlo?',
    differences: 'Diferencias',
    history: '¿Qué quiere ver del historial?',
    best: 'Error final',
    advice: 'Consejo:',
    which: '¿Precios de qué productos?',
    profit: 'Ganancia',
    marketFile: 'Archivo con precios de mercado',
    salesFile: 'Archivo con ventas',
    whose: '¿De quién son las ventas?',
    settings: '¿Qué quiere hacer con los ajustes?',
    country: 'País',
    currency: 'Moneda',
    unit: 'Unidad',
    forecast: '¿Pronóstico de qué productos?',
    total: 'Total',
    command: '¿Qué orden?',
    add: 'Qué añadir a «productos»',
    days: 'Días',
    none: 'Todavía no hay modelos',
    one: 'Solo hay un modelo',
    meant: '¿Cuál quiere decir?',
    other: 'Otro, que aún no está',
    nothing: 'Nada coincide',
    cancelled: 'Cancelado: no se hizo nada.',
    whole: 'Debe ser un número entero',
    bye: 'Hasta luego.',
  },
  en: {
    question: 'What shall be done?',
    imported: 'rows imported',
    prices: 'prices or costs imported',
    cell: 'Which product?',
    merchant: 'Merchant',
    product: 'Product',
    trained: '1 model trained',
    iterations: 'Iterations',
    rows: 'Simulated sales an iteration',
    every: 'Iterations between checkpoints',
    seed: 'Seed',
    market: 'With market prices?',
    curve: 'What to show while it trains?',
    advanced: '600 iterations in',
    importedMarket: 'imported market prices',
    demand: 'Pescado: demand by price',
    first: 'Which model?',
    next: 'Compare it with which?',
    differences: 'Differences',
    history: 'What of the history?',
    best: 'Best error',
    advice: 'Advice:',
    which: 'Prices of which products?',
    profit: 'Profit',
    marketFile: 'File with market prices',
    salesFile: 'File with sales',
    whose: 'Whose sales are they?',
    settings: 'What to do with the settings?',
    country: 'Country',
    currency: 'Currency',
    unit: 'Unit',
    forecast: 'A forecast of which products?',
    total: 'Total',
    command: 'Which command?',
    add: 'What to add to "products"',
    days: 'Days',
    none: 'There is no model yet',
    one: 'There is one model alone',
    meant: 'Which one is meant?',
    other: 'Another one, which is not',
    nothing: 'Nothing fits',
    cancelled: 'Cancelled: nothing was done.',
    whole: 'Must be a whole number',
    bye: 'Goodbye.',
  },
} as const;

describe.skipIf(NO_TERMINAL)('the menu in a terminal', () => {
  it.each(['es', 'en'] as const)(
    'does everything, by arrow keys and by numbers (%s)',
    { timeout: 300_000 },
    async (lang) => {
      const w = WORDS[lang];
      const folder = temporaryFolder();
      writeMarketFiles(folder, 120);
      const menu = openMenu(folder, lang);
      const answer = async (prompt: string, keys: string): Promise<void> => {
        await menu.read(prompt);
        menu.press(keys);
      };
      // Nothing is there yet: a model can be neither seen nor compared, which is said.
      await answer(w.question, '3');
      await menu.read(w.none);
      await answer(w.question, '4');
      await menu.read(w.none);
      // Arrow keys: seven down is the eighth item, import sales; six down the seventh, market data.
      await answer(w.question, KEYS.down.repeat(7) + KEYS.enter);
      await answer(w.salesFile, 'VENT');
      await answer('ventas.csv', KEYS.enter);
      await answer(w.whose, KEYS.enter);
      await menu.read(w.imported);
      await answer(w.question, KEYS.down.repeat(6) + KEYS.enter);
      await answer(w.marketFile, 'merc');
      await answer('mercado.csv', KEYS.enter);
      await menu.read(w.prices);
      // Basic training of the product offered, with nothing but Enter.
      await answer(w.question, '1');
      await answer(w.cell, KEYS.enter);
      expect(await menu.read(w.trained)).toContain('MiTienda / Carne');
      // A single model is never compared with itself.
      await answer(w.question, '4');
      await menu.read(w.one);
      // Advanced training, by arrow keys; a wrong number is told at once.
      await answer(w.question, KEYS.down + KEYS.enter);
      await answer(w.cell, 'pescado');
      await answer('› MiTienda · Pescado', KEYS.enter);
      await answer(w.iterations, `6x${KEYS.enter}`);
      await answer(w.whole, `\u007f00${KEYS.enter}`);
      await answer(w.rows, `50${KEYS.enter}`);
      await answer(w.every, KEYS.enter);
      await answer(w.seed, `7${KEYS.enter}`);
      await answer(w.market, lang === 'es' ? 's' : 'y');
      await answer(w.curve, KEYS.up + KEYS.enter);
      await menu.read(w.advanced);
      expect(await menu.read(w.trained)).toContain(w.importedMarket);
      // The model trained last is the first of the list.
      await answer(w.question, '3');
      await answer(w.cell, KEYS.enter);
      await menu.read(w.demand);
      await answer(w.question, '4');
      await answer(w.first, KEYS.enter);
      await answer(w.next, KEYS.enter);
      const compared = await menu.read(w.differences);
      expect(compared).toContain('A MiTienda · Pescado');
      expect(compared).toContain('B MiTienda · Carne');
      await answer(w.question, '5');
      await answer(w.history, KEYS.enter);
      await menu.read(w.best);
      await answer(w.question, '5');
      await answer(w.history, 'u');
      await answer(w.cell, KEYS.enter);
      await menu.read(w.advice);
      await answer(w.question, '6');
      await answer(w.which, 't');
      await menu.read(w.profit);
      await answer(w.question, 'b');
      await answer(w.forecast, 'u');
      await answer(w.cell, KEYS.enter);
      await menu.read(w.total);
      // Every other command, by its name.
      await answer(w.question, 'f');
      await answer(w.command, lang === 'es' ? 'productos: ' : 'products: ');
      await answer(lang === 'es' ? '› productos' : '› products', KEYS.enter);
      await answer(w.add, KEYS.enter);
      await menu.read(w.days);
      await answer(w.question, '9');
      await answer(w.settings, KEYS.enter);
      await menu.read('EUR');
      await answer(w.question, '9');
      await answer(w.settings, 'c');
      await answer(w.country, `PT${KEYS.enter}`);
      await answer(w.currency, KEYS.enter);
      await answer(w.unit, KEYS.enter);
      await menu.read('PT');
      await answer(w.question, '0');
      await menu.read(w.bye);
      expect(await menu.exitCode()).toBe(0);
      // A number in braces would be a default that was never filled in; a warning, a listener that every command adds.
      expect(menu.text()).not.toMatch(/\{\w+\}|Warning/);
    },
  );

  it('asks about a new name that looks like a slip of one that is there, and refuses what fits nothing', {
    timeout: 120_000,
  }, async () => {
    const w = WORDS.es;
    const folder = temporaryFolder();
    writeMarketFiles(folder, 120);
    runProgram('demanda', ['importar', 'ventas.csv'], folder);
    const menu = openMenu(folder, 'es');
    await menu.read(w.question);
    menu.press('1');
    await menu.read(w.cell);
    menu.press('zzzz');
    await menu.read(w.nothing);
    menu.press(KEYS.enter);
    menu.press('\u007f'.repeat(4));
    await menu.read('Carne');
    menu.press('otro');
    await menu.read(`› ${w.other}`);
    menu.press(KEYS.enter);
    await menu.read(w.merchant);
    menu.press(`MiTinda${KEYS.enter}`);
    await menu.read(w.meant);
    menu.press(KEYS.enter);
    await menu.read(w.product);
    menu.press(`Pescdo${KEYS.enter}`);
    await menu.read(w.meant);
    menu.press(KEYS.enter);
    expect(await menu.read(w.trained)).toContain('MiTienda / Pescado');
  });

  it.each(['es', 'en'] as const)(
    'leaves any prompt by Escape and by Ctrl-C, with nothing done (%s)',
    { timeout: 240_000 },
    async (lang) => {
      const w = WORDS[lang];
      const folder = temporaryFolder();
      const menu = openMenu(folder, lang);
      const names = [
        [w.merchant, KEYS.enter],
        [w.product, KEYS.enter],
      ] as const;
      const prompts: readonly [item: string, ...prompts: (readonly [words: string, go: string])[]][] = [
        ['1', ...names],
        [
          '2',
          ...names,
          [w.iterations, KEYS.enter],
          [w.rows, KEYS.enter],
          [w.every, KEYS.enter],
          [w.seed, KEYS.enter],
          [w.market, 'n'],
          [w.curve, ''],
        ],
        ['5', [w.history, '']],
        ['6', [w.which, '']],
        ['7', [w.marketFile, '']],
        ['8', [w.salesFile, KEYS.enter], [w.whose, 't'], [w.merchant, '']],
        ['9', [w.settings, 'c'], [w.country, KEYS.enter], [w.currency, KEYS.enter], [w.unit, '']],
        ['b', [w.forecast, '']],
        ['f', [w.command, '']],
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
      expect(cancelled).toBe(22);
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
