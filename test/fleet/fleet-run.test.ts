import { describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import { threadsExecutor } from '../../src/fleet/threads.ts';
import { brokenCell, fleetCells, trained } from '../support/fleet-cells.ts';

const CELLS = fleetCells(6, 80);

describe('a fleet', () => {
  it('goes on when cells fail, at every stage', async () => {
    const cells = CELLS.map((cell, c) => (c === 0 || c === 3 ? brokenCell(cell) : cell));
    const found = await trained(cells, inlineExecutor());
    expect(found.map(({ outcome }) => outcome.ok)).toStrictEqual([false, true, true, false, true, true]);
    expect(found[3].outcome).toMatchObject({ code: 'UNEXPECTED', detail: expect.stringContaining('price') });
  });

  it('trains the same models on any number of threads', async () => {
    const inline = await trained(CELLS, inlineExecutor());
    expect(inline.every(({ outcome }) => outcome.ok)).toBe(true);
    for (const threads of [1, 3]) expect(await trained(CELLS, threadsExecutor(threads))).toStrictEqual(inline);
  });
});
