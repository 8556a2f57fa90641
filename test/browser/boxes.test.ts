/**
 * The boxes of every page, measured in the page: nothing clipped, without width, over the edge or over something else,
 * with the longest names and amounts. The short form sees every page at 360, 390, 1280 and 1600 px: Spanish and light
 * at 360 and 1280, English and dark at 390 and 1600, as a theme changes colours and no box. The long form
 * (DEMANDA_LONG=1) sees every theme in every language, forced colours too, at ten widths each.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figure } from '../support/figure.ts';
import { BOX_FAULTS, boxFaults, type RequiredCells } from './box-faults.ts';
import { BROKEN_PAGES, SOUND_PAGE } from './broken-pages.ts';
import { focusFaults } from './focus-walk.ts';
import { fillHostileWorkspace, HOSTILE_CELLS, writeHostileSales } from './hostile-workspace.ts';
import { type ListedPage, modelPath, pageFacts, pagesOf, routesIn } from './pages.ts';
import {
  CHROMIUM,
  type Look,
  launch,
  open,
  type ServedDashboard,
  serveDashboard,
  signIn,
  visit,
} from './served-dashboard.ts';

const LONG = process.env.DEMANDA_LONG === '1';
const LONG_WIDTHS = [320, 360, 390, 430, 600, 768, 1024, 1280, 1600, 3840];
/** Below it the pages are laid out for a phone. */
const PHONE = 430;

interface BoxLook extends Required<Pick<Look, 'lang' | 'theme'>> {
  readonly widths: readonly number[];
  readonly forced?: boolean;
}
const LOOKS: readonly BoxLook[] = LONG
  ? (['es', 'en'] as const).flatMap((lang) =>
      [{ theme: 'light' }, { theme: 'dark' }, { theme: 'light', forced: true } as const].map(
        (look) => ({ lang, widths: LONG_WIDTHS, ...look }) as BoxLook,
      ),
    )
  : [
      { lang: 'es', theme: 'light', widths: [360, 1280] },
      { lang: 'en', theme: 'dark', widths: [390, 1600] },
    ];
/** What a phone must still show of each row: what a change earns and how sure that is. */
const ON_PHONES: readonly RequiredCells[] = [
  { rows: '.overview tbody tr:not(.spacer, .waiting)', cells: ['.col-expectedGain', '.col-probabilityBetter'] },
  { rows: '.recommendations tbody tr', cells: ['.col-gain', '.col-sure'] },
];
/** Pages that the short form walks through by keyboard. */
const WALKED = ['', modelPath(HOSTILE_CELLS[1] as (typeof HOSTILE_CELLS)[number]), 'recommendations', 'data'];
/** Faults of a page that are printed. */
const PRINTED = 10;

/** Things that stand on a page only after somebody did something there. */
interface Deed {
  readonly name: string;
  readonly path: string;
  readonly act: (page: Page, files: string) => Promise<void>;
  /** Widths at which the layout has it. */
  readonly from?: number;
  readonly to?: number;
}
const press = (selector: string, awaited: string) => async (page: Page) => {
  await page.locator(selector).first().click();
  await page.locator(awaited).first().waitFor();
};
const DEEDS: readonly Deed[] = [
  {
    name: 'a file as it was understood',
    path: 'data',
    act: async (page, files) => {
      await page.setInputFiles('input[type=file]', writeHostileSales(files, 'ventas.csv', { last: 1, days: 3 }));
      await page.locator('.sample').waitFor();
    },
  },
  { name: 'another name', path: 'data', act: press('.market tbody button', 'dialog[open]') },
  { name: 'what is chosen', path: 'recommendations?all=1', act: press('tbody .col-check input', '.bulk') },
  { name: 'another price', path: 'recommendations?all=1', act: press('.col-actions .button.quiet', 'dialog[open]') },
  {
    name: 'an export',
    path: 'recommendations?status=approved',
    act: async (page) => {
      await page.locator('tbody .col-check input').first().click();
      await press('.bulk .button.primary', 'dialog[open]')(page);
    },
  },
  { name: 'a new key', path: 'settings?section=keys', act: press('.row.between > .button.primary', 'dialog[open]') },
  // Amounts of one digit: the list is a table, with heads to choose.
  { name: 'the columns', path: '?search=III', act: press('.table-tools button', 'dialog[open]'), from: 1280 },
  { name: 'more places', path: '', act: press('.nav-button', '.more-sheet'), to: PHONE },
  { name: 'filters', path: '', act: press('.toolbar .button.phone-only', '.filters.open'), to: PHONE },
  {
    name: 'the table of a chart',
    path: modelPath(HOSTILE_CELLS[0] as (typeof HOSTILE_CELLS)[number]),
    act: press('figure.chart button[aria-expanded]', '.chart-table'),
  },
  {
    name: 'training to measure',
    path: 'train',
    act: async (page) => {
      await press('.choices label:last-child input', '.indent')(page);
      await press('form details > summary', '.advanced')(page);
    },
  },
];

