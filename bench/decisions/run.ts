/**
 * Decisions in worlds whose truth is known: the product beside strong rivals on the same rows, a line a world.
 *
 * node bench/decisions/run.ts --worlds base-365,inelastic --seeds 9001-9005 --cells 50 --each-seed --econml
 *
 * Constants are chosen on seeds 1-999; seeds from 9001 are for reporting. DEMANDA_BEFORE names a checkout to compare with.
 */

import { parseArgs } from 'node:util';
import { startPeer } from '../python-peer.ts';
import { ROOTS } from '../simulated-cell.ts';
import { type Outcome, outcomeOf } from './outcomes.ts';
import { askProduct } from './product.ts';
import { type Rival, rivalsOf } from './rivals.ts';
import { seedsOf } from './seeds.ts';
import { calibration, head, line } from './table.ts';
import { makeWorld, type World } from './world.ts';
import { WORLDS } from './worlds.ts';

const { values } = parseArgs({
  options: {
    worlds: { type: 'string' },
    seeds: { type: 'string', default: '9001-9002' },
    cells: { type: 'string', default: '50' },
    /** Double machine learning too, where DEMANDA_PYTHON names a Python that has econml. */
    econml: { type: 'boolean', default: false },
    'each-seed': { type: 'boolean', default: false },
  },
});

function worldsOf(names: string | undefined): readonly World[] {
  if (names === undefined) return WORLDS;
  return names.split(',').map((name) => {
    const found = WORLDS.find((world) => world.name === name);
    if (!found) throw new RangeError(`no world ${name}; there are ${WORLDS.map((world) => world.name).join(', ')}`);
    return found;
  });
}

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
  if (!values['each-seed'] || seeds.length > 1) console.log(line(world, values.seeds, label, all));
  return all;
}

const [seeds, cells] = [seedsOf(values.seeds), Number(values.cells)];
if (!(cells >= 1)) throw new RangeError(`cells ${values.cells}`);
const peer = values.econml ? await startPeer('econml_slopes.py', {}) : null;
const versions = ROOTS.map((root, i) => ({ root, label: i < ROOTS.length - 1 ? ' (before)' : '' }));
const decidable = versions.map((): Outcome[] => []);
console.log(head());
for (const world of worldsOf(values.worlds))
  for (const [i, { root, label }] of versions.entries()) {
    const outcomes = await runWorld(root, label, world);
    if (world.decidable) decidable[i]?.push(...outcomes);
  }
const pooled = versions.flatMap(({ label }, i) => {
  const outcomes = decidable[i] as Outcome[];
  return outcomes.length > 0 ? [{ label, outcomes }] : [];
});
for (const { label, outcomes } of pooled)
  console.log(line({ name: 'all decidable', decidable: true }, values.seeds, label, outcomes));
for (const { label, outcomes } of pooled) console.log(`\nDecidable worlds${label}:\n\n${calibration(outcomes)}`);
peer?.close();
