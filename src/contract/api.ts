/* long: the shapes of the API are one list. */
/**
 * The HTTP contract: every shape that the API takes and gives, as schemas; the types of server and web app come from
 * them.
 */

import { z } from 'zod';
import {
  BATCH_FILE_FORMATS,
  BATCH_FORMATS,
  CELL_STATES,
  DECISIONS,
  FREQUENCIES,
  HELD_COLUMNS,
  IMPORT_KINDS,
  LANGS,
  LIST_PAGES,
  NAMED_KINDS,
  OUTCOME_VERDICTS,
  PERIOD_UNITS,
  PRICE_STAGES,
  RECOMMENDATION_STATUSES,
  RUN_GROUPINGS,
  RUN_STATUSES,
  SCOPES,
  SORT_ORDERS,
  STOP_REASONS,
  TRAINING_ORIGINS,
  TRAINING_STAGES,
  TRAINING_STATUSES,
} from '../core/vocabulary.ts';
import {
  alias,
  cellView,
  compareDocument,
  documentHeader,
  errorKind,
  heldItem,
  historyAnalysis,
  interval,
  keptProposals,
  modelItem,
  priceFigures,
  priceWarning,
  reasonCode,
  recommendation,
} from './api-documents.ts';
import { experimentItem, experimentQuery } from './experiments.ts';
import { bodyFields, documentFields, schemaOf } from './options/body-schema.ts';
import { READ_FILE } from './options/import.ts';
import { GUARDRAIL_OPTIONS, RECOMMEND, RECOMMEND_DAYS } from './options/price.ts';
import { WORKSPACE_SETTINGS } from './options/settings.ts';
import { TRAIN } from './options/train.ts';
import { tableFileQuery } from './price-log.ts';
import { MOST_NOTE_LETTERS, MOST_TAG_LETTERS, MOST_TAGS } from './run-note.ts';
import { SAME_ERROR_SHARE } from './same-error.ts';
import { typedWhole } from './typed-number.ts';

const number = z.number();
const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const instant = text.describe('ISO 8601 instant');
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'aaaa-mm-dd / yyyy-mm-dd');
const name = z.string().min(1).max(500);
/** A whole number in an address. */
const whole = (least: number, most: number) =>
  z.preprocess((given) => (typeof given === 'string' ? typedWhole(given) : given), z.int().min(least).max(most));
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
  limit: whole(1, MOST_ITEMS).default(100),
  cursor: z.string().max(4_000).exactOptional().describe('`nextCursor` of the page before'),
});
const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ ...documentHeader, items: z.array(item), nextCursor: orNull(text) });
export const done = z.object({ ok: z.literal(true) });
export const cellName = z.object({ merchant: name, product: name });
const cellQuery = z.object({ merchant: name.exactOptional(), product: name.exactOptional() });
const cellList = z.array(cellName).max(100_000);

// --- session and keys

/** What a caller may do: any scope lets read, `admin` everything. */
export const scope = z.enum(SCOPES);
export const session = z.object({
  scopes: z.array(scope),
  merchant: orNull(text).describe('The only merchant that this session may see; null for all'),
  signedIn: z.boolean(),
  name: orNull(text),
  lang: z.enum(LANGS),
  currency: text.describe('Before one signs in: XXX, no currency'),
  country: text.describe('Empty before one signs in, as are unit and version'),
  unit: text,
  version: text,
  csrfToken: orNull(text).describe('Goes into the header x-csrf-token of every write with a cookie session'),
});
export type Session = z.infer<typeof session>;
export const signIn = z.strictObject({
  token: z.string().min(8).max(200).describe('The one-time token of the link that `serve` printed, or an API key'),
});

export const apiKey = z.object({
  id: text,
  name: text,
  scopes: z.array(scope),
  merchant: orNull(text),
  /** First characters of the key, to tell keys apart. */
  prefix: text,
  createdAt: instant,
  createdBy: text.describe('kind:id of the key, session or command that made it'),
  createdByName: orNull(text).describe('Its name; null for keys of earlier versions, which have the name in createdBy'),
  expiresAt: orNull(instant).describe('Null: never'),
  revokedAt: orNull(instant),
});
export type ApiKey = z.infer<typeof apiKey>;
export const keyList = listOf(apiKey);
export const newKey = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('Of its own among the merchant’s keys that are not revoked'),
  scopes: z.array(scope).min(1).max(4),
  merchant: name.nullable().default(null),
  expiresAt: z.iso
    .datetime({ offset: true })
    .nullable()
    .default(null)
    .describe('Instant from which it opens nothing; null: never'),
});
export const madeKey = z.object({ key: text.describe('Shown this once'), apiKey });
export type MadeKey = z.infer<typeof madeKey>;
export const keyId = z.object({ id });

const openSession = z.object({
  id: text.describe('Public: it opens nothing'),
  openedWith: z.enum(['link', 'key']),
  keyId: orNull(text),
  name: text.describe('Of the key; `owner` for a link'),
  scopes: z.array(scope),
  merchant: orNull(text),
  address: orNull(text).describe('Network address that it was opened from'),
  createdAt: instant,
  usedAt: instant.describe('To five minutes'),
  expiresAt: instant,
  current: z.boolean().describe('The session that asks'),
});
export type OpenSession = z.infer<typeof openSession>;
export const sessionList = listOf(openSession);
export const sessionId = z.object({ id });
export const sessionsEnded = z.object({ ended: z.int() });

