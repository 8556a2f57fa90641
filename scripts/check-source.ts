/** Import directions, purity of core, unused exports and the printed error table: what linters and the compiler do not check. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { errorsPage } from './print-errors.ts';

const root = resolve(import.meta.dirname, '..');

/** Room → rooms it may import from. errors.ts is open to all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  contract: ['contract', 'core'],
  data: ['data', 'contract', 'core'],
  store: ['store', 'contract', 'core'],
  fleet: ['fleet', 'store', 'data', 'contract', 'core'],
  charts: ['charts', 'contract', 'core'],
  i18n: ['i18n', 'contract'],
  workspace: ['workspace', 'fleet', 'store', 'data', 'contract', 'core'],
  api: ['api', 'workspace', 'contract', 'core'],
  cli: ['cli', 'api', 'workspace', 'fleet', 'charts', 'contract', 'core', 'data', 'i18n'],
  'mass-trainer': ['workspace', 'cli', 'charts', 'contract', 'core', 'i18n'],
  es: ['mass-trainer', 'core'],
  index: ['workspace', 'mass-trainer', 'contract', 'core'],
  web: ['web', 'contract', 'charts', 'core', 'i18n'],
  errors: ['errors'],
};

const problems: string[] = [];
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (f) => /\.tsx?$/.test(f) && !f.endsWith('.d.ts') && !f.includes('/assembly/'),
);
const sources = new Map(files.map((file) => [file, readFileSync(join(root, 'src', file), 'utf8')]));
const graph = new Map<string, string[]>();

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] as string) : file.replace(/\.tsx?$/, '');
}

for (const [file, text] of sources) {
  const targets: string[] = [];
  for (const match of text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
    const specifier = match[1] as string;
    if (!specifier.startsWith('.')) {
      if (roomOf(file) === 'core') problems.push(`src/${file} imports ${specifier}: core has no dependencies`);
      continue;
    }
    const target = relative(join(root, 'src'), resolve(root, 'src', dirname(file), specifier));
    if (sources.has(target)) targets.push(target);
    const to = roomOf(target);
    if (to !== 'errors' && !(ALLOWED[roomOf(file)] ?? []).includes(to)) problems.push(`src/${file} imports ${to}, which ${roomOf(file)} may not`);
  }
  graph.set(file, targets);
  if (roomOf(file) === 'core') {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    for (const forbidden of ['Math.random', 'Date.now', 'new Date()', 'process.', 'performance.', 'document.', 'window.', 'Buffer.']) {
      if (code.includes(forbidden)) problems.push(`src/${file} uses ${forbidden}: core is arithmetic only`);
    }
  }
}

/** Cycles of imports, by depth-first search. */
const state = new Map<string, 'open' | 'done'>();
function visit(file: string, path: readonly string[]): void {
  if (state.get(file) === 'done') return;
  if (state.get(file) === 'open') {
    problems.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
    return;
  }
  state.set(file, 'open');
  for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
  state.set(file, 'done');
}
for (const file of sources.keys()) visit(file, []);

/** Exports that nothing else names, in src, test, bench or scripts. */
const others = ['test', 'bench', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.ts'))
    .map((f) => readFileSync(join(root, folder, f), 'utf8')),
);
const ENTRIES = new Set([
  'index.ts',
  'core/index.ts',
  'cli/main.ts',
  'fleet/worker.ts',
  'errors.ts',
  'contract/documents.ts',
  'es.ts',
  'cli/original-programs.ts',
]);
for (const [file, text] of sources) {
  if (ENTRIES.has(file)) continue;
  for (const match of text.matchAll(/^export (?:async )?(?:function|const|class|interface|type)\*? (\w+)/gm)) {
    const name = match[1] as string;
    const pattern = new RegExp(`\\b${name}\\b`);
    const usedElsewhere = [...sources].some(([other, body]) => other !== file && pattern.test(body)) || others.some((body) => pattern.test(body));
    // A type may be exported because an exported function's signature names it.
    const usedInside = text.split(pattern).length > 2;
    const isType = /^export (?:interface|type)/.test(match[0]);
    if (!usedElsewhere && !(isType && usedInside)) problems.push(`src/${file} exports ${name}, which nothing uses`);
  }
}

if (readFileSync(join(root, 'docs/errors.md'), 'utf8') !== errorsPage()) problems.push('docs/errors.md is not what the error table says: run `npm run errors`');
const thrown = [...sources.values()].join('\n');
for (const match of readFileSync(join(root, 'src/errors.ts'), 'utf8').matchAll(/^ {2}([A-Z_]+): \{/gm)) {
  const code = match[1] as string;
  // TRAIN_ codes are made from a refusal's code.
  if (!thrown.replace(sources.get('errors.ts') as string, '').includes(`'${code}'`) && !code.startsWith('TRAIN_'))
    problems.push(`error ${code} is never thrown`);
}

for (const problem of problems) console.error(problem);
console.log(`${sources.size} source files checked, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
