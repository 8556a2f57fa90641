import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { demanda, demandas, watchTraining } from '../support/command.ts';
import { tableOf, writeDataset, writeParquet } from '../support/sales-dataset.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const [sales, knowledge] = ['sales', 'knowledge'].map((name) => join(folder, name)) as [string, string];
const row = { fecha: new Date('2024-01-01'), producto: 'Pan', kg: 1, precio: 2, costo: 1 };

beforeAll(() => {
  writeDataset(sales, 100);
  const [prepared] = demandas([['prepare', '--input', sales, '--output', knowledge, '--workers', '1', '--json']]);
  expect(prepared).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(prepared?.out ?? '')).toMatchObject({ cells: 13, sampled: 13, currency: 'EUR' });
}, 120_000);

const training = (output: string, ...more: string[]): string[] => [
  ...['train', '--input', sales, '--knowledge', knowledge, '--output', output, '--workers', '1', '--lang', 'en'],
  ...more,
];

/** What a command says that cannot do its work. */
function refusal(args: readonly string[]): { readonly code: number; readonly err: string } {
  const [{ code, err, out }] = demandas([args]) as [{ code: number; err: string; out: string }];
  expect(out).toBe('');
  expect(err.trim().split('\n')).toHaveLength(1);
  return { code, err };
}

describe('shards of the command line', () => {
  it('killed in the middle and begun again give the same bytes', { timeout: 120_000 }, async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    demandas([training(one)]);
    demandas([training(two, '--shard', '1/2')]);
    const watched = watchTraining(training(two, '--shard', '0/2'));
    await watched.told(2);
    watched.child.kill('SIGKILL');
    expect(await watched.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(readdirSync(join(two, '_done'))).toEqual(['shard-00001-of-00002.json']);
    const [collected, again, all] = demandas([
      ['collect', two, '--lang', 'en'],
      training(two, '--shard', '0/2', '--json'),
      ['collect', two, '--lang', 'en', '--json'],
    ]);
    expect(collected).toMatchObject({ code: 1, err: '1 part is missing: 0.\n' });
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again?.out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(again?.out ?? '')).toMatchObject({ shard: 0, shards: 2, skipped: false });
    expect(JSON.parse(all?.out ?? '')).toMatchObject({ missing: [], cells: 13 });
    for (const table of ['models', 'prices', 'forecasts', 'failures'])
      expect(await tableOf(two, table)).toEqual(await tableOf(one, table));
  });

  it('are those of the engine that starts them, in either language', { timeout: 120_000 }, () => {
    const output = temporaryFolder();
    const spanish = ['--entrada', sales, '--conocimiento', knowledge, '--salida', output, '--procesos', '1'];
    const ended = demanda(['entrenar', ...spanish, '--idioma', 'es', '--fragmentos', '9'], {
      JOB_COMPLETION_INDEX: '8',
    });
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toMatch(/^Parte 8\/9: 1 modelo entrenado/);
    expect(readdirSync(join(output, '_done'))).toEqual(['shard-00008-of-00009.json']);
  });

  it('take a workspace for the dashboard', { timeout: 120_000 }, () => {
    const [output, workspace] = [temporaryFolder(), join(temporaryFolder(), 'w')];
    const done = demandas([
      training(output),
      ['importar', sales, '--espacio', workspace],
      ['reunir', output, '--en', workspace, '--lang', 'es'],
      ['reunir', output, '--en', workspace, '--lang', 'es'],
    ]);
    expect(done.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(done[2]?.out).toContain('Se cargaron 12 modelos y 12 precios; 0 ya estaban.');
    expect(done[3]?.out).toContain('Se cargaron 0 modelos y 0 precios; 13 ya estaban.');
  });
});

