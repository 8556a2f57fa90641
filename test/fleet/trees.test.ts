import { beforeAll, describe, expect, it } from 'vitest';
import { parseModel } from '../../src/contract/model-schema.ts';
import { nearRows } from '../../src/core/demand/far-prices.ts';
import type { DemandModel } from '../../src/core/demand/fit-demand.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { demandCurveDraws, predictDemand, predictLogDemand } from '../../src/core/demand/predict.ts';
import { usualRows } from '../../src/core/demand/trees-part.ts';
import { warmUpdate } from '../../src/core/demand/warm-update.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { sumOf } from '../../src/core/math/summary.ts';
import type { CellSeries, PlannedRows } from '../../src/core/series/cell-series.ts';
import { firstRows } from '../../src/core/series/rows.ts';
import { fitContext } from '../../src/fleet/cell-fit.ts';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import {
  fitSettings,
  knowledgeBefore,
  knowledgeBytes,
  knowledgeId,
  knowledgeOf,
  type MarketKnowledge,
} from '../../src/fleet/knowledge.ts';
import { learnTrees } from '../../src/fleet/learn-trees.ts';
import { threadsExecutor } from '../../src/fleet/threads.ts';
import { treesForecast } from '../../src/fleet/trees-forecast.ts';
import { withUpkeep } from '../../src/fleet/update-cell.ts';
import { modelBytes, modelOf } from '../../src/store/model-bytes.ts';
import { cellOf } from '../support/cells.ts';
import { FIT_OPTIONS, fleetOf } from '../support/fleet-cells.ts';

const ROWS = 420;
const AHEAD = 28;
const FIRST = 20_001;

/** Wages come on the first days of a month: every shop sells more then, which no cell's own calendar has. */
function payday(day: number): number {
  return new Date(day * 86_400_000).getUTCDate() <= 5 ? 2.2 : 1;
}

/** Cells of little sale each, whose prices move, for more days than any model is shown. */
function cells(count: number): CellSeries[] {
  return Array.from({ length: count }, (_, c) => {
    const random = new RandomStream(11, c);
    const price = Array.from({ length: ROWS + AHEAD }, (_, i) => 4 + ((Math.floor(i / 9) * (c + 3)) % 5) * 0.25);
    const sold = price.map((p, i) => random.poisson((3 + (c % 5)) * payday(FIRST + i) * (p / 4.5) ** -1.5));
    return cellOf(sold, price, {
      merchant: `Shop ${c % 6}`,
      product: `Product ${c}`,
      productType: c % 2 === 0 ? 'Bread' : 'Fish',
      days: Int32Array.from(price, (_, i) => FIRST + i),
    });
  });
}

const ALL = cells(40);
const KNOWN = ALL.map((series) => firstRows(series, ROWS));
const LAST = FIRST + ROWS - 1;
const BEFORE = knowledgeBefore(FIT_OPTIONS);
let knowledge: MarketKnowledge;

beforeAll(async () => {
  knowledge = await learnTrees(fleetOf(KNOWN, inlineExecutor()), BEFORE);
});

function fitted(series: CellSeries, known: MarketKnowledge): DemandModel {
  const context = fitContext(fitSettings(known, series), [], treesForecast(known, series));
  const found = fitDemand(series, context);
  if (!found.ok) throw new Error(found.code);
  return withUpkeep(found.value, series, context);
}

function ahead(series: CellSeries, days = AHEAD): PlannedRows {
  const last = series.days.at(-1) as number;
  const price = series.price.at(-1) as number;
  return usualRows(
    Int32Array.from({ length: days }, (_, i) => last + 1 + i),
    price,
    Number.NaN,
  );
}

