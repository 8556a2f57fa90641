import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as vocabulary from '../../src/core/vocabulary.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = join(import.meta.dirname, '../..');

/** Sets that are some of the words of another one: they grow with it. */
const PARTS: ReadonlySet<string> = new Set([
  'DECISIONS',
  'HELD_COLUMNS',
  'HOLDOUT_PERIODS',
  'STANDING_STATUSES',
  'TRAINING_UNDER_WAY',
]);

/** Sets whose words are also the names of fields that every cell has, which may be listed anywhere. */
const FIELD_NAMES: ReadonlySet<string> = new Set(['NAMED_KINDS']);

/**
 * Files that do not compile when a set has one word more. A file that is missing among those that are found spells the
 * set again or takes a word that it does not know for another; one that is found and not here is a new place to know.
 */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  ACTOR_KINDS: ['src/errors/es.ts', 'src/errors/table.ts', 'src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  ALERT_CHANNELS: ['src/cli/commands/alerts.ts', 'src/workspace/alerts.ts'],
  ALERT_KINDS: [
    'src/i18n/en/watch.ts',
    'src/i18n/es/watch.ts',
    'src/workspace/alert-events.ts',
    'src/workspace/alerts.ts',
  ],
  ALIASES: ['src/store/postgres/model-versions.ts', 'src/store/sqlite/model-versions.ts', 'src/web/parts/badges.tsx'],
  ASSUMPTIONS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  AUDIT_ACTIONS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  AUDIT_FIGURES: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  BATCH_FORMATS: ['src/workspace/recommendations.ts'],
  BATCH_FILE_FORMATS: ['src/workspace/price-change-file.ts', 'src/workspace/recommendations.ts'],
  CELL_STATES: ['src/web/parts/badges.tsx'],
  COLUMN_GROUPS: ['src/core/regression/prior.ts'],
  COMPARED_FIELDS: [
    'src/i18n/code-words.ts',
    'src/i18n/en/codes.ts',
    'src/i18n/es/codes.ts',
    'src/workspace/model-comparison.ts',
  ],
  COMPETITOR_REFERENCES: ['src/core/series/competitor-prices.ts'],
  COMPONENT_NAMES: ['src/charts/pattern-charts.ts'],
  CONVERGENCE_ADVICE: ['src/cli/commands/history.ts', 'src/web/pages/run-verdict.tsx'],
  DELIVERY_STATES: ['src/i18n/en/watch.ts', 'src/i18n/es/watch.ts', 'src/web/pages/alerts-log.tsx'],
  DRIFT_KINDS: ['src/core/monitor/drift.ts', 'src/i18n/en/watch.ts', 'src/i18n/es/watch.ts'],
  ERROR_KINDS: ['src/charts/convergence-charts.ts'],
  EXPERIMENT_STATUSES: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts', 'src/web/parts/badges.tsx'],
  EXPERIMENT_STEPS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  EXPERIMENT_VERDICTS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts', 'src/web/parts/badges.tsx'],
  FAMILIES: ['src/core/families/table.ts', 'src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  FREQUENCIES: [
    'src/cli/import-text.ts',
    'src/contract/options/price.ts',
    'src/core/boosting/cell-state.ts',
    'src/core/boosting/windows.ts',
    'src/core/demand/combination.ts',
    'src/core/demand/cross-validation.ts',
    'src/core/demand/disturbances.ts',
    'src/core/demand/level-drift.ts',
    'src/core/demand/simple-forecast.ts',
    'src/core/demand/trees-part.ts',
    'src/core/experiments/test-outcome.ts',
    'src/core/monitor/drift.ts',
    'src/core/pricing/pricing-facts.ts',
    'src/core/regression/sandwich.ts',
    'src/core/series/periods.ts',
    'src/data/read-sales.ts',
    'src/data/reading/date-numbers.ts',
    'src/fleet/learn-trees.ts',
    'src/i18n/en/codes.ts',
    'src/i18n/es/codes.ts',
    'src/rules/unsold-periods.ts',
    'src/web/pages/import-words.ts',
    'src/workspace/totals.ts',
  ],
  GUARDRAIL_RULES: ['src/i18n/en/guardrails.ts', 'src/i18n/es/guardrails.ts'],
  GUARDRAIL_SETTINGS: ['src/contract/options/price.ts'],
  IMPORT_KINDS: [
    'src/cli/commands/imports.ts',
    'src/cli/import-text.ts',
    'src/data/reading/rows.ts',
    'src/i18n/en/codes.ts',
    'src/i18n/es/codes.ts',
    'src/store/memory/sales.ts',
    'src/store/postgres/sales.ts',
    'src/store/sqlite/imports.ts',
    'src/store/sqlite/sales.ts',
    'src/web/pages/import-missing.tsx',
    'src/web/pages/import-words.ts',
  ],
  LANGS: [
    'src/api/answers.ts',
    'src/contract/data-table.ts',
    'src/data/reading/header-words.ts',
    'src/errors/demanda-error.ts',
    'src/errors/system-words.ts',
    'src/i18n/catalogue.ts',
    'src/i18n/page-hints.ts',
    'src/i18n/page-text.ts',
    'src/web/catalogue.ts',
    'src/workspace/rejected-rows.ts',
    'src/workspace/table-file.ts',
  ],
  HOLDOUT_LEFT_OUT: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  HOLDOUT_MEASURES: ['src/cli/holdout-text.ts', 'src/web/pages/holdout-shops.tsx'],
  HOLDOUT_STATUSES: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  LINE_RULES: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  MARKET_SERIES: ['src/core/market/data/commodity-index.ts', 'src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  MISSING_DAYS: ['src/web/pages/import-questions.tsx'],
  NAMED_KINDS: [
    'src/cli/commands/names.ts',
    'src/i18n/en/codes.ts',
    'src/i18n/es/codes.ts',
    'src/rules/name-changes.ts',
    'src/store/memory/names.ts',
  ],
  OUTCOME_VERDICTS: ['src/web/parts/badges.tsx', 'src/workspace/tables/list-tables.ts'],
  PERIOD_UNITS: [
    'src/core/pricing/reasons.ts',
    'src/core/series/periods.ts',
    'src/i18n/en/codes.ts',
    'src/i18n/es/codes.ts',
    'src/web/pages/test-proposals.tsx',
  ],
  PERIODS: ['src/data/read-sales.ts', 'src/web/pages/import-options.tsx'],
  PLAN_KINDS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  PRICE_ENDINGS: ['src/core/pricing/price-lattice.ts', 'src/web/pages/guardrail-fields.tsx'],
  PRICE_STAGES: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  PRICE_WARNINGS: ['src/web/parts/badges.tsx'],
  PROMOTION_DOUBTS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  REASONS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  RECOMMENDATION_STATUSES: [
    'src/errors/es.ts',
    'src/errors/table.ts',
    'src/i18n/catalogue.ts',
    'src/i18n/es/tables.ts',
    'src/web/pages/recommendation-bulk.tsx',
    'src/web/pages/recommendations.tsx',
    'src/web/parts/badges.tsx',
  ],
  RUN_GROUPINGS: ['src/web/pages/run-groups.tsx', 'src/workspace/run-groups.ts'],
  RUN_STATUSES: [
    'src/i18n/en/codes.ts',
    'src/i18n/es/codes.ts',
    'src/web/parts/badges.tsx',
    'src/workspace/training-monitor.ts',
  ],
  SALE_FIELDS: ['src/data/reading/header-words.ts', 'src/data/reading/suggest.ts', 'src/web/pages/import-tables.tsx'],
  SCOPES: ['src/web/pages/settings-keys.tsx'],
  SETTINGS: ['src/contract/options/settings.ts'],
  SIMPLE_FORECASTS: ['src/core/demand/simple-forecast.ts'],
  STOCK_NOTES: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  STOP_REASONS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts', 'src/workspace/run-groups.ts'],
  TABLE_FORMATS: [
    'src/workspace/price-change-file.ts',
    'src/workspace/recommendations.ts',
    'src/workspace/table-file.ts',
  ],
  TEST_LEVELS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  TEST_REFUSALS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  TEST_TURNS: ['src/web/pages/test-proposals.tsx'],
  TOTAL_GAPS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts'],
  TOTAL_LEVELS: ['src/i18n/en/codes.ts', 'src/i18n/es/codes.ts', 'src/web/pages/totals.tsx'],
  TRAINING_ORIGINS: ['src/web/pages/train.tsx'],
  TRAINING_STAGES: ['src/cli/progress.ts', 'src/web/pages/training-progress.tsx'],
  TRAINING_STATUSES: [
    'src/cli/commands/trainings.ts',
    'src/core/vocabulary.ts',
    'src/web/parts/badges.tsx',
    'src/workspace/training-monitor.ts',
  ],
  WATCH_ACTIONS: [
    'src/cli/commands/watch.ts',
    'src/i18n/en/watch.ts',
    'src/i18n/es/watch.ts',
    'src/workspace/watch-run.ts',
  ],
  WATCH_REASONS: ['src/i18n/en/watch.ts', 'src/i18n/es/watch.ts'],
};

type Grow = (text: string, grows: (set: string) => boolean) => string;

/** Files in which closed sets, or the record that stands for one, are defined, and what grows them there. */
const GROWN: Readonly<Record<string, Grow>> = {
  'src/core/vocabulary.ts': growLists,
  'src/contract/audit-actions.ts': growLists,
  'src/core/pricing/guardrails.ts': (text, grows) =>
    grows('GUARDRAIL_SETTINGS')
      ? text.replace(
          /(?<=export const GUARDRAILS = \{\n)/,
          "  grown_GUARDRAIL_SETTINGS: figure({ rule: 'grown_GUARDRAIL_RULES', usual: null, check: anyAmount, range: () => null }),\n",
        )
      : text,
};

function growLists(text: string, grows: (set: string) => boolean): string {
  return text.replace(/export const (\w+) = \[([^\]]*?),?\s*\] as const/g, (whole, name: string, words: string) =>
    PARTS.has(name) || !grows(name) ? whole : `export const ${name} = [${words}, 'grown_${name}'] as const`,
  );
}

/** What the compiler says of a project: one text a problem. */
function problemsOf(folder: string, project: string): string[] {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', project, '--pretty', 'false', '--singleThreaded'], {
    cwd: folder,
    encoding: 'utf8',
  });
  // Indented lines explain the problem above them.
  return stdout.split(/\n(?=\S)/).filter((text) => text.trim() !== '');
}

