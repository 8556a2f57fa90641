import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { Workspace } from '../../src/workspace.ts';
import {
  CHROMIUM,
  launch,
  onPage,
  open,
  type ServedDashboard,
  seriousViolations,
  serveDashboard,
  signIn,
} from './served-dashboard.ts';

const SHOP = 'Vinos Luz';
const PATH = `together?merchant=${encodeURIComponent(SHOP)}`;
const PRICES = { Tinto: 10, Blanco: 8 } as const;

/** Two wines of elasticity −2 of which one sells in the place of the other: 0.8 % for each percent. */
function salesRows(): string[] {
  const random = new RandomStream(12, 5);
  const names = Object.keys(PRICES) as (keyof typeof PRICES)[];
  const moves = { Tinto: 0, Blanco: 0 };
  return Array.from({ length: 420 }, (_, i) => {
    if (i % 7 === 0) for (const name of names) moves[name] = 0.1 * random.normal();
    const date = new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
    return names.map((name) => {
      const other = moves[name === 'Tinto' ? 'Blanco' : 'Tinto'];
      const sold = 60 * Math.exp(-2 * moves[name] + 0.8 * other + 0.1 * random.normal());
      const price = PRICES[name] * Math.exp(moves[name]);
      return `${date},${SHOP},${name},vino,${sold.toFixed(2)},${price.toFixed(2)},${(0.6 * PRICES[name]).toFixed(2)}`;
    });
  }).flat();
}

