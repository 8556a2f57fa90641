/** Which price test of a cell is worth most, or why none is. */

import { checkList, checkPositive } from '../checks.ts';
import type { Disturbances } from '../demand/disturbances.ts';
import type { DemandCurveDraws } from '../demand/predict.ts';
import { RandomStream } from '../math/random.ts';
import { mean, variance } from '../math/summary.ts';
import type { Outcome } from '../outcome.ts';
import { demandDraws } from '../pricing/demand-at.ts';
import { profitDraws } from '../pricing/gains.ts';
import { allowedRange, applyGuardrails, type GuardrailFacts, type GuardrailSettings } from '../pricing/guardrails.ts';
import { OWN_STANDARD_ERROR } from '../pricing/reasons.ts';
import type { Frequency, TestLevel, TestRefusal, TestTurn } from '../vocabulary.ts';
import { drawTest } from './test-design.ts';
import { testStandardError } from './test-power.ts';
import { type TestDecision, testValue } from './test-value.ts';

/** Distances of the levels from today's price that are weighed, as shares. */
const SIZES = [0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2];
/** Lengths that are weighed, in weeks, for two and for three levels; weekly rows need twice as many. */
const WEEKS: Readonly<Record<2 | 3, readonly number[]>> = { 2: [2, 4, 6, 8, 12, 16, 26], 3: [3, 6, 9, 12, 15, 24] };
/** A level that rounding or a limit leaves nearer to today's price than this share of what was wanted is none. */
const LEAST_OF_SIZE = 0.6;
/** Draws that a test is weighed by. */
const VALUED_DRAWS = 400;
/** Prices that are chosen between once the test has told. */
const CHOICES = 21;

/** What is asked of a test. */
export interface TestWish {
  /** Only this distance from today's price, as a share. */
  readonly size?: number | undefined;
  /** Only this length. */
  readonly weeks?: number | undefined;
  /** Two levels, below and above today's price, or three with it. */
  readonly levels: 2 | 3;
  readonly turn: TestTurn;
  /** Days from the first of the test on over which what it told is used. */
  readonly worthDays: number;
  readonly seed: number;
}

/** What is known of the cell. */
export interface TestedCell {
  /** Draws of demand over some days to come. */
  readonly curve: DemandCurveDraws;
  /** Days that the curve sums, and rows among them. */
  readonly curveDays: number;
  readonly curveRows: number;
  readonly frequency: Frequency;
  /** What moves demand beside the model. */
  readonly disturbances: Pick<Disturbances, 'processes'>;
  readonly known: GuardrailFacts & { readonly unitCost: number };
  readonly settings: GuardrailSettings;
  /** The price that is charged without a test; today's where no other is recommended. */
  readonly priceNow: number;
}

/** A price of a test. */
export interface LevelPrice {
  readonly level: TestLevel;
  /** Currency per unit. */
  readonly price: number;
}

/** A test of a cell. */
export interface ProposedTest {
  readonly levels: readonly LevelPrice[];
  /** Profit that is given up while the test runs, against the price that is charged without it; below 0: it earns. */
  readonly cost: number;
  /** Profit that is expected to be won by what the test tells, from its end until `worthDays`, before its cost. */
  readonly value: number;
  /** What of `value` comes from the test's answer, the rest is what moving by today's knowledge alone would bring. */
  readonly information: number;
  /** Of the elasticity by the test's rows alone. */
  readonly standardError: number;
  /** Standard deviation of the elasticity by what is known before and after it. */
  readonly deviation: number;
  readonly deviationAfter: number;
}

/** A test of one cell, or of the same product in several shops. */
export interface ProposedTests {
  readonly size: number;
  readonly turn: TestTurn;
  readonly turns: number;
  readonly days: number;
  /** In the order in which the cells were given. */
  readonly cells: readonly ProposedTest[];
}

