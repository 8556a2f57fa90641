/**
 * Import directions, purity of core, unused exports, lengths and the printed error table: what linters and the compiler
 * do not check.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { LANGS } from '../src/core/vocabulary.ts';
import { missingPaths } from './page-paths.ts';
import { errorsPage } from './print-errors.ts';
import { FILES_PAGES, filesPage } from './print-files.ts';
import { tooLong } from './source-lengths.ts';

const root = resolve(import.meta.dirname, '..');

/** Room → rooms it may import from. errors.ts is open to all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  contract: ['contract', 'core'],
  rules: ['rules', 'contract', 'core'],
  data: ['data', 'rules', 'contract', 'core'],
  store: ['store', 'rules', 'contract', 'core'],
  fleet: ['fleet', 'store', 'data', 'contract', 'core'],
  charts: ['charts', 'i18n', 'contract', 'core'],
  i18n: ['i18n', 'contract', 'core'],
  alerts: ['alerts', 'contract', 'core'],
  workspace: ['workspace', 'alerts', 'fleet', 'store', 'rules', 'data', 'contract', 'core', 'i18n'],
  api: ['api', 'workspace', 'contract', 'core'],
  cli: ['cli', 'api', 'workspace', 'fleet', 'charts', 'contract', 'core', 'data', 'i18n'],
  'mass-trainer': ['workspace', 'charts', 'contract', 'core', 'i18n'],
  es: ['mass-trainer', 'core'],
  index: ['workspace', 'mass-trainer', 'contract', 'core'],
  web: ['web', 'contract', 'charts', 'core', 'i18n'],
  errors: ['errors', 'contract', 'core'],
};

/**
 * Folders of core → folders of core that they may import from, beside themselves and the files at core's top. What is
 * fitted knows nothing of what is done with it.
 */
const CORE: Readonly<Record<string, readonly string[]>> = (() => {
  const math = ['math'];
  const regression = [...math, 'series', 'families', 'kernel'];
  const demand = [...regression, 'regression', 'boosting'];
  const uses = [...demand, 'demand'];
  return {
    math: [],
    series: math,
    families: math,
    kernel: [...math, 'families'],
    regression,
    boosting: [...math, 'series'],
    demand,
    market: uses,
    training: uses,
    evaluation: uses,
    monitor: uses,
    pricing: [...uses, 'market'],
    stock: [...uses, 'pricing'],
    experiments: [...uses, 'market', 'pricing'],
    portfolio: [...uses, 'market', 'pricing'],
    competitors: [...uses, 'market', 'pricing', 'portfolio'],
    promotions: [...uses, 'market', 'pricing', 'portfolio'],
    hierarchy: uses,
  };
})();

const problems: string[] = [];
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (f) => /\.tsx?$/.test(f) && !f.endsWith('.d.ts') && !f.includes('/assembly/'),
);
const sources = new Map(files.map((file) => [file, readFileSync(join(root, 'src', file), 'utf8')]));
const graph = new Map<string, string[]>();

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] as string) : file.replace(/\.tsx?$/, '');
}

/** Null outside core, and for the files at its top. */
function folderOfCore(file: string): string | null {
  return /^core\/([^/]+)\//.exec(file)?.[1] ?? null;
}