const auditEntry = z.object({
  id: z.int(),
  at: instant,
  actor: text.describe('kind:id; kinds: owner, key, session, command, library, training, address'),
  /** Null in entries of versions that kept the name in `actor`. */
  actorName: text.nullable(),
  action: text.describe(
    'key.create, session.open, import.commit, training.start, recommendation.propose, recommendation.approved, settings.change …',
  ),
  merchant: orNull(text),
  detail: z.record(text, z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntry>;
export const auditQuery = z.object({
  search: z.string().trim().min(1).max(200).exactOptional().describe('Words of entries, in the language asked for'),
  order: z.enum(SORT_ORDERS).default('desc').describe('By time: newest first unless told'),
  ...page.shape,
});
export const auditList = listOf(auditEntry);

// --- cells

export const merchantList = listOf(z.object({ merchant: text, products: z.int() }));
export type MerchantList = z.infer<typeof merchantList>;
export const productList = listOf(z.object({ product: text, productType: text, unit: text, merchants: z.int() }));
export const productQuery = z.object({ merchant: name.exactOptional(), ...page.shape });

// --- names

export const namedKind = z.object({ kind: z.enum(['merchants', 'products']) });
export const namesQuery = z.object({
  merchant: name.exactOptional().describe('Only its products; everyone’s without it'),
});
export const nameList = z.object({
  ...documentHeader,
  kind: z.enum(NAMED_KINDS),
  names: z.array(
    z.object({
      name: text,
      cells: z.int().describe('Merchants that have the product, or products that the merchant has'),
      rows: z.int(),
      from: orNull(text),
      to: orNull(text),
      units: z.array(text),
    }),
  ),
  similar: z.array(z.array(text)).describe('Names that may be one, written in two ways'),
});
export type NameList = z.infer<typeof nameList>;
const nameChoice = {
  merchant: name.exactOptional().describe('Only its product; everyone’s without it'),
  dryRun: z.boolean().exactOptional().describe('Everything is counted and refused, and nothing changes'),
};
export const nameRename = z.strictObject({ from: name, into: name, ...nameChoice });
export const nameMerge = z.strictObject({ from: z.array(name).min(1).max(1_000), into: name, ...nameChoice });
export const nameChanged = z.object({
  ...documentHeader,
  kind: z.enum(NAMED_KINDS),
  how: z.enum(['rename', 'merge']),
  from: z.array(text),
  into: text,
  merchant: orNull(text),
  dryRun: z.boolean(),
  renamed: z.int().describe('Products of a merchant that have another name now, with all that is kept of them'),
  merged: z.int().describe('Products of a merchant that were joined to another one'),
  rows: z.int(),
  sameDays: z.int().describe('Days on which several had a row, which are added up as tickets are'),
  models: z.int().describe('Models of those that were joined, which are gone'),
  retired: z.int().describe('Live models that are in use no more, as they do not know the sales that were joined'),
  trainings: z.int().describe('Unfinished trainings that are given up'),
  recommendations: z.int().describe('Open recommendations that end'),
  imports: z.int().describe('Imports that can no longer be taken back'),
  guardrails: z
    .int()
    .describe('Guardrails of joined merchants, or of types named after joined products, which are gone'),
  keys: z.int().describe('Keys of joined merchants, which are revoked'),
  held: z.int().describe('Values that are held now'),
});
export type NameChanged = z.infer<typeof nameChanged>;
const nameAlias = z.object({
  kind: z.enum(NAMED_KINDS),
  merchant: orNull(text).describe('Whose product it is; null: everyone’s, or a merchant'),
  name: text,
  target: text,
});
export const nameAliases = z.object({ ...documentHeader, kind: z.enum(NAMED_KINDS), aliases: z.array(nameAlias) });
export type NameAliases = z.infer<typeof nameAliases>;
export const nameForget = z.strictObject({ name, merchant: name.exactOptional() });
export const nameForgotten = z.object({ ...documentHeader, kind: z.enum(NAMED_KINDS), alias: nameAlias });

const listPage = z.enum(LIST_PAGES);
export const savedViews = z.object({
  ...documentHeader,
  views: z.array(z.object({ page: listPage, name: text, query: text.describe('Of the page’s address') })),
  columns: z.partialRecord(listPage, z.array(text)).describe('Columns that a list shows, in their order'),
});
export type SavedViews = Pick<z.infer<typeof savedViews>, 'views' | 'columns'>;
export const viewChange = z.strictObject({
  page: listPage,
  name: z.string().trim().min(1).max(40),
  query: z.string().max(2_000).nullable().describe('Null: the view goes'),
});
export const columnsChange = z.strictObject({
  page: listPage,
  columns: z.array(z.string().max(40)).min(1).max(40).nullable().describe('Null: as the list comes'),
});

const cellState = z.enum(CELL_STATES);
const priceStage = z.enum(PRICE_STAGES);
export const recommendationStatus = z.enum(RECOMMENDATION_STATUSES);
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
  horizonDays: orNull(z.int()).describe('Days that the gain covers'),
  rows: z.int(),
  lastDay: orNull(text).describe('ISO date of the last sale'),
  trainedAt: orNull(instant),
  stage: priceStage.describe('How far the cell is on the way from its first sale to a price in force'),
  lastPrice: orNull(number).describe('At which it was sold last, promotions and held values apart'),
  priceSince: orNull(text).describe('ISO date from which on nothing was sold at another price'),
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
  'lastPrice',
  'stage',
]);
export type OverviewSort = z.infer<typeof overviewSort>;
export const overviewFilter = z.object({
  search: z.string().trim().max(200).exactOptional(),
  merchant: name.exactOptional(),
  productType: name.exactOptional(),
  state: cellState.exactOptional(),
  stage: priceStage.exactOptional(),
  reason: reasonCode.exactOptional(),
  recommended: z.enum(['true', 'false']).exactOptional().describe('Whether a price change is recommended'),
  status: recommendationStatus.exactOptional(),
  minGain: z.coerce.number().exactOptional().describe('Of changes that nobody has decided on, over their horizon'),
  minProbability: z.coerce.number().min(0).max(1).exactOptional(),
  errorFrom: z.coerce.number().exactOptional().describe('Of the error (WAPE), from'),
  errorTo: z.coerce.number().exactOptional().describe('and below'),
  elasticityFrom: z.coerce.number().exactOptional(),
  elasticityTo: z.coerce.number().exactOptional(),
  doubtFrom: z.coerce.number().exactOptional().describe('Of half the width of the elasticity’s interval, from'),
  doubtTo: z.coerce.number().exactOptional().describe('and below'),
});
export type OverviewFilter = z.infer<typeof overviewFilter>;
export const overviewQuery = z.object({
  ...overviewFilter.shape,
  sort: overviewSort.default('merchant'),
  order: z.enum(SORT_ORDERS).default('asc'),
  ...page.shape,
});
export const overviewSummary = z.object({
  ...documentHeader,
  cells: z.int().describe('Cells that match'),
  total: z.int().describe('Cells that the caller may see'),
  models: z.int().describe('Cells with a live model'),
  states: z.record(cellState, z.int()),
  byReason: z.partialRecord(reasonCode, z.int()),
  stages: z.record(priceStage, z.int()),
  untoldBy: z
    .partialRecord(reasonCode, z.int())
    .describe('Cells of which it cannot be told yet which price is best, by each reason for that'),
  refusedBy: z.partialRecord(reasonCode, z.int()).describe('Cells whose price stays, by each reason against a change'),
  horizons: z.array(z.object({ count: z.int(), unit: z.enum(PERIOD_UNITS) })).describe('Periods that the gains are of'),
  changes: z.int().describe('Cells with a recommended price other than today’s that nobody has decided on'),
  expectedGain: number.describe('Sum over these changes'),
  inForceFrom: orNull(text).describe('ISO date since when the first of the decided prices is charged'),
  inForceTo: orNull(text).describe('ISO date since when the last of them is'),
  warnings: z.int().describe('Cells with at least one reason against a change'),
  meanWape: orNull(number),
  lastDay: orNull(text),
  horizonDays: z.int().describe('Most days that the gain of a cell covers'),
  leastHorizonDays: z.int().describe('Fewest days that it covers: weeks and months are other than 14 days'),
  merchants: z.array(text).describe('At most 500'),
  productTypes: z.array(text).describe('At most 500'),
});
export type OverviewSummary = z.infer<typeof overviewSummary>;
const edges = { from: orNull(number).describe('Null: open'), to: orNull(number) };
const cellBins = z.array(z.object({ ...edges, cells: z.int() }));
const cellGroups = z.array(
  z.object({
    name: text,
    cells: z.int(),
    wape: orNull(number),
    elasticity: number,
    elasticityLow: number,
    elasticityHigh: number,
  }),
);
const intervalMonth = z
  .object({
    month: text.describe('YYYY-MM, of the days of the rows'),
    rows: z.int(),
    inside: z.int(),
    above: z.int().describe('Rows that sold more than the interval said'),
    below: z.int(),
    level: number.describe('Share that the intervals say they hold'),
    low: number.describe('95 % Wilson interval of the share inside, as if rows told nothing of each other'),
    high: number,
  })
  .describe('Rows of a month that the watch judged against what had been forecast before they came in');
export type IntervalMonthItem = z.infer<typeof intervalMonth>;
export const overviewDistribution = z.object({
  ...documentHeader,
  error: cellBins.describe('Cells by the error of their model'),
  elasticity: cellBins,
  map: z
    .array(z.object({ elasticity: z.object(edges), doubt: z.object(edges), cells: z.int() }))
    .describe('Cells by elasticity and by half the width of its interval'),
  productTypes: cellGroups.describe('Means of the twelve with most cells'),
  merchants: cellGroups,
  intervals: z.array(intervalMonth).describe('In order of months; without those of which no row was judged'),
});
export type OverviewDistribution = z.infer<typeof overviewDistribution>;

// --- models

export const modelQuery = z.object({ modelId: id.exactOptional(), instrument: name.exactOptional() });
const versionItem = z.object({
  ...modelItem.shape,
  tags: z.array(text),
  note: orNull(text).describe('Of the run that it comes from; null of one that came in a file'),
});
export type VersionItem = z.infer<typeof versionItem>;
export const versionList = listOf(versionItem);
export type VersionList = z.infer<typeof versionList>;
export const aliasChange = z.strictObject({ alias, version: z.int().min(1) });
export const rollback = z.strictObject({ version: z.int().min(1).exactOptional() });
export const modelFile = z
  .record(text, z.unknown())
  .describe('The exported DemandModel: what demanda/core computes with');
export const compareQuery = z.object({
  models: z
    .string()
    .max(20_000)
    .exactOptional()
    .describe('Merchant:Product,Merchant:Product – each part encoded by encodeURIComponent'),
  runs: z.string().max(4_000).exactOptional().describe('Run ids, separated by commas'),
});

// --- histories

export const runItem = z.object({
  merchant: text,
  product: text,
  unit: text,
  runId: text,
  status: z.enum(RUN_STATUSES),
  stopReason: z.enum(STOP_REASONS),
  converged: orNull(z.boolean()).describe(
    'Whether the fit came close to its minimum: a model that did not recommends no change of price',
  ),
  iterations: z.int(),
  points: z.int(),
  errorKind: orNull(errorKind),
  firstError: orNull(number),
  bestError: orNull(number),
  lastError: orNull(number),
  startedAt: instant,
  seconds: number,
  seed: number,
  tags: z.array(text),
  note: text,
  cpuSeconds: orNull(number).describe('Of the thread that trained; null of the exact solver'),
  peakMemory: orNull(number).describe('Bytes: most that its process had in memory'),
  rowsPerSecond: orNull(number).describe('Own and simulated rows that the solver went through a second'),
  modelId: orNull(text),
  failure: orNull(z.object({ code: text, message: text })),
});
export type RunItem = z.infer<typeof runItem>;
export const runList = listOf(runItem);
/** Which runs: the same of lists, groups and what their settings did. */
export const runChoice = z.object({
  ...cellQuery.shape,
  status: z.enum(RUN_STATUSES).exactOptional(),
  search: z.string().max(200).exactOptional().describe('Words in merchant, product, tags or note'),
  tag: z.string().max(MOST_TAG_LETTERS).exactOptional(),
});
const runSort = z.enum(['startedAt', 'product', 'iterations', 'firstError', 'bestError', 'seconds']);
export type RunSort = z.infer<typeof runSort>;
export const runQuery = z.object({
  ...runChoice.shape,
  sort: runSort.default('startedAt'),
  order: z.enum(SORT_ORDERS).default('desc'),
  ...page.shape,
});
export const runNote = z.strictObject({
  tags: z.array(z.string().trim().min(1).max(MOST_TAG_LETTERS)).max(MOST_TAGS),
  note: z.string().max(MOST_NOTE_LETTERS),
});
export const runGroupsQuery = z.object({
  ...runChoice.shape,
  by: z.enum(RUN_GROUPINGS).default('merchant'),
});
/** Runs of one kind together; spread is the standard deviation, null of fewer than two. */
const runGroup = z.object({
  group: text,
  runs: z.int(),
  failed: z.int(),
  error: orNull(number).describe('Mean WAPE on held-out sales of those that have one'),
  spread: orNull(number),
  lowest: orNull(number),
  highest: orNull(number),
  seconds: number.describe('Mean'),
});
export const runGroups = z.object({ ...documentHeader, by: z.enum(RUN_GROUPINGS), groups: z.array(runGroup) });
export type RunGroups = z.infer<typeof runGroups>;
const settingValue = z.union([text, number, z.boolean()]);
/** What a fleet's own searches say of settings; errors are against the mean of the specs tried on the same cell. */
export const triedSettings = z.object({
  ...documentHeader,
  cells: z.int(),
  tried: z.int().describe('Specs on cells'),
  settings: z.array(
    z.object({
      field: text,
      share: number.describe('Of the differences in error, 0-1; shares of settings that change together overlap'),
      floor: number.describe('The share that chance alone stays below in 95 of 100 shuffles'),
      tells: z.boolean(),
      values: z.array(z.object({ value: settingValue, error: number })),
    }),
  ),
  specs: z.array(z.object({ spec: z.record(text, settingValue), error: number, cells: z.int() })),
});
export type TriedSettings = z.infer<typeof triedSettings>;
export const runId = z.object({ runId: id });
export const historyQuery = z.object({
  metrics: z
    .string()
    .max(1_000)
    .exactOptional()
    .describe('Names of the metrics wanted, separated by commas; all without it'),
});
/** Every point of a run, column by column; null where a figure could not be had. */
export const historyDocument = z.object({
  ...documentHeader,
  run: runItem,
  model: orNull(
    z.object({
      version: z.int(),
      error: orNull(number).describe('WAPE on held-out sales, of all its specs together'),
      elasticity: interval.describe('At the price of today, of all its specs together'),
    }),
  ).describe('What came of the run; null without a model, or where that was removed'),
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
  decidedBy: orNull(text).describe('kind:id of who decided'),
  decidedByName: orNull(text).describe('Their name, chosen by people; null in decisions of earlier versions'),
  decidedAt: orNull(instant),
  batchId: orNull(text),
  activationDate: orNull(text),
  /** Whether sales, model or settings gave another live model since. */
  stale: z.boolean(),
  expectedGain: orNull(number).describe('At this price over the horizon; null where it is not known'),
  figures: orNull(priceFigures).describe(
    'What a price that was overridden would bring; null for the computed price, and where it is not known',
  ),
  warnings: z.array(priceWarning).describe('Of the price: below unit cost, outside the guardrails, of unknown gain'),
  recommendation,
});
export type RecommendationItem = z.infer<typeof recommendationItem>;
export const recommendationList = listOf(recommendationItem);
const recommendationChoice = {
  status: recommendationStatus.exactOptional(),
  merchant: name.exactOptional(),
  product: name.exactOptional(),
  productType: name.exactOptional(),
  reason: reasonCode.exactOptional(),
  recommended: z.enum(['true', 'false']).exactOptional(),
  minGain: z.coerce.number().exactOptional().describe('At the kept price over the horizon'),
  minProbability: z.coerce.number().min(0).max(1).exactOptional(),
  search: z.string().max(200).exactOptional().describe('Words in merchant, product or type'),
};
export const recommendationFilter = z.object(recommendationChoice);
export const recommendationQuery = z.object({
  ...recommendationChoice,
  sort: z.enum(['id', 'expectedGain', 'product']).default('id'),
  order: z.enum(SORT_ORDERS).default('desc'),
  ...page.shape,
});
export const recommendationTotals = z.object({
  ...documentHeader,
  count: z.int(),
  gain: number.describe('Sum of the gains that are known'),
  unknownGain: z.int().describe('Recommendations whose gain is not known'),
  raised: z.int().describe('Prices above today’s'),
  lowered: z.int(),
  largestChange: number.describe('As a share of today’s price'),
  mark: text.describe('Tells these recommendations, as they are now, from others: for `matching` of a decision'),
});
export type RecommendationTotals = z.infer<typeof recommendationTotals>;
export const recommendationId = z.object({ id: z.string().regex(/^\d{1,15}$/) });
const ids = z
  .array(z.string().regex(/^\d{1,15}$/))
  .min(1)
  .max(10_000);
export const refresh = z.strictObject({
  cells: cellList.min(1).max(1_000).exactOptional().describe('Cells to compute; all without it'),
  horizon: schemaOf(RECOMMEND.horizon).exactOptional().describe('Days, or 14d, 8w, 3m: whole periods of the cell'),
  horizonDays: schemaOf(RECOMMEND_DAYS.horizonDays).exactOptional().describe('The same as a number of days'),
  assumeMarkup: schemaOf(RECOMMEND.assumeMarkup)
    .exactOptional()
    .describe('Markup over cost of products without any known cost: 0.5 is price = 1.5 x cost'),
  competitorFollows: schemaOf(RECOMMEND.competitorFollows)
    .exactOptional()
    .describe('Of our changes of price what competitors follow, as a share; without it their prices stay'),
  explore: schemaOf(RECOMMEND.explore).exactOptional().describe('Tries prices as often as they may be the best'),
  seed: schemaOf(RECOMMEND.seed).exactOptional().describe('Of what is tried'),
  replaceApproved: z
    .boolean()
    .exactOptional()
    .describe('Reviewed and approved prices make way too; without it they stand'),
});
export const refreshed = z.object({
  ...documentHeader,
  computed: z.int(),
  changed: z.int().describe('New proposals'),
  kept: keptProposals,
  items: z.array(recommendationItem).max(1_000),
});
export type Refreshed = z.infer<typeof refreshed>;
/** Decided on at once. */
const MOST_MATCHING = 200_000;
export const transition = z.strictObject({
  ids: ids.exactOptional(),
  matching: z
    .strictObject({
      ...recommendationChoice,
      count: z.int().min(1).max(MOST_MATCHING).describe('How many were seen: another number is refused'),
      mark: text.max(80).describe('`mark` of the totals that were seen: as many others, or changed ones, are refused'),
    })
    .exactOptional()
    .describe('All that match, in the place of ids'),
  to: z.enum(DECISIONS),
  reason: z.string().trim().min(1).max(1_000).exactOptional().describe('Needed to reject and to override a price'),
  price: number
    .positive()
    .max(1e9)
    .exactOptional()
    .describe('Overrides the recommended price; of one recommendation only'),
  expectedRevisions: z
    .record(text, z.int())
    .default({})
    .describe('Id → revision that was seen: a change by somebody else since is refused'),
});
export const transitioned = z.object({
  ...documentHeader,
  items: z.array(recommendationItem).describe('Of those that match: none'),
  revisions: z.record(text, z.int()).describe('Id → revision after the decision'),
});
export type Transitioned = z.infer<typeof transitioned>;
export const exportRequest = z.strictObject({
  ids,
  batchId: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .exactOptional()
    .describe('Made by the caller: the same batch asked for again is the same batch'),
  activationDate: date,
  format: z.enum(BATCH_FORMATS).default('csv'),
  expectedRevisions: z.record(text, z.int()).exactOptional(),
});
const batchItem = z.object({
  recommendationId: text,
  merchant: text,
  product: text,
  unit: text,
  priceBefore: number,
  price: number,
  expectedDemand: orNull(number).describe('At this price over the horizon; null where it is not known'),
  expectedProfit: orNull(number),
  expectedGain: orNull(number),
  horizonDays: z.int().exactOptional().describe('Days that these sums cover; missing in those of earlier versions'),
  reason: orNull(text),
});
export const batch = z.object({
  ...documentHeader,
  batchId: text,
  merchant: orNull(text).describe('Whose batch it is; null for the workspace’s: ids are of a merchant'),
  createdAt: instant,
  createdBy: text.describe('kind:id of who exported'),
  createdByName: orNull(text),
  activationDate: text,
  format: z.enum(BATCH_FORMATS),
  items: z.array(batchItem),
  file: text.describe('Path of the file'),
});
export type Batch = z.infer<typeof batch>;
export const batchId = z.object({ id: z.string().regex(/^[\w-]{8,64}$/) });
export const batchQuery = z.object({
  merchant: name.exactOptional().describe('Whose batch, where several have that id'),
});
export const batchFile = z.object({
  format: z.enum(BATCH_FILE_FORMATS).exactOptional().describe('The batch’s own without it'),
  style: tableFileQuery.style,
  lang: tableFileQuery.lang,
  ...batchQuery.shape,
});
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
  verdict: z.enum(['not exported', ...OUTCOME_VERDICTS]),
});
export type OutcomeDocument = z.infer<typeof outcome>;
export const outcomesQuery = z.object({
  merchant: name.exactOptional(),
  product: name.exactOptional(),
  from: z.iso.date().exactOptional().describe('First day of activation'),
});
export const outcomes = z.object({
  ...documentHeader,
  from: orNull(text),
  changes: z.int(),
  judged: z.int().describe('Changes that have a gain and were applied'),
  left: z.boolean().describe('There are older changes that were not looked at'),
  gain: orNull(interval).describe('What the changes earned together'),
  verdicts: z.array(z.object({ verdict: z.enum(OUTCOME_VERDICTS), count: z.int() })),
  outcomes: z.array(
    z.object({ merchant: text, product: text, ...outcome.omit({ schema: true, currency: true }).shape }),
  ),
});
export type OutcomesDocument = z.infer<typeof outcomes>;

