import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { demanda, watchTraining } from '../support/command.ts';
import { keptOf } from '../support/kept.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const imported = join(folder, 'imported');
const LONG_RUN = [
  '--iterations',
  '2000000',
  '--checkpoint-every',
  '100',
  '--simulated-rows',
  '40',
  '--search-every',
  '0',
];
const SHORT_RUN = [
  '--iterations',
  '600',
  '--checkpoint-every',
  '100',
  '--simulated-rows',
  '40',
  '--search-every',
  '300',
];
let cells: readonly { readonly merchant: string; readonly product: string }[] = [];

beforeAll(() => {
  cells = writeSales(join(folder, 'sales.csv'), 3, 80);
  expect(demanda(['import', join(folder, 'sales.csv'), '--workspace', imported])).toMatchObject({ code: 0 });
});

function copied(): string {
  const workspace = join(temporaryFolder(), 'ws');
  cpSync(imported, workspace, { recursive: true });
  return workspace;
}

function first(): string[] {
  return ['--merchant', cells[0]?.merchant as string, '--product', cells[0]?.product as string];
}

async function checkpointOf(workspace: string): Promise<{ iteration: number; status: string } | null> {
  const store = await openStore(workspace);
  const found = await store.runs.newestCheckpoint({
    merchant: cells[0]?.merchant as string,
    product: cells[0]?.product as string,
  });
  await store.close();
  return found && { iteration: found.iteration, status: found.run.status };
}

describe('a training that is told to stop', () => {
  it.each([
    ['SIGINT', 'es', 'Interrumpido: todo lo hecho está guardado. Para continuar: la misma orden con --reanudar'],
    ['SIGTERM', 'en', 'Interrupted: everything so far is saved. To go on: the same command with --resume'],
    ['SIGHUP', 'en', 'Interrupted: everything so far is saved. To go on: the same command with --resume'],
  ] as const)('by %s saves where it is, says how to go on, and ends with code 130', async (signal, lang, words) => {
    const workspace = copied();
    const training = watchTraining(['train', ...first(), ...LONG_RUN, '--lang', lang, '--workspace', workspace]);
    await training.told(2);
    training.child.kill(signal);
    const { code, err } = await training.ended;
    expect({ code, err: err.trim() }).toEqual({ code: 130, err: words });
    const [told] = [...training.acknowledged.values()];
    const kept = await checkpointOf(workspace);
    expect(kept).toEqual({ iteration: told?.iteration, status: 'stopped' });
    const to = (kept?.iteration as number) + 50;
    const resumed = demanda([
      'train',
      ...first(),
      '--resume',
      '--iterations',
      String(to),
      '--json',
      '--workspace',
      workspace,
    ]);
    expect(JSON.parse(resumed.out).runs[0]).toMatchObject({
      status: 'done',
      iterations: to,
      convergence: { resumedAt: kept?.iteration },
    });
  });

  const script = spawnSync('script', ['--version'], { encoding: 'utf8' });
  if (script.error)
    console.log(`not run: the closed terminal, as there is no "script" to make one here (${script.error.message})`);
  it.skipIf(script.error !== undefined)(
    'by its terminal being closed saves where it is too, though nobody reads what it shows',
    async () => {
      const workspace = copied();
      const entry = join(import.meta.dirname, '../support/cli.ts');
      const command = [process.execPath, entry, 'train', ...first(), ...LONG_RUN, '--verbose', '--workspace', workspace]
        .map((word) => `'${word}'`)
        .join(' ');
      const terminal = spawn('script', ['--quiet', '--flush', '--command', `exec ${command}`, '/dev/null'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      terminal.stdout.resume();
      let seen: Awaited<ReturnType<typeof checkpointOf>> = null;
      while (seen === null) {
        await pause(50);
        seen = await checkpointOf(workspace);
      }
      expect(seen.status).toBe('running');
      // The other end of the terminal is gone: what hangs on it gets SIGHUP, and every write to it fails.
      terminal.kill('SIGKILL');
      await once(terminal, 'close');
      let kept = await checkpointOf(workspace);
      for (let waited = 0; kept?.status === 'running' && waited < 10_000; waited += 50) {
        await pause(50);
        kept = await checkpointOf(workspace);
      }
      expect(kept?.status).toBe('stopped');
      // Stopped where it was, not at the last regular checkpoint, and recorded so by itself.
      const store = await openStore(workspace);
      const runs = [];
      for await (const run of store.runs.list({})) runs.push(run);
      expect(runs).toMatchObject([{ status: 'stopped', stopReason: 'interrupted', iterations: kept?.iteration }]);
      expect(await store.runs.history(runs[0]?.runId as string)).not.toBeNull();
      await store.close();
    },
  );
});

describe('a fleet', () => {
  it('that was stopped on one thread and gone on with on two gives the same bits as one left alone on either, and trains nothing twice', async () => {
    const [alone, onTwo, stopped] = [copied(), copied(), copied()] as [string, string, string];
    const train = (workspace: string, ...more: string[]): string[] => [
      'train',
      '--all',
      ...SHORT_RUN,
      '--quiet',
      '--workspace',
      workspace,
      ...more,
    ];
    expect(demanda(train(alone, '--workers', '1'))).toMatchObject({ code: 0, err: '' });
    expect(demanda(train(onTwo, '--workers', '2'))).toMatchObject({ code: 0, err: '' });
    const expected = await keptOf(alone, cells);
    expect(await keptOf(onTwo, cells)).toEqual(expected);

    const training = watchTraining(train(stopped, '--workers', '1'));
    // The first cell writes six checkpoints (the last with its end) and its model; then the second has begun.
    await training.told(8);
    training.child.kill('SIGINT');
    expect((await training.ended).code).toBe(130);
    expect([...training.acknowledged.values()].filter(({ ended }) => ended)).toHaveLength(1);
    const resumed = demanda([...train(stopped, '--workers', '2'), '--resume', '--json']);
    const { runs } = JSON.parse(resumed.out) as { runs: { product: string; convergence: { resumedAt: number } }[] };
    const done = [...training.acknowledged].filter(([, { ended }]) => ended).map(([name]) => name.split(':')[1]);
    expect(runs.map((run) => run.product).sort()).toEqual(
      cells
        .map((cell) => cell.product)
        .filter((product) => !done.includes(product))
        .sort(),
    );
    expect(runs.some((run) => run.convergence.resumedAt > 0)).toBe(true);
    expect(await keptOf(stopped, cells)).toEqual(expected);
  });
});
