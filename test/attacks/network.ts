/** Names that are not the server's, proxies that nobody trusts, paths that lead out, requests that are too much. */

import { createConnection } from 'node:net';
import { expect } from 'vitest';
import { ask } from '../api/raw-request.ts';
import { AURORA, type Served, serveShops } from '../api/served.ts';
import { CERTIFICATE, CERTIFICATE_KEY } from '../support/certificate.ts';
import { type Attack, expectNoInside, query } from './site.ts';

function host(name: string): Attack {
  return {
    name: `the Host ${JSON.stringify(name)}`,
    fails: async ({ served }) => {
      for (const path of ['/', '/api/session', '/openapi.json', '/api/nothing']) {
        const { status, text } = await ask(served.url, path, { host: name });
        expect([400, 421], path).toContain(status);
        expect(text).not.toContain(AURORA);
      }
      const opened = await ask(
        served.url,
        '/api/session',
        { host: name },
        { token: served.workspace.access.newLinkToken() },
      );
      expect(opened.headers['set-cookie']).toBeUndefined();
    },
  };
}

/** A path that would lead out of the web app's folder, or around the door. */
function path(at: string): Attack {
  return {
    name: `the path ${at}`,
    fails: async ({ served }) => {
      const { status, text } = await ask(served.url, at);
      expect(status).toBeLessThan(500);
      expect(text).not.toMatch(/root:|"dependencies"|SQLite format|CREATE TABLE/);
      expect(text).not.toContain(AURORA);
      // What is no file is the web app's page, or nothing.
      if (status === 200) expect(text).toMatch(/^<!doctype html>/i);
    },
  };
}

/** A path of the API that is not there, or asked wrongly: for a stranger all are alike. */
function unknown(method: string, at: string): Attack {
  return {
    name: `${method} ${at} by a stranger`,
    fails: async ({ served }) => {
      const { status, text } = await ask(served.url, at, {}, method === 'GET' ? undefined : {}, method);
      expect(status, text).toBe(401);
      expectNoInside(text);
    },
  };
}

/** On a server of its own. */
function on(name: string, options: Parameters<typeof serveShops>[0], fails: (served: Served) => Promise<void>): Attack {
  return {
    name,
    fails: async () => {
      const served = await serveShops({ trained: false, ...options });
      try {
        await fails(served);
      } finally {
        await served.close();
      }
    },
  };
}

/** A body that is no request of the API. */
function body(name: string, content: string, contentType: string, statuses: readonly number[]): Attack {
  return {
    name: `a body that is ${name}`,
    fails: async (site) => {
      const key = await site.served.key(['admin'], AURORA);
      const before = (await site.aurora('GET', `/api/guardrails?${query(AURORA)}`)).json.own;
      const sent = await fetch(`${site.served.url}/api/guardrails?${query(AURORA)}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${key}`, 'content-type': contentType },
        body: content,
      });
      const text = await sent.text();
      expect(statuses, text.slice(0, 200)).toContain(sent.status);
      expectNoInside(text);
      expect((await site.aurora('GET', `/api/guardrails?${query(AURORA)}`)).json.own).toEqual(before);
    },
  };
}

/** Bytes that are no HTTP. @returns what came back */
function raw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let told = '';
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (data) => {
      told += data;
      socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(told));
  });
}

function bytes(name: string, content: string): Attack {
  return {
    name: `bytes that are ${name}`,
    fails: async ({ served, stranger }) => {
      const told = await raw(served.url, content);
      if (told !== '') expect(told).toMatch(/^HTTP\/1\.1 4\d\d /);
      expectNoInside(told);
      expect((await stranger('GET', '/api/health')).status).toBe(200);
    },
  };
}

const FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'localhost' };