/** Counts answers that are on their way: a page is at rest when there are none. */
const COUNT_REQUESTS = `{
  const send = globalThis.fetch;
  globalThis.waiting = 0;
  globalThis.fetch = async (...asked) => {
    globalThis.waiting++;
    try {
      return await send(...asked);
    } finally {
      setTimeout(() => globalThis.waiting--);
    }
  };
}`;
/** A bound alone: proposals of tests take a loaded machine long. */
const REST_MS = 180_000;

/** Waits until nothing more comes or moves: measured before, boxes are those of a page that is half there. */
async function rest(page: Page): Promise<void> {
  await page.waitForSelector('h1');
  const isThere = await page.evaluate(async (most) => {
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    await document.fonts.ready;
    const from = performance.now();
    for (let quiet = 0; quiet < 4; await frame()) {
      if (performance.now() - from > most) return false;
      const moves = document
        .getAnimations()
        .some((one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity);
      const { waiting } = globalThis as unknown as { waiting: number };
      quiet = waiting > 0 || moves || document.querySelector('.skeleton') !== null ? 0 : quiet + 1;
    }
    return true;
  }, REST_MS);
  if (!isThere) throw new Error(`${page.url()} did not come to rest`);
}

describe.skipIf(!CHROMIUM)('boxes of the pages', () => {
  let served: ServedDashboard;
  let browser: Browser;
  let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;
  let pages: readonly ListedPage[];

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'demanda-boxes-'));
    await fillHostileWorkspace(folder);
    served = await serveDashboard({ folder });
    browser = await launch();
    cookies = await signIn(browser, served);
    const { page, context } = await visit(browser, served.url, cookies);
    await open(page, served.url, 'no-such-page');
    pages = pagesOf({ ...(await pageFacts(page)), cells: HOSTILE_CELLS });
    await context.close();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    if (served) rmSync(served.folder, { recursive: true, force: true });
  });

  async function looking<T>(look: BoxLook, work: (page: Page, context: BrowserContext) => Promise<T>): Promise<T> {
    const { page, context, problems } = await visit(browser, served.url, cookies, look);
    try {
      await context.addInitScript(COUNT_REQUESTS);
      if (look.forced) await page.emulateMedia({ colorScheme: look.theme, forcedColors: 'active', contrast: 'more' });
      const result = await work(page, context);
      expect(problems).toEqual([]);
      return result;
    } finally {
      await context.close();
    }
  }
  /** Lines on what is wrong with the page that stands there, at these widths. */
  async function faultsAt(page: Page, widths: readonly number[], where: string): Promise<string[]> {
    const lines: string[] = [];
    for (const width of widths) {
      await page.setViewportSize({ width, height: width <= PHONE ? 844 : 900 });
      await rest(page);
      const faults = await page.evaluate(boxFaults, width <= PHONE ? ON_PHONES : []);
      lines.push(...faults.map(({ kind, element, box }) => `${where} at ${width}: ${kind}: ${element} ${box}`));
    }
    const left = lines.length - PRINTED;
    return left > 0 ? [...lines.slice(0, PRINTED), `${where}: ${left} more`] : lines;
  }
  async function faultsOf(look: BoxLook): Promise<string[]> {
    const { widths } = look;
    const seen = `${look.lang} ${look.forced ? 'forced colours' : look.theme}`;
    return looking(look, async (page, context) => {
      const lines: string[] = [];
      for (const { route, path } of pages) {
        if (route === 'door') await context.clearCookies();
        await page.setViewportSize({ width: widths[0] as number, height: 844 });
        await page.goto(served.url + path);
        lines.push(...(await faultsAt(page, widths, `/${path} (${route}), ${seen}`)));
      }
      await context.addCookies(cookies);
      for (const { name, path, act, from = 0, to = Number.POSITIVE_INFINITY } of DEEDS) {
        const own = widths.filter((width) => width >= from && width <= to);
        if (own.length === 0) continue;
        await page.setViewportSize({ width: own[0] as number, height: 844 });
        await page.goto(served.url + path);
        await rest(page);
        await act(page, join(served.folder, 'files'));
        lines.push(...(await faultsAt(page, own, `/${path} with ${name}, ${seen}`)));
      }
      return lines;
    });
  }

  it.concurrent(
    LONG
      ? 'are whole and apart on every page, at ten widths, in every theme and language, with hostile names and amounts'
      : 'are whole and apart on every page, in Spanish and light at 360 and 1280 px and in English and dark at 390 and 1600, with hostile names and amounts',
    async () => {
      const faults = (await Promise.all(LOOKS.map(faultsOf))).flat();
      const seen = LONG
        ? `${LONG_WIDTHS.length} widths x 3 themes x 2 languages`
        : '4 widths (es light 360 1280, en dark 390 1600)';
      figure(
        'overlap and clipping',
        `${pages.length + DEEDS.length} pages x ${seen}, hostile names: ${faults.length} faults`,
      );
      expect(faults.join('\n')).toBe('');
    },
    LONG ? 3_600_000 : 600_000,
  );

  it('would be told of, each kind of fault of a page that is broken so', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 844 } });
    const page = await context.newPage();
    const kinds = async (html: string): Promise<string[]> => {
      await page.setContent(html);
      return (await page.evaluate(boxFaults, [{ rows: '.overview tr', cells: ['.gain'] }])).map(({ kind }) => kind);
    };
    expect(await kinds(SOUND_PAGE)).toEqual([]);
    expect(new Set(BROKEN_PAGES.map(({ kind }) => kind))).toEqual(new Set(BOX_FAULTS));
    for (const { kind, html } of BROKEN_PAGES) expect(await kinds(html), html).toContain(kind);
    await context.close();
  });

  it('are measured on every route: one without an address is refused', () => {
    expect(routesIn('<Route path="/" component={A} /><Route default component={B} />')).toEqual(['/', 'default']);
    const facts = { cells: HOSTILE_CELLS, trainings: ['t'], runs: ['r'], tests: ['1'] };
    expect(() => pagesOf(facts, ['/', '/new-page'])).toThrow('has no address of /new-page');
    expect(() => pagesOf(facts, ['/'])).toThrow('which is no route');
  });

  it.concurrent(
    `are reached by Tab, seen when they are, and let it go on (${LONG ? 'every page, all of it' : 'the first 40 of some pages'})`,
    async () => {
      const faults = await looking({ lang: 'es', theme: 'light', widths: [] }, async (page) => {
        const lines: string[] = [];
        let walked = 0;
        for (const { path } of pages.filter((one) => one.route !== 'door' && (LONG || WALKED.includes(one.path)))) {
          for (const width of LONG ? [390, 1280] : [walked++ % 2 === 0 ? 390 : 1280]) {
            await page.setViewportSize({ width, height: 844 });
            await page.goto(served.url + path);
            await rest(page);
            lines.push(...(await focusFaults(page, LONG ? 600 : 40)).map((fault) => `/${path} at ${width}: ${fault}`));
          }
        }
        return lines;
      });
      expect(faults.join('\n')).toBe('');
    },
    LONG ? 3_600_000 : 300_000,
  );
});
