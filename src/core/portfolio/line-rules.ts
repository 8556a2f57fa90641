/** Rules that tie prices of several products together. */

/** A limit of a sum over products: Σ weight · log(p/today) ≤ limit, or Σ weight · p/today ≤ limit. */
export interface SumRule {
  /** Place of the rule among those given. */
  readonly rule: number;
  readonly of: 'log' | 'ratio';
  readonly terms: readonly { readonly product: number; readonly weight: number }[];
  readonly limit: number;
}

export type LineRule =
  /** All move by the same share. */
  | { readonly kind: 'family'; readonly products: readonly number[] }
  /** A unit of the larger pack is never dearer than one of the smaller. Sizes in the same unit. */
  | {
      readonly kind: 'pack-size';
      readonly larger: number;
      readonly smaller: number;
      readonly largerSize: number;
      readonly smallerSize: number;
    }
  /** A product costs at least (and at most) so much less than another, as shares of its price: own brands below brands. */
  | {
      readonly kind: 'gap';
      readonly product: number;
      readonly below: number;
      readonly least: number;
      readonly most: number | null;
    }
  /** Change of what today's basket costs, as shares: at most so much dearer, and cheaper where that is limited. */
  | { readonly kind: 'index'; readonly most: number; readonly least: number | null }
  /** So many products change their price at most. */
  | { readonly kind: 'changes'; readonly most: number };

/** What a product adds to a sum, beside its weight. @param step log of its price over today's */
export function termOf({ of }: SumRule, step: number): number {
  return of === 'log' ? step : Math.exp(step);
}

/** Its derivative. */
export function slopeOfTerm({ of }: SumRule, step: number): number {
  return of === 'log' ? 1 : Math.exp(step);
}

/**
 * Rules as limits of sums.
 *
 * @param today currency per unit; @param revenue of today, what the basket weighs by
 */
export function sumRules(rules: readonly LineRule[], today: readonly number[], revenue: readonly number[]): SumRule[] {
  const logRatio = (a: number, b: number): number => Math.log((today[a] as number) / (today[b] as number));
  const all = revenue.reduce((sum, one) => sum + one, 0);
  return rules.flatMap((rule, k): SumRule[] => {
    const pair = (up: number, down: number, limit: number): SumRule => ({
      rule: k,
      of: 'log',
      terms: [
        { product: up, weight: 1 },
        { product: down, weight: -1 },
      ],
      limit,
    });
    switch (rule.kind) {
      case 'pack-size':
        return [
          pair(
            rule.larger,
            rule.smaller,
            Math.log(rule.largerSize / rule.smallerSize) - logRatio(rule.larger, rule.smaller),
          ),
        ];
      case 'gap':
        return [
          pair(rule.product, rule.below, Math.log1p(-rule.least) - logRatio(rule.product, rule.below)),
          ...(rule.most === null
            ? []
            : [pair(rule.below, rule.product, -Math.log1p(-rule.most) - logRatio(rule.below, rule.product))]),
        ];
      case 'index': {
        const weighed = (sign: 1 | -1) =>
          revenue.flatMap((one, product) => (one > 0 ? [{ product, weight: (sign * one) / all }] : []));
        return [
          { rule: k, of: 'ratio', terms: weighed(1), limit: 1 + rule.most },
          ...(rule.least === null
            ? []
            : [{ rule: k, of: 'ratio' as const, terms: weighed(-1), limit: -(1 + rule.least) }]),
        ];
      }
      case 'family':
      case 'changes':
        return [];
    }
  });
}

/** Products that move together, each in one block; alone unless a family joins it. */
export function blocksOf(rules: readonly LineRule[], count: number): number[][] {
  const block = Array.from({ length: count }, (_, i) => i);
  for (const rule of rules) {
    if (rule.kind !== 'family') continue;
    const joined = new Set(rule.products.map((product) => block[product] as number));
    const first = Math.min(...joined);
    block.forEach((of, i) => {
      if (joined.has(of)) block[i] = first;
    });
  }
  return [...Map.groupBy(block.keys(), (i) => block[i] as number).values()].map((members) => [...members]);
}
