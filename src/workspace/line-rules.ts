/** Rules between the products of a merchant, from a file of product lines and from options. */

import { foldedText } from '../contract/folded-text.ts';
import type { LineRule } from '../core/portfolio/line-rules.ts';
import type { ProductLine } from '../data/read-product-lines.ts';

export interface IndexLimits {
  /** Products that may change their price at most; null: any number. */
  readonly mostChanges: number | null;
  /** Change of what the basket costs, as shares; null: any. */
  readonly mostDearer: number | null;
  readonly mostCheaper: number | null;
}

/** Whether a line speaks of a merchant; case and accents do not matter. */
export function isOf({ merchant }: ProductLine, of: string): boolean {
  return merchant === null || foldedText(merchant) === foldedText(of);
}

/**
 * @param products names of a merchant's products, in the order of their places; lines of others are left out
 */
export function lineRulesOf(
  lines: readonly ProductLine[],
  merchant: string,
  products: readonly string[],
  { mostChanges, mostDearer, mostCheaper }: IndexLimits,
): { readonly rules: readonly LineRule[]; readonly weights: ReadonlyMap<number, number> } {
  const places = new Map(products.map((product, i) => [foldedText(product), i]));
  const placeOf = (product: string): number | undefined => places.get(foldedText(product));
  const own = lines.flatMap((line) => {
    const at = isOf(line, merchant) ? placeOf(line.product) : undefined;
    return at === undefined ? [] : [{ ...line, product: at }];
  });
  const families = Map.groupBy(
    own.filter(({ family }) => family !== null),
    ({ family }) => family as string,
  );
  const packs = Map.groupBy(
    own.filter(({ line }) => line !== null),
    ({ line }) => line as string,
  );
  return {
    weights: new Map(own.flatMap(({ product, weight }) => (weight === null ? [] : [[product, weight] as const]))),
    rules: [
      ...[...families.values()].flatMap((members): LineRule[] =>
        members.length > 1 ? [{ kind: 'family', products: members.map(({ product }) => product) }] : [],
      ),
      ...[...packs.values()].flatMap(packRules),
      ...own.flatMap(({ product, below, leastGap, mostGap }): LineRule[] => {
        const dearer = below === null ? undefined : placeOf(below);
        return dearer === undefined ? [] : [{ kind: 'gap', product, below: dearer, least: leastGap, most: mostGap }];
      }),
      ...(mostDearer === null && mostCheaper === null
        ? []
        : [
            {
              kind: 'index' as const,
              most: mostDearer ?? Number.POSITIVE_INFINITY,
              least: mostCheaper === null ? null : -mostCheaper,
            },
          ]),
      ...(mostChanges === null ? [] : [{ kind: 'changes' as const, most: mostChanges }]),
    ],
  };
}

/** Each pack beside all of the next smaller size. */
function packRules(members: readonly { readonly product: number; readonly size: number | null }[]): LineRule[] {
  const sizes = [...new Set(members.map(({ size }) => size as number))].sort((a, b) => a - b);
  const ofSize = (size: number): number[] => members.flatMap((one) => (one.size === size ? [one.product] : []));
  return sizes.slice(1).flatMap((largerSize, k) => {
    const smallerSize = sizes[k] as number;
    return ofSize(largerSize).flatMap((larger) =>
      ofSize(smallerSize).flatMap((smaller): LineRule[] =>
        larger === smaller ? [] : [{ kind: 'pack-size', larger, smaller, largerSize, smallerSize }],
      ),
    );
  });
}
