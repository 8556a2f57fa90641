/**
 * What simulated rows buy: cells of few own rows with 0, 50, 300 and 500 simulated rows, held out, and the profit lost
 * on simulated shops.
 */

import { demandCurveDraws } from '../src/core/demand/predict.ts';
import { type CellTruth, trueDemand } from '../src/core/market/simulate-market.ts';
import { type CellPrior, DEFAULT_PRIORS, type EffectPrior } from '../src/core/regression/prior.ts';
import type { ColumnGroup } from '../src/core/vocabulary.ts';
import type { Executor } from '../src/fleet/executor.ts';
import { inParallel } from '../src/fleet/in-parallel.ts';
import { beerCells, type CellSet, dayOf, produceCells, simulatedCells } from './training-cells.ts';
import { forecastOf, type Method, Scores, type Task, type TaskPlan, tasksOf, train } from './training-tasks.ts';

/**
 * No search, no adaptation: methods differ in nothing but the market's knowledge. At 2,000 iterations the loop has long
 * arrived (`bench/training-agreement.ts`).
 */
const FIXED = { iterations: 2_000, evaluateEvery: 100, searchEvery: 0, adaptive: false } as const;

/**
 * The market's means and precisions, but around 0: the strong ridge. The loop weakens the precision of these groups to
 * a hundredth beside simulated rows, so the variance is given a hundredfold smaller.
 */
function strongRidge(prior: CellPrior): CellPrior {
  const groups: ReadonlySet<ColumnGroup> = new Set(['price', 'market', 'weekday', 'season', 'holiday', 'promo']);
  const narrowed = (name: string): EffectPrior | undefined => {
    const group = (name.startsWith('weekday') ? 'weekday' : name.split(':')[0]) as ColumnGroup;
    const effect = prior[name] ?? DEFAULT_PRIORS[group];
    return effect && groups.has(group) ? { mean: 0, variance: effect.variance / 100 } : prior[name];
  };
  const names = ['price', 'market', 'promo', ...[0, 1, 2, 3, 4, 5, 6].map((d) => `weekday${d}`)];
  for (let k = 1; k <= 6; k++) names.push(`season:sin${k}`, `season:cos${k}`);
  for (const name of Object.keys(prior)) if (!names.includes(name)) names.push(name);
  return Object.fromEntries(
    names.flatMap((name) => narrowed(name) ?? []).map((effect, i) => [names[i] as string, effect]),
  );
}

const first: Method['specs'] = (specs) => specs.slice(0, 1);
const METHODS: readonly Method[] = [
  { name: '0 (none)', options: { ...FIXED, simulatedRows: 0 } },
  { name: '0, strong ridge', options: { ...FIXED, simulatedRows: 0 }, prior: strongRidge },
  { name: '50', options: { ...FIXED, simulatedRows: 50 } },
  { name: '300', options: { ...FIXED, simulatedRows: 300 } },
  { name: '500', options: { ...FIXED, simulatedRows: 500 } },
  { name: 'Gaussian form', options: null, specs: first },
];

interface Row {
  readonly whole: Scores;
  readonly alone: Scores;
  lost: number;
}

async function table(
  label: string,
  tasks: readonly Task[],
  executor: Executor,
  truths: ReadonlyMap<string, CellTruth> | null,
): Promise<void> {
  const rows = METHODS.map((): Row => ({ whole: new Scores(), alone: new Scores(), lost: 0 }));
  const results: { rows: readonly { whole: Float64Array; alone: Float64Array; lost: number }[]; task: Task }[] = [];
  await inParallel(
    tasks,
    executor.concurrency,
    async (task) => {
      const found: { whole: Float64Array; alone: Float64Array; lost: number }[] = [];
      for (const method of METHODS) {
        const { model } = await train(task, method, executor);
        const truth = truths?.get(task.cell);
        const lost = truth
          ? profitLost(truth, task, (prices) => demandCurveDraws(model, task.planned, prices, 400, 1))
          : Number.NaN;
        found.push({ whole: forecastOf(task, model), alone: forecastOf(task, model, true), lost });
      }
      return found;
    },
    (task, found) => {
      results.push({ task, rows: found });
    },
  );
  for (const { task, rows: found } of results) {
    found.forEach(({ whole, alone, lost }, m) => {
      const row = rows[m] as Row;
      row.whole.add(task, whole);
      row.alone.add(task, alone);
      row.lost += lost / tasks.length;
    });
  }
  const none = rows[0] as Row;
  const gaussian = rows.at(-1) as Row;
  METHODS.forEach(({ name }, m) => {
    const { whole, alone, lost } = rows[m] as Row;
    const f = (v: number): string => v.toFixed(3);
    console.log(
      `| ${label} (${none.whole.count} cells, ${tasks.length} forecasts) | ${name} | ${f(alone.rmsse)} | ${f(alone.rmsse / none.alone.rmsse)} | ${f(alone.rmsse / gaussian.alone.rmsse)} | ${f(whole.rmsse)} | ${f(whole.rmsse / none.whole.rmsse)} | ${f(whole.rmsse / gaussian.whole.rmsse)} | ${Number.isNaN(lost) ? '' : `${(100 * lost).toFixed(2)} %`} |`,
    );
  });
}

