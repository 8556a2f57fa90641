/** The HTTP contract: every shape that the API takes and gives, as schemas; the types of server and web app come from them. */

import { z } from 'zod';
import {
  alias,
  cellView,
  compareDocument,
  documentHeader,
  errorKind,
  historyAnalysis,
  interval,
  modelItem,
  reasonCode,
  recommendation,
} from './api-documents.ts';

const number = z.number();
const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const instant = text.describe('ISO 8601 instant');
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'aaaa-mm-dd / yyyy-mm-dd');
const name = z.string().min(1).max(500);
const whole = z.coerce.number().int();
/** Ids that the server gave. */
const id = z.string().regex(/^[\w@.-]{1,120}$/);

export { cellView, compareDocument, historyAnalysis };

// --- what every route shares

/** The one shape of a refusal; `message` is in the language that Accept-Language asks for. */
export const apiError = z.object({
  error: z.object({ code: text, message: text, params: z.record(text, z.union([text, number])) }),
});
/** The largest page. */
const MOST_ITEMS = 1_000;
export const page = z.object({
  limit: whole.min(1).max(MOST_ITEMS).default(100),
  cursor: z.string().max(4_000).exactOptional().describe('`nextCursor` of the page before'),
});
const listOf = <T extends z.ZodType>(item: T) => z.object({ ...documentHeader, items: z.array(item), nextCursor: orNull(text) });
export const done = z.object({ ok: z.literal(true) });
export const cellName = z.object({ merchant: name, product: name });
const cellQuery = z.object({ merchant: name.exactOptional(), product: name.exactOptional() });
const cellList = z.array(cellName).max(100_000);

// --- session and keys

/** What a caller may do: any scope lets read, `admin` everything. */
export const scope = z.enum(['read', 'train', 'approve', 'admin']);
export type Scope = z.infer<typeof scope>;
export const session = z.object({
  scopes: z.array(scope),
  merchant: orNull(text).describe('The only merchant that this session may see; null for all'),
  signedIn: z.boolean(),
  name: orNull(text),
  lang: z.enum(['es', 'en']),
  currency: text,
  country: text,
  unit: text,
  version: text,
  csrfToken: orNull(text).describe('Goes into the header x-csrf-token of every write with a cookie session'),
});
export type Session = z.infer<typeof session>;
export const signIn = z.object({ token: z.string().min(8).max(200).describe('The one-time token of the link that `serve` printed, or an API key') });

export const apiKey = z.object({
  id: text,
  name: text,
  scopes: z.array(scope),
  merchant: orNull(text),
  /** First characters of the key, to tell keys apart. */
  prefix: text,
  createdAt: instant,
  createdBy: text,
  revokedAt: orNull(instant),
});
export type ApiKey = z.infer<typeof apiKey>;
export const keyList = listOf(apiKey);
export const newKey = z.object({ name: z.string().trim().min(1).max(100), scopes: z.array(scope).min(1).max(4), merchant: name.nullable().default(null) });
export const madeKey = z.object({ key: text.describe('Shown this once'), apiKey });
export type MadeKey = z.infer<typeof madeKey>;
export const keyId = z.object({ id });

