/** Imports one cell after another and prints a line for each that was committed, until it is killed. */

import { openSqliteStore } from '../../src/store/sqlite-store.ts';

const [, , folder, round] = process.argv as [string, string, string, string];
const store = await openSqliteStore(folder);
for (let i = 0; ; i++) {
  const sales = await store.beginImport();
  sales.add([
    {
      merchant: `m${round}`,
      product: `p${i}`,
      productType: null,
      day: 20_000,
      quantity: 1,
      price: 1,
      cost: null,
      promo: null,
      soldOut: false,
      waste: null,
      marketPrice: null,
      covariates: null,
    },
  ]);
  await sales.commit({ dryRun: false, unit: '', knownCovariates: [] });
  process.stdout.write('done\n');
}
