import { expect, it } from 'vitest';
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
