/** A fleet trained by iterations through the command line: cells/s, both cores busy, memory flat. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measured } from './measured-run.ts';
import { benchCell } from './speed-cells.ts';

const DAYS = 400;

/** @param short fewer cells and iterations, for a look */
export async function benchFleet(short: boolean): Promise<void> {
  const iterations = short ? 50 : 20_000;
  const workers = Math.min(2, availableParallelism());
  console.log(
    `| cells x ${iterations} iterations, ${workers} threads, ${DAYS} days each | train, s | cells/s | cells per CPU s | cores used | cores used or waited for | peak MB | exit code |`,
  );
  console.log('|---|---|---|---|---|---|---|---|');
  const peaks: number[] = [];
  for (const cells of short ? [2, 6] : [10, 100]) {
    const folder = mkdtempSync(join(tmpdir(), 'demanda-fleet-'));
    const file = join(folder, 'sales.csv');
    writeFileSync(file, salesOf(cells));
    const ws = ['--workspace', join(folder, 'ws'), '--quiet'];
    const imported = await measured(['import', file, ...ws]);
    if (imported.code !== 0) throw new Error(`import ended with ${imported.code}`);
    const trained = await measured([
      'train',
      '--all',
      '--iterations',
      String(iterations),
      '--workers',
      String(workers),
      ...ws,
    ]);
    peaks.push(trained.megabytes);
    const { seconds, cpuSeconds, waitedSeconds, megabytes, code } = trained;
    console.log(
      `| ${cells} | ${seconds.toFixed(1)} | ${(cells / seconds).toFixed(2)} | ${(cells / cpuSeconds).toFixed(2)} | ${(cpuSeconds / seconds).toFixed(2)} | ${((cpuSeconds + waitedSeconds) / seconds).toFixed(2)} | ${megabytes.toFixed(0)} | ${code} |`,
    );
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(
    `peak memory of all cells over that of the first row: ${(peaks[1] / peaks[0]).toFixed(2)} (to reach 1.2)`,
  );
}

function salesOf(cells: number): string {
  const lines = ['date,merchant,product,type,quantity,price,cost'];
  for (let c = 0; c < cells; c++) {
    const { days, quantity, price, cost, merchant, product, productType } = benchCell(c, DAYS);
    days.forEach((day, i) => {
      lines.push(
        `${new Date(day * 864e5).toISOString().slice(0, 10)},${merchant},${product},${productType},${quantity[i]},${price[i]},${cost[i]}`,
      );
    });
  }
  return lines.join('\n');
}
