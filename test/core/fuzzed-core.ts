/** One function of demanda/core on drawn inputs, in a thread that can be ended when it hangs. */

import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import * as core from '../../src/core/index.ts';
import type { CellSeries, PlannedRows } from '../../src/core/series/cell-series.ts';
import { cellOf } from '../support/cells.ts';

type Call = () => unknown;

/** Numbers that arithmetic stumbles over, and plain ones. */
const number = fc.oneof(
  { weight: 5, arbitrary: fc.double({ min: 0.01, max: 1_000, noNaN: true }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0,
      -0,
      5e-324,
      -5e-324,
      1e308,
      -1e308,
      2 ** 31,
      2 ** 53,
      -1,
      0.5,
    ),
  },
  { weight: 1, arbitrary: fc.double() },
);
/** What JavaScript callers hand over by mistake. */
const wrong = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  '7',
  true,
  [],
  {},
  [Number.NaN],
  new Float64Array(0),
  Symbol.iterator,
  10n,
  () => 1,
);
const sometimes = <T>(usual: T, share: number): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: share, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.oneof(number, wrong) as fc.Arbitrary<T> },
  );

/** A copy of a value in which some entries, at any depth, are replaced. */
interface Damage {
  readonly at: number;
  readonly by: unknown;
  readonly how: 'replace' | 'remove' | 'shorten' | 'lengthen';
}
const damage = fc.record<Damage>({
  at: fc.nat(),
  by: fc.oneof({ weight: 4, arbitrary: number as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: wrong }),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'shorten', 'lengthen'),
});

function placesOf(
  value: unknown,
  places: { readonly of: Record<string | number, unknown>; readonly key: string | number }[] = [],
  depth = 0,
): typeof places {
  if (typeof value !== 'object' || value === null || depth > 5) return places;
  // Of long lists a few entries: every one of a thousand covariances would crowd the names out.
  const keys =
    ArrayBuffer.isView(value) || Array.isArray(value)
      ? [0, 1, 2, (value as ArrayLike<unknown>).length - 1]
      : Object.keys(value);
  for (const key of keys) {
    if (!(key in value)) continue;
    places.push({ of: value as Record<string | number, unknown>, key });
    placesOf((value as Record<string | number, unknown>)[key], places, depth + 1);
  }
  return places;
}

function damaged<T>(value: T, damages: readonly Damage[]): T {
  const copy = cloned(value);
  for (const { at, by, how } of damages) {
    const places = placesOf(copy);
    const place = places[at % places.length];
    if (!place) continue;
    const { of, key } = place;
    const old = of[key] as { slice?: (from: number, to: number) => unknown; length?: number };
    if (how === 'remove' && !ArrayBuffer.isView(of)) delete of[key];
    else if (how === 'shorten' && typeof old?.slice === 'function')
      of[key] = old.slice(0, Math.max(0, (old.length ?? 0) - 1));
    else if (how === 'lengthen' && Array.isArray(old)) of[key] = [...old, by];
    else {
      try {
        of[key] = by;
      } catch {
        // A typed array takes no text and no bigint.
      }
    }
  }
  return copy;
}

/** structuredClone knows no functions. */
function cloned<T>(value: T): T {
  if (ArrayBuffer.isView(value)) return (value as unknown as Float64Array).slice() as unknown as T;
  if (Array.isArray(value)) return value.map(cloned) as unknown as T;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, cloned(entry)])) as T;
  return value;
}

