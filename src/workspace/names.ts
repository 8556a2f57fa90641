/**
 * Names as a user gives them → what the workspace holds: exactly so, in the form names are kept in, or but for
 * capitals.
 */

import { type CellName, cellKey, splitTarget } from '../contract/cell-name.ts';
import { nameOf } from '../contract/name-form.ts';
import type { CellFilter, CellStore } from '../contract/store/cells.ts';
import type { Store } from '../contract/store/store.ts';
import { nearestName } from '../data/columns.ts';
import { DemandaError } from '../errors/demanda-error.ts';

export interface CellChoice {
  readonly merchant?: string;
  readonly product?: string;
  readonly productType?: string;
}

type UnsoldCell = Awaited<ReturnType<CellStore['unsold']>>[number];

export class Names {
  private readonly store: Store;
  private readonly folder: string;

  constructor(store: Store, folder: string) {
    this.store = store;
    this.folder = folder;
  }

  /** Cells that have sales. @throws DemandaError WORKSPACE_EMPTY, or naming the nearest that there is */
  async sold(choice: CellChoice): Promise<CellFilter> {
    if (await this.isSold(choice)) return choice;
    if ((await this.store.cells.count({})) === 0) throw new DemandaError('WORKSPACE_EMPTY', { folder: this.folder });
    return this.among(choice, []);
  }

  /**
   * Cells that have sales or were trained without any. Without sales names that are not known are taken as given: any
   * cell may be trained there.
   *
   * @throws DemandaError naming the nearest that there is
   */
  async trained(choice: CellChoice): Promise<CellFilter> {
    if (await this.isSold(choice)) return choice;
    const { merchant, product } = choice;
    const unsold = await this.store.cells.unsold();
    const named = merchant !== undefined && product !== undefined;
    if ((unsold.length === 0 || named) && (await this.store.cells.count({})) === 0) {
      return (named && (await this.cellAmong(merchant, product, unsold))) || choice;
    }
    return this.among(choice, unsold);
  }

  /** A cell by its names; null when there is none, with sales or trained without. */
  async find(merchant: string, product: string): Promise<(CellName & { readonly sold: boolean }) | null> {
    if (await this.isSold({ merchant, product })) return { merchant, product, sold: true };
    const unsold = await this.store.cells.unsold();
    const cell = await this.cellAmong(merchant, product, unsold);
    return cell && { ...cell, sold: !unsold.some((other) => cellKey(other) === cellKey(cell)) };
  }

  /**
   * The cell that "merchant:product" names. Names may hold colons: of several readings that one counts whose cell there
   * is.
   *
   * @returns the first reading when there is no cell of any; null when nothing stands on a side of every colon
   * @throws DemandaError CELL_AMBIGUOUS when several readings are cells
   */
  async target(text: string): Promise<CellName | null> {
    const readings = splitTarget(text);
    if (readings.length < 2) return readings[0] ?? null;
    const [first] = await this.onlyReading(
      text,
      readings.map((reading) => [reading]),
    );
    return first ?? (readings[0] as CellName);
  }

  /**
   * The cells that a list such as "a:b,c:d" names; names may hold commas too. @returns as {@link target}; a part that
   * names nothing as it is
   */
  async targets(text: string): Promise<(CellName | string)[]> {
    const found =
      text.includes(',') && (await this.someHoldsComma())
        ? await this.onlyReading(text, await this.listReadings(text.split(',')))
        : [];
    if (found.length > 0) return [...found];
    const parts = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
    return Promise.all(parts.map(async (part) => (await this.target(part)) ?? part));
  }

  private async someHoldsComma(): Promise<boolean> {
    const unsold = await this.store.cells.unsold();
    return [...(await this.merchants(unsold)), ...(await this.products(undefined, unsold))].some((name) =>
      name.includes(','),
    );
  }

  /** Every way to read a list, parts of it joined again where a name holds the comma, as cells that there are. */
  private async listReadings(parts: readonly string[]): Promise<CellName[][]> {
    // Of the rest of the list from each part on, the last one first.
    const readings: CellName[][][] = Array.from({ length: parts.length }, () => []);
    readings.push([[]]);
    for (let from = parts.length - 1; from >= 0; from--) {
      for (let to = from + 1; to <= parts.length; to++) {
        const rest = readings[to] as CellName[][];
        if (rest.length === 0) continue;
        for (const reading of splitTarget(parts.slice(from, to).join(',').trim())) {
          if (await this.find(reading.merchant, reading.product))
            readings[from]?.push(...rest.map((others) => [reading, ...others]));
        }
      }
    }
    return readings[0] as CellName[][];
  }

