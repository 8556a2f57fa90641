import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRICE_STAGES, RECOMMENDATION_STATUSES, RUN_STATUSES } from '../../src/core/vocabulary.ts';
import { cellState } from '../../src/rules/cell-state.ts';
import { priceStage, type StageFacts } from '../../src/rules/price-stage.ts';
import { openMemoryStore } from '../../src/store/memory/store.ts';
import { openStore } from '../../src/store/open.ts';
import { IMPORTED } from '../support/deeds.ts';
import { withEmptyStore } from '../support/empty-store.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { TICKET } from '../support/tickets.ts';

const day = fc.option(fc.integer({ min: 1, max: 3 }), { nil: null });
const price = fc.option(fc.constantFrom(2, 2.01, 2.02, 3), { nil: null });
const id = fc.option(fc.constantFrom('m1', 'm2'), { nil: null });
/** In the order of the columns that they are inserted into. */
const stageFacts: fc.Arbitrary<StageFacts> = fc.record({
  ...{ rows: fc.integer({ min: 0, max: 1 }), lastDay: day, lastPrice: price, priceSince: day, modelId: id },
  status: fc.option(fc.constantFrom(...RECOMMENDATION_STATUSES), { nil: null }),
  ...{ recommended: fc.boolean(), isUntold: fc.boolean(), currentPrice: price, recommendedPrice: price },
  ...{ pricedModel: id, pricedRows: fc.integer({ min: 0, max: 1 }), pricedDay: day },
  ...{ exportedPrice: price, exportedBefore: price, exportedDay: day },
});

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
  it('is the stage of a cell as the rule has it, from facts drawn at random', async () => {
    const folder = temporaryFolder();
    await (await openStore(folder)).close();
    const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
    const insert = database.prepare(
      `INSERT INTO overview (merchant, product, product_type, unit, rows, last_day, last_price, price_since, model_id,
         recommendation_status, recommended, is_untold, current_price, recommended_price, priced_model, priced_rows,
         priced_day, exported_price, exported_before, exported_day)
       VALUES ('Ana', ?, 't', 'kg', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING stage`,
    );
    const seen = new Set<string>();
    let number = 0;
    fc.assert(
      fc.property(stageFacts, (facts) => {
        const values = Object.values(facts).map((value) => (typeof value === 'boolean' ? Number(value) : value));
        const found = insert.get(`p${number++}`, ...values) as { stage: string };
        seen.add(found.stage);
        expect(found.stage).toBe(priceStage(facts));
      }),
      { numRuns: 4_000 },
    );
    expect([...seen].toSorted()).toEqual(PRICE_STAGES.toSorted());
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
