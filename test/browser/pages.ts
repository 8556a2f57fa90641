/**
 * The pages of the dashboard, as its own tables of routes, tabs and sections have them, each with an address. Tests that
 * go through all pages go through this list: a page that is new there and not here fails them.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { CellName } from '../../src/contract/cell-name.ts';
import { RECOMMENDATION_STATUSES, RUN_GROUPINGS } from '../../src/core/vocabulary.ts';

const WEB = join(import.meta.dirname, '../../src/web');

/** What of a workspace addresses name; lists may be empty. */
export interface PageFacts {
  /** The first has all that a cell can have. */
  readonly cells: readonly CellName[];
  readonly trainings: readonly string[];
  /** The first has curves. */
  readonly runs: readonly string[];
  readonly tests: readonly string[];
}

export interface ListedPage {
  /** As the table of routes has it; `door`: what a stranger sees. */
  readonly route: string;
  /** Without the leading slash. */
  readonly path: string;
}

export const modelPath = ({ merchant, product }: CellName): string =>
  `models/${encodeURIComponent(merchant)}/${encodeURIComponent(product)}`;
const cellsText = (cells: readonly CellName[]): string =>
  encodeURIComponent(
    cells.map(({ merchant, product }) => `${encodeURIComponent(merchant)}:${encodeURIComponent(product)}`).join(','),
  );
/** States with a tab of their own. */
const DECIDED = RECOMMENDATION_STATUSES.filter((status) => status !== 'proposed' && status !== 'superseded');
const GROUPINGS = [...RUN_GROUPINGS, 'settings'];

/** Route → addresses of it. */
const ADDRESSES: Readonly<Record<string, (facts: PageFacts) => readonly string[]>> = {
  '/': () => ['', '?search=nothing-is-called-so'],
  '/fleet': () => ['fleet'],
  '/models/:merchant/:product': ({ cells }) => [
    ...cells.map(modelPath),
    // The first tab is the page itself.
    ...tabs()
      .slice(1)
      .map((tab, i) => `${modelPath(cells[i % cells.length] as CellName)}?tab=${tab}`),
    'models/No%20such%20shop/No%20such%20product',
  ],
  '/recommendations': () => [
    'recommendations',
    'recommendations?all=1',
    ...DECIDED.map((status) => `recommendations?status=${status}`),
  ],
  '/together': ({ cells }) => [
    'together',
    ...cells.slice(0, 1).map(({ merchant, product }) => {
      const prices = JSON.stringify([[product, 129_999_999_999.99]]);
      return `together?${new URLSearchParams({ merchant, prices, changes: '2' }).toString()}`;
    }),
  ],
  '/promotions': () => ['promotions', 'promotions?weeks=4&once=1'],
  '/totals': () => ['totals', 'totals?horizon=28'],
  '/perishables': ({ cells }) => [
    'perishables',
    ...cells
      .slice(0, 1)
      .map(
        ({ merchant }) =>
          `perishables?${new URLSearchParams({ merchant, days: '2', life: '3', level: '95' }).toString()}`,
      ),
  ],
  '/tests': () => ['tests'],
  '/tests/:id': ({ tests }) => [...tests.map((id) => `tests/${id}`), 'tests/999999'],
  '/outcomes': () => ['outcomes'],
  '/holdout': () => ['holdout'],
  '/competitors': ({ cells }) => [
    'competitors',
    ...cells.slice(0, 1).map(({ merchant }) => `competitors?${new URLSearchParams({ merchant }).toString()}`),
  ],
  '/prices': ({ cells }) => [
    'prices?period=year',
    ...cells
      .slice(0, 1)
      .map(({ merchant, product }) => `prices?${new URLSearchParams({ merchant, product }).toString()}`),
  ],
  '/train': ({ cells }) => ['train', `train?cells=${cellsText(cells.slice(0, 2))}`],
  '/train/:trainingId': ({ trainings }) => trainings.map((id) => `train/${id}`),
  '/history': () => ['history', ...GROUPINGS.map((by) => `history?by=${by}`)],
  '/history/:runId': ({ runs }) => runs.slice(0, 1).map((id) => `history/${encodeURIComponent(id)}`),
  '/compare': ({ cells, runs }) => [
    'compare',
    `compare?models=${cellsText(cells.slice(0, 3))}`,
    `compare?runs=${encodeURIComponent(runs.slice(0, 3).join(','))}`,
  ],
  '/data': () => ['data'],
  '/watch': () => ['watch'],
  '/settings': () => sections().map((section, i) => (i === 0 ? 'settings' : `settings?section=${section}`)),
  default: () => ['no-such-page'],
};

/** The routes that the text of the app names. @throws Error where there are none: the text has another form */
export function routesIn(source: string): readonly string[] {
  return namesIn(source, /<Route (?:path="([^"]+)"|(default) )/g);
}

function namesIn(source: string, pattern: RegExp): readonly string[] {
  const names = [...source.matchAll(pattern)].map(([, name, other]) => (name ?? other) as string);
  if (names.length === 0) throw new Error(`nothing matches ${pattern}: test/browser/pages.ts reads it otherwise`);
  return names;
}

const tabs = (): readonly string[] =>
  namesIn(readFileSync(join(WEB, 'pages/model.tsx'), 'utf8'), /name: '(\w+)', label: '\w+', Tab: /g);
const sections = (): readonly string[] =>
  namesIn(readFileSync(join(WEB, 'pages/settings.tsx'), 'utf8'), /name: '(\w+)', label: '\w+', Section: /g);

/**
 * @param routes those of the app unless told
 * @throws Error where a route has no address here, or an address no route
 */
export function pagesOf(
  facts: PageFacts,
  routes = routesIn(readFileSync(join(WEB, 'app.tsx'), 'utf8')),
): readonly ListedPage[] {
  const unlisted = routes.filter((route) => !(route in ADDRESSES));
  if (unlisted.length > 0) throw new Error(`test/browser/pages.ts has no address of ${unlisted.join(', ')}`);
  const gone = Object.keys(ADDRESSES).filter((route) => !routes.includes(route));
  if (gone.length > 0) throw new Error(`test/browser/pages.ts has addresses of ${gone.join(', ')}, which is no route`);
  const pages = routes.flatMap((route) => {
    const paths = ADDRESSES[route]?.(facts) ?? [];
    if (paths.length === 0) throw new Error(`nothing in the workspace shows the page ${route}`);
    return paths.map((path) => ({ route, path }));
  });
  return [...pages, { route: 'door', path: '' }];
}

/** Asks the server of a page that is signed in for what its addresses may name. */
export async function pageFacts(page: Page): Promise<PageFacts> {
  const get = async <T>(path: string): Promise<readonly T[]> =>
    page.evaluate(async (address) => (await (await fetch(address)).json()).items, path) as Promise<readonly T[]>;
  const cells = await get<CellName>('/api/overview?sort=expectedGain&order=desc&limit=20');
  const runs = await get<{ readonly runId: string; readonly points: number }>('/api/histories?limit=100');
  return {
    cells: cells.map(({ merchant, product }) => ({ merchant, product })),
    trainings: (await get<{ readonly trainingId: string }>('/api/trainings?limit=2')).map((one) => one.trainingId),
    runs: runs.toSorted((a, b) => b.points - a.points).map(({ runId }) => runId),
    tests: (await get<{ readonly id: string }>('/api/experiments?limit=2')).map(({ id }) => id),
  };
}
