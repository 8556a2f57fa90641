/**
 * Every function of demanda/core on inputs that nobody should hand over: it answers, refuses with a code or throws an
 * error that names the argument.
 */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import * as core from '../../src/core/index.ts';
import { cellOf } from '../support/cells.ts';
import { figure } from '../support/figure.ts';
import { CALLS, type FuzzCounts } from './fuzzed-core.ts';

const LONG = process.env.DEMANDA_LONG === '1';
/** Of each function; a fit takes milliseconds where others take none. */
const RUNS = LONG ? 50_000 : 750;
const FITS = LONG ? 50_000 : 200;
const MARKETS = LONG ? 2_000 : 20;
/** A call that takes longer hangs: the slowest takes a few tenths of a second. */
const HANGS_MS = 10_000;
const STARTS_MS = 60_000;

interface Fuzzed {
  readonly counts: FuzzCounts;
  readonly complaints: readonly string[];
  readonly slowest: number;
}

/** Calls a function in a thread of its own, which is ended when one call does not. @throws RangeError saying which */
async function fuzz(name: string, runs: number, seed: number, hangsMs = HANGS_MS): Promise<Fuzzed> {
  const heartbeat = new SharedArrayBuffer(4);
  const worker = new Worker(join(import.meta.dirname, 'fuzzed-core.ts'), {
    workerData: { name, runs, seed, heartbeat },
  });
  return new Promise<Fuzzed>((resolve, reject) => {
    let seen = -1;
    let waited = 0;
    const guard = setInterval(() => {
      const beat = Atomics.load(new Int32Array(heartbeat), 0);
      // Before the first input the thread compiles its modules: that is none of the function's time.
      if (beat === 0 && ++waited * hangsMs < STARTS_MS) return;
      if (beat === seen) {
        void worker.terminate();
        reject(new RangeError(`${name} hangs at input ${beat - 1} of seed ${seed}`));
      }
      seen = beat;
    }, hangsMs);
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => clearInterval(guard));
  });
}

describe('demanda/core', () => {
  const total = { functions: 0, inputs: 0, hangs: 0, complaints: 0, slowest: 0 };
  const fewer: string[] = [];
  afterAll(() => {
    figure(
      'fuzzed demanda/core',
      `${total.functions} of ${Object.keys(CALLS).length} functions, ${total.inputs} inputs (${RUNS} each${fewer.map((name) => `; ${name}`).join('')}), ${total.hangs} hangs, ${total.complaints} thrown non-errors or other complaints, slowest ${total.slowest.toFixed(0)} ms`,
    );
  });
  it('has no function that is not fuzzed', () => {
    const functions = Object.entries(core).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
    expect(functions.sort()).toEqual(Object.keys(CALLS).sort());
  });
  it('is called under a guard that ends a call without end', async () => {
    await expect(fuzz('endless', 1, 1, 1_500)).rejects.toThrow('endless hangs at input 0');
  });
  for (const name of Object.keys(CALLS)) {
    const runs = name === 'fitDemand' ? FITS : name === 'demoMarket' ? MARKETS : RUNS;
    it(`answers, refuses or throws, and never hangs: ${name}`, { timeout: LONG ? 3_600_000 : 120_000 }, async () => {
      if (runs < RUNS) fewer.push(`${name} ${runs}`);
      const { counts, complaints, slowest } = await fuzz(name, runs, 1).catch((error: unknown) => {
        total.hangs++;
        throw error;
      });
      console.log(
        `${name}: ${runs} inputs, ${counts.values} values, ${counts.refusals} refusals, ${counts.thrown} errors, slowest ${slowest.toFixed(0)} ms`,
      );
      total.functions++;
      total.inputs += counts.values + counts.refusals + counts.thrown;
      total.complaints += complaints.length;
      total.slowest = Math.max(total.slowest, slowest);
      expect(complaints).toEqual([]);
      expect(counts.values + counts.refusals + counts.thrown).toBe(runs);
      // Inputs that are all refused would test nothing but the door.
      expect(counts.values).toBeGreaterThan(0);
    });
  }
});

describe('a fit', () => {
  const context = { holidays: [], market: false, specs: core.DAILY_SPECS, priorAt: () => ({}) };
  const cell = (quantity: (i: number) => number, price: (i: number) => number) =>
    cellOf(
      Array.from({ length: 60 }, (_, i) => quantity(i)),
      Array.from({ length: 60 }, (_, i) => price(i)),
    );
  const usual = (i: number) => 3 + (i % 5);
  const priced = (i: number) => 2 + (i % 3) * 0.1;
  it.each([
    [
      'a quantity that is NaN',
      cell((i) => (i === 50 ? Number.NaN : usual(i)), priced),
      { code: 'INVALID_VALUE', column: 'quantity', row: 50 },
    ],
    [
      'an infinite price',
      cell(usual, (i) => (i === 7 ? Number.POSITIVE_INFINITY : priced(i))),
      { code: 'INVALID_VALUE', column: 'price', row: 7 },
    ],
    [
      'a negative quantity',
      cell((i) => (i === 3 ? -1 : usual(i)), priced),
      { code: 'INVALID_VALUE', column: 'quantity', row: 3 },
    ],
    [
      'a day that comes twice',
      { ...cell(usual, priced), days: Int32Array.from({ length: 60 }, (_, i) => 20_000 + Math.floor(i / 2)) },
      { code: 'INVALID_VALUE', column: 'days' },
    ],
    ['quantities whose sum overflows', cell(() => 1e308, priced), { code: 'NOT_FINITE' }],
  ])('refuses %s with a code', (_, series, refusal) => {
    expect(core.fitDemand(series, context)).toMatchObject({ ok: false, ...refusal });
  });
  it('refuses an instrument whose squares are too large for numbers with a code', () => {
    const values = Float64Array.from({ length: 60 }, (_, i) => (i === 8 ? 1e200 : i % 5));
    const series = { ...cell(usual, priced), covariates: [{ name: 'rain', knownAhead: true, values }] };
    expect(core.fitDemand(series, { ...context, instrument: 'rain' })).toMatchObject({ ok: false, code: 'NOT_FINITE' });
  });
  it.each([
    [
      'columns of another length',
      { ...cell(usual, priced), price: new Float64Array(59) },
      /series\.price must have 60 entries/,
    ],
    [
      'columns of another type',
      { ...cell(usual, priced), quantity: Array(60).fill(1) as unknown as Float64Array },
      /series\.quantity must be a Float64Array/,
    ],
    [
      'a frequency that is none',
      { ...cell(usual, priced), frequency: 'hourly' as 'daily' },
      /series\.frequency must be one of daily, weekly, monthly/,
    ],
  ])('throws for %s, naming the argument', (_, series, message) => {
    expect(() => core.fitDemand(series, context)).toThrow(message);
  });
  it('throws for a prior that is no prior', () => {
    const prior = { price: { mean: Number.NaN, variance: 1 } };
    expect(() => core.fitDemand(cell(usual, priced), { ...context, priorAt: () => prior })).toThrow(
      /prior\.price\.mean/,
    );
  });
});