for (const [file, text] of sources) {
  const targets: string[] = [];
  for (const match of text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
    const specifier = match[1] as string;
    if (!specifier.startsWith('.')) {
      if (roomOf(file) === 'core' || roomOf(file) === 'rules')
        problems.push(`src/${file} imports ${specifier}: ${roomOf(file)} has no dependencies`);
      continue;
    }
    const target = relative(join(root, 'src'), resolve(root, 'src', dirname(file), specifier));
    if (sources.has(target)) targets.push(target);
    const to = roomOf(target);
    const [from, into] = [folderOfCore(file), folderOfCore(target)];
    if (from !== null && into !== null && from !== into && !(CORE[from] ?? []).includes(into))
      problems.push(`src/${file} imports core/${into}, which core/${from} may not`);
    if (to !== 'errors' && !(ALLOWED[roomOf(file)] ?? []).includes(to))
      problems.push(`src/${file} imports ${to}, which ${roomOf(file)} may not`);
  }
  graph.set(file, targets);
  problems.push(...tooLong(`src/${file}`, text));
  if (roomOf(file) === 'core' || roomOf(file) === 'rules') {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    for (const forbidden of [
      'Math.random',
      'Date.now',
      'new Date()',
      'process.',
      'performance.',
      'document.',
      'window.',
      'Buffer.',
    ]) {
      if (code.includes(forbidden)) problems.push(`src/${file} uses ${forbidden}: ${roomOf(file)} is arithmetic only`);
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
  'errors/table.ts',
  // A closed set stands as a list, though of some only the type is used.
  'core/vocabulary.ts',
  'contract/audit-actions.ts',
  'contract/documents.ts',
  'es.ts',
  'cli/original-programs.ts',
]);
for (const [file, text] of sources) {
  if (ENTRIES.has(file)) continue;
  for (const match of text.matchAll(/^export (?:async )?(?:function|const|class|interface|type)\*? (\w+)/gm)) {
    const name = match[1] as string;
    const pattern = new RegExp(`\\b${name}\\b`);
    const usedElsewhere =
      [...sources].some(([other, body]) => other !== file && pattern.test(body)) ||
      others.some((body) => pattern.test(body));
    // A type may be exported because an exported function's signature names it.
    const usedInside = text.split(pattern).length > 2;
    const isType = /^export (?:interface|type)/.test(match[0]);
    if (!usedElsewhere && !(isType && usedInside)) problems.push(`src/${file} exports ${name}, which nothing uses`);
  }
}

for (const lang of LANGS)
  if (readFileSync(join(root, FILES_PAGES[lang]), 'utf8') !== filesPage(lang))
    problems.push(`${FILES_PAGES[lang]} is not what its examples say: npm run files`);
if (readFileSync(join(root, 'docs/errors.md'), 'utf8') !== errorsPage())
  problems.push('docs/errors.md is not what the error table says: run `npm run errors`');
const thrown = [...sources].flatMap(([file, text]) => (roomOf(file) === 'errors' ? [] : [text])).join('\n');
for (const match of (sources.get('errors/table.ts') as string).matchAll(/^ {2}([A-Z_]+): \{/gm)) {
  const code = match[1] as string;
  // TRAIN_ codes are made from a refusal's code.
  if (!thrown.includes(`'${code}'`) && !code.startsWith('TRAIN_')) problems.push(`error ${code} is never thrown`);
}

/**
 * Every loop of core has an end: a bound that is reached is an outcome or an error, never a program that stands still.
 */
const assembly = readdirSync(join(root, 'src/core/kernel/assembly'), { encoding: 'utf8' }).filter((f) =>
  f.endsWith('.ts'),
);
const loops = [...sources]
  .filter(([file]) => roomOf(file) === 'core')
  .concat(
    assembly.map((f) => [`core/kernel/assembly/${f}`, readFileSync(join(root, 'src/core/kernel/assembly', f), 'utf8')]),
  );
for (const [file, text] of loops) {
  for (const match of text.matchAll(/for \([^;)]*; *;[^)]*\)|while \((?:true|1)\)/g))
    problems.push(`src/${file} has a loop without a bound: ${match[0]}`);
}

/** What is printed goes through one place, so that names act on no terminal. */
for (const [file, text] of sources) {
  if (file === 'cli/output.ts') continue;
  // Control sequences of the progress line are its own.
  for (const match of text.matchAll(
    /process\.std(?:out|err)\.write\((?!\s*(?:visible(?:Lines|Text)\(|'|`\\r))[^\n]*/g,
  )) {
    problems.push(`src/${file} prints past cli/output.ts: ${match[0]}`);
  }
}

/** Long lines: the formatter breaks all but texts, of which one line in 250 may be longer. */
const LONGEST_LINE = 120;
const LONG_LINES_SHARE = 1 / 250;
const allLines = [...sources.values()].flatMap((text) => text.split('\n'));
const longLines = allLines.filter((line) => line.length > LONGEST_LINE);
const mostLongLines = Math.floor(LONG_LINES_SHARE * allLines.length);
if (longLines.length > mostLongLines)
  problems.push(`${longLines.length} lines have more than ${LONGEST_LINE} characters: at most ${mostLongLines} may`);

/** Pages that comments send the reader to are in the repository. */
for (const [file, text] of sources) {
  for (const match of text.matchAll(/(?<![\w$`{.])[\w/-]+\.md\b/g)) {
    if (!existsSync(join(root, match[0])) && !text.includes(`'${match[0]}'`))
      problems.push(`src/${file} names ${match[0]}, which is not in the repository`);
  }
}

/** Paths that pages for maintainers name. */
for (const page of ['docs/architecture.md', 'CONTRIBUTING.md']) {
  for (const path of missingPaths(readFileSync(join(root, page), 'utf8'), root)) {
    problems.push(`${page} names ${path}, which is not in the repository`);
  }
}

type Pinned = Readonly<Partial<Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>>>;
/** The project's own packages, and those that only the documentation site is made with. */
const manifests = ['package.json', 'docs/site/package.json'].map(
  (file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Pinned,
);
const explained = readFileSync(join(root, 'docs/decisions/dependencies.md'), 'utf8');
const tableRows = explained
  .split('\n')
  .flatMap((line) =>
    line.startsWith('| ') ? (line.split('|')[1] as string).split(',').map((name) => name.trim()) : [],
  );
const used = Object.assign({}, ...manifests.flatMap((one) => [one.dependencies, one.devDependencies])) as object;
for (const name of Object.keys(used))
  if (!tableRows.includes(name)) problems.push(`docs/decisions/dependencies.md has no row for ${name}`);
for (const name of tableRows) {
  if (name !== 'package' && !(name in used))
    problems.push(`docs/decisions/dependencies.md has a row for ${name}, which is not used`);
}

for (const problem of problems) console.error(problem);
console.log(`${sources.size} source files checked, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
