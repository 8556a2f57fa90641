/** The lists that are seen on pages and in the terminal, as tables. */

import type { AuditEntry, OutcomesDocument, OverviewRow, RecommendationItem } from '../../contract/api.ts';
import type { DataTable } from '../../contract/data-table.ts';
import type {
  CompareDocument,
  ForecastItem,
  HistoryListDocument,
  ModelsDocument,
  Recommendation,
} from '../../contract/documents.ts';
import type { ErrorHistory } from '../../core/training/history.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { actionWords, actorWords, deciderWords, detailWords } from '../../i18n/audit-words.ts';
import { TABLE_WORDS } from '../../i18n/catalogue.ts';
import { codeWords, fieldWord, reasonWord } from '../../i18n/code-words.ts';
import { type MessageKey, translator } from '../../i18n/messages.ts';
import { type ColumnSpec, type TableView, tableOf } from './table-spec.ts';

const yesOrNo = (value: boolean, lang: Lang): string => codeWords(lang)[value ? 'yes' : 'no'];

const CELL = [
  { key: 'merchant', kind: 'text', of: (item) => item.merchant },
  { key: 'product', kind: 'text', of: (item) => item.product },
  { key: 'unit', kind: 'text', of: (item) => item.unit },
] as const satisfies readonly ColumnSpec<{ merchant: string; product: string; unit: string }>[];

const RECOMMENDATION: readonly ColumnSpec<Recommendation>[] = [
  ...CELL,
  { key: 'current_price', kind: 'price', of: (r) => r.current.price },
  { key: 'price', kind: 'price', of: (r) => r.price },
  { key: 'recommended', kind: 'flag', of: (r) => r.recommended, said: (r, { lang }) => yesOrNo(r.recommended, lang) },
  { key: 'expected_demand', kind: 'number', of: (r) => r.expectedDemand.value },
  { key: 'demand_low', kind: 'number', of: (r) => r.expectedDemand.low },
  { key: 'demand_high', kind: 'number', of: (r) => r.expectedDemand.high },
  { key: 'expected_profit', kind: 'money', of: (r) => r.expectedProfit.value },
  { key: 'profit_low', kind: 'money', of: (r) => r.expectedProfit.low },
  { key: 'profit_high', kind: 'money', of: (r) => r.expectedProfit.high },
  { key: 'current_profit', kind: 'money', of: (r) => r.current.expectedProfit },
  {
    key: 'expected_gain',
    kind: 'money',
    of: (r) => (r.recommended ? r.expectedProfit.value - r.current.expectedProfit : null),
  },
  { key: 'probability_better', kind: 'share', of: (r) => r.probabilityBetter },
  {
    key: 'reasons',
    kind: 'text',
    of: (r) => r.reasons.join(' '),
    said: (r, { currency, lang }) => r.reasons.map((code) => reasonWord(code, r, currency, lang)).join('; '),
  },
  { key: 'from', kind: 'date', of: (r) => r.from },
  { key: 'to', kind: 'date', of: (r) => r.to },
  { key: 'horizon_days', kind: 'whole', of: (r) => r.horizonDays },
];

/** Prices as they were just worked out. */
export function recommendationTable(items: Iterable<Recommendation>, view: TableView): DataTable {
  return tableOf('recommendations', RECOMMENDATION, items, view);
}

const DECISION: readonly ColumnSpec<RecommendationItem>[] = [
  ...RECOMMENDATION.map(
    ({ of, said, ...column }): ColumnSpec<RecommendationItem> => ({
      ...column,
      // What stands is what somebody approved, which may be another price.
      of: column.key === 'price' ? (item) => item.price : (item) => of(item.recommendation),
      ...(said && { said: (item, view) => said(item.recommendation, view) }),
    }),
  ),
  {
    key: 'status',
    kind: 'text',
    of: (item) => item.status,
    said: (item, { lang }) => TABLE_WORDS[lang].statuses[item.status],
  },
  { key: 'reason', kind: 'text', of: (item) => item.reason },
  {
    key: 'decided_by',
    kind: 'text',
    of: (item) => item.decidedBy,
    said: (item, { lang }) => deciderWords(item, lang) ?? '',
  },
  { key: 'decided_at', kind: 'time', of: (item) => item.decidedAt },
  { key: 'activation_date', kind: 'date', of: (item) => item.activationDate },
];

/** Kept recommendations, with what was decided. */
export function decisionTable(items: Iterable<RecommendationItem>, view: TableView): DataTable {
  return tableOf('recommendations', DECISION, items, view);
}

