import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostName, isServedHost, isThisMachine } from '../../src/api/hosts.ts';
import { CERTIFICATE, CERTIFICATE_KEY } from '../support/certificate.ts';
import { ask } from './raw-request.ts';
import { type Served, serveShops } from './served.ts';

async function comeIn(served: Served, headers: Record<string, string> = {}): Promise<string> {
  const opened = await ask(served.url, '/api/session', headers, { token: served.workspace.access.newLinkToken() });
  expect(opened.status, opened.text).toBe(200);
  return (opened.headers['set-cookie'] as string[])[0] as string;
}

describe('the Host header', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveShops({ trained: false, hosts: ['0.0.0.0', 'precios.example.com'] });
  }, 60_000);
  afterAll(() => served.close());

  it('of another name is refused on every path, so that a page of that name reads nothing', async () => {
    const names = [
      'evil.example',
      'evil.example:80',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '10.9.8.7',
      '[::2]',
      'precios.example.com.evil.example',
      'a b',
    ];
    for (const host of names) {
      for (const path of ['/', '/api/session', '/api/health', '/openapi.json', '/api/nothing', '/assets/x.js']) {
        const { status, text } = await ask(served.url, path, { host });
        expect(status, `${host} ${path} ${text.slice(0, 100)}`).toBe(421);
      }
    }
    const opened = await ask(
      served.url,
      '/api/session',
      { host: 'evil.example' },
      { token: served.workspace.access.newLinkToken() },
    );
    expect([opened.status, opened.headers['set-cookie']]).toEqual([421, undefined]);
    const told = await ask(served.url, '/api/session', { host: 'evil.example', 'accept-language': 'en' });
    expect(JSON.parse(told.text).error).toMatchObject({
      code: 'HOST_UNKNOWN',
      message: expect.stringContaining('let it answer to evil.example'),
    });
  });

  it('of this machine, of the address that it listens on and of a name that was allowed is answered', async () => {
    for (const host of [
      'localhost',
      'LOCALHOST:3362',
      '127.0.0.1',
      '127.1.2.3:80',
      '[::1]:3362',
      '0.0.0.0:3362',
      'precios.example.com',
      'Precios.Example.Com.:443',
    ]) {
      expect((await ask(served.url, '/api/health', { host })).status, host).toBe(200);
    }
  });

  it('may be the very address that a connection came in at', () => {
    const named = new Set(['prices.example.com']);
    expect(isServedHost('192.168.1.5:3362', named, '192.168.1.5')).toBe(true);
    expect(isServedHost('192.168.1.5', named, '::ffff:192.168.1.5')).toBe(true);
    expect(isServedHost('[fd00::5]:80', named, 'fd00:0::5')).toBe(true);
    expect(isServedHost('192.168.1.6', named, '192.168.1.5')).toBe(false);
    expect(isServedHost(undefined, named, '192.168.1.5')).toBe(false);
    for (const own of ['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])
      expect(isThisMachine(own), own).toBe(true);
    for (const other of ['0.0.0.0', '::', '', '10.127.0.1', '127.example.com'])
      expect(isThisMachine(other), other).toBe(false);
    expect(hostName('user@localhost')).toBeNull();
    expect(hostName('localhost/x')).toBeNull();
  });
});

describe('what a proxy says', () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };

  it('is believed from a trusted one: cookies are Secure, addresses and limits are the client’s', async () => {
    const served = await serveShops({ trained: false, trustedProxies: ['127.0.0.0/8'] });
    try {
      const cookie = await comeIn(served, forwarded);
      expect(cookie).toMatch(/^__Host-demanda_0=/);
      expect(cookie).toMatch(/; Secure/);
      const [pair = ''] = cookie.split(';');
      expect(JSON.parse((await ask(served.url, '/api/session', { ...forwarded, cookie: pair })).text).signedIn).toBe(
        true,
      );
      // Over TLS a cookie without the prefix, which another host could have set, opens nothing.
      const plain = pair.replace('__Host-', '');
      expect(JSON.parse((await ask(served.url, '/api/session', { ...forwarded, cookie: plain })).text).signedIn).toBe(
        false,
      );
      const key = await served.key(['admin'], null);
      const { items } = JSON.parse((await ask(served.url, '/api/sessions', { authorization: `Bearer ${key}` })).text);
      expect(items[0].address).toBe('203.0.113.7');
      // What the client itself put in front is not believed.
      await comeIn(served, { 'x-forwarded-for': '6.6.6.6, 203.0.113.8' });
      expect(
        JSON.parse((await ask(served.url, '/api/sessions', { authorization: `Bearer ${key}` })).text).items[0].address,
      ).toBe('203.0.113.8');
      const guess = (from: string) =>
        ask(served.url, '/api/session', { 'x-forwarded-for': from }, { token: 'dk_not-a-key-at-all' });
      for (let i = 0; i < 10; i++) expect((await guess('198.51.100.1')).status).toBe(401);
      expect((await guess('198.51.100.1')).status).toBe(429);
      expect((await guess('198.51.100.2')).status).toBe(401);
      for (let i = 0; i < 10; i++) await guess(`2001:db8:1:2::${i}`);
      expect((await guess('2001:db8:1:2:ffff::1')).status).toBe(429);
      expect((await guess('2001:db8:1:3::1')).status).toBe(401);
    } finally {
      await served.close();
    }
  }, 60_000);

  it('is ignored unless it is trusted', async () => {
    for (const trustedProxies of [[], ['10.0.0.1']]) {
      const served = await serveShops({ trained: false, trustedProxies });
      try {
        const cookie = await comeIn(served, forwarded);
        expect(cookie).toMatch(/^demanda_0=/);
        expect(cookie).not.toMatch(/Secure/);
        const { items } = JSON.parse(
          (await ask(served.url, '/api/sessions', { authorization: `Bearer ${await served.key(['admin'], null)}` }))
            .text,
        );
        expect(items[0].address).toBe('127.0.0.1');
        for (let i = 0; i < 11; i++) {
          const { status } = await ask(
            served.url,
            '/api/session',
            { 'x-forwarded-for': `198.51.100.${i}` },
            { token: 'dk_not-a-key-at-all' },
          );
          expect(status).toBe(i < 10 ? 401 : 429);
        }
      } finally {
        await served.close();
      }
    }
  }, 60_000);
});

describe('HTTPS', () => {
  it('is served with a certificate, and its cookies are for TLS only', async () => {
    const served = await serveShops({ trained: false, tls: { cert: CERTIFICATE, key: CERTIFICATE_KEY } });
    try {
      const cookie = await comeIn(served);
      expect(cookie).toMatch(/^__Host-demanda_0=.*; HttpOnly; Secure; SameSite=Strict/);
      const answer = await ask(served.url, '/api/session', { cookie: cookie.split(';')[0] as string });
      expect(JSON.parse(answer.text).signedIn).toBe(true);
      // It would bind every other port of this name.
      expect(answer.headers['strict-transport-security']).toBeUndefined();
      await expect(ask(served.url.replace('https', 'http'), '/api/health')).rejects.toThrow();
    } finally {
      await served.close();
    }
  }, 60_000);
});
