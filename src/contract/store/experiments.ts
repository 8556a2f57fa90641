/** Price tests: what was planned, which prices were drawn, and how they ended. */

import type { ExperimentStatus, TestDesign, TestLevel, TestTurn } from '../../core/vocabulary.ts';
import type { CellName } from '../cell-name.ts';
import type { Actor, Deed } from './deed.ts';
import type { Page, PageAsked } from './page.ts';

/** A price of a test on a day. */
export interface PlannedPrice {
  /** Since 1970-01-01. */
  readonly day: number;
  readonly level: TestLevel;
  /** Currency per unit. */
  readonly price: number;
}

/** A product of a shop under test. */
export interface TestedCellPlan extends CellName {
  readonly unit: string;
  /** The price that the test departs from. */
  readonly basePrice: number;
  /** After waste, currency per unit. */
  readonly unitCost: number;
  /** The live model when the test began; null without one. */
  readonly modelId: string | null;
  /** In order of day. */
  readonly prices: readonly PlannedPrice[];
}

/** What was expected of a test when it began; plain JSON. */
export interface ExpectedOfTest {
  readonly cost: number;
  readonly value: number;
  readonly standardError: number;
  /** Days over which its answer is used. */
  readonly worthDays: number;
}

/** A test that was started. */
export interface NewExperiment {
  readonly at: string;
  readonly actor: Actor;
  /** Whose it is; null: several merchants'. */
  readonly merchant: string | null;
  readonly design: TestDesign;
  readonly turn: TestTurn;
  /** Distance of the levels from the base price, as a share. */
  readonly size: number;
  readonly seed: number;
  /** First and last day, since 1970-01-01. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** Share of the profit or the sales without the test below which it is aborted; null: it never is. */
  readonly maxLoss: number | null;
  readonly expected: ExpectedOfTest;
  /** At least one; in order of merchant and product. */
  readonly cells: readonly TestedCellPlan[];
}

/** How a test ended before its last day. */
export type TestEnding = Extract<ExperimentStatus, 'stopped' | 'aborted'>;

export interface KeptExperiment extends Omit<NewExperiment, 'actor'> {
  readonly id: number;
  /** `kind:id` of who started it. */
  readonly actor: string;
  readonly actorName: string;
  /** Null while nobody has ended it: whether it is planned, running or finished follows from its days. */
  readonly ending: TestEnding | null;
  /** Last day whose planned price counts: of one that was ended the last day with sales then, else the last of all. */
  readonly endedDay: number;
  readonly endedAt: string | null;
  readonly endedByName: string | null;
}

/** Whose tests are meant. */
export interface ExperimentChoice {
  /** All of whose products are the merchant's; null: any. */
  readonly merchant: string | null;
  readonly product?: string;
  /** Only those that nobody ended. */
  readonly open?: true;
}

/**
 * Numbers of tests grow in the order in which they were started. Planned prices come with the cell's series
 * (`CellSeries.test`) up to `endedDay`.
 */
export interface ExperimentStore {
  /** The highest number first. */
  list(choice: ExperimentChoice, page: PageAsked): Promise<Page<KeptExperiment>>;
  read(id: number): Promise<KeptExperiment | null>;
  /** Tests that have a cell and that nobody ended, the highest number first. */
  open(cell: CellName): Promise<readonly KeptExperiment[]>;
  /**
   * Keeps a test with its planned prices, all or nothing. @throws DemandaError EXPERIMENT_OVERLAPS where one of its
   * cells has another test on one of its days (rules/experiments.ts)
   */
  start(experiment: NewExperiment, deed: (id: number) => Deed): Promise<KeptExperiment>;
  /**
   * Ends a test now; planned prices after `endedDay` count no more. @throws DemandaError EXPERIMENT_ENDED where it was
   * ended before
   */
  end(
    id: number,
    how: { readonly ending: TestEnding; readonly endedDay: number; readonly at: string; readonly actor: Actor },
    deed: Deed,
  ): Promise<KeptExperiment>;
}
