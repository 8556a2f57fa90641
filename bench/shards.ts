/**
 * What shards cost: a simulated dataset trained as one and as four shards, each a process of its own, one after another.
 * `npm run bench:shards [-- --cells 2000 --shards 4]`
 */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { demoMarket } from '../src/core/market/simulate-market.ts';
import { RandomStream } from '../src/core/math/random.ts';

const { values } = parseArgs({
  options: { cells: { type: 'string', default: '2000' }, shards: { type: 'string', default: '4' } },
});
const [cells, shards] = [Number(values.cells), Number(values.shards)];
const DAYS = 150;
/** Cells of a merchant. */
const PRODUCTS = 50;

/** The demo's cells over and over, each with other quantities. */
function writeSales(folder: string): void {
  const market = demoMarket(3).map(({ series }) => series);
  for (let merchant = 0; merchant * PRODUCTS < cells; merchant++) {
    const columns = { date: [] as Date[], product: [] as string[], kg: [] as number[], price: [] as number[] };
    for (let product = 0; product < PRODUCTS && merchant * PRODUCTS + product < cells; product++) {
      const { days, quantity, price } = market[(merchant + product) % market.length] as (typeof market)[number];
      const random = new RandomStream(1, merchant, product);
      for (let i = days.length - DAYS; i < days.length; i++) {
        columns.date.push(new Date((days[i] as number) * 86_400_000));
        columns.product.push(`P${product}`);
        columns.kg.push(Math.round((quantity[i] as number) * (0.7 + 0.6 * random.uniform()) * 10) / 10);
        columns.price.push(price[i] as number);
      }
    }
    const columnData = Object.entries(columns).map(([name, data]) => ({ name, data }));
    const place = join(folder, `merchant=M${merchant}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, '0.parquet'), Buffer.from(parquetWriteBuffer({ columnData })));
  }
}

/** Seconds of computing (with the processes that it starts) and of a clock, and MB at most, of a command. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
  readonly megabytes: number;
}

/** Of a second, what /proc counts in. */
const TICKS = 100;

function usageOf(pid: number): { readonly cpu: number; readonly megabytes: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').map(Number) ?? [];
    const ticks = fields.slice(11, 15).reduce((sum, part) => sum + part, 0);
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    return { cpu: ticks / TICKS, megabytes: peak / 1_024 };
  } catch {
    return null;
  }
}

async function run(...args: string[]): Promise<Cost> {
  const started = performance.now();
  const program = join(import.meta.dirname, '../bin/demanda.js');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let usage = { cpu: 0, megabytes: 0 };
  const watch = setInterval(() => {
    const now = usageOf(child.pid as number);
    // One that has ended and is not waited for yet tells its seconds still, and no memory.
    if (now) usage = { cpu: now.cpu, megabytes: Math.max(usage.megabytes, now.megabytes) };
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`demanda ${args.join(' ')} ended with ${code}`);
  return { ...usage, wall: (performance.now() - started) / 1_000 };
}

const folder = mkdtempSync(join(tmpdir(), 'demanda-shards-'));
try {
  const [sales, knowledge] = [join(folder, 'sales'), join(folder, 'knowledge')];
  writeSales(sales);
  console.log(
    `${cells} cells of ${DAYS} days, ${PRODUCTS} a merchant\n\n| step | CPU s | s | peak MB |\n|---|---|---|---|`,
  );
  const tell = (step: string, { cpu, wall, megabytes }: Cost): void =>
    console.log(`| ${step} | ${cpu.toFixed(1)} | ${wall.toFixed(1)} | ${megabytes.toFixed(0)} |`);
  tell('prepare', await run('prepare', '--input', sales, '--output', knowledge));
  const train = (count: number, index: number): Promise<Cost> => {
    const given = ['--input', sales, '--knowledge', knowledge, '--output', join(folder, `of-${count}`)];
    return run('train', ...given, '--shard', `${index}/${count}`);
  };
  tell('train, one shard', await train(1, 0));
  const costs: Cost[] = [];
  for (let index = 0; index < shards; index++) costs.push(await train(shards, index));
  const sum = (of: (cost: Cost) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
  const largest = Math.max(...costs.map(({ megabytes }) => megabytes));
  tell(`train, ${shards} shards one after another`, {
    cpu: sum(({ cpu }) => cpu),
    wall: sum(({ wall }) => wall),
    megabytes: largest,
  });
  tell(`collect, ${shards} shards`, await run('collect', join(folder, `of-${shards}`)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
