/** Which settings move the error of a fleet: what its cells' own searches tried, each against the others of its cell. */

import type { TriedSettings } from '../contract/api.ts';
import { cellKey } from '../contract/cell-name.ts';
import type { RunChoice, RunSummary } from '../contract/store/runs.ts';
import type { Store } from '../contract/store/store.ts';
import { RandomStream } from '../core/math/random.ts';
import type { Spec } from '../core/regression/hyper-parameters.ts';
import { chosenRuns } from './run-groups.ts';

/** A spec that was tried on a cell's held-out rows, and how it did there. */
export interface TriedSpec {
  readonly spec: Readonly<Partial<Spec>>;
  /** Mean deviance, above 0. */
  readonly deviance: number;
}

type Importance = Omit<TriedSettings, 'schema' | 'currency'>;

/** Newest runs that are looked at, one a cell. */
const MOST_CELLS = 2_000;
/** Shuffles that say what chance alone does. */
const SHUFFLES = 200;
/** Share of the shuffles that a setting has to beat. */
const SURE = 0.95;

/** Of every cell's newest run of the choice whose search was kept. */
export async function settingsOfRuns(store: Store, choice: RunChoice): Promise<Importance> {
  const newest = new Map<string, RunSummary>();
  for await (const run of chosenRuns(store, choice)) if (run.modelId !== null) newest.set(cellKey(run), run);
  const cells: TriedSpec[][] = [];
  for (const run of [...newest.values()].slice(-MOST_CELLS)) {
    const events = await store.runs.events(run.runId);
    const kept = events.flatMap(({ kind, detail }) => (kind === 'search' ? triedIn(detail) : []));
    // A training by iterations tells its rounds alone: what was weighed in the end stands in its model.
    const found = kept.length > 0 ? null : await store.models.read(run, run.modelId as string);
    const tried = found ? triedIn({ candidates: found.model.crossValidated.candidates }) : kept;
    if (tried.length > 1) cells.push(tried);
  }
  return settingImportance(cells);
}

function triedIn(detail: Readonly<Record<string, unknown>>): TriedSpec[] {
  const candidates = (detail.candidates ?? []) as readonly {
    readonly candidate: { readonly kind: string; readonly spec?: Spec };
    readonly deviance: number | null;
  }[];
  return Array.isArray(candidates)
    ? candidates.flatMap(({ candidate, deviance }) =>
        candidate?.spec && deviance !== null && deviance > 0 ? [{ spec: candidate.spec, deviance }] : [],
      )
    : [];
}

/**
 * How much of the differences between specs each setting goes with.
 *
 * The response is the logarithm of a spec's held-out deviance less its mean over the specs tried on the same cell: easy
 * and hard cells count alike. A setting's share is that of the sum of squares between its values in all (the correlation
 * ratio η², Fisher 1925, Statistical Methods for Research Workers, §41; the first-order part of a functional analysis of
 * variance, Hutter, Hoos & Leyton-Brown 2014, ICML, there by a forest over a space that was searched at random, here
 * directly, as a library of few specs is tried on every cell). What chance alone gives is measured, not assumed: the
 * responses are shuffled within each cell, and the {@link SURE} quantile of the shares that then come out is the floor
 * (Altmann et al. 2010, Bioinformatics 26(10)). Settings that change together in the library cannot be told apart, so
 * shares may add up to more than 1.
 *
 * @param cells what was tried on each, at least two specs
 * @param seed of the shuffles
 */