// --- price tests

export const experimentList = listOf(experimentItem);
export const experimentQueryPage = z.object({ ...experimentQuery.shape, ...page.shape });

// --- trainings

export const trainingOptions = z.strictObject(bodyFields(TRAIN));
export type TrainingOptionsBody = z.infer<typeof trainingOptions>;
export const newTraining = z.strictObject({
  cells: cellList.min(1).exactOptional().describe('All cells that the caller may see, without it'),
  options: trainingOptions.default({}),
});
const trainingStatus = z.enum(TRAINING_STATUSES);
/** One cell of a training as far as it is. */
const cellProgress = z.object({
  seq: z.int(),
  merchant: text,
  product: text,
  status: z.enum(RUN_STATUSES),
  runId: orNull(text),
  iteration: z.int(),
  iterations: z.int(),
  error: orNull(number),
  best: orNull(number),
  points: z
    .array(z.tuple([z.int(), orNull(number)]))
    .describe(
      'Iterations with their errors, thinned to at most 200: of the newest 200 cells that have ended as their histories have them, else empty',
    ),
  modelError: orNull(number).describe('WAPE of the new model on held-out sales; null without one'),
  errorBefore: orNull(number).describe('The same of the version that was in force before'),
  runBefore: orNull(text).describe('The run of that version'),
  iterationsPerSecond: orNull(number),
  secondsLeft: orNull(number),
  message: orNull(text),
});
export type CellProgress = z.infer<typeof cellProgress>;
export const training = z.object({
  trainingId: text,
  origin: z.enum(TRAINING_ORIGINS).describe('Where it was begun'),
  status: trainingStatus,
  stage: z.enum(TRAINING_STAGES).nullable(),
  cells: z.int(),
  done: z.int(),
  failed: z.int(),
  options: trainingOptions,
  startedAt: instant,
  endedAt: orNull(instant),
  startedBy: text.describe('kind:id of who started it'),
  startedByName: orNull(text),
  merchant: orNull(text),
  canResume: z.boolean(),
  message: orNull(text),
});
export type TrainingItem = z.infer<typeof training>;
export const trainingList = listOf(training);
/** What a training brought so far. */
const trainingOutcome = z.object({
  begun: z.int().describe('Cells that were begun, ended ones included'),
  unfinished: number.describe('What cells that were begun and have not ended stand at, each a share 0-1, added up'),
  compared: z.int().describe('Cells whose new model and version before have an error on held-out sales'),
  better: z.int().describe(`Errors lower by more than ${SAME_ERROR_SHARE * 100} % of themselves`),
  same: z.int(),
  worse: z.int(),
  error: orNull(number).describe('Mean WAPE of the compared cells'),
  errorBefore: orNull(number),
});
export type TrainingOutcome = z.infer<typeof trainingOutcome>;
/** A piece of a training that workers ended at. */
const givenUpPiece = z.object({
  number: z.int().describe('0: what its cells learn from one another'),
  cells: z.int().describe('Cells of it that are not trained'),
  first: orNull(cellName),
  last: orNull(cellName),
  attempts: z.int(),
  reason: text,
  at: instant,
});
export const trainingDetail = z.object({
  ...documentHeader,
  training,
  givenUp: z.array(givenUpPiece).describe('Pieces that were given up, the first 100: retry puts them back'),
  outcome: trainingOutcome,
  progress: z.array(cellProgress).describe('The newest 1,000 cells'),
});
export type TrainingDetail = z.infer<typeof trainingDetail>;
export const trainingStarted = z.object({ trainingId: text });
export const trainingId = z.object({ id });
export const retryTraining = z.strictObject({
  number: z.int().min(0).exactOptional().describe('Of one piece; all that were given up, without it'),
});
export const trainingRetried = z.object({ training, retried: z.int().describe('Pieces that wait again') });

