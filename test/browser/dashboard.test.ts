import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import readXlsxFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { demoFolder } from './demo-workspace.ts';
import { pageFacts, pagesOf } from './pages.ts';
import {
  CHROMIUM,
  freePort,
  type Look,
  launch,
  onPage,
  open,
  type ServedDashboard,
  seriousViolations,
  serveDashboard,
  settled,
  signIn,
  visit,
} from './served-dashboard.ts';

const LONG = process.env.DEMANDA_LONG === '1';
/** Rules of axe's for what a theme and a language change: contrast, and names that are there. */
const WORDS_AND_COLOURS = ['color-contrast', 'button-name', 'link-name', 'label', 'select-name', 'html-has-lang'];
const CELL = 'models/Pescader%C3%ADa%20Brisa/Merluza';

describe.skipIf(!CHROMIUM)('the dashboard in a browser', () => {
  let served: ServedDashboard;
  let browser: Browser;
  let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;

  beforeAll(async () => {
    // A port of its own choosing: the server that comes back must be found at the same address.
    served = await serveDashboard({ folder: await demoFolder(), port: await freePort() });
    browser = await launch();
    cookies = await signIn(browser, served);
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    if (served) rmSync(served.folder, { recursive: true, force: true });
  });

  const withPage = (look: Look, work: (page: Page) => Promise<void>): Promise<void> =>
    onPage(browser, served.url, cookies, look, work);
  const get = async <T>(page: Page, path: string): Promise<T> =>
    page.evaluate(async (address) => (await fetch(address)).json(), path) as Promise<T>;

  for (const lang of ['es', 'en'] as const) {
    for (const phone of [false, true]) {
      it(`tells at first sight what to change, from which price to which, what it earns and how sure that is (${lang}, ${phone ? 'phone' : 'wide'})`, async () => {
        await withPage({ lang, phone, theme: phone ? 'dark' : 'light' }, async (page) => {
          await open(page, served.url, '');
          const lead = await page.textContent('.lead');
          const summary = await get<{ changes: number; expectedGain: number }>(page, '/api/overview/summary');
          expect(lead).toContain(String(summary.changes));
          expect(lead).toContain(Math.round(summary.expectedGain).toLocaleString(lang));
          const [first] = (
            await get<{ items: Record<string, number>[] }>(page, '/api/overview?sort=expectedGain&order=desc&limit=1')
          ).items;
          const row = page.locator('.overview tbody tr').first();
          const text = ((await row.textContent()) as string).replaceAll('\u00a0', ' ');
          const price = (value: number | undefined): string =>
            new Intl.NumberFormat(lang, { style: 'currency', currency: 'EUR' })
              .format(value as number)
              .replaceAll('\u00a0', ' ');
          expect(text).toContain(price(first?.currentPrice));
          expect(text).toContain(price(first?.recommendedPrice));
          expect(text).toMatch(/\d+\s?%/);
          // Nothing hangs over the side of the screen.
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
          ).toBeLessThanOrEqual(0);
        });
      });
    }
  }

  for (const [lang, theme, rules] of [
    ['es', 'light', undefined],
    // Another theme changes colours, another language words, and neither what stands in what.
    ['en', 'dark', LONG ? undefined : WORDS_AND_COLOURS],
  ] as const) {
    it(`shows every page without an error, a bare code, a gap in a sentence or a request to elsewhere, and leaves axe nothing serious or critical to say of it (${lang}, ${theme})`, async () => {
      await withPage({ lang, theme }, async (page) => {
        await open(page, served.url, '');
        const { cells, ...facts } = await pageFacts(page);
        const violations: string[] = [];
        for (const { route, path } of pagesOf({ ...facts, cells: cells.slice(0, 2) })) {
          if (route === 'door') await page.context().clearCookies();
          await open(page, served.url, path);
          const text = await page.innerText('main');
          expect(text, path).not.toMatch(/[A-Z]{3,}_[A-Z]{3,}|\{\w+\}|undefined|NaN|\[object/);
          expect(await page.getAttribute('html', 'lang')).toBe(lang);
          expect(await page.title()).toContain('demanda');
          violations.push(...(await seriousViolations(page, rules)).map((violation) => `/${path}: ${violation}`));
        }
        expect(violations).toEqual([]);
      });
    }, 600_000);
  }

  it('computes in the browser what the server recommends', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, CELL);
      const { recommendation: r } = await get<{
        recommendation: { price: number; expectedDemand: { value: number }; expectedProfit: { value: number } };
      }>(page, `/api/${CELL}`);
      const shown = async (n: number): Promise<number> =>
        Number(
          ((await page.locator('.what-if dd').nth(n).innerText()).split('\n')[0] as string)
            .replace(/[^\d,-]/g, '')
            .replace(',', '.'),
        );
      // The server draws on a grid of its own: interpolating between grid points moves the mean by some thousandths,
      // and the page rounds to whole units.
      expect(Math.abs((await shown(0)) / r.expectedDemand.value - 1)).toBeLessThan(0.01);
      expect(Math.abs((await shown(1)) / r.expectedProfit.value - 1)).toBeLessThan(0.01);
      const before = await page.textContent('.what-if-price');
      await page.focus('#what-if-price');
      await page.keyboard.press('PageDown');
      expect(await page.textContent('.what-if-price')).not.toBe(before);
      expect(await page.textContent('[aria-live=polite].hidden-text')).not.toBe('');
    });
  });

  it('hands out every chart as table, CSV, SVG and PNG', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, CELL);
      const chart = page.locator('figure.chart').first();
      await chart.locator('[data-ready=true]').waitFor();
      await chart.getByRole('button', { name: 'Tabla' }).click();
      expect(await chart.locator('table tbody tr').count()).toBe(41);
      for (const kind of ['CSV', 'SVG', 'PNG']) {
        await chart.locator('summary').click();
        const download = page.waitForEvent('download');
        await chart.getByRole('button', { name: kind }).click();
        const file = await download;
        const bytes = readFileSync((await file.path()) as string);
        expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${kind.toLowerCase()}$`));
        const begins = { CSV: 'Precio', SVG: '<svg', PNG: '\u0089PNG' }[kind] as string;
        expect(
          bytes
            .toString('latin1')
            .replace(/^(\u00EF\u00BB\u00BF)?"?/, '')
            .startsWith(begins),
          kind,
        ).toBe(true);
      }
    });
  });

  it('goes from the first page to an exported price by keyboard alone', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '');
      const reach = async (target: string): Promise<void> => {
        for (let i = 0; i < 80; i++) {
          if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, target)) return;
          await page.keyboard.press('Tab');
        }
        throw new Error(`Tab never reached ${target}`);
      };
      await reach('.overview tbody a');
      // By its name: while the demo trains, rows change their places.
      const next = await page.evaluate(
        () => document.activeElement?.closest('tr')?.nextElementSibling?.querySelector('a')?.textContent,
      );
      await page.keyboard.press('ArrowDown');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(next);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/models/**');
      await settled(page);
      await page.waitForSelector('section button.primary');
      await reach('section button.primary');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.toast');
      await page.waitForSelector('a[href="/recommendations?status=approved"]');
      await reach('a[href="/recommendations?status=approved"]');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/recommendations?status=approved');
      await page.waitForSelector('.recommendations tbody tr');
      await reach('thead input[type=checkbox]');
      await page.keyboard.press('Space');
      await reach('.bulk .button.primary');
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog[open]');
      await reach('dialog button[type=submit]');
      const download = page.waitForEvent('download');
      await page.keyboard.press('Enter');
      // One line of titles and one of the price, in a workbook.
      const [sheet] = (await readXlsxFile(readFileSync((await (await download).path()) as string))) as unknown as {
        data: unknown[][];
      }[];
      expect(sheet?.data.length).toBe(2);
      await page.waitForSelector('dialog', { state: 'detached' });
      await open(page, served.url, 'recommendations?status=exported');
      expect(await page.locator('.recommendations tbody tr').count()).toBe(1);
      expect(await page.innerText('.recommendations tbody tr')).toContain('pronto para saberlo');
    });
  }, 120_000);

  it('undoes an approval, and rejects only with a reason', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, 'recommendations');
      const rows = page.locator('.recommendations tbody tr');
      const before = await rows.count();
      await rows.first().getByRole('button', { name: 'Aprobar' }).click();
      await expect.poll(() => rows.count()).toBe(before - 1);
      await page.getByRole('button', { name: 'Deshacer' }).click();
      await expect.poll(() => rows.count()).toBe(before);
      await rows.first().locator('input').check();
      await page.locator('.bulk').getByRole('button', { name: 'Rechazar' }).click();
      const submit = page.locator('dialog button[type=submit]');
      expect(await submit.isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'No es el momento' }).click();
      await submit.click();
      await expect.poll(() => rows.count()).toBe(before - 1);
      await open(page, served.url, 'recommendations?status=rejected');
      expect(await page.innerText('.recommendations tbody')).toContain('No es el momento');
    });
  });

  it('tells the second of two people that the first has decided', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, 'recommendations');
      const name = await page.locator('.recommendations tbody tr .name').first().textContent();
      const other = await visit(browser, served.url, cookies);
      await open(other.page, served.url, 'recommendations');
      await other.page.locator('.recommendations tbody tr').first().getByRole('button', { name: 'Aprobar' }).click();
      await other.page.waitForSelector('.toast');
      await other.context.close();
      await page.locator('.recommendations tbody tr').first().getByRole('button', { name: 'Aprobar' }).click();
      const said = await page.locator('.toast').innerText();
      expect(said).not.toContain('Aprobadas');
      await expect.poll(() => page.locator('.recommendations tbody tr .name').first().textContent()).not.toBe(name);
    });
  });

  it('overrides a price with a reason, and exports it as a spreadsheet', async () => {
    await withPage({ lang: 'en', theme: 'dark' }, async (page) => {
      await open(page, served.url, 'recommendations');
      const row = page.locator('.recommendations tbody tr').first();
      const product = (await row.locator('.name').textContent()) as string;
      await row.getByRole('button', { name: 'Another price' }).click();
      await page.locator('dialog textarea').fill('round price');
      await page.locator('dialog input').fill('0x9');
      expect(await page.locator('dialog button[type=submit]').isDisabled()).toBe(true);
      await page.locator('dialog input').fill('9.99');
      await page.locator('dialog button[type=submit]').click();
      await page.waitForSelector('.toast');
      await open(page, served.url, 'recommendations?status=approved');
      const approved = page.locator('.recommendations tbody tr', { hasText: product });
      expect(await approved.innerText()).toContain('€9.99');
      expect(await approved.innerText()).toContain('round price');
      // All that are approved, without choosing them one by one.
      await page.getByRole('button', { name: /^Export \d+ prices?$/ }).click();
      expect(await page.locator('dialog tbody').innerText()).toContain('€9.99');
      await page.keyboard.press('Escape');
      await page.locator('.bulk').getByRole('button', { name: 'Clear' }).click();
      await approved.locator('input').check();
      await page.locator('.bulk').getByRole('button', { name: 'Export' }).click();
      await page.locator('dialog select').selectOption('fileSheet');
      const download = page.waitForEvent('download');
      await page.locator('dialog button[type=submit]').click();
      const file = await download;
      expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
      // A spreadsheet is a ZIP archive.
      expect(
        readFileSync((await file.path()) as string)
          .subarray(0, 2)
          .toString(),
      ).toBe('PK');
    });
  });

  it('starts a training, shows it converge, stops it, goes on with it and keeps its history', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, `train?cells=${encodeURIComponent('Carnicer%C3%ADa%20Aurora:Cerdo')}`);
      await page.getByText('A medida').click();
      const iterations = page.getByRole('spinbutton', { name: 'Iteraciones' }).first();
      const refusal = (): Promise<string> => iterations.evaluate((field: HTMLInputElement) => field.validationMessage);
      await iterations.fill('4e6');
      await page.getByRole('button', { name: 'Empezar a entrenar' }).click();
      expect(await refusal()).toBe('Debe ser un número entero, solo con cifras.');
      await iterations.fill('4000000');
      expect(await refusal()).toBe('');
      await page.getByRole('button', { name: 'Empezar a entrenar' }).click();
      await page.waitForURL('**/train/*');
      await page.waitForSelector('.live.large polyline', { timeout: 60_000 });
      const length = async (): Promise<number> =>
        ((await page.locator('.live.large polyline').getAttribute('points')) as string).length;
      const iteration = async (): Promise<string> => (await page.locator('tbody td.num').first().innerText()) as string;
      const [points, at] = [await length(), await iteration()];
      expect(points).toBeGreaterThan(0);
      await expect.poll(iteration, { timeout: 30_000 }).not.toBe(at);
      await page.getByRole('button', { name: 'Detener' }).click();
      await page.getByRole('button', { name: 'Continuar' }).waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Continuar' }).click();
      await page.getByRole('button', { name: 'Detener' }).waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Detener' }).click();
      await page.getByRole('button', { name: 'Continuar' }).waitFor({ timeout: 60_000 });
      await open(page, served.url, 'history?status=stopped');
      await page.locator('tbody a').first().click();
      await page.waitForURL('**/history/*');
      await settled(page);
      expect(await page.innerText('main')).toContain('Análisis');
      await page.locator('figure.chart [data-ready=true]').first().waitFor();
    });
  }, 240_000);

  it('imports a file: what was understood, what is wrong and where, and only then the rows', async () => {
    const file = join(served.folder, 'quesos.csv');
    const rows = Array.from(
      { length: 60 },
      (_, i) =>
        `2026-0${5 + Math.floor(i / 30)}-${String((i % 30) + 1).padStart(2, '0')},Quesería Luna,Manchego,Queso,${5 + (i % 7)},${12 + (i % 3)}`,
    );
    rows[4] = '2026-05-05,Quesería Luna,Manchego,Queso,tres,12';
    writeFileSync(file, `fecha,local,artículo,tipo,kilos,precio\n${rows.join('\n')}\n`);
    await withPage({}, async (page) => {
      await open(page, served.url, 'data');
      await page.setInputFiles('input[type=file]', file);
      await page.waitForSelector('.sample');
      const text = await page.innerText('main');
      expect(text).toContain('quesos.csv');
      expect(await page.locator('.issues tbody tr').first().innerText()).toMatch(/6\s+kilos/);
      const commit = page.getByRole('button', { name: 'Importar 59 filas' });
      expect(await commit.isDisabled()).toBe(true);
      await page.getByText('Dejar estas fuera').click();
      await commit.click();
      await page.getByText('59 filas importadas').waitFor();
      await expect.poll(() => page.innerText('.coverage')).toContain('Manchego');
      await open(page, served.url, '?state=untrained');
      expect(await page.innerText('.overview tbody')).toContain('Manchego');
      await open(page, served.url, `models/${encodeURIComponent('Quesería Luna')}/Manchego`);
      expect(await page.innerText('main')).toContain('Todavía no hay modelo');
    });
  }, 120_000);

  it('asks what a till’s file leaves open, shows how it was read, and remembers the answer', async () => {
    const month = (name: string, number: string): string => {
      const file = join(served.folder, name);
      const rows = ['01', '04', '07', '11'].map(
        (day, i) => `${day}/${number}/2025;Horno Luz;Hogaza;${10 + i};2${i}0,00;Lola`,
      );
      const head = 'CAJA 1;;;;;\nVentas por artículo;;;;;\n\nDía;Tienda;Artículo;Uds.;Importe;Cajero\n';
      writeFileSync(file, `${head}${rows.join('\n')}\nTOTAL;;;46;9.999,00;\n`);
      return file;
    };
    await withPage({}, async (page) => {
      await open(page, served.url, 'data');
      await page.setInputFiles('input[type=file]', month('caja-marzo.csv', '03'));
      const dayFirst = page.getByRole('radio', { name: /1 mar 2025/ });
      await dayFirst.waitFor();
      expect(await page.getByRole('button', { name: 'Importar', exact: true }).isDisabled()).toBe(true);
      await dayFirst.click();
      const understood = page.locator('.understanding');
      await understood.waitFor();
      expect(await understood.innerText()).toMatch(/Fecha\s+Día\s+01\/03\/2025\s+dd\/mm\/aaaa: como se indicó/);
      expect(await understood.innerText()).toMatch(/Importe\s+200,00\s+coma decimal/);
      expect(await page.innerText('main')).toContain('Sin usar: Cajero');
      expect(await page.innerText('main')).toMatch(/Se deja fuera: \d líneas sobre los títulos; totales en línea 9/);
      await page.getByRole('button', { name: 'Importar 4 filas' }).click();
      await page.getByText('4 filas importadas').waitFor();

      await page.setInputFiles('input[type=file]', month('caja-abril.csv', '04'));
      await page.getByText('Leído como se indicó para caja-marzo.csv').waitFor();
      expect(await page.innerText('.card-head')).toContain('1 abr 2025');
      await page.getByRole('button', { name: 'Leerlo de nuevo y olvidar eso' }).click();
      await page.getByRole('radio', { name: /4 ene 2025/ }).waitFor();
      await page.getByRole('button', { name: 'Cancelar' }).click();
      // Nothing was imported by another reading: what was said holds on.
      await page.setInputFiles('input[type=file]', month('caja-mayo.csv', '05'));
      await page.getByText('Leído como se indicó para caja-marzo.csv').waitFor();
      // Days that are there are replaced or added to, as is chosen.
      await page.getByRole('button', { name: 'Cancelar' }).click();
      await page.setInputFiles('input[type=file]', month('caja-marzo-2.csv', '03'));
      await page.getByRole('radio', { name: /Sumar/ }).click();
      await page.getByRole('button', { name: 'Importar 4 filas' }).click();
      await page.getByText('4 filas importadas (0 reemplazadas)').waitFor();
    });
  }, 120_000);

  it('refuses what is no sales file in one clear sentence', async () => {
    const file = join(served.folder, 'foto.csv');
    writeFileSync(file, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]));
    await withPage({}, async (page) => {
      await open(page, served.url, 'data');
      await page.setInputFiles('input[type=file]', file);
      const note = page.locator('.note.bad, .note.warn').first();
      await note.waitFor();
      expect((await note.innerText()).length).toBeGreaterThan(20);
      expect(await note.innerText()).not.toMatch(/[A-Z]{3,}_[A-Z]{3,}/);
    });
  });

  it('makes a key that is shown once and can be revoked, and writes both down', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, 'settings?section=keys');
      await page.getByRole('button', { name: 'Clave nueva' }).click();
      await page.locator('dialog input').first().fill('caja');
      await page.locator('dialog button[type=submit]').click();
      const key = (await page.locator('code.key').textContent()) as string;
      expect((await fetch(`${served.url}api/overview`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(
        200,
      );
      await open(page, served.url, 'settings?section=keys');
      expect(await page.content()).not.toContain(key);
      await page.getByRole('button', { name: 'Revocar' }).click();
      await page.locator('dialog button[type=submit]').click();
      await page.getByText('revocada').waitFor();
      expect((await fetch(`${served.url}api/overview`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(
        401,
      );
      await open(page, served.url, 'settings?section=audit');
      const log = await page.innerText('main');
      expect(log).toContain('Creó una clave');
      expect(log).toContain('Revocó una clave');
    });
  });

  it('keeps guardrails of one shop, and takes them back', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, `settings?section=guardrails&merchant=${encodeURIComponent('Frutería Cometa')}`);
      const field = page.getByLabel('Cambio máximo');
      await field.fill('5');
      await page.getByRole('button', { name: 'Guardar' }).click();
      await page.waitForSelector('.toast');
      await expect.poll(() => page.locator('.badge', { hasText: 'fijado aquí' }).count()).toBeGreaterThan(0);
      await open(page, served.url, 'recommendations?merchant=Fruter%C3%ADa+Cometa');
      await page.getByRole('button', { name: 'Recalcular' }).click();
      await page.locator('.toast').waitFor({ timeout: 60_000 });
      const changes = await page.locator('.recommendations .col-new small').allInnerTexts();
      for (const change of changes)
        expect(Math.abs(Number(change.replace(/[^\d,-]/g, '').replace(',', '.')))).toBeLessThanOrEqual(5);
    });
  }, 120_000);

  it('keeps filters, sort and saved views in the address', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '');
      await page.getByLabel('Comerciante', { exact: true }).selectOption('Carnicería Aurora');
      await expect.poll(() => page.url()).toContain('merchant=');
      await page.locator('input[type=search]').fill('cor');
      await expect.poll(() => page.locator('.overview tbody tr').count()).toBe(1);
      expect(page.url()).toContain('search=cor');
      await page.reload();
      await settled(page);
      expect(await page.innerText('.overview tbody')).toContain('Cordero');
      await page.getByRole('button', { name: 'Guardar esta vista' }).click();
      await page.getByPlaceholder('Nombre de la vista').fill('Mi cordero');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Todos', exact: true }).click();
      await expect.poll(() => page.locator('.overview tbody tr').count()).toBeGreaterThan(10);
      await page.getByRole('link', { name: 'Mi cordero' }).click();
      await expect.poll(() => page.locator('.overview tbody tr').count()).toBe(1);
    });
  });

  it('leads from the search by the arrow into the list, and from a bar at a glance to its products', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '');
      await page.keyboard.press('/');
      await page.keyboard.type('merluza');
      await expect.poll(() => page.locator('.overview tbody tr').count()).toBe(1);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.innerText('h1')).toBe('Merluza');
      await open(page, served.url, 'fleet');
      const bar = page.locator('.histogram a').first();
      const counted = Number(/: (\d+)/.exec((await bar.getAttribute('aria-label')) as string)?.[1]);
      await bar.click();
      await expect.poll(() => page.url()).toContain('errorFrom');
      await expect.poll(() => page.locator('.overview tbody tr').count()).toBe(counted);
    });
  });

  it('says at a glance what to do while nothing was judged, then month by month whether forecasts held', async () => {
    const chart = '[aria-label="Si los pronósticos se cumplieron"] svg';
    await withPage({}, async (page) => {
      await open(page, served.url, 'fleet');
      await page.getByText('Aún no se ha comparado ninguna venta nueva').waitFor();
      expect(await page.locator(chart).count()).toBe(0);
      await page.locator('main').getByRole('link', { name: 'Vigilancia' }).click();
      await expect.poll(() => page.innerText('h1')).toBe('Vigilancia');
    });
    const store = await openStore(served.folder);
    const day = Date.UTC(2026, 0, 10) / 86_400_000;
    // 81 of 90, 30 of 60, and after a month of nothing 10 of 10.
    const rows = ([first, count, inside]: readonly [number, number, number]) =>
      Array.from({ length: count }, (_, i) => ({
        ...{ day: day + first, side: i < inside ? ('inside' as const) : ('below' as const) },
      }));
    const months = (
      [
        [0, 90, 81],
        [30, 60, 30],
        [90, 10, 10],
      ] as const
    ).flatMap(rows);
    await store.intervals.add([{ merchant: 'Pescadería Brisa', product: 'Merluza', rows: months }]);
    await store.close();
    for (const phone of [false, true])
      await withPage({ phone, theme: phone ? 'dark' : 'light' }, async (page) => {
        await open(page, served.url, 'fleet');
        const points = page.locator(`${chart} circle`);
        await expect.poll(() => points.count()).toBe(3);
        // A month apart, then two; the second, whose bar ends below the line, is marked.
        const places = await points.evaluateAll((all) => all.map((one) => Number(one.getAttribute('cx'))));
        const [a, b, c] = places as [number, number, number];
        expect((c - b) / (b - a)).toBeCloseTo(2, 6);
        const titles = await page.locator(`${chart} g > title`).allTextContents();
        expect(titles.map((title) => title.replaceAll('\u00a0', ' '))).toEqual([
          expect.stringMatching(/^ene 2026: 90,0 % de 90 filas/),
          expect.stringMatching(/^feb 2026: 50,0 % de 60 filas/),
          expect.stringMatching(/^abr 2026: 100,0 % de 10 filas/),
        ]);
        expect(await page.locator(`${chart} .short title`).count()).toBe(1);
        await page.getByText('Tabla', { exact: true }).click();
        const cells = await page.locator('details[open] tbody tr').first().locator('th, td').allTextContents();
        expect(cells.map((cell) => cell.replaceAll('\u00a0', ' '))).toEqual([
          ...['abr 2026', '10', '100,0 %', '72,2 % – 100,0 %', '0', '0'],
        ]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
        expect(await seriousViolations(page)).toEqual([]);
      });
    await withPage({ lang: 'en' }, async (page) => {
      await open(page, served.url, `fleet?merchant=${encodeURIComponent('Pescadería Brisa')}`);
      await expect.poll(() => page.locator('[aria-label="Whether forecasts held"] circle').count()).toBe(3);
      await open(page, served.url, `fleet?merchant=${encodeURIComponent('Carnicería Aurora')}`);
      await page.getByText('No new sales have been judged yet').waitFor();
    });
  });

  it('keeps the columns of the list for everybody', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '');
      await page.getByRole('button', { name: 'Columnas' }).click();
      await page.getByRole('checkbox', { name: 'Error' }).uncheck();
      await page.getByRole('button', { name: 'Guardar', exact: true }).click();
      await expect.poll(() => page.locator('.overview th.col-wape').count()).toBe(0);
    });
    await withPage({ lang: 'en' }, async (page) => {
      await open(page, served.url, '');
      await page.locator('.overview tbody tr a').first().waitFor();
      await expect.poll(() => page.locator('.overview th.col-wape').count()).toBe(0);
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('button', { name: 'As it comes' }).click();
      await expect.poll(() => page.locator('.overview th.col-wape').count()).toBe(1);
    });
  });

  it('loads the words of the language in use, and another’s when they are asked for', async () => {
    await withPage({}, async (page) => {
      const loaded: string[] = [];
      page.on('response', async (response) => {
        if (response.url().endsWith('.js')) loaded.push(await response.text());
      });
      await open(page, served.url, '');
      expect(loaded.some((script) => script.includes('Ir al contenido'))).toBe(true);
      expect(loaded.some((script) => script.includes('Skip to content'))).toBe(false);
      await page.getByRole('button', { name: 'English' }).first().click();
      await expect.poll(() => page.innerText('h1')).toBe('What to change today');
      expect(await page.getAttribute('html', 'lang')).toBe('en');
      expect(loaded.filter((script) => script.includes('Skip to content')).length).toBe(1);
    });
  });

  it('asks a stranger for a key, and refuses a link that was used', async () => {
    const context = await browser.newContext({ locale: 'es-ES' });
    const page = await context.newPage();
    await page.goto(served.link);
    await page.waitForSelector('h1');
    expect(await page.innerText('h1')).toBe('Entrar');
    expect(page.url()).not.toContain('token');
    expect((await page.innerText('[role=alert]')).length).toBeGreaterThan(10);
    await context.close();
  });

  it('goes on by itself when the server comes back', async () => {
    await withPage({}, async (page) => {
      await open(page, served.url, '');
      const port = Number(new URL(served.url).port);
      await served.stop();
      await page.getByRole('link', { name: 'Historial' }).click();
      await page.locator('.banner').waitFor({ timeout: 20_000 });
      const again = await serveDashboard({ folder: served.folder, port });
      await page.locator('.banner').waitFor({ state: 'detached', timeout: 20_000 });
      await page.waitForSelector('main tbody tr');
      served = again;
    });
  }, 120_000);
});
