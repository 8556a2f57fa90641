import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { temporaryFolder } from '../support/temporary.ts';

let folder: string;
let workspace: Workspace;
beforeEach(async () => {
  folder = temporaryFolder();
  workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  return () => workspace.close();
});

const dateOf = (day: number): string => new Date(Date.UTC(2025, 0, 1) + day * 864e5).toISOString().slice(0, 10);
function file(name: string, header: string, rows: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `date,store,product,quantity,price,${header}\n${rows.join('\n')}\n`);
  return path;
}
/** Numbers from 0 to 1 that look random, the same every time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
const codes = (notes: readonly { readonly code: string }[]): string[] => notes.map(({ code }) => code);

describe('a covariate of words', () => {
  it('is a category each: what the words do to demand is learned, and a plan may say them', {
    timeout: 60_000,
  }, async () => {
    const next = noise(7);
    // On rainy days half of a sunny day is sold, on stormy ones a fifth.
    const effect = { Sunny: 1, RAIN: 0.5, storm: 0.2 };
    const rows = Array.from({ length: 300 }, (_, i) => {
      const at = next();
      const weather = at < 0.6 ? 'Sunny' : at < 0.85 ? 'RAIN' : 'storm';
      const price = 2 * (1 + 0.1 * Math.floor(3 * next()));
      const sold = Math.round(100 * effect[weather] * (price / 2) ** -1.5 * Math.exp(0.2 * (next() - 0.5)));
      return `${dateOf(i)},S,Ice,${sold},${price.toFixed(2)},${weather}`;
    });
    const { files } = await workspace.importFiles([file('sales.csv', 'weather', rows)], {
      knownCovariates: ['weather'],
    });
    const column = files[0].understanding.columns.find(({ header }) => header === 'weather');
    expect(column).toMatchObject({ field: 'covariate', reading: { categories: 'sunny, rain, storm' } });
    await workspace.train();
    const plan = join(folder, 'plan.csv');
    const days = ['sunny', 'Rain', 'storm', 'hail', ''];
    // One day of the week each time, a week apart, at one price: only the weather differs.
    writeFileSync(
      plan,
      `date,price,weather\n${days.map((word, i) => `${dateOf(301 + 7 * i)},2,${word}`).join('\n')}\n`,
    );
    const { forecasts, notes } = await workspace.forecast({ planFile: plan });
    const [sunny, rain, storm] = forecasts.map(({ demand }) => demand);
    expect(rain / sunny).toBeGreaterThan(0.43);
    expect(rain / sunny).toBeLessThan(0.57);
    expect(storm / sunny).toBeGreaterThan(0.15);
    expect(storm / sunny).toBeLessThan(0.27);
    expect(notes.map(({ code, message }) => [code, message.replace(plan, 'plan')])).toEqual([
      [
        'PLAN_NOTE_CATEGORIES',
        'Categories of plan that no sales have: weather=hail. They have no effect of their own.',
      ],
    ]);
    const without = await workspace.forecast();
    expect(codes(without.notes)).toEqual(['FORECAST_NOTE_COVARIATES']);
    expect(without.notes[0].message).toContain('weather');
  });

  it('has twelve categories at most, the most frequent: the others are one', async () => {
    const rows = Array.from(
      { length: 300 },
      (_, i) => `${dateOf(i)},S,P,${5 + (i % 3)},2,kind ${i < 240 ? i % 12 : i}`,
    );
    const { files } = await workspace.importFiles([file('sales.csv', 'event', rows)], { covariates: ['event'] });
    expect(files[0].notes.map(({ message }) => message)).toEqual([
      'Column event holds 72 categories: the 12 most frequent are told apart, the others count as "other".',
    ]);
  });

  it('is told apart from numbers with a stray word, a constant, a copy of another column and one that is nearly empty', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => {
      const temperature = i === 4 ? 'broken' : String(i % 20);
      return `${dateOf(i)},S,P,${5 + (i % 3)},${2 + (i % 2)},${temperature},1,${2 + (i % 2)},${i < 4 ? i : ''},${i % 2 ? 'yes' : 'no'}`;
    });
    const header = 'temperature,constant,copy,empty,flag';
    const { files } = await workspace.importFiles([file('sales.csv', header, rows)], { covariates: header.split(',') });
    expect(files[0].notes.map(({ code, column }) => [code, column])).toEqual([
      ['IMPORT_NOTE_COVARIATE_TEXT', 'temperature'],
      ['IMPORT_NOTE_COVARIATE_CONSTANT', 'constant'],
      ['IMPORT_NOTE_COVARIATE_COPY', 'copy'],
      ['IMPORT_NOTE_COVARIATE_EMPTY', 'empty'],
    ]);
    const used = files[0].understanding.columns.filter(({ field }) => field === 'covariate').map(({ header: h }) => h);
    expect(used).toEqual(['temperature', 'constant', 'flag']);
  });
});
