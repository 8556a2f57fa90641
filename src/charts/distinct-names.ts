/** Names that tell models or runs apart: without what all share, with what differs. */

/** What a model or a run is called by, the most telling first. */
export interface Named {
  readonly product: string;
  readonly merchant: string;
  /** "v3"; absent where versions play no part. */
  readonly version?: string | undefined;
  /** When it was trained, in the reader's words. */
  readonly trained?: string | undefined;
  /** Tells it apart where nothing else does. */
  readonly id: string;
}

/** Parts of a name, one or several, the shortest first. */
const PARTS: readonly (readonly (keyof Named)[])[] = [
  ['product'],
  ['merchant'],
  ['version'],
  ['trained'],
  ['product', 'merchant'],
  ['product', 'version'],
  ['merchant', 'version'],
  ['product', 'trained'],
  ['merchant', 'trained'],
  ['version', 'trained'],
  ['product', 'merchant', 'version'],
  ['product', 'merchant', 'trained'],
  ['product', 'merchant', 'version', 'trained'],
];

/** One name an item, all different where the items are. */
export function distinctNames(items: readonly Named[]): string[] {
  if (items.length === 1) return items.map(({ product }) => product);
  for (const parts of PARTS) {
    if (items.some((item) => parts.some((part) => item[part] === undefined))) continue;
    const names = items.map((item) => parts.map((part) => item[part]).join(' · '));
    if (new Set(names).size === names.length) return names;
  }
  return items.map(({ product, merchant, id }) => `${product} · ${merchant} · ${id}`);
}

/** What all of them share, for a heading: the part that their names leave out. */
export function sharedName(items: readonly Named[]): string {
  const [first] = items;
  if (!first || items.length < 2) return '';
  return (['product', 'merchant'] as const)
    .filter((part) => items.every((item) => item[part] === first[part]))
    .map((part) => first[part])
    .join(' · ');
}
