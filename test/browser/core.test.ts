import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAILY_SPECS, demoMarket, fitDemand } from '../../src/core/index.ts';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const DIST = join(import.meta.dirname, '../../dist');
if (!EXECUTABLE)
  console.log('not run: browser tests, as there is no /usr/bin/chromium (Debian: apt-get install chromium)');

/** Serves the built package with the content security policy that pages will have. */
function serveDist(): Promise<Server> {
  const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' };
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url as string, 'http://x').pathname);
    response.setHeader('content-security-policy', "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'");
    if (path === '/')
      return response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><title>core</title><script type="module" src="/page.js"></script>');
    if (path === '/page.js') {
      response.setHeader('content-type', 'text/javascript');
      return response.end("import * as core from '/core/index.js'; globalThis.core = core;");
    }
    if (path === '/favicon.ico') return response.writeHead(204).end();
    const file = join(DIST, path);
    if (!existsSync(file)) return response.writeHead(404).end();
    return response
      .setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
      .end(readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe.skipIf(!EXECUTABLE)('demanda/core in a browser', () => {
  let server: Server;
  beforeAll(async () => {
    server = await serveDist();
  });
  afterAll(() => server.close());

  it('fits and prices a cell to the same numbers as here, under a strict content security policy', async () => {
    const browser = await chromium.launch({
      executablePath: EXECUTABLE as string,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await page.goto(origin);
      await page.waitForFunction('globalThis.core !== undefined');
      const found = await page.evaluate(() => {
        const { core } = globalThis as unknown as { core: typeof import('../../src/core/index.ts') };
        const { series } = core.demoMarket(3)[0] as ReturnType<typeof core.demoMarket>[number];
        const fitted = core.fitDemand(series, {
          holidays: [],
          market: false,
          specs: core.DAILY_SPECS,
          priorAt: () => ({}),
        });
        if (!fitted.ok) throw new Error(fitted.code);
        const model = fitted.value;
        const planned = {
          days: Int32Array.of(model.lastDay + 1),
          price: Float64Array.of(model.todayPrice),
          promo: Float64Array.of(0),
          marketPrice: Float64Array.of(Number.NaN),
          covariates: {},
        };
        const curve = core.demandCurveDraws(
          model,
          planned,
          core.priceGrid(model.todayPrice, model.triedRange, model.todayPrice / 2),
          50,
          1,
        );
        return { elasticity: model.elasticity, demand: Array.from(curve.demand) };
      });

      const { series } = demoMarket(3)[0] as ReturnType<typeof demoMarket>[number];
      const here = fitDemand(series, { holidays: [], market: false, specs: DAILY_SPECS, priorAt: () => ({}) });
      if (!here.ok) throw new Error(here.code);
      // Exponentials and logarithms of two engines may differ in the last bit; 1e-9 leaves room for a fit's worth of
      // them.
      expect(found.elasticity.value).toBeCloseTo(here.value.elasticity.value, 9);
      expect(found.demand.length).toBe(50 * 161);
      expect(found.demand.every((q) => q > 0)).toBe(true);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 60_000);
});
