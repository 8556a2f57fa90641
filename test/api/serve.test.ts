import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { buildServer } from '../../src/api/server.ts';
import { Workspace } from '../../src/workspace.ts';
import { CERTIFICATE, CERTIFICATE_KEY } from '../support/certificate.ts';
import { demandas } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const entry = join(import.meta.dirname, '../support/cli.ts');

/** Starts the command, waits for its first line on stdout or its end, and stops it as Ctrl-C does. */
async function serve(...args: string[]): Promise<{ out: string; err: string; code: number | null }> {
  const child = spawn(process.execPath, [entry, 'serve', '--workspace', temporaryFolder(), ...args], {
    env: { ...process.env, LANG: 'C' },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data;
    child.kill('SIGINT');
  });
  child.stderr.on('data', (data: Buffer) => (err += data));
  const [code] = (await once(child, 'close')) as [number | null];
  return { out, err, code };
}

/** What `demanda serve` says that ends before it listens; in one process, as none of these has to be stopped. */
const refusedServe = (...args: string[]) => demandas([['serve', '--workspace', temporaryFolder(), ...args]])[0];

describe('demanda serve', () => {
  it('prints a link for this machine, in both languages, and ends cleanly', async () => {
    const spanish = await serve('--port', '0');
    expect(spanish).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Abra http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/),
    });
    expect(spanish.err).toContain('El enlace vale una vez');
    expect((await serve('--puerto=0', '--lang', 'en')).out).toMatch(/^Open http:/);
  });
  it('says nothing when it is ended before its threads have begun', async () => {
    const workspace = await Workspace.open(temporaryFolder());
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const { app } = await buildServer(workspace, { lang: 'en', port: 0 });
      await app.close();
      // What was cut off is told, if at all, after the server has closed.
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(told.mock.calls).toEqual([]);
    } finally {
      told.mockRestore();
      await workspace.close();
    }
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
    expect(refusedServe('--port', String(port))).toMatchObject({
      code: 1,
      err: `El puerto ${port} está ocupado: use otro con --puerto.\n`,
    });
    taken.close();
    expect(refusedServe('--port', '0', '--host', '192.0.2.1', '--lang', 'en')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Cannot listen on 192.0.2.1'),
    });
    expect(refusedServe('--port', '70000', '--lang', 'en')).toMatchObject({
      code: 2,
      err: '--port must be at most 65535, got 70000.\n',
    });
  });
  it('beyond this machine without TLS or proxy says what can be read on the network, in both languages', async () => {
    const spanish = await serve('--port', '0', '--host', '0.0.0.0', '--lang', 'es', '--quiet');
    expect(spanish.err).toMatch(
      /^Sin cifrar: en la red de 0\.0\.0\.0 se pueden leer .*--tls-certificado y --tls-clave.*--proxy-de-confianza\.\n$/,
    );
    const json = JSON.parse((await serve('--port', '0', '--direccion', '0.0.0.0', '--json', '--lang', 'en')).out);
    expect(json.warnings).toEqual([
      {
        code: 'SERVE_PLAIN',
        message: expect.stringMatching(/^Not encrypted: .*API keys.*--tls-cert and --tls-key/),
      },
    ]);
    for (const args of [
      ['--host', '0.0.0.0', '--trust-proxy', '10.0.0.1,172.16.0.0/12'],
      ['--host', '0.0.0.0', '--proxy-de-confianza'],
      [],
    ]) {
      expect(JSON.parse((await serve('--port', '0', '--json', ...args)).out).warnings, args.join(' ')).toEqual([]);
    }
  }, 120_000);
  it('serves HTTPS with the files of a pair, and says in one sentence what is wrong with others', async () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const [cert, key] = [file('cert.pem', CERTIFICATE), file('key.pem', CERTIFICATE_KEY)];
    const other = file(
      'other.pem',
      generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      }).privateKey,
    );
    const good = await serve(
      '--port',
      '0',
      '--host',
      '0.0.0.0',
      '--tls-certificado',
      cert,
      '--tls-clave',
      key,
      '--json',
    );
    expect(JSON.parse(good.out)).toMatchObject({ url: expect.stringMatching(/^https:/), warnings: [] });
    const refused = (...args: string[]): string => {
      const { code, err } = refusedServe('--port', '0', '--lang', 'en', ...args) as { code: number; err: string };
      expect([code, err.trim().split('\n').length], err).toEqual([2, 1]);
      return err;
    };
    expect(refused('--tls-cert', cert, '--tls-key', other)).toMatch(/is not that of the certificate/);
    expect(refused('--tls-cert', join(folder, 'none.pem'), '--tls-key', key)).toMatch(
      /^--tls-cert .*none\.pem: it cannot be read/,
    );
    expect(refused('--tls-cert', key, '--tls-key', key)).toMatch(/^--tls-cert/);
    expect(refused('--tls-cert', cert, '--tls-key', cert)).toMatch(/^--tls-key/);
    expect(refused('--tls-cert', cert)).toBe('The option --tls-key is missing.\n');
    // What an unset variable leaves is no address: all of this machine's would be opened.
    expect(refused('--host', '')).toBe('The option --host is missing.\n');
    expect(refused('--trust-proxy', 'proxy.example')).toMatch(/^--trust-proxy proxy\.example is not a list/);
    expect(refused('--trust-proxy', '10.0.0.0/33')).toMatch(/is not a list/);
    expect(refused('--allow-host', 'http://precios.example.com')).toMatch(/is neither a name nor an address/);
    expect(refused('--allow-host', 'precios.example.com:80')).toMatch(/is neither a name nor an address/);
  }, 120_000);
});