describe('trees of all cells', () => {
  it('tell a cell what the others know: forecasts come nearer', () => {
    let [without, withThem, share] = [0, 0, 0];
    for (const [c, series] of KNOWN.entries()) {
      if (c % 3 > 0) continue;
      const [own, joined] = [fitted(series, BEFORE), fitted(series, knowledge)];
      expect(own.trees).toBeUndefined();
      share += (joined.trees?.weight ?? 0) / 14;
      const planned = { ...ahead(series), price: (ALL[c] as CellSeries).price.slice(ROWS) };
      for (let i = 0; i < AHEAD; i++) {
        const expected = (3 + (c % 5)) * payday(LAST + 1 + i) * (planned.price[i] / 4.5) ** -1.5;
        without += (predictDemand(own, planned).demand[i] - expected) ** 2;
        withThem += (predictDemand(joined, planned).demand[i] - expected) ** 2;
      }
    }
    expect(share).toBeGreaterThan(0.4);
    expect(Math.sqrt(withThem / without)).toBeLessThan(0.8);
  });

  it('know nothing of rows after their day', async () => {
    const day = LAST - 84;
    const changed = KNOWN.map((series) => ({
      ...series,
      quantity: series.quantity.map((sold, i) => (series.days[i] > day ? sold * 3 + 1 : sold)),
      price: series.price.map((price, i) => (series.days[i] > day ? price * 1.5 : price)),
    }));
    const [as, other] = await Promise.all(
      [KNOWN, changed].map(async (rows) => {
        const { trees } = await learnTrees(fleetOf(rows, inlineExecutor()), BEFORE, () => [LAST, day]);
        return (trees ?? [])[0]?.dated ?? [];
      }),
    );
    expect(as[1]).toStrictEqual(other[1]);
    expect(as[0]).not.toEqual(other[0]);
  });

  it('are the same to the last bit whatever threads learn them, in whatever order cells come, and after they were kept', async () => {
    const threads = threadsExecutor(2);
    const again = await learnTrees(fleetOf([...KNOWN].reverse(), threads), BEFORE);
    await threads.close();
    const bytes = knowledgeBytes(knowledge);
    expect(knowledgeId(knowledgeBytes(again))).toBe(knowledgeId(bytes));
    const [series] = KNOWN as [CellSeries];
    expect(fitted(series, knowledgeOf(bytes))).toStrictEqual(fitted(series, knowledge));
  });

  it('of short histories are judged on their latest folds alone', async () => {
    const short = KNOWN.map((series) => firstRows(series, 120));
    const known = await learnTrees(fleetOf(short, inlineExecutor()), BEFORE);
    const last = FIRST + 119;
    const [{ dated }] = known.trees as NonNullable<MarketKnowledge['trees']>;
    // Six folds before the last day, and three of those after that, too few rows were known.
    expect(dated.map(({ day }) => day)).toEqual([last, last - 2 * 14]);
    const [series] = short as [CellSeries];
    const { trees, crossValidated } = fitted(series, known);
    const own = fitted(series, BEFORE).crossValidated;
    expect(trees?.weight).toBeGreaterThan(0);
    expect(crossValidated.folds).toBe(5);
    // Folds that no trees were learned before are forecast as without them.
    const errors = (found: typeof own): number[] => (found.foldSums ?? []).map(({ absolute }) => absolute);
    expect(errors(crossValidated).slice(2)).toEqual(
      errors(own)
        .slice(2)
        .map((error) => expect.closeTo(error, 9)),
    );
    for (const k of [0, 1]) expect(errors(crossValidated)[k]).not.toBeCloseTo(errors(own)[k] as number, 3);
  });

  it.each([
    ['of a few cells', KNOWN.slice(0, 8), 'workspace'],
    ['of a few rows', KNOWN.map((series) => firstRows(series, 65)), 'workspace'],
    ['where a merchant may know of no other', KNOWN, 'merchant'],
    ['where nothing is shared', KNOWN, 'none'],
  ] as const)('are not learned %s', async (_, rows, pooling) => {
    const fleet = fleetOf(rows, inlineExecutor());
    const found = await learnTrees({ ...fleet, options: { ...fleet.options, pooling } }, BEFORE);
    expect(found.trees).toBeUndefined();
  });
});

