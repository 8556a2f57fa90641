/** A real server in a process of its own and a real browser before it, for tests of the dashboard. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
if (!CHROMIUM)
  console.log('not run: tests of the dashboard, as there is no /usr/bin/chromium (Debian: apt-get install chromium)');

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ROOT = join(import.meta.dirname, '../..');

export interface ServedDashboard {
  readonly url: string;
  readonly folder: string;
  /** Signs in once. */
  readonly link: string;
  readonly process: ChildProcess;
  /** Ends the server as Ctrl-C does. */
  stop(): Promise<void>;
}

/** Starts `demanda serve`. @param args such as --demo */
export async function serveDashboard({
  folder = mkdtempSync(join(tmpdir(), 'demanda-web-')),
  port = 0,
  args = [] as readonly string[],
} = {}): Promise<ServedDashboard> {
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'test/support/cli.ts'),
      'serve',
      '--workspace',
      folder,
      '--port',
      String(port),
      '--json',
      '--lang',
      'es',
      ...args,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => text as string),
    once(child, 'exit').then(([code]) => {
      throw new Error(`demanda serve ended with ${code}: ${errors}`);
    }),
  ]);
  const { url, link } = JSON.parse(line) as { url: string; link: string };
  return {
    url,
    link,
    folder,
    process: child,
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM as string,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

export type Look = { readonly lang?: 'es' | 'en'; readonly theme?: 'light' | 'dark'; readonly phone?: boolean };

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What should never happen on a page: scripts that fail, policies that are broken, requests to elsewhere. */
  readonly problems: string[];
}

/** A browser of its own, already signed in. @param cookies of a first visit */
export async function visit(
  browser: Browser,
  url: string,
  cookies: Awaited<ReturnType<BrowserContext['cookies']>>,
  look: Look = {},
): Promise<Visit> {
  const { lang = 'es', theme = 'light', phone = false } = look;
  const context = await browser.newContext({
    viewport: phone ? { width: 390, height: 844 } : { width: 1360, height: 900 },
    colorScheme: theme,
    locale: lang === 'es' ? 'es-ES' : 'en-GB',
    acceptDownloads: true,
    ...(phone && { hasTouch: true, isMobile: true }),
  });
  await context.addCookies(cookies);
  await context.addInitScript(`localStorage.setItem('demanda.lang', '${lang}')`);
  const page = await context.newPage();
  const problems = watch(page, url);
  return { page, context, problems };
}

/** Runs with a fresh browser, already signed in; what must never happen on a page fails the test. */
export async function onPage(
  browser: Browser,
  url: string,
  cookies: Awaited<ReturnType<BrowserContext['cookies']>>,
  look: Look,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const { page, context, problems } = await visit(browser, url, cookies, look);
  try {
    await work(page);
    expect(problems).toEqual([]);
  } finally {
    await context.close();
  }
}

function watch(page: Page, url: string): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  page.on('console', (message) => {
    // A server that is away, or refuses, is what some tests are about: the browser says so by itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('blob:') && !request.url().startsWith('data:'))
      problems.push(`request: ${request.url()}`);
  });
  return problems;
}

/** Opens the link that `serve` printed. @returns the session's cookies */
export async function signIn(
  browser: Browser,
  served: ServedDashboard,
): Promise<Awaited<ReturnType<BrowserContext['cookies']>>> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(served.link);
  await page.waitForSelector('h1');
  expect(page.url()).toBe(served.url);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

/** Goes to an address of the app and waits until its data are there: no skeleton is left. */
export async function open(page: Page, url: string, path: string): Promise<void> {
  await page.goto(url + path.replace(/^\//, ''));
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('h1');
  await page.waitForFunction(() => document.querySelectorAll('.skeleton').length === 0);
}

/** What axe finds serious or critical on a page. @param rules of axe's; all unless told */
export async function seriousViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Colours are judged at rest: a page fades in.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))),
  );
  await page.evaluate(AXE);
  return page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
      };
    };
    // What passes is not told in full: that takes longer than the rules themselves.
    return (await axe.run({ resultTypes: ['violations'], ...(runOnly && { runOnly }) })).violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes[0]?.html}`);
  }, rules);
}
