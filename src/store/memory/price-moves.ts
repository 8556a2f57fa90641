/** Costs and market prices of names that change, in memory. All within a write. */

import type { CellMove } from '../../rules/name-changes.ts';
import { moveCompetitors } from './competitor-moves.ts';
import type { KeptImport, MemoryData } from './data.ts';
import { writersKey } from './import-batches.ts';

const costKey = (owner: string | null, product: string): string => JSON.stringify([owner, product]);

/** A merchant's own costs of a cell. */
export function moveCosts(data: MemoryData, { from, into }: CellMove, at: string): void {
  const [key, to] = [costKey(from.merchant, from.product), costKey(into.merchant, into.product)];
  move(data, 'costs', { key, to, name: from.product, target: into.product, copied: false }, at);
}

/**
 * What everybody pays and charges for a product. Of a product that has the name at other merchants, and of a type, the
 * prices stay.
 */
export function moveSharedPrices(data: MemoryData, from: string, into: string, at: string): void {
  const copied = data.shown.values().some(({ productType }) => productType === from);
  const named = { name: from, target: into };
  moveCompetitors(data, { merchant: '', product: from }, { merchant: '', product: into });
  move(data, 'costs', { key: costKey(null, from), to: costKey(null, into), ...named, copied: false }, at);
  move(data, 'market', { key: from, to: into, ...named, copied }, at);
}

/** What everybody pays for a product becomes what one merchant pays, whose product alone has another name now. */
export function copySharedCosts(data: MemoryData, { from, into }: CellMove, at: string): void {
  const [key, to] = [costKey(null, from.product), costKey(into.merchant, into.product)];
  move(data, 'costs', { key, to, name: from.product, target: into.product, copied: true }, at);
}

interface Moved {
  readonly key: string;
  readonly to: string;
  readonly name: string;
  readonly target: string;
  /** Whether the prices stay where they are too. */
  readonly copied: boolean;
}

/** Of two prices of a day that of the new name stays, and which import wrote which is not known any more. */
function move(data: MemoryData, kind: 'costs' | 'market', { key, to, name, target, copied }: Moved, at: string): void {
  const table = kind === 'costs' ? data.costs : data.market;
  const from = table.get(key);
  if (from === undefined) return;
  const there = table.get(to);
  const [writers, own] = [writersKey(kind, key), writersKey(kind, to)];
  if (there !== undefined)
    for (const [id, kept] of data.imports.entries()) {
      const wrote = [writers, own].some((of) => [...(data.writers.get(of)?.values() ?? [])].includes(kept.number));
      const again = kept.batch.kind === kind && (kept.prices.has(key) || kept.prices.has(to));
      if (kept.joined === null && (wrote || again)) data.imports.set(id, { ...kept, joined: { at, name, target } });
    }
  table.set(to, new Map([...from, ...(there ?? [])]));
  const wrote = new Map(data.writers.get(writers));
  for (const day of there?.keys() ?? []) wrote.delete(day);
  data.writers.set(own, new Map([...wrote, ...(data.writers.get(own) ?? [])]));
  for (const [id, kept] of data.imports.entries())
    if (kept.batch.kind === kind) movePrices(data, id, kept, key, to, copied);
  if (!copied) {
    table.delete(key);
    data.writers.delete(writers);
  }
  data.next('prices');
}

function movePrices(data: MemoryData, id: string, kept: KeptImport, key: string, to: string, copied: boolean): void {
  const own = kept.prices.get(key);
  if (own === undefined) return;
  const prices = new Map(kept.prices);
  prices.set(to, new Map([...own, ...(kept.prices.get(to) ?? [])]));
  if (!copied) prices.delete(key);
  data.imports.set(id, { ...kept, prices });
}
