/**
 * The API over 100,000 models under 200 requests a second while a training runs: latencies by kind of request, errors,
 * and what the training loses. `--postgres` keeps the models in a PostgreSQL of the bench's own; `--no-training`
 * leaves the trainings out, `--store FOLDER` keeps the filled store of a folder, `--long` asks for 5 minutes, `--half`
 * asks 100 times a second: a machine that 200 are too many for tells nothing of latencies by them. `--in-turn` asks one
 * request after the other alone (`--in-turn list,history` of these kinds): what each takes of processors, which other
 * work on the machine touches least.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { RandomStream } from '../src/core/math/random.ts';
import { Workspace } from '../src/workspace.ts';
import { cellName, fillStore, PRODUCT_TYPES } from './full-store.ts';
import { keptPostgres } from './kept-postgres.ts';
import { median } from './measures.ts';
import { type Answers, type Asked, inTurn, openLoad, quantile } from './open-load.ts';
import { postmasterOf, serverSeconds } from './server-seconds.ts';

const LONG = process.argv.includes('--long');
const TRAINING = !process.argv.includes('--no-training');
const UNDER_LOAD = !process.argv.includes('--in-turn');
/** Kinds that are asked in turn, named behind `--in-turn`; all without it. */
const KINDS = /^[a-z,]+$/.exec(process.argv[process.argv.indexOf('--in-turn') + 1] ?? '')?.[0].split(',');
const SECONDS = LONG ? 300 : 20;
const CELLS = 100_000;
/** Cells that pages, prices and histories are asked of. */
const FULL_CELLS = 500;
type Kind = 'list' | 'history' | 'recommend' | 'page';
/** Requests a second, by kind; 200 in all. */
const FULL_RATES: Readonly<Record<Kind, number>> = { list: 140, history: 40, recommend: 15, page: 5 };
const RATES = process.argv.includes('--half') ? { list: 70, history: 20, recommend: 7.5, page: 2.5 } : FULL_RATES;
const REACH: Readonly<Record<Kind, number | null>> = { list: 300, history: 200, recommend: 500, page: null };
/** Requests of each kind whose processors are measured. */
const IN_TURN = 200;
const ITERATIONS = 300_000;
const WARMING_SECONDS = 3;
const WARMING_REQUESTS = 50;
/** Trainings alone before the load, and as many after it. */
const ALONE = 3;
const CLI = join(import.meta.dirname, '../bin/demanda.js');

const placeOption = (place: string): string[] => [place.includes('://') ? '--database' : '--workspace', place];

