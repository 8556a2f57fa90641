import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitTrees, type TreeRows, type TreeSettings } from '../../../src/core/boosting/fit-trees.ts';
import { meanLoss, type TreeLoss } from '../../../src/core/boosting/losses.ts';
import { predictTrees, type TreeEnsemble } from '../../../src/core/boosting/tree-ensemble.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { PLAIN, rowsOf } from './rows.ts';

const { NaN: MISSING } = Number;
const POISSON: TreeLoss = { kind: 'poisson' };

/** Values of leaves are kept to seven digits. */
const near = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 5));

/** Three columns, the first with missing values, and counts that fall with the second. */
function simulated(rows: number, seed: number): TreeRows {
  const random = new RandomStream(seed);
  const [a, b, c, y, weight, offset]: number[][] = [[], [], [], [], [], []];
  for (let i = 0; i < rows; i++) {
    a.push(random.uniform() < 0.2 ? MISSING : random.normal());
    b.push(random.normal());
    c.push(random.integer(7));
    weight.push(0.5 + random.uniform());
    offset.push(0.5 * random.normal());
    y.push(random.poisson(Math.exp(offset[i] + 0.3 * (a[i] || 1) - 0.7 * b[i] + (c[i] > 4 ? 0.5 : 0))));
  }
  return rowsOf([a, b, c], y, { weight, offset });
}

const BOOSTED: TreeSettings = {
  ...PLAIN,
  loss: POISSON,
  trees: 40,
  learningRate: 0.1,
  leaves: 8,
  leastRows: 10,
  ridge: 1,
  monotone: [0, -1, 0],
};

/** Scores of an ensemble's first trees, with the rows' offsets. */
function scoreOf(ensemble: TreeEnsemble, rows: TreeRows, trees = ensemble.roots.length): Float64Array {
  const first = { ...ensemble, roots: ensemble.roots.slice(0, trees) };
  return predictTrees(first, rows.features).map((score, i) => score + rows.offset[i]);
}

describe('a tree of two groups', () => {
  const groups = rowsOf([[0, 0, 0, 1, 1]], [1, 2, 6, 10, 14]);

  it('is their means under the squared loss', () => {
    expect([...predictTrees(fitTrees(groups, PLAIN), groups.features)]).toEqual(near([3, 3, 3, 12, 12]));
  });

  it('is shrunk by ridge and learning rate as Newton’s leaf is', () => {
    const ensemble = fitTrees(groups, { ...PLAIN, ridge: 2, learningRate: 0.5 });
    // Mean 6.6; sums of residuals −10.8 and 10.8; halves of −10.8 / (3 + 2) and 10.8 / (2 + 2).
    expect(ensemble.base).toBeCloseTo(6.6, 12);
    expect(ensemble.value).toEqual(near([-1.08, 1.35]));
  });

  it('takes Newton’s step under the Poisson loss', () => {
    const rows = rowsOf([[0, 0, 1]], [1, 2, 3], { offset: [0, Math.log(2), 0], weight: [1, 1, 2] });
    const ensemble = fitTrees(rows, { ...PLAIN, loss: POISSON });
    // e^base = (1 + 2 + 6) / (1 + 2 + 2) = 1.8; steps (3 − 5.4) / 5.4 and (6 − 3.6) / 3.6.
    expect(Math.exp(ensemble.base)).toBeCloseTo(1.8, 12);
    expect(ensemble.value).toEqual(near([-2.4 / 5.4, 2.4 / 3.6]));
  });

  it('takes no step longer than 1 under a log link', () => {
    const rows = rowsOf([[0, 0, 0, 1]], [0, 0, 0, 1_000]);
    // The mean is 250: Newton’s step of the last row would be 3.
    expect(fitTrees(rows, { ...PLAIN, loss: POISSON }).value).toEqual([-1, 1]);
  });

  it('splits where the loss falls the most, first of all', () => {
    const x = [1, 2, 3, 4, 5, 6];
    const ensemble = fitTrees(rowsOf([x], [0, 0, 0, 0, 9, 9]), { ...PLAIN, leaves: 2 });
    expect(ensemble.threshold).toHaveLength(1);
    expect(ensemble.threshold[0]).toBeGreaterThanOrEqual(4);
    expect(ensemble.threshold[0]).toBeLessThan(5);
  });
});