describe('bad input is one sentence, and not tried again', () => {
  const prepare = (input: string): string[] => ['prepare', '--input', input, '--output', knowledge, '--lang', 'en'];
  const output = (): string => join(temporaryFolder(), 'out');

  it('a shard that there is not', () => {
    expect(refusal(training(output(), '--shard', '9/7'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('9/7'),
    });
  });

  it('an address', () => {
    const { code, err } = refusal(prepare('s3://bucket/sales/'));
    expect(code).toBe(2);
    expect(err).toContain('mount the bucket');
  });

  it('a folder without rows, and a pattern without files', () => {
    const empty = temporaryFolder();
    writeFileSync(join(empty, '_SUCCESS'), '');
    writeFileSync(join(empty, '.x.parquet'), '');
    expect(refusal(prepare(empty))).toMatchObject({ code: 2, err: expect.stringContaining(empty) });
    expect(refusal(prepare(join(empty, '*.parquet')))).toMatchObject({ code: 2, err: expect.stringContaining('*') });
    expect(refusal(prepare(join(empty, 'none.parquet')))).toMatchObject({ code: 2 });
  });

  it('a file of another kind', () => {
    const other = temporaryFolder();
    writeParquet(join(other, 'a.parquet'), [row]);
    writeFileSync(join(other, 'notes.docx'), 'x');
    expect(refusal(prepare(other))).toMatchObject({ code: 2, err: expect.stringContaining('notes.docx') });
  });

  it('other columns in one of the files', () => {
    const mixed = temporaryFolder();
    writeParquet(join(mixed, 'comercio=A/0.parquet'), [row]);
    writeParquet(join(mixed, 'comercio=B/0.parquet'), [{ ...row, promo: 1 }]);
    const { code, err } = refusal(prepare(mixed));
    expect(code).toBe(2);
    expect(err).toContain(`${join(mixed, 'comercio=A/0.parquet')} lacks the column promo`);
  });

  it('a damaged Parquet file among many', () => {
    const damaged = temporaryFolder();
    for (let i = 0; i < 40; i++) writeParquet(join(damaged, `comercio=A/${i}.parquet`), [row]);
    const bytes = readFileSync(join(damaged, 'comercio=A/17.parquet'));
    writeFileSync(join(damaged, 'comercio=A/17.parquet'), bytes.subarray(0, bytes.length - 30));
    const { code, err } = refusal(prepare(damaged));
    expect(code).toBe(2);
    expect(err).toContain(join('comercio=A', '17.parquet'));
  });

  it('no merchant, as the folders say none', () => {
    const plain = temporaryFolder();
    writeParquet(join(plain, '0.parquet'), [row]);
    expect(refusal(prepare(plain))).toMatchObject({ code: 2, err: expect.stringContaining('merchant') });
  });

  it('a row that is no sale', { timeout: 60_000 }, () => {
    const bad = join(temporaryFolder(), 'sales');
    cpSync(sales, bad, { recursive: true });
    const rows = Array.from({ length: 30 }, (_, i) => ({ ...row, fecha: new Date(Date.UTC(2024, 0, 1 + i)) }));
    writeParquet(join(bad, 'comercio=Mala', '0.parquet'), [...rows, { ...row, precio: -3 }]);
    const { code, err } = refusal(training(output(), '--input', bad));
    expect(code).toBe(2);
    expect(err).toContain(join('comercio=Mala', '0.parquet'));
  });

  it('costs', () => {
    const costs = temporaryFolder();
    writeFileSync(join(costs, 'costs.csv'), 'date,product,cost\n2024-01-01,Pan,1\n');
    expect(refusal(prepare(costs))).toMatchObject({ code: 2, err: expect.stringContaining('not sales') });
  });

  it('knowledge that is none, damaged, of another version or of other columns', () => {
    const place = temporaryFolder();
    const given = (bytes: string | Uint8Array): { code: number; err: string } => {
      writeFileSync(join(place, 'k'), bytes);
      return refusal([...training(output()), '--knowledge', join(place, 'k')]);
    };
    const bytes = readFileSync(knowledge);
    const end = bytes.indexOf(10);
    const head = JSON.parse(bytes.subarray(0, end).toString()) as Record<string, unknown>;
    const headed = (change: object): Buffer =>
      Buffer.concat([Buffer.from(JSON.stringify({ ...head, ...change })), bytes.subarray(end)]);
    for (const damaged of [
      '',
      'x',
      '{}\n',
      bytes.subarray(0, 4_000),
      headed({ sha256: '0' }),
      headed({ bytes: [1, 2] }),
    ])
      expect(given(damaged)).toMatchObject({ code: 2, err: expect.stringContaining('demanda prepare') });
    expect(given(headed({ node: 'v22.1.0 x64' })).err).toContain('Node.js v22.1.0 x64');
    expect(given(headed({ kernel: 'f' })).err).toContain('WebAssembly f');
    expect(given(headed({ demanda: '0.0.1' })).err).toContain('demanda 0.0.1');
    expect(given(headed({ schema: 9 })).err).toContain('schema 9');
    writeParquet(join(place, 'other', 'comercio=A', '0.parquet'), [{ ...row, promo: 1 }]);
    writeParquet(join(place, 'other', 'comercio=B', '0.parquet'), [{ ...row, promo: 1 }]);
    const other = refusal(training(output(), '--input', join(place, 'other')));
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('promo') });
  });

  it('another number of shards, or other sales, in the folder of results', { timeout: 60_000 }, () => {
    const place = output();
    demandas([training(place, '--shard', '8/9')]);
    expect(refusal(training(place, '--shard', '6/7')).err).toContain('9 shards');
    const more = join(temporaryFolder(), 'sales');
    cpSync(sales, more, { recursive: true });
    writeParquet(join(more, 'comercio=Z', '0.parquet'), [row]);
    expect(refusal(training(place, '--input', more, '--shard', '8/9')).err).toContain('other sales');
  });

  it('options that mean nothing here, and those that lack', () => {
    expect(refusal(training(output(), '--merchant', 'A')).err).toContain('--merchant');
    expect(refusal(training(output(), '--all')).err).toContain('--all');
    expect(refusal(training(output(), '--resume')).err).toContain('--resume');
    expect(refusal(training(output(), '--pooling', 'merchant')).err).toContain('--knowledge and --pooling');
    expect(refusal(training(output(), '--solver', 'exact', '--iterations', '9')).err).toContain('--solver exact');
    const part = ['train', '--input', sales, '--output', output(), '--shard', '0/2'];
    expect(refusal([...part, '--lang', 'en'])).toMatchObject({ code: 2, err: expect.stringContaining('--knowledge') });
    expect(refusal([...part, '--lang', 'es']).err).toContain('--conocimiento');
    expect(refusal(['train', '--all', '--max-change', '0.1', '--lang', 'en']).err).toContain('demanda settings');
    expect(refusal(['entrenar', '--todos', '--cambio-maximo', '0.1', '--lang', 'es']).err).toContain('demanda ajustes');
    expect(refusal(['prepare', '--input', sales, '--lang', 'es']).err).toContain('--salida');
  });

  it('a folder that cannot be written, and one without results', () => {
    const place = temporaryFolder();
    writeFileSync(join(place, 'file'), '');
    expect(refusal(training(join(place, 'file', 'out')))).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be written'),
    });
    mkdirSync(join(place, 'empty'));
    expect(refusal(['collect', join(place, 'empty'), '--lang', 'en']).code).toBe(2);
  });
});
