/**
 * Builds the dashboard into dist/web, compresses its files, and fails when the script that a browser must load outgrows
 * its budget.
 */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type Manifest, type Plugin } from 'vite';
import { LANGS } from '../src/core/vocabulary.ts';

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'dist/web');
/** Bytes of script, gzipped, in one language: all of it, and what runs before the first paint. */
const BUDGET = { all: 400_000, first: 150_000 };

/**
 * Parts of the library of pictures that it imports whatever is drawn, and what stands for them: arrays sort themselves,
 * and keep the order of what is alike (ECMAScript 2019), so they need no sorting of its own; no page is in Chinese,
 * no tip is HTML (the content security policy forbids its styles), no axis is of times, no picture says that it loads,
 * is a map, is written as its earlier versions were, has patterns or sectors of a circle, moves, works its data over,
 * leaves points out, has a legend to press, or is so large that its points become dots; and all bring their own colours.
 */
const UNUSED: Readonly<Record<string, string>> = {
  '/echarts/lib/coord/geo/geoSourceManager.js': 'export default {};',
  '/echarts/lib/coord/geo/parseGeoJson.js': 'export default function parseGeoJSON() { return []; }',
  '/echarts/lib/preprocessor/backwardCompat.js': 'export default function globalBackwardCompat() {}',
  '/echarts/lib/scale/Time.js': 'export default class TimeScale {} export function calcNiceForTimeScale() {}',
  '/echarts/lib/i18n/langZH.js': 'export default {};',
  '/echarts/lib/loading/default.js': 'export default function defaultLoading() {}',
  '/echarts/lib/component/tooltip/TooltipHTMLContent.js': 'export default null;',
  '/echarts/lib/data/helper/transform.js':
    'export function registerExternalTransform() {} export function applyDataTransform() { return []; }',
  '/echarts/lib/chart/helper/LargeSymbolDraw.js': 'export default null;',
  '/echarts/lib/chart/line/lineAnimationDiff.js': 'export default function lineAnimationDiff() { return []; }',
  '/echarts/lib/util/styleCompat.js':
    'export function isEC4CompatibleStyle() { return false; } export function convertFromEC4CompatibleStyle() {} ' +
    'export function convertToEC4StyleForCustomSerise() {} export function warnDeprecated() {}',
  '/echarts/lib/animation/customGraphicKeyframeAnimation.js':
    'export function applyKeyframeAnimation() {} export function stopPreviousKeyframeAnimationAndRestore() {}',
  '/echarts/lib/component/legend/legendAction.js': 'export function installLegendAction() {}',
  '/echarts/lib/processor/dataSample.js':
    'export default function dataSample(seriesType) { return { seriesType, reset() {} }; }',
  '/echarts/lib/visual/decal.js': 'export const decalVisualStageHandler = { overallReset() {} };',
  '/echarts/lib/util/decal.js': 'export function createOrUpdatePatternFromDecal() { return null; }',
  '/echarts/lib/theme/dark.js': 'export default {};',
  '/echarts/lib/label/sectorLabel.js':
    'export function createSectorCalculateTextPosition() {} export function setSectorTextRotation() {}',
  '/zrender/lib/core/timsort.js': 'export default function sort(array, compare) { array.sort(compare); }',
  '/zrender/lib/graphic/IncrementalDisplayable.js': 'export default class IncrementalDisplayable {}',
  '/zrender/lib/graphic/helper/roundSector.js': 'export function buildPath() {}',
  '/zrender/lib/svg/cssAnimation.js': 'export function createCSSAnimation() {}',
};
const found = new Set<string>();
/** The words of every language give way to those of the one in use. */
const oneLanguage: Plugin = {
  name: 'one-language',
  // Before the builder's own resolver, which would have settled it.
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!source.endsWith('/catalogue.ts') || importer === undefined) return null;
    const resolved = await this.resolve(source, importer, { skipSelf: true });
    return resolved?.id === join(root, 'src/i18n/catalogue.ts') ? join(root, 'src/web/catalogue.ts') : resolved;
  },
};
const withoutUnused: Plugin = {
  name: 'without-unused',
  load(id) {
    const part = Object.keys(UNUSED).find((path) => id.endsWith(path));
    if (part === undefined) return null;
    found.add(part);
    return UNUSED[part];
  },
};

// What is served is for users, whoever builds it: under a test runner libraries would bring what helps to debug.
process.env.NODE_ENV = 'production';
await build({
  configFile: false,
  root: join(root, 'src/web'),
  base: '/',
  logLevel: 'warn',
  plugins: [oneLanguage, withoutUnused],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: out,
    emptyOutDir: true,
    manifest: true,
    target: 'es2024',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
  },
});

const moved = Object.keys(UNUSED).filter((part) => !found.has(part));
if (moved.length > 0) {
  console.error(`parts that are left out of the dashboard are not where they were: ${moved.join(', ')}`);
  process.exitCode = 1;
}

const manifestFile = join(out, '.vite/manifest.json');
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
// The server has no use for the manifest.
rmSync(join(out, '.vite'), { recursive: true });

const sizes = new Map<string, number>();
for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
  if (!['.js', '.css', '.html', '.svg'].includes(extname(name))) continue;
  const bytes = readFileSync(join(out, name));
  const zipped = gzipSync(bytes, { level: 9 });
  sizes.set(name, zipped.length);
  writeFileSync(join(out, `${name}.gz`), zipped);
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(bytes));
}

/** Scripts of words: a visitor loads one of them, so the largest is what counts. */
const languages = LANGS.map((lang) => manifest[`../i18n/${lang}/page.ts`]?.file ?? '').sort(
  (a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0),
);
const [largest, ...others] = languages as [string, ...string[]];
if (!sizes.has(largest)) throw new Error('the words of a language are no script of their own');

/** The entry and everything it imports at once, and the words. */
const first = new Set<string>([largest]);
function follow(key: string): void {
  const chunk = manifest[key];
  if (!chunk || first.has(chunk.file)) return;
  first.add(chunk.file);
  for (const imported of chunk.imports ?? []) follow(imported);
}
follow('index.html');

const scripts = [...sizes].filter(([name]) => name.endsWith('.js') && !others.includes(name));
const total = (found: readonly (readonly [string, number])[]): number => found.reduce((sum, [, size]) => sum + size, 0);
const all = total(scripts);
const before = total(scripts.filter(([name]) => first.has(name)));
if (process.argv.includes('--sizes'))
  for (const [name, size] of scripts.sort((a, b) => b[1] - a[1]))
    console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${name}`);
console.log(
  `dashboard: ${(before / 1000).toFixed(1)} kB of script before the first paint (at most ${BUDGET.first / 1000}), ${(all / 1000).toFixed(1)} kB in all (at most ${BUDGET.all / 1000}), gzipped`,
);
if (before > BUDGET.first || all > BUDGET.all) {
  console.error('the dashboard outgrew its budget of script: load less, or load it later');
  process.exitCode = 1;
}