describe('boosted trees', () => {
  const rows = simulated(600, 3);

  it.each([{ kind: 'squared' }, POISSON, { kind: 'tweedie', power: 1.4 }] as const)(
    'lower the loss of their rows with each tree: %o',
    (loss) => {
      const ensemble = fitTrees(rows, { ...BOOSTED, loss });
      const losses = Array.from({ length: 41 }, (_, t) =>
        meanLoss(loss, rows.response, rows.weight, scoreOf(ensemble, rows, t)),
      );
      expect(ensemble.roots).toHaveLength(40);
      for (let t = 1; t <= 40; t++) expect(losses[t]).toBeLessThan(losses[t - 1]);
    },
  );

  it('never rise with a feature that they may not rise with, whatever the others are', () => {
    const ensemble = fitTrees(rows, { ...BOOSTED, trees: 100, leaves: 31, leastRows: 3, rowShare: 0.7 });
    const random = new RandomStream(5);
    const steps = 25;
    let falls = 0;
    for (let k = 0; k < 300; k++) {
      const [a, c] = [random.uniform() < 0.2 ? MISSING : random.normal(), random.integer(7)];
      const path = Array.from({ length: steps }, (_, s) => -3 + (6 * s) / (steps - 1));
      const column = (value: number): number[] => path.map(() => value);
      const scores = predictTrees(ensemble, Float64Array.from([...column(a), ...path, ...column(c)]));
      for (let s = 1; s < steps; s++) {
        expect(scores[s]).toBeLessThanOrEqual(scores[s - 1]);
        if (scores[s] < scores[s - 1]) falls++;
      }
    }
    expect(falls).toBeGreaterThan(1_000);
  });

  it('rise with it where they may and nothing forbids it', () => {
    const risen = { ...rows, response: rows.response.map((_, i) => Math.exp(rows.features[600 + i])) };
    const free = fitTrees(risen, { ...BOOSTED, monotone: [0, 0, 0] });
    const held = fitTrees(risen, BOOSTED);
    const rise = (e: TreeEnsemble): number => {
      const [low, high] = predictTrees(e, Float64Array.of(0, 0, -2, 2, 0, 0));
      return high - low;
    };
    expect(rise(free)).toBeGreaterThan(2);
    expect(rise(held)).toBeLessThanOrEqual(0);
  });

  it('are the same bits of the same rows and seed, and others of another seed', () => {
    const settings = { ...BOOSTED, rowShare: 0.6, columnShare: 0.7 };
    expect(fitTrees(rows, settings)).toEqual(fitTrees(rows, settings));
    expect(fitTrees(rows, { ...settings, seed: 2 })).not.toEqual(fitTrees(rows, settings));
  });

  it('are not moved by rows of weight 0', () => {
    const added = 50;
    const more = (values: Float64Array, value: number): number[] => [...values, ...new Array(added).fill(value)];
    const columns = [0, 1, 2].map((j) => more(rows.features.subarray(j * 600, (j + 1) * 600) as Float64Array, 100));
    const weight = more(rows.weight, 0);
    const wider = rowsOf(columns, more(rows.response, 1_000), { weight, offset: more(rows.offset, 5) });
    expect(fitTrees(wider, { ...BOOSTED, rowShare: 0.6 })).toEqual(fitTrees(rows, { ...BOOSTED, rowShare: 0.6 }));
  });

  it('count a row of weight 2 as two rows', () => {
    const doubled = rowsOf([[0, 0, 1, 1, 1]], [1, 5, 2, 2, 8]);
    const weighted = rowsOf([[0, 0, 1, 1]], [1, 5, 2, 8], { weight: [1, 1, 2, 1] });
    const at = Float64Array.of(0, 1);
    expect([...predictTrees(fitTrees(weighted, PLAIN), at)]).toEqual([...predictTrees(fitTrees(doubled, PLAIN), at)]);
  });

  it('read 32-bit features as 64-bit ones of the same values', () => {
    const single = Float32Array.from(rows.features);
    expect(fitTrees({ ...rows, features: single }, BOOSTED)).toEqual(
      fitTrees({ ...rows, features: Float64Array.from(single) }, BOOSTED),
    );
  });

  it('leave as many rows in a leaf as they must', () => {
    const ensemble = fitTrees(rows, { ...BOOSTED, trees: 1, leaves: 31, leastRows: 40 });
    const scores = Map.groupBy(predictTrees(ensemble, rows.features), (score) => score);
    expect(scores.size).toBeGreaterThan(5);
    for (const same of scores.values()) expect(same.length).toBeGreaterThanOrEqual(40);
  });
});

describe('missing values', () => {
  it('go to the side that they are like', () => {
    const x = [1, 1, 2, 2, MISSING, MISSING];
    const at = Float64Array.of(1, 2, MISSING);
    const like = (y: number): number[] => [
      ...predictTrees(fitTrees(rowsOf([x], [0, 0, 8, 8, y, y]), { ...PLAIN, leaves: 2 }), at),
    ];
    expect(like(0)).toEqual(near([0, 8, 0]));
    expect(like(8)).toEqual(near([0, 8, 8]));
  });

  it('are told from all others where that tells most, also of a monotone feature', () => {
    const x = [1, 2, 3, MISSING, MISSING];
    for (const direction of [-1, 0, 1] as const)
      for (const y of [9, -9]) {
        const ensemble = fitTrees(rowsOf([x], [0, 0, 0, y, y]), { ...PLAIN, leaves: 2, monotone: [direction] });
        expect([...predictTrees(ensemble, Float64Array.of(-1e300, 1e300, MISSING))]).toEqual(near([0, 0, y]));
      }
  });

  it('that no row had go with most rows', () => {
    const ensemble = fitTrees(rowsOf([[1, 1, 1, 2]], [0, 0, 0, 8]), PLAIN);
    expect([...predictTrees(ensemble, Float64Array.of(MISSING, 2))]).toEqual(near([0, 8]));
  });
});