/** Share of the best possible profit that a model's best price loses; prices from e^−.35 to e^.5 times today's. */
function profitLost(
  truth: CellTruth,
  task: Task,
  curveAt: (prices: Float64Array) => ReturnType<typeof demandCurveDraws>,
): number {
  const today = truth.referencePrice;
  const prices = Float64Array.from({ length: 171 }, (_, i) => today * Math.exp(-0.35 + 0.005 * i));
  const cost = truth.cost.at(-1) as number;
  const curve = curveAt(prices);
  const profit = prices.map(
    (price) => task.planned.days.reduce((sum, day) => sum + trueDemand(truth, day, price), 0) * (price - cost),
  );
  let best = 0;
  let bestMean = Number.NEGATIVE_INFINITY;
  prices.forEach((price, i) => {
    let demand = 0;
    for (let d = 0; d < curve.draws; d++) demand += curve.demand[d * prices.length + i];
    if (demand * (price - cost) > bestMean) {
      bestMean = demand * (price - cost);
      best = i;
    }
  });
  return 1 - profit[best] / Math.max(...profit);
}

/** Origins and shops that no choice was made on. @param thin fewer origins and shops */
export async function benchSimulatedRows(
  executor: Executor,
  thin: boolean,
  only: string | undefined = undefined,
): Promise<void> {
  console.log(
    '| cells | simulated rows | RMSSE, model alone | to none | to Gaussian | with simple forecasts | to none | to Gaussian | profit lost |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  const back = thin ? [0, 1] : [0, 1, 2, 3];
  const run = async (
    label: string,
    set: CellSet | null,
    plan: TaskPlan,
    truths: ReadonlyMap<string, CellTruth> | null = null,
  ): Promise<void> => {
    if (!set || (only !== undefined && !label.startsWith(only))) return;
    await table(label, await tasksOf(set, plan, executor), executor, truths);
  };
  const produce = produceCells();
  const until = dayOf('2023-06-30');
  const origins = back.map((k) => until - 14 - 42 * k);
  for (const lastRows of [21, 45, 60]) {
    await run(`produce, last ${lastRows} rows`, produce, { origins, horizonDays: 14, minRows: 120, lastRows });
  }
  await run('produce, rich: 300 rows and more', produce, { origins, horizonDays: 14, minRows: 300 });
  const beer = beerCells(150, thin ? 150 : 60);
  const beerOrigins = back.slice(0, 2).map((k) => dayOf('1995-10-05') - 84 * k);
  for (const lastRows of [26, 52])
    await run(`beer, last ${lastRows} rows`, beer, { origins: beerOrigins, horizonDays: 28, minRows: 100, lastRows });
  for (const days of [30, 60]) {
    const shops = simulatedCells(thin ? 40 : 100, days + 14, 0.06, 11);
    const truths = new Map(shops.map(({ series, truth }) => [`${series.merchant} ${series.product}`, truth]));
    const origin = shops[0]?.series.days[0] + days - 1;
    await run(
      `simulated shops, ${days} days`,
      { cells: shops.map((s) => s.series), holidays: [] },
      { origins: [origin], horizonDays: 14, minRows: 20 },
      truths,
    );
  }
}

if (import.meta.main) {
  const { threadsExecutor } = await import('../src/fleet/threads.ts');
  const executor = threadsExecutor(2);
  await benchSimulatedRows(
    executor,
    process.argv.includes('--thin'),
    process.argv.slice(2).find((a) => a !== '--thin'),
  );
  await executor.close();
}
