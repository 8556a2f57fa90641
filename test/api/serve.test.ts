import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';

const entry = join(import.meta.dirname, '../support/cli.ts');

/** Starts the command, waits for its first line on stdout or its end, and stops it as Ctrl-C does. */
async function serve(...args: string[]): Promise<{ out: string; err: string; code: number | null }> {
  const child = spawn(process.execPath, [entry, 'serve', '--workspace', temporaryFolder(), ...args], { env: { ...process.env, LANG: 'C' } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
    child.kill('SIGINT');
  });
  child.stderr.on('data', (data: Buffer) => (err += data));
  const [code] = (await once(child, 'close')) as [number | null];
  return { out, err, code };
}

describe('demanda serve', () => {
  it('prints a link for this machine, in both languages, and ends cleanly', async () => {
    const spanish = await serve('--port', '0');
    expect(spanish).toMatchObject({ code: 0, out: expect.stringMatching(/^Abra http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/) });
    expect(spanish.err).toContain('El enlace vale una vez');
    expect((await serve('--puerto=0', '--lang', 'en')).out).toMatch(/^Open http:/);
  });
  it('beyond this machine gives no link: the first key is made and shown once', async () => {
    const { out, code } = await serve('--port', '0', '--host', '0.0.0.0', '--lang', 'en');
    expect(code).toBe(0);
    expect(out).toMatch(/There was no API key: .*: dk_[\w-]{43}/);
    expect(out).not.toContain('token=');
  });
  it('says in a sentence when the port is taken or the address is not this machine’s', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    expect(await serve('--port', String(port))).toMatchObject({ code: 1, err: `El puerto ${port} está ocupado: use otro con --puerto.\n` });
    taken.close();
    expect(await serve('--port', '0', '--host', '192.0.2.1', '--lang', 'en')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Cannot listen on 192.0.2.1'),
    });
    expect(await serve('--port', '70000', '--lang', 'en')).toMatchObject({ code: 2, err: '--port must be at most 65535, got 70000.\n' });
  });
});