/**
 * The test with the largest expected net value: over a grid of distances and lengths, expected profit after its answer
 * (Raiffa & Schlaifer's preposterior analysis, see testValue) under the rule by which prices are recommended, less that
 * of going on as now, less what the test costs while it runs. A test whose answer would not count (a standard error
 * above the bound of reasons) is worth nothing. Shops learn from their own rows alone here, and a little more from each
 * other when they are trained.
 *
 * @param cells at least one, all of one frequency
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function proposeTest(cells: readonly TestedCell[], wish: TestWish): Outcome<ProposedTests, TestRefusal> {
  checkList('cells', cells, 1);
  checkPositive('worthDays', wish.worthDays);
  for (const { priceNow } of cells) checkPositive('priceNow', priceNow);
  const { frequency } = cells[0] as TestedCell;
  if (frequency === 'monthly') return { ok: false, code: 'MONTHLY_ROWS' };
  const turn = frequency === 'daily' ? wish.turn : 'week';
  const told = cells.map(elasticities);
  let best: ProposedTests | null = null;
  let [room, tells] = [false, false];
  let before = '';
  for (const size of wish.size === undefined ? SIZES : [wish.size]) {
    const levels = commonLevels(cells, size, wish.levels);
    if (levels === null) continue;
    room = true;
    // A limit makes one test of several distances.
    const same = JSON.stringify(levels);
    if (same === before) continue;
    before = same;
    const decisions = cells.map((cell, c) => decisionAfter(cell, levels[c] as LevelPrice[], told[c] as Float64Array));
    for (const weeks of lengths(frequency, (levels[0] as LevelPrice[]).length as 2 | 3, wish.weeks)) {
      if (7 * weeks >= wish.worthDays) continue;
      const found = cells.map((cell, c) =>
        testOf(cell, { ...wish, turn }, { levels: levels[c] as LevelPrice[], weeks }, decisions[c] as TestDecision),
      );
      if (!found.every((test) => test !== null)) continue;
      tells = true;
      if (best === null || netOf(found) > netOf(best.cells))
        best = {
          size: distanceOf(cells, levels),
          turn,
          turns: turn === 'day' ? 7 * weeks : weeks,
          days: 7 * weeks,
          cells: found,
        };
    }
  }
  if (best === null) return { ok: false, code: room && !tells ? 'TOO_NOISY' : 'NO_ROOM' };
  const asked = wish.size !== undefined && wish.weeks !== undefined;
  return asked || netOf(best.cells) > 0 ? { ok: true, value: best } : { ok: false, code: 'NOT_WORTH_IT' };
}

/** Mean distance of the levels from today's price, as a share: limits and coins move them. */
function distanceOf(cells: readonly TestedCell[], levels: readonly (readonly LevelPrice[])[]): number {
  const moved = levels.flatMap((one, c) =>
    one
      .filter(({ level }) => level !== 'base')
      .map(({ price }) => Math.abs(price / (cells[c] as TestedCell).known.todayPrice - 1)),
  );
  return mean(moved);
}

function netOf(tests: readonly Pick<ProposedTest, 'value' | 'cost'>[]): number {
  return tests.reduce((sum, { value, cost }) => sum + value - cost, 0);
}

/** Levels of every cell, as many in each; null where one has none. */
function commonLevels(cells: readonly TestedCell[], size: number, levels: 2 | 3): LevelPrice[][] | null {
  const found = cells.map((cell) => levelsAt(cell, size, levels));
  if (!found.every((one) => one !== null)) return null;
  const names = (one: readonly LevelPrice[]): string => one.map(({ level }) => level).join();
  return found.every((one) => names(one) === names(found[0] as LevelPrice[])) ? found : null;
}

/** Lengths in weeks that every level has an equal share of. */
function lengths(frequency: Frequency, levels: 2 | 3, weeks: number | undefined): readonly number[] {
  if (weeks !== undefined) return [Math.ceil(weeks / levels) * levels];
  return WEEKS[levels].map((length) => (frequency === 'weekly' ? 2 * length : length));
}

/** Null where the test could not tell enough. */
function testOf(
  { curve, curveDays, curveRows, frequency, disturbances, known, settings, priceNow }: TestedCell,
  { turn, worthDays, seed }: TestWish,
  { levels, weeks }: { readonly levels: readonly LevelPrice[]; readonly weeks: number },
  decision: TestDecision,
): ProposedTest | null {
  const days = 7 * weeks;
  const rowsOfWeek = frequency === 'weekly' ? 1 : Math.max(1, Math.round((7 * curveRows) / curveDays));
  const turns = turn === 'day' ? days : weeks;
  const prices = new Map(levels.map(({ level, price }) => [level, Math.log(price)]));
  const [plan = []] = drawTest({ levels: [...prices.keys()], turn, turns, shops: 1, seed });
  const rows = Array.from({ length: weeks * rowsOfWeek }, (_, i) => {
    const week = Math.floor(i / rowsOfWeek);
    const level = plan[turn === 'day' ? 7 * week + (i % rowsOfWeek) : week];
    return prices.get(level as TestLevel) as number;
  });
  const standardError = expectedError(rows, rowsOfWeek * levels.length, disturbances);
  if (!(standardError <= OWN_STANDARD_ERROR)) return null;
  const { now, bestNow, after } = testValue(decision, standardError, settings);
  const profitDay = (price: number): number => mean(profitDraws(curve, price, known.unitCost)) / curveDays;
  const tested = mean(levels.map(({ price }) => profitDay(price)));
  const used = (worthDays - days) / curveDays;
  const before = variance(decision.elasticity);
  return {
    ...{ levels, standardError },
    cost: days * (profitDay(priceNow) - tested),
    value: used * (after - now),
    information: used * Math.max(0, after - Math.max(now, bestNow)),
    deviation: Math.sqrt(before),
    deviationAfter: Math.sqrt(1 / (1 / Math.max(before, 1e-12) + 1 / standardError ** 2)),
  };
}

