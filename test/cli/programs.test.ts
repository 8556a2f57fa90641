import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRAIN } from '../../src/contract/options/train.ts';
import { DEFAULT_PATIENCE, DEFAULT_TRAINING } from '../../src/core/training/options.ts';
import { runProgram } from '../support/built.ts';
import { demandas } from '../support/command.ts';
import { writeMarketFiles } from '../support/market-files.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Names of a document's fields that must be there, in any order; further fields are allowed. */
function expectFields(document: unknown, names: readonly string[]): Fields {
  expect(Object.keys(document as object)).toEqual(expect.arrayContaining([...names]));
  return document as Fields;
}

const HEADER = ['schema', 'currency'];
const ERROR = ['wape', 'rmse', 'rmsse'];
const INTERVAL = ['value', 'low', 'high'];
const MODEL = [
  'merchant',
  'product',
  'unit',
  'modelId',
  'version',
  'aliases',
  'iterations',
  'error',
  'elasticity',
  'trainedAt',
  'ownRows',
];

describe('the programs of the original system, flags verbatim', () => {
  it('train, show, compare and analyse products without any sale', { timeout: 240_000 }, () => {
    const folder = temporaryFolder();
    const flags = '--iteraciones 50000 --comerciante MiTienda --producto Carne --usar_mercado'.split(' ');
    const trained = runProgram('entrenar_modelo_personalizado', flags, folder);
    expect(trained).toMatchObject({ code: 0 });
    expect(trained.out).toMatch(
      /MiTienda \/ Carne: 50\.000 iteraciones .* error \d+,\d\s% → \d+,\d\s% .*; error simulado\./,
    );
    // What it rests on is said: no sales of its own, and which index stands for the market.
    expect(trained.out).toContain('no tiene ventas propias');
    expect(trained.out).toContain('vacuno (Banco Mundial)');
    expect(trained.out).toContain('1 modelo entrenado');
    runProgram(
      'entrenar_modelo_personalizado',
      ['--iteraciones', '2000', '--comerciante', 'MiTienda', '--producto', 'Pescado'],
      folder,
    );

    const listed = runProgram('visualizador_convergencia', ['--listar'], folder);
    expect(listed.out).toMatch(/MiTienda +Carne .*50\.000/);
    const shown = runProgram('visualizador_convergencia', ['--comerciante', 'MiTienda', '--producto', 'Carne'], folder);
    expect(shown.out).toContain('Carne: error por iteración, logarítmico — en ventas simuladas');
    // No shop asked these prices, and no weekday is known: neither is drawn. The season is the market's, which was
    // asked for.
    expect(shown.out).not.toMatch(/precios probados|días de la semana|días observados/);
    expect(shown.out).toContain('Carne: épocas del año');
    const alone = runProgram(
      'visualizador_convergencia',
      ['--comerciante', 'MiTienda', '--producto', 'Pescado'],
      folder,
    );
    expect(alone.out).not.toMatch(/precios probados|días de la semana|épocas del año|días observados/);
    const compared = runProgram(
      'visualizador_convergencia',
      ['--comparar', '--modelos', 'MiTienda:Carne,MiTienda:Pescado'],
      folder,
    );
    expect(compared.out).toMatch(/Iteraciones +50\.000 +2000/);
    const histories = runProgram('gestor_historial_entrenamiento', ['--listar'], folder);
    expect(histories.out).toMatch(/Carne +completo +50\.000/);
    const analysed = runProgram(
      'gestor_historial_entrenamiento',
      ['--analizar', '--comerciante', 'MiTienda', '--producto', 'Carne'],
      folder,
    );
    expect(analysed.out).toMatch(/Consejo: bastan? [\d.]+ iteraci/);
    // No figure has digits that mean nothing.
    expect(analysed.out).not.toMatch(/\d,\d{3,}/);

    // Names are told apart by their letters alone; another product's history is never shown instead.
    expect(
      runProgram('visualizador_convergencia', ['--comerciante', 'mitienda', '--producto', 'carne'], folder).out,
    ).toBe(shown.out);
    for (const [program, ...args] of [
      ['gestor_historial_entrenamiento', '--analizar'],
      ['visualizador_convergencia'],
    ] as const) {
      const missing = runProgram(program, [...args, '--comerciante', 'MiTienda', '--producto', 'Pollo'], folder);
      expect(missing).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringMatching(/^MiTienda \/ Pollo no tiene .*\n$/),
      });
    }

    const english = runProgram(
      'gestor_historial_entrenamiento',
      '--analyze --merchant MiTienda --product Carne --lang en'.split(' '),
      folder,
    );
    expect(english.out).toMatch(/First error +\d+\.\d%/);
    expect(
      runProgram('visualizador_convergencia', ['--comparar', '--modelos', 'MiTienda', '--lang', 'en'], folder),
    ).toMatchObject({ code: 2 });
  });

  it('train on real sales with market prices, and give documents with the agreed fields', { timeout: 480_000 }, () => {
    const folder = temporaryFolder();
    writeMarketFiles(folder, 200);
    const files = ['ventas.csv', 'mercado.csv'].map((name) => join(folder, name));
    const demanda = (...args: string[]) =>
      demandas([[...args, '--workspace', join(folder, '.demanda')]])[0] as ReturnType<typeof demandas>[number];
    expect(demanda('importar', ...files)).toMatchObject({ code: 0 });
    const flags =
      '--iteraciones 3000 --comerciante mitienda --producto carne --usar_mercado --datos_simulados 100 --guardar_cada 500'.split(
        ' ',
      );
    const spoken = runProgram('entrenar_modelo_personalizado', flags, folder);
    expect(spoken).toMatchObject({ code: 0, out: expect.stringContaining('precios de mercado importados') });
    expect(spoken.out).not.toMatch(/NO_SALES|no sales of its own|simulado\b/);

    const train = demanda('train', '--all', '--iterations', '3000', '--market', '--fresh', '--json');
    const trained = expectFields(JSON.parse(train.out), [...HEADER, 'runs', 'failed']);
    expect(trained).toMatchObject({ schema: 1, currency: 'EUR', failed: 0 });
    expect(trained.runs).toHaveLength(2);
    for (const run of trained.runs as Fields[]) {
      expectFields(run, [
        'merchant',
        'product',
        'unit',
        'runId',
        'modelId',
        'status',
        'stopReason',
        'iterations',
        'simulatedRowsPerIteration',
        'ownRows',
      ]);
      expectFields(run, ['error', 'elasticity', 'seconds', 'seed']);
      expectFields(run.error, ERROR);
      expectFields(run.elasticity, INTERVAL);
      expect(run).toMatchObject({
        status: 'done',
        stopReason: 'budget used',
        iterations: 3000,
        simulatedRowsPerIteration: 300,
        ownRows: 200,
        seed: 1,
      });
    }

    const cell = ['--merchant', 'MiTienda', '--product', 'Carne'];
    const json = (...args: string[]): unknown => JSON.parse(demanda(...args, '--json').out);
    const list = expectFields(json('history', 'list'), [...HEADER, 'runs']);
    expect(list.runs).toHaveLength(3);
    for (const run of list.runs as Fields[]) {
      expectFields(run, [
        'merchant',
        'product',
        'unit',
        'runId',
        'status',
        'stopReason',
        'iterations',
        'points',
        'bestError',
        'startedAt',
        'seconds',
      ]);
    }
    const analysis = expectFields(json('history', 'analyze', ...cell), [
      ...HEADER,
      ...['merchant', 'product', 'unit', 'runId', 'points', 'firstError', 'bestError', 'bestIteration', 'lastError'],
      ...['plateauSince', 'improvementPer1000', 'searchRounds', 'advice'],
    ]);
    for (const round of analysis.searchRounds as Fields[])
      expectFields(round, ['iteration', 'adopted', 'changes', 'errorBefore', 'errorAfter']);
    expect((analysis.searchRounds as Fields[]).map((round) => round.iteration)).toEqual([DEFAULT_TRAINING.searchEvery]);
    const exported = expectFields(json('history', 'export', ...cell), ['points', 'events']);
    expect(exported.points).toHaveLength((list.runs as Fields[]).at(-2)?.points as number);

    const shown = expectFields(json('show', ...cell), [
      ...HEADER,
      'model',
      'spec',
      'curve',
      'triedRange',
      'components',
      'convergence',
      'diagnostics',
    ]);
    expectFields(shown.model, MODEL);
    for (const point of shown.curve as Fields[])
      expectFields(point, ['price', 'demand', 'low', 'high', 'profit', 'profitLow', 'profitHigh']);
    for (const point of shown.convergence as Fields[]) expectFields(point, ['iteration', 'error', 'trainError']);
    expect((shown.convergence as Fields[]).at(-1)).toMatchObject({ iteration: 3000 });
    expect(shown.checkpointEvery).toBe(TRAIN.checkpointEvery.usual);

    const pair = ['--models', 'MiTienda:Carne,MiTienda:Pescado'];
    const compared = expectFields(json('compare', ...pair), [...HEADER, 'models', 'differences']);
    for (const model of compared.models as Fields[]) {
      expectFields(model, [...MODEL, 'curve', 'convergence']);
      for (const point of model.curve as Fields[]) expectFields(point, ['price', 'demand', 'profit']);
      for (const point of model.convergence as Fields[]) expectFields(point, ['iteration', 'error']);
    }
    for (const difference of compared.differences as Fields[]) {
      expectFields(difference, ['field', 'values']);
      expect(difference.values).toHaveLength(2);
    }
    for (const model of expectFields(json('models'), [...HEADER, 'models']).models as Fields[])
      expectFields(model, MODEL);

    for (const lang of ['es', 'en'] as const) {
      for (const [what, ...args] of [
        ['show', ...cell],
        ['compare', ...pair],
      ] as const) {
        const drawn = Object.fromEntries(
          (['svg', 'png', 'html', 'csv'] as const).map((format) => [format, join(folder, `${what}-${lang}.${format}`)]),
        );
        const formats = Object.entries(drawn).flatMap(([format, file]) => [`--${format}`, file]);
        expect(demanda(what, ...args, ...formats, '--lang', lang)).toMatchObject({
          code: 0,
          out: '',
        });
        const read = (format: string): string => readFileSync(drawn[format] as string, 'utf8');
        const title = { es: 'rror por iteración, logarítmico', en: 'rror by iteration, logarithmic' }[lang];
        for (const format of ['svg', 'html', 'csv']) expect(read(format)).toContain(title);
        // Accessible: a role, a title and a sentence that says what is seen; both grounds on the page; the table of its
        // data.
        expect(read('svg')).toMatch(/^<svg[^>]*role="img"><title>.+<\/title><desc>.+<\/desc>/);
        expect(read('html')).toMatch(
          new RegExp(`<html lang="${lang}">[\\s\\S]*prefers-color-scheme:dark[\\s\\S]*<details>`),
        );
        expect(
          readFileSync(drawn.png as string)
            .subarray(1, 4)
            .toString(),
        ).toBe('PNG');
        for (const format of ['svg', 'html', 'csv']) expect(read(format)).not.toMatch(/NaN|undefined|Infinity/);
        if (what === 'show') {
          const checkpoint = { es: 'punto de control', en: 'checkpoint' }[lang];
          const search = { es: /búsqueda: (sin )?cambio/, en: /search: (no )?change/ }[lang];
          expect(read('svg')).toContain(checkpoint);
          expect(read('svg')).toMatch(search);
        }
      }
      const text = demanda('show', ...cell, '--lang', lang).out;
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });

  it('explain every option in the language asked for, with the default that the code has', () => {
    const folder = temporaryFolder();
    const es = runProgram('entrenar_modelo_personalizado', ['--help'], folder);
    expect(es).toMatchObject({ code: 0, err: '' });
    expect(es.out).toMatch(/^Uso: entrenar_modelo_personalizado \[opciones\]/);
    for (const option of [
      ...[
        'comerciante',
        'producto',
        'iteraciones',
        'datos_simulados',
        'usar_mercado',
        'guardar_cada',
        'evaluar_cada',
        'buscar_cada',
        'precio',
      ],
      ...['costo', 'cantidad_diaria', 'semilla', 'paciencia', 'reanudar', 'desde_cero', 'procesos', 'detalle'],
    ]) {
      expect(es.out).toMatch(new RegExp(`^  --${option} `, 'm'));
    }
    const flat = es.out.replace(/\s+/g, ' ');
    expect(flat).toContain(`(${DEFAULT_TRAINING.iterations})`);
    expect(flat).toContain(`(${DEFAULT_TRAINING.simulatedRows};`);
    expect(flat).toContain(`(${TRAIN.checkpointEvery.usual})`);
    expect(flat).toContain(`${DEFAULT_PATIENCE} si no se da --iteraciones`);
    expect(es.out).not.toMatch(/\{|Usage|Options|<name>|undefined/);
    const en = runProgram('entrenar_modelo_personalizado', ['--help', '--lang', 'en'], folder);
    expect(en.out).toMatch(/^Usage: entrenar_modelo_personalizado \[options\][\s\S]*--simulated-rows <n>/);
    for (const program of [
      'entrenar_masivamente',
      'visualizador_convergencia',
      'gestor_historial_entrenamiento',
      'demanda',
    ]) {
      const spanish = runProgram(program, ['--help'], folder);
      expect(spanish).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Uso: /) });
      expect(runProgram(program, ['--ayuda', '--idioma=en'], folder)).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringMatching(/^Usage: /),
      });
    }
    // Help makes no workspace.
    expect(existsSync(join(folder, '.demanda'))).toBe(false);
  });
});
