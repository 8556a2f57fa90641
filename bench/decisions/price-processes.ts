/** How shops of the decision bench set their prices: log price over the usual one, day by day. */

import type { RandomStream } from '../../src/core/math/random.ts';

interface PriceContext {
  readonly random: RandomStream;
  readonly days: number;
  readonly firstDay: number;
  /** Of the cell's yearly season. */
  readonly phase: number;
}

interface Prices {
  readonly logPrice: Float64Array;
  /** 1 on days of a promotion; none where absent. */
  readonly promo?: Uint8Array;
  /** Log of demand that a promotion adds beside its price. */
  readonly promoLift?: number;
}

export type PriceProcess = (context: PriceContext) => Prices;

/** Fixed Spanish holidays, month and day. */
const HOLIDAYS = new Set(['1-1', '1-6', '5-1', '8-15', '10-12', '11-1', '12-6', '12-8', '12-25']);

export function isHoliday(day: number): boolean {
  const date = new Date(day * 86_400_000);
  return HOLIDAYS.has(`${date.getUTCMonth() + 1}-${date.getUTCDate()}`);
}

/** A price drawn anew by `draw` every `every` days with a probability. */
function redrawn({ random, days }: PriceContext, every: number, probability: number, draw: () => number): Float64Array {
  const logPrice = new Float64Array(days);
  let value = draw();
  for (let t = 0; t < days; t++) {
    if (t > 0 && t % every === 0 && random.uniform() < probability) value = draw();
    logPrice[t] = value;
  }
  return logPrice;
}

/** Every week with a probability a new price, log-normal around the usual one. */
export function weeklyPrices(deviation: number, probability: number): PriceProcess {
  return (context) => ({ logPrice: redrawn(context, 7, probability, () => deviation * context.random.normal()) });
}

/** One of some prices, given over the usual one, drawn anew every so many days with a probability. */
export function priceLevels(levels: readonly number[], probability: number, every = 7): PriceProcess {
  return (context) => ({
    logPrice: redrawn(context, every, probability, () =>
      Math.log(levels[context.random.integer(levels.length)] as number),
    ),
  });
}

export const constantPrice: PriceProcess = ({ days }) => ({ logPrice: new Float64Array(days) });

/** A week of promotion every 3-7 weeks, a fifth cheaper and on display; else weekly prices. */
export function promotions(deviation: number): PriceProcess {
  return (context) => {
    const { random, days } = context;
    const { logPrice } = weeklyPrices(deviation, 0.5)(context);
    const promo = new Uint8Array(days);
    for (let week = 3 + random.integer(5); 7 * week < days; week += 3 + random.integer(5))
      for (let t = 7 * week; t < Math.min(days, 7 * week + 7); t++) {
        promo[t] = 1;
        logPrice[t] = (logPrice[t] as number) + Math.log(0.8);
      }
    return { logPrice, promo, promoLift: 0.3 };
  };
}

/** A yearly wave in phase with the season's. */
export function seasonalPrices(amplitude: number): PriceProcess {
  return ({ days, firstDay, phase }) => ({
    logPrice: Float64Array.from(
      { length: days },
      (_, t) => amplitude * Math.cos((2 * Math.PI * (firstDay + t)) / 365.25 + phase),
    ),
  });
}

/** One price, and another from some day in the second or third quarter on. */
export const oneStep: PriceProcess = ({ random, days }) => {
  const at = Math.floor(days * (0.25 + 0.5 * random.uniform()));
  return { logPrice: Float64Array.from({ length: days }, (_, t) => Math.log(t < at ? 0.97 : 1.03)) };
};
