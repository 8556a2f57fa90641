/** Every world of the decision bench: the base one, and what differs in each of the others. */

import { constantPrice, oneStep, priceLevels, promotions, seasonalPrices, weeklyPrices } from './price-processes.ts';
import { BASE, type WeeklyShock, type World } from './world.ts';

const world = (name: string, differs: Partial<World> = {}): World => ({ ...BASE, name, ...differs });
const undecidable = (name: string, differs: Partial<World>): World => world(name, { ...differs, decidable: false });

const around =
  (mean: number, productSpread: number, ownSpread: number, atMost: number): World['elasticity'] =>
  (product, own) =>
    Math.min(atMost, mean + productSpread * product + ownSpread * own);

/** Elasticities of −.9 to −.2 and a cost that every rise within reach is worth its while. */
const INELASTIC: Partial<World> = { elasticity: (_product, _own, uniform) => -0.9 + 0.7 * uniform, costShare: 1 / 1.6 };

/** A shock of demand that the price follows, absent from the days to come. */
const followed = (deviation: number, intoPrice: number): WeeklyShock => ({
  deviation,
  persistence: 0.5,
  intoPrice,
  goesOn: false,
});
const STRONG: Partial<World> = { shock: followed(0.2, 0.3), prices: weeklyPrices(0.02, 0.5) };
const STRONG_COST: Partial<World> = { ...STRONG, costMoves: { deviation: 0.12, intoPrice: 0.5 } };
const MILD_COST: Partial<World> = {
  shock: followed(0.15, 0.15),
  prices: weeklyPrices(0.05, 0.5),
  costMoves: { deviation: 0.12, intoPrice: 0.5 },
};
const WEAK_COST: Partial<World> = { ...STRONG, costMoves: { deviation: 0.03, intoPrice: 0.15 } };
const BY_COST = { told: { instrument: 'cost' } };
const FLAGGED = { recorded: { cost: true, soldOut: true } };
const NO_COST = { recorded: { cost: false, soldOut: false } };

export const WORLDS: readonly World[] = [
  world('base-365'),
  world('base-180', { days: 180 }),
  world('base-60', { days: 60 }),
  world('base-730', { days: 730 }),
  world('alone', { alone: true }),
  world('mean-1.6', { elasticity: around(-1.6, 0.2, 0.25, -1.15) }),
  world('mean-4', { elasticity: around(-4, 0.35, 0.45, -1.25) }),
  world('exponential', { shape: 'exponential' }),
  world('linear', { shape: 'linear', elasticity: around(-2, 0.35, 0.45, -1.1) }),
  world('logit', { shape: 'logit' }),
  world('poisson', { noise: 'poisson' }),
  world('slow', { noise: 'poisson', base: [0.8, 4] }),
  world('drift-.04', { levelDrift: 0.04 }),
  world('ar-.6', { noise: { deviation: 0.3, persistence: 0.6 } }),
  world('weekly-shocks', { shock: { deviation: 0.15, persistence: 0, intoPrice: 0, goesOn: true } }),
  world('inelastic', INELASTIC),
  world('inelastic-730', { ...INELASTIC, days: 730, prices: weeklyPrices(0.15, 0.5) }),
  world('two-levels', { prices: priceLevels([0.93, 1.07], 0.15) }),
  world('three-levels', { prices: priceLevels([0.93, 1, 1.07], 0.15) }),
  world('promo', { prices: promotions(0.02) }),
  undecidable('promo-only', { prices: promotions(0) }),
  undecidable('no-variation', { prices: constantPrice }),
  undecidable('one-step', { prices: oneStep }),
  undecidable('price-season', { prices: seasonalPrices(0.08), season: 0.25 }),
  undecidable('price-season-strong', {
    prices: seasonalPrices(-0.35),
    season: 0.9,
    elasticity: () => -1,
    costShare: 1 / 1.6,
  }),
  world('inflation', {
    days: 730,
    inflation: 12,
    elasticity: () => -2,
    prices: priceLevels([0.9, 1, 1.1], 1, 10),
  }),
  undecidable('endogenous-mild', { shock: followed(0.15, 0.1) }),
  undecidable('endogenous-strong', STRONG),
  world('moving-cost', { costMoves: { deviation: 0.12, intoPrice: 0.5 } }),
  world('mild-cost', MILD_COST),
  world('mild-cost-instrument', { ...MILD_COST, ...BY_COST }),
  world('strong-cost', STRONG_COST),
  world('strong-cost-instrument', { ...STRONG_COST, ...BY_COST }),
  undecidable('weak-cost', WEAK_COST),
  undecidable('weak-cost-instrument', { ...WEAK_COST, ...BY_COST }),
  undecidable('members', { members: true, prices: constantPrice }),
  world('sold-out-40', { shelf: 1.05, ...FLAGGED }),
  world('sold-out-18', { shelf: 1.35, ...FLAGGED }),
  undecidable('sold-out-40-unflagged', { shelf: 1.05 }),
  undecidable('sold-out-18-unflagged', { shelf: 1.35 }),
  world('waste', { waste: true }),
  undecidable('no-cost', NO_COST),
  world('no-cost-markup', { ...NO_COST, told: { assumeMarkup: 0.5 } }),
  undecidable('short-weekly', { period: 7, days: (cell) => 7 * (8 + (cell % 8)), horizon: 56 }),
];

/** Worlds by their names, with commas between. @throws RangeError for a name that is none */
export function worldsNamed(names: string): readonly World[] {
  return names.split(',').map((name) => {
    const found = WORLDS.find((world) => world.name === name);
    if (!found) throw new RangeError(`no world ${name}; there are ${WORLDS.map((world) => world.name).join(', ')}`);
    return found;
  });
}