const recipe: Parameters<typeof core.simulateCell>[0] = {
  merchant: 'm',
  product: 'p',
  productType: 't',
  unit: 'kg',
  days: 40,
  firstDay: 20_000,
  elasticity: -2,
  lambda: 0.5,
  referencePrice: 3,
  unitCost: 2,
  baseDemand: 20,
  weekdaySpread: 0.2,
  seasonAmplitude: 0.1,
  levelDrift: 0.01,
  priceSpread: 0.06,
  costPassThrough: 0.5,
  costDrift: 0.01,
  endogeneity: 0,
  noiseShape: 10,
  promoShare: 0.1,
  stockOutShare: 0.1,
  closedWeekday: 6,
};
const { series, truth } = core.simulateCell(recipe, 1, 1);
const context = {
  holidays: [{ day: 20_010, name: 'feast', lengthDays: 1 }],
  market: true,
  specs: core.DAILY_SPECS.slice(5, 7),
  priorAt: () => ({ price: { mean: -2, variance: 1 } }),
};
const found = core.fitDemand(series, { ...context, specs: core.DAILY_SPECS.slice(0, 3) });
if (!found.ok) throw new RangeError('the usual cell must be fitted');
const model = found.value;
const planned: PlannedRows = {
  days: Int32Array.of(20_045, 20_046, 20_047),
  price: Float64Array.of(3, 3, 3.1),
  promo: Float64Array.of(0, 1, Number.NaN),
  marketPrice: Float64Array.of(Number.NaN, 2, 2),
  covariates: { rain: Float64Array.of(1, 2, Number.NaN) },
};
const grid = core.priceGrid(3, [2.5, 3.5], 2, 9);
const curve = core.demandCurveDraws(model, planned, grid, 20, 1);
const facts = {
  todayPrice: 3,
  triedRange: [2.5, 3.5] as [number, number],
  cost: 2,
  costAgeDays: 3,
  wasteShare: 0.1,
  marketPrice: 3,
  ownRows: 34,
  priceChanges: 9,
  seasonShareOfVariation: 0,
  priceVariation: 0.1,
  ownElasticity: { value: -2, standardError: 0.5 },
  promoShareOfVariation: 0.1,
  simpleForecastWins: false,
  converged: true,
};
const settings = {
  ...core.DEFAULT_GUARDRAILS,
  minMargin: 0.1,
  minPrice: 1,
  maxPrice: 9,
  marketBand: 0.3,
  priceEnding: '.99' as const,
};
const guarded = { unitCost: 2, todayPrice: 3, triedRange: [2.5, 3.5] as [number, number], marketPrice: 3 };
const small = (): CellSeries =>
  cellOf(
    [3, 4, 5, 4, 0, 2, 7, 3, 4, 5, 4, 1, 2, 7, 3, 4],
    [2, 2.1, 2, 1.9, 2, 2, 1.8, 2, 2.1, 2, 1.9, 2, 2, 1.8, 2, 2],
  );

/**
 * Arguments of a call, some of them damaged: most calls have one thing wrong, some none, some several. They are made
 * when it is called: fifty thousand models are much.
 */
function calls(usual: () => readonly unknown[], call: (...args: never[]) => unknown): fc.Arbitrary<Call> {
  return fc
    .array(damage, { minLength: 0, maxLength: 3 })
    .map((damages) => () => call(...(damaged(usual(), damages) as never[])));
}

/** Columns of drawn numbers: figures that are each allowed may still be too far apart. */
const wildSeries = fc
  .array(
    fc.record({
      quantity: number,
      price: number,
      gap: fc.constantFrom(1, 1, 1, 2, 400, 1_000_000),
      cost: number,
      promo: number,
    }),
    { maxLength: 24 },
  )
  .map((rows) => {
    let day = 19_000;
    return cellOf(
      rows.map((row) => row.quantity),
      rows.map((row) => row.price),
      {
        days: Int32Array.from(rows, (row) => (day += row.gap)),
        cost: Float64Array.from(rows, (row) => row.cost),
        promo: Float64Array.from(rows, (row) => row.promo),
      },
    );
  });

