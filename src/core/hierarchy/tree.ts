/** Cells that add up to types, merchants and all: a tree. */

import { checkList, checkText } from '../checks.ts';
import type { TotalLevel } from '../vocabulary.ts';

export interface CellLabels {
  readonly merchant: string;
  readonly productType: string;
}

interface TotalNode {
  readonly level: Exclude<TotalLevel, 'product'>;
  /** Null of the total of all. */
  readonly merchant: string | null;
  /** Of a type alone. */
  readonly productType: string | null;
}

/** Places 0 to leaves − 1 are the cells, those after them the nodes, each after everything that it is the sum of. */
export interface TotalsTree {
  readonly leaves: number;
  readonly nodes: readonly TotalNode[];
  /** Place of the node that each place adds to; −1 of the last, which is the total of all. */
  readonly parent: Int32Array;
  /** Number of places that add to each place; 0 of cells. */
  readonly children: Int32Array;
}

/**
 * @param cells at least one, in any order: types and merchants come in the order of their first cell
 * @throws TypeError, RangeError naming what is wrong
 */
export function totalsTree(cells: readonly CellLabels[]): TotalsTree {
  checkList('cells', cells, 1);
  const leaves = cells.length;
  const byMerchant = new Map<string, Map<string, number[]>>();
  cells.forEach(({ merchant, productType }, i) => {
    checkText(`cells[${i}].merchant`, merchant);
    const types = byMerchant.get(merchant) ?? new Map<string, number[]>();
    byMerchant.set(merchant, types);
    const members = types.get(productType) ?? [];
    types.set(productType, members);
    members.push(i);
  });
  const nodes: TotalNode[] = [];
  const parents = new Map<number, number>();
  const add = (node: TotalNode, members: readonly number[]): number => {
    const place = leaves + nodes.length;
    nodes.push(node);
    for (const member of members) parents.set(member, place);
    return place;
  };
  const merchants = [...byMerchant].map(([merchant, types]) => {
    const added = [...types].map(([productType, members]) => add({ level: 'type', merchant, productType }, members));
    return add({ level: 'merchant', merchant, productType: null }, added);
  });
  add({ level: 'all', merchant: null, productType: null }, merchants);
  const places = leaves + nodes.length;
  const parent = Int32Array.from({ length: places }, (_, place) => parents.get(place) ?? -1);
  const children = new Int32Array(places);
  for (const place of parent) if (place >= 0) children[place] = children[place] + 1;
  return { leaves, nodes, parent, children };
}

/** Adds up what cells have, in place: entries of nodes are written. @param values one a place, those of cells given */
export function addUp({ leaves, parent }: TotalsTree, values: Float64Array): void {
  values.fill(0, leaves);
  for (let place = 0; place < parent.length - 1; place++) {
    const above = parent[place];
    values[above] = values[above] + values[place];
  }
}
