/**
 * What stopping where the analysis of a history says would lose: in the same training, under another seed, and against
 * twice the iterations.
 */

import { analyzeConvergence } from '../src/core/training/convergence.ts';
import { type ErrorHistory, errorOf } from '../src/core/training/history.ts';
import type { Executor } from '../src/fleet/executor.ts';
import { inParallel } from '../src/fleet/in-parallel.ts';
import { threadsExecutor } from '../src/fleet/threads.ts';
import { beerCells, dayOf, produceCells, simulatedCells } from './training-cells.ts';
import { type Task, tasksOf, train } from './training-tasks.ts';

const LOOP = { iterations: 4_000, searchEvery: 1_000 } as const;

/** Error of the last evaluation at or before an iteration. */
function errorAt(history: ErrorHistory, iteration: number): number {
  const error = errorOf(history);
  const at = history.iterations.findLastIndex((t) => t <= iteration);
  return error[Math.max(0, at)];
}

interface Loss {
  readonly stopAt: number;
  /** Of a training that was given no more iterations than advised. */
  readonly stopped: number;
  /** At the advised iteration of a training under another seed. */
  readonly otherSeed: number;
  /** Against a training twice as long. */
  readonly longer: number;
}

/** Losses as shares of the error's improvement; null where the advice is to go on. */
async function lossOf(task: Task, executor: Executor): Promise<Loss | null> {
  const history = async (options: { readonly seed?: number; readonly iterations?: number }): Promise<ErrorHistory> =>
    (await train(task, { name: 'advice', options: { ...LOOP, ...options } }, executor)).history as ErrorHistory;
  const own = await history({});
  const { advice } = analyzeConvergence(own);
  if (advice.code !== 'ENOUGH') return null;
  const stopAt = advice.iterations;
  const share = (error: number, whole: ErrorHistory): number => {
    const [first, last] = [errorOf(whole)[0], errorOf(whole).at(-1) as number];
    return (error - last) / Math.abs(first - last);
  };
  const stopped = errorOf(await history({ iterations: stopAt })).at(-1) as number;
  const other = await history({ seed: 2 });
  const longer = await history({ iterations: 2 * LOOP.iterations });
  return {
    stopAt,
    stopped: share(stopped, own),
    otherSeed: share(errorAt(other, stopAt), other),
    longer: share(stopped, longer),
  };
}

export async function benchAdvice(executor: Executor, thin: boolean, only?: string): Promise<void> {
  console.log(
    `| cells | advised to stop (the others to go on) | stop at, median | loses < 1 %, same training | worst | other seed | worst | twice the iterations | worst |`,
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  const run = async (label: string, tasks: readonly Task[]): Promise<void> => {
    const losses: Loss[] = [];
    await inParallel(
      tasks,
      executor.concurrency,
      (task) => lossOf(task, executor),
      (_, loss) => {
        if (loss) losses.push(loss);
      },
    );
    const column = (key: 'stopped' | 'otherSeed' | 'longer'): string => {
      const values = losses.map((l) => l[key]);
      return `${values.filter((v) => v < 0.01).length} of ${values.length} | ${(100 * Math.max(...values)).toFixed(2)} %`;
    };
    const stops = losses.map((l) => l.stopAt).sort((a, b) => a - b);
    console.log(
      `| ${label}: ${tasks.length} | ${losses.length} | ${stops[stops.length >> 1]} | ${column('stopped')} | ${column('otherSeed')} | ${column('longer')} |`,
    );
  };
  const wanted = (label: string): boolean => only === undefined || label.startsWith(only);
  const produce = wanted('produce') ? produceCells() : null;
  if (produce) {
    const tasks = await tasksOf(produce, { origins: [dayOf('2023-06-16')], horizonDays: 14, minRows: 90 }, executor);
    await run('produce', thin ? tasks.slice(0, 24) : tasks);
  }
  const beer = wanted('beer') ? beerCells(150, thin ? 150 : 40) : null;
  if (beer)
    await run('beer', await tasksOf(beer, { origins: [dayOf('1995-10-05')], horizonDays: 28, minRows: 60 }, executor));
  const shops = { cells: simulatedCells(thin ? 16 : 40, 214, 0.08, 13).map((s) => s.series), holidays: [] };
  if (wanted('simulated'))
    await run('simulated', await tasksOf(shops, { origins: [19_199], horizonDays: 14, minRows: 60 }, executor));
}

if (import.meta.main) {
  const executor = threadsExecutor(2);
  await benchAdvice(
    executor,
    process.argv.includes('--thin'),
    process.argv.slice(2).find((a) => a !== '--thin'),
  );
  await executor.close();
}
