import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TRAINING } from '../../src/core/training/options.ts';
import { iterateCell } from '../../src/fleet/iterate-cell.ts';
import { fitSettings, knowledgeBefore, priorsOf } from '../../src/fleet/knowledge.ts';
import { FIT_OPTIONS, fleetCells } from '../support/fleet-cells.ts';

const WAITS_MS = 1_000;

describe('a training by iterations', () => {
  it('takes no processor while it waits for its checkpoints to be written', async () => {
    const [series] = fleetCells(1, 60);
    const knowledge = knowledgeBefore(FIT_OPTIONS);
    const options = { ...DEFAULT_TRAINING, iterations: 80, simulatedRows: 20 };
    const settings = fitSettings(knowledge, series);
    const inputs = { priors: priorsOf(knowledge, series), settings, options, checkpointEvery: 40, assumed: false };
    let used = 0;
    let checkpoints = 0;
    await iterateCell(
      { series, inputs, state: null },
      {
        stopped: () => false,
        tell: async (note) => {
          if (note.kind !== 'checkpoint' || ++checkpoints < 2) return;
          const before = process.threadCpuUsage();
          await pause(WAITS_MS);
          const { user, system } = process.threadCpuUsage(before);
          used = (user + system) / 1000;
        },
      },
    );
    expect(checkpoints).toBe(2);
    expect(used).toBeLessThan(WAITS_MS / 4);
  });
});