const auditEntry = z.object({
  id: z.int(),
  at: instant,
  actor: text,
  action: text.describe('key.create, key.revoke, session.open, recommendation.approved, recommendation.export, settings.change, model.alias …'),
  merchant: orNull(text),
  detail: z.record(text, z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntry>;
export const auditList = listOf(auditEntry);

// --- cells

export const merchantList = listOf(z.object({ merchant: text, products: z.int() }));
export const productList = listOf(z.object({ product: text, productType: text, unit: text, merchants: z.int() }));
export const productQuery = z.object({ merchant: name.exactOptional(), ...page.shape });

const cellState = z.enum(['live', 'candidate', 'unfinished', 'untrained', 'training', 'failed']);
export type CellState = z.infer<typeof cellState>;
export const recommendationStatus = z.enum(['proposed', 'reviewed', 'approved', 'rejected', 'exported', 'superseded']);
export type RecommendationStatus = z.infer<typeof recommendationStatus>;
const overviewRow = z.object({
  merchant: text,
  product: text,
  productType: text,
  unit: text,
  currentPrice: orNull(number),
  recommendedPrice: orNull(number),
  expectedGain: orNull(number).describe('Profit over the horizon at the recommended price less that at today’s'),
  probabilityBetter: orNull(number),
  recommended: z.boolean(),
  wape: orNull(number),
  elasticity: orNull(interval),
  state: cellState,
  reasons: z.array(reasonCode),
  recommendationId: orNull(text),
  recommendationStatus: orNull(recommendationStatus),
  recommendationRevision: orNull(z.int()),
  horizonDays: orNull(z.int()),
  rows: z.int(),
  lastDay: orNull(text).describe('ISO date of the last sale'),
  trainedAt: orNull(instant),
});
export type OverviewRow = z.infer<typeof overviewRow>;
export const overviewList = listOf(overviewRow);
const overviewSort = z.enum([
  'merchant',
  'product',
  'currentPrice',
  'recommendedPrice',
  'expectedGain',
  'probabilityBetter',
  'wape',
  'elasticity',
  'lastDay',
  'trainedAt',
]);
export type OverviewSort = z.infer<typeof overviewSort>;
export const overviewFilter = z.object({
  search: z.string().trim().max(200).exactOptional(),
  merchant: name.exactOptional(),
  productType: name.exactOptional(),
  state: cellState.exactOptional(),
  reason: reasonCode.exactOptional(),
  recommended: z.enum(['true', 'false']).exactOptional().describe('Whether a price change is recommended'),
  status: recommendationStatus.exactOptional(),
});
export type OverviewFilter = z.infer<typeof overviewFilter>;
export const overviewQuery = z.object({
  ...overviewFilter.shape,
  sort: overviewSort.default('merchant'),
  order: z.enum(['asc', 'desc']).default('asc'),
  ...page.shape,
});
export const overviewSummary = z.object({
  ...documentHeader,
  cells: z.int().describe('Cells that match'),
  total: z.int().describe('Cells that the caller may see'),
  models: z.int().describe('Cells with a live model'),
  states: z.record(cellState, z.int()),
  byReason: z.partialRecord(reasonCode, z.int()),
  changes: z.int().describe('Cells with a recommended price other than today’s'),
  expectedGain: number.describe('Sum over recommended changes'),
  warnings: z.int().describe('Cells with at least one reason against a change'),
  meanWape: orNull(number),
  lastDay: orNull(text),
  horizonDays: z.int(),
  merchants: z.array(text).describe('At most 500'),
  productTypes: z.array(text).describe('At most 500'),
});
export type OverviewSummary = z.infer<typeof overviewSummary>;

// --- models

export const modelQuery = z.object({ modelId: id.exactOptional(), instrument: name.exactOptional() });
export const versionList = listOf(modelItem);
export type VersionList = z.infer<typeof versionList>;
export const aliasChange = z.object({ alias, version: z.int().min(1) });
export const rollback = z.object({ version: z.int().min(1).exactOptional() });
export const modelFile = z.record(text, z.unknown()).describe('The exported DemandModel: what demanda/core computes with');
export const compareQuery = z.object({
  models: z.string().max(20_000).exactOptional().describe('Merchant:Product,Merchant:Product – each part encoded by encodeURIComponent'),
  runs: z.string().max(4_000).exactOptional().describe('Run ids, separated by commas'),
});

// --- histories

export const runItem = z.object({
  merchant: text,
  product: text,
  unit: text,
  runId: text,
  status: z.enum(['running', 'done', 'stopped', 'failed']),
  stopReason: z.enum(['converged', 'budget used', 'interrupted', 'failed']),
  iterations: z.int(),
  points: z.int(),
  errorKind: orNull(errorKind),
  firstError: orNull(number),
  bestError: orNull(number),
  lastError: orNull(number),
  startedAt: instant,
  seconds: number,
  seed: number,
  modelId: orNull(text),
  failure: orNull(z.object({ code: text, message: text })),
});
export type RunItem = z.infer<typeof runItem>;
export const runList = listOf(runItem);
export const runQuery = z.object({ ...cellQuery.shape, status: z.enum(['running', 'done', 'stopped', 'failed']).exactOptional(), ...page.shape });
export const runId = z.object({ runId: id });
export const historyQuery = z.object({
  metrics: z.string().max(1_000).exactOptional().describe('Names of the metrics wanted, separated by commas; all without it'),
});
/** Every point of a run, column by column; null where a figure could not be had. */
export const historyDocument = z.object({
  ...documentHeader,
  run: runItem,
  errorKind,
  iterations: z.array(z.int()),
  metrics: z.record(text, z.array(orNull(number))),
  events: z.array(z.looseObject({ iteration: number, kind: text })),
});
export type HistoryDocument = z.infer<typeof historyDocument>;

// --- recommendations

export const recommendationItem = z.object({
  id: text,
  revision: z.int(),
  status: recommendationStatus,
  merchant: text,
  product: text,
  productType: text,
  at: instant,
  /** The price that approval stands for: the recommended one unless it was overridden. */
  price: number,
  overridden: z.boolean(),
  reason: orNull(text).describe('Why it was rejected or overridden'),
  decidedBy: orNull(text),
  decidedAt: orNull(instant),
  batchId: orNull(text),
  activationDate: orNull(text),
  /** Whether sales, model or settings gave another live model since. */
  stale: z.boolean(),
  expectedGain: number,
  recommendation,
});
export type RecommendationItem = z.infer<typeof recommendationItem>;
export const recommendationList = listOf(recommendationItem);
export const recommendationQuery = z.object({
  status: recommendationStatus.exactOptional(),
  merchant: name.exactOptional(),
  product: name.exactOptional(),
  productType: name.exactOptional(),
  reason: reasonCode.exactOptional(),
  recommended: z.enum(['true', 'false']).exactOptional(),
  sort: z.enum(['id', 'expectedGain']).default('id'),
  ...page.shape,
});
export const recommendationId = z.object({ id: z.string().regex(/^\d{1,15}$/) });
const ids = z
  .array(z.string().regex(/^\d{1,15}$/))
  .min(1)
  .max(10_000);
export const refresh = z.object({
  cells: cellList.min(1).max(1_000).exactOptional().describe('Cells to compute; all without it'),
  horizonDays: z.int().min(1).max(365).exactOptional(),
});
export const refreshed = z.object({ ...documentHeader, computed: z.int(), changed: z.int(), items: z.array(recommendationItem).max(1_000) });
export type Refreshed = z.infer<typeof refreshed>;
export const transition = z.object({
  ids,
  to: z.enum(['reviewed', 'approved', 'rejected', 'proposed']),
  reason: z.string().trim().min(1).max(1_000).exactOptional().describe('Needed to reject and to override a price'),
  price: number.positive().max(1e9).exactOptional().describe('Overrides the recommended price; of one recommendation only'),
  expectedRevisions: z.record(text, z.int()).describe('Id → revision that was seen: a change by somebody else since is refused'),
});
export const transitioned = z.object({ ...documentHeader, items: z.array(recommendationItem) });
export type Transitioned = z.infer<typeof transitioned>;
export const exportRequest = z.object({
  ids,
  batchId: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .exactOptional()
    .describe('Made by the caller: the same batch asked for again is the same batch'),
  activationDate: date,
  format: z.enum(['csv', 'xlsx', 'json']).default('csv'),
  expectedRevisions: z.record(text, z.int()).exactOptional(),
});
const batchItem = z.object({
  recommendationId: text,
  merchant: text,
  product: text,
  unit: text,
  priceBefore: number,
  price: number,
  expectedGain: number,
  reason: orNull(text),
});
export const batch = z.object({
  ...documentHeader,
  batchId: text,
  createdAt: instant,
  createdBy: text,
  activationDate: text,
  format: z.enum(['csv', 'xlsx', 'json']),
  items: z.array(batchItem),
  file: text.describe('Path of the file'),
});
export type Batch = z.infer<typeof batch>;
export const batchId = z.object({ id: z.string().regex(/^[\w-]{8,64}$/) });
export const batchFile = z.object({ format: z.enum(['csv', 'xlsx', 'json']).exactOptional() });
export const outcome = z.object({
  ...documentHeader,
  recommendationId: text,
  activationDate: orNull(text),
  /** Days with sales since the activation. */
  days: z.int(),
  priceBefore: number,
  price: number,
  priceCharged: orNull(number).describe('Mean price since the activation, by quantity'),
  expected: orNull(interval).describe('Profit over those days at the prices charged, as the model foresaw it'),
  actual: orNull(number),
  withoutChange: orNull(interval).describe('Profit over those days at the price before, as the model sees it'),
  gain: orNull(interval).describe('Actual less without change'),
  verdict: z.enum(['not exported', 'too early', 'not applied', 'better', 'worse', 'inconclusive']),
});
export type OutcomeDocument = z.infer<typeof outcome>;

// --- trainings

export const trainingOptions = z.object({
  solver: z.enum(['exact', 'stochastic']).exactOptional(),
  iterations: z.int().min(1).max(10_000_000).exactOptional(),
  simulatedRows: z.int().min(0).max(100_000).exactOptional(),
  simulationNoise: z.boolean().exactOptional(),
  market: z.boolean().exactOptional(),
  instrument: name.exactOptional(),
  pooling: z.enum(['workspace', 'merchant', 'none']).exactOptional(),
  seed: z.int().min(0).max(1e9).exactOptional(),
  patience: z.int().min(1).max(1e6).exactOptional(),
  searchEvery: z.int().min(0).max(1e9).exactOptional(),
  evaluateEvery: z.int().min(1).max(1e9).exactOptional(),
  checkpointEvery: z.int().min(1).max(1e9).exactOptional(),
  workers: z.int().min(1).max(256).exactOptional(),
  fresh: z.boolean().exactOptional(),
});
export type TrainingOptionsBody = z.infer<typeof trainingOptions>;
export const newTraining = z.object({
  cells: cellList.min(1).exactOptional().describe('All cells that the caller may see, without it'),
  options: trainingOptions.default({}),
});
const trainingStatus = z.enum(['starting', 'running', 'stopping', 'stopped', 'done', 'failed']);
/** One cell of a training as far as it is. */
const cellProgress = z.object({
  seq: z.int(),
  merchant: text,
  product: text,
  status: z.enum(['running', 'done', 'stopped', 'failed']),
  runId: orNull(text),
  iteration: z.int(),
  iterations: z.int(),
  error: orNull(number),
  best: orNull(number),
  points: z
    .array(z.tuple([z.int(), orNull(number)]))
    .describe('Iterations with their errors so far, thinned to at most 200; empty once it has ended: its history has them all'),
  iterationsPerSecond: orNull(number),
  secondsLeft: orNull(number),
  message: orNull(text),
});
export type CellProgress = z.infer<typeof cellProgress>;
export const training = z.object({
  trainingId: text,
  status: trainingStatus,
  stage: z.enum(['market', 'search', 'train']).nullable(),
  cells: z.int(),
  done: z.int(),
  failed: z.int(),
  options: trainingOptions,
  startedAt: instant,
  endedAt: orNull(instant),
  startedBy: text,
  merchant: orNull(text),
  canResume: z.boolean(),
  message: orNull(text),
});
export type TrainingItem = z.infer<typeof training>;
export const trainingList = listOf(training);
export const trainingDetail = z.object({ ...documentHeader, training, progress: z.array(cellProgress).describe('The newest 1,000 cells') });
export type TrainingDetail = z.infer<typeof trainingDetail>;
export const trainingStarted = z.object({ trainingId: text });
export const trainingId = z.object({ id });

// --- imports

const importIssue = z.object({ line: z.int(), column: orNull(text), code: text, message: text });
export const importOptions = z.object({
  kind: z.enum(['sales', 'market', 'costs']).exactOptional(),
  map: z.record(z.string().max(50), z.string().max(1_000)).exactOptional().describe('Field → the file’s column'),
  merchant: name.exactOptional(),
  product: name.exactOptional(),
  productType: name.exactOptional(),
  unit: z.string().max(20).exactOptional(),
  covariates: z.array(name).max(100).exactOptional(),
  knownCovariates: z.array(name).max(100).exactOptional(),
  decimal: z.enum([',', '.']).exactOptional(),
  encoding: z.string().max(40).exactOptional(),
  dateFormat: z.string().max(40).exactOptional(),
});
export type ImportBody = z.infer<typeof importOptions>;
export const importCommit = z.object({ ...importOptions.shape, skipBad: z.boolean().default(false) });
/** What a file holds, and what of it was or would be kept. */
const importCounts = {
  rows: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  replaced: z.int(),
  merchants: z.int(),
  products: z.int(),
  from: orNull(text),
  to: orNull(text),
} as const;
export const importPreview = z.object({
  ...documentHeader,
  importId: text,
  fileName: text,
  bytes: z.int(),
  /** Null where the file as a whole cannot be understood yet: `problem` says why. */
  kind: orNull(z.enum(['sales', 'market', 'costs'])),
  headers: z.array(text),
  mapping: z.record(text, text).describe('Field → the file’s column, as understood'),
  fields: z.array(text).describe('Every field that a column can be'),
  sample: z.array(z.array(text)).describe('First rows as they stand in the file'),
  ...importCounts,
  issues: z.array(importIssue).describe('The first 100'),
  problem: orNull(z.object({ code: text, message: text })),
});
export type ImportPreview = z.infer<typeof importPreview>;
export const importDone = z.object({
  ...documentHeader,
  importId: text,
  kind: z.enum(['sales', 'market', 'costs']),
  ...importCounts,
  issues: z.array(importIssue),
});
export type ImportDone = z.infer<typeof importDone>;
export const importId = z.object({ id });

// --- data, settings

export const coverage = listOf(
  z.object({
    merchant: text,
    product: text,
    unit: text,
    frequency: text,
    months: z.array(z.object({ month: text.describe('yyyy-mm'), rows: z.int(), soldOut: z.int() })),
  }),
);
export type CoverageList = z.infer<typeof coverage>;
export const coverageQuery = z.object({ ...cellQuery.shape, ...page.shape });
export const marketPriceList = listOf(z.object({ name: text, date: text, price: number }));
export type MarketPriceList = z.infer<typeof marketPriceList>;
export const marketPriceQuery = z.object({ name: name.exactOptional(), ...page.shape });

export const settings = z.object({ country: text, currency: text, unit: text, lang: z.enum(['es', 'en']).nullable() });
export type SettingsValues = z.infer<typeof settings>;
export const settingsDocument = z.object({ ...documentHeader, settings });
export const settingsChange = z.object({
  country: z.string().min(2).max(2).exactOptional(),
  currency: z.string().min(3).max(3).exactOptional(),
  unit: z.string().trim().max(20).exactOptional(),
  lang: z.enum(['es', 'en']).exactOptional(),
});
const share = number.min(0).max(0.9999).nullable();
export const guardrails = z.object({
  neverBelowCost: z.boolean(),
  minMargin: share,
  maxChange: share,
  triedRangeMargin: share,
  minPrice: number.positive().nullable(),
  maxPrice: number.positive().nullable(),
  marketBand: share,
  priceEnding: z.enum(['.99', '.49', '0.05']).nullable(),
});
export const guardrailsChange = guardrails.partial();
export const guardrailsQuery = z.object({ merchant: name.exactOptional(), productType: name.exactOptional() });
export const guardrailsDocument = z.object({
  ...documentHeader,
  merchant: orNull(text),
  productType: orNull(text),
  own: guardrailsChange.describe('What is set at this scope itself'),
  effective: guardrails.describe('What holds here, the more general scopes included'),
});
export type GuardrailsDocument = z.infer<typeof guardrailsDocument>;
export const health = z.object({ ok: z.literal(true), version: text, seconds: number.describe('Since the server started') });
