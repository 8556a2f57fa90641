import { describe, expect, it } from 'vitest';
import type { DemandCurveDraws } from '../../../src/core/demand/predict.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { mean } from '../../../src/core/math/summary.ts';
import { demandDraws } from '../../../src/core/pricing/demand-at.ts';
import { profitDraws } from '../../../src/core/pricing/gains.ts';
import { heedTodayPrice } from '../../../src/core/pricing/price-evidence.ts';

const prices = Float64Array.from({ length: 81 }, (_, i) => 5 * 4 ** (i / 80));

/** Draws of constant elasticity, each with a demand of its own at a price of 10. */
function curveOf(elasticities: readonly number[]): DemandCurveDraws {
  return {
    prices,
    draws: elasticities.length,
    demand: Float64Array.from(elasticities.flatMap((e, d) => Array.from(prices, (p) => (100 + d) * (p / 10) ** e))),
  };
}

const elasticitiesOf = (curve: DemandCurveDraws): number[] =>
  Array.from(demandDraws(curve, 11), (q, d) => Math.log(q / (demandDraws(curve, 10)[d] as number)) / Math.log(1.1));

describe('what today’s price tells of demand', () => {
  it('draws that make it the best price count thirteen times those that make it none', () => {
    // At a cost of 6 and −2.5 the best price is 10; inelastic demand has none. 14 of 28: 13/12 against 1/12.
    const curve = curveOf(Array.from({ length: 28 }, (_, d) => (d < 14 ? -2.5 : -0.5)));
    const heeded = elasticitiesOf(heedTodayPrice(curve, 10, 6).curve);
    expect(heeded.filter((e) => Math.abs(e + 2.5) < 0.01)).toHaveLength(26);
    expect(heeded.filter((e) => Math.abs(e + 0.5) < 0.01)).toHaveLength(2);
  });
  it('leaves the demand at today’s price as it is, draw by draw', () => {
    const curve = curveOf([-4, -3.5, -3, -2.5, -2, -1.5]);
    const { curve: heeded, unitCosts } = heedTodayPrice(curve, 10, 6);
    demandDraws(heeded, 10).forEach((q, d) => {
      expect(q).toBeCloseTo(100 + d, 9);
    });
    expect(Array.from(unitCosts)).toEqual(new Array(6).fill(6));
  });
  it('tells nothing where no draw makes it a sensible price, nor of what costs nothing', () => {
    const inelastic = curveOf([-0.9, -0.7, -0.5, -0.3]);
    expect(elasticitiesOf(heedTodayPrice(inelastic, 10, 6).curve)).toEqual(elasticitiesOf(inelastic));
    const elastic = curveOf([-4, -3, -2]);
    expect(heedTodayPrice(elastic, 10, 0).curve).toBe(elastic);
  });
  it('what is promised is won by shops that charge about what earns most, and was not before', () => {
    const random = new RandomStream(7, 1);
    // What a fleet of mean −2.2 and spread .4 and rows with an error of .3 tell together.
    const price = 10;
    const [own, doubt] = [0.4 ** 2 / (0.4 ** 2 + 0.3 ** 2), (0.4 * 0.3) / Math.hypot(0.4, 0.3)];
    let [promised, promisedBefore, gained, gainedBefore] = [0, 0, 0, 0];
    for (let shop = 0; shop < 400; shop++) {
      const elasticity = Math.min(-1.1, -2.2 + 0.4 * random.normal());
      const cost = price * Math.exp(0.2 * random.normal()) * (1 + 1 / elasticity);
      const believed = -2.2 + own * (elasticity + 2.2 + 0.3 * random.normal());
      const curve = curveOf(Array.from({ length: 200 }, () => Math.min(-0.1, believed + doubt * random.normal())));
      const choose = (drawn: DemandCurveDraws): [number, number] => {
        const gainAt = (p: number): number => mean(profitDraws(drawn, p, cost)) - mean(profitDraws(drawn, price, cost));
        const candidates = [8.5, 9, 9.5, 10.5, 11, 11.5];
        const best = candidates.reduce((a, b) => (gainAt(b) > gainAt(a) ? b : a));
        const truth = (p: number): number => (p - cost) * 200 * (p / price) ** elasticity;
        return gainAt(best) > 0 ? [gainAt(best), truth(best) - truth(price)] : [0, 0];
      };
      const heeded = choose(heedTodayPrice(curve, price, cost).curve);
      const before = choose(curve);
      promised += heeded[0];
      gained += heeded[1];
      promisedBefore += before[0];
      gainedBefore += before[1];
    }
    expect(gained / promised).toBeGreaterThan(0.85);
    expect(gained / promised).toBeLessThan(1.15);
    expect(gainedBefore / promisedBefore).toBeLessThan(0.8);
  });
});
