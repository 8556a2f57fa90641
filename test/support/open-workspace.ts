/**
 * Makes a workspace, with all that one writes, out of a sales file, and prints the rights of everything that is there
 * then: JSON pairs of name and mode.
 */

import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { Workspace } from '../../src/workspace.ts';

const [, , folder, sales] = process.argv as [string, string, string, string];
const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
await workspace.importFiles([sales]);
const bad = join(folder, 'bad.csv');
writeFileSync(bad, 'fecha,comerciante,producto,kg,precio\n2026-01-01,A,B,1,2\n2026-01-02,A,B,x,2\n');
await workspace.importFiles([bad], { skipBad: true });
const { importId } = await workspace.uploads.receive('sales.csv', Readable.from(['a,b\n1,2\n']), null, 1_000_000);
await workspace.uploads.keep(importId, null);
await workspace.backtest({
  predictionsFile: join(folder, 'predictions.csv'),
  workers: 1,
  origins: 1,
  horizonDays: 7,
  minRows: 60,
});
await workspace.backup(join(folder, 'backup'));
const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name !== relative(folder, bad),
);
process.stdout.write(
  JSON.stringify(found.map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)])),
);
await workspace.close();