describe('rows that tell nothing', () => {
  it('of one row, a constant feature or a constant response are the constant', () => {
    for (const rows of [
      rowsOf([[4]], [3]),
      rowsOf([[4, 4, 4]], [1, 3, 5]),
      rowsOf([[1, 2, 3]], [3, 3, 3]),
      rowsOf([[MISSING, MISSING]], [2, 4]),
    ]) {
      const ensemble = fitTrees(rows, { ...PLAIN, trees: 5 });
      expect(ensemble.roots).toEqual([]);
      expect([...predictTrees(ensemble, Float64Array.of(0, 9, MISSING))]).toEqual([3, 3, 3]);
    }
  });

  it('ties: of two columns that say the same the first is split', () => {
    const x = [1, 2, 3, 4];
    expect(fitTrees(rowsOf([x, x], [1, 1, 2, 2]), { ...PLAIN, monotone: [0, 0] }).feature).toEqual([0]);
  });
});

describe('arguments', () => {
  const good = rowsOf([[1, 2, 3]], [1, 2, 3]);
  it.each<[string, Partial<TreeRows>, Partial<TreeSettings>]>([
    ['settings.trees must be between 1 and 10000, got 0', {}, { trees: 0 }],
    ['settings.leaves must be between 2 and 1024, got 1', {}, { leaves: 1 }],
    ['settings.leastRows must be between 1 and', {}, { leastRows: 0 }],
    ['settings.leastHessian must be a finite number above 0, got 0', {}, { leastHessian: 0 }],
    ['settings.ridge must be a finite number of at least 0, got -1', {}, { ridge: -1 }],
    ['settings.learningRate', {}, { learningRate: 1.5 }],
    ['settings.rowShare', {}, { rowShare: 0 }],
    ['settings.columnShare', {}, { columnShare: MISSING }],
    ['settings.bins must be between 2 and 255, got 256', {}, { bins: 256 }],
    ['settings.loss.power must lie between 1 and 2 and be neither, got 2', {}, { loss: { kind: 'tweedie', power: 2 } }],
    ['settings.monotone[0] must be one of -1, 0, 1', {}, { monotone: [2 as 1] }],
    ['features must have 6 entries, response × settings.monotone, got 3', {}, { monotone: [0, 0] }],
    [
      'features[1] must be a finite number, or NaN where missing, got Infinity',
      { features: Float64Array.of(1, Infinity, 2) },
      {},
    ],
    [
      'response[0] must be a finite number of at least 0, got -1',
      { response: Float64Array.of(-1, 1, 1) },
      { loss: POISSON },
    ],
    ['response must have a value above 0', { response: new Float64Array(3) }, { loss: POISSON }],
    ['weight[2] must be a finite number of at least 0, got NaN', { weight: Float64Array.of(1, 1, MISSING) }, {}],
    ['weight must have an entry above 0', { weight: new Float64Array(3) }, {}],
    ['offset must have 3 entries, as response has, got 2', { offset: new Float64Array(2) }, {}],
  ])('%s', (message, rows, settings) => {
    const call = (): unknown => fitTrees({ ...good, ...rows }, { ...PLAIN, ...settings });
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});

/** Made by boosting_lightgbm.py. */
const golden = JSON.parse(readFileSync(new URL('../../golden/boosting.json', import.meta.url), 'utf8')) as {
  readonly training: number;
  readonly features: readonly (readonly (number | null)[])[];
  readonly offset: readonly number[];
  readonly weight: readonly number[];
  readonly responses: Readonly<Record<TreeLoss['kind'], readonly number[]>>;
  readonly cases: readonly {
    readonly kind: TreeLoss['kind'];
    readonly monotone: TreeSettings['monotone'];
    readonly settings: Omit<TreeSettings, 'loss' | 'monotone' | 'columnShare' | 'rowShare' | 'seed'>;
    readonly loss: number;
    readonly lossOfConstant: number;
  }[];
};

describe('LightGBM', () => {
  it.each(golden.cases)('loses as much on rows it was not shown: $kind, monotone $monotone', (one) => {
    const { kind, monotone, settings, loss: expected, lossOfConstant } = one;
    const slice = (from: number, to?: number): TreeRows =>
      rowsOf(
        golden.features.map((column) => column.slice(from, to).map((v) => v ?? MISSING)),
        golden.responses[kind].slice(from, to),
        { weight: golden.weight.slice(from, to), offset: golden.offset.slice(from, to) },
      );
    const loss: TreeLoss = kind === 'tweedie' ? { kind, power: 1.3 } : { kind };
    const ensemble = fitTrees(slice(0, golden.training), { ...PLAIN, ...settings, loss, monotone });
    const test = slice(golden.training);
    const ours = meanLoss(loss, test.response, test.weight, scoreOf(ensemble, test));
    // Bins are cut elsewhere between the same values: 1 % of what the trees take off the loss.
    expect(Math.abs(ours - expected)).toBeLessThan(0.01 * (lossOfConstant - expected));
  });
});
