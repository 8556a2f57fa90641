import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellKey } from '../../src/contract/cell-name.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { DemandaError } from '../../src/errors/demanda-error.ts';
import type { Executor } from '../../src/fleet/executor.ts';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import { threadsExecutor } from '../../src/fleet/threads.ts';
import type { WorkKind } from '../../src/fleet/work.ts';
import { Workspace } from '../../src/workspace.ts';
import { fleetCells } from '../support/fleet-cells.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

const ITERATIONS = { iterations: 120, simulatedRows: 20, checkpointEvery: 40 } as const;

/** A workspace with three cells, whose work the executor does. */
async function open(executor: (threads: number) => Executor): Promise<{
  readonly workspace: Workspace;
  readonly cells: readonly { readonly merchant: string; readonly product: string }[];
}> {
  const folder = temporaryFolder();
  const cells = writeSales(join(folder, 'sales.csv'), 3, 90);
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en', executor });
  await workspace.importFiles([join(folder, 'sales.csv')]);
  return { workspace, cells };
}

/** Every model that training both ways gives, as it is exported, and the figures of a backtest. */
async function everything(executor: (threads: number) => Executor): Promise<unknown[]> {
  const { workspace, cells } = await open(executor);
  const found: unknown[] = [];
  for (const options of [{}, ITERATIONS]) {
    const { failed } = await workspace.train({ ...options, workers: 2 });
    expect(failed).toBe(0);
    for (const { merchant, product } of cells) found.push(await workspace.exportModel(merchant, product));
  }
  const { methods } = await workspace.backtest({ workers: 2, origins: 2, minRows: 30 });
  found.push(methods.map(({ seconds: _, ...figures }) => figures));
  await workspace.close();
  return found;
}

/** The inline executor, but for the kinds of one cell's work that end as told. */
function failing(cell: { readonly merchant: string; readonly product: string }, kinds: readonly WorkKind[]): Executor {
  const inline = inlineExecutor();
  return {
    ...inline,
    run: async (work, given) =>
      work.id === cellKey(cell) && kinds.includes(work.kind)
        ? { ok: false, code: 'UNEXPECTED', detail: 'no such thing' }
        : inline.run(work, given),
  };
}

function csvOf(cells: readonly CellSeries[]): string {
  const lines = cells.flatMap(({ merchant, product, productType, days, quantity, price }) =>
    Array.from(days, (day, i) =>
      [new Date(day * 864e5).toISOString().slice(0, 10), merchant, product, productType, quantity[i], price[i]].join(
        ',',
      ),
    ),
  );
  return ['date,merchant,product,type,quantity,price', ...lines].join('\n');
}

describe('a workspace with an executor of its own', () => {
  it('gets the same models and figures to the last bit as with threads', async () => {
    const asked: number[] = [];
    const inline = await everything((threads) => {
      asked.push(threads);
      return inlineExecutor();
    });
    expect(asked).toStrictEqual([2, 2, 2]);
    expect(await everything(threadsExecutor)).toStrictEqual(inline);
  });

  it('keeps the run of a cell whose work failed, and trains the others', async () => {
    let broken = { merchant: '', product: '' };
    const { workspace, cells } = await open(() => failing(broken, ['estimate', 'search', 'train', 'iterate']));
    [, broken] = cells;
    for (const options of [{}, ITERATIONS]) {
      const { runs, failed } = await workspace.train({ ...options, workers: 1 });
      expect(failed).toBe(1);
      expect(runs.filter((run) => run.status === 'done')).toHaveLength(2);
      expect(runs.find((run) => run.status === 'failed')).toMatchObject({
        ...broken,
        failure: {
          code: 'TRAIN_UNEXPECTED',
          message: expect.stringContaining('(no such thing); the other products go on'),
        },
      });
      const kept = await workspace.historyList(broken);
      expect(kept.runs.map((run) => run.status)).not.toContain('running');
    }
    await workspace.close();
  });

  it('tells no accuracy of the cells that are left when one cannot be asked', async () => {
    let broken = { merchant: '', product: '' };
    const { workspace, cells } = await open(() => failing(broken, ['backtest']));
    [, broken] = cells;
    await expect(workspace.backtest({ origins: 1, minRows: 30 })).rejects.toMatchObject({
      code: 'TRAIN_UNEXPECTED',
      parameters: broken,
    });
    await workspace.close();
  });

  it('lets go of every cell when the executor ends', async () => {
    let ended = true;
    const { workspace } = await open(() => {
      const inline = inlineExecutor();
      return {
        ...inline,
        run: async (work, given) => {
          if (ended && (work.kind === 'train' || work.kind === 'iterate'))
            throw new DemandaError('EXECUTOR_ENDED', { detail: 'out of memory' });
          return inline.run(work, given);
        },
      };
    });
    for (const options of [{}, { ...ITERATIONS, fresh: true }]) {
      ended = true;
      await expect(workspace.train(options)).rejects.toMatchObject({ code: 'EXECUTOR_ENDED' });
      ended = false;
      expect((await workspace.train(options)).failed).toBe(0);
    }
    await workspace.close();
  });

  it('has the prices of many cells worked out by it, told by name and the same as of each alone', async () => {
    const kinds: WorkKind[] = [];
    const asked: number[] = [];
    const folder = temporaryFolder();
    const cells = fleetCells(100, 30);
    writeFileSync(join(folder, 'sales.csv'), csvOf(cells));
    let broken = '';
    const workspace = await Workspace.open(join(folder, 'ws'), {
      lang: 'en',
      executor: (threads) => {
        asked.push(threads);
        // Ends each pair in the other order.
        const inline = inlineExecutor();
        return {
          ...inline,
          concurrency: threads,
          run: async (work, given) => {
            kinds.push(work.kind);
            if (kinds.length % 2 === 0) await new Promise((later) => setTimeout(later, 2));
            return work.id === broken ? { ok: false, code: 'UNEXPECTED', detail: '' } : inline.run(work, given);
          },
        };
      },
    });
    await workspace.importFiles([join(folder, 'sales.csv')]);
    await workspace.train();
    kinds.length = 0;
    asked.length = 0;
    // What fails elsewhere is worked out here.
    broken = cellKey(cells[7] as (typeof cells)[number]);
    const { recommendations } = await workspace.recommend();
    expect(kinds).toStrictEqual(new Array(100).fill('price'));
    expect(asked).toStrictEqual([2]);
    const alone = await Promise.all(
      recommendations.map(({ merchant, product }) => workspace.recommend({ merchant, product })),
    );
    expect(recommendations).toStrictEqual(alone.flatMap((document) => document.recommendations));
    const names = recommendations.map(cellKey);
    expect(names).toStrictEqual([...names].sort());
    expect(kinds).toHaveLength(100);
    await workspace.close();
  });
});
