/** Speed of one exact fit beside statsmodels and scikit-learn, of imports of a million rows and more, and of fleets. */

import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { RandomStream } from '../src/core/math/random.ts';
import { fitGlm, type GlmProblem } from '../src/core/regression/glm.ts';
import { measured } from './measured-run.ts';
import { median } from './measures.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data');
const PYTHON = process.env.DEMANDA_PYTHON ?? 'python3';

function problem(): GlmProblem {
  const random = new RandomStream(1);
  const [rows, columns] = [730, 24];
  const design = new Float64Array(rows * columns);
  const truth = Float64Array.from({ length: columns }, (_, j) =>
    j === 0 ? 2 : j === 1 ? -1.5 : 0.1 * random.normal(),
  );
  const response = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let linear = 0;
    for (let j = 0; j < columns; j++) {
      design[i * columns + j] = j === 0 ? 1 : 0.3 * random.normal();
      linear += design[i * columns + j] * truth[j];
    }
    response[i] = random.poisson(Math.exp(linear));
  }
  // The start that the peers take: the log of the mean, no effects.
  const start = new Float64Array(columns);
  start[0] = Math.log(response.reduce((a, b) => a + b) / rows);
  return {
    rows,
    columns,
    design,
    response,
    weight: new Float64Array(rows).fill(1),
    family: 'power',
    variancePower: 1,
    inverseSize: 0,
    dispersion: 1,
    ridge: new Float64Array(columns).fill(1e-8),
    priorMean: new Float64Array(columns),
    start,
  };
}