const FORECAST: readonly ColumnSpec<ForecastItem>[] = [
  ...CELL,
  { key: 'date', kind: 'date', of: (f) => f.date },
  { key: 'from', kind: 'date', of: (f) => f.from },
  { key: 'to', kind: 'date', of: (f) => f.to },
  { key: 'price', kind: 'price', of: (f) => f.price },
  { key: 'demand', kind: 'number', of: (f) => f.demand },
  { key: 'demand_low', kind: 'number', of: (f) => f.low },
  { key: 'demand_high', kind: 'number', of: (f) => f.high },
];

export function forecastTable(items: Iterable<ForecastItem>, view: TableView): DataTable {
  return tableOf('forecast', FORECAST, items, view);
}

const OVERVIEW: readonly ColumnSpec<OverviewRow>[] = [
  ...CELL,
  { key: 'product_type', kind: 'text', of: (row) => row.productType },
  { key: 'current_price', kind: 'price', of: (row) => row.currentPrice },
  { key: 'price', kind: 'price', of: (row) => row.recommendedPrice },
  {
    key: 'recommended',
    kind: 'flag',
    of: (row) => row.recommended,
    said: (row, { lang }) => yesOrNo(row.recommended, lang),
  },
  { key: 'expected_gain', kind: 'money', of: (row) => row.expectedGain },
  { key: 'horizon_days', kind: 'whole', of: (row) => row.horizonDays },
  { key: 'probability_better', kind: 'share', of: (row) => row.probabilityBetter },
  { key: 'error', kind: 'share', of: (row) => row.wape },
  { key: 'elasticity', kind: 'number', of: (row) => row.elasticity?.value },
  { key: 'elasticity_low', kind: 'number', of: (row) => row.elasticity?.low },
  { key: 'elasticity_high', kind: 'number', of: (row) => row.elasticity?.high },
  {
    key: 'reasons',
    kind: 'text',
    of: (row) => row.reasons.join(' '),
    said: (row, { lang }) => row.reasons.map((code) => codeWords(lang).reasons[code]).join('; '),
  },
  { key: 'own_rows', kind: 'whole', of: (row) => row.rows },
  { key: 'last_day', kind: 'date', of: (row) => row.lastDay },
  { key: 'trained_at', kind: 'time', of: (row) => row.trainedAt },
];

export function overviewTable(items: Iterable<OverviewRow>, view: TableView): DataTable {
  return tableOf('overview', OVERVIEW, items, view);
}

const MODEL: readonly ColumnSpec<ModelsDocument['models'][number]>[] = [
  ...CELL,
  { key: 'version', kind: 'whole', of: (model) => model.version },
  { key: 'status', kind: 'text', of: (model) => model.aliases.join(' ') },
  { key: 'error', kind: 'share', of: (model) => model.error.wape },
  { key: 'elasticity', kind: 'number', of: (model) => model.elasticity?.value },
  { key: 'elasticity_low', kind: 'number', of: (model) => model.elasticity?.low },
  { key: 'elasticity_high', kind: 'number', of: (model) => model.elasticity?.high },
  { key: 'own_rows', kind: 'whole', of: (model) => model.ownRows },
  { key: 'iterations', kind: 'whole', of: (model) => model.iterations },
  { key: 'trained_at', kind: 'time', of: (model) => model.trainedAt },
  { key: 'model_id', kind: 'text', of: (model) => model.modelId },
];

export function modelsTable(items: ModelsDocument['models'], view: TableView): DataTable {
  return tableOf('models', MODEL, items, view);
}

const RUN: readonly ColumnSpec<HistoryListDocument['runs'][number]>[] = [
  ...CELL,
  { key: 'started_at', kind: 'time', of: (run) => run.startedAt },
  {
    key: 'status',
    kind: 'text',
    of: (run) => run.stopReason,
    said: (run, { lang }) => codeWords(lang).stopReasons[run.stopReason].status,
  },
  { key: 'iterations', kind: 'whole', of: (run) => run.iterations },
  { key: 'best_error', kind: 'share', of: (run) => run.bestError },
  { key: 'last_error', kind: 'share', of: (run) => run.lastError },
  { key: 'seconds', kind: 'number', of: (run) => run.seconds },
  { key: 'tags', kind: 'text', of: (run) => run.tags.join('; ') },
  { key: 'note', kind: 'text', of: (run) => run.note },
  { key: 'run_id', kind: 'text', of: (run) => run.runId },
];