describe('a closed set', () => {
  it('that has one word more does not compile where the word must be known', { timeout: 300_000 }, () => {
    const folder = temporaryFolder();
    for (const name of ['src', 'tsconfig.json', 'package.json'])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const base = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as { readonly exclude: string[] };
    const project = { extends: './tsconfig.json', include: ['src'], exclude: base.exclude };
    writeFileSync(join(folder, 'sources.json'), JSON.stringify(project));
    const found: Record<string, string[]> = {};
    const others: string[] = [];
    // A record by language whose entries lack a word complains of the word alone: the languages grow by themselves.
    for (const grows of [(name: string) => name === 'LANGS', (name: string) => name !== 'LANGS']) {
      for (const [file, grow] of Object.entries(GROWN))
        writeFileSync(join(folder, file), grow(readFileSync(join(root, file), 'utf8'), grows));
      for (const problem of ['sources.json', 'src/web'].flatMap((name) => problemsOf(folder, name))) {
        const file = /^[^(:]+/.exec(problem)?.[0] ?? '';
        const sets = new Set([...problem.matchAll(/\bgrown_(\w+)/g)].map((match) => match[1]));
        if (sets.size === 0) others.push(problem);
        for (const set of sets) found[set] = [...new Set([...(found[set] ?? []), file])].sort();
      }
    }
    expect(others).toEqual([]);
    expect(found).toEqual(PLACES);
  });

  it('is spelled out once', () => {
    const sets = Object.entries(vocabulary).flatMap(([name, value]) =>
      Array.isArray(value) && !PARTS.has(name) && !FIELD_NAMES.has(name)
        ? [[name, value as readonly string[]] as const]
        : [],
    );
    const copies: string[] = [];
    for (const file of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(file) || file === 'core/vocabulary.ts') continue;
      const text = readFileSync(join(root, 'src', file), 'utf8');
      for (const [list] of text.matchAll(/'[^'\n]*'(?:\s*[,|]\s*'[^'\n]*')+/g)) {
        const words = [...list.matchAll(/'([^'\n]*)'/g)].map((match) => match[1]);
        for (const [name, set] of sets) {
          // Of a long set, a list of all words but one is a copy that was forgotten.
          const enough = set.length > 4 ? set.length - 1 : set.length;
          if (set.filter((word) => words.includes(word)).length >= enough) copies.push(`${file} spells ${name}`);
        }
      }
    }
    expect(copies).toEqual([]);
  });
});

