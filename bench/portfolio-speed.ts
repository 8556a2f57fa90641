/** Seconds of a processor that the joint optimum takes, by the number of products: node bench/portfolio-speed.ts 500 5000 */

import { RandomStream } from '../src/core/math/random.ts';
import { jointOptimum } from '../src/core/portfolio/joint-optimum.ts';
import type { JointProduct } from '../src/core/portfolio/joint-profit.ts';
import type { LineRule } from '../src/core/portfolio/line-rules.ts';

/** Of a type: as many others as prices are looked at beside a product's own. */
const TYPE = 41;
const DRAWS = 200;
const POINTS = 61;

function shopOf(count: number): JointProduct[] {
  const random = new RandomStream(1, 2);
  return Array.from({ length: count }, (_, i) => {
    const today = 1 + 9 * random.uniform();
    const base = 20 + 200 * random.uniform();
    const prices = Float64Array.from({ length: POINTS }, (_, k) => today * 0.8 * 1.6 ** (k / (POINTS - 1)));
    const demand = new Float64Array(DRAWS * POINTS);
    for (let d = 0; d < DRAWS; d++) {
      const elasticity = Math.min(-0.2, -2.5 + 0.5 * random.normal());
      prices.forEach((price, k) => {
        demand[d * POINTS + k] = base * (price / today) ** elasticity;
      });
    }
    const first = Math.floor(i / TYPE) * TYPE;
    const others = Array.from({ length: TYPE }, (_, k) => first + k).filter((j) => j !== i && j < count);
    return {
      todayPrice: today,
      unitCosts: new Float64Array(DRAWS).fill(today * 0.6),
      curve: { prices, draws: DRAWS, demand },
      cross: others.map((of) => ({
        of,
        elasticity: Float64Array.from({ length: DRAWS }, () => 0.5 / (TYPE - 1) + 0.05 * random.normal()),
      })),
      allowed: [today * 0.85, today * 1.15],
      lattice: { period: 0.01, offset: 0 },
    };
  });
}

console.log('| products | rules | seconds of a processor | seconds | MB |');
console.log('|---|---|---|---|---|');
for (const count of process.argv.slice(2).map(Number)) {
  const products = shopOf(count);
  const index: LineRule = { kind: 'index', most: 0.02, least: null };
  const few: LineRule = { kind: 'changes', most: Math.floor(count / 5) };
  for (const rules of [[], [index], [index, few]]) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    jointOptimum(products, rules);
    const { user, system } = process.cpuUsage(used);
    const told = rules.map(({ kind }) => kind).join(', ') || 'none';
    const seconds = (performance.now() - began) / 1_000;
    const memory = Math.round(process.memoryUsage().rss / 1e6);
    console.log(`| ${count} | ${told} | ${((user + system) / 1e6).toFixed(1)} | ${seconds.toFixed(1)} | ${memory} |`);
  }
}
