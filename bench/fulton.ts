/**
 * The Fulton fish market by the product's diagnostics: least squares and two stages with stormy weather as instrument.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DemandDiagnostics } from '../src/core/demand/diagnostics.ts';
import { Workspace } from '../src/workspace.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data/fulton_fish/fultonfish.csv');

export async function benchFulton(): Promise<void> {
  if (!existsSync(DATA)) {
    console.log(`fulton: not run, there is no ${DATA}`);
    return;
  }
  const lines = readFileSync(DATA, 'utf8')
    .trim()
    .split('\n')
    .map((l) => l.replaceAll('"', '').split(','));
  const head = lines[0] as string[];
  const at = (name: string): number => head.indexOf(name);
  const rows = lines.slice(1).map((l) => {
    const date = l[at('date')] as string;
    return [
      `19${date.slice(0, 2)}-${date.slice(2, 4)}-${date.slice(4, 6)}`,
      l[at('quan')],
      Math.exp(Number(l[at('lprice')])),
      l[at('stormy')],
    ].join(',');
  });
  const folder = mkdtempSync(join(tmpdir(), 'demanda-fulton-'));
  try {
    const file = join(folder, 'fish.csv');
    writeFileSync(file, `date,quantity,price,stormy\n${rows.join('\n')}\n`);
    const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
    await workspace.importFiles([file], {
      merchant: 'Fulton',
      product: 'Whiting',
      productType: 'Fish',
      unit: 'lb',
      covariates: ['stormy'],
    });
    await workspace.train();
    const { show } = await workspace.show('Fulton', 'Whiting', { instrument: 'stormy' });
    await workspace.close();
    const d = show.diagnostics as DemandDiagnostics;
    const line = (name: string, found: DemandDiagnostics['leastSquares']['none'], known: string): void => {
      if (!found.ok) console.log(`| ${name} | ${found.code} | ${known} |`);
      else
        console.log(
          `| ${name} | ${found.value.elasticity.toFixed(3)} (${found.value.standardError.toFixed(3)}) | ${known} |`,
        );
    };
    console.log('| | demanda | published, recomputed |');
    console.log('|---|---|---|');
    line('least squares', d.leastSquares.none, '−0.541 (0.179)');
    if (d.twoStage) {
      line('two stages, stormy', d.twoStage.none, '−1.082 (0.466)');
      line('two stages, stormy, weekdays', d.twoStage.weekday, '−1.119 (0.429)');
      if (d.twoStage.none.ok) console.log(`| first-stage F | ${d.twoStage.none.value.firstStageF.toFixed(1)} | 20.7 |`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await benchFulton();
