/** Imports of market prices and of costs into memory. */

import type { CostRow, Import, MarketPriceRow, PriceCommit, PriceImportSummary } from '../../contract/store/sales.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { FarPrices } from '../../rules/far-prices.ts';
import { DAYS_BEFORE } from '../../rules/held-values.ts';
import { contradicts, type OtherPrice, pricesThere } from '../../rules/import-batches.ts';
import { compareText } from '../../rules/text-order.ts';
import type { MemoryData, Table } from './data.ts';
import { Batch, writersKey } from './import-batches.ts';
import { applyAliases } from './names.ts';

export function openMarketImport(data: MemoryData): Import<'market'> {
  return openImport<MarketPriceRow, 'market'>(data, 'market', (said, batch, told) => {
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
    const put = putAll(data, data.market, means, { batch, told, kind: 'market' });
    return {
      ...put,
      differing: differingOf(
        rows,
        ({ name }) => name,
        ({ price }) => price,
      ),
      renamed,
      names: means.size,
      onlyMerchant: null,
    };
  });
}

export function openCostImport(data: MemoryData): Import<'costs'> {
  return openImport<CostRow, 'costs'>(data, 'costs', (said, batch, told) => {
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
      const key = keyOf({ merchant, product });
      byName.set(key, (byName.get(key) ?? new Map<number, number>()).set(day, cost));
    }
    const merchants = new Set(rows.map(({ merchant }) => merchant));
    return {
      ...putAll(data, data.costs, byName, { batch, told, kind: 'costs' }),
      differing: differingOf(rows, keyOf, ({ cost }) => cost),
      renamed,
      names: new Set(rows.map(({ product }) => product)).size,
      onlyMerchant: merchants.size === 1 ? ([...merchants][0] as string | null) : null,
    };
  });
}

const keyOf = ({ merchant, product }: Pick<CostRow, 'merchant' | 'product'>): string =>
  JSON.stringify([merchant, product]);

/** Days of a name for which rows have several values. */
function differingOf<Row extends { readonly day: number }>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  valueIn: (row: Row) => number,
): number {
  const byDay = Map.groupBy(rows, (row) => `${row.day} ${nameOf(row)}`);
  return [...byDay.values()].filter((of) => of.some((row) => valueIn(row) !== valueIn(of[0] as Row))).length;
}

interface Putting {
  readonly batch: Batch;
  readonly told: PriceCommit;
  readonly kind: 'market' | 'costs';
}

/**
 * @returns how many took the place of one that was there, of how many that was the same, and what stands alone
 * @throws DemandaError IMPORT_PRICES_THERE
 */
function putAll(
  data: MemoryData,
  table: Table<ReadonlyMap<number, number>>,
  byName: ReadonlyMap<string, ReadonlyMap<number, number>>,
  { batch, told, kind }: Putting,
): Pick<PriceImportSummary, 'replaced' | 'unchanged' | 'far'> {
  let [replaced, unchanged] = [0, 0];
  const far = new FarPrices();
  if (told.mayReplace === false) requireAgreement(data, table, byName, kind, told.source?.file ?? '');
  for (const [name, days] of byName) {
    const before = table.get(name) ?? new Map<number, number>();
    for (const [day, price] of days) {
      const was = before.get(day);
      if (was !== undefined) replaced++;
      if (was === price) unchanged++;
      batch.price(name, day, was);
    }
    const after = new Map([...before, ...days]);
    table.set(name, after);
  }
  // In order of name and merchant, as they are named.
  const lists = [...byName.keys()].map((key) => ({ key, ...ownerOf(key, kind) }));
  lists.sort((a, b) => compareText(a.name, b.name) || compareText(a.merchant ?? '', b.merchant ?? ''));
  for (const { key, merchant, name } of lists) {
    const written = new Set(byName.get(key)?.keys());
    const list = [...(table.get(key) ?? [])].map(([day, value]) => ({ day, value }));
    const from = Math.min(...written) - DAYS_BEFORE;
    far.add(
      merchant,
      name,
      written,
      list.filter(({ day }) => day >= from).sort((a, b) => a.day - b.day),
    );
  }
  return { replaced, unchanged, far: far.found };
}

/** Whose a price is, and of what. */
function ownerOf(key: string, kind: Putting['kind']): Pick<OtherPrice, 'merchant' | 'name'> {
  if (kind === 'market') return { merchant: null, name: key };
  const [merchant, name] = JSON.parse(key) as [string | null, string];
  return { merchant, name };
}

/** That no price that is there would become another. @throws DemandaError IMPORT_PRICES_THERE */
function requireAgreement(
  data: MemoryData,
  table: Table<ReadonlyMap<number, number>>,
  byName: ReadonlyMap<string, ReadonlyMap<number, number>>,
  kind: Putting['kind'],
  file: string,
): void {
  const others = [...byName].flatMap(([key, days]) =>
    [...days].flatMap(([day, after]) => {
      const before = table.get(key)?.get(day);
      if (before === undefined || !contradicts(before, after)) return [];
      return [{ ...ownerOf(key, kind), key, day, before, after }];
    }),
  );
  const change = ({ before, after }: OtherPrice): number =>
    Math.abs(before - after) / Math.max(Math.abs(before), Math.abs(after), 1e-6);
  const [most] = others.sort(
    (a, b) =>
      change(b) - change(a) ||
      compareText(a.name, b.name) ||
      compareText(a.merchant ?? '', b.merchant ?? '') ||
      a.day - b.day,
  );
  if (most === undefined) return;
  const number = data.writers.get(writersKey(kind, most.key))?.get(most.day);
  const earlier = data.imports.values().find((kept) => kept.number === number)?.batch.id ?? null;
  throw pricesThere(file, others.length, most, earlier);
}

/** Of dated prices, and of counts. */
export function openImport<Row extends { readonly day: number }, K extends Exclude<ImportKind, 'sales'>>(
  data: MemoryData,
  kind: K,
  takeOver: (
    rows: readonly Row[],
    batch: Batch,
    told: PriceCommit,
  ) => Omit<PriceImportSummary, 'importId' | 'accepted' | 'firstDay' | 'lastDay'>,
): Import<K> {
  const staged = new Staged<Row>();
  const work = (rows: readonly Row[], told: PriceCommit): PriceImportSummary => {
    const { dryRun, source, deed: deedOf } = told;
    const batch = new Batch(data, kind);
    const importId = dryRun ? null : batch.id;
    const summary = { importId, accepted: rows.length, ...takeOver(rows, batch, told), ...spanOf(rows) };
    data.next('prices');
    const deed = deedOf(summary);
    batch.end(deed, source, { ...summary, added: 0, merchants: 0, products: summary.names });
    data.log(deed);
    return summary;
  };
  return {
    add: async (rows) => staged.add(rows as unknown as readonly Row[]),
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
