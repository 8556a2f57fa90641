import { rmSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoFolder } from './demo-workspace.ts';
import {
  CHROMIUM,
  type Look,
  launch,
  onPage,
  open,
  type ServedDashboard,
  serveDashboard,
  settled,
  signIn,
} from './served-dashboard.ts';

describe.skipIf(!CHROMIUM)('lists of the dashboard', () => {
  let served: ServedDashboard;
  let browser: Browser;
  let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;

  beforeAll(async () => {
    served = await serveDashboard({ folder: await demoFolder() });
    browser = await launch();
    cookies = await signIn(browser, served);
  }, 400_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    if (served) rmSync(served.folder, { recursive: true, force: true });
  });
  const withPage = (look: Look, work: (page: Page) => Promise<void>): Promise<void> =>
    onPage(browser, served.url, cookies, look, work);
  /** In this order, and of more than one value. */
  function isSorted<T>(values: readonly T[], compare: (a: T, b: T) => number): boolean {
    return new Set(values).size > 1 && values.every((value, i) => i === 0 || compare(values[i - 1] as T, value) <= 0);
  }
  const names = (page: Page): Promise<string[]> => page.locator('main tbody .name').allInnerTexts();

  it('show every filter of the overview as a chip, those of charts too, and each chip takes its own away', async () => {
    const filters = {
      ...{ merchant: 'Pescadería Brisa', productType: 'Pescado', state: 'live', stage: 'change', recommended: 'true' },
      ...{ reason: 'EXTRAPOLATION', minGain: '1', minProbability: '0.6', errorFrom: '0.05', errorTo: '0.9' },
      ...{ elasticityFrom: '-4', elasticityTo: '0', doubtTo: '3' },
    };
    await withPage({}, async (page) => {
      await open(page, served.url, `/?${new URLSearchParams(filters)}`);
      const chips = page.getByRole('link', { name: /^Quitar el filtro/ });
      // The two ends of a bin are one filter.
      expect(await chips.count()).toBe(11);
      const said = await chips.allInnerTexts();
      expect(said.map((text) => text.replace(/\s/g, ' '))).toContain('Error: de 5 % a 90 % ×');
      expect(said.join(' ')).not.toMatch(/[A-Z]{3,}_|minGain|errorFrom/);
      for (let left = 11; left > 0; left--) {
        await chips.first().click();
        await expect.poll(() => chips.count()).toBe(left - 1);
      }
      expect(new URL(page.url()).search).toBe('');
    });
  });

  it('are sorted by their heads and searched, which stands in the address', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '/history');
      await page.getByRole('button', { name: 'Mínimo de la curva' }).click();
      await expect.poll(() => new URL(page.url()).searchParams.get('sort')).toBe('bestError');
      await settled(page);
      const errors = async (): Promise<number[]> =>
        (await page.locator('tbody tr td:nth-child(7)').allInnerTexts()).map((text) =>
          Number.parseFloat(text.replace(',', '.')),
        );
      await expect.poll(async () => isSorted(await errors(), (a, b) => b - a)).toBe(true);
      expect((await errors()).length).toBe(12);

      await open(page, served.url, '/data');
      await page.getByRole('button', { name: 'Nombre', exact: true }).click();
      await expect.poll(() => new URL(page.url()).searchParams.get('namesSort')).toBe('name');
      const listed = (): Promise<string[]> => page.locator('.market tbody th').allInnerTexts();
      await expect.poll(async () => isSorted(await listed(), (a, b) => a.localeCompare(b, 'es'))).toBe(true);
      const search = page.getByLabel('Buscar en la lista').last();
      await search.fill('SALMON');
      await expect.poll(listed).toEqual(['Salmón']);
      // A link brings the same list back.
      await page.reload();
      await settled(page);
      await expect.poll(listed).toEqual(['Salmón']);
    });
  });

  it('that the server searches and orders: what there is month by month, and what was done', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '/data');
      const coverage = page.locator('section', { has: page.getByRole('heading', { name: 'Qué hay, mes a mes' }) });
      const listed = (): Promise<string[]> => coverage.locator('tbody .name').allInnerTexts();
      const all = (await listed()).length;
      await coverage.getByLabel('Ordenar por').selectOption('product asc');
      await expect.poll(async () => isSorted(await listed(), (a, b) => (a < b ? -1 : a > b ? 1 : 0))).toBe(true);
      await coverage.getByLabel('Buscar en la lista').fill('SALMON');
      await expect.poll(async () => [...new Set(await listed())]).toEqual(['Salmón']);
      expect((await listed()).length).toBeLessThan(all);
      await coverage.getByLabel('Buscar en la lista').fill('nada-se-llama-así');
      await coverage.getByText('Nada coincide con estos filtros').waitFor();

      await open(page, served.url, '/settings?section=audit');
      const first = (): Promise<string> => page.locator('tbody tr').first().innerText();
      const newest = await first();
      await page.getByRole('button', { name: 'Cuándo' }).click();
      await expect.poll(() => new URL(page.url()).searchParams.get('order')).toBe('asc');
      await expect.poll(first).not.toBe(newest);
      const oldest = await first();
      await page.getByRole('button', { name: 'Cuándo' }).click();
      await expect.poll(first).toBe(newest);
      await page.getByRole('button', { name: 'Cuándo' }).click();
      await expect.poll(first).toBe(oldest);
    });
  });

  it('of the history and its groups are of the same runs, in the reader’s words', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '/history?by=day&search=Brisa');
      const runs = await names(page);
      expect(runs.length).toBeGreaterThan(0);
      const [day, count] = (await page.locator('table').first().locator('tbody tr').first().innerText()).split('\t');
      expect(day).not.toMatch(/\d{4}-\d\d/);
      expect(Number(count)).toBe(runs.length);
      await open(page, served.url, '/history?by=spec');
      const depth = await page.locator('table').first().locator('tbody').innerText();
      expect(depth).toContain('1500 iteraciones');
      expect(depth).not.toContain('exact\t');
      await open(page, served.url, '/history?by=merchant&search=nadie');
      expect(await page.locator('tbody tr').count()).toBe(0);
      expect(await page.innerText('main')).toContain('Nada coincide con estos filtros');
    });
  });

  it('on a phone are ordered by a choice', async () => {
    await withPage({ phone: true, theme: 'dark' }, async (page) => {
      await open(page, served.url, '/history');
      await page.getByLabel('Ordenar por').selectOption('product asc');
      await expect.poll(() => new URL(page.url()).searchParams.get('sort')).toBe('product');
      await settled(page);
      await expect.poll(async () => isSorted(await names(page), (a, b) => a.localeCompare(b, 'es'))).toBe(true);
    });
  });

  it('have menus that give the focus back, and close when it goes elsewhere', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '/outcomes');
      const opener = page.locator('details.menu summary').first();
      const isOpen = (): Promise<boolean> => opener.evaluate((one) => (one.parentElement as HTMLDetailsElement).open);
      await opener.focus();
      await page.keyboard.press('Enter');
      await expect.poll(isOpen).toBe(true);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Escape');
      expect(await isOpen()).toBe(false);
      expect(await opener.evaluate((one) => one === document.activeElement)).toBe(true);
      await page.keyboard.press('Enter');
      await expect.poll(isOpen).toBe(true);
      await page.keyboard.press('Shift+Tab');
      await expect.poll(isOpen).toBe(false);
      expect(await opener.evaluate((one) => one === document.activeElement)).toBe(false);
    });
  });

  it('test alerts as they stand in the form, before they are saved', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '/settings?section=alerts');
      await page.getByLabel('Correo para').fill('ana@example.com');
      const asked: string[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/api/alerts/test')) asked.push(request.postData() ?? '');
      });
      // Without a server and a sender nothing is sent: the form says what is missing.
      await page.getByRole('button', { name: 'Enviar una prueba' }).click();
      expect(await page.locator('input:invalid').count()).toBe(2);
      expect(asked).toEqual([]);
      await page.getByLabel('Remitente').fill('Tienda <tienda@example.com>');
      await page.getByLabel('Servidor SMTP').fill('127.0.0.1');
      await page.getByRole('button', { name: 'Enviar una prueba' }).click();
      await expect.poll(() => asked.length).toBe(1);
      expect(JSON.parse(asked[0] as string)).toMatchObject({ email: { host: '127.0.0.1', to: ['ana@example.com'] } });
      const toast = page.locator('.toast').last();
      await expect.poll(() => toast.innerText()).toContain('127.0.0.1');
      expect(await toast.innerText()).not.toMatch(/--|demanda /);
      const kept = await page.evaluate(async () => (await fetch('/api/alerts')).json());
      expect((kept as { settings: { email: unknown } }).settings.email).toBeNull();
    });
  });
});
