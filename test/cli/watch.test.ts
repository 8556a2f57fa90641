import { expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { importSales } from '../contracts/names.ts';
import { demandas } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Ended = { readonly code: number; readonly out: string; readonly err: string };

it('takes off and no for nothing in both languages, and says in one of them what it refuses', () => {
  const folder = temporaryFolder();
  const ask = (...args: string[]): Ended => demandas([[...args, '--workspace', folder]])[0] as Ended;
  const webhook = (): unknown => JSON.parse(ask('alerts', '--json').out).settings.webhook;
  for (const off of ['off', 'no']) {
    expect(ask('alerts', '--webhook', 'https://hooks.example.com/x').code).toBe(0);
    expect(webhook()).toEqual({ url: 'https://hooks.example.com/x' });
    expect(ask('avisos', '--webhook', off, '--horas-silencio', off, '--lang', 'es').code).toBe(0);
    expect(webhook()).toBeNull();
  }
  const mail = ['--mail-to', 'ana', '--mail-from', 'a@b.es', '--smtp-host', 'b.es'];
  expect(ask('alerts', ...mail, '--lang', 'en')).toMatchObject({
    code: 2,
    err: expect.stringContaining('name@example.com'),
  });
  expect(ask('alerts', ...mail, '--lang', 'es').err).toContain('nombre@ejemplo.es');
  expect(ask('watch', '--every', '24', '--lang', 'en').out).toContain('every 24 hours');
  for (const wrong of ['0', '745', '1.5', 'often'])
    expect(ask('watch', '--every', wrong, '--lang', 'en')).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        new RegExp(`--every.*${wrong.replace('.', '\\.')}|${wrong.replace('.', '\\.')}.*--every`),
      ),
    });
  expect(ask('watch', '--every', 'no', '--lang', 'en').out).toContain('no longer looks');
});

it('shows whether forecasts held, and what to do where nothing was judged, in both languages', async () => {
  const folder = temporaryFolder();
  const ask = (...args: string[]): Ended => demandas([[...args, '--workspace', folder]])[0] as Ended;
  const store = await openStore(folder);
  const day = Date.UTC(2026, 2, 31) / 86_400_000;
  await importSales(store, [{ merchant: 'Ana', product: 'Pera', productType: 'Fruta', day, quantity: 1, price: 2 }]);
  expect(ask('watch', '--intervals', '--lang', 'en').out).toMatch(/judged yet[\s\S]*demanda watch/);
  expect(ask('vigilar', '--intervalos', '--lang', 'es').out).toMatch(/Aún no[\s\S]*demanda vigilar/);
  await store.intervals.add([
    {
      ...{ merchant: 'Ana', product: 'Pera' },
      rows: [
        { day, side: 'inside' },
        { day: day + 1, side: 'inside' },
        { day: day + 2, side: 'inside' },
        { day: day + 3, side: 'below' },
      ],
    },
  ]);
  await store.close();
  const english = ask('watch', '--intervals', '--product', 'Pera', '--lang', 'en').out;
  // Wilson: 1 of 1 is (1/(1 + z²), 1); of 3 it is 2 in the month after.
  expect(english).toMatch(/Mar 2026\D+1\D+100\.0%\D+20\.7%\D+100\.0%/);
  expect(english).toMatch(/Apr 2026\D+3\D+66\.7%/);
  expect(english).toContain('90%');
  const spanish = ask('vigilar', '--intervalos', '--lang', 'es').out.replaceAll('\u00a0', ' ');
  expect(spanish).toMatch(/mar 2026\D+1\D+100,0 %/);
  expect(spanish).toContain('90 %');
  const { intervals } = JSON.parse(ask('watch', '--intervals', '--merchant', 'Ana', '--json').out);
  expect(intervals).toMatchObject([
    { month: '2026-03', rows: 1, inside: 1, level: 0.9, high: 1 },
    { month: '2026-04', rows: 3, inside: 2, above: 0, below: 1 },
  ]);
  const unknown = ask('watch', '--intervals', '--product', 'Pear', '--lang', 'en');
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('Pera') });
});
