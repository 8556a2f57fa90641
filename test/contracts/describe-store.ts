/**
 * One suite for every implementation of the store's contract (src/contract/store). It uses nothing of an engine: whoever
 * writes a store calls `describeStore` from a test of their own.
 */

import type { Store } from '../../src/contract/store/store.ts';
import { describeCompetitors } from './competitors.ts';
import { describeExperiments } from './experiments.ts';
import { describeHeldValues } from './held-values.ts';
import { describeHolds } from './holds.ts';
import { describeImportUndo } from './import-undo.ts';
import { describeImports } from './imports.ts';
import { describeIntervals } from './intervals.ts';
import { describeJournal } from './journal.ts';
import { describeKeeping } from './keeping.ts';
import { describeNames } from './names.ts';
import { describeOrder } from './order.ts';
import { describePrices } from './prices.ts';
import { describeServiceStore } from './service-store.ts';
import { describeStages } from './stages.ts';
import { describeStock } from './stock.ts';

/**
 * @param name of the implementation, for the names of the tests
 * @param fresh makes an empty place, and gives what opens a handle on it, any number of times
 */
export function describeStore(name: string, fresh: () => Promise<() => Promise<Store>>): void {
  const open = async (): Promise<Store> => (await fresh())();
  describeKeeping(name, open);
  describeImports(name, open);
  describeHeldValues(name, open);
  describeImportUndo(name, open);
  describePrices(name, open);
  describeNames(name, open);
  describeExperiments(name, open);
  describeJournal(name, open);
  describeIntervals(name, open);
  describeStock(name, open);
  describeCompetitors(name, open);
  describeOrder(name, open);
  describeServiceStore(name, open);
  describeStages(name, open);
  describeHolds(name, fresh);
}
