/**
 * Time of gradient-boosted trees beside LightGBM's on one thread, with the loss that each leaves on other rows: 200,000
 * rows of 40 features, 300 trees of 31 leaves; then the prediction of 10,000 rows.
 *
 * DEMANDA_PYTHON=… node bench/boosting-speed.ts [ROWS [TREES]]  (a Python with numpy and lightgbm)
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitTrees, type TreeRows, type TreeSettings } from '../src/core/boosting/fit-trees.ts';
import { meanLoss } from '../src/core/boosting/losses.ts';
import { predictTrees } from '../src/core/boosting/tree-ensemble.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { cpuSeconds, median } from './measures.ts';
import { startPeer } from './python-peer.ts';

const COLUMNS = 40;
const TEST_ROWS = 10_000;
/** Predictions take so little that their median is taken. */
const PREDICTIONS = 15;

/** Counts that depend on a third of the columns: continuous ones, whole numbers, and some with missing values. */
function simulated(rows: number, stream: number): TreeRows {
  const random = new RandomStream(1, stream);
  const features = new Float64Array(rows * COLUMNS);
  const score = new Float64Array(rows);
  for (let j = 0; j < COLUMNS; j++)
    for (let i = 0; i < rows; i++) {
      const value = j % 4 === 3 ? random.integer(12) : random.normal();
      const missing = j % 5 === 4 && random.uniform() < 0.2;
      features[j * rows + i] = missing ? Number.NaN : value;
      if (j % 3 === 0) score[i] = score[i] + 0.15 * Math.sin(2 * value) - (j === 0 ? 0.5 * value : 0);
    }
  const offset = Float64Array.from({ length: rows }, () => 0.5 * random.normal());
  return {
    features,
    offset,
    response: score.map((s, i) => random.poisson(Math.exp(s + offset[i]))),
    weight: new Float64Array(rows).fill(1),
  };
}

function settingsOf(trees: number, share: number): TreeSettings {
  return {
    loss: { kind: 'poisson' },
    trees,
    learningRate: 0.05,
    leaves: 31,
    leastRows: 100,
    leastHessian: 1e-3,
    ridge: 0,
    columnShare: share,
    rowShare: share,
    bins: 127,
    monotone: Array.from({ length: COLUMNS }, (_, j) => (j === 0 ? -1 : 0)),
    seed: 1,
  };
}

interface PeerTimes {
  readonly version: string;
  readonly fit: number;
  readonly predict: number;
  readonly loss: number;
}

const rows = Number(process.argv[2] ?? 200_000);
const trees = Number(process.argv[3] ?? 300);
const [training, test] = [simulated(rows, 1), simulated(TEST_ROWS, 2)];
const folder = mkdtempSync(join(tmpdir(), 'demanda-boosting-'));
try {
  const files = (name: string, { features, response, offset }: TreeRows): string =>
    [features, response, offset]
      .map((values, k) => {
        const file = join(folder, `${name}${k}`);
        writeFileSync(file, values);
        return file;
      })
      .join(',');
  const problem = { columns: COLUMNS, training: files('training', training), test: files('test', test) };
  const peer = await startPeer('boosting_speed.py', problem);
  console.log(`${rows} rows × ${COLUMNS} features, ${trees} trees of 31 leaves; one thread`);
  console.log('| shares | learner | training, CPU s | 10,000 predictions, ms | loss of other rows |');
  console.log('|---|---|---|---|---|');
  for (const share of [1, 0.7]) {
    const settings = settingsOf(trees, share);
    const before = cpuSeconds();
    const ensemble = fitTrees(training, settings);
    const seconds = cpuSeconds() - before;
    const times: number[] = [];
    let score = new Float64Array(0);
    for (let k = 0; k < PREDICTIONS; k++) {
      const started = performance.now();
      score = predictTrees(ensemble, test.features);
      times.push(performance.now() - started);
    }
    const loss = meanLoss(
      settings.loss,
      test.response,
      test.weight,
      score.map((s, i) => s + test.offset[i]),
    );
    const bytes = JSON.stringify(ensemble).length;
    console.log(`| ${share} | demanda | ${seconds.toFixed(1)} | ${median(times).toFixed(1)} | ${loss.toFixed(5)} |`);
    if (peer) {
      const found = await peer.ask<PeerTimes>({ ...settings, base: ensemble.base });
      console.log(
        `| ${share} | LightGBM ${found.version} | ${found.fit.toFixed(1)} | ${found.predict.toFixed(1)} | ${found.loss.toFixed(5)} |`,
      );
    }
    console.log(`  (as text: ${Math.round(bytes / 1024)} KiB)`);
  }
  peer?.close();
} finally {
  rmSync(folder, { recursive: true });
}
