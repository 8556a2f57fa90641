import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AURORA, type Client, clientOf, type Served, serveShops } from './served.ts';

let served: Served;
let owner: Client;
beforeAll(async () => {
  served = await serveShops();
  owner = clientOf(served, await served.key(['admin'], null));
}, 120_000);
afterAll(() => served.close());

const actions = async (): Promise<string[]> =>
  (await owner('GET', '/api/audit?limit=5')).json.items.map(({ action }: { action: string }) => action);

describe('watching by the API', () => {
  it('starts a look in a process of its own, one at a time, and tells what came of it', {
    timeout: 120_000,
  }, async () => {
    expect((await owner('POST', '/api/watch', {})).status).toBe(202);
    let state = (await owner('GET', '/api/watch')).json;
    for (let tries = 0; tries < 1_000 && state.runs.length === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      state = (await owner('GET', '/api/watch')).json;
    }
    expect(state.runs[0]).toMatchObject({ checked: 4, upToDate: 4, failed: 0 });
    // The demo's sales end months before today.
    expect(state.runs[0].stale.map(({ merchant }: { merchant: string }) => merchant)).toContain(AURORA);
    expect(await actions()).toEqual(expect.arrayContaining(['watch.start', 'watch.run']));
  });
  it('shows a merchant its own cells alone, and starts nothing for it', async () => {
    const shop = clientOf(served, await served.key(['read', 'train', 'admin'], AURORA));
    const { json, status } = await shop('GET', '/api/watch');
    expect([status, json.runs]).toEqual([200, []]);
    for (const [method, path, body] of [
      ['POST', '/api/watch', {}],
      ['PUT', '/api/watch', { every: 24 }],
      ['GET', '/api/alerts', undefined],
      ['PUT', '/api/alerts', {}],
      ['POST', '/api/alerts/test', undefined],
      ['GET', '/api/alerts/deliveries', undefined],
    ] as const)
      expect([path, (await shop(method, path, body)).status]).toEqual([path, 403]);
  });
  it('sets how often a server looks, with an entry in the log', async () => {
    expect((await owner('PUT', '/api/watch', { every: 24 })).status).toBe(200);
    expect((await owner('GET', '/api/watch')).json.every).toBe(24);
    expect((await actions())[0]).toBe('settings.change');
    expect((await owner('PUT', '/api/watch', { every: 0 })).status).toBe(400);
    await owner('PUT', '/api/watch', { every: null });
  });
});

describe('alerts by the API', () => {
  it('keep their secrets: one answer holds the new one, no other and no entry does', async () => {
    const email = { host: 'smtp.example.com', port: 587, secure: false, user: 'ana', from: 'a@b.es', to: ['c@d.es'] };
    const change = { webhook: { url: 'https://hooks.example.com/x' }, email, password: 'hush-hush' };
    const made = (await owner('PUT', '/api/alerts', change)).json;
    expect(made.webhookSecret).toMatch(/^whsec_.{32}$/);
    expect(made).toMatchObject({ hasPassword: true, hasWebhookSecret: true });
    const seen = [made, (await owner('GET', '/api/alerts')).json, (await owner('GET', '/api/audit?limit=20')).json];
    expect(JSON.stringify(seen)).not.toContain('hush-hush');
    expect(JSON.stringify(seen.slice(1))).not.toContain(made.webhookSecret);
    // One change, one entry, though it is of settings and secrets.
    expect((await actions()).filter((action) => action === 'alerts.change')).toHaveLength(1);
    // Another server is not given the password of the one before.
    const moved = await owner('PUT', '/api/alerts', { email: { ...email, host: 'other.example.com' } });
    expect(moved.json.hasPassword).toBe(false);
    expect(moved.json.webhookSecret).toBeNull();
  });
  it('call nothing on this machine, and cannot be told to', async () => {
    let called = 0;
    const server = createServer((_, response) => {
      called++;
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const change = (more: object) => owner('PUT', '/api/alerts', { email: null, ...more });
    const url = `http://127.0.0.1:${port}/`;
    expect((await change({ webhook: { url } })).json.error.code).toBe('ALERT_URL');
    expect((await change({ webhook: { url }, privateAddresses: true })).status).toBe(400);
    await change({ webhook: { url: `https://localhost:${port}/` } });
    const { results } = (await owner('POST', '/api/alerts/test')).json;
    expect(results).toMatchObject([{ channel: 'webhook', ok: false }]);
    expect((await actions())[0]).toBe('alerts.test');
    expect(called).toBe(0);
    // What the command line allowed for one address does not hold for another that the API sets.
    await served.workspace.alerts.change({ webhook: { url } }, { privateAddresses: true });
    expect((await owner('POST', '/api/alerts/test')).json.results).toMatchObject([{ ok: true }]);
    expect(called).toBe(1);
    await change({ webhook: { url: `https://127.0.0.1:${port}/other` } });
    expect((await owner('GET', '/api/alerts')).json.settings.privateAddresses).toBe(false);
    await new Promise((done) => server.close(done));
  });
  it('are tried as they are drafted: nothing of it is saved, and no secret goes to another place', async () => {
    const signed: string[] = [];
    const server = createServer((request, response) => {
      signed.push(String(request.headers['webhook-signature']));
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    await served.workspace.alerts.change({ webhook: { url }, email: null }, { privateAddresses: true });
    const before = (await owner('GET', '/api/alerts')).json;
    const email = { host: '127.0.0.1', port, secure: false, user: 'ana', from: 'a@b.es', to: ['c@d.es'] };
    const tried = await owner('POST', '/api/alerts/test', { webhook: { url }, password: 'hush-hush' });
    expect(tried.json.results).toMatchObject([{ channel: 'webhook', ok: true }]);
    // The draft's own places alone are called, under the rules that hold for what is saved.
    const { results } = (await owner('POST', '/api/alerts/test', { webhook: null, email })).json;
    expect(results).toMatchObject([{ channel: 'email', ok: false }]);
    expect(results[0].failure).toMatch(/127\.0\.0\.1/);
    expect(results[0].failure).not.toMatch(/--|demanda /);
    const moved = `http://127.0.0.1:${port}/other`;
    expect((await owner('POST', '/api/alerts/test', { webhook: { url: moved } })).json.error.code).toBe('ALERT_URL');
    expect(signed).toHaveLength(1);
    expect((await owner('GET', '/api/alerts')).json).toEqual(before);
    // The log is searched by the words that its reader sees.
    const found = async (search: string): Promise<string[]> =>
      (await owner('GET', `/api/audit?search=${encodeURIComponent(search)}`)).json.items.map(
        ({ action }: { action: string }) => action,
      );
    expect(new Set(await found('PROBO avisos'))).toEqual(new Set(['alerts.test']));
    expect(await found('nadie nunca')).toEqual([]);
    await new Promise((done) => server.close(done));
  });
});
