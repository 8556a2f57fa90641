/** The table of the decision bench: a line a world. */

import { quantile } from '../../src/core/math/summary.ts';
import type { Decision, Losses, Outcome, TotalOutcome } from './outcomes.ts';
import { RIVALS } from './rivals.ts';
import type { World } from './world.ts';

/** The table's head. */
export function head(): string {
  const columns = [
    'world',
    'n, seeds',
    'error of elasticity: demanda, mean rms (covered)',
    `${WITH_SLOPES.join(' · ')}: rms (covered)`,
    `lost free, %: demanda (policy) · ${RIVALS.join(' ')} · never`,
    'lost guarded, %: the same',
    'recommended',
    'P(better) said · true',
    'gain promised · true · ratio',
    'changes that lose · won, % of the best profit: as recommended / by every answer',
    'total: realised covered · expected covered · half-width over needed',
    'total of the forecast: the same',
    'forecast ÷ true · days covered',
    'reasons, % of cells',
  ];
  return `| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`;
}

/** Rivals whose elasticities have a column: those of the others are much the same, or worse. */
const WITH_SLOPES = ['OLS+c', 'Mixed', 'IV', 'EconML'] as const;

/** Mean of what is a number; NaN of nothing. */
function meanOf(values: readonly (number | null | undefined)[]): number {
  const told = values.filter((value) => value != null && Number.isFinite(value)) as number[];
  return told.reduce((a, b) => a + b, 0) / told.length;
}

const share = (flags: readonly boolean[]): number => meanOf(flags.map(Number));
const fixed = (value: number, digits: number): string =>
  Number.isNaN(value) ? '–' : value.toFixed(digits).replace('-', '−');
const percent = (value: number, digits = 0): string => fixed(100 * value, digits);
const signed = (value: number, digits: number): string =>
  Number.isNaN(value) ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

/** A line of the table. @param label of the version, where two are compared */
export function line(
  world: Pick<World, 'name' | 'decidable'>,
  seeds: string,
  label: string,
  outcomes: readonly Outcome[],
): string {
  const cells = [
    `${world.name}${label}`,
    `${outcomes.length}, ${seeds}`,
    elasticityOf(
      outcomes.map(({ ours }) => ours),
      true,
    ),
    WITH_SLOPES.map((name) =>
      elasticityOf(
        outcomes.map(({ rivals }) => rivals[name] ?? null),
        false,
      ),
    ).join(' · '),
    lossesOf(outcomes.map(({ free }) => free)),
    lossesOf(outcomes.flatMap(({ guarded }) => guarded ?? [])),
    ...decisionsOf(world, outcomes),
    totalsOf(outcomes.map(({ total }) => total)),
    totalsOf(outcomes.flatMap(({ forecastTotal }) => forecastTotal ?? [])),
    `${fixed(1 + meanOf(outcomes.map(({ forecastBias }) => forecastBias)), 3)} · ${percent(
      meanOf(outcomes.map(({ dailyCoverage }) => dailyCoverage)),
      1,
    )}`,
    reasonsOf(outcomes),
  ];
  return `| ${cells.join(' | ')} |`;
}

function elasticityOf(found: readonly Outcome['ours'][], bias: boolean): string {
  const errors = found.map((one) => one?.error);
  const rms = Math.sqrt(meanOf(errors.map((error) => (error != null ? error ** 2 : error))));
  const covered = meanOf(found.map((one) => (one?.covered == null ? null : Number(one.covered))));
  const mean = bias ? `${signed(meanOf(errors), 2)} ` : '';
  return `${mean}${fixed(rms, 2)}${Number.isNaN(covered) ? '' : ` (${percent(covered)})`}`;
}

function lossesOf(losses: readonly Losses[]): string {
  const of = (value: (loss: Losses) => number): string => percent(meanOf(losses.map(value)), 2);
  const rivals = RIVALS.map((name) => of((loss) => loss.rivals[name] ?? Number.NaN)).join(' ');
  return `${of(({ ours }) => ours)} (${of(({ policy }) => policy)}) · ${rivals} · ${of(({ never }) => never)}`;
}

/** How much is recommended, how sure it was said to be and what came of it. */
function decisionsOf(world: Pick<World, 'decidable'>, outcomes: readonly Outcome[]): string[] {
  const decisions = outcomes.map(({ decision }) => decision);
  const followed = decisions.filter(({ recommended, changed }) => recommended && changed);
  const [promised, gained] = [
    meanOf(followed.map(({ promised }) => promised)),
    meanOf(followed.map(({ gain }) => gain)),
  ];
  const won = meanOf(decisions.map(({ recommended, gain }) => (recommended ? gain : 0)));
  const wonByAll = meanOf(decisions.map(({ gain }) => gain));
  return [
    `${percent(share(decisions.map(({ recommended }) => recommended)))} (${world.decidable ? '' : 'un'}decidable)`,
    `${fixed(meanOf(followed.map(({ probabilityBetter }) => probabilityBetter)), 2)} · ${fixed(share(followed.map(({ gain }) => gain > 0)), 2)}`,
    `${percent(promised, 1)} · ${percent(gained, 1)} · ${fixed(gained / promised, 2)}`,
    `${percent(share(followed.map(({ gain }) => gain < 0)))} · ${percent(won, 2)} / ${percent(wonByAll, 2)}`,
  ];
}

function totalsOf(totals: readonly TotalOutcome[]): string {
  if (totals.length === 0) return '–';
  const errors = totals.flatMap((total) => total.errors).toSorted((a, b) => a - b);
  const width = meanOf(totals.map(({ halfWidth }) => halfWidth)) / quantile(errors, 0.9);
  const realised = percent(meanOf(totals.map((total) => total.realised)));
  return `${realised} · ${percent(share(totals.map((total) => total.expected)))} · ${fixed(width, 2)}`;
}

function reasonsOf(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { decision } of outcomes)
    for (const reason of decision.reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([reason, count]) => `${reason} ${percent(count / outcomes.length)}`).join(', ') || '–';
}

/** Changes by how sure they were said to be better: recommended or not, as every threshold is a choice among them. */
export function calibration(outcomes: readonly Outcome[]): string {
  const bounds = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01];
  const changes = outcomes.flatMap(({ decision }) => (decision.changed ? [decision] : []));
  const lines = bounds.slice(1).map((high, i) => {
    const low = bounds[i] as number;
    const within = changes.filter(({ probabilityBetter: p }) => p !== null && p >= low && p < high);
    const of = (value: (one: Decision) => number | null): number => meanOf(within.map(value));
    const said = `${fixed(
      of(({ probabilityBetter }) => probabilityBetter),
      2,
    )} · ${fixed(share(within.map(({ gain }) => gain > 0)), 2)}`;
    const gains = `${percent(
      of(({ promised }) => promised),
      2,
    )} · ${percent(
      of(({ gain }) => gain),
      2,
    )}`;
    return `| ${low}-${Math.min(1, high)} | ${within.length} | ${percent(share(within.map(({ recommended }) => recommended)))} | ${said} | ${gains} |`;
  });
  return [
    '| P(better) | changes | recommended, % | said · true | gain promised · true, % of the best profit |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}