/** Rounds of ours and the peers' in turn, so that a noisy machine is noisy for all. */
async function benchFit(): Promise<void> {
  const data = problem();
  const ours = (): number => {
    const started = performance.now();
    for (let i = 0; i < 50; i++) fitGlm(data);
    return (performance.now() - started) / 50;
  };
  for (let i = 0; i < 5; i++) ours();
  const probe = spawnSync(PYTHON, ['-c', 'import numpy, statsmodels, sklearn']);
  if (probe.status !== 0) {
    console.log(`peers not run: ${PYTHON} has no numpy, statsmodels and scikit-learn (name another by DEMANDA_PYTHON)`);
    console.log(`one exact fit, 730 x 24, one thread: ${median(Array.from({ length: 15 }, ours)).toFixed(3)} ms`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'demanda-fit-'));
  const file = join(folder, 'problem.json');
  writeFileSync(
    file,
    JSON.stringify({
      rows: data.rows,
      columns: data.columns,
      design: Array.from(data.design),
      response: Array.from(data.response),
    }),
  );
  const peer = spawn(PYTHON, [join(import.meta.dirname, 'peers/fit_speed.py'), file], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  const times: Record<'ours' | 'statsmodels' | 'sklearn', number[]> = { ours: [], statsmodels: [], sklearn: [] };
  let difference = Number.NaN;
  for (let round = 0; round < 15; round++) {
    times.ours.push(ours());
    peer.stdin.write('go\n');
    const answer = JSON.parse((await answers.next()).value as string) as {
      statsmodels: number;
      sklearn: number;
      coefficients: number[];
    };
    times.statsmodels.push(answer.statsmodels);
    times.sklearn.push(answer.sklearn);
    const fit = fitGlm(data).coefficients;
    difference = Math.max(...answer.coefficients.map((c, j) => Math.abs(c - fit[j])));
  }
  peer.stdin.end();
  rmSync(folder, { recursive: true, force: true });
  const [a, b, c] = [median(times.ours), median(times.statsmodels), median(times.sklearn)];
  console.log('| one Poisson fit, 730 x 24, one thread (median of 15 interleaved rounds) | ms | times ours |');
  console.log('|---|---|---|');
  console.log(`| demanda | ${a.toFixed(3)} | (${Math.round(1000 / a)} fits/s) |`);
  console.log(`| statsmodels GLM | ${b.toFixed(3)} | ${(b / a).toFixed(2)} (to reach 3) |`);
  console.log(
    `| scikit-learn PoissonRegressor, newton-cholesky | ${c.toFixed(3)} | ${(c / a).toFixed(2)} (to reach 1) |`,
  );
  console.log(`largest difference of a coefficient from statsmodels: ${difference.toExponential(1)}`);
}

/** A file of so many lines, written a thousand lines at a time. */
async function writeLines(
  file: string,
  header: string,
  blocks: number,
  lineOf: (block: number, line: number) => string,
): Promise<void> {
  const out = createWriteStream(file);
  out.write(`${header}\n`);
  for (let block = 0; block < blocks; block++) {
    let text = '';
    for (let line = 0; line < 1000; line++) text += `${lineOf(block, line)}\n`;
    if (!out.write(text)) await new Promise<void>((drained) => out.once('drain', () => drained()));
  }
  await new Promise<void>((closed) => out.end(() => closed()));
}

const dateOf = (day: number): string => new Date((19_000 + day) * 864e5).toISOString().slice(0, 10);

/** A thousand rows of each of so many cells: cell by cell, or day by day as tills write. */
async function importOf(cells: number, order: 'by cell' | 'by day', reach: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-import-'));
  const ws = ['--workspace', join(folder, 'ws'), '--quiet'];
  const sales = join(folder, 'sales.csv');
  const sale = (cell: number, t: number): string =>
    `${dateOf(t)},shop ${cell % 40},product ${Math.floor(cell / 40)},type ${cell % 7},${(cell * 7 + t) % 50}.5,${2 + (t % 9) / 10}`;
  const row = (block: number, line: number): string => {
    const at = block * 1000 + line;
    return order === 'by cell' ? sale(block, line) : sale(at % cells, Math.floor(at / cells));
  };
  await writeLines(sales, 'date,merchant,product,type,quantity,price', cells, row);
  const { seconds, cpuSeconds, megabytes, code } = await measured(['import', sales, ...ws]);
  console.log(
    `import of ${(cells * 1000).toLocaleString('en')} sale rows (CSV), ${order}: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of a processor, peak ${megabytes.toFixed(0)} MB${reach}, exit code ${code}`,
  );
  rmSync(folder, { recursive: true, force: true });
}

async function benchImport(): Promise<void> {
  for (const order of ['by cell', 'by day'] as const) await importOf(1000, order, ' (to reach 6 s, 300 MB)');
}

/** Whether it takes ten times as long for ten times the rows, in the same memory. */
async function benchLongImport(): Promise<void> {
  for (const cells of [1000, 3000, 10_000]) await importOf(cells, 'by cell', '');
}

async function benchPriceImport(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-import-'));
  const peaks: number[] = [];
  for (const blocks of [100, 1000, 3000]) {
    const market = join(folder, `market ${blocks}.csv`);
    await writeLines(
      market,
      'date,product,market_price',
      blocks,
      (block, t) => `${dateOf(t)},product ${block},${2 + ((block + t) % 90) / 10}`,
    );
    const read = await measured([
      'import',
      market,
      '--kind',
      'market',
      '--workspace',
      join(folder, `ws ${blocks}`),
      '--quiet',
    ]);
    peaks.push(read.megabytes);
    console.log(
      `import of ${(blocks * 1000).toLocaleString('en')} market prices (CSV): ${read.seconds.toFixed(1)} s, peak ${read.megabytes.toFixed(0)} MB, exit code ${read.code}`,
    );
  }
  const [tenth, million, three] = peaks as [number, number, number];
  // Node's heap grows to some 250 MB before it is swept in earnest: below a million rows the peak tells of that, beyond
  // it of what is kept.
  console.log(
    `peak memory of a million market prices over that of a tenth: ${(million / tenth).toFixed(2)}; of three million over one: ${(three / million).toFixed(2)}`,
  );
  rmSync(folder, { recursive: true, force: true });
}

async function benchProduceFleet(): Promise<void> {
  const source = join(DATA, 'cumcm2023c_produce/daily_sales.csv.gz');
  if (!existsSync(source)) return console.log(`produce fleet: not run, there is no ${source}`);
  const folder = mkdtempSync(join(tmpdir(), 'demanda-fleet-'));
  const lines = gunzipSync(readFileSync(source)).toString().trim().split('\n');
  const counts = new Map<string, number>();
  for (const line of lines.slice(1))
    counts.set(line.split(',')[1] as string, (counts.get(line.split(',')[1] as string) ?? 0) + 1);
  const file = join(folder, 'sales.csv');
  writeFileSync(
    file,
    [lines[0], ...lines.slice(1).filter((l) => (counts.get(l.split(',')[1] as string) as number) >= 90)].join('\n'),
  );
  const ws = ['--workspace', join(folder, 'ws'), '--quiet'];
  const map =
    'date=销售日期,product=单品编码,quantity=total_qty,price=avg_price,promo=discounted_ratio,productType=分类名称,cost=批发价格(元/千克),waste=损耗率(%)';
  const steps = [
    await measured(['import', file, '--merchant', 'shop', '--country', 'CN', '--currency', 'CNY', '--map', map, ...ws]),
    await measured(['train', '--all', ...ws]),
    await measured(['recommend', '--all', ...ws]),
  ];
  const cells = [...counts.values()].filter((n) => n >= 90).length;
  console.log(
    `produce, ${cells} cells with 90 rows or more: import ${steps[0]?.seconds.toFixed(1)} s, train (search, cross-validation, fit) ${steps[1]?.seconds.toFixed(1)} s, recommend ${steps[2]?.seconds.toFixed(1)} s; ` +
      `in all ${steps.reduce((s, x) => s + x.seconds, 0).toFixed(1)} s (to reach 60), peak ${Math.max(...steps.map((s) => s.megabytes)).toFixed(0)} MB (to reach 500), exit codes ${steps.map((s) => s.code).join(' ')}`,
  );
  rmSync(folder, { recursive: true, force: true });
}

/** Beer: all cells, and a tenth of them, for the memory. */
async function benchBeerFleet(): Promise<void> {
  const source = join(DATA, 'dominicks_beer/beer_sales.csv.gz');
  if (!existsSync(source)) return console.log(`beer fleet: not run, there is no ${source}`);
  const lines = gunzipSync(readFileSync(source)).toString().trim().split('\n').slice(1);
  const peaks: number[] = [];
  for (const share of [10, 1]) {
    const folder = mkdtempSync(join(tmpdir(), 'demanda-beer-'));
    const file = join(folder, 'sales.csv');
    const out = createWriteStream(file);
    out.write('date,merchant,product,type,quantity,price\n');
    const cells = new Set<string>();
    for (const line of lines) {
      const [store, upc, week, price, move] = line.replaceAll('"', '').split(',') as [
        string,
        string,
        string,
        string,
        string,
      ];
      if ((Number(upc) + Number(store)) % share !== 0) continue;
      cells.add(`${store}|${upc}`);
      // Dominick's week 1 began on 1989-09-14.
      out.write(
        `${new Date(Date.UTC(1989, 8, 14) + (Number(week) - 1) * 7 * 864e5).toISOString().slice(0, 10)},${store},${upc},beer,${move},${price}\n`,
      );
    }
    await new Promise<void>((closed) => out.end(() => closed()));
    const ws = ['--workspace', join(folder, 'ws'), '--quiet'];
    const imported = await measured([
      'import',
      file,
      '--country',
      'US',
      '--currency',
      'USD',
      '--unit',
      'package',
      ...ws,
    ]);
    const trained = await measured(['train', '--all', ...ws]);
    peaks.push(trained.megabytes);
    console.log(
      `beer, ${cells.size} cells: import ${imported.seconds.toFixed(1)} s, peak ${imported.megabytes.toFixed(0)} MB; train ${trained.seconds.toFixed(1)} s, ${(cells.size / trained.seconds).toFixed(0)} cells/s, peak ${trained.megabytes.toFixed(0)} MB, exit code ${trained.code}`,
    );
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`peak memory of all cells over that of a tenth: ${(peaks[1] / peaks[0]).toFixed(2)} (to reach 1.2)`);
}

const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  fit: benchFit,
  import: benchImport,
  long: benchLongImport,
  prices: benchPriceImport,
  produce: benchProduceFleet,
  beer: benchBeerFleet,
};
for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts)) await parts[name]?.();