describe('a model with trees', () => {
  const [series] = KNOWN as [CellSeries];
  let model: DemandModel;
  beforeAll(() => {
    model = fitted(series, knowledge);
  });

  /** Forecasts by trees alone, at prices over the usual one. */
  function byTreesAlone(one: DemandModel, ratios: readonly number[]): number[] {
    const trees = one.trees as NonNullable<DemandModel['trees']>;
    const alone = {
      ...one,
      components: one.components.map((component) => ({ ...component, weight: 0 })),
      simple: [],
      trees: { ...trees, weight: 1 },
    };
    const usual = usualRows(ahead(series).days, trees.usualPrice, 0);
    return ratios.map((ratio) =>
      sumOf(predictDemand(alone, { ...usual, price: usual.price.map((price) => price * ratio) }).demand),
    );
  }

  /** Elasticity by which components move a forecast, all together. */
  function ownElasticity({ components }: DemandModel): number {
    // Logarithms of prices: every component has the constant elasticity of its coefficient.
    expect(components.every(({ plan }) => plan.boxCoxLambda === 0)).toBe(true);
    return sumOf(components.map((c) => c.priceWeight * (c.coefficients[1] as number)));
  }

  it('forecasts by what all cells sell at other prices, and never more of a dearer product', () => {
    const ratios = [0.3, 0.61, 0.8, 0.9, 0.97, 1, 1.03, 1.1, 1.25, 1.64, 3];
    const sold = byTreesAlone(model, ratios);
    for (let i = 1; i < sold.length; i++) expect(sold[i]).toBeLessThanOrEqual(sold[i - 1] as number);
    // The truth is −1.5 for every product, and prices moved between .92 and 1.14 times the usual.
    const [, , , cheap, , usual, , dear] = sold as [number, ...number[]];
    expect(Math.log((dear as number) / (cheap as number)) / Math.log(1.1 / 0.9)).toBeCloseTo(-1.5, 0);
    expect(usual).toBeCloseTo(sumOf((model.trees?.byPeriod ?? []).slice(0, AHEAD).map(({ quantity }) => quantity)), 6);
    // Far beyond prices that cells have had its price effect goes on.
    const { usualPrice } = model.trees as NonNullable<DemandModel['trees']>;
    const rows = usualRows(Int32Array.of(LAST + 1, LAST + 1), usualPrice, 0);
    const effect = nearRows(model, {
      ...rows,
      price: rows.price.map((price, i) => price * (i === 0 ? 1.64 : 3)),
    })?.effect;
    expect((sold[10] as number) / (sold[9] as number)).toBeCloseTo(
      (effect?.[1] as number) / (effect?.[0] as number),
      9,
    );
    const { priceResponse = [] } = model.trees as NonNullable<DemandModel['trees']>;
    expect(priceResponse).toHaveLength(13);
    expect(priceResponse[0]?.ratio).toBeGreaterThan(0.8);
    expect(priceResponse.at(-1)?.ratio).toBeLessThan(1.2);
  });

  it('moves them by its own elasticity where hardly any price ever moved', async () => {
    const still = KNOWN.map((one, c) => ({ ...one, price: one.price.map((_, i) => (c === 0 && i > 300 ? 5 : 4.5)) }));
    const known = await learnTrees(fleetOf(still, inlineExecutor()), BEFORE);
    const [first] = still as [CellSeries];
    const one = fitted(first, known);
    expect(one.trees?.weight).toBeGreaterThan(0.1);
    expect(one.trees?.priceResponse).toBeUndefined();
    const [usual, dearer] = byTreesAlone(one, [1, 1.05]) as [number, number];
    expect(Math.log(dearer / usual) / Math.log(1.05)).toBeCloseTo(ownElasticity(one), 6);
  });

  it('knows prices on one side alone where they only ever rose', async () => {
    // A mean of equal logarithms is not always that logarithm to the last bit.
    const risen = KNOWN.map((one, c) => ({
      ...one,
      price: one.price.map((_, i) => (3.1 + 0.37 * c) * (i > 200 + 4 * c ? 1.08 : 1)),
    }));
    const known = await learnTrees(fleetOf(risen, inlineExecutor()), BEFORE);
    const one = fitted(risen[3] as CellSeries, known);
    const { priceResponse = [] } = one.trees as NonNullable<DemandModel['trees']>;
    expect(priceResponse.map(({ ratio }) => ratio)).toEqual([
      1,
      ...[1, 2, 3, 4, 5, 6].map((k) => expect.closeTo(1.08 ** (k / 6), 2)),
    ]);
    const [cheaper, usual] = byTreesAlone(one, [0.95, 1]) as [number, number];
    expect(Math.log(cheaper / usual) / Math.log(0.95)).toBeCloseTo(ownElasticity(one), 6);
  });

  it('moves them by its own elasticity where prices follow demand, and without a response', () => {
    const known = { ...knowledge, pricesFollow: true as const };
    const following = fitted(series, known);
    const { priceResponse, ...trees } = model.trees as NonNullable<DemandModel['trees']>;
    expect(priceResponse).toHaveLength(13);
    expect(following.trees).toBeDefined();
    expect(following.trees?.priceResponse).toBeUndefined();
    for (const one of [following, { ...model, trees }]) {
      const [usual, dearer] = byTreesAlone(one, [1, 1.1]) as [number, number];
      expect(Math.log(dearer / usual) / Math.log(1.1)).toBeCloseTo(ownElasticity(one), 6);
    }
  });

  it('decides by its own elasticity: the curve goes through the forecast at the planned price, and no tree bends it', () => {
    const trees = model.trees as NonNullable<DemandModel['trees']>;
    const usual = usualRows(ahead(series).days, trees.usualPrice, 0);
    const prices = Float64Array.of(trees.usualPrice, trees.usualPrice * 1.1);
    const { priceResponse: _, ...unbent } = trees;
    const curve = demandCurveDraws(model, usual, prices, 200, 1);
    expect(demandCurveDraws({ ...model, trees: unbent }, usual, prices, 200, 1)).toStrictEqual(curve);
    let mean = 0;
    for (let d = 0; d < 200; d++) mean += curve.demand[2 * d] / 200;
    expect(mean / sumOf(predictDemand(model, usual).demand)).toBeCloseTo(1, 1);
  });

  it('goes on without them beyond what they know', () => {
    const trees = model.trees as NonNullable<DemandModel['trees']>;
    const { trees: _, ...rest } = model;
    const planned = ahead(series, 70);
    const [joined, others] = [model, rest].map((one) => predictDemand(one, planned).demand);
    expect(joined.slice(63)).toEqual(others.slice(63));
    expect(joined.slice(0, 63)).not.toEqual(others.slice(0, 63));
    expect(trees.byPeriod.map(({ day }) => day)).toEqual([...planned.days.slice(0, 63)]);
    expect(predictLogDemand(model, planned).every(Number.isFinite)).toBe(true);
  });

  it('is kept whole, by the store and in a file', () => {
    expect(modelOf(modelBytes(model))).toEqual(model);
    const parsed = parseModel(JSON.parse(JSON.stringify(model)));
    expect(parsed.ok && parsed.model.trees).toEqual(model.trees);
    const wrong = parseModel({ ...model, trees: { ...model.trees, weight: 0.99 } });
    expect(wrong).toMatchObject({ ok: false, rule: 'weights must add to 1' });
  });

  it('takes their level on when it is brought up to date, and lets them go when they know no further', () => {
    const later = (rows: number, times: number): CellSeries => {
      const days = Int32Array.from({ length: ROWS + rows }, (_, i) => FIRST + i);
      const sold = Array.from(days, (_, i) =>
        i < ROWS
          ? (series.quantity[i] as number)
          : times * (series.quantity[i - 7 * Math.ceil((i - ROWS + 1) / 7)] as number),
      );
      const price = Array.from(days, (_, i) => (i < ROWS ? series.price[i] : series.price[ROWS - 1]) as number);
      const { merchant, product, productType } = series;
      return cellOf(sold, price, { merchant, product, productType, days });
    };
    const [same, doubled, gone] = (
      [
        [20, 1],
        [20, 4],
        [60, 1],
      ] as const
    ).map(([rows, times]) => {
      const found = warmUpdate(model, later(rows, times), { holidays: [], market: false }, 1);
      if (!found.ok) throw new Error(found.code);
      return found.value;
    }) as [DemandModel, DemandModel, DemandModel];
    const level = ({ trees }: DemandModel): number => sumOf((trees?.byPeriod ?? []).map(({ quantity }) => quantity));
    expect(same.trees?.byPeriod[0]?.day).toBe(LAST + 21);
    expect(same.trees?.weight).toBe(model.trees?.weight);
    expect(level(doubled) / level(same)).toBeGreaterThan(1.5);
    expect(gone.trees).toBeUndefined();
    for (const one of [same, doubled, gone]) {
      const parsed = parseModel(JSON.parse(JSON.stringify(one)));
      expect(parsed.ok ? 'whole' : parsed).toBe('whole');
    }
  });

  it('lets them go where a pause is longer than they know', () => {
    const days = [...series.days];
    for (let i = 1; i <= 14; i++) days.push(LAST + i);
    // The fold that ends 70 days on has rows before and after the last of the 63 that trees know.
    for (let i = 57; i <= 72; i++) days.push(LAST + i);
    const row = (i: number): number => (i < ROWS ? i : i - 14 * Math.ceil((i - ROWS + 1) / 14));
    const { merchant, product, productType } = series;
    const sold = days.map((_, i) => series.quantity[row(i)] as number);
    const price = days.map((_, i) => series.price[Math.min(i, ROWS - 1)] as number);
    const later = cellOf(sold, price, { merchant, product, productType, days: Int32Array.from(days) });
    const found = warmUpdate(model, later, { holidays: [], market: false }, 1);
    expect(found.ok && found.value.trees).toBeUndefined();
    expect(found.ok && parseModel(JSON.parse(JSON.stringify(found.value))).ok).toBe(true);
  });
});
