import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FoundCheckpoint } from '../../src/contract/store/runs.ts';
import { stateBytes } from '../../src/contract/training-state.ts';
import type { TrainingState } from '../../src/core/training/training.ts';
import { historyFigures } from '../../src/fleet/iterate-cell.ts';
import { openStore } from '../../src/store/open.ts';
import { demandas, watchTraining } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const workspace = join(folder, 'ws');
const file = join(folder, 'sales.csv');
let cell: readonly string[] = [];
let names = { merchant: '', product: '' };

beforeAll(() => {
  names = writeSales(file, 2, 60)[0] as typeof names;
  cell = ['--merchant', names.merchant, '--product', names.product];
  const [imported] = demandas([['import', file, '--workspace', workspace]]);
  expect(imported).toMatchObject({ code: 0 });
});

/** Each with what Spanish and English must say, and the exit code. */
type Case = readonly [what: string, args: readonly string[], es: RegExp, en: RegExp, code: number];

/** One sentence, in each language, without a stack, an unfilled place or a word of the other's. */
function expectRefused(cases: readonly Case[], where = workspace): void {
  const langs = ['es', 'en'] as const;
  const ended = demandas(
    cases.flatMap(([, args]) => langs.map((lang) => [...args, '--quiet', '--lang', lang, '--workspace', where])),
  );
  cases.forEach(([what, , es, en, code], c) => {
    langs.forEach((lang, l) => {
      const { err, code: found } = ended[c * 2 + l] as (typeof ended)[number];
      expect(err, `${what} (${lang})`).toMatch(lang === 'es' ? es : en);
      expect(err.trimEnd().split('\n'), `${what} (${lang})`).toHaveLength(1);
      expect(err, `${what} (${lang})`).not.toMatch(/\{\w+\}|undefined|\.ts:\d|Error:/);
      expect(found, `${what} (${lang})`).toBe(code);
    });
  });
}

describe('options that cannot be', () => {
  const train = (...options: string[]): string[] => ['train', ...cell, ...options];
  it('are refused with what must hold, what was found and the exit code of wrong use', () => {
    const whole = (value: string): Case => [
      `${value} iterations`,
      train(`--iterations=${value}`),
      new RegExp(`--iteraciones debe ser un número entero de 1 o más; se encontró «${value.replace('+', '\\+')}»`),
      new RegExp(`--iterations must be a whole number of 1 or more, got "${value.replace('+', '\\+')}"`),
      2,
    ];
    expectRefused([
      ...['0', '-5', '2.5', 'NaN', 'muchas', 'Infinity', '0x10', '1e3', ' 5', '+5', '٣', ''].map(whole),
      [
        '10^12 iterations',
        train('--iterations', '1000000000000'),
        /como mucho 10000000; se encontró 1000000000000/,
        /at most 10000000, got 1000000000000/,
        2,
      ],
      [
        'checkpoints further apart than the end',
        train('--iterations', '100', '--checkpoint-every', '101'),
        /guardar_cada.*\(100\).*101/,
        /checkpoint-every.*\(100\).*101/,
        2,
      ],
      [
        'more points than a history holds',
        train('--iterations', '1000000', '--evaluate-every', '10'),
        /al menos 50.*20000/,
        /at least 50.*20000/,
        2,
      ],
      [
        'half a simulated row',
        train('--simulated-rows', '0.5'),
        /--datos-simulados.*0 o más/,
        /--simulated-rows.*0 or more/,
        2,
      ],
      [
        'an option that is not there',
        train('--iteration', '5'),
        /«--iteration».*«--iterations»/,
        /"--iteration".*"--iterations"/,
        2,
      ],
      [
        'a Spanish option with a slip',
        train('--iteracones', '5'),
        /«--iteracones».*«--iteraciones»/,
        /"--iteracones".*"--iteraciones"/,
        2,
      ],
      [
        'to go on and to begin anew',
        train('--resume', '--fresh'),
        /--reanudar y --desde-cero no van juntas/,
        /--resume and --fresh do not go together/,
        2,
      ],
      [
        'the exact solver with iterations',
        train('--solver', 'exact', '--iterations', '5'),
        /no van juntas/,
        /do not go together/,
        2,
      ],
      ['to go on with nothing', train('--resume'), /ningún entrenamiento interrumpido/, /no interrupted training/, 1],
    ]);
  });
});

describe('names that are not there', () => {
  it('are answered with the nearest, in every command', () => {
    const wrong = names.product.slice(0, -1);
    const commands = [
      ['train'],
      ['train', '--iterations', '50'],
      ['models'],
      ['show'],
      ['history', 'list'],
      ['history', 'analyze'],
      ['history', 'export'],
      ['recommend'],
      ['forecast'],
      ['backtest'],
    ];
    expectRefused([
      ...commands.flatMap((command): Case[] => [
        [
          `the product in ${command.join(' ')}`,
          [...command, '--merchant', names.merchant, '--product', wrong],
          new RegExp(`«${wrong}»; el más parecido es «${names.product}»`),
          new RegExp(`"${wrong}"; the nearest is "${names.product}"`),
          1,
        ],
        [
          `the merchant in ${command.join(' ')}`,
          [...command, '--merchant', `${names.merchant}x`, '--product', names.product],
          new RegExp(`«${names.merchant}x»; el más parecido es «${names.merchant}»`),
          new RegExp(`"${names.merchant}x"; the nearest is "${names.merchant}"`),
          1,
        ],
      ]),
      [
        'the product in compare',
        ['compare', '--models', `${names.merchant}:${wrong},${names.merchant}:${names.product}`],
        new RegExp(`el más parecido es «${names.product}»`),
        new RegExp(`the nearest is "${names.product}"`),
        1,
      ],
    ]);
  });
});

