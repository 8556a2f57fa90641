import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoFolder } from './demo-workspace.ts';
import { CHROMIUM, launch, open, type ServedDashboard, serveDashboard, signIn, visit } from './served-dashboard.ts';

const CELL = 'models/Pescader%C3%ADa%20Brisa/Merluza';
const COMPARED = encodeURIComponent('Pescader%C3%ADa%20Brisa:Merluza,Pescader%C3%ADa%20Brisa:Sardina');
/** Pages that show a table as soon as they are opened. */
const WITH_TABLE = [
  '',
  `${CELL}?tab=training`,
  `${CELL}?tab=versions`,
  `${CELL}?tab=diagnostics`,
  'recommendations',
  'history',
  `compare?models=${COMPARED}`,
  'data',
] as const;
const PRODUCTS = 400;

interface TableFacts {
  readonly heads: readonly { readonly scope: string | null; readonly text: string }[];
  /** Cells of each row, those that span several counted so often. */
  readonly widths: readonly number[];
  /** Scopes of the heads inside rows. */
  readonly rowScopes: readonly (string | null)[];
  /** What a screen reader calls the table, or the box around it. */
  readonly name: string;
}

describe.skipIf(!CHROMIUM)('tables of the dashboard', () => {
  let served: ServedDashboard;
  let browser: Browser;
  let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;

  beforeAll(async () => {
    const folder = await demoFolder();
    importProducts(folder);
    served = await serveDashboard({ folder });
    browser = await launch();
    cookies = await signIn(browser, served);
  }, 400_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    if (served) rmSync(served.folder, { recursive: true, force: true });
  });

  /** Two days of many products: more rows than a window shows, and than the first page of the list holds. */
  function importProducts(folder: string): void {
    const file = join(folder, 'many.csv');
    const lines = Array.from(
      { length: PRODUCTS },
      (_, i) => `2026-05-01,Gran Surtido,Artículo ${i},Varios,3,5.5\n2026-05-02,Gran Surtido,Artículo ${i},Varios,4,5`,
    );
    writeFileSync(file, `fecha,local,artículo,tipo,kilos,precio\n${lines.join('\n')}\n`);
    const program = join(import.meta.dirname, '../support/cli.ts');
    const run = spawnSync(process.execPath, [program, 'import', file, '--workspace', folder], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
  }
  async function withPage(work: (page: Page) => Promise<void>): Promise<void> {
    const { page, context, problems } = await visit(browser, served.url, cookies);
    try {
      await work(page);
      expect(problems).toEqual([]);
    } finally {
      await context.close();
    }
  }
  const tablesOf = (page: Page): Promise<readonly TableFacts[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll('table')].map((table) => ({
        heads: [...table.querySelectorAll('thead th')].map((head) => ({
          scope: head.getAttribute('scope'),
          text: head.textContent.trim() || (head.querySelector('input')?.getAttribute('aria-label') ?? ''),
        })),
        widths: [...table.querySelectorAll('tbody tr')].map((row) =>
          [...row.children].reduce((sum, cell) => sum + (cell as HTMLTableCellElement).colSpan, 0),
        ),
        rowScopes: [...table.querySelectorAll('tbody th')].map((head) => head.getAttribute('scope')),
        name:
          table.caption?.textContent ||
          table.closest('[aria-label]')?.getAttribute('aria-label') ||
          table.closest('section')?.querySelector('h2')?.textContent ||
          '',
      })),
    );

  it('have a name, a head over every column, and as many cells in every row', async () => {
    await withPage(async (page) => {
      for (const path of WITH_TABLE) {
        await open(page, served.url, path);
        await page.waitForSelector('tbody tr');
        const tables = await tablesOf(page);
        expect(tables.length, path).toBeGreaterThan(0);
        for (const { heads, widths, rowScopes, name } of tables) {
          expect(name, path).not.toBe('');
          expect(
            heads.filter(({ scope, text }) => scope !== 'col' || text === ''),
            path,
          ).toEqual([]);
          expect(widths.length, path).toBeGreaterThan(0);
          expect(new Set(widths), path).toEqual(new Set([heads.length]));
          expect(new Set(rowScopes), path).toEqual(new Set(rowScopes.length > 0 ? ['row'] : []));
        }
      }
    });
  }, 120_000);

  it('draw of a long list what the window shows, and tell how long it is', async () => {
    await withPage(async (page) => {
      await open(page, served.url, '?sort=product');
      await page.waitForSelector('.overview tbody .name');
      expect(await page.getAttribute('.overview', 'aria-rowcount')).toBe(String(12 + PRODUCTS + 1));
      expect(await page.locator('.overview tbody tr').count()).toBeLessThan(60);
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      const last = page.locator('.overview tbody tr[aria-rowindex]').last();
      await expect.poll(() => last.getAttribute('aria-rowindex')).toBe(String(12 + PRODUCTS + 1));
      await expect.poll(() => last.locator('.name').count()).toBe(1);
      expect(await page.locator('.overview tbody tr').count()).toBeLessThan(60);
    });
  });

  it('show the rows that are looked at when they are sorted far down a long list', async () => {
    await withPage(async (page) => {
      await open(page, served.url, '?sort=product&order=asc');
      await page.waitForSelector('.overview tbody .name');
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
      await expect.poll(() => page.locator('.overview tr.waiting').count()).toBe(0);
      const before = await page.locator('.overview tbody tr[aria-rowindex] .name').first().textContent();
      await page.locator('.overview th.col-product button').click();
      expect(await page.getAttribute('.overview th.col-product', 'aria-sort')).toBe('descending');
      await expect
        .poll(() => page.locator('.overview tbody tr[aria-rowindex] .name').first().textContent())
        .not.toBe(before);
      await expect.poll(() => page.locator('.overview tr.waiting').count()).toBe(0);
    });
  });

  it('speak another language in every cell as soon as it is chosen', async () => {
    await withPage(async (page) => {
      await open(page, served.url, `?merchant=${encodeURIComponent('Pescadería Brisa')}`);
      const error = page.locator('.overview tbody td.col-wape').first();
      expect(await error.innerText()).toMatch(/^\d+,\d\s%$/);
      await page.locator('.side').getByRole('button', { name: 'English' }).click();
      // Its words are loaded when it is chosen.
      await expect.poll(() => page.innerText('.overview th.col-lastPrice')).toBe('Today');
      expect(await error.innerText()).toMatch(/^\d+\.\d%$/);
    });
  });
});
