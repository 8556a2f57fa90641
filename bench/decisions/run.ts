/**
 * Decisions in worlds whose truth is known: prices of single products beside strong rivals on the same rows, a line a
 * world; prices of shops together; markdowns and orders of goods that go off.
 *
 * node bench/decisions/run.ts --parts prices --worlds base-365 --seeds 9001-9005 --cells 50 --each-seed --econml
 * node bench/decisions/run.ts --short
 *
 * Constants are chosen on seeds 1-999; seeds from 9001 are for reporting. DEMANDA_BEFORE names a checkout to compare with.
 */

import { parseArgs } from 'node:util';
import { startPeer } from '../python-peer.ts';
import { ROOTS } from '../simulated-cell.ts';
import { type Outcome, outcomeOf } from './outcomes.ts';
import { printPerishables } from './perishables.ts';
import { printTogether } from './portfolio.ts';
import { askProduct } from './product.ts';
import { type Rival, rivalsOf } from './rivals.ts';
import { seedsOf } from './seeds.ts';
import { calibration, head, line } from './table.ts';
import { makeWorld, type World } from './world.ts';
import { WORLDS, worldsNamed } from './worlds.ts';

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'prices,together,perishables' },
    /** Few worlds, shops and products: whether all still runs, and about where it is. */
    short: { type: 'boolean', default: false },
    /** Of the first part. */
    worlds: { type: 'string' },
    seeds: { type: 'string' },
    cells: { type: 'string' },
    /** Double machine learning too, where DEMANDA_PYTHON names a Python that has econml. */
    econml: { type: 'boolean', default: false },
    'each-seed': { type: 'boolean', default: false },
  },
});

async function outcomesOf(root: string, world: World, seed: number, count: number): Promise<Outcome[]> {
  const cells = makeWorld(world, seed, count);
  const rivals = await rivalsOf(world, cells, peer);
  const answers = await askProduct(root, world, cells);
  return cells.flatMap((cell, i) => {
    const answer = answers[i];
    if (!answer) return [];
    const own = Object.entries(rivals).map(([name, all]) => [name, all[i] as Rival] as const);
    return [outcomeOf(world, cell, answer, Object.fromEntries(own))];
  });
}

/** Prints the lines of a world. */
async function runWorld(root: string, label: string, world: World): Promise<Outcome[]> {
  const all: Outcome[] = [];
  for (const seed of seeds) {
    // A workspace for each cell takes its time: fewer of them.
    const outcomes = await outcomesOf(root, world, seed, world.alone ? Math.min(cells, 10) : cells);
    if (values['each-seed']) console.log(line(world, String(seed), label, outcomes));
    all.push(...outcomes);
  }
  if (!values['each-seed'] || seeds.length > 1) console.log(line(world, seedsTold, label, all));
  return all;
}

const { short } = values;
const [seedsTold, cells] = [values.seeds ?? (short ? '9001' : '9001-9002'), Number(values.cells ?? (short ? 10 : 50))];
const seeds = seedsOf(seedsTold);
if (!(cells >= 1)) throw new RangeError(`cells ${values.cells}`);
const peer = values.econml ? await startPeer('econml_slopes.py', {}) : null;

async function printPrices(): Promise<void> {
  const versions = ROOTS.map((root, i) => ({ root, label: i < ROOTS.length - 1 ? ' (before)' : '' }));
  const decidable = versions.map((): Outcome[] => []);
  const worlds = values.worlds ?? (short ? 'base-365,poisson,no-variation' : null);
  console.log(head());
  for (const world of worlds === null ? WORLDS : worldsNamed(worlds))
    for (const [i, { root, label }] of versions.entries()) {
      const outcomes = await runWorld(root, label, world);
      if (world.decidable) decidable[i]?.push(...outcomes);
    }
  const pooled = versions.flatMap(({ label }, i) => {
    const outcomes = decidable[i] as Outcome[];
    return outcomes.length > 0 ? [{ label, outcomes }] : [];
  });
  for (const { label, outcomes } of pooled)
    console.log(line({ name: 'all decidable', decidable: true }, seedsTold, label, outcomes));
  for (const { label, outcomes } of pooled) console.log(`\nDecidable worlds${label}:\n\n${calibration(outcomes)}`);
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  prices: printPrices,
  together: () =>
    printTogether(
      short
        ? { crosses: [0, 0.5], seeds: [9001], shops: 10, alike: 0 }
        : { crosses: [0, 0.3, 0.5, 0.8], seeds: seedsOf('9001-9005'), shops: 50, alike: 0 },
    ),
  perishables: () =>
    printPerishables(
      short
        ? { worlds: worldsNamed('poisson'), seeds: [9001], chosen: [1], cells: 5 }
        : { worlds: worldsNamed('base-365,poisson'), seeds: seedsOf('9001-9005'), chosen: [1, 2, 3], cells: 15 },
    ),
};

for (const name of values.parts.split(',')) {
  const print = PARTS[name];
  if (!print) throw new RangeError(`no part ${name}; there are ${Object.keys(PARTS).join(', ')}`);
  console.log(`\n### ${name}\n`);
  await print();
}
peer?.close();