export function runsTable(items: HistoryListDocument['runs'], view: TableView): DataTable {
  return tableOf('runs', RUN, items, view);
}

/** What came of a change, in words. */
export const VERDICTS: Readonly<Record<OutcomesDocument['outcomes'][number]['verdict'], MessageKey>> = {
  'not exported': 'verdictNotExported',
  'too early': 'verdictEarly',
  'not applied': 'verdictNotApplied',
  better: 'verdictBetter',
  worse: 'verdictWorse',
  inconclusive: 'verdictInconclusive',
};

const OUTCOME: readonly ColumnSpec<OutcomesDocument['outcomes'][number]>[] = [
  { key: 'merchant', kind: 'text', of: (one) => one.merchant },
  { key: 'product', kind: 'text', of: (one) => one.product },
  { key: 'activation_date', kind: 'date', of: (one) => one.activationDate },
  { key: 'days', kind: 'whole', of: (one) => one.days },
  { key: 'price_before', kind: 'price', of: (one) => one.priceBefore },
  { key: 'price', kind: 'price', of: (one) => one.price },
  { key: 'price_charged', kind: 'price', of: (one) => one.priceCharged },
  { key: 'expected', kind: 'money', of: (one) => one.expected?.value },
  { key: 'actual', kind: 'money', of: (one) => one.actual },
  { key: 'gain', kind: 'money', of: (one) => one.gain?.value },
  { key: 'gain_low', kind: 'money', of: (one) => one.gain?.low },
  { key: 'gain_high', kind: 'money', of: (one) => one.gain?.high },
  {
    key: 'verdict',
    kind: 'text',
    of: (one) => one.verdict,
    said: (one, { lang }) => translator(lang)(VERDICTS[one.verdict]),
  },
];

export function outcomesTable(items: OutcomesDocument['outcomes'], view: TableView): DataTable {
  return tableOf('outcomes', OUTCOME, items, view);
}

/** Models beside each other: a row a figure, a column a model. @param period of what is expected */
export function comparisonTable(
  { differences, models }: CompareDocument,
  period: string,
  { style, lang, currency }: TableView,
): DataTable {
  const { titles, columns } = TABLE_WORDS[lang];
  return {
    title: titles.comparison,
    columns: [
      { key: 'field', title: columns.field, kind: 'text' },
      ...models.map(({ merchant, product }) => {
        const name = `${merchant}:${product}`;
        return { key: name, title: name, kind: 'number' as const };
      }),
    ],
    rows: differences.map(({ field, values }) => [
      style === 'machine' ? field : fieldWord(field, lang, period),
      ...values.map((value) => (typeof value === 'boolean' && style === 'spreadsheet' ? yesOrNo(value, lang) : value)),
    ]),
    currency,
  };
}

/** Errors of a run, iteration by iteration, under the names that metrics have everywhere. */
export function errorHistoryTable(
  { iterations, metrics, values }: Pick<ErrorHistory, 'iterations' | 'metrics' | 'values'>,
  { lang, currency }: TableView,
): DataTable {
  const { titles, columns } = TABLE_WORDS[lang];
  return {
    title: titles.error_history,
    columns: [
      { key: 'iteration', title: columns.iteration, kind: 'whole' },
      // Errors of a long run differ in late digits.
      ...metrics.map((metric) => ({ key: metric, title: metric, kind: 'exact' as const })),
    ],
    rows: {
      *[Symbol.iterator]() {
        for (const [i, iteration] of iterations.entries())
          yield [iteration, ...values.map((column) => finiteOrNull(column[i]))];
      },
    },
    currency,
  };
}

export function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

const AUDIT: readonly ColumnSpec<AuditEntry>[] = [
  { key: 'at', kind: 'time', of: (entry) => entry.at },
  {
    key: 'who',
    kind: 'text',
    of: (entry) => entry.actor,
    said: ({ actor, actorName }, { lang }) => actorWords(actor, actorName, lang),
  },
  {
    key: 'what',
    kind: 'text',
    of: (entry) => entry.action,
    said: ({ action, detail }, { lang }) =>
      [actionWords(action, lang), detailWords(detail, lang)].filter((words) => words !== '').join(': '),
  },
  { key: 'merchant', kind: 'text', of: (entry) => entry.merchant },
];

export function auditTable(items: readonly AuditEntry[], view: TableView): DataTable {
  return tableOf('audit', AUDIT, items, view);
}