describe('in Spanish', () => {
  /** Every word of the program and its guide in Spanish; headers of files are recognised by whatever word they use. */
  const files = [
    ...['src/errors/es.ts', 'README.es.md'],
    ...['src/i18n/es', 'docs/guide/es'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:ts|md)$/.test(name))
        .map((name) => `${folder}/${name}`),
    ),
  ];

  it('a merchant is a “comerciante” everywhere, as the options and commands call it', () => {
    const texts = files.map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);
    expect(texts.filter(([, text]) => /\bcomerciantes?\b/i.test(text)).length).toBeGreaterThan(8);
    const others = texts.flatMap(([file, text]) =>
      text
        .split('\n')
        // The command's other name, and a folder that a file of somebody's may lie in.
        .filter((line) => /\bcomercios?\b/i.test(line.replace(/`comercios`|`comercio=C0[^`]*`/g, '')))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(others).toEqual([]);
  });
});

it('a limit that the pages tell of is written once', () => {
  const limits = readFileSync(join(root, 'src/contract/limits.ts'), 'utf8');
  const written = [...limits.matchAll(/export (const \w+ = [\d_]+);/g)].map(([, text]) => text as string);
  expect(written.length).toBeGreaterThan(1);
  // Another limit may have the name, with a value of its own.
  const again = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && file !== 'contract/limits.ts')
    .filter((file) => written.some((text) => readFileSync(join(root, 'src', file), 'utf8').includes(`${text};`)));
  expect(again).toEqual([]);
});