// --- imports

export const importIssue = z.object({ line: z.int(), column: orNull(text), code: text, message: text });
export const importOptions = z.strictObject({
  ...bodyFields(READ_FILE),
  map: schemaOf(READ_FILE.map).exactOptional().describe('Field → the file’s column'),
});
export type ImportBody = z.infer<typeof importOptions>;
export const importCommit = z.strictObject({ ...importOptions.shape, skipBad: z.boolean().default(false) });
const fileUnderstanding = z.object({
  encoding: orNull(text),
  delimiter: orNull(text),
  headerLine: orNull(z.int()),
  titles: z.array(text).readonly().describe('Lines above the headers'),
  sheets: z.array(text).readonly(),
  otherSheets: z.array(text).readonly().describe('Sheets that were not read'),
  columns: z
    .array(
      z.object({
        header: text,
        field: orNull(text).describe('Null: the column is not used'),
        sample: orNull(text),
        filled: z.int().describe('Rows with a value'),
        reading: z.record(text, text).describe('decimal, dates, unit, currency, scale: those that the column has'),
        ground: orNull(z.object({ by: text, value: text.exactOptional(), line: z.int().exactOptional() })).describe(
          'What settles the reading',
        ),
      }),
    )
    .readonly(),
  totals: z.array(z.int()).readonly().describe('Lines that are sums of others, left out'),
  repeatedHeaders: z.array(z.int()).readonly(),
});
const rememberedMapping = orNull(z.object({ file: text, date: text, options: z.record(text, text) })).describe(
  'What was said of an earlier file with the same headers and holds for this one',
);
/** What a file holds, and what of it was or would be kept. */
const importCounts = {
  rows: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  replaced: z.int(),
  unchanged: z.int().describe('Replaced rows that were there with all that the file says'),
  batchId: orNull(text).describe('Of the import, by which it is undone; null where nothing was written'),
  sameAs: orNull(text).describe('The import that wrote this very file before: nothing was written'),
  renamed: z
    .array(z.object({ ...nameAlias.shape, rows: z.int() }))
    .describe('Former names that the file says, what they mean, and how many rows said them'),
  added: z.int().describe('Rows that the file was added to'),
  kept: z.record(text, z.int()).describe('Replaced rows that keep a value, by the column that the file lacks'),
  emptied: z.record(text, z.int()).describe('Replaced rows that lose a value, by the column whose cells are empty'),
  differing: z.record(text, z.int()).describe('Rows whose tickets do not agree on a covariate, by its name'),
  frequencies: z.partialRecord(z.enum(FREQUENCIES), z.int()).describe('Series by how often they come after it'),
  unsold: z
    .object({ cells: z.int(), periods: z.int() })
    .describe('Days, weeks or months without a row that count as zero, of how many series'),
  heldCount: z.int().describe('Values that are left out until they are accepted'),
  held: z.array(heldItem).readonly().describe('The first thousand'),
  releasedCount: z.int().describe('Values that were held before and count from now on'),
  released: z.array(heldItem).readonly(),
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
  kind: orNull(z.enum(IMPORT_KINDS)),
  headers: z.array(text),
  mapping: z.record(text, text).describe('Field → the file’s column, as understood'),
  fields: z.array(text).describe('Every field that a column can be'),
  sample: z.array(z.array(text)).describe('First rows below the headers as they stand in the file'),
  headerLine: orNull(z.int()).describe('Line of the headers; null where there are none'),
  start: z
    .array(z.object({ line: z.int(), cells: z.array(text) }))
    .describe('First lines of a text or a sheet, those above the headers among them'),
  sheets: z
    .array(z.object({ name: text, rows: z.int(), columns: z.int(), read: z.boolean() }))
    .describe('Sheets of a workbook; rows are counted to 10,000'),
  missing: z
    .array(z.object({ field: text, suggested: orNull(text) }))
    .describe('Fields that no column is known as, and the column that each could be'),
  ...importCounts,
  issues: z.array(importIssue).describe('The first 100'),
  understanding: orNull(fileUnderstanding).describe('What was understood of the whole file; null with a problem'),
  notes: z.array(importIssue).describe('What was assumed in reading it'),
  remembered: rememberedMapping,
  problem: orNull(z.object({ code: text, message: text })),
  choices: z
    .array(
      z.object({
        option: z.enum(['dateFormat', 'decimal', 'sheet', 'forgetMapping', 'add', 'replace']),
        value: text,
        means: text,
      }),
    )
    .describe('Options that settle the problem, and what the unclear value then is'),
});
export type ImportPreview = z.infer<typeof importPreview>;
export const importDone = z.object({
  ...documentHeader,
  importId: text,
  kind: z.enum(IMPORT_KINDS),
  ...importCounts,
  issues: z.array(importIssue),
  understanding: fileUnderstanding,
  notes: z.array(importIssue),
  remembered: rememberedMapping,
});
export type ImportDone = z.infer<typeof importDone>;
export const importProgress = z.object({
  ...documentHeader,
  step: orNull(z.enum(['study', 'rows', 'write'])).describe(
    'The file is looked at as a whole, read row by row, written; null: none of that is under way',
  ),
  rows: z.int(),
  of: orNull(z.int()).describe('Rows of the whole file; null until it was looked at'),
});
export type ImportProgressNow = z.infer<typeof importProgress>;
export const importUpload = z.object({ ...documentHeader, importId: text, fileName: text });
export type ImportUpload = z.infer<typeof importUpload>;
export const importId = z.object({ id });
const importBatchFields = {
  id: text.describe('Short; by it the import is undone'),
  at: text.describe('ISO 8601 instant'),
  actor: text.describe('kind:id of who imported it'),
  by: text,
  kind: z.enum(IMPORT_KINDS),
  file: text,
  digest: orNull(text).describe('SHA-256 of the file’s bytes, base64url'),
  merchant: orNull(text).describe('Whose rows they all are; null: several’s, or everyone’s'),
  options: z.record(text, z.unknown()).describe('Options that changed how the file was read'),
  accepted: z.int(),
  rejected: z.int(),
  replaced: z.int().describe('Rows that were there before, unchanged ones among them'),
  added: z.int().describe('Rows that the import was added to'),
  unchanged: z.int(),
  merchants: z.int(),
  products: z.int(),
  from: orNull(text),
  to: orNull(text),
  undoneAt: orNull(text).describe('Null while it holds'),
  undoneBy: orNull(text),
} as const;
export const importBatch = z.object({ ...documentHeader, ...importBatchFields });
export const importBatchList = listOf(z.object(importBatchFields));
export const importUndone = z.object({
  ...documentHeader,
  ...importBatchFields,
  removed: z.int().describe('Rows that are gone'),
  restored: z.int().describe('Rows that are again what they were'),
  cellsRemoved: z.int().describe('Products of a merchant that are gone with their rows'),
  models: z.int().describe('Models in use that were trained on what it wrote'),
  recommendations: z.int().describe('Open recommendations of those models: out of date from now on'),
});
export type ImportUndone = z.infer<typeof importUndone>;
export type ImportBatchRow = z.infer<typeof importBatch>;

