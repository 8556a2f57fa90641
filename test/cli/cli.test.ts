import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoMarket } from '../../src/core/market/simulate-market.ts';
import { demandas } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const demanda = (...args: string[]) => demandas([args])[0] as ReturnType<typeof demandas>[number];

describe('the way from a sales file to a price list', () => {
  it('works in Spanish and English, with tables and documents, and keeps its exit codes', { timeout: 240_000 }, () => {
    const folder = temporaryFolder();
    const workspace = ['--workspace', join(folder, 'ws')];
    const file = join(folder, 'ventas.csv');
    const cells = demoMarket(3).slice(0, 3);
    const lines = cells.flatMap(({ series }) =>
      Array.from(series.days, (day, i) =>
        [
          new Date(day * 864e5).toISOString().slice(0, 10),
          series.merchant,
          series.product,
          'Carne',
          series.quantity[i],
          series.price[i],
          series.cost[i],
        ].join(','),
      ),
    );
    writeFileSync(file, `fecha,comerciante,producto,tipo,kg,precio,costo\n${lines.join('\n')}\n`);

    const imported = demanda('importar', file, ...workspace);
    expect(imported).toMatchObject({ code: 0 });
    expect(imported.out).toContain('3 productos');
    const trained = JSON.parse(demanda('train', '--all', '--json', ...workspace).out);
    expect(trained).toMatchObject({ schema: 1, currency: 'EUR', failed: 0 });
    expect(trained.runs).toHaveLength(3);
    expect(trained.runs[0]).toMatchObject({ status: 'done', unit: 'kg', stopReason: 'converged' });

    const list = JSON.parse(demanda('recommend', '--all', '--json', ...workspace).out).recommendations;
    for (const r of list) {
      expect(r.expectedDemand.low).toBeLessThanOrEqual(r.expectedDemand.value);
      expect(r.expectedDemand.high).toBeGreaterThanOrEqual(r.expectedDemand.value);
      expect(r.price).toBeGreaterThanOrEqual(r.unitCost);
    }
    expect(
      demanda('recomendar', '--comerciante', 'Carnicería Aurora', '--producto', 'Ternera', ...workspace).out,
    ).toContain('Ganancia');
    expect(demanda('recommend', '--all', '--lang', 'en', ...workspace).out).toContain('Profit');

    const unknown = demanda('train', '--all', '--instrument', 'lluvia', ...workspace);
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.err).toMatch(/«lluvia».*hay: cost/);

    // Settings hold for the commands after them, the particular before the general.
    expect(demanda('settings', '--currency', 'doblones', ...workspace)).toMatchObject({ code: 2 });
    demanda('ajustes', '--moneda', 'mxn', '--cambio-maximo', '0.01', ...workspace);
    demanda('settings', '--merchant', 'carnicería aurora', '--max-change', 'off', '--lang', 'en', ...workspace);
    const settled = JSON.parse(demanda('recommend', '--all', '--json', ...workspace).out);
    expect(settled.currency).toBe('MXN');
    const moved = settled.recommendations.filter((r: { guardrails: { rule: string }[] }) =>
      r.guardrails.some((g) => g.rule === 'max-change'),
    );
    expect(moved.some((r: { merchant: string }) => r.merchant === 'Carnicería Aurora')).toBe(false);
    expect(demanda('models', ...workspace).out).toContain('Trained');
    demanda('settings', '--lang', 'es', ...workspace);

    // A model goes out and comes back as a version, which can be made live and taken back.
    const cell = `${cells[0]?.series.merchant}:${cells[0]?.series.product}`;
    const modelFile = join(folder, 'model.json');
    writeFileSync(modelFile, demanda('models', 'export', cell, '--json', ...workspace).out);
    const listed = JSON.parse(demanda('models', 'import', modelFile, '--json', ...workspace).out).models;
    expect(listed.map((m: { aliases: string[] }) => m.aliases)).toEqual([['live'], ['candidate']]);
    expect(demanda('models', 'rollback', cell, ...workspace)).toMatchObject({ code: 1 });
    demanda('models', 'alias', cell, '--version-number', '2', ...workspace);
    const back = JSON.parse(demanda('modelos', 'revertir', cell, '--json', ...workspace).out).models;
    expect(back[0].aliases).toEqual(['live']);
    demanda('models', 'delete', cell, '--version-number', '2', ...workspace);
    writeFileSync(modelFile, '{"schema":1}');
    const refused = demanda('models', 'import', modelFile, ...workspace);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/model\.json.*merchant/);

    const forecast = JSON.parse(
      demanda(
        'forecast',
        '--merchant',
        'Carnicería Aurora',
        '--product',
        'Ternera',
        '--horizon',
        '7',
        '--json',
        ...workspace,
      ).out,
    ).forecasts;
    // The shop is closed on Sundays: six of seven days.
    expect(forecast).toHaveLength(6);
    // A plan of dated prices: dearer days sell less; a wrong row is named with its place.
    const next = (cells[0]?.series.days.at(-1) as number) + 1;
    const date = (day: number) => new Date(day * 864e5).toISOString().slice(0, 10);
    const plan = join(folder, 'plan.csv');
    writeFileSync(
      plan,
      `fecha;precio\n${date(next)};${forecast[0].price}\n${date(next + 7)};${(forecast[0].price * 1.3).toFixed(2)}\n`,
    );
    const byPlan = JSON.parse(demanda('pronosticar', '--all', '--plan', plan, '--json', ...workspace).out).forecasts;
    expect(byPlan).toHaveLength(6);
    expect(byPlan[1].demand).toBeLessThan(byPlan[0].demand);
    writeFileSync(plan, `fecha;precio\n${date(next)};gratis\n`);
    const wrong = demanda('forecast', '--all', '--plan', plan, ...workspace);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/gratis.*plan\.csv:2.*precio/);

    const models = JSON.parse(demanda('models', '--json', ...workspace).out).models;
    expect(models[0]).toMatchObject({ version: 1, aliases: ['live'] });

    for (const [format, start] of [
      ['svg', '<svg'],
      ['html', '<!doctype html>'],
      ['csv', '\uFEFF"Ternera'],
    ] as const) {
      const picture = join(folder, `cell.${format}`);
      expect(
        demanda('ver', '--merchant', 'Carnicería Aurora', '--product', 'Ternera', `--${format}`, picture, ...workspace)
          .code,
      ).toBe(0);
      expect(readFileSync(picture, 'utf8').startsWith(start)).toBe(true);
    }
    const png = join(folder, 'cell.png');
    demanda('show', '--merchant', 'Carnicería Aurora', '--product', 'Ternera', '--png', png, ...workspace);
    expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG');

    const backtest = demanda(
      'evaluar',
      '--all',
      '--origins',
      '2',
      '--predictions',
      join(folder, 'p.csv'),
      '--json',
      ...workspace,
    );
    const methods = JSON.parse(backtest.out).methods;
    expect(methods[0].name).toBe('demanda');
    expect(existsSync(join(folder, 'p.csv'))).toBe(true);
    // A market with seasons and weekdays that is not beaten by the last value tells that forecasts were mixed up.
    expect(methods[0].wape).toBeLessThan(methods.find((m: { name: string }) => m.name === 'naive').wape);
  });
});

