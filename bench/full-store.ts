/**
 * A store of many models for benches, filled through its contract: the writes that trainings and imports make, without
 * the arithmetic.
 */

import type { AuditAction } from '../src/contract/audit-actions.ts';
import type { Recommendation } from '../src/contract/documents.ts';
import type { Deed } from '../src/contract/store/deed.ts';
import type { Store } from '../src/contract/store/store.ts';
import { fitDemand } from '../src/core/demand/fit-demand.ts';
import { truncateSeries } from '../src/core/evaluation/backtest.ts';
import { demoMarket, type SimulatedCell } from '../src/core/market/simulate-market.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { DAILY_SPECS } from '../src/core/regression/hyper-parameters.ts';
import { METRICS, type MetricName } from '../src/core/training/history.ts';
import { HOLDER_ID, holdCell, releaseCells } from '../src/fleet/lease.ts';
import { openStore } from '../src/store/open.ts';
import { unwrap } from '../test/support/unwrap.ts';

const ACTOR = { kind: 'library', id: 'bench', name: 'bench' } as const;
const PRODUCTS = 100;

export const cellName = (i: number): { merchant: string; product: string } => ({
  merchant: `Tienda ${String(Math.floor(i / PRODUCTS)).padStart(4, '0')}`,
  product: `Producto ${String(i % PRODUCTS).padStart(3, '0')}`,
});
export const PRODUCT_TYPES = ['Carne', 'Pescado', 'Fruta y verdura', 'Panadería'];

/**
 * @param fullCells the first so many cells have a year of sales, a model of them and a run of 100,000 iterations
 * `run-<number>`; the others five days of sales
 */
export async function fillStore(
  folder: string,
  { cells: count, fullCells }: { readonly cells: number; readonly fullCells: number },
): Promise<void> {
  const store = await openStore(folder);
  const random = new RandomStream(7);
  const { series } = demoMarket(7)[0] as SimulatedCell;
  const context = { holidays: [], market: false, specs: DAILY_SPECS.slice(0, 2), priorAt: () => ({}) };
  const full = unwrap(fitDemand(series, context));
  const short = unwrap(fitDemand(truncateSeries(series, series.days[39]), context));
  const trainedAt = new Date().toISOString();
  const deed = (action: AuditAction): Deed => ({ at: trainedAt, actor: ACTOR, action, merchant: null, detail: {} });
  for (let from = 0; from < count; from += 1_000) {
    const cells = Array.from({ length: 1_000 }, (_, i) => ({
      ...cellName(from + i),
      i: from + i,
      productType: PRODUCT_TYPES[(from + i) % PRODUCT_TYPES.length] as string,
    }));
    const sales = await store.sales.beginImport('sales');
    for (const { i, ...cell } of cells) {
      const rows = i < fullCells ? series.days.length : 5;
      await sales.add(
        Array.from({ length: rows }, (_, r) => {
          const at = series.days.length - rows + r;
          const [day, quantity, price, cost] = [
            series.days[at],
            series.quantity[at],
            series.price[at],
            series.cost[at],
          ] as [number, number, number, number];
          return {
            ...cell,
            day,
            quantity,
            price,
            cost,
            promo: 0,
            soldOut: false,
            waste: null,
            marketPrice: null,
            covariates: null,
          };
        }),
      );
    }
    await sales.commit({
      dryRun: false,
      unit: 'kg',
      knownCovariates: [],
      knownFor: null,
      deed: () => deed('import.commit'),
    });
    await store.models.put(
      cells.map(({ i, ...cell }) => {
        const of = i < fullCells ? full : short;
        const value = -1 - 2 * random.uniform();
        const elasticity = { value, low: value - 0.4, high: value + 0.4 };
        return {
          runId: `run-${i}`,
          model: {
            ...of,
            ...cell,
            elasticity,
            crossValidated: { ...of.crossValidated, wape: 0.1 + 0.4 * random.uniform() },
          },
          trainedAt,
          seconds: 1,
          seed: 1,
          live: true,
        };
      }),
      deed('model.import'),
    );
    await store.recommendations.propose(
      cells.map(({ merchant, product, i }): Recommendation => {
        const price = 8 * (0.9 + 0.2 * random.uniform());
        const gain = 20 * random.uniform();
        const span = (value: number) => ({ value, low: value * 0.8, high: value * 1.2 });
        return {
          merchant,
          product,
          unit: 'kg',
          modelId: `run-${i}-1`,
          horizonDays: 14,
          price,
          unconstrainedPrice: price,
          expectedDemand: span(250),
          expectedProfit: span(700 + gain),
          current: { price: 8, expectedDemand: 260, expectedProfit: 700 },
          probabilityBetter: random.uniform(),
          guardrails: [],
          reasons: i % 7 === 0 ? ['TOO_FEW_SALES'] : [],
          recommended: i % 7 !== 0,
          unitCost: 5,
          assumptions: [],
        };
      }),
      { at: trainedAt, actor: ACTOR, replaceApproved: false },
    );
    if (process.stderr.isTTY) process.stderr.write(`\r${from + cells.length}/${count}`);
  }
  await keepHistories(store, fullCells);
  await store.close();
}

/** A run of 100,000 iterations with all its 743 points for each full cell. */
async function keepHistories(store: Store, fullCells: number): Promise<void> {
  const random = new RandomStream(8);
  const metrics: MetricName[] = [
    ...METRICS,
    'lambda:price',
    'lambda:weekday',
    'lambda:season',
    'lambda:holiday',
    'lambda:trend',
  ];
  const points = 743;
  const iterations = Int32Array.from({ length: points }, (_, i) => Math.round(100_000 ** (i / (points - 1))) + i);
  for (let i = 0; i < fullCells; i++) {
    const cell = cellName(i);
    const started = {
      runId: `run-${i}`,
      ...cell,
      startedAt: new Date().toISOString(),
      simulatedRowsPerIteration: 300,
      ownRows: 365,
      seed: 1,
    };
    await holdCell(store, started);
    await store.runs.start({ ...started, holderId: HOLDER_ID, inputs: {} });
    const values = metrics.map(() =>
      Float32Array.from(iterations, (at) => 0.2 + 0.3 / Math.sqrt(at) + 0.002 * random.normal()),
    );
    const errors = { wape: 0.2, rmse: 3, rmsse: 0.9 };
    const figures = {
      points,
      errorKind: 'cross-validated',
      firstError: 0.5,
      bestError: 0.2,
      bestIteration: 90_000,
      lastError: 0.2,
    } as const;
    const run = {
      ...started,
      status: 'done',
      stopReason: 'budget used',
      converged: true,
      iterations: 100_000,
      ...errors,
      ...figures,
      seconds: 30,
      failureCode: null,
      failureMessage: null,
    } as const;
    await store.runs.finish([
      {
        run,
        events: [],
        model: null,
        attempt: 1,
        history: { errorKind: 'cross-validated', metrics, iterations, values, events: [] },
      },
    ]);
    await releaseCells(store, [started]);
  }
}
