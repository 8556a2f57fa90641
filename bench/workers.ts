/**
 * What the queue costs: the same cells trained in PostgreSQL by threads of one process, and by 1, 2, 4 and 8 workers;
 * seconds of processors of all processes that train, from when they are ready, and of the server.
 *
 * `node bench/workers.ts [cells] [workers…]`
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Workspace } from '../src/workspace.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { postmasterOf, serverSeconds } from './server-seconds.ts';

const THREADS = 2;
const WEEKS = 104;
const ACTOR = { kind: 'library', id: 'bench', name: 'bench' } as const;

type Kind = 'threads' | 'worker';
interface Spent {
  readonly kind: Kind;
  readonly workers: number;
  /** Of processors, of what trains. */
  readonly seconds: number;
  readonly startSeconds: number;
  readonly serverSeconds: number;
  readonly wallSeconds: number;
}

const [, , first, ...rest] = process.argv as string[];
if (first === '--child') await child(rest[0] as Kind, Number(rest[1]));
else await bench(Number(first ?? 2_000), rest.length > 0 ? rest.map(Number) : [1, 2, 4, 8]);

/** Trains what there is, and prints what it spent before and since it was ready, in seconds. */
async function child(kind: Kind, threads: number): Promise<void> {
  const workspace = await Workspace.open(process.env.DEMANDA_DATABASE_URL as string, { lang: 'en', actor: ACTOR });
  const started = process.cpuUsage();
  if (kind === 'worker') await workspace.work({ threads, once: true });
  else {
    await workspace.train({ workers: threads });
    await workspace.recommend({ keep: true });
  }
  const { user, system } = process.cpuUsage(started);
  await workspace.close();
  process.stdout.write(`${JSON.stringify([(started.user + started.system) / 1e6, (user + system) / 1e6])}\n`);
}

/** Weekly sales of cells whose prices move. */
function writeCells(file: string, cells: number): void {
  const lines = ['date,merchant,product,product_type,quantity,price'];
  for (let cell = 0; cell < cells; cell++)
    for (let week = 0; week < WEEKS; week++) {
      const price = 4 + (cell % 9) * 0.1 + ((week * (cell + 3)) % 7) * 0.2;
      const quantity = Math.round((2_000 / price ** 1.5) * (1 + ((week + cell) % 13) / 50));
      const date = new Date(Date.UTC(2023, 0, 2 + 7 * week)).toISOString().slice(0, 10);
      lines.push(`${date},shop ${cell % 40},product ${cell},type ${cell % 7},${quantity},${price.toFixed(2)}`);
    }
  writeFileSync(file, lines.join('\n'));
}

async function bench(cells: number, workerCounts: readonly number[]): Promise<void> {
  const server = await startPostgres();
  if (typeof server === 'string') throw new Error(server);
  const folder = mkdtempSync(join(tmpdir(), 'demanda-bench-'));
  const file = join(folder, 'sales.csv');
  writeCells(file, cells);
  const empty = await server.database();
  const workspace = await Workspace.open(empty, { lang: 'en', actor: ACTOR, folder });
  await workspace.importFiles([file]);
  await workspace.close();
  try {
    const base = await spent('threads', 1, await copyOf(empty));
    print(base, base, cells);
    for (const workers of workerCounts) print(await spent('worker', workers, await copyOf(empty)), base, cells);
  } finally {
    await server.remove();
    rmSync(folder, { recursive: true });
  }
}

/** Address of a copy of a database that nobody has open. */
async function copyOf(address: string): Promise<string> {
  const url = new URL(address);
  const name = url.pathname.slice(1);
  const copy = `${name}_${process.hrtime.bigint()}`;
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`CREATE DATABASE ${copy} TEMPLATE ${name}`);
  await client.end();
  url.pathname = `/${copy}`;
  return url.href;
}

async function spent(kind: Kind, workers: number, address: string): Promise<Spent> {
  if (kind === 'worker') {
    const workspace = await Workspace.open(address, { lang: 'en', actor: ACTOR });
    const caller = { actor: ACTOR, name: 'bench', scopes: [], merchant: null, keyId: null } as const;
    await workspace.trainings.start(caller, { options: {} }, 'en');
    await workspace.close();
  }
  const postmaster = await postmasterOf(address);
  const before = serverSeconds(postmaster);
  const at = performance.now();
  const threads = Math.max(1, Math.round(THREADS / workers));
  const each = await Promise.all(Array.from({ length: workers }, () => childSeconds(kind, threads, address)));
  return {
    kind,
    workers,
    seconds: each.reduce((sum, [, working]) => sum + working, 0),
    startSeconds: each.reduce((sum, [starting]) => sum + starting, 0),
    serverSeconds: serverSeconds(postmaster) - before,
    wallSeconds: (performance.now() - at) / 1_000,
  };
}

function childSeconds(kind: Kind, threads: number, address: string): Promise<readonly [number, number]> {
  const made = spawn(process.execPath, [import.meta.filename, '--child', kind, String(threads)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DEMANDA_DATABASE_URL: address },
  });
  let out = '';
  made.stdout.on('data', (data: Buffer) => (out += data.toString()));
  return new Promise((resolve, reject) => {
    made.on('exit', (code) =>
      code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`${kind} ended with ${code}`)),
    );
  });
}

function print(of: Spent, base: Spent, cells: number): void {
  const total = (each: Spent): number => each.seconds + each.serverSeconds;
  const figure = (value: number): string => value.toFixed(1);
  process.stdout.write(
    `${of.kind === 'threads' ? `${THREADS} threads of one process` : `${of.workers} workers`}: ${cells} cells, ` +
      `${figure(of.seconds)} s of processors, server ${figure(of.serverSeconds)} s, together ` +
      `${(100 * (total(of) / total(base) - 1)).toFixed(1)} % more; start of processes ${figure(of.startSeconds)} s, ` +
      `wall ${figure(of.wallSeconds)} s\n`,
  );
}
