/** Imports of market prices and of costs into memory. */

import type { CostRow, Import, MarketPriceRow, PriceCommit, PriceImportSummary } from '../../contract/store/sales.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { MemoryData, Table } from './data.ts';
import { Batch } from './import-batches.ts';
import { applyAliases } from './names.ts';

export function openMarketImport(data: MemoryData): Import<'market'> {
  return openImport<MarketPriceRow>(data, 'market', (said, batch) => {
    const { rows, renamed } = applyAliases(
      data,
      said,
      ({ name }) => ({ merchant: null, product: name }),
      (row, { product }) => ({ ...row, name: product }),
    );
    const byName = new Map<string, Map<number, { sum: number; count: number }>>();
    for (const { name, day, price } of rows) {
      const days = byName.get(name) ?? new Map<number, { sum: number; count: number }>();
      byName.set(name, days);
      const { sum, count } = days.get(day) ?? { sum: 0, count: 0 };
      days.set(day, { sum: sum + price, count: count + 1 });
    }
    // A list that gives several prices of a name and day, such as those of varieties, enters as their mean.
    const means = new Map(
      [...byName].map(([name, days]) => [name, new Map([...days].map(([day, { sum, count }]) => [day, sum / count]))]),
    );
    return { ...putAll(data.market, means, batch), renamed, names: means.size, onlyMerchant: null };
  });
}

export function openCostImport(data: MemoryData): Import<'costs'> {
  return openImport<CostRow>(data, 'costs', (said, batch) => {
    const { rows, renamed } = applyAliases(
      data,
      said,
      (row) => row,
      (row, { merchant, product }) => ({
        ...row,
        merchant: merchant || null,
        product,
      }),
    );
    const byName = new Map<string, Map<number, number>>();
    for (const { merchant, product, day, cost } of rows) {
      const key = JSON.stringify([merchant, product]);
      byName.set(key, (byName.get(key) ?? new Map<number, number>()).set(day, cost));
    }
    const merchants = new Set(rows.map(({ merchant }) => merchant));
    return {
      ...putAll(data.costs, byName, batch),
      renamed,
      names: new Set(rows.map(({ product }) => product)).size,
      onlyMerchant: merchants.size === 1 ? ([...merchants][0] as string | null) : null,
    };
  });
}

/** @returns how many took the place of one that was there, and of how many that was the same */
function putAll(
  table: Table<ReadonlyMap<number, number>>,
  byName: ReadonlyMap<string, ReadonlyMap<number, number>>,
  batch: Batch,
): Pick<PriceImportSummary, 'replaced' | 'unchanged'> {
  let [replaced, unchanged] = [0, 0];
  for (const [name, days] of byName) {
    const before = table.get(name) ?? new Map<number, number>();
    for (const [day, price] of days) {
      const was = before.get(day);
      if (was !== undefined) replaced++;
      if (was === price) unchanged++;
      batch.price(name, day, was);
    }
    table.set(name, new Map([...before, ...days]));
  }
  return { replaced, unchanged };
}

function openImport<Row extends { readonly day: number }>(
  data: MemoryData,
  kind: 'market' | 'costs',
  takeOver: (
    rows: readonly Row[],
    batch: Batch,
  ) => Omit<PriceImportSummary, 'importId' | 'accepted' | 'firstDay' | 'lastDay'>,
): Import<'market' | 'costs'> & { add(rows: readonly Row[]): Promise<void> } {
  const staged = new Staged<Row>();
  const work = (rows: readonly Row[], { dryRun, source, deed: deedOf }: PriceCommit): PriceImportSummary => {
    const batch = new Batch(data, kind);
    const importId = dryRun ? null : batch.id;
    const summary = { importId, accepted: rows.length, ...takeOver(rows, batch), ...spanOf(rows) };
    data.next('prices');
    const deed = deedOf(summary);
    batch.end(deed, source, { ...summary, added: 0, merchants: 0, products: summary.names });
    data.log(deed);
    return summary;
  };
  return {
    add: async (rows) => staged.add(rows as readonly Row[]),
    commit: async (told) => staged.commit(data, told.dryRun, (rows) => work(rows, told)),
    tryOut: async (told) => staged.tryOut(data, (rows) => work(rows, { ...told, dryRun: true })),
    abort: async () => staged.end(),
  };
}

/** The first and the last day of rows; null of none. */
export function spanOf(rows: readonly { readonly day: number }[]): {
  readonly firstDay: number | null;
  readonly lastDay: number | null;
} {
  let [firstDay, lastDay]: [number | null, number | null] = [null, null];
  for (const { day } of rows) {
    firstDay = Math.min(firstDay ?? day, day);
    lastDay = Math.max(lastDay ?? day, day);
  }
  return { firstDay, lastDay };
}

/** Thrown within the write of a dry run to undo it. */
const UNDONE = Symbol('undone');

/** Rows of one import until it ends. */
export class Staged<Row> {
  private rows: Row[] | null = [];

  /** @throws DemandaError IMPORT_ENDED */
  add(rows: readonly Row[]): void {
    const staged = this.open();
    for (const row of rows) staged.push(structuredClone(row));
  }

  /** With `dryRun` everything is done and undone. @throws DemandaError IMPORT_ENDED */
  commit<T>(data: MemoryData, dryRun: boolean, takeOver: (rows: readonly Row[]) => T): T {
    const result = dryRun ? this.tryOut(data, takeOver) : data.write(() => takeOver(this.open()));
    this.end();
    return result;
  }

  /** Does everything and undoes it; the rows stay. @throws DemandaError IMPORT_ENDED */
  tryOut<T>(data: MemoryData, takeOver: (rows: readonly Row[]) => T): T {
    const rows = this.open();
    let result: T | undefined;
    try {
      data.write(() => {
        result = takeOver(rows);
        throw UNDONE;
      });
    } catch (error) {
      if (error !== UNDONE) throw error;
    }
    return result as T;
  }

  end(): void {
    this.rows = null;
  }

  private open(): Row[] {
    if (this.rows === null) throw new DemandaError('IMPORT_ENDED', {});
    return this.rows;
  }
}
