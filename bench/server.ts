/** The API over 100,000 models under 200 requests a second while a training runs: latencies by kind of request, errors, and what the training loses. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import type { Recommendation } from '../src/contract/documents.ts';
import type { Store } from '../src/contract/store.ts';
import { fitDemand } from '../src/core/demand/fit-demand.ts';
import { DAILY_SPECS } from '../src/core/demand/spec.ts';
import { truncateSeries } from '../src/core/evaluation/backtest.ts';
import { demoMarket, type SimulatedCell } from '../src/core/market/simulate-market.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { unwrap } from '../src/core/outcome.ts';
import { METRICS, type MetricName } from '../src/core/training/history.ts';
import { openSqliteStore } from '../src/store/sqlite-store.ts';
import { Workspace } from '../src/workspace.ts';

const LONG = process.argv.includes('--long');
const SECONDS = LONG ? 300 : 20;
const CELLS = 100_000;
const PRODUCTS = 100;
/** Cells with a year of sales, a model of them and a run of 100,000 iterations: what pages, prices and histories are asked of. */
const FULL_CELLS = 500;
/** Requests a second, by kind; 200 in all. */
const RATES = { list: 120, history: 50, recommend: 20, page: 10 } as const;
type Kind = keyof typeof RATES;
const REACH: Readonly<Record<Kind, number | null>> = { list: 300, history: 200, recommend: 500, page: null };
const ITERATIONS = LONG ? 60_000 : 10_000;
const CLI = join(import.meta.dirname, '../bin/demanda.js');

const nameOf = (i: number): { merchant: string; product: string } => ({
  merchant: `Tienda ${String(Math.floor(i / PRODUCTS)).padStart(4, '0')}`,
  product: `Producto ${String(i % PRODUCTS).padStart(3, '0')}`,
});
const TYPES = ['Carne', 'Pescado', 'Fruta y verdura', 'Panadería'];

/** Fills a store through its contract: the writes that trainings and imports make, without the arithmetic. */
async function fill(folder: string): Promise<void> {
  const store = await openSqliteStore(folder);
  const random = new RandomStream(7);
  const { series } = demoMarket(7)[0] as SimulatedCell;
  const context = { holidays: [], market: false, specs: DAILY_SPECS.slice(0, 2), priorAt: () => ({}) };
  const full = unwrap(fitDemand(series, context));
  const short = unwrap(fitDemand(truncateSeries(series, series.days[39] as number), context));
  const trainedAt = new Date().toISOString();
  for (let from = 0; from < CELLS; from += 1_000) {
    const cells = Array.from({ length: 1_000 }, (_, i) => ({ ...nameOf(from + i), i: from + i, productType: TYPES[(from + i) % TYPES.length] as string }));
    const sales = await store.beginImport();
    for (const { i, ...cell } of cells) {
      const rows = i < FULL_CELLS ? series.days.length : 5;
      sales.add(
        Array.from({ length: rows }, (_, r) => {
          const at = series.days.length - rows + r;
          const [day, quantity, price, cost] = [series.days[at], series.quantity[at], series.price[at], series.cost[at]] as [number, number, number, number];
          return { ...cell, day, quantity, price, cost, promo: 0, soldOut: false, waste: null, marketPrice: null, covariates: null };
        }),
      );
    }
    await sales.commit({ dryRun: false, unit: 'kg', knownCovariates: [] });
    await store.putModels(
      cells.map(({ i, ...cell }) => {
        const of = i < FULL_CELLS ? full : short;
        const value = -1 - 2 * random.uniform();
        const elasticity = { value, low: value - 0.4, high: value + 0.4 };
        return {
          runId: `run-${i}`,
          model: { ...of, ...cell, elasticity, crossValidated: { ...of.crossValidated, wape: 0.1 + 0.4 * random.uniform() } },
          trainedAt,
          seconds: 1,
          seed: 1,
          live: true,
        };
      }),
    );
    await store.putRecommendations(
      trainedAt,
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
    );
    if (process.stderr.isTTY) process.stderr.write(`\r${from + 1_000}/${CELLS}`);
  }
  await keepHistories(store);
  await store.close();
}

