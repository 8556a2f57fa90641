/**
 * The pages as the documentation shows them: none fails, none is wider than its window. DEMANDA_PICTURES names a folder
 * that the pictures are kept in.
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoFolder } from './demo-workspace.ts';
import { CHROMIUM, launch, onPage, open, type ServedDashboard, serveDashboard, signIn } from './served-dashboard.ts';

const CELL = 'models/Pescader%C3%ADa%20Brisa/Merluza';
const SHOWN = {
  overview: '',
  product: CELL,
  recommendations: 'recommendations',
  training: `${CELL}?tab=training`,
  prices: 'prices',
  data: 'data',
} as const;
const FOLDER = process.env.DEMANDA_PICTURES;

describe.skipIf(!CHROMIUM)('pictures of the pages', () => {
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

  for (const lang of ['es', 'en'] as const)
    for (const theme of ['light', 'dark'] as const)
      it(`in ${lang}, ${theme}, no page is wider than its window`, { timeout: 120_000 }, async () => {
        await onPage(browser, served.url, cookies, { lang, theme }, async (page) => {
          for (const [name, path] of Object.entries(SHOWN)) {
            await open(page, served.url, path);
            const moved = await page.evaluate(() => {
              scrollTo(10_000, 0);
              const { scrollX } = window;
              scrollTo(0, 0);
              return scrollX;
            });
            expect([name, moved]).toEqual([name, 0]);
            expect(await page.locator('h1').first().textContent()).toMatch(/\S/);
            if (FOLDER) await page.screenshot({ path: join(FOLDER, `${name}-${lang}-${theme}.png`) });
          }
        });
      });
});