export const NETWORK: readonly Attack[] = [
  ...['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', '10.9.8.7'].map(host),
  ...['[::2]:3362', 'localhost@evil.example', 'evil.example#localhost', 'a b', '0x0a.1', '2130706433.example'].map(
    host,
  ),
  {
    name: 'a Host behind X-Forwarded-Host',
    fails: async ({ served }) => {
      const { status } = await ask(served.url, '/api/session', { host: 'evil.example', ...FORWARDED });
      expect(status).toBe(421);
    },
  },
  on('a proxy that nobody named says HTTPS and another address', {}, async (served) => {
    const token = served.workspace.access.newLinkToken();
    const opened = await ask(served.url, '/api/session', FORWARDED, { token });
    expect(opened.status).toBe(200);
    expect(opened.headers['set-cookie']?.[0]).toMatch(/^demanda_0=/);
    expect(opened.headers['set-cookie']?.[0]).not.toMatch(/Secure/);
    const listed = await ask(served.url, '/api/sessions', {
      authorization: `Bearer ${await served.key(['admin'], null)}`,
    });
    expect(JSON.parse(listed.text).items[0].address).toBe('127.0.0.1');
  }),
  on('another address in every guess, by no trusted proxy', { trustedProxies: ['10.0.0.1'] }, async (served) => {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const headers = { 'x-forwarded-for': `198.51.100.${i}` };
      statuses.push((await ask(served.url, '/api/session', headers, { token: 'dk_not-a-key-at-all' })).status);
    }
    expect(statuses.slice(10)).toEqual([429, 429]);
  }),
  on(
    'a cookie of TLS without Secure, or that plain HTTP reads',
    { tls: { cert: CERTIFICATE, key: CERTIFICATE_KEY } },
    async (served) => {
      const opened = await ask(served.url, '/api/session', {}, { token: served.workspace.access.newLinkToken() });
      expect(opened.headers['set-cookie']?.[0]).toMatch(/^__Host-demanda_0=.*; HttpOnly; Secure; SameSite=Strict/);
      const [pair = ''] = opened.headers['set-cookie']?.[0]?.split(';') ?? [];
      const plain = await ask(served.url, '/api/session', { cookie: pair.replace('__Host-', '') });
      expect(JSON.parse(plain.text).signedIn).toBe(false);
      await expect(ask(served.url.replace('https', 'http'), '/api/health')).rejects.toThrow();
    },
  ),
  {
    name: 'an address of one’s own put before the proxy’s',
    fails: async ({ served, owner }) => {
      const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.8' };
      await ask(served.url, '/api/session', headers, { token: 'dk_whose-address-is-it' });
      expect((await owner('GET', '/api/audit?limit=1')).json.items[0].actorName).toBe('203.0.113.8');
    },
  },
  ...[
    '/../../../../etc/passwd',
    '/assets/../../../../../../etc/passwd',
    '/assets/..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/..%5c..%5cpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/%00',
    '//etc/passwd',
    '/.demanda/demanda.sqlite',
    '/demanda.sqlite',
    '/%c0%ae%c0%ae/package.json',
  ].map(path),
  ...[
    ['GET', '/api'],
    ['GET', '/api/nothing'],
    ['GET', '/api/keys/'],
    ['POST', '/api/health/x'],
    ['PATCH', '/api/keys'],
    ['PUT', '/api/trainings'],
    ['OPTIONS', '/api/overview'],
    ['DELETE', '/api/recommendations'],
    ['GET', '/openapi.json'],
    ['GET', '/api/metrics'],
  ].map(([method = '', at = '']) => unknown(method, at)),
  body('nothing of JSON', '{"maxChange":', 'application/json', [400]),
  body('text', 'maxChange=0.9', 'text/plain', [400, 415]),
  body('a form', 'maxChange=0.9', 'application/x-www-form-urlencoded', [415]),
  body('a list', '[]', 'application/json', [400]),
  body('a number', '1', 'application/json', [400]),
  body('nested a hundred thousand times', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, 'application/json', [400]),
  body('larger than a request may be', `{"maxChange":"${'9'.repeat(9e6)}"}`, 'application/json', [413]),
  body('a prototype', '{"__proto__":{"maxChange":0.9}}', 'application/json', [200, 400]),
  body('infinite', '{"maxChange":1e999}', 'application/json', [400]),
  bytes('no HTTP', '\u0000\u0001\u0002\r\n\r\n'),
  bytes('a header of 100,000 characters', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(1e5)}\r\n\r\n`),
  bytes(
    'two lengths',
    'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
  ),
  bytes(
    'a request within a request',
    'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/keys HTTP/1.1\r\n\r\n',
  ),
  bytes('a request without a Host', 'GET /api/session HTTP/1.1\r\n\r\n'),
  {
    name: 'a page of another name that frames, sniffs or runs what it reads',
    fails: async ({ served }) => {
      const { headers } = await ask(served.url, '/');
      expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
      expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|script-src[^;]*\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  },
];