describe('cells of which little can be learned', () => {
  it('are trained or refused in one sentence, by both solvers, and never stop the others', () => {
    const where = join(temporaryFolder(), 'ws');
    const sales = join(temporaryFolder(), 'odd.csv');
    const rows = (
      product: string,
      count: number,
      of: (i: number) => readonly [quantity: number, price: number, cost: number],
    ): string[] =>
      Array.from({ length: count }, (_, i) =>
        [new Date((20_000 + i) * 864e5).toISOString().slice(0, 10), 'Ana', product, ...of(i)].join(','),
      );
    writeFileSync(
      sales,
      [
        'date,merchant,product,quantity,price,cost',
        ...[1, 2, 5].flatMap((count) => rows(`rows-${count}`, count, (i) => [3 + i, 2 + 0.1 * i, 1])),
        ...rows('constant-price', 40, (i) => [3 + (i % 5), 2, 1]),
        ...rows('constant-quantity', 40, (i) => [3, 2 + 0.1 * (i % 4), 1]),
        ...rows('cost-above-price', 40, (i) => [3 + (i % 5), 2 + 0.1 * (i % 4), 9]),
        ...rows('zeros', 40, (i) => [0, 2 + 0.1 * (i % 4), 1]),
        '',
      ].join('\n'),
    );
    const at = ['--workspace', where, '--lang', 'en'];
    const [, exact, iterated, zerosEs, listed, recommended] = demandas([
      ['import', sales, ...at],
      ['train', '--all', '--json', ...at],
      ['train', '--all', '--iterations', '200', '--json', ...at],
      ['train', '--merchant', 'Ana', '--product', 'zeros', '--quiet', '--workspace', where, '--lang', 'es'],
      ['models', '--json', ...at],
      ['recommend', '--all', '--json', ...at],
    ]) as [unknown, ...{ out: string; err: string; code: number }[]];
    for (const ended of [exact, iterated]) {
      const { runs } = JSON.parse(ended?.out as string) as {
        runs: { product: string; status: string; failure?: { code: string; message: string } }[];
      };
      expect(Object.fromEntries(runs.map((run) => [run.product, run.failure?.code ?? run.status]))).toEqual({
        'rows-1': 'done',
        'rows-2': 'done',
        'rows-5': 'done',
        'constant-price': 'done',
        'constant-quantity': 'done',
        'cost-above-price': 'done',
        zeros: 'TRAIN_NOTHING_SOLD',
      });
      expect(runs.find((run) => run.failure)?.failure?.message).toMatch(/Ana \/ zeros never sold anything/);
      // Some failed.
      expect(ended?.code).toBe(3);
    }
    expect(zerosEs?.err.trim()).toBe(
      'Ana / zeros nunca vendió nada (todas las cantidades son 0): no hay demanda que aprender.',
    );
    expect(JSON.parse(listed?.out as string).models).toHaveLength(12);
    const { recommendations } = JSON.parse(recommended?.out as string) as {
      recommendations: { product: string; price: number; recommended: boolean; expectedProfit: { value: number } }[];
    };
    for (const r of recommendations) {
      expect(Number.isFinite(r.price) && r.price > 0, r.product).toBe(true);
      expect(Number.isFinite(r.expectedProfit.value), r.product).toBe(true);
    }
    // Nothing is known of the price effect where the price never moved or there is next to no row.
    expect(recommendations.find((r) => r.product === 'rows-1')?.recommended).toBe(false);
  });
});

