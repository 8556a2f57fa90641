/** Imports one cell after another and prints a line for each that was committed, until it is killed. */

import { openStore } from '../../src/store/open.ts';
import { IMPORTED } from './deeds.ts';

const [, , folder, round] = process.argv as [string, string, string, string];
const store = await openStore(folder);
for (let i = 0; ; i++) {
  const sales = await store.sales.beginImport('sales');
  await sales.add([
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
  await sales.commit({ dryRun: false, unit: '', knownCovariates: [], ...IMPORTED });
  process.stdout.write('done\n');
}
