/**
 * Draws of sums from draws of what adds up to them: parts are put in the order of normals with a common correlation, so
 * that each keeps its own distribution and sums have that of dependent parts (Arbenz, Hummel & Mainik 2012; of forecasts
 * of hierarchies Ben Taieb, Taylor & Hyndman 2021, JASA 116(533)).
 */

import { RandomStream } from '../math/random.ts';

const STREAM = 0x6a6f696e;

/** Draws of one part: money, and quantities by unit. */
export interface PartDraws {
  readonly revenue: Float64Array;
  readonly quantity: ReadonlyMap<string, Float64Array>;
}

/** The draws of a sum that grows part by part. */
export class SumDraws {
  private readonly common: Float64Array;
  private readonly random: RandomStream;
  private readonly own: number;
  private readonly shared: number;
  readonly revenue: Float64Array;
  readonly quantity = new Map<string, Float64Array>();

  /** @param correlation of the parts, 0-1; @param place of the sum: another stream for each */
  constructor(draws: number, correlation: number, place: number) {
    this.random = new RandomStream(1, place, STREAM);
    this.shared = Math.sqrt(correlation);
    this.own = Math.sqrt(1 - correlation);
    this.common = Float64Array.from({ length: draws }, () => this.random.normal());
    this.revenue = new Float64Array(draws);
  }

  add({ revenue, quantity }: PartDraws): void {
    const { common, random, own, shared } = this;
    const from = orderOf(revenue);
    const to = orderOf(common.map((value) => shared * value + own * random.normal()));
    addOrdered(this.revenue, revenue, from, to);
    for (const [unit, part] of quantity) {
      const sum = this.quantity.get(unit) ?? new Float64Array(revenue.length);
      this.quantity.set(unit, sum);
      addOrdered(sum, part, from, to);
    }
  }
}

function addOrdered(sum: Float64Array, part: Float64Array, from: Uint32Array, to: Uint32Array): void {
  for (let rank = 0; rank < to.length; rank++) sum[to[rank]] = sum[to[rank]] + part[from[rank]];
}

/** Places of values in ascending order, those of equal ones in the order in which they stand. */
function orderOf(values: Float64Array): Uint32Array {
  const order = Uint32Array.from(values, (_, i) => i);
  return order.sort((a, b) => values[a] - values[b] || a - b);
}