/** On average over what may move demand. */
function expectedError(rows: readonly number[], block: number, { processes }: Pick<Disturbances, 'processes'>): number {
  const squares = processes.map((one) => one.weight * testStandardError(rows, block, one) ** 2);
  return Math.sqrt(squares.reduce((sum, part) => sum + part, 0));
}

/** Prices of the levels within all limits; null where they leave no two that differ. */
function levelsAt({ known, settings }: TestedCell, size: number, levels: 2 | 3): LevelPrice[] | null {
  const { todayPrice } = known;
  const at = (level: 'low' | 'high'): LevelPrice[] => {
    const side = level === 'low' ? -1 : 1;
    const wanted = todayPrice * (1 + side * size);
    if (!(wanted > 0)) return [];
    const { price, conflict } = applyGuardrails(wanted, settings, known);
    const moved = side * (price / todayPrice - 1);
    return conflict === null && moved > 0 && moved >= LEAST_OF_SIZE * size ? [{ level, price }] : [];
  };
  const [low, high] = [at('low'), at('high')];
  const moved = [...low, ...high];
  if (moved.length === 0) return null;
  // Where one side is closed, today's price is the other level.
  if (moved.length === 2 && levels === 2) return moved;
  return [...low, { level: 'base', price: todayPrice }, ...high];
}

/** What may be chosen after the test: prices within the limits, as they are once its levels were tried. */
function decisionAfter(
  { curve, known, settings, priceNow }: TestedCell,
  levels: readonly LevelPrice[],
  elasticity: Float64Array,
): TestDecision {
  const tried = [...levels.map(({ price }) => price), ...(known.triedRange ?? [known.todayPrice])];
  const held = { ...settings, maxChange: settings.maxChange ?? UNLIMITED_STEP };
  const range = allowedRange(held, { ...known, triedRange: [Math.min(...tried), Math.max(...tried)] });
  const [low, high] = range ?? [known.todayPrice, known.todayPrice];
  const prices = Array.from({ length: CHOICES }, (_, i) => low * (high / low) ** (i / (CHOICES - 1)));
  const all = [priceNow, ...prices.filter((price) => price > 0 && Number.isFinite(price))];
  const step = curve.draws / elasticity.length;
  const profit = new Float64Array(elasticity.length * all.length);
  all.forEach((price, p) => {
    const drawn = profitDraws(curve, price, known.unitCost);
    for (let d = 0; d < elasticity.length; d++) profit[d * all.length + p] = drawn[Math.floor(d * step)];
  });
  return { elasticity, profit, prices: all.length, now: 0 };
}

/** Largest change that is weighed where no limit is set, as a share: that of the usual limits. */
const UNLIMITED_STEP = 0.15;
/** Prices on both sides of today's that an elasticity is read between, as a share. */
const ARC = 0.02;

/** Elasticity at today's price of every draw that is weighed. */
function elasticities({ curve, known }: TestedCell): Float64Array {
  const count = Math.min(VALUED_DRAWS, curve.draws);
  const [below, above] = [known.todayPrice / (1 + ARC), known.todayPrice * (1 + ARC)];
  const [more, less] = [demandDraws(curve, below), demandDraws(curve, above)];
  const step = curve.draws / count;
  return Float64Array.from({ length: count }, (_, d) => {
    const i = Math.floor(d * step);
    return Math.log(less[i] / more[i]) / Math.log(above / below);
  });
}

const PRIOR_STREAM = 0x7072696f;

/**
 * The curve with another elasticity in its place, for cells whose rows are not to be believed: each draw's demand at
 * today's price, and from there on at a drawn elasticity. @param variance of a normal that is cut off at 0
 */
export function withElasticity(
  curve: DemandCurveDraws,
  todayPrice: number,
  prior: { readonly mean: number; readonly variance: number },
  seed: number,
): DemandCurveDraws {
  const random = new RandomStream(seed, PRIOR_STREAM);
  const today = demandDraws(curve, todayPrice);
  const points = curve.prices.length;
  const demand = new Float64Array(curve.draws * points);
  for (let d = 0; d < curve.draws; d++) {
    const elasticity = random.negativeNormal(prior.mean, Math.sqrt(prior.variance));
    for (let p = 0; p < points; p++) demand[d * points + p] = today[d] * (curve.prices[p] / todayPrice) ** elasticity;
  }
  return { ...curve, demand };
}
