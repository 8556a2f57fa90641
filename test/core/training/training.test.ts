import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { uncensoredSeries } from '../../../src/core/demand/uncensored.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { assumedSeries, coldStartFacts } from '../../../src/core/pricing/cold-start.ts';
import { DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { solveRegression } from '../../../src/core/regression/objective.ts';
import { planRegression, withRemainder } from '../../../src/core/regression/plan.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { analyzeConvergence } from '../../../src/core/training/convergence.ts';
import { errorFigures, metricOf } from '../../../src/core/training/history.ts';
import { DEFAULT_TRAINING, type TrainingOptions } from '../../../src/core/training/options.ts';
import { nextEvaluation } from '../../../src/core/training/schedule.ts';
import { Training, type TrainingState } from '../../../src/core/training/training.ts';
import { agreementRatios, context, frozenSet, PRIOR, shop, sizeOf } from '../../support/agreement.ts';
import { cellOf } from '../../support/cells.ts';

const LONG = process.env.DEMANDA_LONG === '1';

function trained(series: CellSeries, options: Partial<TrainingOptions> = {}, given = context()): Training {
  const training = new Training(series, given, { ...DEFAULT_TRAINING, ...options });
  training.run(Number.POSITIVE_INFINITY);
  return training;
}

/** A Poisson draw by inversion. */
function poisson(random: RandomStream, mean: number): number {
  const u = random.uniform();
  let count = 0;
  let share = Math.exp(-mean);
  for (let below = share; u > below && count < 100; below += share) share *= mean / ++count;
  return count;
}

/** As a checkpoint keeps it. */
function copied(state: TrainingState): TrainingState {
  return structuredClone(state);
}

describe('evaluations of a training', () => {
  it('come at each of the first 64 iterations, then 64 an octave: about 740 in 100,000', () => {
    const points: number[] = [];
    for (let t = nextEvaluation(0, null); t <= 100_000; t = nextEvaluation(t, null)) points.push(t);
    expect(points.slice(0, 64)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
    expect(points.length).toBeGreaterThan(700);
    expect(points.length).toBeLessThan(760);
    for (const octave of [128, 1024, 65_536]) expect(points).toContain(octave);
    expect(points.every((t, i) => i === 0 || t > points[i - 1])).toBe(true);
  });
  it('or at the multiples of an interval', () => {
    expect([0, 9, 10].map((t) => nextEvaluation(t, 10))).toEqual([10, 10, 20]);
  });
});

describe('iterations and the exact solver', () => {
  const cells = LONG ? 100 : 6;
  const iterations = LONG ? 100_000 : 20_000;
  // A hundred cells of 100,000 iterations take some minutes.
  it(`agree within Monte-Carlo error on ${cells} cells after ${iterations} iterations`, {
    timeout: LONG ? 1_200_000 : 60_000,
  }, () => {
    const ratios = agreementRatios(cells, iterations);
    expect(ratios.length).toBeGreaterThan(cells * 8);
    const { rms, largest } = sizeOf(ratios);
    expect(rms).toBeLessThan(1.2);
    expect(largest).toBeLessThan(4);
  });
  it('keep sold-out rows as censored: the mode is that of the exact solver', () => {
    const series = shop(300, 5, { soldOut: true });
    const spec = { ...(DAILY_SPECS[5] as Spec), variancePower: 1 };
    const found = trained(
      series,
      { iterations: 20_000, searchEvery: 0, adaptive: false, tau: 25 },
      context({ specs: [spec] }),
    ).model();
    const known = uncensoredSeries(series, 300, context());
    const regression = withRemainder(
      planRegression({ series: known, rows: 300, spec, prior: PRIOR, options: context() }, 'rows'),
      PRIOR,
    );
    const set = frozenSet(regression, 1, 25);
    const exact = solveRegression(
      regression,
      set.frozenFooting,
      { tau: 25, rows: 300 },
      set.state().average as Float64Array<ArrayBuffer>,
    ).coefficients;
    const loop = found.ok ? (found.value.components[0]?.coefficients as number[]) : [];
    // The footings differ a little (levels move with the iterations): 0.1 is a third of the posterior deviation;
    // ignoring the censoring is off by 0.4.
    expect(Math.abs(loop[1] - exact[1])).toBeLessThan(0.1);
  });
  it('follow the simulator where its weight is overwhelming, and the own rows where it is nothing', () => {
    const series = shop(400, 3);
    const strong = trained(series, { iterations: 5_000, searchEvery: 0, adaptive: false, tau: 1e6 }).model();
    const none = trained(series, { iterations: 5_000, searchEvery: 0, adaptive: false, tau: 1e-9 }).model();
    // λ of the price group keeps a hundredth of its precision, nothing beside τ = 1e6; 0.02 leaves room for Monte-Carlo
    // error.
    expect(Math.abs((strong.ok ? strong.value.components[0]?.coefficients[1] : 0) + 2.2)).toBeLessThan(0.02);
    // Standard error of 400 rows with a spread of 0.12 and noise of 0.35: 0.15.
    expect(Math.abs((none.ok ? none.value.components[0]?.coefficients[1] : 0) + 1.8)).toBeLessThan(0.45);
  });
});

describe('a training', () => {
  it('starts from no effect at all and lowers its held-out error', () => {
    const { first, last } = errorFigures(trained(shop(400, 2), { iterations: 3_000 }).history());
    expect(last as number).toBeLessThan((first as number) * 0.95);
  });
  it('goes on from any state bit-identically, search, τ and λ included', { timeout: 240_000 }, () => {
    const series = shop(300, 4);
    const options = { ...DEFAULT_TRAINING, iterations: 1_500, searchEvery: 400 };
    const whole = new Training(series, context(), options);
    whole.run(Number.POSITIVE_INFINITY);
    for (const stops of [[1], [63, 64, 65], [399, 400, 401], [1_000], [1_499]]) {
      let training = new Training(series, context(), options);
      for (const stop of stops) {
        training.run(stop);
        training = new Training(series, context(), options, copied(training.state()));
      }
      training.run(Number.POSITIVE_INFINITY);
      expect(training.state()).toEqual(whole.state());
      expect(training.model()).toEqual(whole.model());
    }
    expect(whole.finished).toBe('budget used');
  });
  it('keeps what search rounds fitted: the library stands beside the incumbent, each spec with the weight of its held-out rows', () => {
    const series = shop(200, 14);
    const kindsOf = (searchEvery: number): string[] => {
      const model = trained(series, { iterations: 600, searchEvery }).model();
      if (!model.ok) throw new Error('must fit');
      const { candidates } = model.value.crossValidated;
      expect(candidates.reduce((sum, c) => sum + c.weight, 0)).toBeCloseTo(1, 9);
      return candidates.map((c) => c.candidate.kind);
    };
    const specs = (kinds: string[]): number => kinds.filter((kind) => kind === 'spec').length;
    // Without a round nothing but the incumbent was fitted; after one the whole library was.
    expect(specs(kindsOf(0))).toBe(1);
    expect(specs(kindsOf(500))).toBeGreaterThanOrEqual(DAILY_SPECS.length);
  });
  it('gives the same under the same seed and something else under another', () => {
    const series = shop(200, 6);
    const [a, b, c] = [1, 1, 2].map((seed) => trained(series, { iterations: 500, seed }).state()) as [
      TrainingState,
      TrainingState,
      TrainingState,
    ];
    expect(a).toEqual(b);
    expect(a.sets.at(-1)?.average).not.toEqual(c.sets.at(-1)?.average);
  });
  it('sees nothing of a fold after its origin: later sales change none of its forecasts', () => {
    const series = shop(300, 8);
    const changed: CellSeries = { ...series, quantity: series.quantity.map((q, i) => (i >= 300 - 14 ? q * 3 + 1 : q)) };
    const averages = [series, changed].map((s) =>
      trained(s, { iterations: 1_000, searchEvery: 0 })
        .state()
        .sets.map((set) => set.average),
    );
    // The latest fold holds the last 14 rows out; every fold before it and itself were trained without them.
    expect((averages[0] as Float64Array[]).slice(0, 5)).toEqual((averages[1] as Float64Array[]).slice(0, 5));
    expect((averages[0] as Float64Array[])[5]).not.toEqual((averages[1] as Float64Array[])[5]);
  });
  it('moves λ where earlier folds are clearly forecast better, step by step, and records its path, τ and the elasticity', () => {
    // Weekdays of this shop differ by a third; a prior sixteen times as sure of their likeness lets go of it.
    const spec = { ...(DAILY_SPECS[1] as Spec), ridgeScale: 16 };
    const history = trained(shop(400, 9), { iterations: 4_000, searchEvery: 0 }, context({ specs: [spec] })).history();
    const path = Array.from(metricOf(history, 'lambda:weekday'));
    const steps = path.flatMap((strength, i) => (i > 0 && strength !== path[i - 1] ? [strength / path[i - 1]] : []));
    expect(steps.length).toBeGreaterThan(3);
    for (const step of steps) expect(step).toBeGreaterThan(0.499);
    expect(path.at(-1)).toBeLessThan(path[0] / 8);
    expect(metricOf(history, 'tau').every((tau) => tau > 0)).toBe(true);
    expect(metricOf(history, 'elasticity').at(-1)).toBeLessThan(-1);
  });
  it('keeps the trend in hand in a cell that pauses for months: its fixed point alone lets it go and loses a quarter', () => {
    const random = new RandomStream(1, 3);
    const price = Array.from({ length: 900 }, () => 2 + Math.round(20 * random.uniform()) / 100);
    const paused = (day: number): boolean => (day >= 300 && day < 480) || (day >= 540 && day < 800);
    const sold = price.map((_, day) => poisson(random, paused(day) ? 0 : day < 200 ? 8 : 3));
    const [held, adapted] = [false, true].map((adaptive) =>
      metricOf(trained(cellOf(sold, price), { iterations: 4_000, searchEvery: 0, adaptive }).history(), 'deviance').at(
        -1,
      ),
    ) as [number, number];
    // Another λ of weekdays or season may cost or gain a little.
    expect(adapted).toBeLessThan(1.02 * held);
  });
  it('tells the exact solver and the loop much the same elasticity', () => {
    const series = shop(500, 10);
    const exact = fitDemand(series, context());
    const loop = trained(series, { iterations: 5_000 }).model();
    if (!exact.ok || !loop.ok) throw new Error('both must fit');
    const width = exact.value.elasticity.high - exact.value.elasticity.low;
    expect(Math.abs(exact.value.elasticity.value - loop.value.elasticity.value)).toBeLessThan(width / 2);
  });
  it('needs no sales at all: it learns what the simulator knows', () => {
    const facts = coldStartFacts('Carne', {});
    if (!facts) throw new Error('meat has a reference price');
    const series = assumedSeries('MiTienda', 'Carne', facts, 20_500);
    const training = trained(
      series,
      { iterations: 2_000 },
      context({ assumed: true, specs: [{ ...(DAILY_SPECS[1] as Spec), fastDiscount: 1 }] }),
    );
    const model = training.model();
    if (!model.ok) throw new Error('a model must come of it');
    expect(model.value).toMatchObject({ ownRows: 0, todayPrice: facts.price, iterations: 2_000 });
    // The prior of the test context: −2.2.
    expect(model.value.elasticity.value).toBeCloseTo(-2.2, 1);
    expect(training.history().errorKind).toBe('simulated');
    expect(errorFigures(training.history()).last).toBeGreaterThan(0);
  });
  it('stops at the first iteration whose figures are not finite, names it, and keeps what was learned before', () => {
    const series = shop(200, 13);
    const options = { ...DEFAULT_TRAINING, iterations: 2_000, searchEvery: 0 };
    const training = new Training(series, context(), options);
    training.run(1_000);
    const state = copied(training.state());
    // Steps of the size of the largest number there is: one is too much, and the next cannot be told from infinity.
    for (const set of state.sets) set.preconditioner.fill(Number.MAX_VALUE);
    const broken = new Training(series, context(), options, state);
    broken.run(Number.POSITIVE_INFINITY);
    expect(broken.finished).toBe('failed');
    expect(broken.history().events).toEqual([{ iteration: broken.iterationsDone, kind: 'not-finite' }]);
    // One by one, the iteration before it is finite.
    const single = new Training(series, context(), options, copied(state));
    for (let i = 1_001; i < broken.iterationsDone; i++) {
      single.run(i);
      expect(single.finished).toBeNull();
    }
    single.run(broken.iterationsDone);
    expect(single.finished).toBe('failed');
    expect(broken.history().iterations).toEqual(training.history().iterations);
  });
  it('ends, whatever the numbers: quantities and prices from the smallest to the largest that an import lets in', () => {
    const wild = cellOf(
      Array.from({ length: 120 }, (_, i) => (i % 2 === 1 ? 9e11 : 5e-324)),
      Array.from({ length: 120 }, (_, i) => (i % 3 === 1 ? 9e11 : 1e-300)),
    );
    // A draw of a shape that is no number was waited for without end.
    for (const simulationNoise of [false, true])
      expect(trained(wild, { iterations: 300, simulationNoise }).finished).toMatch(/budget used|failed/);
  });
  it('stops when its patience ends', () => {
    const training = trained(shop(200, 11), { iterations: 50_000, patience: 50 });
    expect(training.finished).toBe('converged');
    expect(training.iterationsDone).toBeLessThan(50_000);
  });
  it('has no held-out error below 16 rows, and says so', () => {
    const history = trained(shop(12, 12), { iterations: 200 }).history();
    expect(history.errorKind).toBe('simulated');
    expect(Number.isNaN(metricOf(history, 'error')[0])).toBe(true);
  });
  // Six trainings: a busy machine takes its time.
  it('advises a stop that loses less than a hundredth of the improvement, under another seed too', {
    timeout: 240_000,
  }, () => {
    let stops = 0;
    for (const seed of [21, 22, 23]) {
      const series = shop(300, seed);
      const analysis = analyzeConvergence(trained(series, { iterations: 20_000, searchEvery: 0 }).history());
      const stopAt = analysis.advice.iterations;
      // A training that is told to go on is not told to stop: what that gains is another question.
      if (analysis.advice.code === 'KEEP_TRAINING') continue;
      stops++;
      const gained = (analysis.firstError as number) - (analysis.lastError as number);
      const short = errorFigures(trained(series, { iterations: stopAt, searchEvery: 0 }).history());
      expect((short.last as number) - (analysis.lastError as number)).toBeLessThanOrEqual(
        0.01 * Math.abs(gained) + 1e-6,
      );
    }
    expect(stops).toBeGreaterThanOrEqual(2);
  });
});
