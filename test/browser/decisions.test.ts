import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
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

const DAY_MS = 86_400_000;
/** Days of sales before anything is decided; they end so long ago that a test begins after them, not after today. */
const BEFORE = 210;
const AFTER = 40;
const FIRST = Math.floor(Date.now() / DAY_MS) - BEFORE - AFTER - 20;
const dayText = (day: number): string => new Date((FIRST + day) * DAY_MS).toISOString().slice(0, 10);

/**
 * Elasticity −3 throughout: the price that earns most is half as much again as the cost. Lamb's price has moved, and
 * 15 % is as far as it may go at once; those of tripe and liver never moved.
 */
const PRODUCTS = [
  { product: 'Cordero', price: 14, cost: 6, moves: true },
  { product: 'Callos', price: 5, cost: 2.8, moves: false },
  { product: 'Hígado', price: 4, cost: 2.3, moves: false },
] as const;
const SHOP = 'Carnicería Luz';
const CELL = `models/${encodeURIComponent(SHOP)}/Cordero`;

describe.skipIf(!CHROMIUM)('steps, tests and results in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-decisions-'));
  let served: ServedDashboard;
  let browser: Browser;
  let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;

  beforeAll(async () => {
    const sales = salesFile('before.csv', 0, BEFORE, new Map());
    demanda('import', sales);
    demanda('train', '--all');
    demanda('recommend', '--all', '--propose');
    served = await serveDashboard({ folder });
    browser = await launch();
    cookies = await signIn(browser, served);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function demanda(...args: readonly string[]): void {
    const done = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../support/cli.ts'), ...args, '--workspace', folder, '--lang', 'en'],
      { encoding: 'utf8' },
    );
    expect(done.status, done.stderr).toBe(0);
  }

  /** @param prices by product and day, where they differ from the usual one */
  function salesFile(name: string, from: number, to: number, prices: ReadonlyMap<string, number>): string {
    const lines = PRODUCTS.flatMap(({ product, price: usual, cost, moves }, p) => {
      const random = new RandomStream(p, from, 3);
      return Array.from({ length: to - from }, (_, k) => {
        const date = dayText(from + k);
        const moved = moves && from === 0 && k < to - 5 ? 0.9 + 0.05 * Math.floor(5 * random.uniform()) : 1;
        const price = prices.get(`${product} ${date}`) ?? usual * moved;
        const sold = 60 * (price / usual) ** -3 * Math.exp(0.15 * random.normal());
        return `${date},${SHOP},${product},${sold.toFixed(2)},${price.toFixed(2)},${cost}`;
      });
    });
    const file = join(folder, name);
    writeFileSync(file, ['date,merchant,product,quantity,price,cost', ...lines].join('\n'));
    return file;
  }

  const withPage = (look: Look, work: (page: Page) => Promise<void>): Promise<void> =>
    onPage(browser, served.url, cookies, look, work);

  const startButton = (page: Page, product: string) =>
    page.locator('tbody tr', { hasText: product }).getByRole('button', { name: 'Empezar' });
  async function start(page: Page, product: string): Promise<string> {
    await open(page, served.url, 'tests');
    await startButton(page, product).click();
    const said = await page.innerText('dialog p');
    await page.locator('dialog button[type=submit]').click();
    await page.waitForURL('**/tests/*');
    await page.waitForSelector('.page-head .badge');
    return said;
  }

  it('shows a step as one: today, this step, where the model points and when to look again', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, CELL);
      const { recommendation } = await page.evaluate(
        async (address) => (await fetch(address)).json() as Promise<{ recommendation: Record<string, number> }>,
        `/api/${CELL}`,
      );
      const euros = new Intl.NumberFormat('es', { style: 'currency', currency: 'EUR' });
      const prices = await page.locator('.price-step b').allInnerTexts();
      expect(prices).toEqual(
        [14, recommendation.price, recommendation.unconstrainedPrice].map((p) => euros.format(p as number)),
      );
      expect(await page.innerText('.price-step')).toContain('Vuelva a mirar tras 14 días');
      expect(await page.innerText('.bullets')).toContain('Dé el paso, mire qué trae y vuelva a preguntar.');
      await open(page, served.url, 'recommendations');
      const row = page.locator('.recommendations tbody tr', { hasText: 'Cordero' });
      expect(await row.locator('.col-new').innerText()).toContain('un paso hacia');
      await row.locator('summary').click();
      expect(await row.innerText()).toContain('Dé el paso');
    });
  });

  it('leads from a price that never moved to a test of it', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, `models/${encodeURIComponent(SHOP)}/Callos`);
      await page.getByRole('link', { name: 'Proponer una prueba de precios' }).first().click();
      await page.waitForURL('**/tests?*');
      await startButton(page, 'Callos').waitFor();
      expect(await page.locator('tbody tr').count()).toBe(1);
    });
  });

  it('says what will happen, starts a test, hands out its plan, and stops it', async () => {
    await withPage({}, async (page) => {
      const said = await start(page, 'Hígado');
      expect(said).toMatch(
        /^Desde el .* 20\d\d, durante \d+ semanas, Hígado se vende en Carnicería Luz a [\d,]+\s€ o [\d,]+\s€/,
      );
      expect(await page.innerText('.page-head .badge')).toBe('previsto');
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: 'CSV' }).click();
      const plan = readFileSync((await (await download).path()) as string, 'utf8');
      const prices = new Set(
        plan
          .trim()
          .split('\r\n')
          .slice(1)
          // In Spanish: semicolons, and decimals with a comma.
          .map((line) => line.split(';')[4]),
      );
      expect(prices.size).toBe(2);
      for (const price of prices) expect(await page.innerText('.chart-table')).toContain(price as string);
      // One row a turn: no two neighbours at the same price.
      const shown = await page.locator('.chart-table tbody td.num').allInnerTexts();
      expect(shown.every((price, i) => i === 0 || price !== shown[i - 1])).toBe(true);
      await page.getByRole('button', { name: 'Detener' }).click();
      await page.locator('dialog button[type=submit]').click();
      await expect.poll(() => page.innerText('.page-head .badge')).toBe('detenido');
      await open(page, served.url, 'tests?status=stopped');
      expect(await page.locator('.card-rows tbody tr', { hasText: 'Hígado' }).last().innerText()).toContain('detenido');
    });
  }, 60_000);

  it('tells what a test answered and what exported prices earned, once the sales are there', async () => {
    await withPage({}, async (page) => {
      await start(page, 'Callos');
      const address = page.url();
      expect(await page.innerText('main')).toContain('Todavía no se vendió nada en la prueba');
      const test = await page.evaluate(
        async (path) => (await fetch(path)).json() as Promise<{ cells: { plan: { date: string; price: number }[] }[] }>,
        `/api/experiments/${address.split('/').at(-1)}`,
      );
      const prices = new Map(test.cells[0]?.plan.map(({ date, price }) => [`Callos ${date}`, price]));

      await open(page, served.url, CELL);
      await page.getByRole('button', { name: 'Aprobar' }).click();
      await open(page, served.url, 'recommendations?status=approved');
      await page.locator('.recommendations tbody input').check();
      await page.locator('.bulk').getByRole('button', { name: 'Exportar' }).click();
      await page.locator('dialog input[type=date]').fill(dayText(BEFORE));
      const download = page.waitForEvent('download');
      await page.locator('dialog button[type=submit]').click();
      await download;
      const charged = 11.9;
      for (let day = BEFORE; day < BEFORE + AFTER; day++) prices.set(`Cordero ${dayText(day)}`, charged);

      await open(page, served.url, 'data');
      await page.setInputFiles('input[type=file]', salesFile('after.csv', BEFORE, BEFORE + AFTER, prices));
      await page.getByRole('button', { name: `Importar ${3 * AFTER} filas` }).click();
      await page.getByText(`${3 * AFTER} filas importadas`).waitFor();

      await page.goto(address);
      await page.getByText('respondido').waitFor();
      const told = await page.innerText('main');
      expect(told).toContain('terminado');
      expect(told).toContain('Entrenar, para que el modelo conozca la prueba');
      // −3 is the truth, and a test tells it with an error of some tenths.
      const drawn = page.locator('.what-if > div', { hasText: 'Por la prueba sola' });
      expect(
        Math.abs(
          Number((await drawn.locator('dd').innerText()).split('\n')[0]?.replace(',', '.').replace('−', '-')) + 3,
        ),
      ).toBeLessThan(1.5);

      await open(page, served.url, 'outcomes');
      const { gain } = await page.evaluate(
        async () => (await fetch('/api/recommendations/outcomes')).json() as Promise<{ gain: { value: number } }>,
      );
      expect(gain.value).toBeGreaterThan(0);
      expect(await page.innerText('.tiles')).toContain(Math.round(gain.value).toLocaleString('es'));
      expect(await page.innerText('table.card-rows')).toContain('ganó más');
      await page.locator('figure.chart [data-drawn=true]').waitFor();
      await page.getByRole('button', { name: 'Tabla' }).click();
      // The sum, and the one change.
      expect(await page.locator('figure.chart tbody tr').count()).toBe(2);
    });
  }, 120_000);

  it('changes a name and takes that back, and joins two that are one', async () => {
    const names = (page: Page) => page.locator('section.card', { has: page.getByRole('heading', { name: 'Nombres' }) });
    const file = join(folder, 'names.csv');
    writeFileSync(
      file,
      `date,merchant,product,quantity,price\n${dayText(0)},${SHOP},Chorizos,3,4\n${dayText(1)},${SHOP},Chorizo,3,4\n`,
    );
    demanda('import', file);
    await withPage({}, async (page) => {
      await open(page, served.url, 'data');
      const rename = async (into: string): Promise<void> => {
        await page.locator('dialog input').fill(into);
        await page.locator('dialog button[type=submit]').click();
        await page.locator('dialog [role=status]').waitFor();
      };
      await names(page).locator('tr', { hasText: 'Hígado' }).getByRole('button').click();
      await rename('Hígado de ternera');
      expect(await page.innerText('dialog [role=status]')).toMatch(/con todo lo que se guarda de él \(2\d\d filas\)/);
      await page.locator('dialog').getByRole('button', { name: 'Cambiar el nombre' }).click();
      await names(page).getByText('Hígado → Hígado de ternera').waitFor();
      await page.locator('.toast').getByRole('button', { name: 'Deshacer' }).click();
      await names(page)
        .locator('tr', { hasText: /^Hígado\d/ })
        .waitFor();

      await names(page)
        .getByRole('button', { name: /Chorizos? · Chorizos?/ })
        .click();
      await page.locator('dialog button[type=submit]').click();
      expect(await page.innerText('dialog [role=status]')).toContain('No se puede deshacer');
      await page.locator('dialog').getByRole('button', { name: 'Juntar' }).click();
      await expect.poll(() => names(page).locator('tr', { hasText: 'Chorizo' }).count()).toBe(1);
      const former = names(page).locator('li', { hasText: '→ Chorizo' });
      await former.getByRole('button', { name: 'Olvidar' }).click();
      await former.waitFor({ state: 'detached' });
    });
  }, 60_000);

  for (const look of [
    { lang: 'es', theme: 'light' },
    { lang: 'en', theme: 'dark', phone: true },
  ] as const) {
    it(`leaves axe nothing serious to say, no bare code and nothing beyond the edge (${look.lang}, ${look.theme})`, async () => {
      await withPage(look, async (page) => {
        for (const path of [CELL, 'recommendations?all=1', 'tests', 'tests/1', 'tests/2', 'outcomes', 'data']) {
          await open(page, served.url, path);
          expect(await page.innerText('main'), path).not.toMatch(/[A-Z]{3,}_[A-Z]{3,}|\{\w+\}|undefined|NaN|\[object/);
          const over = (): number => document.documentElement.scrollWidth - document.documentElement.clientWidth;
          expect(await page.evaluate(over), path).toBeLessThanOrEqual(0);
          expect(await seriousViolations(page), path).toEqual([]);
        }
      });
    }, 120_000);
  }
});