// --- data, settings

export const heldList = listOf(heldItem);
export type HeldList = z.infer<typeof heldList>;
export const heldQuery = z.object({ ...cellQuery.shape, ...page.shape });
/** One value, or all of a cell. */
export const heldAccept = z.strictObject({
  merchant: name,
  product: name,
  date: z.iso.date().exactOptional(),
  column: z.enum(HELD_COLUMNS).exactOptional(),
});
export const heldAccepted = z.object({ accepted: z.int() });

const COVERAGE_SORTS = ['merchant', 'product', 'lastDay'] as const satisfies readonly OverviewSort[];
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
export const coverageQuery = z.object({
  ...cellQuery.shape,
  search: z.string().trim().max(200).exactOptional().describe('Words in merchant, product or type'),
  sort: z.enum(COVERAGE_SORTS).default('merchant').describe('`lastDay`: by the newest sale'),
  order: z.enum(SORT_ORDERS).default('asc'),
  ...page.shape,
});
export type CoverageSort = (typeof COVERAGE_SORTS)[number];
export const marketPriceList = listOf(z.object({ name: text, date: text, price: number }));
export type MarketPriceList = z.infer<typeof marketPriceList>;
export const marketPriceQuery = z.object({ name: name.exactOptional(), ...page.shape });

export const settings = z.object({
  country: text,
  currency: text,
  unit: text,
  timezone: text.describe('IANA zone of the shops; empty for none'),
  lang: z.enum(LANGS).nullable(),
});
export type SettingsValues = z.infer<typeof settings>;
export const settingsDocument = z.object({ ...documentHeader, settings });
export const settingsChange = z.strictObject({
  country: z.string().min(2).max(2).exactOptional(),
  currency: z.string().min(3).max(3).exactOptional(),
  unit: z.string().trim().max(WORKSPACE_SETTINGS.unit.most).exactOptional(),
  timezone: z.string().trim().max(WORKSPACE_SETTINGS.timezone.most).exactOptional(),
  lang: schemaOf(WORKSPACE_SETTINGS.lang).exactOptional(),
});
export const guardrails = z.strictObject({ neverBelowCost: z.boolean(), ...documentFields(GUARDRAIL_OPTIONS) });
export const guardrailsChange = guardrails.partial();
/** Which prices would earn most under other guardrails or days: an answer, of which nothing is kept. */
export const whatIf = z.strictObject({
  cells: cellList.min(1).max(1_000),
  horizon: schemaOf(RECOMMEND.horizon).exactOptional().describe('Days, or 14d, 8w, 3m: whole periods of the cell'),
  horizonDays: schemaOf(RECOMMEND_DAYS.horizonDays).exactOptional().describe('The same as a number of days'),
  from: date.exactOptional().describe('First day of the horizon; the day after the merchant’s last sale without it'),
  assumeMarkup: schemaOf(RECOMMEND.assumeMarkup)
    .exactOptional()
    .describe('Markup over cost of products without any known cost: 0.5 is price = 1.5 x cost'),
  competitorFollows: schemaOf(RECOMMEND.competitorFollows)
    .exactOptional()
    .describe('Of our changes of price what competitors follow, as a share; without it their prices stay'),
  explore: schemaOf(RECOMMEND.explore).exactOptional().describe('Tries prices as often as they may be the best'),
  seed: schemaOf(RECOMMEND.seed).exactOptional().describe('Of what is tried'),
  guardrails: guardrailsChange.exactOptional().describe('Instead of those that are set'),
});
export const whatIfAnswer = z.object({ ...documentHeader, items: z.array(recommendation) });
export const guardrailsQuery = z.object({ merchant: name.exactOptional(), productType: name.exactOptional() });
export const guardrailsDocument = z.object({
  ...documentHeader,
  merchant: orNull(text),
  productType: orNull(text),
  own: guardrailsChange.describe('What is set at this scope itself'),
  effective: guardrails.describe('What holds here, the more general scopes included'),
});
export type GuardrailsDocument = z.infer<typeof guardrailsDocument>;
export const health = z.object({
  ok: z.literal(true),
  version: text.exactOptional().describe('For those who signed in'),
  seconds: number.exactOptional().describe('Since the server started; for those who signed in'),
});
