/** A file on its way in, as a shopkeeper brings it: what is asked, what is said, and what comes back. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workbookOfSheets } from '../support/workbooks.ts';
import {
  CHROMIUM,
  type Look,
  launch,
  onPage,
  open,
  type ServedDashboard,
  seriousViolations,
  serveDashboard,
  signIn,
} from './served-dashboard.ts';

const PRODUCTS = ['Pollo', 'Conejo', 'Ternera'] as const;
const isoDay = (month: number, day: number): string =>
  `2025-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
const esDay = (month: number, day: number): string => isoDay(month, day).split('-').reverse().join('/');
/** Lines of a month's first twenty days: what a line is of a day and a product. */
function month(of: number, line: (date: string, product: string, i: number) => string): string[] {
  return Array.from({ length: 20 }, (_, d) =>
    PRODUCTS.map((product, i) => line(esDay(of, d + 1), product, d + i)),
  ).flat();
}

describe.skipIf(!CHROMIUM)('importing in the dashboard', () => {
  let served: ServedDashboard;
  let browser: Browser;
  let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;
  beforeAll(async () => {
    served = await serveDashboard();
    browser = await launch();
    cookies = await signIn(browser, served);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    if (served) rmSync(served.folder, { recursive: true, force: true });
  });

  const withPage = (look: Look, work: (page: Page) => Promise<void>): Promise<void> =>
    onPage(browser, served.url, cookies, look, async (page) => {
      await open(page, served.url, 'data');
      await work(page);
    });
  const written = (name: string, content: string | Buffer): string => {
    const file = join(served.folder, name);
    writeFileSync(file, content);
    return file;
  };
  const choose = async (page: Page, name: string, content: string | readonly string[] | Buffer): Promise<void> => {
    const whole = typeof content === 'string' || Buffer.isBuffer(content) ? content : content.join('\r\n');
    await page.setInputFiles('input[type=file]', written(name, whole));
    await page.getByRole('heading', { name }).waitFor();
    await rested(page);
  };
  /** Nothing is asked of the server now. */
  const rested = (page: Page): Promise<unknown> => page.waitForSelector('.card[aria-busy=false]');
  const noFlags = async (page: Page): Promise<void> => expect(await page.innerText('main')).not.toMatch(/--[a-z]/);

  it('titles above the headers, and no column for the shop: its name is asked once', async () => {
    const file = (of: number): string[] => [
      ...['Ventas por artículo', 'Tienda: Ana', '', 'Fecha;Articulo;Uds.;PVP'],
      ...month(of, (date, product, i) => `${date};${product};${3 + (i % 5)},0;${8 + i},50`),
    ];
    await withPage({ phone: true }, async (page) => {
      await choose(page, 'enero.csv', file(1));
      await noFlags(page);
      expect(await page.locator('.lines tr:has(.titles)').innerText()).toMatch(/4\s+títulos\s+Fecha\s+Articulo/);
      const shop = page.getByLabel('¿De qué comerciante (tienda) es este archivo?');
      expect(await seriousViolations(page)).toEqual([]);
      await shop.fill('Ana');
      await shop.press('Enter');
      await page.getByText('Se importará como: ventas. Filas: 60.').waitFor();
      expect(await page.innerText('main')).toContain('Se deja fuera: 2 líneas sobre los títulos');
      await page.getByRole('button', { name: 'Importar 60 filas' }).click();
      await page.getByText('60 filas importadas').waitFor();
      // The next one is of the only shop there is, which is said, and may be another one's.
      await choose(page, 'febrero.csv', file(2));
      await page.getByText('se toma Ana, el único que hay').waitFor();
      await page.getByLabel('¿De qué comerciante (tienda) es este archivo?').fill('Berta');
      await page.getByLabel('¿De qué comerciante (tienda) es este archivo?').press('Enter');
      await expect.poll(() => page.getByText('se toma Ana').count()).toBe(0);
      await rested(page);
      expect(await page.getByRole('button', { name: 'Importar 60 filas' }).isEnabled()).toBe(true);
      await page.getByRole('button', { name: 'Cancelar' }).click();
    });
  }, 120_000);

  it('sheets with their rows; a click on the line of the titles; columns told one by one', async () => {
    const sales = PRODUCTS.map((product, i) => [isoDay(3, i + 1), 'Ana', product, 3 + i, 8.5]);
    const titles = ['cuando', 'donde', 'que es', 'cuanto', 'a como'];
    const book = workbookOfSheets({
      Resumen: [['Total ventas', 190711.87506]],
      Datos: [['Informe'], ['Cab 1', 'Cab 2', 'Cab 3', 'Cab 4', 'Cab 5'], titles, ...sales],
    });
    await withPage({ lang: 'en', theme: 'dark' }, async (page) => {
      await choose(page, 'raro.xlsx', book);
      expect(await page.locator('.sheets li').allInnerTexts()).toEqual([
        expect.stringMatching(/Resumen\s+Rows: 1, columns: 2\s+Read only this one/),
        expect.stringMatching(/Datos is read\s+Rows: 6, columns: 5$/),
      ]);
      await page.getByRole('button', { name: 'Take line 3 as the titles of the columns' }).click();
      await page.locator('tr:has(.titles)', { hasText: 'cuando' }).waitFor();
      await noFlags(page);
      expect(await seriousViolations(page)).toEqual([]);
      const asked = [
        ['Date', 'cuando'],
        ['Quantity', 'cuanto'],
        ['Price', 'a como'],
        ['Product', 'que es'],
        ['Or the column that names it', 'donde'],
      ] as const;
      for (const [field, column] of asked) {
        const select = page.locator('.note label', { hasText: new RegExp(`^${field}`) }).locator('select');
        await select.selectOption(column);
        await select.waitFor({ state: 'detached' });
      }
      await page.getByText('It will be imported as: sales. Rows: 3.').waitFor();
      await page.getByRole('button', { name: 'Read only this one Resumen' }).click();
      await page.locator('.sheets .read', { hasText: 'Resumen' }).waitFor();
      await page.getByRole('button', { name: 'Find the sheets with sales' }).click();
      await page.locator('.sheets .read', { hasText: 'Datos' }).waitFor();
    });
  }, 120_000);

  it('costs beside a quantity of no known name: what the file holds is asked, and never assumed', async () => {
    await withPage({}, async (page) => {
      const head = 'Fecha;Producto;Bultos entregados;Precio;Coste;Tienda';
      const lines = month(4, (date, product, i) => `${date};${product};${3 + (i % 4)};8,50;5,10;Ana`);
      await choose(page, 'duda.csv', [head, ...lines]);
      await noFlags(page);
      expect(await page.getByLabel('Qué contiene este archivo').inputValue()).toBe('');
      expect(await page.getByRole('button', { name: 'Importar', exact: true }).isDisabled()).toBe(true);
      await page.getByRole('radio', { name: /Ventas/ }).click();
      const select = page.locator('.note label', { hasText: /^Cantidad/ }).locator('select');
      await select.selectOption('Bultos entregados');
      await page.getByText('Se importará como: ventas. Filas: 60.').waitFor();
    });
  }, 120_000);

  it('ends where the eye is, and costs that were asked for lead to the prices they change', async () => {
    await withPage({ phone: true }, async (page) => {
      const lines = month(8, (date, product, i) => `${date};Ana;${product};${3 + (i % 4)},500;8,50`);
      await choose(page, 'sin-costo.csv', ['Fecha;Tienda;Producto;Uds/Kg;P.V.P.', ...lines]);
      await page.getByText('Se importará como: ventas. Filas: 60.').waitFor();
      expect(await page.innerText('.outcome')).toContain('Ninguna columna dice el costo');
      await page.getByRole('button', { name: 'Importar 60 filas' }).click();
      const focused = (): Promise<string> =>
        page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText ?? '');
      await expect.poll(focused).toContain('60 filas importadas');
      const seen = await page.evaluate(() => document.activeElement?.getBoundingClientRect().bottom ?? -1);
      expect(seen).toBeGreaterThan(0);
      expect(seen).toBeLessThan(844);

      await choose(page, 'costos.csv', ['Producto;Coste', 'Pan;5,10', 'Torta;4,20']);
      await page.getByText('añádale una columna con el día').waitFor();
      await page.getByRole('button', { name: 'Cancelar' }).click();
      await choose(page, 'costos.csv', ['Fecha;Producto;Coste', '13/08/2025;Pan;5,10', '13/08/2025;Torta;4,20']);
      await page.getByText('Se importará como: costos. Filas: 2.').waitFor();
      await page.getByRole('button', { name: 'Importar 2 filas' }).click();
      await expect.poll(focused).toContain('2 filas importadas');
      expect(await page.getByRole('button', { name: 'Calcular precios' }).isVisible()).toBe(true);
    });
  }, 120_000);

  it('a till’s amounts, tickets and costs are sales', async () => {
    await withPage({ lang: 'en' }, async (page) => {
      const head = 'Fecha;Nº ticket;Tienda;Producto;Cantidad (kg);Importe;Coste';
      const lines = month(
        5,
        (date, product, i) => `${date};${1000 + i};Ana;${product};${1 + (i % 4)},250;${9 + i},40;5,10`,
      );
      await choose(page, 'caja.csv', [head, ...lines, ';;;TOTAL;195,000;999,90;']);
      const text = await page.innerText('main');
      expect(text).toContain('It will be imported as: sales. Rows: 60. Rows of totals left out: 1.');
      expect(text).toContain('Not used: Nº ticket');
      expect(text).toMatch(/Line total\s+Importe/);
      await noFlags(page);
    });
  }, 120_000);

  it('rows left out come back with their line and reason, as the file was written, and are added once mended', async () => {
    await withPage({ phone: true, theme: 'dark' }, async (page) => {
      const lines = month(6, (date, product, i) => `${date};Ana;${product};${3 + (i % 5)},5;8,50`);
      lines[37] = '13/06/2025;Ana;Conejo;5,5;gratis';
      await choose(page, 'rechazos.csv', ['Fecha;Tienda;Producto;Cantidad;Precio', ...lines]);
      expect(await page.locator('.issues tbody tr').allInnerTexts()).toEqual([
        expect.stringMatching(/^39\s+Precio\s+Debe ser un número; se encontró «gratis».$/),
      ]);
      await page.getByText('Dejar estas fuera').click();
      await page.getByRole('button', { name: 'Importar 59 filas' }).click();
      const link = page.getByRole('link', { name: 'Descargarlas' });
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      expect(download.suggestedFilename()).toBe('rechazos.csv.rejected.csv');
      const left = readFileSync(await download.path(), 'utf8');
      expect(left).toMatch(
        /^Fecha;Tienda;Producto;Cantidad;Precio;línea;motivo\n13\/06\/2025;Ana;Conejo;5,5;gratis;39;/,
      );
      await choose(page, 'rechazos.csv.rejected.csv', left.replace('gratis', '8,50'));
      await page.getByText('Se importará como: ventas. Filas: 1.').waitFor();
      await page.getByRole('button', { name: 'Importar 1 fila' }).click();
      await page.getByText('1 fila importada (0 reemplazadas)').waitFor();
      // And taken back.
      const row = page.locator('tr', { hasText: 'rechazos.csv.rejected.csv' });
      await row.getByRole('button', { name: /Deshacer/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Deshacer' }).click();
      await row.getByText('deshecha').waitFor();
    });
  }, 120_000);

  it('of a large file it is said how far it is', async () => {
    const lines = Array.from(
      { length: 150_000 },
      (_, i) =>
        `${esDay(1 + Math.floor(i / 12_500), 1 + (i % 25))};Ana;P${Math.floor(i / 25) % 500};${1 + (i % 9)};2,50`,
    );
    const file = written('grande.csv', ['Fecha;Tienda;Producto;Cantidad;Precio', ...lines].join('\n'));
    await withPage({}, async (page) => {
      await page.evaluate(() => {
        const seen = new Set<string>();
        Object.assign(globalThis, { seen });
        setInterval(() => {
          const said = document.querySelector('[role=status].import-progress')?.textContent;
          if (said) seen.add(said);
        }, 20);
      });
      const said = (): Promise<string[]> =>
        page.evaluate(() => [...(globalThis as unknown as { seen: Set<string> }).seen]);
      await page.setInputFiles('input[type=file]', file);
      await page.getByRole('heading', { name: 'grande.csv' }).waitFor({ timeout: 90_000 });
      const phases = (await said()).join('\n');
      expect(phases).toMatch(/Subiendo grande\.csv: \d+/);
      expect(phases).toMatch(/Mirando el archivo entero: [\d.]+ filas|Leyendo las filas: [\d.]+ de 150\.000/);
    });
  }, 180_000);
});
