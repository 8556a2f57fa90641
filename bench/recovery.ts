/**
 * Recovery and honesty: 2,000 simulated cells with drifting levels; bias of elasticity, and what 90 % intervals cover.
 */

import { predictDemand } from '../src/core/demand/predict.ts';
import { plannedRowsAfter, truncateSeries } from '../src/core/evaluation/backtest.ts';
import { type SimulatedCell, simulateCell } from '../src/core/market/simulate-market.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { cellKey, trainAll } from './fleet-of.ts';

const CELLS = 2000;
const DAYS = 400;
const HORIZON = 14;
const FIRST_DAY = 19_000;

function makeCell(index: number): SimulatedCell {
  const random = new RandomStream(20_261, index);
  const referencePrice = 2 + 10 * random.uniform();
  return simulateCell(
    {
      merchant: `shop ${index % 100}`,
      product: `product ${Math.floor(index / 100)}`,
      productType: `type ${Math.floor(index / 100) % 4}`,
      unit: 'kg',
      days: DAYS + HORIZON,
      firstDay: FIRST_DAY,
      elasticity: Math.min(-0.3, -2.2 + 0.5 * random.normal()),
      lambda: 0,
      referencePrice,
      unitCost: referencePrice / 1.5,
      baseDemand: 5 + 40 * random.uniform(),
      weekdaySpread: 0.25,
      seasonAmplitude: 0.15,
      levelDrift: 0.03 * random.uniform(),
      priceSpread: 0.08,
      costPassThrough: 0,
      costDrift: 0,
      endogeneity: 0,
      noiseShape: 8,
      promoShare: 0.1,
      stockOutShare: 0,
      closedWeekday: null,
    },
    7,
    index,
  );
}

/** @param count cells to simulate */
export async function benchRecovery(count = CELLS): Promise<void> {
  const cells = Array.from({ length: count }, (_, i) => makeCell(i));
  const origin = FIRST_DAY + DAYS - 1;
  const models = await trainAll(cells.map((c) => truncateSeries(c.series, origin)));
  let bias = 0;
  let squares = 0;
  let elasticityInside = 0;
  let demandInside = 0;
  let rows = 0;
  for (const { series, truth } of cells) {
    const model = models.get(cellKey(series));
    if (!model) throw new Error(`no model of ${cellKey(series)}`);
    const { value, low, high } = model.elasticity;
    bias += (value - truth.elasticity) / count;
    squares += (value - truth.elasticity) ** 2 / count;
    if (truth.elasticity >= low && truth.elasticity <= high) elasticityInside++;
    const planned = plannedRowsAfter(series, { originDay: origin, endDay: origin + HORIZON });
    const forecast = predictDemand(model, planned);
    for (let i = 0; i < planned.days.length; i++) {
      const actual = series.quantity[DAYS + i];
      if (actual >= forecast.low[i] && actual <= forecast.high[i]) demandInside++;
      rows++;
    }
  }
  console.log(
    `| cells | bias of elasticity | root mean squared error | 90 % intervals of elasticity cover | of demand |`,
  );
  console.log('|---|---|---|---|---|');
  console.log(
    `| ${count} | ${bias.toFixed(3)} (to reach ±0.02) | ${Math.sqrt(squares).toFixed(3)} | ${((100 * elasticityInside) / count).toFixed(1)} % (88.5-91.5) | ${((100 * demandInside) / rows).toFixed(1)} % (88.5-91.5) |`,
  );
}

if (import.meta.main) await benchRecovery(process.argv[2] === undefined ? CELLS : Number(process.argv[2]));
