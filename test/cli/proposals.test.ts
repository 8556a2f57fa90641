import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Caller } from '../../src/contract/store/access.ts';
import { Workspace } from '../../src/workspace.ts';
import { demandas } from '../support/command.ts';
import { storeContents } from '../support/store-contents.ts';
import { temporaryFolder } from '../support/temporary.ts';

const caller: Caller = {
  actor: { kind: 'library', id: 'test', name: 'test' },
  name: 'test',
  scopes: ['admin'],
  merchant: null,
  keyId: null,
};
const sales = `date,merchant,product,quantity,price,cost\n${['Tomate', 'Queso']
  .flatMap((product) =>
    Array.from({ length: 90 }, (_, i) => {
      const price = 2 + ((i * 7) % 5) * 0.1;
      return `${new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10)},Alpha,${product},${Math.round((40 + (i % 7)) / price ** 2)},${price},1`;
    }),
  )
  .join('\n')}\n`;

it('recommend proposes; with other guardrails, days or costs it answers and says how to propose; an approved price stands', {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'base.csv'), sales);
  const run = (...commands: readonly string[][]) => demandas(commands.map((args) => [...args, '--workspace', folder]));
  const [, , proposed] = run(
    ['import', join(folder, 'base.csv')],
    ['train', '--all', '--workers', '1'],
    ['recommend', '--all', '--json'],
  );
  // The training has proposed them already.
  expect(JSON.parse(proposed?.out ?? '').kept).toMatchObject({ proposed: [], standing: [], replaced: [] });
  const workspace = await Workspace.open(folder);
  const statuses = async (): Promise<Record<string, string>> => {
    const { items } = await workspace.recommendations.list({}, 'id', { limit: 10 });
    return Object.fromEntries(items.map((item) => [item.product, item.status]));
  };
  const { items } = await workspace.recommendations.list({ product: 'Queso' }, 'id', { limit: 1 });
  const [queso] = items.map(({ id, revision }) => ({ id, revision }));
  await workspace.recommendations.decide(caller, {
    ids: [queso?.id as string],
    to: 'approved',
    expectedRevisions: { [queso?.id as string]: queso?.revision as number },
  });
  const before = storeContents(folder);
  for (const horizonDays of [0, -3, 1.5, Number.NaN, 366, 1e9]) {
    await expect(workspace.recommend({ horizonDays })).rejects.toMatchObject({
      code: horizonDays > 365 ? 'OPTION_TOO_LARGE' : 'OPTION_WHOLE',
    });
  }
  const whatIfs = [
    ['--max-change', '0.01'],
    ['--horizon', '7'],
    ['--from', '2026-05-01'],
    ['--tried-range', 'off'],
    ['--price-ending', '.99'],
    ['--min-price', '3'],
  ];
  for (const answer of run(...whatIfs.map((options) => ['recommend', '--all', '--lang', 'en', ...options]))) {
    expect(answer.code).toBe(0);
    expect(answer.err).toMatch(/^This is an answer: nothing was kept. Add --propose to propose these prices.\n/);
  }
  const [spanish, quiet, json] = run(
    ['recomendar', '--todos', '--cambio-maximo', '0.01', '--lang', 'es'],
    ['recommend', '--all', '--max-change', '0.01', '--quiet'],
    ['recommend', '--all', '--max-change', '0.01', '--json'],
  );
  expect(spanish?.err).toMatch(
    /^Esto es una respuesta: no se guardó nada. Añada --proponer para proponer estos precios.\n/,
  );
  expect(quiet?.err).toBe('');
  expect(JSON.parse(json?.out ?? '').kept).toBeNull();
  expect(storeContents(folder)).toBe(before);

  const [propose] = run(['recommend', '--all', '--max-change', '0.01', '--propose', '--lang', 'en']);
  expect(propose?.err.replace(/\s+/g, ' ')).toMatch(
    /stand although another is computed now \(1\): Alpha \/ Queso [\d.]+ \(now [\d.]+\)\. --replace-approved puts/,
  );
  expect(await statuses()).toEqual({ Tomate: 'proposed', Queso: 'approved' });
  const [replace] = run(['recomendar', '--todos', '--cambio-maximo', '0.01', '--reemplazar-aprobados', '--lang', 'es']);
  expect(replace?.err).toContain('ya decididas que dejaron su lugar a una propuesta nueva: 1');
  expect(await statuses()).toEqual({ Tomate: 'proposed', Queso: 'proposed' });
  await workspace.close();
});

