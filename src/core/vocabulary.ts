/* long: the closed sets are one list. */
/**
 * Every closed set of words that crosses a room: types, schemas, catalogues and lists derive from these, so that a word
 * which is added here does not compile until every place that must know it does. Words stand in the order in which they
 * are listed to users.
 */

export const LANGS = ['es', 'en'] as const;
export type Lang = (typeof LANGS)[number];

export function isLang(value: unknown): value is Lang {
  return (LANGS as readonly unknown[]).includes(value);
}

/** Spacing of a cell's rows. */
export const FREQUENCIES = ['daily', 'weekly', 'monthly'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** What a day without a row is where the merchant sold something else: nothing sold, or not on offer. */
export const MISSING_DAYS = ['zero', 'closed'] as const;
export type MissingDays = (typeof MISSING_DAYS)[number];

/** Units of a horizon, one a frequency. */
export const PERIOD_UNITS = ['day', 'week', 'month'] as const;
export type PeriodUnit = (typeof PERIOD_UNITS)[number];

/** Groups of columns of a design that share a ridge strength. */
export const COLUMN_GROUPS = [
  'level',
  'price',
  'market',
  'trend',
  'weekday',
  'season',
  'holiday',
  'feast',
  'promo',
  'covariate',
  'control',
] as const;
export type ColumnGroup = (typeof COLUMN_GROUPS)[number];

/** Parts of a demand model that pages draw. */
export const COMPONENT_NAMES = [
  'weekday',
  'season',
  'trend',
  'price',
  'promo',
  'holiday',
  'market',
  'covariates',
  'level',
] as const;
export type ComponentName = (typeof COMPONENT_NAMES)[number];

/** What may have changed of a cell since its model was trained. */
export const DRIFT_KINDS = ['level', 'elasticity', 'error', 'stock-outs'] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** What watching does about a cell: nothing, a warm update, a training in full; or it could not. */
export const WATCH_ACTIONS = ['none', 'warm', 'full', 'failed'] as const;
export type WatchAction = (typeof WATCH_ACTIONS)[number];

/** Why it does. */
export const WATCH_REASONS = [
  'UP_TO_DATE',
  'NEW_ROWS',
  'NO_MODEL',
  'DRIFT',
  'ROWS_CHANGED',
  'MANY_NEW_ROWS',
  'FIT_CHANGED',
  'NO_BASIS',
  'ASKED',
] as const;
export type WatchReason = (typeof WATCH_REASONS)[number];

/** What alerts tell of. */
export const ALERT_KINDS = ['failed', 'worse', 'old-data', 'drift', 'lost', 'waiting'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
export const ALERT_CHANNELS = ['webhook', 'email'] as const;
export type AlertChannel = (typeof ALERT_CHANNELS)[number];
/** Told at once, or together once a day. */
export const ALERT_RHYTHMS = ['each', 'daily'] as const;
export type AlertRhythm = (typeof ALERT_RHYTHMS)[number];
export const DELIVERY_STATES = ['waiting', 'sent', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Distributions of demand around its mean. */
export const FAMILIES = ['power', 'nb2'] as const;
export type FamilyName = (typeof FAMILIES)[number];

/** Simple forecasts that a model has to beat; see simpleForecastsOf for those of a frequency. */
export const SIMPLE_FORECASTS = ['smoothing', 'mean28', 'mean28-weekday', 'same-season'] as const;
export type SimpleForecast = (typeof SIMPLE_FORECASTS)[number];

/** Of a training by iterations; intervals between its checkpoints, evaluations and searches are no longer. */
export const MOST_ITERATIONS = 10_000_000;
export const SOLVERS = ['exact', 'stochastic'] as const;
export type Solver = (typeof SOLVERS)[number];

/** Which cells a cell's priors are learnt from. */
export const POOLINGS = ['workspace', 'merchant', 'none'] as const;
export type Pooling = (typeof POOLINGS)[number];

/** Why a training ended. */
export const STOP_REASONS = ['converged', 'budget used', 'interrupted', 'failed'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** What the errors of a history are measured on. */
export const ERROR_KINDS = ['cross-validated', 'simulated'] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** What to do about the number of iterations. */
export const CONVERGENCE_ADVICE = ['KEEP_TRAINING', 'ENOUGH', 'NOT_FINITE', 'NO_ERROR'] as const;
export type ConvergenceAdviceCode = (typeof CONVERGENCE_ADVICE)[number];

/** Of one training of one cell; a document of runs that ended has all but the first. */
export const RUN_STATUSES = ['running', 'done', 'stopped', 'failed'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const ALIASES = ['live', 'candidate'] as const;
export type Alias = (typeof ALIASES)[number];

/** Columns of sales whose values are held until somebody accepts them. */
export const HELD_COLUMNS = ['quantity', 'price', 'cost', 'waste'] as const;
export type HeldColumn = (typeof HELD_COLUMNS)[number];

/**
 * Why: far off the values around it; no neighbour could make it right; the total of a longer period than those of its
 * cell.
 */
export const HELD_REASONS = ['off', 'impossible', 'period'] as const;
export type HeldReason = (typeof HELD_REASONS)[number];

/** Lists, and plans of prices, whose views are kept. */
export const LIST_PAGES = ['overview', 'recommendations', 'together'] as const;
export type ListPage = (typeof LIST_PAGES)[number];

/** How far a cell is on the way from its first sale to a price in force; what is to be done comes first. */
export const PRICE_STAGES = [
  'change',
  'outdated',
  'uncalculated',
  'untrained',
  'unsold',
  'waiting',
  'in-force',
  'untold',
  'keep',
] as const;
export type PriceStage = (typeof PRICE_STAGES)[number];

/** Reasons for doubt about a recommended price. */
export const REASONS = [
  'NO_SALES',
  'TOO_FEW_SALES',
  'DELISTED',
  'UNDER_TEST',
  'HELD_OUT',
  'SELLS_OUT',
  'COMPETITORS_STALE',
  'NO_PRICE_VARIATION',
  'PRICE_IS_SEASON',
  'PROMO_CONFOUNDED',
  'MIX_NOT_PRICE',
  'PRICE_ENDOGENOUS',
  'WEAK_INSTRUMENT',
  'WRONG_SIGN',
  'SOLD_OUT_SUSPECTED',
  'SALE_TODAY',
  'ELASTICITY_TOO_WIDE',
  'STEP_TOWARDS',
  'PRICED_TOGETHER',
  'OWN_PLAN',
  'STEP_UNCONFIRMED',
  'EXTRAPOLATION',
  'NO_COST',
  'ZERO_COST',
  'STALE_COST',
  'VALUE_HELD',
  'LOSS',
  'NOT_CONVERGED',
  'NO_INTERIOR_OPTIMUM',
  'WORSE_THAN_BASELINE',
  'GAIN_UNCERTAIN',
  'GAIN_TOO_SMALL',
  'GUARDRAILS_CONFLICT',
  'EXPLORING',
] as const;
export type ReasonCode = (typeof REASONS)[number];

/** What an order or a markdown rests on beside the model, or why there is none. */
export const STOCK_NOTES = [
  'STOCK_UNKNOWN',
  'STOCK_OLD',
  'STOCK_EXPIRED',
  'STOCK_LESS_SALES',
  'EXPIRY_UNTOLD',
  'NO_EXPIRY',
  'EXPIRY_FAR',
  'SHELF_LIFE_UNTOLD',
  'SHELF_LIFE_OF_STOCK',
  'DELIVERY_OF_SHOP',
  'EVEN_DAYS',
  'SERVICE_OUT_OF_REACH',
] as const;
export type StockNote = (typeof STOCK_NOTES)[number];

/** What the past promotions of a product cannot tell, or were told by. */
export const PROMOTION_DOUBTS = [
  'PROMOTION_NEVER',
  'PROMOTION_ALWAYS',
  'PROMOTION_MONTHS',
  'PROMOTION_FEW',
  'PROMOTION_WITH_SEASON',
  'PROMOTION_UNTOLD',
  'PROMOTION_ONE_DEPTH',
  'PROMOTION_UNTRIED',
  'PROMOTION_BY_PRICE',
  'DISPLAY_NOT_APART',
] as const;
export type PromotionDoubt = (typeof PROMOTION_DOUBTS)[number];
/** What a total is of, from the whole down. */
export const TOTAL_LEVELS = ['all', 'merchant', 'type', 'product'] as const;
export type TotalLevel = (typeof TOTAL_LEVELS)[number];

/** Why a product is left out of a total. */
export const TOTAL_GAPS = ['NO_MODEL', 'NO_SALES', 'NOT_SOLD_LATELY'] as const;
export type TotalGap = (typeof TOTAL_GAPS)[number];

/** What a recommendation without data of its own rests on. */
export const ASSUMPTIONS = [
  'REFERENCE_PRICE',
  'UNIT_COST',
  'DAILY_QUANTITY',
  'ELASTICITY',
  'COMPETITORS_STAY',
  'COMPETITORS_FOLLOW',
] as const;
export type AssumptionCode = (typeof ASSUMPTIONS)[number];

/** Endings that a price may be rounded to, the last three for currencies in whole units; `0.05` and `10` mean steps. */
export const PRICE_ENDINGS = ['.99', '.49', '0.05', '90', '990', '10'] as const;
export type PriceEnding = (typeof PRICE_ENDINGS)[number];

/** Warnings about a price of the decider's own. */
export const PRICE_WARNINGS = ['BELOW_COST', 'OUTSIDE_GUARDRAILS', 'GAIN_UNKNOWN'] as const;
export type PriceWarning = (typeof PRICE_WARNINGS)[number];

/** What came of an exported price. */
export const OUTCOME_VERDICTS = ['too early', 'not applied', 'better', 'worse', 'inconclusive'] as const;
export type OutcomeVerdict = (typeof OUTCOME_VERDICTS)[number];

/** How a price test is laid out: one shop by time, or several shops by time and shop. */
export const TEST_DESIGNS = ['switchback', 'shops'] as const;
export type TestDesign = (typeof TEST_DESIGNS)[number];

/** Prices that take turns in a test. */
export const TEST_LEVELS = ['low', 'base', 'high'] as const;
export type TestLevel = (typeof TEST_LEVELS)[number];

/** How often a test may change the price. */
export const TEST_TURNS = ['day', 'week'] as const;
export type TestTurn = (typeof TEST_TURNS)[number];

/** Of a price test. */
export const EXPERIMENT_STATUSES = ['planned', 'running', 'finished', 'stopped', 'aborted'] as const;
export type ExperimentStatus = (typeof EXPERIMENT_STATUSES)[number];

/** What came of a price test. */
export const EXPERIMENT_VERDICTS = ['too early', 'answered', 'inconclusive', 'aborted'] as const;
export type ExperimentVerdict = (typeof EXPERIMENT_VERDICTS)[number];

/** What shops are compared by. */
export const HOLDOUT_MEASURES = ['profit', 'revenue'] as const;
export type HoldoutMeasure = (typeof HOLDOUT_MEASURES)[number];

/** Periods that shops are compared over. */
export const HOLDOUT_PERIODS = ['week', 'month'] as const;
export type HoldoutPeriod = (typeof HOLDOUT_PERIODS)[number];

/** Where a holdout is; `compared` is one that nobody kept. */
export const HOLDOUT_STATUSES = ['planned', 'running', 'stopped', 'compared'] as const;
export type HoldoutStatus = (typeof HOLDOUT_STATUSES)[number];

/** Why a shop is not compared. */
export const HOLDOUT_LEFT_OUT = ['TOO_SHORT', 'NOT_SELLING', 'NOTHING_EARNED', 'TOO_MANY_GAPS'] as const;
export type HoldoutLeftOut = (typeof HOLDOUT_LEFT_OUT)[number];

/** What to do next about a price test. */
export const EXPERIMENT_STEPS = [
  'WAIT',
  'TRAIN',
  'TRAIN_WITH_TEST',
  'CHANGE_PRICE',
  'KEEP_PRICE',
  'TEST_AGAIN',
  'FOLLOW_PLAN',
] as const;
export type ExperimentStep = (typeof EXPERIMENT_STEPS)[number];

/** Why no test is proposed for a product. */
export const TEST_REFUSALS = [
  'NO_MODEL',
  'KNOWN_ENOUGH',
  'UNDER_TEST',
  'TRAIN',
  'TRAIN_WITH_TEST',
  'OTHER_REASON',
  'ONE_SHOP',
  'MONTHLY_ROWS',
  'NO_ROOM',
  'TOO_NOISY',
  'NOT_WORTH_IT',
] as const;
export type TestRefusal = (typeof TEST_REFUSALS)[number];

/** How prices go on being tried while they are recommended. */
export const EXPLORE_RULES = ['thompson'] as const;
export type ExploreRule = (typeof EXPLORE_RULES)[number];

/** What a comparison of models sets side by side, beside the fields of their specs. */
export const COMPARED_FIELDS = [
  'iterations',
  'ownRows',
  'wape',
  'simulatedError',
  'elasticity',
  'currentPrice',
  'price',
  'expectedDemand',
  'expectedProfit',
  'recommended',
] as const;
export type ComparedField = (typeof COMPARED_FIELDS)[number];

/** Published indices of commodity prices. */
export const MARKET_SERIES = [
  'beef',
  'chicken',
  'lamb',
  'fishMeal',
  'bananaOrange',
  'wheat',
  'sugar',
  'sunflowerOil',
] as const;
export type MarketSeriesName = (typeof MARKET_SERIES)[number];

/** What of several competitors' prices a product is compared with. */
export const COMPETITOR_REFERENCES = ['cheapest', 'mean'] as const;
export type CompetitorReference = (typeof COMPETITOR_REFERENCES)[number];

/** What a file holds. */
export const IMPORT_KINDS = ['sales', 'market', 'costs', 'stock', 'competitors'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** What people rename and join. */
export const NAMED_KINDS = ['merchant', 'product'] as const;
export type NamedKind = (typeof NAMED_KINDS)[number];

/** What numbers in place of dates count. */
export const PERIODS = ['day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];
/** What a column of a file may be. */
export const SALE_FIELDS = [
  'date',
  'merchant',
  'product',
  'productType',
  'quantity',
  'price',
  'total',
  'discount',
  'cost',
  'promo',
  'soldOut',
  'waste',
  'marketPrice',
  'unit',
  'currency',
  'stock',
  'expiry',
  'delivery',
  'competitor',
  'ownProduct',
  'packSize',
] as const;
export type SaleField = (typeof SALE_FIELDS)[number];

/** What a key or a session may do. */
export const SCOPES = ['read', 'train', 'approve', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export const CELL_STATES = ['live', 'candidate', 'unfinished', 'untrained', 'training', 'failed'] as const;
export type CellState = (typeof CELL_STATES)[number];

export const RECOMMENDATION_STATUSES = [
  'proposed',
  'reviewed',
  'approved',
  'rejected',
  'exported',
  'superseded',
] as const;
export type RecommendationStatus = (typeof RECOMMENDATION_STATUSES)[number];

/** Statuses of a decided price that stands until somebody or something takes its place. */
export const STANDING_STATUSES = ['reviewed', 'approved'] as const satisfies readonly RecommendationStatus[];
export type StandingStatus = (typeof STANDING_STATUSES)[number];

/** Where a decision may move a recommendation. */
export const DECISIONS = [
  'reviewed',
  'approved',
  'rejected',
  'proposed',
] as const satisfies readonly RecommendationStatus[];
export type DecisionTarget = (typeof DECISIONS)[number];

/** Formats of a list of price changes. */
export const BATCH_FORMATS = ['csv', 'xlsx', 'json'] as const;
/** Files of what is seen as a table. */
export const TABLE_FORMATS = ['csv', 'xlsx', 'parquet', 'json'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];
/** What a batch of price changes is written as: `till` is product and price, `labels` a page to print. */
export const BATCH_FILE_FORMATS = [...TABLE_FORMATS, 'till', 'labels'] as const;
export type BatchFileFormat = (typeof BATCH_FILE_FORMATS)[number];
export type BatchFormat = (typeof BATCH_FORMATS)[number];

/** Files that pictures are written to. */
export const PICTURE_FORMATS = ['svg', 'png', 'html', 'csv'] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

export const SORT_ORDERS = ['asc', 'desc'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** Of a training of many cells in a process of its own. */
export const TRAINING_STATUSES = ['starting', 'running', 'stopping', 'stopped', 'done', 'failed'] as const;
export type TrainingStatus = (typeof TRAINING_STATUSES)[number];

/** Whether a process works on it, or soon will. */
const UNDER_WAY: Readonly<Record<TrainingStatus, boolean>> = {
  starting: true,
  running: true,
  stopping: true,
  stopped: false,
  done: false,
  failed: false,
};
export const TRAINING_UNDER_WAY: readonly TrainingStatus[] = TRAINING_STATUSES.filter((status) => UNDER_WAY[status]);

/** Of a piece of a training on a queue. `split`: others have its cells; `dead`: given up, until somebody retries it. */
export const BATCH_STATES = ['waiting', 'active', 'done', 'split', 'dead', 'stopped'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** What a training of many cells is at. */
export const TRAINING_STAGES = ['market', 'search', 'trees', 'train'] as const;
export type TrainingStage = (typeof TRAINING_STAGES)[number];

/** By what runs are put together; `spec`: how they were trained, solver and depth. */
export const RUN_GROUPINGS = ['merchant', 'type', 'day', 'outcome', 'spec', 'tag'] as const;
export type RunGrouping = (typeof RUN_GROUPINGS)[number];

/** Where a training was begun; `dashboard`: by whoever came in through the server. */
export const TRAINING_ORIGINS = ['terminal', 'library', 'schedule', 'dashboard'] as const;
export type TrainingOrigin = (typeof TRAINING_ORIGINS)[number];

/**
 * Rules that tie prices of several products together: they move together; a unit of a larger pack is not dearer; one
 * costs so much less than another; what the basket costs; how many prices change.
 */
export const LINE_RULES = ['family', 'pack-size', 'gap', 'index', 'changes'] as const;
export type LineRuleKind = (typeof LINE_RULES)[number];
/** Plans of a shop's prices: as today, each best alone, best together, somebody's own. */
export const PLAN_KINDS = ['today', 'alone', 'together', 'own'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** Settings of a workspace. */
export const SETTINGS = ['country', 'currency', 'unit', 'timezone', 'lang'] as const;
export type SettingName = (typeof SETTINGS)[number];

/** Who acts: see Actor. */
export const ACTOR_KINDS = [
  'owner',
  'key',
  'session',
  'command',
  'library',
  'schedule',
  'training',
  'address',
] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];