  /**
   * Of several readings the one all of whose cells there are, exactly as written before those with other capitals;
   * empty when none is so.
   */
  private async onlyReading(text: string, readings: readonly (readonly CellName[])[]): Promise<readonly CellName[]> {
    const real: { readonly cells: readonly CellName[]; readonly exact: boolean }[] = [];
    for (const reading of readings) {
      const found = await Promise.all(reading.map(({ merchant, product }) => this.find(merchant, product)));
      const cells = found.filter((cell) => cell !== null);
      if (cells.length === reading.length)
        real.push({ cells, exact: cells.every((cell, i) => cellKey(cell) === cellKey(reading[i] as CellName)) });
    }
    const best = real.some(({ exact }) => exact) ? real.filter(({ exact }) => exact) : real;
    if (best.length > 1) {
      const words = best.map(({ cells }) =>
        cells.map(({ merchant, product }) => `${merchant} · ${product}`).join(', '),
      );
      throw new DemandaError('CELL_AMBIGUOUS', { target: text, readings: words.join(' | ') });
    }
    return best[0]?.cells ?? [];
  }

  /** Names that are exactly right need no look at all the others. */
  private async isSold({ merchant, product, productType }: CellChoice): Promise<boolean> {
    if (merchant === undefined || product === undefined || productType !== undefined) return false;
    return (await this.store.cells.count({ merchant, product })) === 1;
  }

  private async among(choice: CellChoice, unsold: readonly UnsoldCell[]): Promise<CellFilter> {
    const named = <K extends string>(key: K, name: string | undefined): Partial<Record<K, string>> =>
      name === undefined ? {} : ({ [key]: name } as Record<K, string>);
    if (choice.merchant !== undefined && choice.product !== undefined) {
      const cell = await this.cellAmong(choice.merchant, choice.product, unsold);
      if (cell) return { ...cell, ...named('productType', await this.typeAmong(choice.productType, unsold)) };
    }
    const merchant =
      choice.merchant === undefined
        ? undefined
        : known(choice.merchant, await this.merchants(unsold), 'MERCHANT_UNKNOWN');
    const productType = await this.typeAmong(choice.productType, unsold);
    const product =
      choice.product === undefined ? undefined : await this.productAmong(choice.product, merchant, unsold);
    return { ...named('merchant', merchant), ...named('product', product), ...named('productType', productType) };
  }

  private async typeAmong(type: string | undefined, unsold: readonly UnsoldCell[]): Promise<string | undefined> {
    return type === undefined
      ? undefined
      : known(
          type,
          [...(await this.store.cells.names('productType')), ...unsold.map((c) => c.productType)],
          'PRODUCT_TYPE_UNKNOWN',
        );
  }

  /** A product by its name, or by that of a type which only it has. */
  private async productAmong(
    name: string,
    merchant: string | undefined,
    unsold: readonly UnsoldCell[],
  ): Promise<string> {
    const products = await this.products(merchant, unsold);
    if (products.includes(name) || !(await this.store.cells.names('productType')).includes(name))
      return known(name, products, 'PRODUCT_UNKNOWN');
    const ofType = new Set<string>();
    for await (const cell of this.store.cells.list({ productType: name, ...(merchant !== undefined && { merchant }) }))
      ofType.add(cell.product);
    const [only] = ofType;
    if (only === undefined || ofType.size !== 1)
      throw new DemandaError('PRODUCT_IS_TYPE', { product: name, products: [...ofType].join(', ') });
    return only;
  }

  /**
   * The cell of two names that need not have the right capitals. A merchant who is exactly right is that one and no
   * other: what another has whose name differs in capitals is never taken for theirs.
   */
  private async cellAmong(merchant: string, product: string, unsold: readonly UnsoldCell[]): Promise<CellName | null> {
    const candidates: CellName[] = [];
    for (const name of namesLike(merchant, await this.merchants(unsold))) {
      for (const of of namesLike(product, await this.products(name, unsold)))
        candidates.push({ merchant: name, product: of });
    }
    return candidates.find((cell) => cell.product === product) ?? candidates[0] ?? null;
  }

  private async merchants(unsold: readonly UnsoldCell[]): Promise<string[]> {
    return [...new Set([...(await this.store.cells.names('merchant')), ...unsold.map((cell) => cell.merchant)])];
  }

  private async products(merchant: string | undefined, unsold: readonly UnsoldCell[]): Promise<string[]> {
    const without = unsold
      .filter((cell) => merchant === undefined || cell.merchant === merchant)
      .map((cell) => cell.product);
    return [...new Set([...(await this.store.cells.names('product', merchant)), ...without])];
  }
}

/** The name itself where there is one exactly so, then in the form in which names are kept, then but for capitals. */
export function namesLike(name: string, existing: readonly string[]): string[] {
  if (existing.includes(name)) return [name];
  const kept = nameOf(name);
  if (existing.includes(kept)) return [kept];
  return existing.filter((other) => nameOf(other).toLowerCase() === kept.toLowerCase());
}

function known(
  name: string,
  existing: readonly string[],
  code: 'MERCHANT_UNKNOWN' | 'PRODUCT_UNKNOWN' | 'PRODUCT_TYPE_UNKNOWN',
): string {
  const [found] = namesLike(name, existing);
  if (found !== undefined) return found;
  throw new DemandaError(code, { name, nearest: nearestName(name, existing) ?? '' });
}

/** Cells by merchant, then product, in the order of their characters. */
export function byName(a: CellName, b: CellName): number {
  return a.merchant === b.merchant ? (a.product < b.product ? -1 : 1) : a.merchant < b.merchant ? -1 : 1;
}
