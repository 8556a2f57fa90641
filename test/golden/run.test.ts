/**
 * A whole run on a small simulated market: import, train both ways, recommend, forecast and the rest, compared with the
 * documents in run/. They move where a change means to move them, and then `DEMANDA_WRITE_GOLDEN=1 npx vitest run
 * test/golden/run.test.ts` keeps the new ones: the difference is to be read before it is committed.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/contract/store/access.ts';
import type { DemandModel } from '../../src/core/demand/fit-demand.ts';
import { Workspace } from '../../src/workspace.ts';
import { comparedWithKept, Normalizer } from '../support/golden-documents.ts';
import { writeGoldenMarket } from '../support/golden-market.ts';
import { lastingFolder } from '../support/temporary.ts';

const KEPT = join(import.meta.dirname, 'run');
const WRITE = process.env.DEMANDA_WRITE_GOLDEN === '1';
const TERNERA = { merchant: 'Carnicería Aurora', product: 'Ternera' } as const;
const CERDO = { merchant: 'Carnicería Aurora', product: 'Cerdo' } as const;
const QUESO = { merchant: 'Lechería Duna', product: 'Queso' } as const;
const CALLER: Caller = {
  actor: { kind: 'key', id: 'golden', name: 'golden' },
  name: 'golden',
  scopes: [],
  merchant: null,
  keyId: null,
};
const ITERATIONS = {
  iterations: 600,
  searchEvery: 250,
  checkpointEvery: 300,
  simulatedRows: 100,
  workers: 1,
  fresh: true,
} as const;

/** A model with the variances of its coefficients only: covariances are most of its bytes. */
function slim(model: DemandModel): unknown {
  return {
    ...model,
    components: model.components.map(({ covariance, plan, ...component }) => ({
      ...component,
      plan: { ...plan, columns: plan.columns.map(({ name }) => name).join(' ') },
      variances: plan.columns.map((_, j) => covariance[j * plan.columns.length + j]),
    })),
    calendar: model.calendar.length,
  };
}

describe('a whole run', () => {
  const folder = lastingFolder();
  const normalizer = new Normalizer(folder);
  const documents = new Map<string, unknown>();
  let workspace: Workspace;
  const keep = (name: string, document: unknown): void => {
    documents.set(name, normalizer.normalized(document));
  };
  const showOf = async ({ merchant, product }: typeof TERNERA | typeof CERDO): Promise<unknown> => {
    const { observed, forecast, ...view } = await workspace.show(merchant, product);
    return {
      ...view,
      observed: observed.slice(-2),
      observedRows: observed.length,
      forecast: forecast.slice(0, 2),
      forecastRows: forecast.length,
    };
  };

  beforeAll(async () => {
    const files = join(folder, 'files');
    mkdirSync(files);
    writeGoldenMarket(files);
    workspace = await Workspace.open(join(folder, 'workspace'));
  });
  afterAll(async () => workspace.close());

  it('imports sales, pieces, costs and market prices, and says which rows it refused', async () => {
    const file = (name: string): string => join(folder, 'files', name);
    const sales = await workspace.importFiles([file('ventas.csv')], {
      knownCovariates: ['feria'],
      skipBad: true,
      unit: 'kg',
    });
    const pieces = await workspace.importFiles([file('piezas.csv')], { unit: 'ud' });
    const facts = await workspace.importFiles([file('costos.csv'), file('mercado.csv')]);
    keep('import', [sales, pieces, facts]);
    expect(sales.files[0]?.accepted).toBeGreaterThan(500);
  });
  it('trains by the exact solver', async () => {
    keep('train-exact', await workspace.train({ solver: 'exact', workers: 1 }));
    keep('models-exact', await workspace.models());
    keep('export-exact', slim(await workspace.exportModel(CERDO.merchant, CERDO.product)));
    keep('export-weekly', slim(await workspace.exportModel(QUESO.merchant, QUESO.product)));
  });
  it('recommends prices, with guardrails and for a product without sales', async () => {
    keep('recommend', await workspace.recommend());
    await workspace.setGuardrails(
      { merchant: CERDO.merchant },
      { minMargin: 0.45, marketBand: 0.05, priceEnding: '.99', maxChange: 0.3 },
    );
    keep('recommend-guarded', await workspace.recommend({ merchant: CERDO.merchant, horizonDays: 28 }));
    keep(
      'recommend-cold',
      await workspace.recommend({ merchant: 'Nueva', product: 'Pescado', coldStart: { price: 9, cost: 5 } }),
    );
  });
  it('forecasts at today’s price and at another', async () => {
    keep('forecast', await workspace.forecast({ days: 10 }));
    keep('forecast-price', await workspace.forecast({ ...TERNERA, days: 5, price: 12 }));
  });
  it('shows a model of the exact solver, and compares two', async () => {
    keep('show-exact', await showOf(CERDO));
    const { differences } = await workspace.compare([TERNERA, CERDO]);
    keep('compare', differences);
  });
  it('trains by iterations, with search rounds', async () => {
    keep('train-iterations', await workspace.train({ ...TERNERA, ...ITERATIONS }));
    keep(
      'train-iterations-market',
      await workspace.train({ ...CERDO, ...ITERATIONS, iterations: 200, checkpointEvery: 100, market: true }),
    );
    keep('models', await workspace.models());
    const newest = (await workspace.models(TERNERA)).models.at(-1)?.version;
    keep('export-iterations', slim(await workspace.exportModel(TERNERA.merchant, TERNERA.product, newest)));
    if (newest !== undefined) await workspace.setAlias(TERNERA.merchant, TERNERA.product, 'live', newest);
    keep('recommend-iterations', await workspace.recommend(TERNERA));
    keep('show-iterations', await showOf(TERNERA));
  });
  it('lists and analyses the history of trainings', async () => {
    keep('history-list', await workspace.historyList());
    keep('history-analyze', await workspace.historyAnalyze(TERNERA.merchant, TERNERA.product));
  });
  it('takes a recommendation from proposed to exported', async () => {
    const refreshed = await workspace.recommendations.refresh({ cells: [CERDO] });
    const { id, revision } = refreshed.items[0] as (typeof refreshed.items)[number];
    const decided = await workspace.recommendations.decide(CALLER, {
      ids: [id],
      to: 'approved',
      expectedRevisions: { [id]: revision },
    });
    const asked = { ids: [id], batchId: 'lote-1', activationDate: '2025-07-02', format: 'csv' } as const;
    const batch = await workspace.recommendations.export(CALLER, asked);
    const file = await workspace.recommendations.batchFile('lote-1', null, { style: 'machine', lang: 'es' });
    keep('workflow', { refreshed, decided, batch, csv: Buffer.from(file.bytes).toString('utf8').split('\r\n') });
  });
  it('tells how accurate it is by backtest', async () => {
    keep('backtest', await workspace.backtest({ origins: 2, minRows: 60, workers: 1, ...CERDO }));
  });
  it('comes out as it did before', () => {
    const moved = comparedWithKept(KEPT, documents, WRITE);
    // The first of every document are enough to know which change did it.
    const first = [...Map.groupBy(moved, (place) => place.split(/[.[:]/, 1)[0])].flatMap(([name, places]) => [
      `${name}: ${places.length}`,
      ...places.slice(0, 5),
    ]);
    expect(first, `${moved.length} places moved; DEMANDA_WRITE_GOLDEN=1 keeps the new documents`).toEqual([]);
  });
});