it('what commands change is in the log, under the user of the system, and audit tells it', { timeout: 120_000 }, () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'base.csv'), sales);
  const run = (...commands: readonly string[][]) => demandas(commands.map((args) => [...args, '--workspace', folder]));
  const commands = [
    ['audit'],
    ['import', join(folder, 'base.csv'), '--country', 'ES', '--currency', 'EUR'],
    ['train', '--all', '--workers', '1'],
    ['train', '--merchant', 'Alpha', '--product', 'Queso', '--iterations', '40', '--workers', '1'],
    ['models', 'alias', 'Alpha:Queso', '--version-number', '2'],
    ['models', 'rollback', 'Alpha:Queso'],
    ['models', 'delete', 'Alpha:Queso', '--version-number', '2'],
    ['settings', '--unit', 'caja', '--max-change', '0.2'],
    ['recommend', '--all'],
    // What only looks, and what is refused.
    ['recommend', '--all', '--horizon', '7'],
    ['models'],
    ['settings'],
    ['train', '--merchant', 'Nadie'],
    ['models', 'delete', 'Alpha:Queso', '--version-number', '9'],
    ['settings', '--country', 'QQ', '--unit', 'kg'],
  ];
  const ran = run(...commands);
  expect(ran[0]?.out).toMatch(/Todavía nada|Nothing yet/);
  const [json, es, en, few] = run(
    ['audit', '--json'],
    ['auditoria', '--lang', 'es'],
    ['audit', '--lang', 'en'],
    ['audit', '--limit', '2', '--json'],
  );
  const items = JSON.parse(json?.out ?? '').items as {
    action: string;
    actor: string;
    merchant: string | null;
    detail: Record<string, unknown>;
  }[];
  expect(items.reverse().map(({ action, merchant }) => `${action} ${merchant}`)).toEqual([
    'settings.change null',
    'import.commit Alpha',
    // Without a name, but of one merchant alone.
    'training.start Alpha',
    'training.end Alpha',
    'recommendation.propose Alpha',
    'training.start Alpha',
    'training.end Alpha',
    'recommendation.propose Alpha',
    'model.alias Alpha',
    'model.rollback Alpha',
    'model.delete Alpha',
    'settings.change null',
    'guardrails.change null',
    'recommendation.propose Alpha',
  ]);
  expect(new Set(items.map(({ actor }) => actor.split(':')[0]))).toEqual(new Set(['command']));
  expect(items[3]?.detail).toEqual({ status: 'done', done: 2, failed: 0, trainingId: expect.any(String) });
  expect(es?.out).toMatch(
    /Cuándo.*Quién.*Qué[\s\S]*línea de comandos de «[\s\S]*Terminó un entrenamiento: terminado · hechas 2/,
  );
  expect(en?.out).toMatch(/command line of "[\s\S]*Imported a file: base\.csv · [0-9a-f]{4} · sales · rows 180/);
  expect(JSON.parse(few?.out ?? '').items).toHaveLength(2);

  const copy = join(temporaryFolder(), 'copy');
  const [of, nobody, nadie, , restored, after] = run(
    ['audit', '--merchant', 'ALPHA', '--json'],
    ['audit', '--merchant', 'Alpaca', '--lang', 'en'],
    ['auditoria', '--comerciante', 'Alpaca', '--lang', 'es'],
    ['backup', copy],
    ['restore', copy],
    ['audit', '--limit', '1', '--json'],
  );
  expect(JSON.parse(of?.out ?? '').items.length).toBeGreaterThan(5);
  expect(nobody).toMatchObject({ code: 1, out: '', err: 'There is no merchant "Alpaca"; the nearest is "Alpha".\n' });
  expect(nadie).toMatchObject({ code: 1, err: 'No hay ningún comerciante «Alpaca»; el más parecido es «Alpha».\n' });
  expect(restored).toMatchObject({ code: 0 });
  const [{ action, actor }] = JSON.parse(after?.out ?? '').items;
  expect([action, actor]).toEqual(['store.restore', items[0]?.actor]);
});