describe('an interrupted training', () => {
  const interrupted = join(folder, 'interrupted');
  const train = ['--iterations', '50000', '--checkpoint-every', '50', '--simulated-rows', '40', '--search-every', '0'];
  let at = 0;

  beforeAll(async () => {
    cpSync(workspace, interrupted, { recursive: true });
    demandas([['train', ...cell, '--iterations', '50', '--quiet', '--workspace', interrupted]]);
    const training = watchTraining(['train', ...cell, ...train, '--quiet', '--workspace', interrupted]);
    await training.told(4);
    training.child.kill('SIGTERM');
    const { code, err } = await training.ended;
    expect({ code, err }).toEqual({ code: 130, err: '' });
    at = [...training.acknowledged.values()][0]?.iteration as number;
  });

  function copied(): string {
    const copy = join(temporaryFolder(), 'ws');
    cpSync(interrupted, copy, { recursive: true });
    return copy;
  }

  it('is neither gone on with nor given up unasked, of a cell or of a fleet', () => {
    const es = new RegExp(
      `interrumpido en la iteración ${at}: continúelo con .--reanudar. o empiece otro con .--desde_cero.`,
    );
    const en = new RegExp(`interrupted at iteration ${at}: go on with .--resume., or begin anew with .--fresh.`);
    expectRefused(
      [
        ['one cell', ['train', ...cell, '--iterations', '100'], es, en, 1],
        ['all cells', ['train', '--all', '--iterations', '100'], es, en, 1],
      ],
      copied(),
    );
  });
  it('keeps the budget it began with, and takes another that is given', () => {
    const copy = copied();
    const to = at + 100;
    const [given] = demandas([
      ['train', ...cell, '--resume', '--iterations', String(to), '--json', '--workspace', copy],
    ]);
    expect(JSON.parse(given?.out as string).runs[0]).toMatchObject({
      status: 'done',
      iterations: to,
      stopReason: 'budget used',
    });
    const database = new DatabaseSync(join(copy, 'demanda.sqlite'));
    expect(database.prepare('SELECT count(*) AS n FROM checkpoint').get()).toEqual({ n: 0 });
    database.close();
  });
  it('is not gone on with under another seed or other options than it began with', () => {
    expectRefused(
      [
        [
          'another seed',
          ['train', ...cell, '--resume', '--seed', '77'],
          /empezó con --semilla \d+, no 77.*--desde_cero/,
          /began with --seed \d+, not 77.*--fresh/,
          1,
        ],
        [
          'market data',
          ['train', ...cell, '--resume', '--market'],
          /empezó con --usar-mercado false, no true/,
          /began with --market false, not true/,
          1,
        ],
      ],
      copied(),
    );
  });
  it('is not gone on with after the sales changed', () => {
    const copy = copied();
    const more = join(temporaryFolder(), 'more.csv');
    const today = new Date().toISOString().slice(0, 10);
    writeFileSync(
      more,
      `fecha,comerciante,producto,tipo,kg,precio,costo\n${today},${names.merchant},${names.product},Carne,3,15,9\n`,
    );
    demandas([['import', more, '--workspace', copy]]);
    const es = new RegExp(`las ventas han cambiado desde el punto de control de la iteración ${at}.*--desde_cero`);
    const en = new RegExp(`sales have changed since the checkpoint of iteration ${at}.*--fresh`);
    expectRefused([['resume', ['train', ...cell, '--resume'], es, en, 1]], copy);
  });
  it('that has stopped being finite is stopped and recorded with its first bad iteration; the live model and the last checkpoint stay', async () => {
    const copy = copied();
    const store = await openStore(copy);
    const found = (await store.runs.newestCheckpoint(names)) as FoundCheckpoint;
    const state = found.state as TrainingState;
    // The size of a step as large as numbers go: what no sale that an import lets in was seen to bring about.
    for (const set of state.sets) set.preconditioner.fill(Number.MAX_VALUE);
    const { runId } = found.run;
    const live = (await store.models.read(names))?.summary;
    await store.runs.saveCheckpoint({
      runId,
      attempt: found.attempt,
      iteration: at + 1,
      seconds: 1,
      state: stateBytes({ ...state, iteration: at + 1 }),
      ...historyFigures(state.history),
    });
    await store.close();
    const [es, en] = demandas(
      ['es', 'en'].map((lang) => ['train', ...cell, '--resume', '--quiet', '--lang', lang, '--workspace', copy]),
    );
    expect(es?.err).toMatch(
      /el cálculo dejó de dar números finitos en la iteración (\d+);.* El modelo anterior y el último punto de control se conservan/,
    );
    expect(en?.err).toMatch(
      /the arithmetic stopped giving finite numbers at iteration (\d+);.* The earlier model and the last checkpoint are kept/,
    );
    const bad = Number(/iteration (\d+)/.exec(en?.err as string)?.[1]);
    expect(bad).toBeGreaterThan(at);
    expect([es?.code, en?.code]).toEqual([1, 1]);
    const again = await openStore(copy);
    expect((await again.models.read(names))?.summary).toEqual(live);
    expect(await again.runs.newestCheckpoint(names)).toMatchObject({
      iteration: at + 1,
      run: { status: 'failed', stopReason: 'failed', iterations: bad, failureCode: 'TRAIN_NOT_FINITE' },
    });
    expect((await again.runs.history(runId))?.events).toEqual([{ iteration: bad, kind: 'not-finite' }]);
    await again.close();
    // Nothing else could come of going on: a training that begins needs no word.
    const [anew] = demandas([['train', ...cell, '--iterations', '60', '--quiet', '--workspace', copy]]);
    expect(anew).toMatchObject({ code: 0, err: '' });
  });
  it('in a store of a newer version is left alone', () => {
    const copy = copied();
    const database = new DatabaseSync(join(copy, 'demanda.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expectRefused(
      [['resume', ['train', ...cell, '--resume'], /versión más nueva|más reciente|nueva/, /newer/, 2]],
      copy,
    );
  });
});
