import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUN_STATUSES } from '../../src/core/vocabulary.ts';
import { cellState } from '../../src/rules/cell-state.ts';
import { openMemoryStore } from '../../src/store/memory/store.ts';
import { openStore } from '../../src/store/open.ts';
import { IMPORTED } from '../support/deeds.ts';
import { withEmptyStore } from '../support/empty-store.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { TICKET } from '../support/tickets.ts';

describe('what SQLite decides itself, for speed', () => {
  it('is the state of a cell as the rule has it, from every combination of facts', async () => {
    const folder = temporaryFolder();
    await (await openStore(folder)).close();
    const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
    const insert = database.prepare(
      `INSERT INTO overview (merchant, product, product_type, unit, run_status, model_id, has_candidate)
       VALUES ('Ana', ?, 't', 'kg', ?, ?, ?) RETURNING state`,
    );
    for (const run of [null, ...RUN_STATUSES])
      for (const hasLive of [false, true])
        for (const hasCandidate of [false, true]) {
          const name = JSON.stringify([run, hasLive, hasCandidate]);
          const row = insert.get(name, run, hasLive ? 'm' : null, Number(hasCandidate));
          expect([name, row?.state]).toEqual([name, cellState({ run, hasLive, hasCandidate })]);
        }
    database.close();
  });
  it('is how often cells sell, and which of their days count as zero, as the rules have it', async () => {
    const [store, memory] = [await openStore(await withEmptyStore(temporaryFolder())), openMemoryStore()];
    let merchant = 0;
    const sold = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 40 }),
      fc.constantFrom(1, 1, 7, 30),
      fc.boolean(),
    );
    const products = fc.array(sold, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(products, async (cells) => {
        const name = `m${merchant++}`;
        for (const into of [store, memory])
          for (const [i, [offset, steps, step, hasZeros]] of cells.entries()) {
            const sales = await into.sales.beginImport('sales');
            const tickets = steps.map((at) => ({
              ...TICKET,
              ...{ merchant: name, product: `p${i}`, day: 19_000 + offset + at * step },
              quantity: hasZeros && at % 9 === 0 ? 0 : 1,
            }));
            await sales.add(tickets);
            await sales.commit({ dryRun: false, unit: '', knownCovariates: [], ...IMPORTED });
          }
        for (const i of cells.keys()) {
          const cell = { merchant: name, product: `p${i}` };
          expect(await store.sales.read(cell)).toEqual(await memory.sales.read(cell));
        }
      }),
      { numRuns: 40 },
    );
    await store.close();
  });
});