export const CALLS: Readonly<Record<string, fc.Arbitrary<Call>>> = {
  fitDemand: fc.oneof(
    calls(() => [small(), context], core.fitDemand),
    calls(
      () => [
        {
          ...small(),
          covariates: [{ name: 'rain', knownAhead: true, values: new Float64Array(16).map((_, i) => i % 5) }],
        },
        { ...context, instrument: 'rain' },
      ],
      core.fitDemand,
    ),
    wildSeries.map((wild) => () => core.fitDemand(wild, context)),
    fc
      .record({ mean: number, variance: number })
      .map((price) => () => core.fitDemand(small(), { ...context, priorAt: () => ({ price }) })),
    fc.tuple(sometimes<unknown>(small(), 1), sometimes<unknown>(context, 1)).map(
      ([a, b]) =>
        () =>
          core.fitDemand(a as CellSeries, b as typeof context),
    ),
  ),
  demandCurveDraws: calls(() => [model, planned, grid, 8, 1], core.demandCurveDraws),
  modelParts: calls(() => [model], core.modelParts),
  predictDemand: calls(
    () => [model, planned, { scores: [0.1, 0.2, 0.3], daysAhead: [1, 2, 8] }, 0.9],
    core.predictDemand,
  ),
  predictLogDemand: calls(() => [model, planned], core.predictLogDemand),
  predictTotal: calls(() => [model, planned, 0.9], core.predictTotal),
  demoMarket: fc.oneof(sometimes(1, 1), fc.integer().map(Number)).map((seed) => () => core.demoMarket(seed as number)),
  simulateCell: calls(() => [recipe, 1, 2], core.simulateCell),
  trueDemand: calls(() => [truth, 20_050, 3], core.trueDemand),
  applyGuardrails: calls(() => [3.3, settings, guarded], core.applyGuardrails),
  optimalPriceConstantElasticity: fc.tuple(sometimes(2, 1), sometimes(-2, 1)).map(
    ([cost, e]) =>
      () =>
        core.optimalPriceConstantElasticity(cost, e),
  ),
  optimalPriceExponential: fc.tuple(sometimes(2, 1), sometimes(0.5, 1)).map(
    ([cost, slope]) =>
      () =>
        core.optimalPriceExponential(cost, slope),
  ),
  priceGrid: calls(() => [3, [2.5, 3.5] as [number, number], 2, 21], core.priceGrid),
  recommendPrice: calls(() => [curve, facts, settings], core.recommendPrice),
  wasteAdjustedCost: fc.tuple(sometimes(2, 2), sometimes(0.1, 2)).map(
    ([cost, share]) =>
      () =>
        core.wasteAdjustedCost(cost, share),
  ),
};

/** A call without end, under any other name: what the guard against hanging is tried on. */
const ENDLESS: fc.Arbitrary<Call> = fc.constant(() => {
  for (;;);
});

/** Paths of numbers that are not finite in a result. Columns of a simulated series may say NaN for "not given". */
function notFinite(value: unknown, path: string): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, entry] of Object.entries(value)) {
    if (/\.(waste|marketPrice)$/.test(path)) return null;
    const found = notFinite(entry, `${path}.${key}`);
    if (found) return found;
  }
  return null;
}

export interface FuzzCounts {
  readonly values: number;
  readonly refusals: number;
  readonly thrown: number;
}

/** What is wrong with how a call ended; null when it ended as it may. */
function complaint(call: Call, counts: { values: number; refusals: number; thrown: number }): string | null {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    counts.thrown++;
    if (!(error instanceof TypeError || error instanceof RangeError)) return `threw ${String(error)}`;
    // An engine's own complaint names no argument.
    return /undefined \(reading|not iterable|is not a function|Invalid (typed )?array length|Cannot (read|convert|destructure|mix)|Reduce of empty|Maximum call stack/.test(
      error.message,
    )
      ? `threw an error that names no argument: ${error.stack}`
      : null;
  }
  const outcome = result as { ok?: unknown; code?: unknown };
  if (outcome?.ok === false) {
    counts.refusals++;
    return /^[A-Z_]+$/.test(String(outcome.code)) ? null : `refused without a code: ${String(outcome.code)}`;
  }
  counts.values++;
  const path = notFinite(result, 'result');
  return path === null ? null : `${path} is not finite`;
}

/** Inputs that are drawn at once. */
const PIECE = 250;

interface Task {
  readonly name: string;
  readonly runs: number;
  readonly seed: number;
  /** Counts the inputs that were begun. */
  readonly heartbeat: SharedArrayBuffer;
}

// Only in a thread that a test has started for this: vitest's own threads import the file too.
const task = workerData as Partial<Task> | null;
if (task?.heartbeat && parentPort) {
  const { name, runs, seed, heartbeat } = task as Task;
  const beat = new Int32Array(heartbeat);
  const counts = { values: 0, refusals: 0, thrown: 0 };
  const complaints = new Set<string>();
  let slowest = 0;
  // In pieces: to draw fifty thousand inputs takes longer than a call may.
  for (let done = 0; done < runs; done += PIECE) {
    for (const call of fc.sample(CALLS[name] ?? ENDLESS, {
      numRuns: Math.min(PIECE, runs - done),
      seed: seed + done,
    })) {
      Atomics.add(beat, 0, 1);
      const started = performance.now();
      const found = complaint(call, counts);
      slowest = Math.max(slowest, performance.now() - started);
      if (found) complaints.add(found);
    }
  }
  parentPort.postMessage({ counts, complaints: [...complaints].slice(0, 5), slowest });
}
