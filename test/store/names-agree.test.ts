/** Two stores that are asked the same say the same, whatever names are changed in which order. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NameChange } from '../../src/contract/store/names.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { DemandaError } from '../../src/errors/demanda-error.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { openStore } from '../../src/store/open.ts';
import { contents, importSales } from '../contracts/names.ts';
import { deedOf, IMPORTED } from '../support/deeds.ts';
import { withEmptyStore } from '../support/empty-store.ts';
import { temporaryFolder } from '../support/temporary.ts';

const merchant = fc.constantFrom('Ana', 'Bea', 'Eva');
const product = fc.constantFrom('Pera', 'Tomate', 'Uva');
const sales = fc.record({
  merchant,
  product,
  productType: fc.constantFrom(null, 'Fruta', 'Uva'),
  // Days, weeks and months apart.
  first: fc.integer({ min: 20_000, max: 20_010 }),
  step: fc.constantFrom(1, 7, 30),
  rows: fc.integer({ min: 1, max: 9 }),
  quantity: fc.integer({ min: 0, max: 40 }),
  price: fc.constantFrom(1, 2, 2.5),
});
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ files: fc.array(sales, { minLength: 1, maxLength: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      costs: fc.array(
        fc.record({
          merchant: fc.option(merchant),
          product,
          day: fc.integer({ min: 19_990, max: 20_010 }),
          cost: fc.integer({ min: 1, max: 9 }),
        }),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      market: fc.array(
        fc.record({
          name: product,
          day: fc.integer({ min: 19_990, max: 20_010 }),
          price: fc.integer({ min: 1, max: 9 }),
        }),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('product' as const, 'merchant' as const),
      how: fc.constantFrom('rename' as const, 'merge' as const),
      from: fc.array(fc.oneof(product, merchant), { minLength: 1, maxLength: 2 }),
      into: fc.oneof(product, merchant, fc.constant('Nuevo')),
      merchant: fc.option(merchant),
      dryRun: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ undo: fc.nat() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a store answers to a step; the code of a refusal. */
async function done(store: Store, ids: (string | null)[], asked: Step): Promise<unknown> {
  try {
    if ('files' in asked) {
      const tickets = asked.files.flatMap(({ first, step: apart, rows, ...ticket }) =>
        Array.from({ length: rows }, (_, i) => ({ ...ticket, day: first + i * apart })),
      );
      const { importId, ...summary } = await importSales(store, tickets);
      ids.push(importId);
      return summary;
    }
    if ('costs' in asked || 'market' in asked) {
      const begun = 'costs' in asked ? await store.sales.beginImport('costs') : await store.sales.beginImport('market');
      await begun.add(('costs' in asked ? asked.costs : asked.market) as never);
      const { importId, ...summary } = await begun.commit({ dryRun: false, ...IMPORTED });
      ids.push(importId);
      return summary;
    }
    if ('undo' in asked) {
      const id = ids[asked.undo % Math.max(1, ids.length)];
      if (id == null) return null;
      const { batch: _, ...summary } = await store.imports.undo(id, null, () => deedOf('import.undo'));
      return summary;
    }
    const change: NameChange = { ...asked, merchant: asked.kind === 'merchant' ? null : asked.merchant };
    return await store.names.change({ ...change, from: [...new Set(asked.from)] }, () => deedOf('names.merge'));
  } catch (error) {
    if (error instanceof DemandaError) return error.code;
    throw error;
  }
}

it('the embedded store and the one in memory agree on all that is left of changed names', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 9 }), async (steps) => {
      const [one, other] = [
        await openStore(await withEmptyStore(temporaryFolder())),
        openMemoryStore(new MemoryData()),
      ];
      const [ids, others]: (string | null)[][] = [[], []];
      for (const asked of steps) {
        const said = await done(one, ids as string[], asked);
        expect(await done(other, others as string[], asked), JSON.stringify(asked)).toEqual(said);
        expect(await contents(other), JSON.stringify(asked)).toEqual(await contents(one));
        expect(await other.names.aliases(null)).toEqual(await one.names.aliases(null));
      }
      await one.close();
      await other.close();
    }),
    { numRuns: 60 },
  );
});
