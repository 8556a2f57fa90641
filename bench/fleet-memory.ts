/**
 * Peak memory of import, train, recommend and forecast of fleets of small cells (simulated, weekly, 60 rows): it must
 * not grow with the number of cells. `node bench/fleet-memory.ts [long] [cells …]`; `long` is 100,000 and 1,000,000.
 */

import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '../src/core/math/random.ts';
import { measured } from './measured-run.ts';

const ROWS = 60;
const PRODUCTS_OF_A_SHOP = 1_000;
const FIRST_DAY = Date.UTC(2024, 0, 1);

const given = process.argv.slice(2);
const sizes = given.includes('long') ? [100_000, 1_000_000] : given.length > 0 ? given.map(Number) : [1_000, 10_000];

/** Weekly sales at prices that move, by a demand of the cell's own. */
async function writeSales(file: string, cells: number): Promise<void> {
  const out = createWriteStream(file);
  out.write('date,merchant,product,type,quantity,price,cost\n');
  for (let c = 0; c < cells; c++) {
    const random = new RandomStream(1, c);
    const [base, level, elasticity] = [
      2 + 3 * random.uniform(),
      2 + 2 * random.uniform(),
      -1.5 - 1.5 * random.uniform(),
    ];
    let lines = '';
    for (let week = 0; week < ROWS; week++) {
      const price = Number((base * Math.exp(0.08 * random.normal())).toFixed(2));
      const quantity = random.poisson(Math.exp(level + elasticity * Math.log(price / base)));
      const date = new Date(FIRST_DAY + week * 7 * 864e5).toISOString().slice(0, 10);
      const [shop, product] = [Math.floor(c / PRODUCTS_OF_A_SHOP), c % PRODUCTS_OF_A_SHOP];
      lines += `${date},shop ${shop},product ${product},type ${product % 5},${quantity},${price},${(base / 2).toFixed(2)}\n`;
    }
    if (!out.write(lines)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

const STEPS = [
  ['train', '--all', '--workers', String(Math.min(2, availableParallelism()))],
  ['recommend', '--all', '--json'],
  ['forecast', '--all', '--json'],
] as const;

console.log('| cells | step | seconds | CPU s | CPU ms a cell | peak MB | exit code |');
console.log('|---|---|---|---|---|---|---|');
const peaks = new Map<string, number[]>();
for (const cells of sizes) {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-fleet-memory-'));
  const file = join(folder, 'sales.csv');
  await writeSales(file, cells);
  const ws = ['--workspace', join(folder, 'ws'), '--quiet'];
  for (const step of [['import', file, '--unit', 'piece', '--country', 'ES'], ...STEPS]) {
    const { seconds, cpuSeconds, megabytes, code } = await measured([...step, ...ws]);
    const [name] = step as [string];
    peaks.set(name, [...(peaks.get(name) ?? []), megabytes]);
    const perCell = (1_000 * cpuSeconds) / cells;
    console.log(
      `| ${cells} | ${name} | ${seconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${perCell.toFixed(1)} | ${megabytes.toFixed(0)} | ${code} |`,
    );
  }
  console.log(`store: ${(statSync(join(folder, 'ws', 'demanda.sqlite')).size / cells / 1_000).toFixed(1)} kB a cell`);
  rmSync(folder, { recursive: true, force: true });
}
for (const [name, [first, ...more]] of peaks)
  console.log(
    `${name}: peak over that of ${sizes[0]} cells ${more.map((mb) => (mb / (first as number)).toFixed(2)).join(', ')} (to reach 1.2)`,
  );
