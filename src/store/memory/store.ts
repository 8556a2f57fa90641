/**
 * A store in memory: the contract's second implementation, which proves that it asks for nothing of SQLite, and makes
 * tests fast. No workspace of a user is kept in it.
 */

import type { Store, StoreContents } from '../../contract/store/store.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { MemoryAccess } from './access.ts';
import { MemoryCells } from './cells.ts';
import { MemoryCompetitors } from './competitors.ts';
import { MemoryData } from './data.ts';
import { MemoryDocuments } from './documents.ts';
import { MemoryExperiments } from './experiments.ts';
import { MemoryImports } from './imports.ts';
import { MemoryIntervals } from './intervals.ts';
import { MemoryJournal } from './journal.ts';
import { MemoryModels } from './models.ts';
import { MemoryNames } from './names.ts';
import { MemoryRecommendations } from './recommendations.ts';
import { MemoryRuns } from './runs.ts';
import { MemorySales } from './sales.ts';
import { MemoryStock } from './stock.ts';
import { MemoryTrainings } from './trainings.ts';

export { MemoryData };

/** Opens a handle. @param data shared by all handles that are given it */
export function openMemoryStore(data = new MemoryData()): Store {
  const cells = new MemoryCells(data);
  const store: Store = {
    cells,
    sales: new MemorySales(data),
    imports: new MemoryImports(data),
    names: new MemoryNames(data),
    models: new MemoryModels(data),
    runs: new MemoryRuns(data),
    trainings: new MemoryTrainings(data),
    queue: null,
    recommendations: new MemoryRecommendations(data),
    experiments: new MemoryExperiments(data),
    access: new MemoryAccess(data),
    documents: new MemoryDocuments(data),
    journal: new MemoryJournal(data),
    intervals: new MemoryIntervals(data, cells),
    stock: new MemoryStock(data),
    competitors: new MemoryCompetitors(data),
    backup: async (file): Promise<StoreContents> => {
      throw new DemandaError('FILE_UNWRITABLE', { file, detail: 'ENOTSUP' });
    },
    within: () => store,
    close: async () => {},
  };
  return store;
}