async function serve(folder: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [CLI, 'serve', ...placeOption(folder), '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream }))
    return { url: (JSON.parse(line) as { url: string }).url, child };
  throw new Error('the server ended before it listened');
}

/** Seconds that one cell's training takes, alone or under load. */
async function train(folder: string): Promise<number> {
  const { merchant, product } = cellName(1);
  const options = [
    '--iterations',
    String(ITERATIONS),
    '--search-every',
    '0',
    '--pooling',
    'none',
    '--workers',
    '1',
    '--fresh',
    '--json',
  ];
  const child = spawn(
    process.execPath,
    [CLI, 'train', ...placeOption(folder), '--merchant', merchant, '--product', product, ...options],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  child.stdout.on('data', (data: Buffer) => (out += data));
  await once(child, 'close');
  return (JSON.parse(out) as { runs: { seconds: number }[] }).runs[0]?.seconds as number;
}

/** What is asked for, kind by kind: different pages, sorts, searches and cells, so that no answer is the one before. */
async function requests(url: string, headers: Readonly<Record<string, string>>): Promise<Record<Kind, Asked[]>> {
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
      `api/overview?merchant=${encodeURIComponent(cellName(i * 1_000).merchant)}`,
      `api/overview?productType=${encodeURIComponent(PRODUCT_TYPES[i % 4] as string)}&sort=wape`,
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
  const get = (path: string): Asked => ({ method: 'GET', path: `/${path}` });
  const cells = Array.from({ length: FULL_CELLS }, (_, i) => cellName(i));
  return {
    list: shuffled(list).map(get),
    history: shuffled(cells.map((_, i) => `api/histories/run-${i}`)).map(get),
    recommend: shuffled(cells).map((cell) => ({
      method: 'POST',
      path: '/api/recommendations/refresh',
      body: JSON.stringify({ cells: [cell] }),
    })),
    page: shuffled(cells).map(({ merchant, product }) =>
      get(`api/models/${encodeURIComponent(merchant)}/${encodeURIComponent(product)}`),
    ),
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

/** Processor time that a process has used, all its threads. Linux; NaN elsewhere. */
function cpuSeconds(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const stat = readFileSync(file, 'latin1');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number) as [number, number];
  // Ticks of a hundredth of a second.
  return (user + system) / 100;
}

async function load(url: string, key: string, seconds: number): Promise<Map<Kind, Answers>> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const asked = await requests(url, headers);
  const kinds = Object.keys(RATES) as Kind[];
  const answers = await Promise.all(
    kinds.map((kind, i) => openLoad(url, headers, asked[kind], { perSecond: RATES[kind], seconds, seed: i + 1 })),
  );
  return new Map(kinds.map((kind, i) => [kind, answers[i] as Answers]));
}

/** Milliseconds of processors a request of each kind takes, of the server and of PostgreSQL. */
async function processors(
  url: string,
  key: string,
  { pid, postmaster }: { readonly pid: number; readonly postmaster: number | null },
): Promise<string[]> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const asked = await requests(url, headers);
  const lines: string[] = [];
  for (const kind of Object.keys(RATES) as Kind[]) {
    if (!UNDER_LOAD && KINDS?.includes(kind) === false) continue;
    const now = (): readonly [number, number] => [cpuSeconds(pid), postmaster === null ? 0 : serverSeconds(postmaster)];
    await inTurn(url, headers, asked[kind], WARMING_REQUESTS);
    const before = now();
    const latencies = await inTurn(url, headers, asked[kind], IN_TURN);
    const after = now();
    const [server, database] = before.map((seconds, i) => ((after[i] as number) - seconds) / IN_TURN) as [
      number,
      number,
    ];
    const ms = (seconds: number): string => (1_000 * seconds).toFixed(2);
    lines.push(`| ${kind} | ${ms(server)} | ${ms(database)} | ${quantile(latencies, 0.5).toFixed(1)} |`);
  }
  return lines;
}

const given = process.argv.indexOf('--store');
const folder = given > 0 ? (process.argv[given + 1] as string) : mkdtempSync(join(tmpdir(), 'demanda-server-'));
const fill = async (place: string): Promise<void> => {
  const started = performance.now();
  await fillStore(place, { cells: CELLS, fullCells: FULL_CELLS });
  console.log(`${CELLS} models filled in ${((performance.now() - started) / 1000).toFixed(0)} s`);
};
const database = process.argv.includes('--postgres') ? await keptPostgres(given > 0 ? folder : null, fill) : null;
const place = database?.address ?? folder;
/** Asks for a time beside trainings, and prints the latencies and what the trainings lost. */
async function underLoad({
  url,
  key,
  pid,
  postmaster,
}: {
  readonly url: string;
  readonly key: string;
  readonly pid: number;
  readonly postmaster: number | null;
}): Promise<void> {
  const alone: number[] = [];
  const trainAlone = async (): Promise<void> => {
    for (let i = 0; TRAINING && i < ALONE; i++) alone.push(await train(place));
  };
  await trainAlone();
  const running = { on: true };
  const during: number[] = [];
  const trainings = (async () => {
    while (TRAINING && running.on) during.push(await train(place));
  })();
  const cpuBefore = cpuSeconds(pid);
  const databaseBefore = postmaster === null ? 0 : serverSeconds(postmaster);
  const own = process.cpuUsage();
  const started = performance.now();
  const results = await load(url, key, SECONDS);
  const lasted = (performance.now() - started) / 1_000;
  const cores = (cpuSeconds(pid) - cpuBefore) / lasted;
  const databaseCores = postmaster === null ? null : (serverSeconds(postmaster) - databaseBefore) / lasted;
  const { user, system } = process.cpuUsage(own);
  running.on = false;
  await trainings;
  await trainAlone();
  console.log(
    '| request | a second | answered | p50 ms | p99 ms | worst ms | reach | errors |\n|---|---|---|---|---|---|---|---|',
  );
  for (const [kind, { latencies, errors }] of results) {
    const [p50, p99, worst] = [0.5, 0.99, 1].map((share) => quantile(latencies, share).toFixed(0)) as [
      string,
      string,
      string,
    ];
    const wrong = `${errors} (${((100 * errors) / (latencies.length + errors)).toFixed(2)} %)`;
    console.log(
      `| ${kind} | ${RATES[kind]} | ${latencies.length} | ${p50} | ${p99} | ${worst} | ${REACH[kind] === null ? '–' : `< ${REACH[kind]}`} | ${wrong} |`,
    );
  }
  const late = [...results.values()].flatMap(({ lateness }) => lateness).sort((a, b) => a - b);
  console.log(
    `of these times the load generator's own lateness: p50 ${quantile(late, 0.5).toFixed(1)}, p99 ${quantile(late, 0.99).toFixed(1)} ms`,
  );
  console.log(
    `the server used ${cores.toFixed(2)} cores of ${availableParallelism()}, ${databaseCores === null ? '' : `PostgreSQL ${databaseCores.toFixed(2)}, `}the load generator ${((user + system) / 1e6 / lasted).toFixed(2)}`,
  );
  // The last training of the loop ends after the load: it counts in neither.
  const loaded = during.length > 1 ? during.slice(0, -1) : during;
  const spread = (values: readonly number[]): string =>
    `median ${median(values).toFixed(2)} s of ${values.length} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
  if (TRAINING)
    console.log(
      `training of ${ITERATIONS} iterations, --workers 1: alone ${spread(alone)}; under load ${spread(loaded)}: ${(100 * (median(loaded) / median(alone) - 1)).toFixed(1)} % longer (reach < 10 %)`,
    );
}

try {
  if (!database && !existsSync(join(folder, 'demanda.sqlite'))) {
    await fill(folder);
    console.log(`${(statSync(join(folder, 'demanda.sqlite')).size / 1e9).toFixed(2)} GB`);
  }
  const workspace = await Workspace.open(place);
  const owner = {
    actor: { kind: 'library', id: 'bench', name: 'bench' },
    name: 'bench',
    scopes: ['admin'],
    merchant: null,
    keyId: null,
  } as const;
  // A kept store has the keys of earlier times.
  const name = `bench ${new Date().toISOString()}`;
  const { key } = await workspace.access.makeKey(owner, { name, scopes: ['admin'], merchant: null });
  await workspace.close();
  const { url, child } = await serve(place);
  console.log(
    `load average before: ${loadavg()
      .map((l) => l.toFixed(1))
      .join(' ')}`,
  );
  const postmaster = database && (await postmasterOf(place));
  if (UNDER_LOAD) {
    await load(url, key, WARMING_SECONDS);
    await underLoad({ url, key, pid: child.pid as number, postmaster });
  }
  const costs = await processors(url, key, { pid: child.pid as number, postmaster });
  child.kill('SIGTERM');
  await once(child, 'close');
  console.log(
    `| ${IN_TURN} requests in turn | processors of the server, ms each | of PostgreSQL | p50 ms |\n|---|---|---|---|\n${costs.join('\n')}`,
  );
  console.log(
    `load average after: ${loadavg()
      .map((l) => l.toFixed(1))
      .join(' ')}`,
  );
} finally {
  if (database) await database.server.remove();
  if (given < 0) rmSync(folder, { recursive: true, force: true });
}