/** A run of 100,000 iterations with all its 743 points for each full cell. */
async function keepHistories(store: Store): Promise<void> {
  const random = new RandomStream(8);
  const metrics: MetricName[] = [...METRICS, 'lambda:price', 'lambda:weekday', 'lambda:season', 'lambda:holiday', 'lambda:trend'];
  const points = 743;
  const iterations = Int32Array.from({ length: points }, (_, i) => Math.round(100_000 ** (i / (points - 1))) + i);
  for (let i = 0; i < FULL_CELLS; i++) {
    const cell = nameOf(i);
    const started = { runId: `run-${i}`, ...cell, startedAt: new Date().toISOString(), simulatedRowsPerIteration: 300, ownRows: 365, seed: 1 };
    await store.startRun({ ...started, pid: process.pid, inputs: {} });
    const values = metrics.map(() => Float32Array.from(iterations, (at) => 0.2 + 0.3 / Math.sqrt(at) + 0.002 * random.normal()));
    const errors = { wape: 0.2, rmse: 3, rmsse: 0.9 };
    const figures = { points, errorKind: 'cross-validated', firstError: 0.5, bestError: 0.2, bestIteration: 90_000, lastError: 0.2 } as const;
    const run = {
      ...started,
      status: 'done',
      stopReason: 'budget used',
      iterations: 100_000,
      ...errors,
      ...figures,
      seconds: 30,
      failureCode: null,
      failureMessage: null,
    } as const;
    await store.finishRuns([{ run, events: [], model: null, attempt: 1, history: { errorKind: 'cross-validated', metrics, iterations, values, events: [] } }]);
  }
}

async function serve(folder: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [CLI, 'serve', '--workspace', folder, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) return { url: (JSON.parse(line) as { url: string }).url, child };
  throw new Error('the server ended before it listened');
}

/** Seconds that one cell's training takes, alone or under load. */
async function train(folder: string): Promise<number> {
  const { merchant, product } = nameOf(1);
  const options = ['--iterations', String(ITERATIONS), '--search-every', '0', '--pooling', 'none', '--workers', '1', '--fresh', '--json'];
  const child = spawn(process.execPath, [CLI, 'train', '--workspace', folder, '--merchant', merchant, '--product', product, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (data: Buffer) => (out += data));
  await once(child, 'close');
  return (JSON.parse(out) as { runs: { seconds: number }[] }).runs[0]?.seconds as number;
}

/** What is asked for, kind by kind: different pages, sorts, searches and cells, so that no answer is the one before. */
async function requests(url: string, key: string): Promise<Record<Kind, autocannon.Request[]>> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const list: string[] = [];
  for (const sort of ['merchant', 'expectedGain', 'wape', 'elasticity', 'product', 'trainedAt']) {
    for (const order of ['asc', 'desc']) {
      let cursor = '';
      for (let page = 0; page < 5; page++) {
        const path = `api/overview?sort=${sort}&order=${order}&limit=100${cursor}`;
        list.push(path);
        const { nextCursor } = (await (await fetch(`${url}${path}`, { headers })).json()) as { nextCursor: string };
        cursor = `&cursor=${nextCursor}`;
      }
    }
  }
  for (let i = 0; i < 20; i++) {
    list.push(
      `api/overview?search=${encodeURIComponent(`tienda ${String(i * 37).padStart(4, '0')}`)}`,
      `api/overview?search=${encodeURIComponent(`producto 0${i}`)}&sort=expectedGain&order=desc`,
    );
    list.push(
      `api/overview?merchant=${encodeURIComponent(nameOf(i * 1_000).merchant)}`,
      `api/overview?productType=${encodeURIComponent(TYPES[i % 4] as string)}&sort=wape`,
    );
  }
  list.push(
    'api/overview?reason=TOO_FEW_SALES&sort=expectedGain',
    'api/overview?state=live&recommended=true&sort=expectedGain&order=desc',
    'api/overview/summary',
    'api/merchants',
    'api/products',
    'api/histories',
    'api/recommendations?status=proposed&sort=expectedGain',
  );
  const get = (path: string): autocannon.Request => ({ method: 'GET', path: `/${path}`, headers });
  const cells = Array.from({ length: FULL_CELLS }, (_, i) => nameOf(i));
  return {
    list: shuffled(list).map(get),
    history: shuffled(cells.map((_, i) => `api/histories/run-${i}`)).map(get),
    recommend: shuffled(cells).map((cell) => ({ method: 'POST', path: '/api/recommendations/refresh', headers, body: JSON.stringify({ cells: [cell] }) })),
    page: shuffled(cells).map(({ merchant, product }) => get(`api/models/${encodeURIComponent(merchant)}/${encodeURIComponent(product)}`)),
  };
}

