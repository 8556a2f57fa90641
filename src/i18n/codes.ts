/** What a language says of the codes that documents carry, for terminal, report and pages alike. */

import type { AuditAction, AuditFigure } from '../contract/audit-actions.ts';
import type { Spec } from '../core/regression/hyper-parameters.ts';
import type {
  ActorKind,
  AssumptionCode,
  ComparedField,
  ExperimentStatus,
  ExperimentStep,
  ExperimentVerdict,
  FamilyName,
  Frequency,
  HoldoutLeftOut,
  HoldoutStatus,
  ImportKind,
  LineRuleKind,
  MarketSeriesName,
  NamedKind,
  PeriodUnit,
  PlanKind,
  PriceStage,
  PromotionDoubt,
  ReasonCode,
  RunStatus,
  StockNote,
  StopReason,
  TestLevel,
  TestRefusal,
  TotalGap,
  TotalLevel,
} from '../core/vocabulary.ts';
import type { GuardrailRuleWords } from './guardrail-words.ts';

type Words<Code extends string> = Readonly<Record<Code, string>>;

/** Categories of food that have a published price. */
type PricedFood =
  | 'meat'
  | 'fish'
  | 'potatoes'
  | 'pulses'
  | 'fats'
  | 'fruit'
  | 'vegetables'
  | 'tomatoes'
  | 'oranges'
  | 'apples'
  | 'bananas';

export interface CodeWords {
  readonly reasons: Words<ReasonCode>;
  /** What to do about each. */
  readonly reasonAdvice: Words<ReasonCode>;
  /** What an order or a markdown rests on. */
  readonly stockNotes: Words<StockNote>;
  /** What past promotions cannot tell, or how they were found: a sentence without its first capital. */
  readonly promotionDoubts: Words<PromotionDoubt>;
  /** Why no price test is proposed: the end of a sentence. */
  readonly testRefusals: Words<TestRefusal>;
  readonly experimentStatuses: Words<ExperimentStatus>;
  readonly holdoutStatuses: Words<HoldoutStatus>;
  readonly holdoutLeftOut: Words<HoldoutLeftOut>;
  readonly experimentVerdicts: Words<ExperimentVerdict>;
  /** What to do next about a price test. */
  readonly experimentSteps: Words<ExperimentStep>;
  readonly testLevels: Words<TestLevel>;
  /** What ties prices of several products, and what that costs. */
  readonly lineRules: Words<LineRuleKind>;
  readonly lineRuleStates: Words<'kept' | 'binding' | 'broken'>;
  /** Of a number of changes that binds. */
  readonly oneMoreChange: string;
  /** Plans of prices; of somebody's own one without a name. */
  readonly planKinds: Words<PlanKind>;
  readonly totalLevels: Words<TotalLevel>;
  /** Why products are in no total: the middle of a sentence. */
  readonly totalGaps: Words<TotalGap>;
  /** How the sales of a total are kept: the end of a sentence. */
  readonly keptBy: Words<Frequency>;
  /** Before the lowest and the highest price that two guardrails allow. */
  readonly least: string;
  readonly most: string;
  readonly guardrails: GuardrailRuleWords;
  readonly assumptions: Words<AssumptionCode>;
  /** What is counted by the piece: one, several. */
  readonly pieces: readonly [one: string, several: string];
  /** Ways of forecasting that a backtest compares, and checks of the doctor, by their names. */
  readonly methods: Readonly<Record<string, string>>;
  readonly checks: Readonly<Record<string, string>>;
  /** What the published prices are of. */
  readonly pricedFoods: Words<PricedFood>;
  /** `{percent}` less is sold at a price 10 % higher. */
  readonly publishedResponse: string;
  /** The published index of commodity prices that stands for a product's market. */
  readonly markets: Words<MarketSeriesName>;
  readonly stopReasons: Readonly<Record<StopReason, StopReasonWords>>;
  /** Fields of a comparison. */
  readonly fields: Words<ComparedField | keyof Spec>;
  /** Periods of a horizon: of one, and of several. */
  readonly periods: Readonly<Record<PeriodUnit, readonly [one: string, many: string]>>;
  /** How far cells are on the way to a price in force: of one and of several in a headline, and as a badge. */
  readonly stages: Readonly<Record<PriceStage, StageWords>>;
  readonly families: Words<FamilyName>;
  readonly yes: string;
  readonly no: string;
  /** What the audit log tells of. */
  readonly actions: Words<AuditAction>;
  /** Figures of an audit entry's details: a number says nothing without its word. */
  readonly actionFigures: Words<AuditFigure>;
  /** How a training ended and what a file held. */
  readonly actionValues: Words<Exclude<RunStatus, 'running'> | ImportKind | NamedKind>;
  /** Parts of the settings of alerts that somebody changed. */
  readonly alertParts: Readonly<Record<string, string>>;
  /**
   * How each kind of actor is called, with the name that somebody chose. Names may be alike: the words before them are
   * not.
   */
  readonly actors: Words<ActorKind>;
  /** Earlier versions kept names: whether it was the link's session or that of a key of this name cannot be told. */
  readonly earlierOwner: string;
  /** What to do about what is not in order on this machine. */
  readonly advice: Words<'folder' | 'disk' | 'files'>;
}

interface StageWords {
  /** `{count}` of them; those in force `{since}` a day, or from one day to another. */
  readonly one: string;
  readonly many: string;
  readonly badge: string;
}

interface StopReasonWords {
  /** In a sentence of the command line. */
  readonly clause: string;
  /** As the status of a history in a list. */
  readonly status: string;
  /** On the pages. */
  readonly page: string;
}