export function settingImportance(cells: readonly (readonly TriedSpec[])[], seed = 1): Importance {
  const tried = cells.filter((specs) => specs.length > 1);
  const rows = tried.flatMap((specs) => {
    const logs = specs.map(({ deviance }) => Math.log(deviance));
    const mean = logs.reduce((sum, y) => sum + y, 0) / logs.length;
    return specs.map(({ spec }, i) => ({ spec, y: logs[i] - mean }));
  });
  const fields = [...new Set(rows.flatMap(({ spec }) => Object.keys(spec)))] as (keyof Spec)[];
  const moving = fields.filter((field) => new Set(rows.map(({ spec }) => spec[field])).size > 1);
  const levels = moving.map((field) => levelsOf(rows.map(({ spec }) => spec[field])));
  const y = Float64Array.from(rows, (row) => row.y);
  const floors = shuffledShares(
    y,
    tried.map((specs) => specs.length),
    levels,
    seed,
  );
  const settings = moving
    .map((field, f) => {
      const { of, values } = levels[f] as Levels;
      const share = shareOf(y, levels[f] as Levels);
      const floor = floors[f] as number;
      return {
        field,
        share,
        floor,
        tells: share > floor,
        values: values.map((value, level) => {
          const own = rows.filter((_, i) => of[i] === level);
          return { value, error: Math.expm1(own.reduce((sum, row) => sum + row.y, 0) / own.length) };
        }),
      };
    })
    .sort((a, b) => b.share - a.share);
  return { cells: tried.length, tried: rows.length, settings, specs: specsOf(rows) };
}

interface Levels {
  /** Index of the value of each row. */
  readonly of: Int32Array;
  readonly values: readonly (string | number | boolean)[];
}

function levelsOf(column: readonly (string | number | boolean | undefined)[]): Levels {
  const values = [...new Set(column)].sort((a, b) => Number(a) - Number(b) || String(a).localeCompare(String(b)));
  return { of: Int32Array.from(column, (value) => values.indexOf(value)), values: values.map((value) => value ?? '–') };
}

/** Sum of squares between the values over that in all; 0 where nothing differs. */
function shareOf(y: Float64Array, { of, values }: Levels): number {
  const sums = new Float64Array(values.length);
  const counts = new Float64Array(values.length);
  let all = 0;
  for (let i = 0; i < y.length; i++) {
    sums[of[i]] += y[i];
    counts[of[i]]++;
    all += y[i] * y[i];
  }
  if (all === 0) return 0;
  return sums.reduce((between, sum, level) => between + (counts[level] > 0 ? (sum * sum) / counts[level] : 0), 0) / all;
}

/** The share of each setting that no more than 1 − {@link SURE} of shuffles within cells exceed. */
function shuffledShares(
  y: Float64Array,
  sizes: readonly number[],
  levels: readonly Levels[],
  seed: number,
): readonly number[] {
  const random = new RandomStream(seed, 0x73686172);
  const shuffled = Float64Array.from(y);
  const shares = levels.map(() => [] as number[]);
  for (let draw = 0; draw < SHUFFLES; draw++) {
    let from = 0;
    for (const size of sizes) {
      for (let i = size - 1; i > 0; i--) {
        const j = Math.floor(random.uniform() * (i + 1));
        [shuffled[from + i], shuffled[from + j]] = [shuffled[from + j], shuffled[from + i]];
      }
      from += size;
    }
    levels.forEach((level, f) => {
      (shares[f] as number[]).push(shareOf(shuffled, level));
    });
  }
  return shares.map((found) => found.sort((a, b) => a - b)[Math.ceil(SURE * SHUFFLES) - 1] as number);
}

/** Every spec with its mean error against the others of its cells, best first. */
function specsOf(rows: readonly { readonly spec: TriedSpec['spec']; readonly y: number }[]): Importance['specs'] {
  const found = new Map<string, { spec: TriedSpec['spec']; sum: number; cells: number }>();
  for (const { spec, y } of rows) {
    const key = JSON.stringify(spec);
    const one = found.get(key) ?? { spec, sum: 0, cells: 0 };
    one.sum += y;
    one.cells++;
    found.set(key, one);
  }
  return [...found.values()]
    .map(({ spec, sum, cells }) => ({ spec: { ...spec }, error: Math.expm1(sum / cells), cells }))
    .sort((a, b) => a.error - b.error);
}