describe('columns under other names', () => {
  it('are told in one option or in several, none of which is lost', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'x.csv');
    writeFileSync(file, 'a,b,c,d\n2026-01-01,Pan,3,2.5\n2026-01-02,Pan,4,2.5\n');
    const fields = ['date=a', 'product=b', 'quantity=c', 'price=d'];
    for (const map of [['--map', fields.join(',')], fields.flatMap((field) => ['--map', field])]) {
      const { out, code } = demanda(
        'import',
        file,
        '--merchant',
        'Ana',
        ...map,
        '--dry-run',
        '--json',
        '--workspace',
        join(folder, 'ws'),
      );
      expect(code).toBe(0);
      expect(JSON.parse(out).files[0]).toMatchObject({ accepted: 2, rejected: 0 });
    }
  });
});

describe('wrong use gets one sentence and the right exit code', () => {
  it('suggests the nearest command and option', () => {
    expect(demanda('entrena')).toMatchObject({ code: 2, err: expect.stringContaining('«entrenar»') });
    expect(demanda('train', '--mercant', 'x', '--lang', 'en')).toMatchObject({
      code: 2,
      err: expect.stringContaining('"--merchant"'),
    });
    // An option of another command is none of this one's, and not its own nearest.
    expect(demanda('models', 'delete', 'Ana:Tomate', '--force', '--lang', 'en').err).toMatch(
      /^Unknown option "--force"; --help lists those there are\.\n$/,
    );
    expect(demanda('models', '--iterations', '3', '--lang', 'en').err).not.toContain('nearest is "--iterations"');
  });
  it('names an empty workspace and what to do', () => {
    const workspace = ['--workspace', join(temporaryFolder(), 'ws')];
    expect(demanda('train', '--all', '--lang', 'en', ...workspace)).toMatchObject({
      code: 1,
      err: expect.stringContaining('demanda import'),
    });
    expect(demanda('train', ...workspace)).toMatchObject({ code: 2 });
  });
  it('suggests the nearest merchant and product', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'v.csv');
    writeFileSync(file, 'date,merchant,product,quantity,price\n2024-01-01,Ana,Tomate,1,2\n');
    const workspace = ['--workspace', join(folder, 'ws'), '--lang', 'en'];
    demanda('import', file, ...workspace);
    expect(demanda('train', '--merchant', 'Anna', ...workspace)).toMatchObject({
      code: 1,
      err: expect.stringContaining('"Ana"'),
    });
    expect(demanda('show', '--merchant', 'Ana', '--product', 'Tomato', ...workspace)).toMatchObject({
      code: 1,
      err: expect.stringContaining('"Tomate"'),
    });
    expect(demanda('recommend', '--merchant', 'Ana', '--product', 'Tomate', ...workspace)).toMatchObject({
      code: 1,
      err: expect.stringContaining('demanda train'),
    });
  });
  it('refuses options that are not numbers', () => {
    const workspace = ['--workspace', join(temporaryFolder(), 'ws')];
    expect(demanda('train', '--all', '--workers', 'dos', ...workspace)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--procesos'),
    });
    expect(demanda('settings', 'country=Narnia', ...workspace)).toMatchObject({ code: 2 });
  });
});
