/**
 * What search rounds and adaptive regularisation buy: each alone, both and neither, on windows that training never
 * sees; and what iterating buys over the exact solver.
 */

import type { Executor } from '../src/fleet/executor.ts';
import { inParallel } from '../src/fleet/in-parallel.ts';
import { threadsExecutor } from '../src/fleet/threads.ts';
import { beerCells, type CellSet, dayOf, m5Cells, produceCells, simulatedCells } from './training-cells.ts';
import { forecastOf, type Method, Scores, type Task, type TaskPlan, tasksOf, train } from './training-tasks.ts';

/**
 * Fewer iterations than the default, with as many search rounds but one: the loop has long arrived
 * (`bench/training-agreement.ts`).
 */
const LOOP = { iterations: 4_000, searchEvery: 1_000, evaluateEvery: 50 } as const;

const METHODS: readonly Method[] = [
  { name: 'neither', options: { ...LOOP, adaptive: false, searchEvery: 0 } },
  { name: 'adaptive only', options: { ...LOOP, searchEvery: 0 } },
  { name: 'search only', options: { ...LOOP, adaptive: false } },
  { name: 'both', options: { ...LOOP } },
  { name: 'exact solver, first spec', options: null, specs: (specs) => specs.slice(0, 1) },
  { name: 'exact solver', options: null },
];

async function table(label: string, tasks: readonly Task[], executor: Executor): Promise<void> {
  const scores = METHODS.map(() => new Scores());
  const adopted = METHODS.map(() => 0);
  const results: { task: Task; found: readonly { forecast: Float64Array; adopted: number }[] }[] = [];
  await inParallel(
    tasks,
    executor.concurrency,
    async (task) => {
      const found: { forecast: Float64Array; adopted: number }[] = [];
      for (const method of METHODS) {
        const { model, history } = await train(task, method, executor);
        const rounds = history?.events.filter((e) => e.kind === 'search' && e.adopted).length ?? 0;
        found.push({ forecast: forecastOf(task, model), adopted: rounds });
      }
      return found;
    },
    (task, found) => {
      results.push({ task, found });
    },
  );
  for (const { task, found } of results) {
    found.forEach(({ forecast, adopted: rounds }, m) => {
      (scores[m] as Scores).add(task, forecast);
      adopted[m] = adopted[m] + rounds / tasks.length;
    });
  }
  const neither = scores[0] as Scores;
  METHODS.forEach(({ name, options }, m) => {
    const own = scores[m] as Scores;
    const ratio = (a: number, b: number): string => (a / b).toFixed(3);
    console.log(
      `| ${label} (${own.count} cells, ${tasks.length} forecasts) | ${name} | ${own.rmsse.toFixed(3)} | ${ratio(own.rmsse, neither.rmsse)} | ${own.meanDeviance.toFixed(3)} | ${ratio(own.meanDeviance, neither.meanDeviance)} | ${options === null ? '' : adopted[m].toFixed(2)} |`,
    );
  });
}

/** @param only label prefix of the sets to run */
export async function benchAblation(executor: Executor, thin: boolean, only?: string): Promise<void> {
  console.log('| windows | training | RMSSE | to neither | deviance | to neither | specs adopted a training |');
  console.log('|---|---|---|---|---|---|---|');
  const run = async (label: string, set: () => CellSet | null, plan: TaskPlan): Promise<void> => {
    if (only !== undefined && !label.startsWith(only)) return;
    const cells = set();
    if (!cells) return;
    const tasks = await tasksOf(cells, plan, executor);
    await table(label, thin ? tasks.filter((_, i) => i % 2 === 0) : tasks, executor);
  };
  for (const [until, chosenOn] of [
    ['2022-05-06', true],
    ['2022-09-23', true],
    ['2023-02-10', false],
    ['2023-06-30', false],
  ] as const) {
    const origins = (thin ? [0] : [0, 1]).map((k) => dayOf(until) - 14 - 56 * k);
    await run(`produce ${until}${chosenOn ? ' (chosen on)' : ''}`, produceCells, {
      origins,
      horizonDays: 14,
      minRows: 300,
    });
  }
  const m5 = (): CellSet | null => m5Cells(thin ? 30 : 15);
  for (const [day, chosenOn] of [
    [1885, true],
    [1941, false],
  ] as const) {
    // Day d is the d-th from 2011-01-29.
    await run(`M5 from d_${day + 1}${chosenOn ? ' (chosen on)' : ''}`, m5, {
      origins: [dayOf('2011-01-29') + day - 1],
      horizonDays: 28,
      minRows: 200,
    });
  }
  for (const [seed, chosenOn] of [
    [101, true],
    [12, false],
  ] as const) {
    for (const days of [120, 400]) {
      const shops = (): CellSet => ({
        cells: simulatedCells(thin ? 24 : 40, days + 14, 0.08, seed).map((s) => s.series),
        holidays: [],
      });
      await run(`simulated ${days} days, seed ${seed}${chosenOn ? ' (chosen on)' : ''}`, shops, {
        origins: [19_000 + days - 1],
        horizonDays: 14,
        minRows: 60,
      });
    }
  }
  for (const [until, chosenOn] of [
    ['1995-01-05', true],
    ['1995-10-05', false],
  ] as const) {
    const plan = { origins: [dayOf(until)], horizonDays: 28, minRows: 100 };
    await run(`beer from ${until}${chosenOn ? ' (chosen on)' : ''}`, () => beerCells(150, thin ? 150 : 100), plan);
  }
}

if (import.meta.main) {
  const executor = threadsExecutor(2);
  await benchAblation(
    executor,
    process.argv.includes('--thin'),
    process.argv.slice(2).find((a) => a !== '--thin'),
  );
  await executor.close();
}
