/** Sums over the members of groups within groups, and what they say of a group's mean. */

/** Weight of estimates, and their weighted sum. */
export interface WeightedSum {
  readonly weight: number;
  readonly sum: number;
}

export const NOTHING: WeightedSum = { weight: 0, sum: 0 };

/** What a group's sums count for one level up, its members' spread beside it. */
export function shrunk({ weight, sum }: WeightedSum, between: number): WeightedSum {
  const share = 1 + between * weight;
  return { weight: weight / share, sum: sum / share };
}

/** Sums over the members of a group, any one of which may be taken for another. */
export class MemberSums {
  private readonly places = new Map<string, number>();
  /** Of the members before and after each place; weight, sum. */
  private readonly before: Float64Array;
  private readonly after: Float64Array;

  constructor(members: readonly (readonly [key: string, sums: WeightedSum])[]) {
    const count = members.length;
    this.before = new Float64Array(2 * count + 2);
    this.after = new Float64Array(2 * count + 2);
    members.forEach(([key, { weight, sum }], i) => {
      this.places.set(key, i);
      this.before[2 * i + 2] = this.before[2 * i] + weight;
      this.before[2 * i + 3] = this.before[2 * i + 1] + sum;
    });
    for (let i = count - 1; i >= 0; i--) {
      const [, { weight, sum }] = members[i] as (typeof members)[number];
      this.after[2 * i] = this.after[2 * i + 2] + weight;
      this.after[2 * i + 1] = this.after[2 * i + 3] + sum;
    }
  }

  has(key: string): boolean {
    return this.places.has(key);
  }

  /** All members, the one of that key as told. */
  with(key: string, { weight, sum }: WeightedSum): WeightedSum {
    const place = this.places.get(key);
    if (place === undefined) return this.all();
    return {
      weight: this.before[2 * place] + weight + this.after[2 * place + 2],
      sum: this.before[2 * place + 1] + sum + this.after[2 * place + 3],
    };
  }

  all(): WeightedSum {
    return { weight: this.after[0], sum: this.after[1] };
  }
}

/**
 * Posterior of a group's mean given that of the level above and the group's own sums. The level above has already seen
 * the group's sums, which is why its uncertainty enters with the squared share that it keeps (law of total variance,
 * given the level above).
 */
export function update(
  above: { readonly mean: number; readonly variance: number },
  between: number,
  sums: WeightedSum,
): { mean: number; variance: number } {
  const kept = 1 / (1 + between * sums.weight);
  return { mean: kept * (above.mean + between * sums.sum), variance: kept * between + kept * kept * above.variance };
}