describe.skipIf(!CHROMIUM)('prices together in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-together-'));
  let served: ServedDashboard;
  let browser: Browser;
  let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;

  beforeAll(async () => {
    const file = join(folder, 'ventas.csv');
    writeFileSync(file, `date,merchant,product,type,quantity,price,cost\n${salesRows().join('\n')}\n`);
    const workspace = await Workspace.open(folder, { lang: 'es' });
    await workspace.importFiles([file], { unit: 'l' });
    await workspace.train({ workers: 1 });
    await workspace.close();
    served = await serveDashboard({ folder });
    browser = await launch();
    cookies = await signIn(browser, served);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const proposals = async (): Promise<Record<string, readonly string[]>> => {
    const workspace = await Workspace.open(folder, { lang: 'es' });
    const { items } = await workspace.recommendations.list({ status: 'proposed' }, 'id', { limit: 10 });
    await workspace.close();
    return Object.fromEntries(items.map(({ product, recommendation }) => [product, recommendation.reasons]));
  };

  it('says what they earn together and what sells instead of what; proposes them, and takes that back', async () => {
    await onPage(browser, served.url, cookies, {}, async (page) => {
      await open(page, served.url, PATH);
      await expect.poll(() => page.innerText('.headline')).toMatch(/ganarían \+.+\s€ más en 14 días/);
      const said = await page.locator('.plain-list li').allInnerTexts();
      expect(said).toHaveLength(2);
      for (const sentence of said)
        expect(sentence).toMatch(/^Si (Tinto|Blanco) sube un 10\s%, se vende un \d+\s% más de (Tinto|Blanco)\.$/);
      await page.getByRole('button', { name: 'Proponer estos precios' }).first().click();
      await page.locator('.toast', { hasText: 'propuesto' }).waitFor();
      for (const reasons of Object.values(await proposals())) expect(reasons).toContain('PRICED_TOGETHER');
      await page.locator('.toast button').click();
      await page.locator('.toast', { hasText: 'por separado' }).waitFor();
      for (const reasons of Object.values(await proposals())) expect(reasons).not.toContain('PRICED_TOGETHER');
    });
  }, 60_000);

  it('answers a price of one’s own by what all sell, keeps it under a name, and proposes it', async () => {
    await onPage(browser, served.url, cookies, {}, async (page) => {
      await open(page, served.url, PATH);
      const rowOf = (name: string) => page.locator('.together.prices tbody tr', { hasText: name });
      const field = page.getByRole('textbox', { name: 'Mi precio de Tinto' });
      const today = Number((await field.getAttribute('placeholder'))?.replace(/[^\d,]/g, '').replace(',', '.'));
      await field.fill('no');
      await field.press('Enter');
      expect(await field.evaluate((input: HTMLInputElement) => input.validity.customError)).toBe(true);
      await field.fill((1.1 * today).toFixed(2).replace('.', ','));
      await field.press('Enter');
      await page.locator('tr[aria-selected=true]', { hasText: 'Mis precios' }).waitFor();
      const moved = async (name: string): Promise<number> => {
        const text = await rowOf(name).locator('td').nth(5).locator('small').innerText();
        return Number(text.replace(/[^\d,.-]/g, '').replace(',', '.'));
      };
      // 10 % dearer: 1.1 ** −2 is −17 %, and 1.1 ** 0.8 is +8 %.
      await expect.poll(() => moved('Tinto')).toBeLessThan(-12);
      expect(await moved('Blanco')).toBeGreaterThan(3);
      await page.getByRole('textbox', { name: 'Guardar mis precios como' }).fill('Subir el tinto');
      await page.getByRole('button', { name: 'Guardar', exact: true }).click();
      await page.locator('tbody th', { hasText: 'Subir el tinto' }).waitFor();
      await page.getByRole('button', { name: 'Proponer estos precios' }).last().click();
      await page.locator('.toast', { hasText: 'propuesto' }).waitFor();
      expect((await proposals()).Tinto).toContain('OWN_PLAN');
      await page.locator('tbody th button.quiet').click();
      await page.locator('tbody th', { hasText: 'Subir el tinto' }).waitFor({ state: 'detached' });
    });
  }, 60_000);

  it('keeps to the limits in its address, and says what they cost', async () => {
    await onPage(browser, served.url, cookies, {}, async (page) => {
      await open(page, served.url, `${PATH}&changes=1`);
      await expect.poll(() => page.innerText('.plain-list li')).toContain('Precios que cambian: como mucho 1');
      const together = page.locator('tbody tr', { hasText: 'Los mejores juntos' }).locator('td').last();
      expect(await together.innerText()).toBe('1');
    });
  }, 60_000);

  it('keeps which products belong together, row by row, as a file and from one', async () => {
    await onPage(browser, served.url, cookies, {}, async (page) => {
      await open(page, served.url, PATH);
      await page.getByText('Diga qué productos van juntos').click();
      await page.getByRole('button', { name: 'Añadir fila' }).click();
      await page.getByRole('combobox', { name: 'Producto' }).selectOption('Blanco');
      await page.getByRole('combobox', { name: 'Más barato que' }).selectOption('Tinto');
      const least = page.getByRole('textbox', { name: 'al menos (%)' });
      await least.fill('mucho');
      expect(await least.evaluate((input: HTMLInputElement) => input.validity.customError)).toBe(true);
      await least.fill('12,5');
      await page.getByRole('button', { name: 'Guardar', exact: true }).last().click();
      await page.locator('.toast', { hasText: 'Guardado: 1 fila' }).waitFor();
      await page.locator('.plain-list li', { hasText: 'Blanco cuesta menos que Tinto' }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByText('Diga qué productos van juntos').waitFor();
      const csv = `comerciante;producto;familia\n;Tinto;vino\n;Blanco;vino\nOtra;Tinto;vino\n`;
      await page.locator('input[type=file]').setInputFiles({
        ...{ name: 'reglas.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) },
      });
      await page.locator('.toast', { hasText: 'otros comerciantes que quedaron fuera: 1' }).waitFor();
      await page.locator('.plain-list li', { hasText: 'Tinto, Blanco se mueven juntos' }).waitFor();
      const bad = { name: 'malas.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b\n1;2\n') };
      await page.locator('input[type=file]').setInputFiles(bad);
      await page.locator('.note.bad', { hasText: 'malas.csv' }).waitFor();
      for (const name of ['Tinto', 'Blanco'])
        await page.getByRole('button', { name: `Quitar la fila: ${name}` }).click();
      await page.getByRole('button', { name: 'Guardar', exact: true }).last().click();
      await page.locator('.toast', { hasText: 'Guardado: 0 filas' }).waitFor();
    });
  }, 60_000);
});
