/**
 * The documentation site: guide, errors, the REST API from its own description and the library from its docstrings, in
 * English and Spanish, with pictures of the dashboard where there is a browser. `npm run docs` writes it to
 * docs/site/dist; a link that leads nowhere ends it.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicMethods } from '../../scripts/public-methods.ts';
import { apiPage } from './api-page.ts';
import { libraryPage } from './library-page.ts';
import { openApi } from './open-api.ts';

const SITE = import.meta.dirname;
const ROOT = join(SITE, '../..');
const PAGES = join(SITE, 'pages');
const LANGS = ['en', 'es'] as const;

const HOME = `---
layout: home
hero:
  name: demanda
  text: The price that earns most, and how sure it is
  tagline: El precio que más gana, y con qué seguridad
  actions:
    - { theme: brand, text: English, link: /en/ }
    - { theme: brand, text: Español, link: /es/ }
---
`;

const vitepress = join(SITE, 'node_modules/vitepress/bin/vitepress.js');
if (!existsSync(vitepress)) throw new Error('run `npm run docs`, which installs what the site is made with');
rmSync(PAGES, { recursive: true, force: true });
const { shots, why } = pictures();
writePages(shots);
const described = await openApi();
for (const lang of LANGS) {
  writeFileSync(join(PAGES, lang, 'rest.md'), apiPage(described, lang));
  const source = readFileSync(join(ROOT, 'src/workspace/workspace.ts'), 'utf8');
  writeFileSync(join(PAGES, lang, 'library.md'), libraryPage(publicMethods(source), lang));
}
const { status } = spawnSync(process.execPath, [vitepress, 'build', SITE], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
if (why !== null) console.log(`without pictures: ${why}`);
console.log(`docs: ${join('docs/site/dist', 'index.html')}`);

/** Pictures are what the tests of the dashboard saw. @returns their names, and why there are none */
function pictures(): { readonly shots: readonly string[]; readonly why: string | null } {
  const folder = join(PAGES, 'public/pictures');
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', 'test/browser/pictures.test.ts'],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, DEMANDA_PICTURES: folder } },
  );
  if (status !== 0) process.exit(status ?? 1);
  const shots = readdirSync(folder);
  return { shots, why: shots.length > 0 ? null : 'there is no Chromium on this machine' };
}

function writePages(shots: readonly string[]): void {
  for (const lang of LANGS) {
    cpSync(join(ROOT, 'docs/guide', lang), join(PAGES, lang), { recursive: true });
    const readme = readFileSync(join(ROOT, lang === 'es' ? 'README.es.md' : 'README.md'), 'utf8');
    writeFileSync(join(PAGES, lang, 'index.md'), withPictures(ofReadme(readme), lang, shots));
    for (const file of readdirSync(join(PAGES, lang))) rewrite(join(PAGES, lang, file));
  }
  mkdirSync(join(PAGES, 'decisions'), { recursive: true });
  cpSync(join(ROOT, 'docs/decisions'), join(PAGES, 'decisions'), { recursive: true });
  for (const [from, to] of [
    ['docs/errors.md', 'errors.md'],
    ['docs/guide/glossary.md', 'glossary.md'],
    ['docs/architecture.md', 'architecture.md'],
    ['bench/README.md', 'figures.md'],
    ['CHANGELOG.md', 'changelog.md'],
  ] as const) {
    cpSync(join(ROOT, from), join(PAGES, to));
    rewrite(join(PAGES, to));
  }
  for (const file of readdirSync(join(PAGES, 'decisions'))) rewrite(join(PAGES, 'decisions', file));
  writeFileSync(join(PAGES, 'index.md'), HOME);
}

/** Links of the README go to pages of the site. */
function ofReadme(text: string): string {
  return text
    .replaceAll('](docs/guide/en/', '](/en/')
    .replaceAll('](docs/guide/es/', '](/es/')
    .replaceAll('](docs/', '](/')
    .replaceAll('](bench/README.md', '](/figures.md')
    .replaceAll('](CHANGELOG.md', '](/changelog.md')
    .replaceAll('](README.es.md)', '](/es/index.md)')
    .replaceAll('](README.md)', '](/en/index.md)');
}

/** The first page shows the program below its first sentences. */
function withPictures(text: string, lang: string, shots: readonly string[]): string {
  const shown = ['overview', 'product'].flatMap((name) => {
    const file = `${name}-${lang}-light.png`;
    return shots.includes(file) ? [`![${name}](/pictures/${file})`] : [];
  });
  const at = text.indexOf('\n## ');
  return shown.length === 0 ? text : `${text.slice(0, at)}\n${shown.join('\n\n')}\n${text.slice(at)}`;
}

/** Links that lead out of the guide lead to the site's pages, or to the source where the site has none. */
function rewrite(file: string): void {
  const text = readFileSync(file, 'utf8')
    .replaceAll('](../../errors.md', '](/errors.md')
    .replaceAll('](../../decisions/', '](/decisions/')
    .replaceAll('](../guide/', '](/')
    .replaceAll('](guide/', '](/')
    .replaceAll('[decisions/](decisions/)', 'docs/decisions')
    // What stands in the repository alone is named, not linked.
    .replace(/\[([^\]]+)\]\((?:\.\.\/)*(?:src|test|bench|integrations|scripts|docs)\/[^)]*\)/g, '$1')
    // Outside code, what looks like a tag is text.
    .replace(/^(?! {4}|```)(.*)$/gm, (line) => (line.includes('`') ? line : line.replace(/<(?!!--)/g, '&lt;')));
  writeFileSync(file, text);
}
