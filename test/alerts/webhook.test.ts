import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkedAddress, isPublic } from '../../src/alerts/addresses.ts';
import { callWebhook, newWebhookSecret, webhookSignature } from '../../src/alerts/webhook.ts';

let server: Server;
let url: string;
let answer = 200;
const calls: { headers: IncomingHttpHeaders; body: string; path: string }[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      calls.push({ headers: request.headers, body, path: request.url ?? '' });
      response.writeHead(answer, { location: '/other' });
      response.end('x'.repeat(10));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(() => new Promise((done) => server.close(done)));

const call = (more: Partial<Parameters<typeof callWebhook>[0]> = {}) =>
  callWebhook({
    url,
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    body: '{"test": 2432232314}',
    now: 1_614_265_330_000,
    allowPrivate: true,
    ...more,
  });

describe('a webhook', () => {
  it('is signed as the examples of Standard Webhooks are', () => {
    // The test vector of the reference libraries (standard-webhooks/standard-webhooks, libraries/*/tests).
    expect(
      webhookSignature(
        'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        1_614_265_330,
        '{"test": 2432232314}',
      ),
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
  it('arrives with id, time and a signature that its receiver can check', async () => {
    const secret = newWebhookSecret();
    await call({ secret });
    const { headers, body, path } = calls.at(-1) as (typeof calls)[number];
    expect(path).toBe('/hook');
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(headers['webhook-timestamp']).toBe('1614265330');
  });
  it('that is answered otherwise than by 2xx has failed, and follows no redirect', async () => {
    for (answer of [302, 404, 500]) {
      const before = calls.length;
      await expect(call()).rejects.toMatchObject({ code: 'ALERT_ANSWER', parameters: { status: answer } });
      expect(calls.length).toBe(before + 1);
    }
    answer = 200;
  });
  it('goes to no address of this machine or the own network unless that is allowed', async () => {
    const before = calls.length;
    const local = url.replace('http:', 'https:');
    await expect(call({ url: local, allowPrivate: false })).rejects.toMatchObject({ code: 'ALERT_HOST_PRIVATE' });
    const lookUp = async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '10.0.0.5', family: 4 },
    ];
    const named = { url: 'https://hooks.example.com/x', allowPrivate: false, lookUp };
    await expect(call(named)).rejects.toMatchObject({ code: 'ALERT_HOST_PRIVATE' });
    expect(calls.length).toBe(before);
  });
  it('goes to the address that was checked, whatever the name says', async () => {
    const { port } = server.address() as AddressInfo;
    const before = calls.length;
    await call({
      url: `http://hooks.example.invalid:${port}/pinned`,
      lookUp: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    expect(calls.slice(before).map(({ path, headers }) => [path, headers.host])).toEqual([
      ['/pinned', `hooks.example.invalid:${port}`],
    ]);
  });
  it('needs https and no password in its address', async () => {
    for (const bad of ['http://example.com/', 'https://ana:pw@example.com/', 'file:///etc/passwd', 'nonsense'])
      await expect(call({ url: bad, allowPrivate: false })).rejects.toMatchObject({ code: 'ALERT_URL' });
  });
});

describe('addresses', () => {
  it('of the public internet are told from all others, however they are written', () => {
    const open = ['93.184.215.14', '8.8.8.8', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '172.32.0.1', '100.128.0.1'];
    for (const address of open) expect([address, isPublic(address)]).toEqual([address, true]);
    const closed = [
      ...['127.0.0.1', '127.8.8.8', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
      ...['169.254.169.254', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.2.1'],
      ...['::', '::1', 'fe80::1', 'fd00::1', 'fc00::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
      ...['::ffff:10.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', '::127.0.0.1', 'not an address', ''],
      ...['0::7f00:1', '0::127.0.0.1', '0:0:0:0:0:0:7f00:1', '::ffff:0:7f00:1', '::ffff:a9fe:a9fe'],
    ];
    for (const address of closed) expect([address, isPublic(address)]).toEqual([address, false]);
  });
  it('of a name that nobody knows are an error in words', async () => {
    const lookUp = async () => {
      throw new Error('ENOTFOUND');
    };
    await expect(checkedAddress('nowhere.example', false, lookUp)).rejects.toMatchObject({
      code: 'ALERT_HOST_UNKNOWN',
    });
  });
});