function shuffled<T>(items: readonly T[]): T[] {
  const random = new RandomStream(9);
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

async function load(url: string, key: string, seconds: number): Promise<Map<Kind, autocannon.Result>> {
  const asked = await requests(url, key);
  const kinds = Object.keys(RATES) as Kind[];
  const results = await Promise.all(
    kinds.map((kind) =>
      autocannon({
        url,
        connections: 10,
        duration: seconds,
        overallRate: RATES[kind],
        requests: asked[kind],
        timeout: 10,
      }),
    ),
  );
  return new Map(kinds.map((kind, i) => [kind, results[i] as autocannon.Result]));
}

const given = process.argv.indexOf('--store');
const folder = given > 0 ? (process.argv[given + 1] as string) : mkdtempSync(join(tmpdir(), 'demanda-server-'));
try {
  if (!existsSync(join(folder, 'demanda.sqlite'))) {
    const started = performance.now();
    await fill(folder);
    console.log(
      `${CELLS} models filled in ${((performance.now() - started) / 1000).toFixed(0)} s, ${(statSync(join(folder, 'demanda.sqlite')).size / 1e9).toFixed(2)} GB`,
    );
  }
  const workspace = await Workspace.open(folder);
  const owner = { actor: 'bench', name: 'bench', scopes: ['admin'], merchant: null, keyId: null } as const;
  const { key } = await workspace.access.makeKey(owner, { name: 'bench', scopes: ['admin'], merchant: null });
  await workspace.close();
  const { url, child } = await serve(folder);
  console.log(
    `load average before: ${loadavg()
      .map((l) => l.toFixed(1))
      .join(' ')}`,
  );
  await load(url, key, 3);
  const alone = [await train(folder)];
  const running = { on: true };
  const during: number[] = [];
  const trainings = (async () => {
    while (running.on) during.push(await train(folder));
  })();
  const results = await load(url, key, SECONDS);
  running.on = false;
  await trainings;
  alone.push(await train(folder));
  child.kill('SIGTERM');
  await once(child, 'close');
  console.log('| request | a second | answered | p50 ms | p99 ms | reach | errors |\n|---|---|---|---|---|---|---|');
  for (const [kind, result] of results) {
    const wrong = result.errors + result.timeouts + result.non2xx;
    const total = result.requests.total + result.errors;
    console.log(
      `| ${kind} | ${RATES[kind]} | ${result.requests.total} | ${result.latency.p50} | ${result.latency.p99} | ${REACH[kind] === null ? '–' : `< ${REACH[kind]}`} | ${wrong} (${((100 * wrong) / total).toFixed(2)} %) |`,
    );
  }
  // The last training of the loop ends after the load: it counts in neither.
  const loaded = during.length > 1 ? during.slice(0, -1) : during;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const list = (values: readonly number[]): string => values.map((s) => s.toFixed(2)).join(', ');
  console.log(
    `training of ${ITERATIONS} iterations, --workers 1: alone ${list(alone)} s; under load ${list(loaded)} s: ${(100 * (mean(loaded) / mean(alone) - 1)).toFixed(1)} % longer (reach < 10 %)`,
  );
  console.log(
    `load average after: ${loadavg()
      .map((l) => l.toFixed(1))
      .join(' ')}`,
  );
} finally {
  if (given < 0) rmSync(folder, { recursive: true, force: true });
}
